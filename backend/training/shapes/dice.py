"""Random choices that are the same on every platform and with every numpy.

numpy promises that a bit generator's raw numbers never change, and says so of nothing built on them; so all choices
are made here from PCG64's raw numbers, seeded by a hash of what the choices are for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Dice:
    """A stream of choices for one key, such as ("chair", 7)."""

    def __init__(self, *key: str | int) -> None:
        digest = hashlib.sha256("\x1f".join(str(item) for item in key).encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest[:16], "little"))

    def random(self) -> float:
        """Uniform in [0, 1)."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def integer(self, low: int, high: int) -> int:
        """One of low … high, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, options: Sequence[Choice]) -> Choice:
        """One of them; an option that is listed twice is twice as likely."""
        return options[int(self.random() * len(options))]
