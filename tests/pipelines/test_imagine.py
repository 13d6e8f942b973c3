"""Imagine with a double of the painter alone: a hidden person is found again; what cannot be done is said."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from backend.body.anchors import ANCHORS
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.body.rotations import about_z
from backend.language.imagined import read_wish
from backend.pipelines import imagine, imagining
from backend.pipelines.imagining import Imagination, Imagined, candidates_of, chosen
from backend.pipelines.painters import painting_with
from backend.place.camera import looking_at
from backend.place.scene import Scene
from backend.service.context import LocalContext
from backend.vision.keypoints import PersonKeypoints
from protocol.errors import Cancelled, ModelsMissing, NobodyFound, NobodyInPrompt, PromptEmpty, RequestInvalid
from protocol.messages import ImagineRequest

from .drawing import Painter
from .rooms import furnished
from .test_humans import world_vertices

BENCH = 0.44  # metres: its height
PROMPT = "a woman sitting on the bench"


@pytest.fixture(scope="module")
def mediapipe():
    return pytest.importorskip("mediapipe", reason="the embedded 2D pose detector needs the optional extra “photo”")


@pytest.fixture(scope="module")
def sitters(anny, regions, woman):
    """Vertices (V, 3) of people on the bench, which faces −Y, each in another pose and place."""
    found = {}
    for name, anchor, at, yaw in (
        ("hidden", "sitting relaxed", (1.9, -0.02), 0.3), ("other", "sitting upright", (2.3, 0.02), -0.5),
    ):  # fmt: skip
        posture = next(a for a in ANCHORS if a.name == anchor).posture
        rotations = resolve(posture, anny.skeleton, woman)
        rotations[0] = about_z(torch.tensor(yaw)) @ rotations[0]
        body = pose(anny, woman, rotations, torch.zeros(3))
        lowest = float(body.vertices[regions["buttocks"], 2].min())
        found[name] = pose(anny, woman, rotations, torch.tensor([*at, BENCH + 0.004 - lowest])).vertices.numpy()
    return found


def request_for(prompt=PROMPT, **options):
    room = furnished()
    return ImagineRequest(prompt, room.snapshot(), **{"candidates": 1, "views": 5, "imaginations": 1, **options}), room


def painter_for(anny, room, bodies, whom):
    return Painter(anny, Scene.from_snapshot(room.snapshot(), room.meshes), bodies, whom)


def answer(request, room, painter, **context):
    with painting_with(painter):
        return imagine.run(request, room.meshes, LocalContext(on_survey=painter.survey, **context))


def test_hidden_person_is_found_again(anny, regions, sitters, mediapipe):
    request, room = request_for(candidates=2)
    # Views 1 and 4 show somebody else in the first round, view 2 nobody ever.
    painter = painter_for(
        anny, room, sitters,
        lambda view, turn: None if view == 2 else "other" if view == 4 and turn == 0 else "hidden",
    )  # fmt: skip
    painter.warnings = ("Memory ran out; pictures were painted one by one.",)
    steps, shown = [], {}
    result = answer(
        request, room, painter, on_progress=lambda stage, fraction: steps.append((stage, fraction)),
        on_imagined=lambda number, picture, note: shown.update({number: (picture.shape, note)}),
    )  # fmt: skip
    candidate = result.candidates[0]
    found = torch.tensor(world_vertices(result, candidate.people[0])).float()
    truth = anny.keypoints(torch.tensor(sitters["hidden"]).float())
    errors = (anny.keypoints(found) - truth).norm(dim=1)[5:17]  # shoulders to ankles
    assert errors.mean() < 0.08, errors
    assert candidate.support == "bench"
    assert candidate.metrics["non_collision"] > 0.985
    assert candidate.people[0].garments and candidate.people[0].phenotype["gender"] > 0.5
    assert any("one by one" in warning for warning in candidate.warnings)
    # The first round was free, the second within silhouettes that hold the person.
    first, *second = painter.masks
    assert first is None and second and all(masks.shape == (10, 512, 512) for masks in second)
    pixels, _ = painter.cameras[0].project(truth.numpy())
    x, y = np.clip(pixels.round().astype(int), 0, 511).T
    assert second[0][0][y, x].mean() > 0.9 and second[0].mean() < 0.5
    assert len(set(painter.seeds)) == len(painter.seeds)
    # Everything is shown while it comes, and the progress never goes back.
    assert sorted(shown) == list(range(len(painter.seeds)))
    assert shown[2][1].endswith("nobody found")
    fractions = [fraction for _, fraction in steps]
    assert fractions == sorted(fractions) and fractions[0] >= 0 and fractions[-1] <= 1
    stages = [stage for stage, _ in steps]
    assert {"Imagining", "Finding poses", "Finding bodies", "Fitting contact", "Dressing"} <= set(stages)


def test_views_that_the_user_rejects_are_not_painted_again(anny, sitters, mediapipe):
    request, room = request_for(views=4, candidates=1)
    painted = []
    painter = painter_for(anny, room, sitters, lambda view, turn: painted.append((view, turn)) or "hidden")
    result = answer(request, room, painter, on_choose=lambda numbers: [number for number in numbers if number != 0])
    assert result.candidates
    assert {view for view, turn in painted if turn == 0} == {0, 1, 2, 3}
    assert {view for view, turn in painted if turn > 0} == {1, 2, 3}


def test_nobody_painted_is_said(anny, mediapipe):
    request, room = request_for(views=2)
    with pytest.raises(NobodyFound, match="None of the 2"):
        answer(request, room, painter_for(anny, room, {}, lambda view, turn: None))


def test_who_was_there_before_does_not_count(anny, sitters, mediapipe):
    """Somebody in a painting, or a statue, is found before and after."""
    request, room = request_for(views=2)
    painter = painter_for(anny, room, {}, lambda view, turn: None)
    painter.present = sitters["hidden"]
    with pytest.raises(NobodyFound):
        answer(request, room, painter)


def test_missing_models_are_named():
    request, room = request_for()
    with pytest.raises(ModelsMissing) as caught:
        imagine.run(request, room.meshes, LocalContext())
    assert "models" in caught.value.remedy


@pytest.mark.parametrize(
    ("prompt", "error"), [("the sofa", NobodyInPrompt), ("", PromptEmpty), ("a red saucer", NobodyInPrompt)]
)
def test_prompts_without_a_person(prompt, error):
    request, room = request_for(prompt)
    with pytest.raises(error):
        imagine.run(request, room.meshes, LocalContext())


@pytest.mark.parametrize("options", [{"views": 1}, {"views": 99}, {"imaginations": 0}, {"imaginations": 9},
                                     {"candidates": 0}, {"where": "there"}])  # fmt: skip
def test_options_out_of_range(options):
    request, room = request_for(**options)
    with pytest.raises(RequestInvalid):
        imagine.run(request, room.meshes, LocalContext())


def test_cancelled_while_painting(anny, sitters, mediapipe):
    request, room = request_for(views=2)
    painter = painter_for(anny, room, sitters, lambda view, turn: "hidden")
    job = LocalContext(on_survey=painter.survey)
    job._on_progress = lambda stage, fraction: setattr(job, "cancelled", stage == "Imagining")
    with pytest.raises(Cancelled), painting_with(painter):
        imagine.run(request, room.meshes, job)
    assert len(painter.masks) == 1


# --- pieces ---------------------------------------------------------------------------------------------------------


def test_unknown_actions_are_no_obstacle():
    wish = read_wish("a ballerina doing the splits on the coffee table")
    assert (wish.person, wish.reading.support) == ("ballerina", "coffee table")
    assert any("imagined" in warning for warning in wish.reading.warnings)
    assert read_wish("riding a motorcycle").prompt == "a person riding a motorcycle"
    two = read_wish("two men sitting on the bench")
    assert len(two.reading.people) == 1 and any("One person" in warning for warning in two.reading.warnings)


def _imagined(*found):
    picture = np.zeros((8, 8, 3), np.uint8)
    return Imagined(tuple(Imagination(k, k // 2, picture, person) for k, person in enumerate(found)), ())


def _person(score=1.0):
    return PersonKeypoints(np.ones((23, 2), np.float32), np.ones(23, np.float32), score)


def test_the_user_chooses_among_those_with_somebody():
    asked = []
    job = LocalContext(on_choose=lambda numbers: asked.append(numbers) or numbers[1:])
    kept = chosen(_imagined(_person(), None, _person(), _person()), job)
    assert asked == [(0, 2, 3)] and [one.number for one in kept.pictures] == [2, 3]
    assert [len(people) for people in kept.per_view(3)] == [0, 2, 0]
    with pytest.raises(NobodyFound, match="No picture was chosen"):
        chosen(_imagined(_person()), LocalContext(on_choose=lambda numbers: ()))


def _found(*counts):
    """So many pictures with somebody of each view."""
    people = [[_person() for _ in range(count)] for count in counts]
    picture = np.zeros((8, 8, 3), np.uint8)
    numbers = iter(range(99))
    return [[Imagination(next(numbers), view, picture, one) for one in own] for view, own in enumerate(people)]


@dataclass
class Two:
    """What ranking looks at of two lifted bodies."""

    view_weights: torch.Tensor
    candidate: torch.Tensor

    def __len__(self):
        return 2


CAMERAS = [looking_at(np.array([2 * np.cos(a), 2 * np.sin(a), 1.0]), np.zeros(3)) for a in (0.0, 1.0, 2.0)]


def test_candidates_take_one_person_per_view():
    candidates = candidates_of(CAMERAS, _found(2, 0, 1), 2)
    views = candidates.views
    assert views.pixels.shape == (2, 3, 23, 2)
    assert (views.confidences[:, 1] == 0).all() and (views.confidences[:, [0, 2]] == 1).all()
    assert all(row[0].view == 0 and row[1] is None and row[2].number == 2 for row in candidates.pictures)
    # Of one picture per view there is one way to take them, however many are asked for.
    assert len(candidates_of(CAMERAS, _found(1, 1, 1), 4).views) == 1


def test_clip_ranks_by_the_pictures_believed(monkeypatch):
    found = [[Imagination(k, k, np.full((8, 8, 3), 40 * k, np.uint8), _person())] for k in range(3)]
    rows = [[own[0] for own in found]] * 2
    weights = torch.tensor([[1.0, 0.9, 0.0], [0.0, 0.9, 1.0]])  # the second believes the brighter pictures
    lifted = Two(weights, torch.tensor([0, 1]))
    assert imagining.ranked(lifted, rows, PROMPT) == [0, 1]  # nothing is configured: as they come
    bright = SimpleNamespace(cosines=lambda text, pictures: pictures.mean((1, 2, 3)) / 255)
    monkeypatch.setattr(imagining, "configured", lambda: bright)
    assert imagining.ranked(lifted, rows, PROMPT) == [1, 0]
