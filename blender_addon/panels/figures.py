"""A candidate's figures as one line for somebody who does not know their names."""

from __future__ import annotations

from collections.abc import Mapping


def summary(metrics: Mapping[str, float]) -> str:
    """“Contact within 2 mm, sinks in 4 mm, 99.6 % clear”; what is not known is left out."""
    words = []
    if (gap := metrics.get("support_gap")) is not None:
        words.append(f"Contact within {_millimetres(gap)}")
    if (depth := metrics.get("deepest_penetration")) is not None:
        words.append(f"sinks in {_millimetres(depth)}")
    if (share := metrics.get("non_collision")) is not None:
        words.append(f"{100 * share:.1f}\u00a0% clear")
    if (share := metrics.get("outline")) is not None:
        words.append(f"Outline {100 * share:.0f}\u00a0% as in the picture")
    return ", ".join(words)


def _millimetres(metres: float) -> str:
    return f"{max(1000 * metres, 1.0):.0f}\u00a0mm"  # nobody believes 0
