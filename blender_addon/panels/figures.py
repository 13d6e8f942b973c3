"""A candidate's figures as one line for somebody who does not know their names."""

from __future__ import annotations

from collections.abc import Mapping


def summary(metrics: Mapping[str, float]) -> str:
    """“99.6 % free, 4 mm deep at most, 2 mm from its support”; what is not known is left out."""
    words = []
    if (share := metrics.get("non_collision")) is not None:
        words.append(f"{100 * share:.1f} % free")
    if (depth := metrics.get("deepest_penetration")) is not None:
        words.append(f"{_millimetres(depth)} deep at most")
    if (gap := metrics.get("support_gap")) is not None:
        words.append(f"{_millimetres(gap)} from its support")
    return ", ".join(words)


def _millimetres(metres: float) -> str:
    return f"{1000 * max(metres, 0.0):.0f} mm"
