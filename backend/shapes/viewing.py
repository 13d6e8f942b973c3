"""From where a picture shows a shape: the camera's model, and its pose refined until the silhouettes agree.

A view is an azimuth (0 in front of the shape, at −Y; +90° at +X), an elevation above the horizon and a vertical field
of view, radians. The camera looks at the middle of the shape from so far that its sphere fills the field. Where in the
picture the shape stands is told by its outline: projected points are moved and scaled so that they fill the same box as
the cut-out does. Picture coordinates: 0 … 1 to the right and down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation

from .cutout import resized

Array = np.ndarray
SIDE, ROUGH = 64, 32  # pixels of the silhouettes that are compared, and of those that are compared first
FINALISTS = 6  # rough views that are compared finely
SAMPLES = 8_000  # points on the surface
FIELDS = tuple(np.radians([22.0, 38.0, 55.0]))
TRUST = 0.04  # silhouette agreement that half a turn away from the predicted azimuth must bring more


@dataclass(frozen=True)
class View:
    azimuth: float
    elevation: float
    field_of_view: float = float(np.radians(38.0))

    @property
    def axes(self) -> Array:
        """(3, 3): rows right, up and towards the camera."""
        s, c = np.sin(self.azimuth), np.cos(self.azimuth)
        back = np.array([s * np.cos(self.elevation), -c * np.cos(self.elevation), np.sin(self.elevation)])
        right = np.array([c, s, 0.0])
        return np.stack([right, np.cross(back, right), back])


@dataclass(frozen=True, eq=False)
class Framing:
    """A view of a shape, and how its projection lies in the picture."""

    view: View
    middle: Array  # (3,) of the shape
    radius: float
    scale: float  # picture's sides per unit of the projection
    offset: Array  # (2,)
    agreement: float = 0.0  # intersection over union of the silhouettes

    @property
    def eye(self) -> Array:
        """(3,): where the camera is."""
        distance = self.radius / np.sin(self.view.field_of_view / 2)
        return self.middle + distance * self.view.axes[2]

    def project(self, points: Array) -> Array:
        """(N, 3) → (N, 2) picture coordinates."""
        return _flat(points - self.middle, self.view, self.radius) * self.scale + self.offset


def framing(vertices: Array, view: View, box: tuple[float, float, float, float]) -> Framing:
    """vertices: (V, 3); box: left, top, right, bottom of the outline, picture coordinates."""
    low, high = vertices.min(0), vertices.max(0)
    middle = (low + high) / 2
    radius = float(np.linalg.norm(vertices - middle, axis=1).max())
    flat = _flat(vertices - middle, view, radius)
    least, most = flat.min(0), flat.max(0)
    wanted = np.array(box, np.float64).reshape(2, 2)
    # One scale for both directions: the mean of what width and height ask for, by their lengths.
    spans, sides = most - least, wanted[1] - wanted[0]
    scale = float((spans * sides).sum() / max((spans * spans).sum(), 1e-12))
    return Framing(view, middle, radius, scale, wanted.mean(0) - scale * (least + most) / 2)


def outline_box(alpha: Array) -> tuple[float, float, float, float]:
    """Of a cut-out's alpha (S, S): left, top, right and bottom of what is opaque, picture coordinates."""
    rows, columns = (np.flatnonzero(_opaque(alpha).any(axis)) for axis in (1, 0))
    side = len(alpha)
    return columns[0] / side, rows[0] / side, (columns[-1] + 1) / side, (rows[-1] + 1) / side


def find_view(
    vertices: Array, triangles: Array, alpha: Array, expected: View, generator: np.random.Generator
) -> Framing:
    """The view in which the shape's silhouette agrees best with a cut-out's alpha (S, S) uint8.

    All sides are tried, the expected one is believed unless another agrees clearly better, and the best is refined.
    """
    opaque = _opaque(alpha)[..., None].astype(np.float32)
    targets = {side: resized(opaque, side, side)[..., 0] > 0.5 for side in (ROUGH, SIDE)}
    box = outline_box(alpha)
    points = surface_points(vertices, triangles, SAMPLES, generator)

    def judged(view: View, side: int = SIDE) -> tuple[float, Framing]:
        own = points[:: (SIDE // side) ** 2]
        found = framing(own, view, box)
        seen, target = silhouette(found.project(own), side), targets[side]
        agreement = float((seen & target).sum() / max((seen | target).sum(), 1))
        off = (1 - np.cos(view.azimuth - expected.azimuth)) / 2
        cost = TRUST * off + 0.05 * abs(view.elevation - expected.elevation)
        framed = Framing(found.view, found.middle, found.radius, found.scale, found.offset, agreement)
        return agreement - cost, framed

    tried = [
        judged(View(expected.azimuth + turn, float(elevation)), ROUGH)
        for turn in np.radians(np.arange(0, 360, 15))
        for elevation in (expected.elevation, *np.radians([5.0, 25.0, 45.0]))
    ]
    tried.sort(key=lambda one: -one[0])
    best = max((judged(one[1].view) for one in tried[:FINALISTS]), key=lambda one: one[0])
    for field in FIELDS:
        other = judged(View(best[1].view.azimuth, best[1].view.elevation, float(field)))
        best = max(best, other, key=lambda one: one[0])
    for step in np.radians([8.0, 4.0, 2.0]):
        for _ in range(3):
            now = best[1].view
            around = [(step, 0, 0), (-step, 0, 0), (0, step, 0), (0, -step, 0), (0, 0, step), (0, 0, -step)]
            views = [
                View(now.azimuth + a, float(np.clip(now.elevation + e, -1.4, 1.4)),
                     float(np.clip(now.field_of_view + f, 0.2, 1.2)))
                for a, e, f in around
            ]  # fmt: skip
            better = max([best, *map(judged, views)], key=lambda one: one[0])
            if better is best:
                break
            best = better
    return best[1]


def silhouette(places: Array, side: int = SIDE) -> Array:
    """(side, side) bool of points (N, 2), picture coordinates; pixels that points on both sides enclose count."""
    cell = np.floor(places * side).astype(int)
    cell = cell[((cell >= 0) & (cell < side)).all(1)]
    seen = np.zeros((side, side), bool)
    seen[cell[:, 1], cell[:, 0]] = True
    crowd = binary_dilation(seen, np.ones((3, 3), bool))
    return ~binary_dilation(~crowd, np.ones((3, 3), bool)) | seen


def surface_points(vertices: Array, triangles: Array, count: int, generator: np.random.Generator) -> Array:
    """(count, 3), evenly over the area."""
    corners = vertices[triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    chosen = corners[generator.choice(len(corners), count, p=area / area.sum())]
    u, v = generator.random((2, count, 1))
    root = np.sqrt(u)
    return chosen[:, 0] * (1 - root) + chosen[:, 1] * root * (1 - v) + chosen[:, 2] * root * v


def _opaque(alpha: Array) -> Array:
    """What counts as the object: of thin strokes, which a smaller cut-out makes faint all over, half as much does."""
    return alpha > alpha.max() // 2


def _flat(points: Array, view: View, radius: float) -> Array:
    """(N, 2): right and down, in perspective; the points are relative to the shape's middle."""
    right, up, back = view.axes
    depth = radius / np.sin(view.field_of_view / 2) - points @ back
    return np.stack([points @ right, -(points @ up)], 1) / np.maximum(depth, 1e-6)[:, None]
