"""A Blender that takes orders from the evaluation of Imagine: it reads, draws people who are not its own, and asks."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from backend.evaluation.hidden.studio import open_studio
from backend.evaluation.lineup import Placed, line_up
from backend.evaluation.process import BlenderFailed
from backend.evaluation.requests import EvaluationRequest
from backend.place.camera import looking_at
from tests.blender import blenders

SIZE = 96


@pytest.fixture(scope="module")
def studio(extension, tmp_path_factory):
    blenders.python_of(blenders.OWN)
    folder = tmp_path_factory.mktemp("studio")
    floor = trimesh.creation.box((6, 6, 0.2))
    floor.apply_translation((0, 0, -0.1))
    scene = trimesh.Scene()
    scene.add_geometry(floor, node_name="floor", geom_name="floor")
    turned = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])  # glTF is Y up
    scene.apply_transform(turned)
    scene.export(folder / "room.glb")
    with open_studio(folder / "room.glb", extension, folder / "orders", folder / "blender.log", "workbench") as opened:
        yield opened


def test_the_scene_is_read_as_the_extension_reads_it(studio):
    snapshot, meshes = studio.snapshot()
    assert [item.name for item in snapshot.objects] == ["floor"]
    (mesh,) = meshes.values()
    points = mesh.vertices @ snapshot.objects[0].object_to_world[:3, :3].T + snapshot.objects[0].object_to_world[:3, 3]
    assert np.allclose(points.min(0), (-3, -3, -0.2), atol=1e-4) and np.allclose(points.max(0), (3, 3, 0), atol=1e-4)


def test_people_are_in_the_picture_and_gone_afterwards(studio):
    from backend.body import anny_model

    people = line_up(anny_model.load(), (Placed("a man", "standing at ease", (0.0, 0.0), 0.0),))[0]
    cameras = [
        looking_at(np.array([3 * np.sin(a), -3 * np.cos(a), 1.4]), np.array([0, 0, 0.9]), width=SIZE, height=SIZE)
        for a in (0.0, 2.0)
    ]  # fmt: skip
    empty = studio.render(cameras)
    assert empty.shape == (2, SIZE, SIZE, 3) and empty.dtype == np.uint8
    drawn = studio.render(cameras, people)
    for before, after in zip(empty, drawn, strict=True):
        rows, columns = np.nonzero(np.abs(after.astype(int) - before).max(2) > 20)
        assert np.ptp(rows) > 0.4 * SIZE and abs(columns.mean() - SIZE / 2) < 0.1 * SIZE
    assert np.array_equal(studio.render(cameras), empty)


def test_what_cannot_be_done_is_said_and_the_next_order_is_taken(studio):
    answer = studio.generate(EvaluationRequest("a man"), {"source": "IMAGINE"}, 5.0)  # nobody has pressed Start
    assert answer.error["code"] == "not_possible" and not answer.bodies
    with pytest.raises(BlenderFailed, match="FileNotFoundError"):
        studio._order("render", cameras="missing.npz", people=None, candidate=0, engine="workbench", out="x.npy")
    assert studio.snapshot()[0].objects
