"""A pose in words of the library: its posture as directions, what of it is on the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.anchors import Contact
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import pose
from backend.body.posture import Arm, Leg, Posture, palm_normal
from backend.body.regions import Regions
from backend.body.rotations import about_z, unit

TOUCHING = 0.025  # metres above the lowest point up to which a part of the body is on the ground
_UP, _FRONT = torch.tensor([0.0, 0, 1]), torch.tensor([0.0, -1, 0])
_MOST_TOES_UP = 45.0  # degrees


def without_heading(rotations: Tensor) -> Tensor:
    """Local rotations (B, 3, 3) turned about the vertical until the pelvis faces −Y."""
    front = -rotations[0, :, 1]
    yaw = torch.atan2(front[0], -front[1])
    turned = rotations.clone()
    turned[0] = about_z(-yaw) @ rotations[0]
    return turned


@dataclass(frozen=True)
class Stand:
    """A pose on its ground."""

    posture: Posture
    grounded: tuple[str, ...]  # parts on the ground, best first: "left_soles", "right_toes" …
    height: float  # metres of the pelvis above the ground


class Describer:
    def __init__(self, model: BodyModel, shaped: ShapedBody, regions: Regions) -> None:
        self.model, self.shaped, self.regions = model, shaped, regions

    def __call__(self, rotations: Tensor, yaw: float | None = None) -> Stand:
        """`rotations` (B, 3, 3) local, the root's in world; `yaw` in radians where the heading is known."""
        turned = without_heading(rotations) if yaw is None else rotations.clone()
        if yaw is not None:
            turned[0] = about_z(torch.tensor(-yaw)) @ rotations[0]
        body = pose(self.model, self.shaped, turned, torch.zeros(3))
        ground = float(body.vertices[self.model.topology.outer, 2].min())
        posture = self._posture(body.bone_poses, body.vertices, ground)
        return Stand(posture, self._grounded(body.vertices, ground), -ground)

    def _posture(self, bone_poses: Tensor, vertices: Tensor, ground: float) -> Posture:
        names = self.model.skeleton.bone_names
        turns = {n: bone_poses[k, :3, :3] @ self.shaped.bone_poses[k, :3, :3].mT for k, n in enumerate(names)}
        points = {n: bone_poses[k, :3, 3] for k, n in enumerate(names)}
        rest = {n: self.shaped.heads[k] for k, n in enumerate(names)}
        limbs: dict[str, Leg | Arm] = {}
        for side, suffix in (("left", ".L"), ("right", ".R")):
            foot = turns[f"foot{suffix}"]
            ahead = rest[f"toe3-1{suffix}"] - rest[f"foot{suffix}"]
            toes = foot @ unit(ahead * ahead.new_tensor([1.0, 1, 0]))
            lifted = math.degrees(math.asin(max(-1.0, min(1.0, float(-toes[2])))))
            low = float(vertices[self.regions[f"{side}_toes"], 2].min()) - ground < 2 * TOUCHING
            limbs[f"{side}_leg"] = Leg(
                _d(points[f"lowerleg01{suffix}"] - points[f"upperleg01{suffix}"]),
                _d(points[f"foot{suffix}"] - points[f"lowerleg01{suffix}"]), _d(toes), _d(foot @ _UP),
                _d(turns[f"upperleg02{suffix}"] @ _FRONT),
                # Toes that carry bend up at the ball until they are flat.
                toes_up=round(min(max(lifted, 0.0), _MOST_TOES_UP)) if low else 0.0,
            )  # fmt: skip
            upper = unit(rest[f"lowerarm01{suffix}"] - rest[f"upperarm01{suffix}"])
            fore = unit(rest[f"wrist{suffix}"] - rest[f"lowerarm01{suffix}"])
            hand = turns[f"wrist{suffix}"]
            limbs[f"{side}_arm"] = Arm(
                _d(points[f"lowerarm01{suffix}"] - points[f"upperarm01{suffix}"]),
                _d(points[f"wrist{suffix}"] - points[f"lowerarm01{suffix}"]),
                _d(hand @ palm_normal(self.model.skeleton, self.shaped.heads, suffix)),
                _d(hand @ unit(rest[f"finger3-1{suffix}"] - rest[f"wrist{suffix}"])),
                _d(turns[f"upperarm02{suffix}"] @ unit(fore - (fore @ upper) * upper)),
            )
        return Posture(
            _d(turns["root"] @ _UP), _d(turns["root"] @ _FRONT), _d(turns["spine01"] @ _UP),
            _d(turns["spine01"] @ _FRONT), _d(turns["head"] @ _UP), _d(turns["head"] @ _FRONT), **limbs,
        )  # fmt: skip

    def _grounded(self, vertices: Tensor, ground: float) -> tuple[str, ...]:
        found = []
        for side in ("left", "right"):
            heel, toe = (self._height(vertices, ground, f"{side}_{part}") for part in ("heels", "toes"))
            if max(heel, toe) < TOUCHING:
                found.append((max(heel, toe), f"{side}_soles"))
            elif min(heel, toe) < TOUCHING:
                found.append((min(heel, toe), f"{side}_heels" if heel < toe else f"{side}_toes"))
            for part in ("knees", "palms"):
                height = self._height(vertices, ground, f"{side}_{part}")
                if height < TOUCHING:
                    found.append((height, f"{side}_{part}"))
        height = self._height(vertices, ground, "buttocks")
        if height < TOUCHING:
            found.append((height, "buttocks"))
        return tuple(name for _, name in sorted(found))

    def _height(self, vertices: Tensor, ground: float, region: str) -> float:
        heights = vertices[self.regions[region], 2].sort().values
        return float(heights[: max(3, len(heights) // 4)].mean()) - ground


def contacts(stand: Stand, to: str) -> tuple[Contact, ...]:
    """The grounded parts as contacts: the lowest firm, the others nearly so."""
    return tuple(Contact(name, to, 1.0 if k == 0 else 0.8) for k, name in enumerate(stand.grounded))


def _d(vector: Tensor) -> tuple[float, float, float]:
    x, y, z = (round(float(v), 3) for v in unit(vector))
    return x, y, z
