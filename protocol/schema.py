"""From the type hints of a dataclass to functions that encode and check its fields.

Known types: bool, int, float, str, X | None, tuple[X, ...], tuple[X, Y], dict[str, X], dataclasses, unions of
dataclasses, and arrays written `Annotated[Array, ArraySpec]`. Everything is decided once per class; what remains at run
time is a tree of small functions. A value that does not fit raises `Mismatch`, which collects the way to it:
`snapshot.objects[3].name`.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Generator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array, ArraySpec

AddArray = Callable[[Array], int]  # takes an array, returns its running number
Sizes = dict[str, int]  # the letters of array shapes met so far within one object


class Mismatch(Exception):
    """A value that does not fit its type."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.way: list[str] = []

    def at(self, step: str) -> Mismatch:
        """Note the step by which the value was reached; called from the inside out."""
        self.way.insert(0, step)
        return self

    def shifted(self, by: int) -> Mismatch:
        """The element's number within the whole list, where only a part of it was looked at."""
        self.way[0] = f"[{int(self.way[0][1:-1]) + by}]"
        return self

    def __str__(self) -> str:
        return f"{''.join(self.way).lstrip('.')} {self.reason}".strip()


class Schema(NamedTuple):
    """`encode(value, add_array, sizes)` and `decode(json value, arrays, sizes)` of one type."""

    encode: Callable[[Any, AddArray, Sizes], Any]
    decode: Callable[[Any, Sequence[Array], Sizes], Any]


