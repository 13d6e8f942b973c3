"""What an array field of a message must look like: element type and shape, checked on both sides of the wire.

A field is written `Annotated[Array, F32("V", 3)]`: float32, V rows of 3. A letter stands for any size, but the same
size wherever it occurs within one message object, so that positions and weights of one body cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

Array = np.ndarray

# What may travel at all. Booleans are left out (a byte other than 0 and 1 is undefined behaviour), objects of course.
DTYPES = ("float32", "float64", "int32", "int64", "uint8", "uint16", "int16")
MAX_DIMENSIONS = 4


@dataclass(frozen=True, init=False)
class ArraySpec:
    """Element type and shape; a dimension is a number or a letter."""

    dtype: str
    shape: tuple[int | str, ...]

    def __init__(self, dtype: str, *shape: int | str) -> None:
        if dtype not in DTYPES:
            raise ValueError(f"{dtype} does not travel")
        object.__setattr__(self, "dtype", dtype)
        object.__setattr__(self, "shape", shape)

    def mismatch(self, array: Array, sizes: dict[str, int]) -> str:
        """Say what is wrong with `array`, or nothing. `sizes` holds the letters met so far and learns new ones."""
        if array.dtype != self.dtype:
            return f"is {array.dtype}, not {self.dtype}"
        if array.ndim != len(self.shape):
            return f"has shape {array.shape}, not {self}"
        if array.shape == self.shape:  # no letters
            return ""
        for size, wanted in zip(array.shape, self.shape, strict=True):
            if size != (sizes.setdefault(wanted, size) if isinstance(wanted, str) else wanted):
                known = {letter: sizes[letter] for letter in self.shape if letter in sizes}
                return f"has shape {array.shape}, not {self}" + (f" with {known}" if known else "")
        return ""

    def __str__(self) -> str:
        return "(" + ", ".join(map(str, self.shape)) + ("," if len(self.shape) == 1 else "") + ")"


F32 = partial(ArraySpec, "float32")
F64 = partial(ArraySpec, "float64")
I32 = partial(ArraySpec, "int32")
U8 = partial(ArraySpec, "uint8")
