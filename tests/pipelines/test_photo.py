"""A photo of somebody whose pose is known: it is found again, in the scene; photos that do not do say why."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.body.anchors import ANCHORS
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.body.rotations import about_z
from backend.fitting.levelling import about_x, tilt_of
from backend.fitting.postures import posture_of
from backend.pipelines import photo
from backend.pipelines.sitter import find_sitter
from backend.place.camera import looking_at
from backend.place.scene import Scene
from backend.service.context import LocalContext
from backend.vision.pose2d import default_detector
from protocol.errors import Cancelled, ModelsMissing, NobodyFound, PhotoUnusable, RequestInvalid, UnknownObject
from protocol.messages import PhotoRequest

from .drawing import draw_body, draw_scene
from .rooms import Room, furnished
from .test_humans import world_vertices


@pytest.fixture(scope="module")
def detector():
    try:
        return default_detector()
    except ModelsMissing as error:
        pytest.skip(error.detail)


def sitter_as(model, woman, anchor_name, yaw):
    """A body in a library pose at the origin, feet on the ground."""
    anchor = next(anchor for anchor in ANCHORS if anchor.name == anchor_name)
    rotations = resolve(anchor.posture, model.skeleton, woman)
    rotations[0] = about_z(torch.tensor(yaw)) @ rotations[0]
    body = pose(model, woman, rotations, torch.zeros(3))
    lowest = float(body.vertices[model.topology.outer][:, 2].min())
    return pose(model, woman, rotations, torch.tensor([0.0, 0.0, -lowest]))


def photograph(model, body, distance=3.2, tilt=0.15, size=512):
    room = Room().add_box("floor", (-4, -4, -0.1), (4, 4, 0))
    middle = (body.vertices.amin(0) + body.vertices.amax(0)).numpy() / 2
    eye = middle + distance * np.array([0.0, -math.cos(tilt), math.sin(tilt)])
    camera = looking_at(eye, middle, math.radians(50), size, size)
    under, away = draw_scene(Scene.from_snapshot(room.snapshot(), room.meshes), camera)
    return draw_body(model, body.vertices.numpy(), camera, under, away)


@pytest.fixture(scope="module")
def walker(anny, woman):
    body = sitter_as(anny, woman, "walking", 0.5)
    return body, photograph(anny, body)


def aligned_error(found, truth):
    """Mean distance after the best similarity (PA-MPJPE), metres."""
    a, b = found - found.mean(0), truth - truth.mean(0)
    u, s, vt = np.linalg.svd(a.T @ b)
    flip = np.diag([1, 1, np.sign(np.linalg.det(vt.T @ u.T))])
    scale = (s * np.diag(flip)).sum() / (a**2).sum()
    return float(np.linalg.norm(scale * a @ (vt.T @ flip @ u.T).T - b, axis=1).mean())


def answer(picture, room, prompt="", job=None, **options):
    request = PhotoRequest(picture, room.snapshot(), prompt, **{"candidates": 1, **options})
    return photo.run(request, room.meshes, job or LocalContext())


CASES = [("walking", "", "floor", 0.5), ("sitting upright", "a woman on the bench", "bench", 0.4)]


@pytest.mark.parametrize(("anchor", "prompt", "support", "yaw"), CASES, ids=[case[0] for case in CASES])
def test_the_pose_in_the_photo_is_in_the_scene(anny, woman, detector, anchor, prompt, support, yaw):
    body = sitter_as(anny, woman, anchor, yaw)
    shown = []
    job = LocalContext(on_imagined=lambda view, picture, note: shown.append((picture.shape, note)))
    result = answer(photograph(anny, body), furnished(), prompt, job, clothes=False, hair=False)
    assert [note for _, note in shown] == ["who was found"]
    (candidate,) = result.candidates
    assert candidate.support == support, (result.reading, candidate.support)
    assert candidate.metrics["non_collision"] > 0.98
    assert candidate.metrics["support_gap"] < 0.015 and candidate.metrics["floating"] < 0.015
    vertices = torch.as_tensor(world_vertices(result, candidate.people[0]), dtype=torch.float32)
    error = aligned_error(anny.keypoints(vertices).numpy()[:17], anny.keypoints(body.vertices).numpy()[:17])
    print(f"aligned joint error: {100 * error:.1f} cm")
    assert error < 0.12


def test_the_same_request_gives_the_same_person(walker, detector):
    room = Room().add_box("floor", (-3, -3, -0.1), (3, 3, 0))
    first, second = (answer(walker[1], room, clothes=False, hair=False, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.candidates[0].people[0].bone_poses, second.candidates[0].people[0].bone_poses)


def test_a_file_is_opened_here(walker):
    """As phones write it, on its side; and what is transparent in it is gray."""
    Image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    picture = walker[1]
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    Image.fromarray(np.rot90(picture)).save(written, "JPEG", quality=95, exif=exif)
    request = PhotoRequest(picture[:0], furnished().snapshot(), file=np.frombuffer(written.getvalue(), np.uint8))
    opened = photo.opened(request)
    assert opened.photo.dtype == np.uint8 and not opened.file.size
    assert np.abs(opened.photo.astype(int) - picture).mean() < 3
    clear = np.concatenate((picture, np.zeros_like(picture[..., :1])), 2)
    clear[:256, :, 3] = 255
    written = io.BytesIO()
    Image.fromarray(clear, "RGBA").save(written, "PNG")
    opened = photo.opened(replace(request, file=np.frombuffer(written.getvalue(), np.uint8))).photo
    assert np.array_equal(opened[:256], picture[:256]) and (opened[256:] == photo.BEHIND).all()
    for broken in (b"no picture", written.getvalue()[:2000]):
        with pytest.raises(PhotoUnusable) as caught:
            photo.opened(replace(request, file=np.frombuffer(broken, np.uint8)))
        assert "cannot be read" in caught.value.detail and "person" in caught.value.remedy
    assert photo.opened(PhotoRequest(picture, request.snapshot)).photo is picture


# --- who the photo is about -----------------------------------------------------------------------------------------


def test_grey_and_large_photos_do(walker, detector):
    grey = np.repeat(walker[1].mean(2, keepdims=True).astype(np.uint8), 3, 2)
    assert find_sitter(detector, grey)[0].confidences[:17].mean() > 0.5
    large = walker[1].repeat(5, 0).repeat(5, 1)
    sitter, _ = find_sitter(detector, large)
    assert 2560 * 0.3 < sitter.box[3] - sitter.box[1] < 2560


def test_half_a_person_is_told_apart_from_a_whole_one(walker, detector):
    sitter, notes = find_sitter(detector, walker[1])
    assert notes == ()
    hips = int(sitter.pixels[11:13, 1].mean())
    with pytest.raises(PhotoUnusable) as caught:
        find_sitter(detector, np.ascontiguousarray(walker[1][: hips + 25]))
    assert "upper half" in caught.value.detail or "trunk" in caught.value.detail
    assert "head to foot" in caught.value.remedy


def test_of_several_people_the_most_prominent_is_taken_and_it_is_said(walker, detector):
    small = walker[1][::2, ::2]
    both = np.concatenate((walker[1], np.full((512, 256, 3), 200, np.uint8)), 1)
    both[200 : 200 + 256, 512:] = small
    sitter, notes = find_sitter(detector, both)
    assert sitter.box[2] < 512
    assert len(notes) == 1 and "2 people" in notes[0]


@pytest.mark.parametrize(
    ("shape", "words"),
    [((40, 30, 3), "40"), ((8000, 8000, 3), "million"), ((100, 900, 3), "strip"), ((200, 200), "picture"),
     ((200, 200, 4), "picture"), ((0, 0, 3), "0 × 0")],
)  # fmt: skip
def test_photos_that_do_not_do(detector, shape, words):
    with pytest.raises(PhotoUnusable) as caught:
        find_sitter(detector, np.zeros(shape, np.uint8))
    assert words in caught.value.detail and caught.value.remedy


def test_nobody_in_the_photo_and_somebody_too_small(walker, detector):
    with pytest.raises(NobodyFound) as caught:
        find_sitter(detector, np.full((400, 300, 3), 120, np.uint8))
    assert "photo" in caught.value.remedy
    tiny = np.full((400, 400, 3), 200, np.uint8)
    tiny[100:164, 100:164] = walker[1][::8, ::8]
    with pytest.raises((PhotoUnusable, NobodyFound)):
        find_sitter(detector, tiny)


def test_other_mistakes_are_typed_and_cancelling_ends_it(walker, detector):
    room = furnished()
    with pytest.raises(RequestInvalid):
        answer(walker[1], room, candidates=0)
    with pytest.raises(UnknownObject):
        answer(walker[1], room, "a woman on the trampoline")
    job = LocalContext(on_progress=lambda stage, fraction: setattr(job, "cancelled", stage == "Finding the body"))
    with pytest.raises(Cancelled):
        answer(walker[1], room, job=job)


# --- from keypoints -------------------------------------------------------------------------------------------------

POSTURES = [
    ("standing at ease", "standing"), ("walking", "standing"), ("sitting upright", "sitting"),
    ("sitting relaxed", "sitting"), ("sitting cross-legged", "sitting on the floor"), ("squatting", "squatting"),
    ("sitting with knees up", "sitting on the floor"), ("kneeling upright", "kneeling"),
    ("lying on the back", "lying"),
]  # fmt: skip


@pytest.mark.parametrize(("anchor", "words"), POSTURES, ids=[anchor for anchor, _ in POSTURES])
def test_postures_are_told_from_keypoints(anny, woman, anchor, words):
    assert posture_of(anny.keypoints(sitter_as(anny, woman, anchor, 1.0).vertices)) == words


@pytest.mark.parametrize("anchor", ["standing at ease", "walking", "sitting upright", "lying on the back"])
@pytest.mark.parametrize("degrees", [-5.0, 10.0, 30.0])
def test_the_cameras_tilt_is_found(anny, woman, anchor, degrees):
    points = anny.keypoints(sitter_as(anny, woman, anchor, 0.4).vertices)
    seen = points @ about_x(torch.tensor(math.radians(degrees))).mT
    assert math.degrees(tilt_of(seen)) == pytest.approx(degrees, abs=14)


@pytest.mark.parametrize(
    ("prompt", "posture", "action", "support"),
    [
        ("", "lying", "lie", ""), ("on the sofa", "sitting on the floor", "sit", "sofa"),
        ("a woman in a red dress", "sitting", "sit", ""), ("a man", "kneeling", "kneel", ""),
        ("an old man standing by the wall", "sitting", "stand", ""),
        ("a man dancing on the table", "standing", "dance", "table"),
    ],
)  # fmt: skip
def test_the_photo_says_what_the_prompt_leaves_open(prompt, posture, action, support):
    reading = photo._wish(prompt, posture)
    assert (reading.action, reading.support) == (action, support)
