"""Weights trained by `python -m backend train cisp` and `… shapes`, with a card each.

Without them the backend does not offer to make shapes (`pipelines/registry.py`).
"""
