"""What one rides: where the saddle, the grips and the pedals of a vehicle or an animal are, read from its shape.

A two-wheeler is long, narrow and symmetric. Its handlebar is the widest thing high up, the end it is nearer to is the
front, the saddle is the highest upward face behind it, pedals (or pegs) are what sticks out lowest between the wheels.
An animal's head is its highest point and its saddle the dip of its back; stirrups are treads that hang at its sides.
Metres, world frame, Z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SAMPLES = 30_000
NARROW = 0.16  # metres from the plane of symmetry that count as on it
SADDLE_REACH = (0.25, 1.1)  # metres behind the bar in which a saddle lies
TANK_REACH = (0.5, 1.2)  # where there is a tank between
GRIP_ABOVE = 0.34  # metres above the saddle at which grips may be
SADDLE_DEPTH = 0.05  # metres below its top that still are saddle
PEDAL_LEAST = 0.08  # metres that pedals stick out at least
STIRRUP_BELOW = (0.45, 1.0)  # metres below the saddle at which stirrups hang, and
STIRRUP_AWAY = 0.35  # … before or behind its middle
TREAD_LEVEL = 0.8  # least |upward part| of a tread's normal: flanks bulge, but are not level so far out
TREAD_LEAST = 8  # of SAMPLES that a tread has: 10 cm²
BAR_LEAST = 0.24  # metres, the narrowest handlebar
BAR_STANDS_OUT = 1.3  # times as wide as what else is high up


@dataclass(frozen=True)
class Mount:
    """`left` and `right` are the rider's."""

    forward: np.ndarray  # (2,) unit, direction of travel
    saddle: np.ndarray  # (3,) on top of it
    left_grip: np.ndarray | None = None  # (3,)
    right_grip: np.ndarray | None = None
    left_pedal: np.ndarray | None = None  # (3,)
    right_pedal: np.ndarray | None = None

    @property
    def left(self) -> np.ndarray:
        """(2,) unit, to the rider's left."""
        return np.array([-self.forward[1], self.forward[0]])


@dataclass(frozen=True)
class _Profile:
    """Surface samples in the mount's own axes, metres: along, aside of the plane of symmetry, up from its lowest."""

    points: np.ndarray  # (N, 3) along, aside, up
    upward: np.ndarray  # (N,) z of the unit normal, as the faces are wound
    axis: np.ndarray  # (2,) unit, world, of `along`
    origin: np.ndarray  # (3,) world

    @property
    def height(self) -> float:
        return float(self.points[:, 2].max())

    def world(self, local: np.ndarray) -> np.ndarray:
        aside = np.array([-self.axis[1], self.axis[0]])
        return self.origin + np.append(local[0] * self.axis + local[1] * aside, local[2])


def find_vehicle(corners: np.ndarray, *, tank: bool = False) -> Mount | None:
    """Of a bicycle or motorcycle, triangles (T, 3, 3) metres, world; None if it has no handlebar or no saddle.

    `tank`: there is something before the saddle that may be higher than it.
    """
    profile = _profile(corners)
    bar = _bar(profile)
    if bar is None:
        return None
    along_bar, front = bar
    saddle = _vehicle_saddle(profile, along_bar, front, TANK_REACH if tank else SADDLE_REACH)
    if saddle is None:
        return None
    grips = _sides(profile, _grip_mask(profile, along_bar, float(saddle[2])), front, highest=True)
    pedals = _sides(profile, _pedal_mask(profile), front, highest=False)
    return Mount(front * profile.axis, profile.world(saddle), *grips, *pedals)


def find_animal(corners: np.ndarray) -> Mount | None:
    """Of a horse or the like; None if it has no back to sit on."""
    profile = _profile(corners)
    along, up = profile.points[:, 0], profile.points[:, 2]
    low, high = np.quantile(along, (0.02, 0.98))
    top = along[up > 0.93 * profile.height].mean()
    front = 1.0 if top > (low + high) / 2 else -1.0
    middle = np.abs(profile.points[:, 1]) < NARROW
    inside = (along > low + 0.25 * (high - low)) & (along < high - 0.25 * (high - low))
    edges = np.linspace(low + 0.25 * (high - low), high - 0.25 * (high - low), 12)
    ridge = [
        (up[rows].max(), center)
        for start, end, center in zip(edges[:-1], edges[1:], (edges[:-1] + edges[1:]) / 2, strict=True)
        if (rows := middle & inside & (along >= start) & (along < end)).any()
    ]
    if not ridge:
        return None
    height, place = min(ridge)
    stirrups = _sides(profile, _stirrup_mask(profile, float(place), float(height)), front, highest=False)
    saddle = profile.world(np.array([place, 0.0, height]))
    return Mount(front * profile.axis, saddle, left_pedal=stirrups[0], right_pedal=stirrups[1])


def _profile(corners: np.ndarray) -> _Profile:
    points, normals = _surface_samples(corners)
    flat = points[:, :2] - np.median(points[:, :2], 0)
    axis = np.linalg.svd(flat, full_matrices=False)[2][0]
    # The plane of symmetry is where the mean distance to it is least; handlebars and stands tilt the principal axis.
    angles = np.radians(np.linspace(-14, 14, 57)) + np.arctan2(axis[1], axis[0])
    asides = np.stack([flat @ np.array([-np.sin(a), np.cos(a)]) for a in angles])
    best = np.abs(asides - np.median(asides, 1, keepdims=True)).mean(1).argmin()
    axis = np.array([np.cos(angles[best]), np.sin(angles[best])])
    across = np.array([-axis[1], axis[0]])
    center = np.median(points[:, :2], 0) + np.median(asides[best]) * across
    bottom = points[:, 2].min()
    origin = np.append(center, bottom)
    local = np.column_stack(((points[:, :2] - center) @ axis, (points[:, :2] - center) @ across, points[:, 2] - bottom))
    return _Profile(local, normals, axis, origin)


