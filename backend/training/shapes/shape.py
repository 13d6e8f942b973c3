"""What a generated or a read object is: named parts, each a closed mesh with one colour, and a caption.

Convention: metres, Z up, front towards −Y, the middle of the bounding box's base at the origin. Triangles are wound
outwards. Parts may overlap, as a leg does with the seat it holds: the object is their union. A name is a part's role
and may occur more than once ("leg"), so that layouts and captions can count and find parts by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Part:
    """One closed, oriented piece of one material."""

    name: str
    vertices: np.ndarray  # (V, 3) float32, metres
    triangles: np.ndarray  # (T, 3) int32
    color: tuple[float, float, float]  # linear
    material: str  # what a renderer makes of it: wood, metal, fabric, leather, plastic, ceramic, glass, paint, …

    @property
    def volume(self) -> float:
        """m³; positive if wound outwards."""
        a, b, c = (self.vertices[self.triangles[:, corner]].astype(np.float64) for corner in range(3))
        return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6


@dataclass(frozen=True, eq=False)
class Shape:
    """An object: the union of its parts."""

    category: str
    parts: tuple[Part, ...]
    caption: str
    seed: int

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest corner, (3,) float64 each, metres."""
        low = np.min([part.vertices.min(0) for part in self.parts], axis=0)
        high = np.max([part.vertices.max(0) for part in self.parts], axis=0)
        return low.astype(np.float64), high.astype(np.float64)

    @property
    def size(self) -> np.ndarray:
        """(3,) float64: width, depth and height, metres."""
        low, high = self.bounds
        return high - low

    @property
    def vertices(self) -> np.ndarray:
        """(V, 3) float32: of all parts, one after the other."""
        return np.concatenate([part.vertices for part in self.parts])

    @property
    def triangles(self) -> np.ndarray:
        """(T, 3) int32 into `vertices`."""
        starts = np.cumsum([0, *(len(part.vertices) for part in self.parts[:-1])])
        return np.concatenate([part.triangles + start for part, start in zip(self.parts, starts, strict=True)]).astype(
            np.int32
        )

    @property
    def part_of_triangle(self) -> np.ndarray:
        """(T,) int32 into `parts`."""
        counts = [len(part.triangles) for part in self.parts]
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def named(self, name: str) -> tuple[Part, ...]:
        """The parts of a role, such as all legs."""
        return tuple(part for part in self.parts if part.name == name)
