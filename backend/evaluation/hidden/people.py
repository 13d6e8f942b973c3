"""Who is hidden in a request's place, and who is mistaken for them.

Where the ground alone carries whoever does what the request says, it is somebody in a recorded pose of motion that the
pose prior has not seen; the contact fit settles them, so that the truth meets nothing it should not. Elsewhere, on
furniture, on vehicles, with hands on things, no recording fits the place: there it is one of several candidates of the
people pipeline with seeds of its own, not the best of them but one who is where imagining will aim its cameras: a
painter paints what cameras see.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.body import anny_model
from backend.body.anchors import anchors_of
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import PosedBody, pose
from backend.body.posture import resolve
from backend.body.shaping import shaped_people
from backend.evaluation.lifting.cases import held_out_poses
from backend.evaluation.requests import EvaluationRequest
from backend.fitting.setting import without_missing
from backend.language.imagined import read_wish
from backend.language.prompt import Reading
from backend.pipelines import humans, imagine, photo
from backend.pipelines.answering import answered
from backend.place.scene import Scene
from backend.service.context import LocalContext
from protocol.messages import HumansRequest, ImagineRequest, Mesh, Result, Snapshot

from .truth import joints_of

RECORDED, LIBRARY = "recorded", "library"
OFFERED = 4  # of the library, of which one is taken
ATTEMPTS, AGAIN = 4, 5000  # to find one of them near enough, on large objects: how often, and the seeds' distance
NEAR = 0.6  # metres: as far as places are apart that imagining has its cameras show together
FEET = ("soles", "toes", "heels")
FIRM = 1.0  # contacts of at least this weight carry
ALIKE = 24  # recorded poses whose hips are about as high as the action's, of which one is taken


@dataclass(frozen=True)
class Hidden:
    person: Result  # one candidate, one person
    source: str  # RECORDED or LIBRARY


def hidden_person(
    request: EvaluationRequest, snapshot: Snapshot, meshes: Mapping[str, Mesh], seed: int, motion: Path | None
) -> Hidden:
    """`motion`: folder of recorded clips, if there is one. Raises the typed errors of `protocol.errors`."""
    reading = read_wish(request.prompt).reading
    if motion is not None and on_feet(reading):
        asked = HumansRequest(request.prompt, snapshot, request.where, 1, seed)
        return Hidden(_recorded(reading, asked, meshes, motion), RECORDED)
    imagined = ImagineRequest(request.prompt, snapshot, where=request.where, seed=request.seed)
    aim = imagine.looked_at(imagined, meshes, LocalContext()).center[:2]
    found: tuple[float, Result] | None = None
    for attempt in range(ATTEMPTS):
        asked = HumansRequest(request.prompt, snapshot, request.where, OFFERED, seed + AGAIN * attempt)
        offered = humans.run(asked, meshes, LocalContext())
        away = np.linalg.norm(_places(offered) - aim, axis=1)
        if (near := np.flatnonzero(away < NEAR)).size:
            return Hidden(_only(offered, int(np.random.default_rng(seed).choice(near))), LIBRARY)
        if found is None or away.min() < found[0]:
            found = float(away.min()), _only(offered, int(away.argmin()))
    return Hidden(found[1], LIBRARY)


def _places(result: Result) -> np.ndarray:
    """(N, 2) metres: where the first person of each candidate is, from above."""
    return np.stack([joints_of(result, k).mean(0)[:2] for k in range(len(result.candidates))])


def on_feet(reading: Reading) -> bool:
    """Whether nothing but feet on the ground carries or touches in the action."""
    firm = {c.region for anchor in anchors_of(reading.action) for c in anchor.contacts if c.weight >= FIRM}
    return not reading.touches and all(region.endswith(FEET) for region in firm)


def _only(result: Result, candidate: int) -> Result:
    """The first person of one candidate."""
    one = result.candidates[candidate]
    return replace(result, candidates=(replace(one, people=one.people[:1]),))


def _recorded(reading: Reading, asked: HumansRequest, meshes: Mapping[str, Mesh], motion: Path) -> Result:
    model, scene = anny_model.load(), Scene.from_snapshot(asked.snapshot, meshes)
    generator = torch.Generator().manual_seed(asked.seed)
    shaped = shaped_people(reading.people, model, generator)[0]
    poses = _like(reading, shaped, model, _poses(motion))
    body = pose(model, shaped, poses[int(torch.randint(len(poses), (), generator=generator))], torch.zeros(3))
    job, started = LocalContext(), time.monotonic()
    placements = photo.settled(without_missing(reading, scene), body, scene, asked, model, generator, job)
    return answered(asked, [placements[:1]], model, f"{reading.summary}, recorded", started, job)


@cache
def _poses(motion: Path) -> Tensor:
    """(F, B, 3, 3)"""
    return held_out_poses(motion, anny_model.load())


def _like(reading: Reading, shaped: ShapedBody, model: BodyModel, poses: Tensor) -> Tensor:
    """(ALIKE, B, 3, 3): recorded poses that lower the hips about as far as the action does."""
    anchor = anchors_of(reading.action)[0]
    wanted = _hips(pose(model, shaped, resolve(anchor.posture, model.skeleton, shaped), torch.zeros(3)))
    off = torch.tensor([abs(_hips(pose(model, shaped, own, torch.zeros(3))) - wanted) for own in poses])
    return poses[off.argsort()[:ALIKE]]


def _hips(body: PosedBody) -> float:
    """Metres of the root bone above the lowest skin."""
    return float(body.root_position[2] - body.vertices[:, 2].min())
