"""Hypothesis strategies for every message, made from the same type hints as the codec reads, and a deep comparison."""

from __future__ import annotations

import dataclasses
import json
import types
import typing

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from protocol.arrays import Array, ArraySpec
from protocol.messages import MESSAGES

TEXT = st.text(max_size=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def values(draw, hint, sizes):
    """A value of the type `hint`; `sizes` are the letters of array shapes chosen so far in this object."""
    if dataclasses.is_dataclass(hint):
        return draw(objects(hint))
    if hint is bool:
        return draw(st.booleans())
    if hint is int:
        return draw(st.integers(-(2**63), 2**63 - 1))
    if hint is float:
        return draw(FLOATS)
    if hint is str:
        return draw(TEXT)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated and arguments[0] is Array:
        return draw(arrays(arguments[1], sizes))
    if origin is types.UnionType or origin is typing.Union:
        if arguments[1] is type(None):
            return draw(st.none() | values(arguments[0], sizes))
        return draw(st.sampled_from(arguments).flatmap(objects))
    if origin is tuple and arguments[-1] is ...:
        return tuple(draw(values(arguments[0], sizes)) for _ in range(draw(st.integers(0, 3))))
    if origin is tuple:
        return tuple(draw(values(argument, sizes)) for argument in arguments)
    assert origin is dict, hint
    return draw(st.dictionaries(TEXT, FLOATS, max_size=3))


@st.composite
def arrays(draw, spec: ArraySpec, sizes):
    shape = []
    for size in spec.shape:
        if isinstance(size, str):
            size = sizes.setdefault(size, draw(st.integers(0, 5)))
        shape.append(size)
    return draw(hnp.arrays(np.dtype(spec.dtype), tuple(shape)))


@st.composite
def objects(draw, cls):
    hints = typing.get_type_hints(cls, include_extras=True)
    sizes = {}
    return cls(**{field.name: draw(values(hints[field.name], sizes)) for field in dataclasses.fields(cls)})


MESSAGE = st.sampled_from(MESSAGES).flatmap(objects)


def same(a, b) -> bool:
    """Equal to the bit, arrays included."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and all(
            same(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a)
        )
    if isinstance(a, tuple):
        return type(b) is tuple and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


def with_header(frames, **changes):
    """An encoded message whose header says something else."""
    header = json.loads(bytes(frames[1])) | changes
    return [frames[0], json.dumps(header).encode(), *frames[2:]]
