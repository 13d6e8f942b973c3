"""Small things are held around their middle, from where the hand can get there; what stays on the table is said."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh

sys.path.insert(0, str(Path(__file__).parents[1] / "place"))
import shapes

from backend.fitting.naming import TouchTarget
from backend.fitting.placement import REACHED, CoarseBody, Search, search
from backend.fitting.setting import without_missing
from backend.fitting.stage import Stage
from backend.fitting.survey import survey
from backend.language.prompt import read
from backend.place.box import Box
from backend.place.grounding import Match

FLOOR, TABLE, MUG, LAPTOP = (Match(n, (k,), 1.0, "name") for k, n in enumerate(("floor", "table", "mug", "laptop")))
TOP = 0.74


def _mug() -> shapes.Part:
    """Open at the top, 10 cm high, 4 cm in radius, with a handle at +X; its middle is (0, 0.1)."""
    wall = trimesh.creation.annulus(r_min=0.036, r_max=0.04, height=0.1)
    bottom = trimesh.creation.cylinder(0.038, 0.01).apply_translation([0, 0, -0.045])
    ear = trimesh.creation.torus(0.025, 0.005, 24, 8)
    ear.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0])).apply_translation([0.058, 0, 0])
    mesh = trimesh.util.concatenate([wall, bottom, ear]).apply_translation([0, 0.1, TOP + 0.05])
    return np.array(mesh.vertices), np.array(mesh.faces)


def _laptop() -> shapes.Part:
    """Keys at 2 cm above the table, the lid standing behind them."""
    keys = shapes.box((0.3, -0.2, TOP), (0.62, 0.02, TOP + 0.02))
    return shapes.join(keys, shapes.box((0.3, 0.02, TOP), (0.62, 0.035, TOP + 0.24)))


SCENE = shapes.scene({
    "floor": shapes.floor(), "table": shapes.box((-0.7, -0.4, TOP - 0.04), (0.7, 0.4, TOP)), "mug": _mug(),
    "laptop": _laptop(),
})  # fmt: skip


def _place(match: Match, *regions: str):
    stage = Stage(
        "stand", SCENE, (FLOOR,), FLOOR, (TouchTarget(match, regions),), landmark=None, gaze=None, relation="",
        cursor=np.zeros(3), cursor_weight=0.0, box=Box((-0.9, -0.7, -0.1), (0.9, 0.7, 1.5)), ground_level=0.0,
        seat_wanted=False, ground_wanted=False,
    )  # fmt: skip
    return survey(stage, lambda: None)[1]


def test_a_cup_is_held_around_its_middle_and_not_with_fingers_in_it():
    place = _place(MUG, "right_palms")
    surface = place.surfaces["touch0"]
    beside, rim = (torch.tensor([0.0, 0.1 - 0.04, z]) for z in (TOP + 0.05, TOP + 0.1))
    assert surface.sample(beside) < 0.012 < 0.02 < surface.sample(rim)
    inside, through_the_handle = torch.tensor([[0.0, 0.1, TOP + 0.06], [0.058, 0.1, TOP + 0.05]])
    assert place.signed_distance(inside) < -0.01
    assert place.signed_distance(through_the_handle) > 0
    # Whoever only reaches for it may well reach into it.
    assert _place(MUG, "right_fingertips").signed_distance(inside) > 0


def test_keys_are_typed_on_and_not_the_lid():
    keys, lid = torch.tensor([[0.46, -0.1, TOP + 0.02], [0.46, 0.02, TOP + 0.2]])
    typing = _place(LAPTOP, "left_fingertips", "right_fingertips").surfaces["touch0"]
    assert typing.sample(keys) < 0.01 and typing.sample(lid) > 0.1
    assert _place(LAPTOP, "right_fingertips").surfaces["touch0"].sample(lid) < 0.01


def test_whoever_types_on_a_thing_with_keys_has_the_fingers_on_it():
    (touch,) = read("a man sitting on the chair, typing on the laptop").touches
    assert set(touch.regions) == {"left_fingertips", "right_fingertips"} and touch.phrase == "laptop"
    assert read("a man typing on the computer at the desk").touches == ()


def test_no_hand_begins_below_the_table_that_the_thing_is_on():
    place = _place(MUG, "right_palms")
    middle = torch.tensor([0.0, 0.1, TOP + 0.05])

    handled = {"touch0": (middle, place.surfaces["touch0"].whole.sample)}

    def cost(height: float, barred: bool) -> float:
        """Of a hand 10 cm before the mug at a height, metres."""
        hand = middle + torch.tensor([0.0, -0.1, height - float(middle[2])])
        body = CoarseBody(
            _anchor(), torch.eye(3)[None], torch.zeros(3), torch.zeros(1, 3), torch.full((1,), -1.0),
            (("touch0", 1.0, hand.repeat(16, 1)),), torch.zeros(3),
        )  # fmt: skip
        task = Search(
            place.signed_distance, {"touch0": place.surfaces["touch0"].sample}, torch.zeros(1, 3), torch.zeros(1), 0.0,
            lambda cells, facings: torch.zeros(len(cells), len(facings)), handled if barred else {},
        )  # fmt: skip
        return float(search([body], task).costs[0, 0, 0])

    assert cost(0.6, True) == pytest.approx(cost(0.6, False) + REACHED, abs=1e-5)
    assert cost(0.85, True) == pytest.approx(cost(0.85, False), abs=1e-5)


def _anchor():
    from backend.body.anchors import anchors_of

    return anchors_of("stand")[0]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a man drinking from the mug", "“mug” stays where it is"),
        ("a man drinking from a mug", "“mug” stays where it is"),
        ("a woman reading the laptop", "“laptop” stays where it is"),
        ("a woman holding the mug", ""),
        ("a man reaching for the mug", ""),
        ("a man carrying the laptop", "“laptop” stays where it is"),
        ("a man carrying the box", ""),
    ],
)
def test_what_would_have_to_come_along_stays_and_that_is_said(prompt, said):
    warnings = " ".join(without_missing(read(prompt), SCENE).warnings)
    assert (said in warnings) if said else ("stays" not in warnings)
