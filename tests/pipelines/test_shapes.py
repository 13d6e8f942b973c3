"""From a picture to a thing in the scene: the whole chain but for what the networks have learned."""

import io

import numpy as np
import pytest
import trimesh
from PIL import Image

from backend.pipelines import shapes
from backend.service.context import LocalContext
from backend.shapes.model import ShapeModel
from backend.shapes.soundness import flaws
from backend.shapes.storage import ShapeWeightsUnusable
from protocol import codec
from protocol.errors import (
    Cancelled,
    NothingInPicture,
    PictureUnusable,
    RequestInvalid,
    UnknownObject,
    UnsuitableSupport,
)
from protocol.messages import Mesh, ObjectPicture, SceneObject, ShapeRequest, Snapshot
from tests.pipelines.shape_model import box_model

EMPTY = Snapshot((), np.array([1.0, 2.0, 0.5], np.float32))


@pytest.fixture(autouse=True)
def model(monkeypatch):
    made = box_model()
    monkeypatch.setattr(ShapeModel, "load", staticmethod(lambda *_: made))
    return made


def picture(color=(170, 60, 40)):
    """An upright box on grey."""
    pixels = np.full((160, 200, 4), 255, np.uint8)
    pixels[..., :3] = 210
    pixels[30:130, 75:125, :3] = color
    return ObjectPicture(pixels)


