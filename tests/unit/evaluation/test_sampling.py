"""The large sample: what is asked, what is read from a result, and that a stopped run goes on."""

import itertools

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from backend.body.posing import pose
from backend.evaluation.parameters import GROUPS, parameters_of
from backend.evaluation.requests import EvaluationRequest
from backend.evaluation.sampling import Scene, _asked, _load, _save, rigged_of
from protocol.messages import Person, Rig, Snapshot


def test_a_result_s_person_has_the_parameters_of_its_pose(posed):
    """Posed in world, then written as the service sends it: an object with a turn of its own and bones in its frame."""
    names = posed.model.skeleton.bone_names
    turns = {"root": (0, 0, 70), "lowerleg01.L": (80, 0, 0), "head": (0, 10, 20)}
    body = posed(turns, at=(1.0, 2.0, 0.1))
    shaped = posed.model.shape({"age": 0.67})
    whole = pose(posed.model, shaped, torch.tensor(body.rigged.rotations).float(),
                 torch.tensor(body.rigged.root_position).float())  # fmt: skip
    world = np.eye(4)
    world[:3, :3] = Rotation.from_euler("z", 70, degrees=True).as_matrix()
    world[:3, 3] = (1.0, 2.0, 0.0)
    local = (np.linalg.inv(world) @ whole.bone_poses.double().numpy()).astype(np.float32)
    person = Person("Woman", 0, world, shaped.vertices.numpy(), shaped.bone_poses.numpy(), local, ())
    nothing = np.zeros((0, 4), np.int32)
    rig = Rig("anny", nothing, np.zeros((0, 2), np.float32), nothing, np.zeros(0, np.uint8), names,
              np.array(posed.model.skeleton.bone_parents, np.int32), np.zeros((0, 1), np.float32),
              np.zeros((0, 1), np.int32))  # fmt: skip
    found, expected = parameters_of(rigged_of(person, rig), {}), parameters_of(body.rigged, {})
    for group in GROUPS:
        np.testing.assert_allclose(found[group], expected[group], atol=2e-4, err_msg=group)


def test_scenes_take_turns_and_every_round_has_new_seeds():
    empty = Snapshot((), np.zeros(3, np.float32))
    few = Scene("few", empty, {}, (EvaluationRequest("a", seed=3), EvaluationRequest("b")))
    many = Scene("many", empty, {}, tuple(EvaluationRequest(word) for word in "cdefg"))
    asked = list(itertools.islice(_asked([few, many]), 10))
    assert [place.name for place, _, _ in asked] == ["few", "many"] * 5
    assert [request.prompt for _, request, _ in asked] == ["a", "c", "b", "d", "a", "e", "b", "f", "a", "g"]
    seeds = [seed for _, request, seed in asked if request.prompt == "a"]
    assert seeds == [3, 1003, 2003]


def test_what_was_gathered_is_there_again(tmp_path, posed):
    samples = [parameters_of(posed({"head": (0, 0, angle)}).rigged, {"age": 0.3}) for angle in (0, 30)]
    _save(tmp_path / "samples.npz", samples, 5, 12.5)
    loaded, answered, seconds = _load(tmp_path / "samples.npz")
    assert (len(loaded), answered, seconds) == (2, 5, 12.5)
    for own, before in zip(loaded, samples, strict=True):
        for group in GROUPS:
            np.testing.assert_array_equal(own[group], before[group])
    assert _load(tmp_path / "none.npz") == ([], 0, 0.0)
