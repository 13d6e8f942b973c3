"""Meshes by the hash of their content, as they arrive in pieces from clients. Bounded: the least recently used go.

What unfinished jobs need ("pinned") is never dropped; what does not fit beside it is refused.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

import numpy as np

from protocol.codec import MeshHasher
from protocol.errors import MalformedMessage, MessageTooLarge
from protocol.messages import Mesh, Upload

LIMIT_BYTES = 512 * 2**20

_VERTEX_BYTES = 12  # three float32
_TRIANGLE_BYTES = 12  # three int32


class _Arrival:
    """A mesh of which some pieces are there."""

    def __init__(self, upload: Upload, size: int) -> None:
        self.counts = (upload.vertex_count, upload.triangle_count)
        self.data = np.empty(size, np.uint8)
        self.filled = 0
        self.hasher = MeshHasher(*self.counts)

    def add(self, upload: Upload) -> None:
        end = self.filled + len(upload.data)
        if upload.offset != self.filled or end > len(self.data) or self.counts != _counts(upload):
            raise MalformedMessage(
                f"A piece of mesh {upload.hash} for byte {upload.offset} came where {self.filled} was due."
            )
        self.data[self.filled : end] = upload.data
        self.hasher.update(upload.data)
        self.filled = end

    def mesh(self, name: str) -> Mesh:
        if self.hasher.hexdigest() != name:
            raise MalformedMessage(f"The content of mesh {name} has another hash.")
        split = self.counts[0] * _VERTEX_BYTES
        self.data.flags.writeable = False
        return Mesh(
            name,
            self.data[:split].view("<f4").reshape(-1, 3),
            self.data[split:].view("<i4").reshape(-1, 3),
        )


def _counts(upload: Upload) -> tuple[int, int]:
    return upload.vertex_count, upload.triangle_count


def _size(mesh: Mesh) -> int:
    return mesh.vertices.nbytes + mesh.triangles.nbytes


class MeshStore:
    """Complete meshes, and the pieces of those on their way."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self._meshes: OrderedDict[str, Mesh] = OrderedDict()  # least recently used first
        self._arrivals: dict[tuple[bytes, str], _Arrival] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._meshes

    def names(self) -> tuple[str, ...]:
        return tuple(self._meshes)

    def get(self, name: str) -> Mesh:
        self._meshes.move_to_end(name)
        return self._meshes[name]

    @property
    def resident_bytes(self) -> int:
        arriving = sum(len(arrival.data) for arrival in self._arrivals.values())
        return arriving + sum(map(_size, self._meshes.values()))

    def receive(self, client: bytes, upload: Upload, pinned: Collection[str]) -> bool:
        """Take a piece; whether the mesh is complete now.

        Raises `MalformedMessage` for a piece out of order, a wrong size or a wrong hash, and `MessageTooLarge` when the
        mesh does not fit; the pieces that came before are then gone. A piece of a mesh that is there is ignored.
        """
        if upload.hash in self._meshes:
            self._arrivals.pop((client, upload.hash), None)
            return False
        key = client, upload.hash
        try:
            if upload.offset == 0:
                self._arrivals.pop(key, None)
                self._arrivals[key] = _Arrival(upload, self._make_room(upload, pinned))
            if key not in self._arrivals:
                raise MalformedMessage(f"A piece of mesh {upload.hash} came before its first piece.")
            arrival = self._arrivals[key]
            arrival.add(upload)
            if arrival.filled < len(arrival.data):
                return False
            mesh = arrival.mesh(upload.hash)
        except (MalformedMessage, MessageTooLarge):
            self._arrivals.pop(key, None)
            raise
        del self._arrivals[key]
        self._meshes[upload.hash] = mesh
        return True

    def abandon(self, client: bytes, wanted: Collection[str] = ()) -> None:
        """Drop a client's half-arrived meshes, except those in `wanted`."""
        for key in [key for key in self._arrivals if key[0] == client and key[1] not in wanted]:
            del self._arrivals[key]

    def _make_room(self, upload: Upload, pinned: Collection[str]) -> int:
        """The mesh's size in bytes, for which there is room now."""
        if min(_counts(upload)) < 0:
            raise MalformedMessage(f"Mesh {upload.hash} has a negative size.")
        size = upload.vertex_count * _VERTEX_BYTES + upload.triangle_count * _TRIANGLE_BYTES
        excess = self.resident_bytes + size - self.limit_bytes
        for name in [name for name in self._meshes if name not in pinned]:
            if excess <= 0:
                break
            excess -= _size(self._meshes.pop(name))
        if excess > 0:
            raise MessageTooLarge(
                f"The scene's meshes need more than {self.limit_bytes / 2**20:.0f} MiB; "
                f"one of them has {upload.triangle_count} triangles."
            )
        return size
