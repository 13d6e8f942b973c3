"""How large a shape is in real life, from what it is and its proportions: a tall lamp stands on the floor.

`sizes.json` holds width, depth and height in centimetres of the first training shapes of every category of
`training/shapes/catalogue`, as `measured` gives them. Those most alike in proportions tell the longest side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

Array = np.ndarray
FILE = Path(__file__).with_name("sizes.json")
EACH = 40  # shapes of a category in the file
ALIKE = 0.25  # difference of proportions' logarithms at which a shape counts 60 %
LIKELY = 0.1  # of the likeliest category's probability: what is less likely does not count
SLIMMEST = 0.02  # of the longest side


def longest_side(extents: Array, kinds: Mapping[str, float]) -> float:
    """Metres. extents: (3,) width, depth and height in any unit; kinds: probabilities of categories.

    Categories that nobody has measured do not count; without any other a shape is one metre long.
    """
    known = {kind: share for kind, share in kinds.items() if kind in _measures()}
    if not known or max(known.values()) <= 0:
        return 1.0
    proportions = _proportions(np.asarray(extents, np.float64))
    total = logarithm = 0.0
    for kind, share in known.items():
        if share >= LIKELY * max(known.values()):
            sizes = _measures()[kind]
            off = np.linalg.norm(_proportions(sizes) - proportions, axis=1)
            weight = np.exp(-0.5 * ((off - off.min()) / ALIKE) ** 2)
            logarithm += share * float((weight * np.log(sizes.max(1))).sum() / weight.sum())
            total += share
    return float(np.exp(logarithm / total))


def measured(category: str, count: int = EACH) -> list[list[float]]:
    """Sizes (w, d, h) in centimetres of the first training shapes of a category."""
    from itertools import count as numbers
    from itertools import islice

    from backend.training.shapes.catalogue import generate, split_of

    seeds = islice((seed for seed in numbers() if split_of(seed) == "train"), count)
    return [[round(100 * float(side), 1) for side in generate(category, seed).size] for seed in seeds]


@cache
def _measures() -> dict[str, Array]:
    """(N, 3) metres of each category."""
    data = json.loads(FILE.read_text("utf-8"))
    return {category: np.array(sizes) / 100 for category, sizes in data.items()}


def _proportions(sizes: Array) -> Array:
    """Logarithms of the sides' shares of the longest one."""
    return np.log(np.maximum(sizes / np.maximum(sizes.max(-1, keepdims=True), 1e-9), SLIMMEST))
