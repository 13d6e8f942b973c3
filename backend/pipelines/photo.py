"""Pose from a photo: the person in it, lifted to a body, in the scene and in contact with it like everybody else.

One picture does not tell where in the scene: that is the prompt's word ("on the sofa"), the active object or the 3D
cursor, found as for people of the library; what the person does in the photo decides what may carry them where the
prompt does not say. From there on everything is as in imagine.py: contact fitting, clothes, candidates.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import torch

from backend.body import anny_model
from backend.body.model import BodyModel
from backend.body.posing import PosedBody, pose
from backend.body.rotations import about_z
from backend.body.shaping import shaped_people
from backend.fitting.adoption import adopted, heading
from backend.fitting.casting import Cast, cast
from backend.fitting.lifting import phenotype_prior
from backend.fitting.placement import Stance, coarse_body
from backend.fitting.portrait import Portrait, portray
from backend.fitting.postures import posture_of
from backend.fitting.setting import set_stage, without_missing
from backend.fitting.stage import Stage
from backend.fitting.surfaces import Surroundings
from backend.fitting.survey import survey
from backend.language.imagined import read_wish
from backend.language.prompt import Reading
from backend.place.scene import Scene
from backend.service.context import JobContext
from backend.shapes import pictures
from backend.vision.keypoints import PersonKeypoints
from backend.vision.pose2d import default_detector, draw_keypoints
from backend.vision.pose2d.regions import reduced
from protocol.errors import NobodyInPrompt, PhotoUnusable, PictureUnusable
from protocol.messages import HumansRequest, Mesh, PhotoRequest, Result

from . import humans
from .answering import answered
from .group import SPARE, Placement, check_cursor, placed, regions_of
from .humans import check_options
from .lifters import lifter_for
from .share import Stretch
from .sitter import find_sitter

BEHIND = 128  # what is seen through transparent pixels
SHOWN = 640  # pixels: the photo with what was found in it, for the user to look at
_ON = re.compile(r"\b(?:on|upon|onto|atop)\b", re.IGNORECASE)
_STANDING = re.compile(r"\bst(?:and|ood)", re.IGNORECASE)
FAR_OFF = 0.05  # of the person's size in the photo: how far the body may miss the keypoints without a word


def warm_up(report: Callable[[str, float], None]) -> None:
    """What people of the library need, which is nearly all; the detector comes with the first request."""
    humans.warm_up(report)


def run(request: PhotoRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    """Answer one request. Raises the typed errors of `protocol.errors`."""
    started = time.monotonic()
    check_options(request)
    job.progress("Reading the photo", 0.01)
    request = opened(request)
    job.progress("Finding the person", 0.02)
    sitter, notes = find_sitter(default_detector(), request.photo)
    _show(request.photo, sitter, job)
    model = anny_model.load()
    generator = torch.Generator().manual_seed(request.seed)
    portrait, said = _portrait(request, sitter, model, generator, Stretch(job, 0.1, 0.4))
    reading = _reading(request.prompt, portrait)
    scene = Scene.from_snapshot(request.snapshot, meshes)
    placements = settled(reading, portrait.body, scene, request, model, generator, Stretch(job, 0.4, 0.95))
    notes = (*notes, *said, *_doubts(portrait, sitter))
    summary = f"{reading.summary}, as in the photo"
    return answered(request, [[one] for one in placements], model, summary, started, Stretch(job, 0.95, 1.0), notes)


def opened(request: PhotoRequest) -> PhotoRequest:
    """The request with the pixels of its file, if it has one: upright, 1024 wide or high at most, on middle gray."""
    if not request.file.size:
        return request
    try:
        picture = pictures.read(request.file.tobytes()).astype(np.float32)
    except PictureUnusable as error:
        raise PhotoUnusable(error.detail) from error
    opacity = picture[..., 3:] / 255
    photo = picture[..., :3] * opacity + BEHIND * (1 - opacity)
    return replace(request, photo=(photo + 0.5).astype(np.uint8), file=request.file[:0])


def _show(photo: np.ndarray, sitter: PersonKeypoints, job: JobContext) -> None:
    """Let the user see who was found."""
    small, factor = reduced(photo, SHOWN)
    job.imagined(0, draw_keypoints(small, replace(sitter, pixels=sitter.pixels / factor)), "who was found")


def _portrait(
    request: PhotoRequest, sitter: PersonKeypoints, model: BodyModel, generator: torch.Generator, job: JobContext
) -> tuple[Portrait, tuple[str, ...]]:
    """The body, and notes for the user.

    The prompt may tell who it is, which one picture shows badly: children look like people far off.
    """
    job.progress("Finding the body", 0.0)
    people, prior = (), None
    if request.prompt.strip():
        people = _wish(request.prompt, "standing").people
        prior = phenotype_prior(shaped_people(people, model, generator)[0].phenotype)
    height, width = request.photo.shape[:2]
    lifter = lifter_for(model, *people[:1])
    portrait = portray(
        model, sitter, width, height, prior, lambda fraction: job.progress("Finding the body", fraction), lifter.lift
    )
    return portrait, lifter.notes


def _reading(prompt: str, portrait: Portrait) -> Reading:
    return _wish(prompt, posture_of(portrait.keypoints))


def _wish(prompt: str, posture: str) -> Reading:
    """The prompt's reading, completed by what the person does in the photo where the prompt does not say it."""
    text = " ".join(prompt.split())
    if _ON.search(text):  # what carries them is said
        posture = posture.removesuffix(" on the floor")
    if not text:
        return read_wish(f"a person {posture}").reading
    try:
        reading = read_wish(text).reading
    except NobodyInPrompt:
        return read_wish(f"a person {posture} {text}").reading
    if reading.action == "stand" and posture != "standing" and not _STANDING.search(text):
        return read_wish(f"{text}, {posture}").reading
    return reading


