"""Imagining: people painted into the pictures of a survey, several per view, and found in them as keypoints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from backend.fitting.lifting import Lifted, Views2D
from backend.fitting.lifting.consensus import candidates
from backend.fitting.lifting.views2d import KEYPOINTS
from backend.place.camera import Camera
from backend.service.context import JobContext
from backend.vision.inpainting import Painter
from backend.vision.keypoints import PersonKeypoints, PoseDetector
from backend.vision.pose2d import newcomer
from backend.vision.similarity import configured
from protocol.errors import NobodyFound

Array = np.ndarray


@dataclass(frozen=True)
class Survey:
    """The scene as it is: a picture from every camera, and who is in it already."""

    cameras: Sequence[Camera]
    pictures: Array  # (V, H, W, 3) uint8 sRGB
    before: tuple[list[PersonKeypoints], ...]  # per view: paintings, statues, people of the scene


@dataclass(frozen=True)
class Imagination:
    """One picture with somebody painted into it, or nobody."""

    number: int  # as it is shown to the user
    view: int
    picture: Array  # (H, W, 3) uint8 sRGB
    person: PersonKeypoints | None  # the one who was not there before


@dataclass(frozen=True)
class Imagined:
    pictures: tuple[Imagination, ...]
    warnings: tuple[str, ...]

    def per_view(self, views: int) -> list[list[Imagination]]:
        """The pictures of each view that somebody was found in."""
        found: list[list[Imagination]] = [[] for _ in range(views)]
        for one in self.pictures:
            if one.person is not None:
                found[one.view].append(one)
        return found


def look(cameras: Sequence[Camera], pictures: Array, detector: PoseDetector, job: JobContext) -> Survey:
    """The survey's pictures (V, H, W, 3), and who is in them before anybody is imagined."""
    before = []
    for index, picture in enumerate(pictures):
        job.progress("Looking at the scene", index / len(pictures))
        before.append(detector.detect(picture))
    return Survey(cameras, pictures, tuple(before))


def imagine(
    survey: Survey, prompt: str, person: str, painter: Painter, detector: PoseDetector, times: int,
    generator: np.random.Generator, job: JobContext, *, masks: Array | None = None, first: int = 0,
    without: Collection[int] = (),
) -> Imagined:  # fmt: skip
    """`times` pictures of every view with a person in each. `masks`: (V, H, W) bool, where that person may be.

    `first`: the number of the first picture, for the user to see and choose by; `without`: views left out.
    """
    views = [view for view in range(len(survey.pictures)) if view not in without for _ in range(times)]
    seeds = [int(seed) for seed in generator.integers(0, 2**31, len(views))]
    painted = painter.paint(
        survey.pictures[views], prompt, person=person, masks=None if masks is None else masks[views], seeds=seeds,
        report=lambda fraction: job.progress("Imagining", 0.85 * fraction),
        show=lambda index, picture: job.imagined(first + index, picture, f"view {views[index] + 1}"),
        cameras=[survey.cameras[view] for view in views],
    )  # fmt: skip
    found = []
    for index, (view, picture) in enumerate(zip(views, painted.pictures, strict=True)):
        job.progress("Finding poses", 0.85 + 0.15 * index / len(views))
        new = newcomer(survey.before[view], detector.detect(picture), (survey.pictures[view], picture))
        if new is None:
            job.imagined(first + index, picture, f"view {view + 1}: nobody found")
        found.append(Imagination(first + index, view, picture, new))
    return Imagined(tuple(found), painted.warnings)


def chosen(imagined: Imagined, job: JobContext) -> Imagined:
    """What the user wants to go on with. Raises `NobodyFound` if nobody is left, or was there to begin with."""
    numbers = [one.number for one in imagined.pictures if one.person is not None]
    if not numbers:
        raise NobodyFound(f"None of the {len(imagined.pictures)} imagined pictures shows somebody who is new there.")
    kept = set(job.choose(numbers))
    left = tuple(one for one in imagined.pictures if one.number in kept)
    if not left:
        raise NobodyFound("No picture was chosen.", remedy="Choose at least one picture, or try another seed.")
    return Imagined(left, imagined.warnings)


@dataclass(frozen=True)
class Candidates:
    """Several ways to take one picture of every view."""

    views: Views2D  # N candidates
    pictures: list[list[Imagination | None]]  # (N, V) the picture taken; None where nobody was found


def candidates_of(cameras: Sequence[Camera], found: Sequence[Sequence[Imagination]], count: int) -> Candidates:
    """Up to `count` different candidates, those on which most views agree first; `found` as of `per_view`."""
    most = max(len(pictures) for pictures in found)
    pixels = torch.zeros(most, len(found), KEYPOINTS, 2)
    confidences = torch.zeros(most, len(found), KEYPOINTS)
    for view, pictures in enumerate(found):
        for k in range(most if pictures else 0):  # views with fewer repeat theirs
            person = pictures[k % len(pictures)].person
            pixels[k, view] = torch.as_tensor(person.pixels)
            confidences[k, view] = torch.as_tensor(person.confidences)
    views, taken = candidates(cameras, pixels, confidences, count)
    rows = [[own[k % len(own)] if own else None for own, k in zip(found, row, strict=True)] for row in taken.tolist()]
    numbers = [tuple(one.number if one else -1 for one in row) for row in rows]
    different = [k for k, own in enumerate(numbers) if own not in numbers[:k]]
    return Candidates(views.taken(torch.tensor(different)), [rows[k] for k in different])


def ranked(lifted: Lifted, pictures: Sequence[Sequence[Imagination | None]], prompt: str) -> list[int]:
    """Rows of the bodies, best first: by what CLIP says of the pictures believed, where it is configured.

    Otherwise as the lifting has them, which is by how well the views agree and how the body fits the scene.
    """
    rows = list(range(len(lifted)))
    similarity = configured()
    if similarity is None:
        return rows
    numbers = {one.number: one.picture for row in pictures for one in row if one is not None}
    cosines = dict(zip(numbers, similarity.cosines(prompt, np.stack(list(numbers.values()))), strict=True))
    scores = []
    for row in rows:
        believed = lifted.view_weights[row].numpy()
        taken = pictures[int(lifted.candidate[row])]
        weights = [w if one is not None else 0.0 for w, one in zip(believed, taken, strict=True)]
        total = sum(w * cosines[one.number] for w, one in zip(weights, taken, strict=True) if one is not None)
        scores.append(total / max(sum(weights), 1e-6))
    return sorted(rows, key=lambda row: -scores[row])
