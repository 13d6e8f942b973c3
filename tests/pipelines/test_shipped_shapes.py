"""What the shipped networks make of shapes that they never saw: sound, and more like them than like anything."""

import numpy as np
import pytest

from backend.evaluation.shapes.raycast import look
from backend.pipelines import shapes
from backend.service.context import LocalContext
from backend.shapes.cutout import cut_out, for_network
from backend.shapes.model import ShapeModel
from backend.shapes.soundness import flaws
from backend.training.shapes.cameras import aimed
from backend.training.shapes.catalogue import generate, split_of
from backend.training.shapes.volume import signed_distance_volume, unit_frame
from protocol.messages import ObjectPicture, ShapeRequest, Snapshot

SEED = next(seed for seed in range(60) if split_of(seed) == "test")
EMPTY = Snapshot((), np.zeros(3, np.float32))


def shown(category):
    """A held-out shape's volume, and a picture of it on nothing."""
    shape = generate(category, SEED)
    scale, offset = unit_frame(shape)
    camera = aimed(shape.vertices[::7] * scale + offset, 0.5, 0.3, 0.6)
    volume = signed_distance_volume(shape)
    seen = look(volume, camera.camera_to_world, camera.field_of_view)
    pixels = np.concatenate([255 * seen.picture, 255 * seen.silhouette[..., None]], axis=-1).astype(np.uint8)
    return volume, pixels


def test_their_sums_are_those_of_the_list():
    assert set(ShapeModel.load(device="cpu").categories) >= {"chair", "table", "car", "aeroplane", "watercraft"}


@pytest.mark.parametrize("category", ["sofa", "bottle"])
def test_a_held_out_picture_becomes_a_sound_thing_like_its_own_shape(category):
    volume, pixels = shown(category)
    result = shapes.run(ShapeRequest(EMPTY, ObjectPicture(pixels), candidates=2, faces=3000), {}, LocalContext())
    for candidate in result.candidates:
        (thing,) = candidate.things
        assert not flaws(thing.vertices, thing.triangles) and len(thing.triangles) <= 3000
        assert thing.colors is not None and candidate.metrics["outline"] > 0.5
    model = ShapeModel.load(device="cpu")
    known = model.encode_volumes(np.stack([volume, *(shown(kind)[0] for kind in ("ladder", "umbrella", "bicycle"))]))
    seen = model.encode_pictures(for_network(cut_out(pixels).pixels)[None])
    assert (known @ seen.embedding[0]).argmax() == 0
