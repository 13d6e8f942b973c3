"""Joint angles are what was turned, limits are broken by what people cannot do."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from backend.body.anchors import anchors_of
from backend.body.posture import resolve
from backend.evaluation.joints import RANGES, joint_angles, twist, violations


def angles(posed, turns):
    return joint_angles(posed(turns).rigged)


def test_nobody_at_rest_is_out_of_range(posed):
    assert violations(posed({}).rigged).count == 0


@pytest.mark.parametrize(
    ("name", "turns", "expected"),
    [
        ("left knee flexion", {"lowerleg01.L": (90, 0, 0)}, 90),
        ("right knee flexion", {"lowerleg01.R": (-40, 0, 0)}, -40),
        ("left knee sideways", {"lowerleg01.L": (0, -25, 0)}, 25),
        ("left hip flexion", {"upperleg01.L": (-70, 0, 0)}, 70),
        ("left hip abduction", {"upperleg01.L": (0, -30, 0)}, 30),
        ("right hip abduction", {"upperleg01.R": (0, 30, 0)}, 30),
        ("left hip rotation", {"upperleg02.L": (0, 0, -40)}, 40),
        ("right hip rotation", {"upperleg02.R": (0, 0, 40)}, 40),
        ("spine flexion", {"spine05": (30, 0, 0), "spine03": (20, 0, 0)}, 50),
        ("neck rotation", {"neck02": (0, 0, 30), "head": (0, 0, 25)}, 55),
        ("left ankle dorsiflexion", {"foot.L": (-15, 0, 0)}, 15),
        ("right ankle dorsiflexion", {"foot.R": (40, 0, 0)}, -40),
    ],
)
def test_an_angle_is_what_the_joint_was_turned_by(posed, name, turns, expected):
    rest = angles(posed, {})[name]
    assert angles(posed, turns)[name] - rest == pytest.approx(expected, abs=4.0)


def test_an_elbow_bends_about_its_hinge_and_is_not_bent_sideways(posed):
    rig = posed({}).rigged
    head = {name: rig.rest_heads[row] for row, name in enumerate(rig.bone_names)}
    arm, forearm = head["lowerarm01.L"] - head["upperarm01.L"], head["wrist.L"] - head["lowerarm01.L"]
    hinge = np.cross(arm, forearm) / np.linalg.norm(np.cross(arm, forearm))
    before, after = angles(posed, {}), angles(posed, {"lowerarm01.L": 60 * hinge})
    assert after["left elbow flexion"] - before["left elbow flexion"] == pytest.approx(60, abs=0.1)
    assert after["left elbow sideways"] == pytest.approx(0, abs=0.1)
    aside = angles(posed, {"lowerarm01.L": 30 * np.cross(hinge, forearm / np.linalg.norm(forearm))})
    assert abs(aside["left elbow sideways"]) == pytest.approx(30, abs=1.0)


def test_turning_the_forearm_is_pronation_and_nothing_else(posed):
    rig = posed({}).rigged
    head = {name: rig.rest_heads[row] for row, name in enumerate(rig.bone_names)}
    along = head["wrist.R"] - head["lowerarm01.R"]
    before = angles(posed, {})
    after = angles(posed, {"lowerarm02.R": 40 * along / np.linalg.norm(along)})
    changed = {name for name in before if abs(before[name] - after[name]) > 0.5}
    assert changed == {"right forearm pronation"}
    assert after["right forearm pronation"] - before["right forearm pronation"] == pytest.approx(-40, abs=0.5)


def test_knees_and_elbows_the_wrong_way_are_violations_and_said(posed):
    found = violations(posed({"lowerleg01.L": (-45, 0, 0)}).rigged)
    assert found.count == 1 and found.where.startswith("left knee flexion") and 20 < found.worst < 40
    assert violations(posed({"lowerleg01.L": (120, 0, 0)}).rigged).count == 0


def test_turning_the_whole_body_breaks_nothing(posed):
    upside_down = posed({"root": (170, 20, -40)})
    assert violations(upside_down.rigged).count == 0


@pytest.mark.parametrize("action", ["sit", "stand", "walk", "run"])
def test_left_and_right_are_judged_alike(posed, action):
    anchor = anchors_of(action)[0]
    shaped = posed.model.shape({"age": 0.67})

    def of(one):
        rotations = resolve(one.posture, posed.model.skeleton, shaped)
        return joint_angles(posed(rotations=rotations.float()).rigged)

    first, twin = of(anchor), of(anchor.mirrored)
    for name, angle in first.items():
        if name.startswith("left "):
            assert twin[name.replace("left", "right", 1)] == pytest.approx(angle, abs=2.0), name


def test_every_angle_has_a_range(posed):
    low_high = [RANGES[" ".join(word for word in name.split() if word not in ("left", "right"))]
                for name in joint_angles(posed({}).rigged) if "finger" not in name]  # fmt: skip
    assert all(low < high for low, high in low_high)
    assert torch.tensor(low_high).isfinite().all()


def test_twist_ignores_the_swing():
    axis = np.array([0.0, 0.0, 1.0])
    turn = Rotation.from_euler("ZX", [50, 70], degrees=True).as_matrix()
    assert twist(turn, axis) == pytest.approx(50, abs=1e-6)
