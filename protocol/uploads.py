"""A client's meshes on their way: what the backend lacks for which job, in pieces, each mesh once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from . import codec
from .messages import Mesh, Upload


class Uploads:
    """Jobs hold their meshes until these are not needed any more: accepted, or cancelled."""

    def __init__(self) -> None:
        self._held: dict[str, Mapping[str, Mesh]] = {}
        self._needs: dict[str, set[str]] = {}  # what the backend lacks for a job, by hash
        self._under_way: dict[str, Iterator[list]] = {}  # by hash

    def __bool__(self) -> bool:
        return bool(self._under_way)

    def hold(self, job: str, meshes: Mapping[str, Mesh]) -> None:
        self._held[job] = meshes

    def need(self, job: str, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """The backend lacks these; returns those that nobody has, in which case nothing is sent for the job."""
        meshes = self._held.get(job)
        if meshes is None:
            return ()
        if missing := tuple(name for name in hashes if name not in meshes):
            return missing
        self._needs[job] = set(hashes)
        for name in hashes:
            self._under_way.setdefault(name, _pieces(meshes[name]))
        return ()

    def release(self, job: str) -> None:
        """Let go of a job's meshes; what no other job needs is not uploaded any further."""
        self._held.pop(job, None)
        self._needs.pop(job, None)
        wanted = set().union(*self._needs.values())
        for name in [name for name in self._under_way if name not in wanted]:
            del self._under_way[name]

    def next(self) -> list | None:
        """The frames of the next piece; None after a mesh's last one."""
        name, pieces = next(iter(self._under_way.items()))
        frames = next(pieces, None)
        if frames is None:
            del self._under_way[name]
        return frames

    def clear(self) -> None:
        self._held.clear()
        self._needs.clear()
        self._under_way.clear()


def _pieces(mesh: Mesh) -> Iterator[list]:
    """The mesh as encoded pieces, without copying it: first its vertices', then its triangles' bytes."""
    offset = 0
    for part in codec.mesh_bytes(mesh.vertices, mesh.triangles):
        for start in range(0, len(part), codec.UPLOAD_PIECE_BYTES):
            data = np.frombuffer(part[start : start + codec.UPLOAD_PIECE_BYTES], np.uint8)
            yield codec.encode(Upload(mesh.hash, len(mesh.vertices), len(mesh.triangles), offset, data))
            offset += len(data)
    if not offset:
        yield codec.encode(Upload(mesh.hash, 0, 0, 0, np.empty(0, np.uint8)))
