"""What was measured of a place, kept for the next request: people ask many things of the same scene.

Values are kept under keys that say all they were made from, as long as they and those used since fit into a number of
bytes. They are shared, so nobody may change them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

LIMIT = 256 << 20  # bytes: a handful of places


class Sized(Protocol):
    """Something that knows how many bytes its arrays take."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Recall:
    """Least recently used values go first. Threads may share it; two that miss the same key both make its value."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, Sized] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of `key`, from `make()` if it is not known."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]  # type: ignore[return-value]  # what `make` of this key made
        value = make()
        with self._lock:
            if key not in self._values and value.nbytes <= self._limit:
                self._values[key] = value
                self._bytes += value.nbytes
                while self._bytes > self._limit:
                    self._bytes -= self._values.popitem(last=False)[1].nbytes
        return value

    def __len__(self) -> int:
        return len(self._values)
