"""How long a tick may still take. Generators that do long work ask it and yield when the time is up."""

from __future__ import annotations

import time

# The promise is 8 ms; whoever asks has mostly one step of about a millisecond under way when the time is up.
TICK_S = 0.0065


class Budget:
    """`over()` is true from `seconds` after `start` on."""

    def __init__(self) -> None:
        self._deadline = 0.0

    def start(self, seconds: float) -> None:
        self._deadline = time.perf_counter() + seconds

    def left(self) -> float:
        return max(0.0, self._deadline - time.perf_counter())

    def over(self) -> bool:
        return time.perf_counter() >= self._deadline
