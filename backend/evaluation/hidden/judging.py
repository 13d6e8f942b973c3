"""An answer against the hidden person, and against the scene with the evaluation's own measures. Metres."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch

from backend.evaluation.bodies import Body
from backend.evaluation.judging import MARGIN, VOXEL
from backend.evaluation.metrics import Place, measure
from backend.place.box import Box
from backend.place.field import build_field
from backend.place.scene import Scene
from protocol.messages import Result

from .studio import Shown
from .truth import JOINTS, joints_of


@dataclass(frozen=True)
class Found:
    """One candidate."""

    joint_error: float  # mean distance of the joints from the hidden person's
    worst_joint: str
    worst_error: float
    outside: float  # share of the skin outside solids, as `metrics` defines it
    deepest: float
    gap: float
    support: str  # what carries it
    support_right: bool | None  # whether that is what the request names; None if it names nothing

    def as_json(self) -> dict[str, object]:
        return {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(self).items()}


def measured(scene: Scene, hidden: Result, answer: Shown, support: str = "") -> Found:
    """`answer` as Blender shows it. `support`: the object that must carry the person; empty if none is asked for."""
    errors = np.linalg.norm(np.stack([answer.heads[name] for name in JOINTS]) - joints_of(hidden, 0), axis=1)
    body = Body(answer.vertices, answer.triangles, answer.strongest)
    place = _place(scene)
    box = Box(body.vertices.min(0) - MARGIN, body.vertices.max(0) + MARGIN)
    field = build_field(scene, box, voxel=VOXEL)
    own = measure(
        body, place, lambda points: field.sample(torch.from_numpy(points.astype(np.float32))).numpy(), support=support
    )
    worst = int(errors.argmax())
    wanted = {place.names[k] for k in place.objects_named(support)} if support else None
    return Found(
        float(errors.mean()), JOINTS[worst], float(errors[worst]), own.outside, own.deepest, own.gap, own.support,
        None if wanted is None else own.support in wanted,
    )  # fmt: skip


def _place(scene: Scene) -> Place:
    low, high = scene.bounds
    triangles = scene.triangles_in(Box(low, high))
    return Place(tuple(item.name for item in scene.objects), triangles.corners, triangles.object_index)