def _surface_samples(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SAMPLES points (N, 3), evenly by area and always the same ones, and the z of their unit normals (N,)."""
    corners = corners.astype(np.float64)
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(cross, axis=1)
    total = np.cumsum(area)
    rows = np.searchsorted(total, (np.arange(SAMPLES) + 0.5) / SAMPLES * total[-1]).clip(max=len(corners) - 1)
    # Roberts' R2 sequence, folded into the triangle.
    u = np.arange(SAMPLES) * 0.7548776662466927 % 1
    v = np.arange(SAMPLES) * 0.5698402909980532 % 1
    outside = u + v > 1
    u, v = np.where(outside, 1 - u, u), np.where(outside, 1 - v, v)
    a, b, c = corners[rows, 0], corners[rows, 1], corners[rows, 2]
    return a + u[:, None] * (b - a) + v[:, None] * (c - a), cross[rows, 2] / np.maximum(area[rows], 1e-12)


def _bar(profile: _Profile) -> tuple[float, float] | None:
    """Where along the handlebar is, and the sign of the front; None without one."""
    along, aside, up = profile.points.T
    high = up > 0.6 * profile.height
    if high.sum() < 50:
        return None
    edges = np.arange(along[high].min(), along[high].max() + 0.04, 0.04)
    widths = [
        (np.ptp(aside[rows]) if (rows := high & (along >= start) & (along < start + 0.04)).sum() > 4 else 0.0)
        for start in edges
    ]
    best = int(np.argmax(widths))
    usual = float(np.median([width for width in widths if width > 0]))
    if widths[best] < max(BAR_LEAST, BAR_STANDS_OUT * usual):
        return None
    wide = [edge for edge, width in zip(edges, widths, strict=True) if width > 0.85 * widths[best]]
    place = float(np.mean(wide)) + 0.02
    middle = float(np.quantile(along, (0.01, 0.99)).mean())
    return place, 1.0 if place > middle else -1.0


def _vehicle_saddle(profile: _Profile, bar: float, front: float, reach: tuple[float, float]) -> np.ndarray | None:
    """(3,) local: the middle of the highest upward face behind the bar, rather than the tube before it."""
    along, aside, up = profile.points.T
    behind = (bar - along) * front
    rows = (np.abs(aside) < NARROW) & (behind > reach[0]) & (behind < reach[1])
    rows &= (up > 0.45 * profile.height) & (np.abs(profile.upward) > 0.6)
    if rows.sum() < 10:
        return None
    top = np.quantile(up[rows], 0.98)
    flat = rows & (up > top - SADDLE_DEPTH)
    # One sits on the wide rear of a saddle, not on its nose.
    place = np.quantile(along[flat] * front, 0.4) * front
    here = flat & (np.abs(along - place) < 0.08)
    return np.array([place, 0.0, float(np.quantile(up[here], 0.9))]) if here.any() else None


def _grip_mask(profile: _Profile, bar: float, saddle: float) -> np.ndarray:
    """Where hands can be: mirrors are higher than that."""
    along, aside, up = profile.points.T
    near = (np.abs(along - bar) < 0.16) & (up > 0.55 * profile.height) & (up < saddle + GRIP_ABOVE)
    return near & (np.abs(aside) > 0.6 * np.abs(aside[near]).max(initial=0.0)) if near.any() else near


def _pedal_mask(profile: _Profile) -> np.ndarray:
    along, aside, up = profile.points.T
    low, high = np.quantile(along, (0.01, 0.99))
    between = (along > low + 0.22 * (high - low)) & (along < high - 0.22 * (high - low))
    rows = between & (up > 0.06 * profile.height) & (up < 0.5 * profile.height)
    if not rows.any():
        return rows
    reach = np.abs(aside[rows]).max()
    return rows & (np.abs(aside) > max(0.65 * reach, PEDAL_LEAST))


def _stirrup_mask(profile: _Profile, saddle_along: float, saddle_up: float) -> np.ndarray:
    """What is level and farthest out at the animal's sides, where riders' feet are; nothing if there is too little."""
    along, aside, up = profile.points.T
    below = saddle_up - up
    beside = np.abs(along - saddle_along) < STIRRUP_AWAY
    reach = np.abs(aside[beside]).max(initial=0.0)
    rows = beside & (below > STIRRUP_BELOW[0]) & (below < STIRRUP_BELOW[1])
    rows &= (np.abs(aside) > 0.7 * reach) & (np.abs(profile.upward) > TREAD_LEVEL)
    sides = [np.abs(aside[rows & (aside * side > 0)]) for side in (-1, 1)]
    # Within the flanks pieces of the animal may have level ends, too.
    return rows & all(len(own) >= TREAD_LEAST and own.max() > 0.94 * reach for own in sides)


def _sides(profile: _Profile, mask: np.ndarray, front: float, *, highest: bool) -> tuple:
    """The world points (3,) of the rider's left and right part of what `mask` selects; None where there is none."""
    found = []
    for side in (front, -front):  # aside grows to the left when along is forward
        rows = mask & (profile.points[:, 1] * side > 0.02)
        if not rows.any():
            found.append(None)
            continue
        points = profile.points[rows]
        top = points[:, 2].max()
        upper = points[points[:, 2] > top - 0.05] if highest else points
        local = np.median(upper, 0)
        local[2] = np.quantile(upper[:, 2], 0.9)
        found.append(profile.world(local))
    return tuple(found)