@cache
def schema_of(hint: Any) -> Schema:
    """The schema of a type hint. Raises TypeError for a hint that cannot travel: a mistake in messages.py."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated and arguments[0] is Array and isinstance(arguments[1], ArraySpec):
        return _array(arguments[1])
    if origin in (types.UnionType, typing.Union) and len(arguments) == 2 and type(None) in arguments:
        return _optional(schema_of(arguments[0] if arguments[1] is type(None) else arguments[1]))
    if _is_tagged(hint):
        return _tagged(arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is ...:
        return _sequence(schema_of(arguments[0]))
    if origin is tuple:
        return _fixed_tuple(tuple(map(schema_of, arguments)))
    if origin is dict and arguments[0] is str:
        return _mapping(schema_of(arguments[1]))
    raise TypeError(f"{hint} cannot travel")


# --- in steps ---------------------------------------------------------------------------------------------------------

STEP = 32  # elements of a long list at a time: less than half a millisecond
to_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def write(hint: Any, value: Any, add_array: AddArray, sizes: Sizes, out: list[str]) -> Generator[None, None, None]:
    """What `schema_of(hint).encode` gives, as pieces of JSON appended to `out`; pauses within long lists.

    A scene of thousands of objects takes longer than Blender's main thread may be held in one go.
    """
    if dataclasses.is_dataclass(hint):
        yield from _write_fields(hint, value, add_array, out)
    elif _is_tagged(hint):
        cls, name = _member(value, typing.get_args(hint))
        out.append(f'{{"{name}":' if name else "")
        yield from _write_fields(cls, value, add_array, out)
        out.append("}" if name else "")
    elif typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,) and isinstance(value, (list, tuple)):
        encode = schema_of(typing.get_args(hint)[0]).encode
        out.append("[")
        for first in range(0, len(value), STEP):
            if first:
                out.append(",")
                yield
            try:
                part = _each(encode, value[first : first + STEP], add_array, sizes)
            except Mismatch as mismatch:
                raise mismatch.shifted(first) from None
            out.append(to_json(part)[1:-1])
        out.append("]")
    else:
        out.append(to_json(schema_of(hint).encode(value, add_array, sizes)))


def _write_fields(cls: type, value: Any, add_array: AddArray, out: list[str]) -> Generator[None, None, None]:
    if type(value) is not cls:
        raise Mismatch(_wrong(value, cls.__name__))
    own_sizes: Sizes = {}
    start = "{"
    for name, hint in _hints(cls).items():
        out.append(f'{start}"{name}":')
        start = ","
        try:
            yield from write(hint, getattr(value, name), add_array, own_sizes, out)
        except Mismatch as mismatch:
            raise mismatch.at(f".{name}") from None
    out.append("{}" if start == "{" else "}")


@cache
def _hints(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


# --- scalars --------------------------------------------------------------------------------------------------------


def _bool(value: Any, *_: Any) -> bool:
    if value is True or value is False:
        return value
    raise Mismatch(_wrong(value, "true or false"))


def _int(value: Any, *_: Any) -> int:
    if type(value) is not int and not isinstance(value, np.integer):
        raise Mismatch(_wrong(value, "a whole number"))
    if not -(2**63) <= value < 2**63:
        raise Mismatch("is a number beyond 64 bits")
    return int(value)


def _float(value: Any, *_: Any) -> float:
    if type(value) is bool or not isinstance(value, (int, float, np.integer, np.floating)):
        raise Mismatch(_wrong(value, "a number"))
    if not abs(value) <= 1.7976931348623157e308:  # also catches NaN, and whole numbers that no float can hold
        raise Mismatch("is not a finite number")
    return float(value)


def _str(value: Any, *_: Any) -> str:
    if not isinstance(value, str):
        raise Mismatch(_wrong(value, "text"))
    return value


_SCALARS = {bool: Schema(_bool, _bool), int: Schema(_int, _int), float: Schema(_float, _float), str: Schema(_str, _str)}


def _wrong(value: Any, wanted: str) -> str:
    return f"is {type(value).__name__}, not {wanted}"


# --- arrays ---------------------------------------------------------------------------------------------------------


def _array(spec: ArraySpec) -> Schema:
    dtype = np.dtype(spec.dtype).newbyteorder("<")

    def encode(value: Any, add_array: AddArray, sizes: Sizes) -> int:
        if not isinstance(value, np.ndarray):
            raise Mismatch(_wrong(value, "an array"))
        if value.dtype != dtype or not value.flags.c_contiguous:  # only then a copy is needed
            if not np.can_cast(value.dtype, dtype, "same_kind"):
                raise Mismatch(f"is {value.dtype}, not {spec.dtype}")
            value = np.ascontiguousarray(value, dtype).reshape(value.shape)
        if wrong := spec.mismatch(value, sizes):
            raise Mismatch(wrong)
        return add_array(value)

    return Schema(encode, partial(_decode_array, spec))


def _decode_array(spec: ArraySpec, value: Any, arrays: Sequence[Array], sizes: Sizes) -> Array:
    if type(value) is not int or not 0 <= value < len(arrays):
        raise Mismatch("names no array of this message")
    if wrong := spec.mismatch(arrays[value], sizes):
        raise Mismatch(wrong)
    return arrays[value]


# --- compounds ------------------------------------------------------------------------------------------------------


def _optional(inner: Schema) -> Schema:
    def encode(value: Any, add_array: AddArray, sizes: Sizes) -> Any:
        return None if value is None else inner.encode(value, add_array, sizes)

    def decode(value: Any, arrays: Sequence[Array], sizes: Sizes) -> Any:
        return None if value is None else inner.decode(value, arrays, sizes)

    return Schema(encode, decode)


def _is_tagged(hint: Any) -> bool:
    """Whether the hint is a union of dataclasses."""
    union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    return union and all(map(dataclasses.is_dataclass, typing.get_args(hint)))


def _member(value: Any, members: Sequence[type]) -> tuple[type, str]:
    """The union's member that a value is, and the name that it travels under: none for the first one."""
    if type(value) not in members:
        raise Mismatch(_wrong(value, " or ".join(cls.__name__ for cls in members)))
    return type(value), "" if type(value) is members[0] else type(value).__name__