def scene(turn=0.0, **boxes):
    """A snapshot with boxes (low, high) by name, the first one active and all turned about Z; and their meshes."""
    objects, meshes = [], {}
    matrix = np.eye(4)
    matrix[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    for name, bounds in boxes.items():
        made = trimesh.creation.box(bounds=bounds)
        vertices, triangles = np.asarray(made.vertices, np.float32), np.asarray(made.faces, np.int32)
        key = codec.mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        objects.append(SceneObject(name, key, matrix, np.array([0.2, 0.5, 0.3], np.float32)))
    return Snapshot(tuple(objects), np.zeros(3, np.float32), next(iter(boxes))), meshes


def run(request, meshes=None, **context):
    return shapes.run(request, meshes or {}, LocalContext(**context))


def test_a_picture_becomes_sound_colored_things_at_the_cursor():
    seen = []
    result = run(
        ShapeRequest(EMPTY, picture(), candidates=3, faces=1500),
        on_progress=lambda stage, fraction: seen.append(fraction),
    )
    assert len(result.candidates) == 3
    assert seen == sorted(seen) and seen[0] >= 0 and seen[-1] <= 1
    for candidate in result.candidates:
        (thing,) = candidate.things
        assert not flaws(thing.vertices, thing.triangles) and len(thing.triangles) <= 1500
        assert thing.object_to_world[:3, 3] == pytest.approx([1.0, 2.0, 0.5])
        low, high = thing.vertices.min(0), thing.vertices.max(0)
        assert [low[0] + high[0], low[1] + high[1], low[2]] == pytest.approx([0, 0, 0], abs=1e-4)
        assert thing.colors[:, 0].mean() > 1.5 * thing.colors[:, 2].mean()  # it is red
        assert candidate.picture.shape[2] == 3 and candidate.people == ()
    outlines = [candidate.metrics["outline"] for candidate in result.candidates]
    assert outlines == sorted(outlines, reverse=True) and outlines[0] > 0.8
    assert codec.decode(codec.encode(result)).message.candidates[0].things[0].name


def test_the_same_seed_gives_the_same_again_and_another_one_does_not():
    first, again, other = (
        run(ShapeRequest(EMPTY, picture(), candidates=1, seed=seed)).candidates[0].things[0] for seed in (3, 3, 4)
    )
    assert np.array_equal(first.vertices, again.vertices) and np.array_equal(first.colors, again.colors)
    assert first.vertices.shape != other.vertices.shape or not np.allclose(first.vertices, other.vertices)


def test_a_file_is_read_and_a_crop_heeded():
    pixels = np.full((200, 400, 3), 210, np.uint8)
    pixels[50:150, 40:100] = (40, 60, 170)
    pixels[50:150, 300:360] = (170, 60, 40)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = np.frombuffer(file.getvalue(), np.uint8)
    result = run(ShapeRequest(EMPTY, ObjectPicture(file=data, crop=(0.6, 0.0, 1.0, 1.0)), candidates=1))
    color = result.candidates[0].things[0].colors.mean(0)
    assert color[0] > color[2] and result.candidates[0].warnings == ()
    both = run(ShapeRequest(EMPTY, ObjectPicture(file=data), candidates=1))
    assert any("several" in warning for warning in both.candidates[0].warnings)


def test_a_size_is_kept_and_otherwise_that_of_its_kind():
    thing = run(ShapeRequest(EMPTY, picture(), candidates=1, size=2.5)).candidates[0].things[0]
    assert np.ptp(thing.vertices, axis=0).max() == pytest.approx(2.5, abs=1e-4)
    usual = run(ShapeRequest(EMPTY, picture(), candidates=1)).candidates[0].things[0]
    assert np.ptp(usual.vertices, axis=0).max() == pytest.approx(1.0, abs=1e-4)  # kinds that nobody has measured


def test_it_stands_on_the_active_object():
    snapshot, meshes = scene(Table=((-1, -1, 0.7), (1, 1, 0.75)), Floor=((-5, -5, -0.1), (5, 5, 0)))
    result = run(ShapeRequest(snapshot, picture(), where="active", candidates=1, size=0.3), meshes)
    assert result.candidates[0].support == "Table"
    assert result.candidates[0].things[0].object_to_world[2, 3] == pytest.approx(0.75, abs=1e-3)
    large = run(ShapeRequest(snapshot, picture(), where="active", candidates=1, size=9.0), meshes)
    assert any("sticks out" in warning for warning in large.candidates[0].warnings)


def test_more_like_an_object_has_its_size_and_turn_and_color():
    snapshot, meshes = scene(turn=0.6, Crate=((0, 0, 0), (0.4, 0.3, 0.8)))
    result = run(ShapeRequest(snapshot, like="Crate", candidates=2), meshes)
    thing = result.candidates[0].things[0]
    assert thing.name == "Crate"
    assert np.ptp(thing.vertices, axis=0).max() == pytest.approx(0.8, rel=0.05)
    assert thing.object_to_world[1, 0] == pytest.approx(np.sin(0.6))
    assert thing.colors[0] == pytest.approx([51, 128, 76], abs=1)


def test_two_pictures_are_mixed_by_their_codes(model, monkeypatch):
    asked = []
    original = type(model).sample
    monkeypatch.setattr(
        type(model), "sample", lambda self, condition, *rest, **more: asked.append(condition) or original(
            self, condition, *rest, **more),
    )  # fmt: skip
    for mix in (0.0, 0.5, 1.0):
        run(ShapeRequest(EMPTY, picture(), picture((40, 60, 170)), mix=mix, candidates=1, size=1))
    first, half, second = (condition.embedding for condition in asked)
    assert np.linalg.norm(half - first) < np.linalg.norm(second - first)
    assert np.linalg.norm(half) == pytest.approx(1, abs=1e-4)


def test_a_sketch_has_no_colors_to_give():
    pixels = np.full((160, 200, 4), 255, np.uint8)
    pixels[30:34, 75:125, :3] = pixels[126:130, 75:125, :3] = 20
    pixels[30:130, 75:79, :3] = pixels[30:130, 121:125, :3] = 20
    result = run(ShapeRequest(EMPTY, ObjectPicture(pixels), sketch=True, candidates=1))
    assert np.ptp(result.candidates[0].things[0].colors, axis=0).max() == 0


def test_what_was_cut_out_is_shown():
    shown = []
    run(ShapeRequest(EMPTY, picture(), candidates=1), on_imagined=lambda view, pixels, note: shown.append(pixels))
    assert len(shown) == 1 and shown[0].shape == (shapes.SHOWN, shapes.SHOWN, 3)


def test_it_ends_when_it_is_not_wanted_any_more():
    context = LocalContext()

    def stop(stage, fraction):
        context.cancelled = "Imagining" in stage and fraction > shapes.ENCODED

    context._on_progress = stop
    with pytest.raises(Cancelled):
        shapes.run(ShapeRequest(EMPTY, picture()), {}, context)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"picture": None}, RequestInvalid),
        ({"where": "prompt"}, RequestInvalid),
        ({"candidates": 0}, RequestInvalid),
        ({"candidates": 9}, RequestInvalid),
        ({"faces": 3}, RequestInvalid),
        ({"mix": 1.5}, RequestInvalid),
        ({"size": -1.0}, RequestInvalid),
        ({"size": float("nan")}, RequestInvalid),
        ({"seed": 2**60}, RequestInvalid),
        ({"picture": ObjectPicture()}, RequestInvalid),
        ({"picture": ObjectPicture(file=np.arange(90, dtype=np.uint8))}, PictureUnusable),
        ({"picture": ObjectPicture(np.full((80, 80, 4), 255, np.uint8))}, NothingInPicture),
        ({"picture": ObjectPicture(np.full((4, 4, 4), 255, np.uint8))}, PictureUnusable),
        ({"picture": None, "like": "Nothing"}, UnknownObject),
    ],
)
def test_what_cannot_be_is_said(change, error):
    with pytest.raises(error) as caught:
        run(ShapeRequest(**{"snapshot": EMPTY, "picture": picture()} | change))
    assert caught.value.remedy


def test_an_active_object_without_faces_is_said():
    snapshot, meshes = scene(Table=((-1, -1, 0.7), (1, 1, 0.75)))
    nothing = Snapshot(snapshot.objects, snapshot.cursor, "Camera")
    with pytest.raises(UnsuitableSupport):
        run(ShapeRequest(nothing, picture(), where="active", candidates=1), meshes)


def test_weights_that_are_not_there_are_said(monkeypatch, tmp_path):
    monkeypatch.undo()
    with pytest.raises(ShapeWeightsUnusable) as caught:
        ShapeModel.load(tmp_path)
    assert caught.value.remedy
