"""Messages to frames and back: `[kind, header, block…]`, generic over the dataclasses' types.

The header is JSON: `{"v": [major, minor], "id", "re", "arrays": [[dtype, shape, block], …], "body": {…}}`. Arrays stand
in the body as a running number; the bytes of those that share a block lie one after another on 16-byte boundaries. A
large array has a block of its own and is not copied; the many small ones (matrices, colours) share block 0, because a
frame costs more than they do. Decoded arrays are read-only views of the received frames.

Whatever comes in, `decode` returns a checked message or raises `MalformedMessage`, `MessageTooLarge` or
`ProtocolMismatch`, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import DTYPES, MAX_DIMENSIONS, Array
from .errors import MalformedMessage, MessageTooLarge
from .messages import KINDS
from .schema import STEP, Mismatch, schema_of, to_json, write
from .version import PROTOCOL_VERSION, require_compatible

MAX_MESSAGE_BYTES = 256 * 2**20  # of one message; larger things travel in pieces
MAX_HEADER_BYTES = 16 * 2**20
UPLOAD_PIECE_BYTES = 4 * 2**20

_MAX_FRAMES = 4096
_OWN_BLOCK_BYTES = 64 * 2**10  # from here on an array has a block of its own
_ALIGNMENT = 16
_LITTLE_ENDIAN = {name: np.dtype(name).newbyteorder("<") for name in DTYPES}
_NAMES = {dtype: name for name, dtype in _LITTLE_ENDIAN.items()}  # dtype.name itself is slow

# Refused is read whatever version sent it: it is the message that says that the versions do not match.
_TIMELESS = "refused"

Frame = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Envelope:
    """A message with its own id and the id of the message it answers; both may be empty."""

    message: Any
    id: str = ""
    in_reply_to: str = ""


# --- encoding -------------------------------------------------------------------------------------------------------


class _Blocks:
    """The arrays of a message being encoded."""

    def __init__(self) -> None:
        self.descriptions: list[tuple[str, tuple[int, ...], int]] = []
        self.small = bytearray()
        self.large: list[memoryview] = []

    def add(self, array: Array) -> int:
        """Take an array in C order, little endian; return its running number."""
        block = 0
        if array.nbytes >= _OWN_BLOCK_BYTES:
            self.large.append(memoryview(array.reshape(-1).view(np.uint8)))
            block = len(self.large)
        else:
            self.small += bytes(-len(self.small) % _ALIGNMENT)
            self.small += array.tobytes()
        self.descriptions.append((_NAMES[array.dtype], array.shape, block))
        return len(self.descriptions) - 1

    def frames(self) -> list[Frame]:
        return [self.small, *self.large] if self.descriptions else []


def encode(message: Any, *, message_id: str = "", in_reply_to: str = "", limit: int = MAX_MESSAGE_BYTES) -> list[Frame]:
    """Frames of `message`, without the peer's identity. Its arrays must not change before the frames are sent.

    Raises `MalformedMessage` for a field of the wrong type or shape, `MessageTooLarge` above `limit` bytes.
    """
    for frames in encoding(message, message_id=message_id, in_reply_to=in_reply_to, limit=limit):
        if frames is not None:
            return frames
    raise AssertionError("encoding ends with the frames")


def encoding(
    message: Any, *, message_id: str = "", in_reply_to: str = "", limit: int = MAX_MESSAGE_BYTES
) -> Iterator[list[Frame] | None]:
    """`encode` in steps of less than a millisecond: yields None and at last the frames."""
    kind = type(message).__name__.lower()
    blocks = _Blocks()
    out: list[str] = []
    try:
        for _ in write(type(message), message, blocks.add, {}, out):
            yield None
    except Mismatch as mismatch:
        raise MalformedMessage(f"Cannot send {kind}: {mismatch}.") from None
    arrays = []
    for first in range(0, len(blocks.descriptions), 8 * STEP):
        arrays.append(to_json(blocks.descriptions[first : first + 8 * STEP])[1:-1])
        yield None
    head = to_json({"v": PROTOCOL_VERSION, "id": message_id, "re": in_reply_to})
    text = "".join([head[:-1], ',"arrays":[', ",".join(arrays), '],"body":', *out, "}"]).encode()
    frames = [kind.encode(), text, *blocks.frames()]
    _check_size(kind, sum(map(len, frames)), limit)
    _check_size(f"The header of {kind}", len(text), MAX_HEADER_BYTES)
    yield frames


def _check_size(what: str, size: int, limit: int) -> None:
    if size > limit:
        raise MessageTooLarge(f"{what} has {size / 2**20:.1f} MiB, the limit is {limit / 2**20:.1f} MiB.")


# --- decoding -------------------------------------------------------------------------------------------------------


def decode(
    frames: Sequence[Any],
    *,
    their_side: str = "backend",
    kinds: Mapping[str, type] = KINDS,
    limit: int = MAX_MESSAGE_BYTES,
) -> Envelope:
    """The message in `frames`, which are bytes-like or pyzmq frames received with `copy=False`.

    `their_side`, "extension" or "backend", is who sent it, for the remedy of a version that does not match.
    """
    if not 2 <= len(frames) <= _MAX_FRAMES:
        raise MalformedMessage(f"A message has 2 to {_MAX_FRAMES} frames, not {len(frames)}.")
    views = [_view(frame) for frame in frames]
    _check_size("A message", sum(map(len, views)), limit)
    _check_size("A header", len(views[1]), MAX_HEADER_BYTES)
    kind = _kind(views[0])
    header = _header(views[1])
    if kind != _TIMELESS:
        version = _read("v", header.get("v"), tuple[int, int])
        require_compatible(version, their_side=their_side)
    if kind not in kinds:
        raise MalformedMessage(f"Unknown kind of message: {kind!r}.")
    arrays = _arrays(header.get("arrays", []), views[2:])
    return Envelope(
        _read(kind, header.get("body"), kinds[kind], arrays),
        _read("id", header.get("id", ""), str),
        _read("re", header.get("re", ""), str),
    )


def message_id(frames: Sequence[Any]) -> str:
    """The id of a message that `decode` refused, or nothing: so that the answer can name it."""
    try:
        found = _header(_view(frames[1])).get("id")
    except (IndexError, MalformedMessage):
        return ""
    return found[:64] if isinstance(found, str) else ""


def _view(frame: Any) -> memoryview:
    try:
        return memoryview(getattr(frame, "buffer", frame)).cast("B").toreadonly()
    except (TypeError, ValueError):
        raise MalformedMessage(f"A frame is {type(frame).__name__}, not bytes.") from None


def _kind(view: memoryview) -> str:
    text = bytes(view[:64])
    if len(view) > len(text) or not text.isalpha():
        raise MalformedMessage("The first frame names no kind of message.")
    return text.decode("ascii")


def _header(view: memoryview) -> dict:
    _check_size("A header", len(view), MAX_HEADER_BYTES)
    try:
        header = json.loads(bytes(view), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:  # ValueError covers bad UTF-8, bad JSON and endless numbers
        raise MalformedMessage(f"The header is not JSON: {str(error)[:200]}") from None
    if not isinstance(header, dict):
        raise MalformedMessage("The header is not an object.")
    return header


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _read(name: str, value: Any, hint: Any, arrays: Sequence[Array] = ()) -> Any:
    try:
        return schema_of(hint).decode(value, arrays, {})
    except Mismatch as mismatch:
        raise MalformedMessage(f"{mismatch.at(name)}.") from None


def _arrays(descriptions: Any, blocks: Sequence[memoryview]) -> list[Array]:
    """Views of the blocks as the header describes them; every byte must be accounted for."""
    if not isinstance(descriptions, list):
        raise MalformedMessage("The header's list of arrays is not a list.")
    arrays = []
    used = [0] * len(blocks)
    for number, description in enumerate(descriptions):
        try:
            name, shape, block = description
            if name not in DTYPES or not _is_shape(shape) or type(block) is not int or not 0 <= block < len(blocks):
                raise ValueError
        except (TypeError, ValueError):
            raise MalformedMessage(f"Array {number} is described wrongly: {str(description)[:80]}.") from None
        dtype = _LITTLE_ENDIAN[name]
        start = used[block] + -used[block] % _ALIGNMENT
        size = dtype.itemsize * math.prod(shape)
        if start + size > len(blocks[block]):
            raise MalformedMessage(f"Array {number} ({name}, {shape}) is longer than its block.")
        used[block] = start + size
        arrays.append(_view_as(blocks[block][start : start + size], dtype, shape))
    if used != [len(block) for block in blocks]:
        raise MalformedMessage(f"The arrays need {used} bytes, the blocks have {list(map(len, blocks))}."[:200])
    return arrays


def _is_shape(shape: Any) -> bool:
    """Whether `shape` is a list of sizes; their product is checked against the bytes that are there."""
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        return False
    return all(type(size) is int and 0 <= size < 2**40 for size in shape)


def _view_as(data: memoryview, dtype: np.dtype, shape: list[int]) -> Array:
    if not data:
        # A size of zero allows the others to be anything: numpy refuses those whose product overflows.
        if math.prod(size for size in shape if size) >= 2**40:
            raise MalformedMessage("An empty array has an impossible shape.")
        return np.empty(shape, dtype)
    array = np.frombuffer(data, dtype).reshape(shape)
    if not array.flags.aligned:  # a small frame may start anywhere in ZeroMQ's receive buffer; large ones never do
        array = array.copy()
        array.flags.writeable = False
    return array


# --- meshes by content ----------------------------------------------------------------------------------------------


class MeshHasher:
    """The hash of a mesh, fed piece by piece so that a tick stays short: all vertices' bytes, then all triangles'."""

    def __init__(self, vertex_count: int, triangle_count: int) -> None:
        # The counts go in first, so that no other split of the same bytes has the same hash.
        self._hash = hashlib.blake2b(struct.pack("<QQ", vertex_count, triangle_count), digest_size=16)

    def update(self, data: bytes | memoryview | Array) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def mesh_hash(vertices: Array, triangles: Array) -> str:
    """blake2b-128 hex of `vertices: (V, 3) float32` and `triangles: (T, 3) int32`."""
    hasher = MeshHasher(len(vertices), len(triangles))
    hasher.update(np.ascontiguousarray(vertices, "<f4"))
    hasher.update(np.ascontiguousarray(triangles, "<i4"))
    return hasher.hexdigest()


def mesh_bytes(vertices: Array, triangles: Array) -> tuple[memoryview, memoryview]:
    """The bytes that are hashed and uploaded, without copying arrays that are as they should be."""
    return _bytes(vertices, "<f4"), _bytes(triangles, "<i4")


def _bytes(array: Array, dtype: str) -> memoryview:
    return memoryview(np.ascontiguousarray(array, dtype).reshape(-1).view(np.uint8))
