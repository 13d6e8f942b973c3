"""A dozen dressed people in anchor poses, as one picture: what the wardrobe looks like, and where to look for faults.

Nobody is fitted to anything here; everybody stands, sits or lies as their anchor says, on the floor or on a block. The
rest goes the way of every request: sentences, outfits, messages, and the extension's own insertion.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch

from backend.body.anchors import ANCHORS
from backend.body.model import BodyModel
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.body.rotations import exp
from backend.body.shaping import shaped_people
from backend.language.clothing import read_clothing
from backend.language.prompt import read_all
from backend.pipelines.looks import Wardrobe, rig_message
from backend.pipelines.persons import person_message
from protocol.messages import Candidate, Result

from .process import blender_process, build_extension


@dataclass(frozen=True)
class Placed:
    """Who, how and where. `at`: metres; `yaw`: radians, 0 faces −Y; `seat`: height of what carries the lowest part."""

    prompt: str
    anchor: str
    at: tuple[float, float]
    yaw: float = 0.0
    overlay: str = ""
    seat: bool = False  # sits on a block as high as the knees' bend asks


FRONT, BACK = -1.15, 0.55
PEOPLE: tuple[Placed, ...] = (
    Placed("an old man in a grey suit", "standing at ease", (-3.3, BACK), 0.35),
    Placed("a woman with long brown hair in a red dress", "standing, weight on one leg", (-2.6, BACK), 0.15),
    Placed(
        "a young man with black hair in a yellow t-shirt and jeans",
        "standing straight",
        (-1.5, BACK),
        0.1,
        "arms raised",
    ),
    Placed(
        "a plump woman with curly hair in a teal blouse and trousers",
        "standing at ease",
        (-0.65, BACK),
        0.1,
        "hands on hips",
    ),
    Placed(
        "a muscular man with short hair in a dark green sweater and black jeans",
        "standing at ease",
        (0.25, BACK),
        -0.1,
        "arms crossed",
    ),
    Placed("a woman with a bun in a blue jacket, a white t-shirt and a long skirt", "walking", (1.1, BACK), -0.5),
    Placed(
        "a fat man with receding hair in a light blue shirt and brown trousers",
        "standing straight",
        (2.6, BACK),
        -0.25,
    ),
    Placed("an old woman with grey hair in a burgundy sweater and a skirt", "standing at ease", (3.35, BACK), -0.35),
    Placed(
        "a girl with a ponytail in a mustard t-shirt and shorts", "standing at ease", (-3.0, FRONT + 0.4), 0.4, "waving"
    ),
    Placed("a blonde woman in a navy dress", "sitting upright", (-1.85, FRONT), 0.5, "", True),
    Placed("a man in a red t-shirt and khaki shorts", "sitting cross-legged", (-0.85, FRONT), 0.2),
    Placed("a woman with a bob in an emerald dress", "kneeling upright", (0.05, FRONT), -0.3),
    Placed("a boy in an orange t-shirt and jeans", "squatting", (0.95, FRONT), -0.2),
    Placed("a tall man with parted hair in a charcoal suit", "sitting relaxed", (1.85, FRONT), -0.45, "", True),
    Placed("a teenage girl with red hair in a lilac t-shirt and jeans", "sitting with knees up", (3.0, FRONT), -0.5),
)


def line_up(model: BodyModel, people: Sequence[Placed] = PEOPLE, seed: int = 3) -> tuple[Result, list[tuple]]:
    """A result with one candidate of all people, and blocks (low, high corners; metres) for those who sit."""
    wardrobe = Wardrobe(model, seed, clothes=True, hair=True)
    messages, blocks = [], []
    for number, placed in enumerate(people):
        clothing = read_clothing(placed.prompt)
        (spec,) = clothing.over(read_all(f"{clothing.text} standing"))[0].people
        generator = torch.Generator().manual_seed(100 * seed + number)
        shaped = shaped_people([spec], model, generator)[0]
        anchor = next(anchor for anchor in ANCHORS if anchor.name == placed.anchor)
        anchor = with_overlay(anchor, OVERLAYS[placed.overlay]) if placed.overlay else anchor
        rotations = resolve(anchor.posture, model.skeleton, shaped)
        rotations[0] = exp(torch.tensor([0.0, 0.0, placed.yaw])) @ rotations[0]
        body = pose(model, shaped, rotations, torch.tensor([*placed.at, 0.0]))
        lowest = body.vertices[model.topology.outer, 2].min()
        body = pose(model, shaped, rotations, torch.tensor([*placed.at, -float(lowest)]))
        if placed.seat:
            blocks.append(_block(model, body.vertices, placed))
        stance = SimpleNamespace(yaw=placed.yaw)
        messages.append(person_message(model, spec, body, stance, wardrobe))
    candidate = Candidate(tuple(messages), "stand", "")
    return Result("0" * 32, (rig_message(model),), (candidate,), 0.0, "", wardrobe.patterns), blocks


def _block(model: BodyModel, vertices: torch.Tensor, placed: Placed) -> tuple:
    """A box under the seat: centre, half-width and height, turned as the person."""
    weights = model.topology.dense_weights(len(model.skeleton.bone_names))
    names = model.skeleton.bone_names
    seat = (
        weights[:, [k for k, name in enumerate(names) if name.startswith(("root", "pelvis", "upperleg01"))]].sum(1)
        > 0.6
    )
    points = vertices[seat & model.topology.outer]
    return placed.at, placed.yaw, float(points[:, 2].min())


def draw(picture: Path, scene: Path, say: Callable[[str], None]) -> None:
    """Insert them with the extension in a Blender of its own, render, and keep the scene."""
    with tempfile.TemporaryDirectory(prefix="staffage-lineup-") as folder:
        say("Building the extension")
        archive = build_extension(Path(folder))
        say("Dressing and drawing")
        log = Path(folder, "blender.log")
        command = [sys.executable, "-m", "backend.evaluation.blender.lineup", str(archive), str(picture), str(scene)]
        with blender_process(command, log) as process:
            code = process.wait()
        if code:
            raise RuntimeError(log.read_text("utf-8", "replace")[-2000:])