def _tagged(members: Sequence[type]) -> Schema:
    """A union of dataclasses. The first member travels as if it were the field's only type, the others as an object
    with one entry, `{class name: fields}`. So a type can become a union: older peers go on to understand its first
    member, and refuse the others for want of the fields that they know.
    """
    schemas = {cls.__name__: schema_of(cls) for cls in members}

    def encode(value: Any, add_array: AddArray, sizes: Sizes) -> Any:
        cls, name = _member(value, members)
        body = schemas[cls.__name__].encode(value, add_array, sizes)
        return {name: body} if name else body

    def decode(value: Any, arrays: Sequence[Array], sizes: Sizes) -> Any:
        name = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else ""
        if name in schemas:
            return _step(f".{name}", schemas[name].decode, value[name], arrays, sizes)
        return schemas[members[0].__name__].decode(value, arrays, sizes)

    return Schema(encode, decode)


def _each(convert: Callable, values: Any, context: Any, sizes: Sizes) -> list:
    if not isinstance(values, (list, tuple)):
        raise Mismatch(_wrong(values, "a list"))
    converted: list = []
    try:
        for value in values:
            converted.append(convert(value, context, sizes))
    except Mismatch as mismatch:
        raise mismatch.at(f"[{len(converted)}]") from None
    return converted


def _sequence(inner: Schema) -> Schema:
    return Schema(partial(_each, inner.encode), lambda *args: tuple(_each(inner.decode, *args)))


def _fixed_tuple(inners: tuple[Schema, ...]) -> Schema:
    def convert(which: str, values: Any, context: Any, sizes: Sizes) -> tuple:
        if not isinstance(values, (list, tuple)) or len(values) != len(inners):
            raise Mismatch(f"is not a list of {len(inners)}")
        return tuple(
            _step(f"[{index}]", getattr(inner, which), value, context, sizes)
            for index, (inner, value) in enumerate(zip(inners, values, strict=True))
        )

    return Schema(partial(convert, "encode"), partial(convert, "decode"))


def _mapping(inner: Schema) -> Schema:
    def convert(which: str, values: Any, context: Any, sizes: Sizes) -> dict:
        if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
            raise Mismatch(_wrong(values, "an object"))
        step = getattr(inner, which)
        return {key: _step(f"[{key[:40]!r}]", step, value, context, sizes) for key, value in values.items()}

    return Schema(partial(convert, "encode"), partial(convert, "decode"))


def _step(name: str, convert: Callable, value: Any, context: Any, sizes: Sizes) -> Any:
    try:
        return convert(value, context, sizes)
    except Mismatch as mismatch:
        raise mismatch.at(name) from None


def _dataclass(cls: type) -> Schema:
    hints = _hints(cls)
    required = {
        field.name: field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        for field in dataclasses.fields(cls)
    }
    # Made on first use, so that a type may contain itself one day.
    fields = cache(lambda: [(name, needed, schema_of(hints[name])) for name, needed in required.items()])

    def encode(value: Any, add_array: AddArray, sizes: Sizes) -> dict:
        if type(value) is not cls:
            raise Mismatch(_wrong(value, cls.__name__))
        own_sizes: Sizes = {}
        body = {}
        name = ""
        try:
            for name, _, schema in fields():
                body[name] = schema.encode(getattr(value, name), add_array, own_sizes)
        except Mismatch as mismatch:
            raise mismatch.at(f".{name}") from None
        return body

    def decode(value: Any, arrays: Sequence[Array], sizes: Sizes) -> Any:
        if not isinstance(value, dict):
            raise Mismatch(_wrong(value, "an object"))
        own_sizes: Sizes = {}
        found = {}
        name = ""
        try:
            for name, needed, schema in fields():
                if name in value:
                    found[name] = schema.decode(value[name], arrays, own_sizes)
                elif needed:
                    raise Mismatch("is missing")
        except Mismatch as mismatch:
            raise mismatch.at(f".{name}") from None
        return cls(**found)  # fields that we do not know come from a newer minor version

    return Schema(encode, decode)
