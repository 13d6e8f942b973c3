"""Our figures on Anny standing and sitting in places made of boxes."""

import numpy as np
import pytest
import trimesh

from backend.evaluation.anatomy import action_named, anatomy_of
from backend.evaluation.metrics import Place, carrying_of, read
from backend.evaluation.ours import bearing_skin, figures
from backend.evaluation.requests import EvaluationRequest


def box(size, at):
    return trimesh.creation.box(size).apply_translation(at)


def place(**meshes):
    corners = [mesh.triangles for mesh in meshes.values()]
    return Place(tuple(meshes), np.concatenate(corners).astype(np.float32),
                 np.repeat(np.arange(len(corners)), [len(own) for own in corners]))  # fmt: skip


def judged(body, where, action, **asked):
    def solid(points):
        inside = np.zeros(len(points), bool)
        for index in range(len(where.names)):
            corners = where.corners[where.object_index == index].reshape(-1, 3)
            inside |= np.all((points > corners.min(0)) & (points < corners.max(0)), axis=1)
        return np.where(inside, -1e-6, 1.0)

    anatomy, known = anatomy_of(body), action_named(action)
    reading = read(body, where, solid)
    held = carrying_of(body, where, reading, bearing_skin(anatomy, known))
    return figures(body, where, reading, held, EvaluationRequest("…", **asked), anatomy, known)


FLOOR = box((6, 6, 0.2), (0, 0, -0.1))


def sitting(posed, at=(0.0, 0.0, 0.0)):
    """Thighs forward, shins down."""
    turns = {f"{bone}.{side}": turn for side in "LR"
             for bone, turn in (("upperleg01", (-90, 0, 0)), ("lowerleg01", (85, 0, 0)))}  # fmt: skip
    return posed(turns, at=at)


def test_standing_on_the_floor(posed):
    found = judged(posed({}), place(floor=FLOOR), "standing straight", support="floor")
    assert found.support_right and found.support_share == pytest.approx(1.0)
    assert found.contact_gap == pytest.approx(0.0, abs=2e-3) and set(found.gaps) >= {"left_soles on floor"}
    assert found.floating == pytest.approx(0.0, abs=2e-3)
    assert found.still and 0.02 < found.balance < 0.2
    assert found.self_share == 0.0 and found.limit_count == 0
    assert found.deepest_seat == 0.0


def test_depth_below_the_feet_is_elsewhere_and_below_the_buttocks_the_seat(posed):
    sunk = judged(posed({}, at=(0, 0, -0.02)), place(floor=FLOOR), "standing straight")
    assert sunk.deepest_elsewhere == pytest.approx(0.02, abs=1e-3) and sunk.deepest_seat == 0.0
    assert 0.002 < sunk.mean_depth < 0.02
    body = sitting(posed)
    lap = [bone.startswith(("root", "pelvis", "upperleg")) for bone in body.bones]
    lowest = body.vertices[lap, 2].min()
    seat = box((0.6, 0.5, 0.1), (0, 0.05, lowest + 0.012 - 0.05))
    found = judged(body, place(seat=seat), "sitting upright", support="seat")
    assert found.deepest_seat == pytest.approx(0.012, abs=1e-3) and found.deepest_elsewhere < 0.004
    assert found.support_right and found.gaps["buttocks on support"] == 0.0


def test_the_wrong_object_carries(posed):
    found = judged(
        posed({}), place(floor=FLOOR, sofa=box((1, 1, 0.4), (2, 0, 0.2))), "standing straight", support="sofa"
    )
    assert found.support_right is False and found.support_share == 0.0
    assert next(iter(found.loads)) == "floor"


def test_hovering_shows_in_every_figure_that_asks_for_contact(posed):
    found = judged(posed({}, at=(0, 0, 0.05)), place(floor=FLOOR), "standing straight", support="floor")
    assert found.floating == pytest.approx(0.05, abs=2e-3)
    assert found.contact_gap == pytest.approx(0.05, abs=0.01)
    assert found.loads == {} and found.support_right is False and found.balance < 0


def test_touches_are_right_only_if_every_named_part_is_near(posed):
    body = posed({})
    hand = body.vertices[[bone == "wrist.L" for bone in body.bones]]
    post = box((0.05, 0.05, 0.4), (hand[:, 0].max() + 0.03, hand[:, 1].mean(), hand[:, 2].mean()))
    where = place(floor=FLOOR, post=post)
    assert judged(body, where, "standing straight", touch={"left_hand": "post"}).touches_right
    both = judged(body, where, "standing straight", touch={"hands": "post"})
    assert both.touches_right is False and both.contact_gap > 0.2
    assert judged(body, where, "standing straight").touches_right is None


def test_leaning_far_over_loses_the_balance(posed):
    assert judged(posed({"root": (25, 0, 0)}), place(floor=FLOOR), "standing straight").balance < 0


def test_actions_are_known_by_their_anchors_and_overlays():
    crossed = action_named("sitting upright, legs crossed")
    regions = {contact.region for anchor in crossed.anchors for contact in anchor.contacts}
    assert "buttocks" in regions
    assert action_named("jogging").still is False and action_named("standing at ease").still
    assert action_named("levitating") is None
    assert len(action_named("one foot up").anchors) == 2
    assert len(action_named("standing straight").anchors) == 1
    assert "buttocks" in crossed.soft_regions and not action_named("standing straight").soft_regions


def test_another_body_has_the_figures_that_need_no_anatomy(posed):
    from backend.evaluation.bodies import Body

    stranger = Body(posed({}).vertices, posed.triangles, ["tail"] * len(posed.bones))
    found = judged(stranger, place(floor=FLOOR), "standing straight", support="floor")
    assert found.support_right and found.limit_count is None and found.plausibility is None
    assert found.contact_gap is None and found.self_share == 0.0