def settled(
    reading: Reading, body: PosedBody, scene: Scene, request: PhotoRequest | HumansRequest, model: BodyModel,
    generator: torch.Generator, job: JobContext,
) -> list[Placement]:  # fmt: skip
    """A posed body, wherever it is, where somebody of the library would do the same, in contact; best first."""
    reading = without_missing(reading, scene)
    stage = set_stage(reading, scene, request)
    job.progress("Measuring the place", 0.05)
    stage, place = survey(stage, job.check)
    check_cursor(request, stage, place)
    job.progress("Finding places", 0.3)
    count = request.candidates + SPARE
    casts = cast(reading, stage, place, [body.shaped], model, regions_of(model), count, generator, job.check)
    own = [_adopted(body, one.stances[0], reading, stage, place, model) for one in casts]
    return placed(reading, stage, place, own, request.candidates, model, Stretch(job, 0.4, 1.0))


def _adopted(
    body: PosedBody, stance: Stance, reading: Reading, stage: Stage, place: Surroundings, model: BodyModel
) -> Cast:
    """The body in a stance's place, facing as it does."""
    anchor, regions = stance.body.anchor, regions_of(model)
    rotations = body.rotations.clone()
    rotations[0] = about_z(torch.tensor(stance.yaw - heading(body))) @ rotations[0]
    upon = coarse_body(model, regions, body.shaped, anchor, rotations, lambda contact: None).root
    there = pose(model, body.shaped, rotations, stance.carried_at + upon)
    return adopted(there, reading.action, anchor, stage, place, model, regions)


def _doubts(portrait: Portrait, sitter: PersonKeypoints) -> tuple[str, ...]:
    left, top, right, bottom = sitter.box
    if portrait.reprojection > FAR_OFF * float(np.hypot(right - left, bottom - top)):
        return ("The body found does not match the photo well; another photo may show the pose better.",)
    return ()
