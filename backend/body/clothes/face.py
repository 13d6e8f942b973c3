"""The face's details: irises and pupils, brows, lashes, and where the lips are."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from .bound import Bound, near
from .grid import corner_uvs, fan, quads
from .measures import Measures
from .patch import boundary_loops
from .piece import Topology, Wearer, indexed, strongest, unit

Array = np.ndarray
_SPOKES = 28
# Angles from the line of sight in radians; the last ring lies below the white.
_RINGS = (0.0, 0.10, 0.195, 0.195, 0.32, 0.43, 0.455)
_PUPIL_RINGS = 2
IRIS, PUPIL = 0, 1


class Eyes:
    """Irises and pupils as shallow domes on the eyeballs. See `piece.Piece`."""

    name = "Eyes"

    def __init__(self, m: Measures) -> None:
        self.cover = np.full(len(m.vertices), -1.0)
        topology = m.model.topology
        eyes = np.unique(topology.faces[topology.face_materials == 1].numpy())
        self._balls = [eyes[m.vertices[eyes, 0] > 0], eyes[m.vertices[eyes, 0] < 0]]
        angle = 2 * np.pi * np.arange(_SPOKES) / _SPOKES
        rings = []
        for index, away in enumerate(_RINGS[1:], 1):
            sink = 0.97 if index == len(_RINGS) - 1 else 1.0
            direction = np.stack(
                [np.sin(away) * np.sin(angle), np.full(_SPOKES, -np.cos(away)), np.sin(away) * np.cos(angle)], 1
            )
            rings.append(sink * direction)
        self._directions = np.concatenate([*rings, [[0.0, -1.0, 0.0]]])
        count = len(self._directions)
        grid = quads(len(rings), _SPOKES, True)
        faces = np.concatenate([fan(np.arange(_SPOKES)[::-1], count - 1), grid])
        pupil = np.concatenate([np.ones(_SPOKES), (np.arange(len(grid)) // _SPOKES) < _PUPIL_RINGS - 1])
        skeleton = m.model.skeleton
        bones = [skeleton.index("eye.L"), skeleton.index("eye.R")]
        dense = np.zeros((2 * count, len(skeleton.bone_names)))
        dense[:count, bones[0]], dense[count:, bones[1]] = 1, 1
        weights, which = strongest(dense)
        flat = np.stack([self._directions[:, 0], self._directions[:, 2]], 1)[faces] + 0.5
        uvs, face_uvs = indexed(np.concatenate([flat, flat]).astype(np.float32))
        materials = np.where(pupil, PUPIL, IRIS).astype(np.uint8)
        self.topology = Topology(
            np.concatenate([faces, faces + count]).astype(np.int32), uvs, face_uvs,
            np.concatenate([materials, materials]), weights, which,
        )  # fmt: skip
        self.shell = np.ones(len(self.topology.faces), bool)

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`: nothing covers eyes."""
        return np.full(2 * len(self._directions), -1.0)

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`."""
        placed = []
        for ball in self._balls:
            points = wearer.vertices[ball]
            center = (points.min(0) + points.max(0)) / 2
            front = points[points[:, 1] < center[1]]
            radius = np.linalg.norm(front - center, axis=1).max()
            placed.append(center + (radius + 0.0003 * wearer.scale) * self._directions)
        return np.concatenate(placed)


def brows(m: Measures) -> Bound:
    """Two arched strips on the ridges over the eyes."""
    points, faces, uvs = [], [], []
    face = _front(m)
    eyes = [m.joint("eye.L"), m.joint("eye.R")]
    steps, around = 14, 6
    share = np.linspace(0, 1, steps)
    angle = 2 * np.pi * np.arange(around) / around
    for eye, sign in zip(eyes, (1.0, -1.0), strict=True):
        x = np.abs(eye[0]) - 0.0185 + 0.0385 * share
        z = eye[2] + 0.0195 + 0.0055 * np.sin(np.pi * np.minimum(share * 0.86 + 0.02, 1)) - 0.0045 * share**3
        width = 0.0036 * (1 - 0.65 * share**2) * np.sqrt(np.clip(share / 0.06, 0.15, 1))
        path = np.stack([sign * x, face(np.stack([sign * x, z], 1)), z], 1)
        path[:, 1] += 0.0006
        along = unit(np.gradient(path, axis=0))
        outwards = unit(_outwards(path, m))
        up = np.cross(along, outwards) * -sign
        ring = (0.0021 * np.cos(angle))[None, :, None] * outwards[:, None] * np.sqrt(width / width.max())[:, None, None]
        ring = ring + np.sin(angle)[None, :, None] * (width[:, None] * up)[:, None]
        ring = path[:, None] + ring
        own = np.concatenate([ring.reshape(-1, 3), path[:1], path[-1:]])
        count = steps * around
        first, last = np.arange(around), (steps - 1) * around + np.arange(around)
        grid = np.concatenate([quads(steps, around, True), fan(first[::-1], count), fan(last, count + 1)])
        outside = np.cross(ring[1, 1] - ring[0, 0], ring[0, 1] - ring[1, 0]) @ (ring[0, 0] - path[0])
        if outside < 0:
            grid = _flipped(grid)
        faces.append(grid + sum(map(len, points)))
        points.append(own)
        uvs.append(np.concatenate([corner_uvs(steps, around, True), np.zeros((2 * around, 4, 2), np.float32)]))
    return _on_face(m, "Eyebrows", np.concatenate(points), np.concatenate(faces), np.concatenate(uvs))


def lashes(m: Measures) -> Bound:
    """A dark rim along the upper lids."""
    points, faces, uvs = [], [], []
    for sign, eye in ((1.0, m.joint("eye.L")), (-1.0, m.joint("eye.R"))):
        loop = _eye_opening(m, eye)
        place = m.vertices[loop]
        inner, outer = np.argmin(np.abs(place[:, 0])), np.argmax(np.abs(place[:, 0]))
        lid = _upper(place, inner, outer)
        share = np.linspace(0, 1, len(lid))[:, None]
        long = 0.0012 + 0.0040 * np.sin(np.pi * np.clip(share * 0.75 + 0.12, 0, 1)) ** 1.5
        front, aside = np.array([0, -1.0, 0]), np.array([sign, 0, 0])
        tip = lid + long * unit(front + 0.45 * np.array([0, 0, 1.0]) + (0.9 * share - 0.25) * aside)
        above = lid + np.array([0, -0.0004, 0.0011])
        rows = np.stack([lid + [0, -0.0002, -0.0004], tip, above])
        grid = quads(3, len(lid), False)
        faces.append((grid if sign > 0 else _flipped(grid)) + sum(map(len, points)))
        points.append(rows.reshape(-1, 3))
        uvs.append(corner_uvs(3, len(lid), False))
    return _on_face(m, "Eyelashes", np.concatenate(points), np.concatenate(faces), np.concatenate(uvs))


def lip_faces(m: Measures) -> Array:
    """(F,) bool over the body's faces: the red of the lips, as rings of faces around the mouth."""
    topology = m.model.topology
    faces = topology.faces.numpy()
    skin = topology.outer.numpy()[faces].all(1) & (topology.face_materials.numpy() == 0)
    loop = _mouth(m)
    found = np.zeros(len(faces), bool)
    reached = np.zeros(len(m.vertices), bool)
    reached[loop] = True
    middle = m.vertices[loop].mean(0)
    half = np.abs(m.vertices[loop, 0]).max()
    center = m.vertices[faces].mean(1)
    across = np.clip(np.abs(center[:, 0]) / (half * 1.12), 0, 1)
    above = np.where(center[:, 2] > middle[2], 0.0085, 0.0115) * np.sqrt(1 - across**2)
    for _ in range(8):
        ring = skin & reached[faces].any(1) & (np.abs(center[:, 2] - middle[2]) < above + 0.0012)
        found |= ring
        reached[faces[found]] = True
    return found


def _flipped(faces: Array) -> Array:
    quad = faces[:, [0, 3, 2, 1]]
    triangle = faces[:, [0, 2, 1, 1]]
    return np.where((faces[:, 3] == faces[:, 2])[:, None], triangle, quad)


def _on_face(m: Measures, name: str, points: Array, faces: Array, uvs: Array) -> Bound:
    skin = m.surface_vertices & (m.level > m.neck[2] + 0.05)
    mix = near(points, m.vertices, skin, 0.004, 8)
    weights, bones = strongest(np.asarray(mix @ m.weights))
    coordinates, face_uvs = indexed(uvs)
    topology = Topology(
        faces.astype(np.int32), coordinates, face_uvs, np.zeros(len(faces), np.uint8), weights, bones
    )  # fmt: skip
    return Bound(name, topology, points, mix, m.reference, ("head", "eye.L"), np.full(len(m.vertices), -1.0))


def _front(m: Measures):
    """The face's y as a function of (x, z)."""
    seen = m.surface_vertices & (m.normals[:, 1] < -0.15) & (m.level > m.neck[2] + 0.06)
    return LinearNDInterpolator(m.vertices[seen][:, [0, 2]], m.vertices[seen, 1])


def _outwards(path: Array, m: Measures) -> Array:
    skin = m.surface_vertices & (m.level > m.neck[2] + 0.05)
    return near(path, m.vertices, skin, 0.006, 8) @ m.normals


def _loops(m: Measures) -> list[Array]:
    mix = m.surface.mix.tocsr()
    numbers = mix.indices  # one body vertex each
    return [numbers[loop] for loop in boundary_loops(m.surface.faces)]


def _eye_opening(m: Measures, eye: Array) -> Array:
    return min(_loops(m), key=lambda loop: np.linalg.norm(m.vertices[loop].mean(0) - eye - [0, -0.012, 0]))


def _mouth(m: Measures) -> Array:
    middle = (m.joint("eye.L") + m.joint("eye.R")) / 2 + [0, -0.025, -0.075]
    return min(_loops(m), key=lambda loop: np.linalg.norm(m.vertices[loop].mean(0) - middle))


def _upper(place: Array, inner: int, outer: int) -> Array:
    """The part of a closed loop (L, 3) between two corners that lies higher, from inner to outer."""
    count = len(place)
    one = np.arange(inner, inner + (outer - inner) % count + 1) % count
    other = np.arange(inner, inner - (inner - outer) % count - 1, -1) % count
    return max((place[one], place[other]), key=lambda part: part[:, 2].mean())

