"""What people prefer: broad sides to narrow ends, the middle of small platforms; lying, all of a bed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "place"))
import shapes

from backend.body.anchors import anchors_of
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.fitting.naming import TouchTarget
from backend.fitting.placement import coarse_body
from backend.fitting.preferences import cell_cost
from backend.fitting.stage import Stage
from backend.fitting.survey import survey
from backend.language.people import PersonSpec
from backend.language.prompt import Reading
from backend.place.box import Box
from backend.place.grounding import Match
from backend.place.supports import find_supports

FLOOR = Match("floor", (0,), 1.0, "name")
THING = Match("thing", (1,), 1.0, "name")


def _costs(action: str, low: tuple, high: tuple, points: list, *, on_top: bool = False) -> list[float]:
    """What the points (x, y) cost for one person who does something at, or on top of, a box on the floor."""
    scene = shapes.scene({"floor": shapes.floor(), "thing": shapes.box(low, high)})
    level = high[2] if on_top else 0.0
    around = Box(np.array(low) - [1.4, 1.4, 0.1], np.array(high) + [1.4, 1.4, 0.1 if high[2] > 1.9 else 2.0])
    touches = () if on_top else (TouchTarget(THING, ("left_palms",)),)
    stage = Stage(
        action, scene, (THING,) if on_top else (FLOOR,), FLOOR, touches, landmark=None, gaze=None, relation="",
        cursor=np.zeros(3), cursor_weight=0.0, box=around, ground_level=0.0, seat_wanted=False, ground_wanted=False,
    )  # fmt: skip
    stage, place = survey(stage, lambda: None)
    supports = find_supports(scene, place.field, stage.support[0].objects)[:1]
    cells = torch.tensor([[x, y, level] for x, y in points])
    owners = torch.zeros(len(cells), dtype=torch.long)
    reading = Reading((PersonSpec("Woman"),), action)
    return cell_cost(cells, owners, supports, stage, place, reading, 1.7).tolist()


def test_a_wall_is_pushed_at_its_face_rather_than_at_its_end():
    face, end = _costs("push", (-1.1, -0.07, 0), (1.1, 0.07, 2.2), [(0.2, -0.7), (1.75, 0.0)])
    assert end > face + 0.015


def test_all_sides_of_a_crate_are_as_good():
    sides = [(0.0, -0.8), (0.9, 0.0), (0.0, 0.8), (-0.9, 0.0)]
    costs = _costs("push", (-0.4, -0.3, 0), (0.4, 0.3, 0.8), sides)
    assert max(costs) - min(costs) < 0.004


def test_nobody_stands_at_the_edge_of_a_podium():
    low, high = (-0.6, -0.6, 0.0), (0.6, 0.6, 0.5)
    middle, edge, _ = _costs("stand", low, high, [(0.0, 0.0), (0.5, 0.5), (-0.5, -0.5)], on_top=True)
    assert edge > middle + 0.005
    # A stage is ground: any place of it will do.
    low, high = (-2.0, -2.0, 0.0), (2.0, 2.0, 0.5)
    middle, edge, _ = _costs("stand", low, high, [(0.0, 0.0), (1.6, 1.6), (-1.6, -1.6)], on_top=True)
    assert edge == pytest.approx(middle, abs=1e-4)


def test_whoever_pushes_has_floor_for_the_legs():
    """A leaning body's feet are about 80 cm from what it pushes."""
    from backend.fitting.extent import extent

    scene = shapes.scene({"floor": shapes.floor(), "thing": shapes.box((-1, 0, 0), (1, 0.15, 2))})
    stage = Stage(
        "push", scene, (FLOOR,), FLOOR, (TouchTarget(THING, ("left_palms",)),), landmark=None, gaze=None, relation="",
        cursor=np.zeros(3), cursor_weight=0.0, box=Box.around(np.zeros(3), 1.0), ground_level=0.0, seat_wanted=False,
        ground_wanted=False,
    )  # fmt: skip
    reach = {action: -float(extent(replace(stage, action=action))[0].minimum[1]) for action in ("push", "reach")}
    assert reach["push"] > 1.3 > reach["reach"]


def test_who_lies_is_in_the_middle_of_the_bed_with_all_of_the_body(anny, woman, regions):
    for anchor in anchors_of("lie"):
        rotations = resolve(anchor.posture, anny.skeleton, woman)
        body = coarse_body(anny, regions, woman, anchor, rotations, lambda contact: None)
        posed = pose(anny, woman, rotations, body.root).vertices[anny.topology.outer]
        middle = (posed.amin(0) + posed.amax(0)) / 2
        assert middle[:2].abs().max() < 1e-3, anchor.name
