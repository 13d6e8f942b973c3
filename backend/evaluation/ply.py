"""Binary PLY files of triangle meshes, written and read: what other programs can open to judge a body alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

Array = np.ndarray
FACE = np.dtype([("count", "u1"), ("index", "<i4", 3)])


def write_ply(path: Path, vertices: Array, triangles: Array) -> None:
    """`vertices` (V, 3) metres; `triangles` (T, 3)."""
    header = (
        "ply\nformat binary_little_endian 1.0\ncomment metres, world, Z up\n"
        f"element vertex {len(vertices)}\nproperty float x\nproperty float y\nproperty float z\n"
        f"element face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    faces = np.empty(len(triangles), FACE)
    faces["count"], faces["index"] = 3, triangles
    with open(path, "wb") as file:
        file.write(header.encode("ascii"))
        file.write(np.ascontiguousarray(vertices, "<f4").tobytes())
        file.write(faces.tobytes())


def read_ply(path: Path) -> tuple[Array, Array]:
    """(V, 3) float32 vertices and (T, 3) int32 triangles of a file that `write_ply` wrote."""
    data = Path(path).read_bytes()
    end = data.index(b"end_header\n") + len(b"end_header\n")
    counts = {
        words[1]: int(words[2])
        for words in (line.split() for line in data[:end].decode("ascii").splitlines())
        if words[:1] == ["element"]
    }
    vertices = np.frombuffer(data, "<f4", counts["vertex"] * 3, end).reshape(-1, 3)
    faces = np.frombuffer(data, FACE, counts["face"], end + vertices.nbytes)
    return vertices.copy(), faces["index"].copy()
