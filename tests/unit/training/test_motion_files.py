"""The readers put joints where the formats say, and name file and line when a file is broken."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.training.motion import MotionInvalid, read_clip, read_folder
from backend.training.motion.asf import INCH
from backend.training.motion.roles import _plain
from tests.mocap import MOCAP, needs_mocap

from .files import AMC, ASF, BVH

METRES = INCH / 0.45  # per unit of the ASF


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hand.asf").write_text(ASF)
    (tmp_path / "hand_01.amc").write_text(AMC)
    with gzip.open(tmp_path / "walk.bvh.gz", "wt") as file:
        file.write(BVH)
    (tmp_path / "index.csv").write_text('clip,description\nwalk,"walk, slowly"\n')
    return tmp_path


def test_a_folder_has_its_clips_in_order_with_descriptions(folder):
    clips = read_folder(folder)
    assert [clip.name for clip in clips] == ["hand_01", "walk"]
    assert [clip.described for clip in clips] == ["", "walk, slowly"]
    assert [len(clip) for clip in clips] == [2, 2]
    assert clips[0].interval == pytest.approx(12 / 120)
    assert clips[1].interval == pytest.approx(0.1)


def test_amc_angles_turn_bones_in_their_own_axes(folder):
    clip = read_clip(folder / "hand_01.amc")
    assert clip.joints == ("root", "upper", "lower", "lower_end")
    # At rest the arm lies along +X (our +X, too).
    assert clip.positions[0, 3] / METRES == pytest.approx([20, 0, 0], abs=1e-9)
    # Second frame, file axes (Y up). Root: ten up, +X turned to −Z. The upper bone's axes are turned by 90° about z, so
    # its rx turns about the world's y: +X goes to −Z in the root's frame, −X in the world's. The lower bone's rz by 90°
    # turns +X to +Y in its parent's frame, which neither turn moves.
    up = [0, 0, 10]  # our axes
    assert clip.positions[1, 1] / METRES == pytest.approx(up, abs=1e-9)
    assert clip.positions[1, 2] / METRES == pytest.approx([-10, 0, 10], abs=1e-9)
    assert clip.positions[1, 3] / METRES == pytest.approx([-10, 0, 20], abs=1e-9)


def test_bvh_channels_multiply_in_their_order(folder):
    clip = read_clip(folder / "walk.bvh.gz")
    assert clip.joints == ("Hips", "Arm", "Arm_end")
    unit = clip.positions[0, 0, 2] / 100
    # The root's OFFSET puts the lowest joint on the ground: it is added to the position channels.
    assert clip.positions[0] / unit == pytest.approx(np.array([[0, 0, 100], [10, 0, 100], [10, 0, 0]]), abs=1e-9)
    # Second frame: the root turns by 90° about y, file's +X to −Z, which is our +Y; the arm by Z then Y: the offset −Y
    # goes by Y nowhere, by Z to +X, by the root's turn to our +Y.
    assert clip.positions[1] / unit == pytest.approx(np.array([[5, 0, 100], [5, 10, 100], [5, 110, 100]]), abs=1e-9)


@given(st.lists(st.floats(-180, 180), min_size=6, max_size=6))
@settings(max_examples=25, deadline=None)
def test_segments_keep_their_length(tmp_path_factory, angles):
    folder = tmp_path_factory.mktemp("motion")
    row = " ".join(["0 0 0", *(f"{a:.6f}" for a in angles)])
    (folder / "a.bvh").write_text(BVH.replace("5 0 0 0 0 90 90 0 90", row))
    clip = read_clip(folder / "a.bvh")
    lengths = np.linalg.norm(np.diff(clip.positions, axis=1), axis=-1)
    assert lengths[1] == pytest.approx(lengths[0], abs=1e-9)
    assert np.allclose(clip.orientations @ clip.orientations.swapaxes(-1, -2), np.eye(3), atol=1e-9)


@pytest.mark.parametrize(
    ("name", "broken", "told"),
    [
        ("walk.bvh", BVH.replace("Frames: 2", "Frames: 3"), "announced were 3"),
        ("walk.bvh", BVH.replace("5 0 0 0 0 90 90 0 90", "5 0 0 0 0 90 90 0"), "line 20: 8 values"),
        ("walk.bvh", BVH.replace("5 0 0 0 0 90", "5 0 nan 0 0 90"), "line 20"),
        ("walk.bvh", BVH.replace("5 0 0 0 0 90", "5 0 x 0 0 90"), "line 20"),
        ("walk.bvh", BVH.replace("CHANNELS 3", "CHANNELS 4"), "line 9"),
        ("walk.bvh", BVH.replace("Yrotation\n        End", "Wrotation\n        End"), "Wrotation"),
        ("walk.bvh", BVH.split("MOTION")[0], "no MOTION"),
        ("walk.bvh", BVH.replace("}\nMOTION", "MOTION"), "incomplete"),
        ("walk.bvh", BVH.replace("Frame Time: 0.1", "Frame Time: 0"), "Frame Time"),
        ("walk.bvh", "\0\1\2", "not known"),
        ("walk.bvh", "", "no MOTION"),
        ("hand_01.amc", AMC.replace("lower 90", "lower 90 1"), "line 11: “lower” has 2 values, not 1"),
        ("hand_01.amc", AMC.replace("lower 90", "tail 90"), "no bone"),
        ("hand_01.amc", AMC.replace("lower 90\n", ""), "cut off"),
        ("hand_01.amc", AMC.replace("upper 0 0\n", ""), "missing in a frame"),
        ("hand_01.amc", ":DEGREES\n", "no frames"),
        ("hand.asf", ASF.replace("dof rz", "dof rq"), "unknown freedom"),
        ("hand.asf", ASF.replace("upper lower", "upper finger"), "unknown bone"),
        ("hand.asf", ASF.replace("root upper", "lower upper"), "hang on nothing"),
        ("hand.asf", ASF.replace("direction 2 0 0", "direction 2 0"), "three numbers"),
        ("hand.asf", "", "no bones"),
    ],
)
def test_broken_files_are_named_with_what_is_wrong(tmp_path, name, broken, told):
    for good, text in (("hand.asf", ASF), ("hand_01.amc", AMC), ("walk.bvh", BVH)):
        (tmp_path / good).write_text(broken if good == name else text)
    asked = "hand_01.amc" if name == "hand.asf" else name
    with pytest.raises(MotionInvalid) as caught:
        read_clip(tmp_path / asked)
    assert told in caught.value.detail
    assert name in caught.value.detail
    # A folder goes on without it, unless asked to be strict.
    assert asked.partition(".")[0] not in [clip.name for clip in read_folder(tmp_path)]
    with pytest.raises(MotionInvalid):
        read_folder(tmp_path, strict=True)


def test_a_broken_gzip_and_a_missing_skeleton_are_told(tmp_path):
    (tmp_path / "walk.bvh.gz").write_bytes(b"\x1f\x8bnot really")
    with pytest.raises(MotionInvalid, match=r"walk\.bvh\.gz"):
        read_clip(tmp_path / "walk.bvh.gz")
    (tmp_path / "hand_01.amc").write_text(AMC)
    with pytest.raises(MotionInvalid, match=r"no \.asf"):
        read_clip(tmp_path / "hand_01.amc")
    with pytest.raises(MotionInvalid):
        read_folder(tmp_path)
    with pytest.raises(MotionInvalid, match="no folder"):
        read_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("joint", "meant"),
    [
        ("lfemur", ("left", "femur")), ("mixamorig:LeftUpLeg", ("left", "upleg")),
        ("RightForeArm", ("right", "forearm")),
        ("CC_Base_R_Upperarm", ("right", "upperarm")), ("upper_arm.L", ("left", "upperarm")), ("Head", ("", "head")),
        ("Bip01 L Calf", ("left", "calf")), ("root", ("", "root")), ("lowerback", ("", "lowerback")),
        ("LeftHandMiddle1", ("left", "handmiddle1")), ("rclavicle", ("", "rclavicle")),
    ],
)  # fmt: skip
def test_joint_names_of_the_usual_skeletons_are_understood(joint, meant):
    assert _plain(joint) == meant


@needs_mocap
def test_all_shared_recordings_are_read_and_have_human_size():
    from backend.training.motion.roles import Roles

    clips = read_folder(MOCAP, strict=True)
    assert len(clips) >= 60
    for clip in clips:
        roles = Roles(clip)
        thigh = np.linalg.norm(clip.positions[0, roles["left_hip"]] - clip.positions[0, roles["left_knee"]])
        assert 0.35 < thigh < 0.55, clip.name
        assert clip.interval == pytest.approx(0.1, abs=1e-3)
        assert clip.described
    walk = next(clip for clip in clips if clip.name == "007_02")
    assert 0.8 < np.median(walk.positions[:, Roles(walk)["pelvis"], 2]) < 1.2
