"""SMPL-X and VPoser from files in their real layout with a made-up figure: the real ones are not ours to ship."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.body.posing import pose
from backend.body.rotations import about_z, exp
from backend.body.smplx_model import FILE, JOINTS, VERTICES, load
from backend.fitting.lifting import OUTDOOR, LiftingProblem, lift, phenotype_prior, vposer
from backend.fitting.lifting.parts import reduced_body
from backend.fitting.lifting.relay import relayed
from backend.fitting.portrait import portray
from backend.language.people import PersonSpec
from backend.pipelines.lifters import lifter_for
from backend.vision.keypoints import PersonKeypoints
from protocol.errors import ModelsMissing, ModelUnusable

from .conftest import CENTER, cameras, seen

# T pose, Y up, front +Z, left +X; the right side is mirrored.
_MIDDLE = {"pelvis": (0, 0.95, 0), "spine1": (0, 1.07, 0), "spine2": (0, 1.2, 0), "spine3": (0, 1.27, 0),
           "neck": (0, 1.47, 0), "head": (0, 1.56, 0.02), "jaw": (0, 1.55, 0.03)}  # fmt: skip
_LEFT = {"hip": (0.06, 0.86, 0), "knee": (0.11, 0.48, 0), "ankle": (0.09, 0.08, -0.03), "foot": (0.12, 0.02, 0.1),
         "collar": (0.05, 1.39, 0), "shoulder": (0.17, 1.41, -0.02), "elbow": (0.43, 1.4, -0.04),
         "wrist": (0.68, 1.41, -0.04), "eye_smplhf": (0.03, 1.62, 0.08)}  # fmt: skip
_FACE_AND_FEET = {9120: ("head", (0, 1.59, 0.12)), 9448: ("left_eye_smplhf", (0.03, 1.62, 0.09)),
                  9929: ("right_eye_smplhf", (-0.03, 1.62, 0.09)), 6: ("head", (0.08, 1.6, 0)),
                  616: ("head", (-0.08, 1.6, 0)), 5770: ("left_foot", (0.1, 0.01, 0.18)),
                  8463: ("right_foot", (-0.1, 0.01, 0.18)), 5780: ("left_foot", (0.17, 0.01, 0.14)),
                  8474: ("right_foot", (-0.17, 0.01, 0.14)), 8846: ("left_ankle", (0.09, 0.02, -0.08)),
                  8635: ("right_ankle", (-0.09, 0.02, -0.08))}  # fmt: skip


def _place(name):
    if name in _MIDDLE:
        return np.array(_MIDDLE[name], float)
    side, _, rest = name.partition("_")
    sign = np.array([1 if side == "left" else -1, 1, 1])
    if rest in _LEFT:
        return np.array(_LEFT[rest]) * sign
    finger, knuckle = rest[:-1], int(rest[-1])
    row = ("index", "middle", "pinky", "ring", "thumb").index(finger)
    return np.array([0.74 + 0.03 * knuckle, 1.41, -0.02 - 0.02 * row]) * sign


def _parent(name):
    chain = {"spine1": "pelvis", "spine2": "spine1", "spine3": "spine2", "neck": "spine3", "head": "neck",
             "jaw": "head"}  # fmt: skip
    if name in chain:
        return chain[name]
    side, _, rest = name.partition("_")
    up = {"hip": "pelvis", "collar": "spine3", "eye_smplhf": "head"}.get(rest)
    if up:
        return up
    above = {"knee": "hip", "ankle": "knee", "foot": "ankle", "shoulder": "collar", "elbow": "shoulder",
             "wrist": "elbow"}  # fmt: skip
    if rest in above:
        return f"{side}_{above[rest]}"
    return f"{side}_wrist" if rest.endswith("1") else f"{side}_{rest[:-1]}{int(rest[-1]) - 1}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A figure of pairs of points about its joints, in SMPL-X's layout; a decoder of small turns, in VPoser's."""
    path = tmp_path_factory.mktemp("smplx")
    draw = np.random.default_rng(0)
    places = np.stack([_place(name) for name in JOINTS])
    owner = np.arange(VERTICES) % len(JOINTS)
    offsets = draw.normal(0, 0.03, (VERTICES, 3))
    template = places[owner] + offsets
    regressor = np.zeros((len(JOINTS), VERTICES))
    special = np.isin(np.arange(VERTICES), list(_FACE_AND_FEET))
    for joint in range(len(JOINTS)):
        mine = np.flatnonzero((owner == joint) & ~special)
        template[mine] += places[joint] - template[mine].mean(0)
        regressor[joint, mine] = 1 / len(mine)
    for vertex, (name, place) in _FACE_AND_FEET.items():
        owner[vertex], template[vertex] = JOINTS.index(name), place
    weights = np.eye(len(JOINTS))[owner]
    shapes = np.zeros((VERTICES, 3, 400), np.float32)
    shapes[..., 0] = 0.04 * template  # taller
    shapes[..., 1] = 0.05 * template * [1, 0, 1]  # broader
    shapes[..., 2:] = draw.normal(0, 1e-4, (VERTICES, 3, 398))
    parents = [2**32 - 1, *(JOINTS.index(_parent(name)) for name in JOINTS[1:])]
    np.savez(
        path / FILE, v_template=template, shapedirs=shapes, J_regressor=regressor, weights=weights,
        kintree_table=np.array([parents, range(len(JOINTS))], np.uint32), f=draw.integers(0, VERTICES, (20908, 3)),
        hands_meanl=draw.normal(0, 0.2, 45), hands_meanr=draw.normal(0, 0.2, 45),
        dynamic_lmk_faces_idx=np.array({"pickled": 1}, dtype=object),
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    state = {}
    for layer, (rows, columns, size) in {"0": (512, 32, 0.25), "3": (512, 512, 0.06), "5": (126, 512, 0.015)}.items():
        state[f"vp_model.decoder_net.{layer}.weight"] = size * torch.randn(rows, columns, generator=generator)
        state[f"vp_model.decoder_net.{layer}.bias"] = torch.zeros(rows)
    state["vp_model.decoder_net.5.bias"] = torch.eye(3)[:, :2].reshape(-1).repeat(21)
    torch.save({"state_dict": state, "epoch": 13}, path / "vposer.ckpt")
    vposer.convert(path / "vposer.ckpt", path / "vposer.safetensors")
    return path


@pytest.fixture(scope="module")
def smplx(folder):
    model = load(folder)
    model.pose_prior = folder / "vposer.safetensors"
    return model


def test_the_figure_stands_in_our_frame(smplx):
    shaped = smplx.shape({})
    assert abs(float(shaped.vertices[smplx.topology.outer][:, 2].min())) < 1e-5
    heads = dict(zip(JOINTS, shaped.heads, strict=True))
    assert heads["left_wrist"][0] > 0.6 and heads["head"][2] > 1.4
    assert heads["left_foot"][1] < heads["left_ankle"][1]  # toes to the front, −Y
    assert smplx.shape({"beta0": 1.0}).height > shaped.height * 1.02
    rotations = shaped.bone_poses[:, :3, :3]
    assert (rotations.mT @ rotations - torch.eye(3)).abs().max() < 1e-4
    assert smplx.topology.weights.sum(1).allclose(torch.ones(VERTICES))
    with pytest.raises(ValueError, match="beta"):
        smplx.rest({"age": torch.tensor([0.5])})


def test_the_reduced_figure_is_the_figure(smplx):
    body, _ = reduced_body(smplx, OUTDOOR.skin_points)
    generator = torch.Generator().manual_seed(1)
    values, latent = torch.randn(2, 10, generator=generator), torch.randn(2, 32, generator=generator)
    local = torch.cat((exp(torch.randn(2, 1, 3, generator=generator)), body.poses.decode(latent).bones), 1)
    weights, position = body.shapes.weights(values), torch.randn(2, 3, generator=generator)
    found = body.keypoints(weights, body.frames(weights, local, position))
    for n in range(2):
        shaped = smplx.shape(dict(zip(smplx.betas, values[n].tolist(), strict=True)))
        full = pose(smplx, shaped, body.full_rotations(local)[n], position[n])
        assert (smplx.keypoints(full.vertices) - found[n]).abs().max() < 1e-3


def test_people_are_lifted_with_it(smplx):
    body, _ = reduced_body(smplx, OUTDOOR.skin_points)
    latent = 0.8 * torch.randn(2, 32, generator=torch.Generator().manual_seed(4))
    local = torch.cat((torch.eye(3).expand(2, 1, 3, 3), body.poses.decode(latent).bones), 1)
    weights = body.shapes.weights(torch.tensor([[0.5] + [0.0] * 9, [-0.5] + [0.0] * 9]))
    truth = body.keypoints(weights, body.frames(weights, local, torch.tensor(CENTER, dtype=torch.float32).expand(2, 3)))
    eyes = cameras(5)
    # The made-up decoder knows nothing of what joints can do.
    parameters = replace(OUTDOOR, weights=replace(OUTDOOR.weights, angles=(0.0,)), iterations=160, restarts=2)
    found = lift(smplx, seen(truth[:, None].expand(2, 5, 23, 3), eyes), parameters=parameters)
    assert (found.keypoints - truth[found.candidate]).norm(dim=-1).mean(1).max() < 0.03
    assert found.bodies[0].rotations.shape == (55, 3, 3)
    assert set(found.bodies[0].shaped.phenotype) == set(smplx.betas)


def test_the_own_body_takes_on_what_it_has_found(smplx, anny):
    """The made-up figure is no human: its hands and feet are where no Anny has them, to some centimetres."""
    body, _ = reduced_body(smplx, OUTDOOR.skin_points)
    latent = 0.5 * torch.randn(2, 32, generator=torch.Generator().manual_seed(4))
    local = torch.cat((about_z(torch.tensor([0.4, 2.0]))[:, None], body.poses.decode(latent).bones), 1)
    places = torch.tensor(CENTER, dtype=torch.float32) + torch.tensor([[0.0, 0.0, 0.0], [0.3, -0.2, 0.1]])
    shape = body.shapes.weights(torch.zeros(2, 10))
    truth = body.keypoints(shape, body.frames(shape, local, places))
    eyes = cameras(5)
    parameters = replace(OUTDOOR, weights=replace(OUTDOOR.weights, angles=(0.0,)), iterations=120, restarts=2)
    told = []
    found = relayed(
        anny, smplx, seen(truth[:, None].expand(2, 5, 23, 3), eyes), LiftingProblem(shape=phenotype_prior()),
        parameters, report=lambda fraction, skin: told.append(fraction),
    )  # fmt: skip
    assert told == sorted(told) and told[-1] == 1.0
    assert found.bodies[0].rotations.shape == (len(anny.skeleton.bone_names), 3, 3)
    assert found.state.latent.shape == (2, vposer.SIZE)  # the next stage begins with the reader's
    off = (found.keypoints - truth[found.candidate]).norm(dim=-1)
    assert off[:, 5:17].mean() < 0.06 and off.max() < 0.3, off
    for row, own in enumerate(found.bodies):  # each in the row of the one that it is like
        assert (anny.keypoints(own.vertices) - found.keypoints[row]).abs().max() < 1e-3
    again = relayed(
        anny, smplx, seen(truth[found.candidate][:, None].expand(2, 5, 23, 3), eyes), parameters=parameters,
        start=found.state,
    )  # fmt: skip
    assert (again.keypoints - truth[found.candidate][again.candidate]).norm(dim=-1)[:, 5:17].mean() < 0.06


def test_pipelines_read_with_it_where_both_are_configured(folder, anny, crowd, tmp_path, monkeypatch):
    monkeypatch.setenv("STAFFAGE_CONFIG", str(tmp_path / "config.json"))
    assert lifter_for(anny).reader == anny.name
    monkeypatch.setenv("STAFFAGE_BODY", str(folder))
    alone = lifter_for(anny)
    assert alone.reader == anny.name and "VPoser" in alone.notes[0]
    monkeypatch.setenv("STAFFAGE_POSE_PRIOR", str(folder))
    assert lifter_for(anny, PersonSpec(age="child")).reader == anny.name
    lifter = lifter_for(anny, PersonSpec())
    assert lifter.reader == "smplx" and not lifter.notes
    (eye,) = cameras(1, distance=3.0)
    pixels, _ = eye.project(crowd[0].double().numpy())
    person = PersonKeypoints(pixels.astype(np.float32), np.ones(len(pixels), np.float32))
    portrait = portray(anny, person, eye.width, eye.height, lifted_by=lifter.lift)
    assert len(portrait.body.vertices) == len(anny.topology.weights)
    assert 1.2 < portrait.body.shaped.height < 2.2 and portrait.reprojection < 30
    (tmp_path / FILE).write_bytes(b"half a file")
    monkeypatch.setenv("STAFFAGE_BODY", str(tmp_path))
    broken = lifter_for(anny)
    assert broken.reader == anny.name and "cannot be read" in broken.notes[0]


def test_what_is_missing_or_of_another_kind_is_said(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("STAFFAGE_CONFIG", str(tmp_path / "config.json"))
    with pytest.raises(ModelsMissing):
        load()
    with pytest.raises(ModelUnusable, match=FILE):
        load(tmp_path)
    np.savez(tmp_path / FILE, v_template=np.zeros((6890, 3)))
    with pytest.raises(ModelUnusable, match="v_template"):
        load(tmp_path)
    (tmp_path / FILE).write_bytes(b"half a file")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(ModelsMissing, match="VPoser"):
        vposer.load(load(folder))
    torch.save({"state_dict": {"decoder_net.0.weight": torch.zeros(512, 32)}}, tmp_path / "other.ckpt")
    with pytest.raises(ModelUnusable, match="not VPoser"):
        vposer.convert(tmp_path / "other.ckpt", tmp_path / "out.safetensors")


class _Evil:
    def __reduce__(self):
        return (print, ("this must not run",))


def test_a_checkpoint_that_runs_code_is_refused(tmp_path, capsys):
    torch.save({"state_dict": _Evil()}, tmp_path / "evil.ckpt")
    with pytest.raises(ModelUnusable, match="plain tensors"):
        vposer.convert(tmp_path / "evil.ckpt", tmp_path / "out.safetensors")
    assert "must not run" not in capsys.readouterr().out
