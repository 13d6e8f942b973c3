"""Benchmarks: one module per case, each with `run() -> dict` of figures and of ratios measured in that same run.

Ratios travel between machines, seconds do not; targets are listed beside the figures (`targets`: name → [op, value]).
"""

CASES = ("transport", "field", "fit", "tick", "memory", "inpainting", "lifting")
