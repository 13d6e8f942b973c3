"""Hair as a sculptor would make it: closed shapes with a clean hairline, volume, and locks that run with the comb.

All shapes are one sheet: columns go around the head from the crown, rows from the crown to the hairline and, where
the hair is long, on down. Azimuth 0 is the front, positive to the person's left. Reference body, metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .bound import Bound, near
from .grid import corner_uvs, fan, quads
from .measures import Measures, smooth_step
from .piece import Topology, indexed, strongest
from .skull import Skull, skull

Array = np.ndarray
COLUMNS, SCALP_ROWS, FALL_ROWS, INNER_ROWS = 96, 18, 12, 5
# Height over the eyes of the hairline by azimuth in degrees; shares of the height from eyes to crown.
_LINE = ((0, 0.68), (22, 0.70), (42, 0.58), (58, 0.40), (70, 0.02), (80, -0.14), (86, -0.02), (94, 0.13), (108, 0.10),
         (122, -0.12), (136, -0.55), (155, -0.80), (180, -0.86))  # fmt: skip


@dataclass(frozen=True)
class Style:
    """Lengths in metres."""

    name: str
    volume: float = 0.012  # over the crown
    sides: float = 0.006  # over the ears
    nape: float = 0.007
    locks: int = 20  # ridges around the head
    lock_depth: float = 0.003
    swirl: float = 1.2  # how much the locks turn on their way
    quiff: float = 0.0  # rise over the forehead
    parting: float | None = None  # azimuth in degrees from which the hair is combed to both sides
    fringe: float = 0.0  # how far the hair hangs into the forehead
    fall: float = 0.0  # how far it hangs below the eyes at the back; 0: it ends at the hairline
    fall_sides: float = 0.0
    opening: float = 62.0  # degrees: where the face begins
    curl_in: float = 0.0  # how the tips turn to the neck
    bumps: float = 0.0  # curls: height of bumps
    bump_size: float = 0.02
    bald: float = 0.0  # share of the way from the crown on which the skin is bare
    tail: str = ""  # "pony" or "bun"


STYLES = {
    s.name: s
    for s in (
        Style("Cropped Hair", 0.006, 0.003, 0.0035, 34, 0.0012, 0.8),
        Style("Short Hair", 0.017, 0.007, 0.008, 19, 0.004, 1.6, quiff=0.010),
        Style("Parted Hair", 0.017, 0.009, 0.008, 17, 0.0035, 0.7, quiff=0.006, parting=38.0),
        Style("Tousled Hair", 0.022, 0.012, 0.012, 15, 0.006, 2.6, quiff=0.008, fringe=0.12, bumps=0.004),
        Style("Bob", 0.018, 0.017, 0.017, 26, 0.0028, 0.35, fall=0.100, fall_sides=0.092, opening=84, curl_in=0.012,
              parting=25.0),
        Style("Long Hair", 0.017, 0.014, 0.017, 24, 0.0035, 0.5, fall=0.270, fall_sides=0.150, opening=86,
              parting=-20.0),
        Style("Ponytail", 0.009, 0.006, 0.007, 30, 0.0018, 0.0, tail="pony"),
        Style("Bun", 0.010, 0.007, 0.008, 30, 0.0018, 0.0, tail="bun"),
        Style("Curly Hair", 0.042, 0.034, 0.030, 0, 0.0, 0.0, bumps=0.011, bump_size=0.019),
        Style("Bowl Cut", 0.016, 0.013, 0.011, 26, 0.0026, 0.3, fringe=0.34),
        Style("Receding Hair", 0.005, 0.009, 0.009, 26, 0.002, 0.5, bald=0.62),
    )
}  # fmt: skip


def hair(m: Measures, style: Style) -> Bound:
    """A hair piece for everybody, carried by the head."""
    head = skull(m)
    sheet = _Sheet(m, head, style)
    points, faces, uvs, anchor = sheet.points, sheet.faces, sheet.uvs, sheet.anchor
    if style.tail:
        more, more_faces, more_uvs = _tail(head, style)
        faces = np.concatenate([faces, more_faces + len(points)])
        uvs = np.concatenate([uvs, more_uvs])
        anchor = np.concatenate([anchor, np.broadcast_to(more[:1], more.shape)])
        points = np.concatenate([points, more])
    on_head = m.surface_vertices & ~head.ears & (m.level > head.eye[2] - 0.09) & (m.vertices[:, 1] > head.eye[1] - 0.03)
    mix = near(anchor, m.vertices, on_head, 0.02, 12)
    topology = _topology(m, head, points, faces, uvs)
    cover = np.full(len(m.vertices), -1.0)
    if style.fall:
        cover[head.ears & (m.vertices[:, 1] > head.eye[1] + 0.062)] = 0.05
    return Bound(style.name, topology, points, mix, m.reference, ("head", "eye.L"), cover)


def _topology(m: Measures, head: Skull, points: Array, faces: Array, uvs: Array) -> Topology:
    bones = m.model.skeleton
    weights = np.zeros((len(points), len(bones.bone_names)))
    # What lies on the shoulders stays there when the head turns.
    share = smooth_step(points[:, 2], head.eye[2] - 0.21, head.eye[2] - 0.07)
    weights[:, bones.index("head")] = share
    weights[:, bones.index("neck01")] = (1 - share) * 0.5
    weights[:, bones.index("spine01")] = (1 - share) * 0.5
    kept, which = strongest(weights)
    coordinates, face_uvs = indexed(uvs)
    return Topology(faces, coordinates, face_uvs, np.zeros(len(faces), np.uint8), kept, which)


class _Sheet:
    def __init__(self, m: Measures, head: Skull, style: Style) -> None:
        self.head, self.style = head, style
        self.azimuth = 2 * np.pi * np.arange(COLUMNS) / COLUMNS
        degrees = np.abs((np.degrees(self.azimuth) + 180) % 360 - 180)
        line = self._hairline(degrees)
        crown = np.array([0.0, np.sin(0.42), np.cos(0.42)])
        level = np.stack([np.sin(self.azimuth), -np.cos(self.azimuth), np.zeros(COLUMNS)], 1)
        reach = 0.088
        edge = level * reach
        edge[:, 2] = head.eye[2] + line * head.height - head.center[2]
        edge /= np.linalg.norm(edge, axis=1, keepdims=True)
        share = np.linspace(0, 1, SCALP_ROWS + 1)[1:] ** 0.9
        directions = _slerp(crown, edge, share)  # (rows, columns, 3)
        scalp = head.surface(directions)
        normal = directions
        height = self._height(share, degrees, directions)
        outer = scalp + height[..., None] * normal
        self.scalp_edge = scalp[-1]
        rise = -0.004 if style.bald else style.volume + style.bumps * 0.4
        top = head.surface(crown[None])[0] + rise * crown
        rows, anchors = [outer], [scalp]
        falling = self._falling(degrees)
        fall, fall_anchor = self._fall(outer, scalp, falling, m)
        rows.append(fall)
        anchors.append(fall_anchor)
        inner, inner_anchor = self._inner(outer, scalp, fall, falling)
        rows.append(inner)
        anchors.append(inner_anchor)
        grid = np.concatenate(rows)
        count = len(grid)
        inside = head.center
        self.points = np.concatenate([grid.reshape(-1, 3), top[None], inside[None]])
        self.anchor = np.concatenate([np.concatenate(anchors).reshape(-1, 3), top[None], scalp[0].mean(0)[None]])
        last = (count - 1) * COLUMNS + np.arange(COLUMNS)
        crown_fan = fan(np.arange(COLUMNS)[::-1], count * COLUMNS)
        self.faces = np.concatenate([quads(count, COLUMNS, True), crown_fan, fan(last, count * COLUMNS + 1)])
        zero = np.zeros((2 * COLUMNS, 4, 2), np.float32)
        self.uvs = np.concatenate([corner_uvs(count, COLUMNS, True), zero])

    def _hairline(self, degrees: Array) -> Array:
        """(C,) height over the eyes as a share of the distance from eyes to crown."""
        where, what = np.array(_LINE).T
        line = np.interp(degrees, where, what)
        style = self.style
        if style.fringe:
            line = line - style.fringe * np.exp(-((degrees / 48) ** 4))
        kernel = np.array([1, 2, 3, 2, 1]) / 9
        return np.convolve(np.concatenate([line[-2:], line, line[:2]]), kernel, "valid")

    def _height(self, share: Array, degrees: Array, directions: Array) -> Array:
        """(rows, columns) off the skin."""
        style = self.style
        back = smooth_step(degrees, 115, 175)
        side = np.exp(-(((degrees - 90) / 42) ** 4))
        low = style.sides * side + (1 - side) * (style.nape * back + style.volume * 0.8 * (1 - back))
        body = style.volume + (low - style.volume) * smooth_step(share, 0.25, 0.85)[:, None]
        if style.fall:
            edge = np.exp(-(((degrees - style.opening) / 14) ** 2))
            body = body * (1 - 0.5 * edge * smooth_step(share, 0.4, 0.9)[:, None])
        front = np.exp(-((degrees / 40) ** 4)) * smooth_step(share, 0.35, 0.9)[:, None]
        body = body + style.quiff * front
        if style.bald:  # the sheet goes below the skin there
            bare = style.bald + 0.5 * np.exp(-((degrees / 55) ** 4))
            body = body - 0.012 * (1 - smooth_step(share[:, None], bare - 0.12, bare + 0.12))
        body = body + self._locks(share, degrees) + self._curls(directions)
        # Round edges that dip into the skin, so that no gap shows.
        rim = np.clip((1 - share) / np.clip(6 * style.volume, 0.10, 0.3), 0, 1)
        return body * np.sqrt(1 - (1 - rim) ** 2)[:, None] - 0.003 * (rim == 0)[:, None]

    def _locks(self, share: Array, degrees: Array) -> Array:
        style = self.style
        if not style.locks:
            return np.zeros((len(share), COLUMNS))
        azimuth = self.azimuth
        if style.parting is not None:
            away = (azimuth - np.radians(style.parting) + np.pi) % (2 * np.pi) - np.pi
            bend = 0.9 * np.sign(away) * np.exp(-((away / 0.8) ** 2)) * (1 - share[:, None])
            furrow = -0.75 * style.volume * np.exp(-((away / 0.10) ** 2)) * smooth_step(share, 0.25, 0.55)[:, None]
        else:
            bend = style.swirl * 0.35 * (1 - share[:, None])
            furrow = 0.0
        # Two waves that do not fit one another: locks of different widths.
        wave = style.locks * (azimuth + bend) + 1.9 * np.sin(3 * azimuth + 1.0) + style.swirl * share[:, None]
        ridge = 1 - np.abs(np.sin(wave / 2)) ** 0.8
        finer = 0.35 * np.sin(1.7 * wave + 2.0 + 2 * share[:, None])
        return -style.lock_depth * (ridge * 1.3 + finer) * smooth_step(share, 0.04, 0.4)[:, None] + furrow

    def _curls(self, directions: Array) -> Array:
        style = self.style
        if not style.bumps:
            return np.zeros(directions.shape[:2])
        random = np.random.default_rng(11)  # part of the design: everybody's curls are the same
        seeds = random.normal(size=(420, 3))
        seeds /= np.linalg.norm(seeds, axis=1, keepdims=True)
        radius = 0.17 / style.bump_size
        nearest = np.sqrt(np.clip(2 - 2 * (directions @ seeds.T).max(-1), 0, None)) * radius
        return style.bumps * (np.sqrt(np.clip(1 - (0.75 * nearest) ** 2, 0, 1)) - 0.5)

    # --- long hair ----------------------------------------------------------------------------------------------------

    def _falling(self, degrees: Array) -> Array:
        """(C,) 0…1: columns that hang on below the hairline."""
        if not self.style.fall:
            return np.zeros(COLUMNS)
        return smooth_step(degrees, self.style.opening - 5, self.style.opening + 4)

    def _fall(self, outer: Array, scalp: Array, falling: Array, m: Measures) -> tuple[Array, Array]:
        """Rows below the hairline. Where nothing hangs they stay on it; `outer` is bent to meet them."""
        style, head = self.style, self.head
        if not style.fall:
            return outer[:0], scalp[:0]
        degrees = np.abs((np.degrees(self.azimuth) + 180) % 360 - 180)
        level = np.stack([np.sin(self.azimuth), -np.cos(self.azimuth)], 1)
        columns = np.arange(COLUMNS)
        # From the widest place of the head straight down.
        away = ((outer[..., :2] - head.center[:2]) * level).sum(-1)
        widest = np.argmax(np.where(outer[..., 2] > head.eye[2] - 0.01, away, -1), axis=0)
        ear = np.exp(-(((degrees - 97) / 26) ** 4))
        radius = _around(np.maximum(away[widest, columns], (0.096 + style.lock_depth) * ear), 3)
        back = smooth_step(degrees, 90, 150)
        wave = style.locks * self.azimuth + 1.9 * np.sin(3 * self.azimuth + 1.0) + style.swirl
        furrow = 1 - np.abs(np.sin(wave / 2)) ** 0.8
        ragged = 0.012 * (style.fall > 0.15) * furrow
        end = head.eye[2] - (style.fall_sides + (style.fall - style.fall_sides) * back) + ragged
        share = np.linspace(0, 1, FALL_ROWS + 1)[1:, None]
        start = outer[widest, columns, 2]
        height = start + (end - start) * share
        # Behind, the hair follows the neck in, then the back out.
        neck = 0.022 * back * np.exp(-(((height - (head.eye[2] - 0.12)) / 0.06) ** 2))
        edge = np.exp(-(((degrees - style.opening) / 14) ** 2))  # the front edges lie along the cheeks
        close = 0.022 * edge * (0.5 + 0.5 * smooth_step(share, 0.0, 0.5))
        spread = -close - style.curl_in * smooth_step(share, 0.55, 1.0)
        locks = -style.lock_depth * 1.5 * furrow * (0.3 + 0.7 * share)
        reach = radius + spread - neck + locks
        hanging = np.concatenate([head.center[:2] + reach[..., None] * level, height[..., None]], 2)
        # It falls in front of the shoulders or behind them, not over them.
        low = smooth_step(head.eye[2] - 0.05 - hanging[..., 2], 0.0, 0.08)
        limit = 0.086 * np.tanh(np.abs(hanging[..., 0]) / 0.086) * np.sign(hanging[..., 0])
        hanging[..., 0] += low * (limit - hanging[..., 0])
        for _ in range(6):
            hanging[..., 1] += _clearance(hanging, m) * np.where(degrees > 88, 1.0, -1.0)
        # One line per column: over the head to the widest place, then down; as many rows on it as before.
        both = np.concatenate([outer, hanging])
        for column in np.flatnonzero(falling > 0):
            line = np.concatenate([outer[: widest[column] + 1, column], hanging[:, column]])
            step = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
            at = np.linspace(0, step[-1], len(both))
            even = np.stack([np.interp(at, step, line[:, axis]) for axis in range(3)], 1)
            stay = np.concatenate([outer[:, column], np.repeat(outer[-1:, column], len(hanging), 0)])
            both[:, column] = stay + falling[column] * (even - stay)
        both[len(outer) :, falling == 0] = outer[-1:, falling == 0]
        outer[:] = both[: len(outer)]
        anchor = np.where(falling[None, :, None] > 0, scalp[np.minimum(widest, len(scalp) - 1), columns], scalp[-1:])
        # What hangs is carried by the scalp at its column's widest place.
        hung = (np.arange(len(scalp))[:, None] > widest) & (falling > 0)
        scalp[:] = np.where(hung[..., None], anchor, scalp)
        return both[len(outer) :], np.broadcast_to(anchor, hanging.shape)

    def _inner(self, outer: Array, scalp: Array, fall: Array, falling: Array) -> tuple[Array, Array]:
        """The way back on the inside: up behind the hanging hair and into the head."""
        under = scalp[-1] + 0.08 * (self.head.center - scalp[-1])
        if not len(fall):
            return under[None], scalp[-1:]
        level = np.stack([np.sin(self.azimuth), -np.cos(self.azimuth), np.zeros(COLUMNS)], 1)
        outside = np.concatenate([outer[-1:], fall])
        picks = np.round(np.linspace(len(outside) - 1, 2, INNER_ROWS)).astype(int)
        thick = np.linspace(0.006, 0.012, INNER_ROWS)[:, None, None]
        back = outside[picks] - thick * level
        rows = under + falling[None, :, None] * (back - under)
        rows = np.concatenate([rows, under[None]])
        return rows, np.broadcast_to(scalp[-1], rows.shape)


def _around(values: Array, reach: int) -> Array:
    """Means over neighbouring columns."""
    count = 2 * reach + 1
    return np.convolve(np.concatenate([values[-reach:], values, values[:reach]]), np.ones(count) / count, "valid")


def _clearance(points: Array, m: Measures) -> Array:
    """(R, C) how far points should go outwards to clear neck and shoulders; a part of it at a time."""
    near_neck = (m.level > m.neck[2] - 0.25) & (m.level < m.neck[2] + 0.06) & (m.arm < 0.9)
    skin = np.flatnonzero(m.surface_vertices & near_neck)
    away, index = cKDTree(m.vertices[skin]).query(points.reshape(-1, 3))
    index = skin[index]
    off = ((points.reshape(-1, 3) - m.vertices[index]) * m.normals[index]).sum(1)
    need = np.where(away < 0.12, np.clip(0.016 - off, 0, 0.02), 0).reshape(points.shape[:2])
    return (np.roll(need, 1, 1) + 2 * need + np.roll(need, -1, 1)) / 4


def _tail(head: Skull, style: Style) -> tuple[Array, Array, Array]:
    """A ponytail or a bun behind the crown: points, faces, corner uvs."""
    pony = style.tail == "pony"
    root_direction = np.array([0.0, np.cos(0.42), np.sin(0.42)])
    root = head.surface(root_direction[None])[0]
    columns, rows = 28, 26 if pony else 16
    angle = 2 * np.pi * np.arange(columns) / columns
    share = np.linspace(0, 1, rows)
    if pony:
        # An arc out of the head and down, a bundle that swells and ends in a point.
        back = 0.050 * np.sin(np.minimum(1.9 * share, 1.35)) - 0.012 * share**2
        down = 0.016 * np.sin(np.pi * np.minimum(2.4 * share, 1)) - 0.235 * share**1.5
        path = root + np.stack([0 * share, back, down], 1)
        radius = 0.011 + 0.019 * np.sin(np.pi * np.clip(share * 0.86 + 0.1, 0, 1)) ** 0.8
        radius = radius * np.sqrt(np.clip((1 - share) / 0.45, 0, 1)) * (1 - 0.5 * np.exp(-((share / 0.05) ** 2)))
        radius[0], radius[-1] = 0.006, 0.0008
        lock = 1 - 0.16 * np.abs(np.sin(3.5 * angle[None] + 2.2 * share[:, None]))
        wide = np.array([1.15, 0.85])
    else:
        center = root + root_direction * 0.014
        turn = np.pi * (0.02 + 0.96 * share)
        path = center + np.outer(-np.cos(turn), root_direction) * 0.026
        radius = 0.036 * np.sin(turn)
        lock = 1 - 0.10 * np.abs(np.sin(2.5 * angle[None] + 5.0 * share[:, None]))
        wide = np.array([1.0, 1.0])
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = np.array([1.0, 0.0, 0.0])
    other = np.cross(tangent, side)
    ring = np.cos(angle)[None, :, None] * side * wide[0] + np.sin(angle)[None, :, None] * other[:, None] * wide[1]
    points = path[:, None] + (radius[:, None] * lock)[..., None] * ring
    flat = np.concatenate([points.reshape(-1, 3), path[:1], path[-1:]])
    count = rows * columns
    first, last = np.arange(columns), (rows - 1) * columns + np.arange(columns)
    faces = np.concatenate([quads(rows, columns, True), fan(first[::-1], count), fan(last, count + 1)])
    uvs = np.concatenate([corner_uvs(rows, columns, True), np.zeros((2 * columns, 4, 2), np.float32)])
    return flat, faces, uvs


def _slerp(a: Array, b: Array, share: Array) -> Array:
    """Unit directions from a (3,) to b (C, 3) at shares (R,): (R, C, 3)."""
    angle = np.arccos(np.clip(b @ a, -1, 1))[None, :, None]
    s = share[:, None, None]
    return (np.sin((1 - s) * angle) * a + np.sin(s * angle) * b) / np.sin(angle)
