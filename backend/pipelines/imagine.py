"""People imagined by a model of images in pictures of the scene, and recovered in 3D: GenZI's method as a whole.

Where people could be is found as in humans.py; cameras look at it (place/views), the user's Blender renders them, a
painter puts a person into every picture (vision/inpainting), the people found there (vision/pose2d) are lifted to
bodies that most views agree on (fitting/lifting). A second round paints within the best bodies' silhouettes. From there
on everything is as for people of the library: contact fitting, clothes, candidates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from backend.body import anny_model
from backend.body.model import BodyModel, ShapedBody
from backend.body.rotations import about_z
from backend.body.shaping import shaped_people
from backend.fitting.adoption import adopted
from backend.fitting.casting import cast
from backend.fitting.lifting import INDOOR, Lifted, LiftingProblem, Views2D, phenotype_prior
from backend.fitting.optimise import SEEN
from backend.fitting.placement import Stance
from backend.fitting.setting import set_stage, without_missing
from backend.fitting.stage import Stage
from backend.fitting.surfaces import Surroundings
from backend.fitting.survey import survey
from backend.language.imagined import Wish, read_wish
from backend.language.prompt import Reading
from backend.place.box import Box
from backend.place.scene import Scene
from backend.place.views import Target, ViewParameters, Views, choose_views
from backend.place.visibility import dilated, render_depth, scene_tree, silhouette
from backend.service.context import JobContext
from backend.vision.inpainting import Painter
from backend.vision.keypoints import PoseDetector
from backend.vision.pose2d import default_detector
from protocol.errors import NobodyFound, NoView, RequestInvalid
from protocol.messages import ImagineRequest, Mesh, Result

from . import humans
from .answering import answered
from .group import SPARE, Placement, check_cursor, placed, regions_of
from .humans import check_options
from .imagining import Candidates, Survey, candidates_of, chosen, imagine, look, ranked
from .lifters import Lifter, lifter_for
from .painters import the_painter
from .share import Stretch

LIFTING = INDOOR  # under the open sky, too: its θ = 0 is for modelled scenes, OUTDOOR's −1 cm for scanned ones
MOST_VIEWS, MOST_IMAGINATIONS = 32, 8
LEAST_VIEWS = 2  # with somebody found, for a body to be more than a guess
HYPOTHESES = 4  # bodies lifted from the first round, at least as many as pictures per view
AGAIN = 2  # pictures per view and prior in the second round
DOUBT = 4.0  # cost per unit of lifting energy over the best's: views that disagree weigh like gaps and penetration
NEAR = 0.6  # metres: places that the cameras should show together
ROOMY = 0.75  # metres: the least radius about the person that cameras show


def warm_up(report: Callable[[str, float], None]) -> None:
    """What people of the library need, which is nearly all; the painter comes with the first request."""
    humans.warm_up(report)


def run(request: ImagineRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    """Answer one request. Raises the typed errors of `protocol.errors`."""
    started = time.monotonic()
    _check(request)
    job.progress("Reading the prompt", 0.01)
    wish = read_wish(request.prompt)
    job.progress("Loading the models", 0.01)
    model, generator = anny_model.load(), np.random.default_rng(abs(request.seed))
    lifter = lifter_for(model, wish.reading.people[0])
    tools = Tools(model, lifter, the_painter(), default_detector(), generator)
    scene = Scene.from_snapshot(request.snapshot, meshes)

    ground = _ground(wish, scene, request, tools.model, Stretch(job, 0.01, 0.08))
    views = choose_views(scene, ground.target, ViewParameters(count=request.views), job.check)
    if len(views.cameras) < LEAST_VIEWS:
        raise NoView(f"Only {len(views.cameras)} camera sees the place; a body takes at least {LEAST_VIEWS} views.")
    pictures = job.survey(views.cameras, until=0.2)
    seen = look(views.cameras, pictures, tools.detector, Stretch(job, 0.2, 0.23))
    first = _first_round(wish, ground, views, seen, request, tools, Stretch(job, 0.23, 0.6))
    second = _second_round(wish, ground, views, seen, first, request, tools, Stretch(job, 0.6, 0.82))
    placements = _settled(ground, second, request.candidates, tools.model, Stretch(job, 0.82, 0.96))
    notes = (*views.relaxed, *lifter.notes, *first.warnings, *second.warnings)
    summary = placements[0].people[0].name.lower() + f" as imagined for “{request.prompt.strip()}”"
    answers = [[one] for one in placements]
    return answered(request, answers, tools.model, summary, started, Stretch(job, 0.96, 1.0), notes)


def _check(request: ImagineRequest) -> None:
    check_options(request)
    if not LEAST_VIEWS <= request.views <= MOST_VIEWS:
        raise RequestInvalid(f"{request.views} views asked for; {LEAST_VIEWS} to {MOST_VIEWS} are possible.")
    if not 1 <= request.imaginations <= MOST_IMAGINATIONS:
        raise RequestInvalid(f"{request.imaginations} pictures per view asked for; 1 to {MOST_IMAGINATIONS} are.")


def looked_at(request: ImagineRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Target:
    """What the cameras of such a request are aimed at. Raises the typed errors of `protocol.errors`."""
    scene = Scene.from_snapshot(request.snapshot, meshes)
    return _ground(read_wish(request.prompt), scene, request, anny_model.load(), job).target


@dataclass(frozen=True)
class Tools:
    model: BodyModel
    lifter: Lifter
    painter: Painter
    detector: PoseDetector
    generator: np.random.Generator


@dataclass(frozen=True)
class Ground:
    """Where the person will be, as far as words and geometry tell."""

    reading: Reading
    stage: Stage
    place: Surroundings
    shaped: ShapedBody  # somebody as described
    stance: Stance  # the library's best: where, and what such an action touches
    target: Target


def _ground(wish: Wish, scene: Scene, request: ImagineRequest, model: BodyModel, job: JobContext) -> Ground:
    """The prompt's place in the scene, and the ball about a person there that cameras look at."""
    reading = without_missing(wish.reading, scene)
    stage = set_stage(reading, scene, request)
    job.progress("Measuring the place", 0.1)
    stage, place = survey(stage, job.check)
    check_cursor(request, stage, place)
    job.progress("Finding the place", 0.6)
    generator = torch.Generator().manual_seed(request.seed)
    shaped = shaped_people(reading.people, model, generator)
    casts = cast(reading, stage, place, shaped, model, regions_of(model), 4, generator, job.check)
    best, *others = (one.stances[0] for one in casts)
    near = [s for s in others if float((s.carried_at - best.carried_at).norm()) < NEAR]
    target = Target.of_body(best.carried_at.numpy(), np.concatenate([_where(s) for s in (best, *near)]))
    target = replace(target, radius=max(target.radius, ROOMY))
    return Ground(reading, stage, place, shaped[0], best, target)


def _where(stance: Stance) -> np.ndarray:
    """(S, 3) world: about where the body of a stance is."""
    return (stance.carried_at + stance.body.spheres @ about_z(torch.tensor(stance.yaw)).mT).numpy()


@dataclass(frozen=True)
class Round:
    """Bodies that came of one round of pictures."""

    lifted: Lifted
    order: list[int]  # rows of them, best first
    warnings: tuple[str, ...]
    rejected: frozenset[int] = frozenset()  # views of which the user wants no picture


def _first_round(
    wish: Wish, ground: Ground, views: Views, seen: Survey, request: ImagineRequest, tools: Tools, job: JobContext
) -> Round:
    """Imagine freely, let the user choose, find bodies that several views agree on."""
    imagined = imagine(
        seen, wish.prompt, wish.person, tools.painter, tools.detector, request.imaginations, tools.generator,
        Stretch(job, 0.0, 0.7),
    )  # fmt: skip
    offered = imagined.per_view(len(views.cameras))
    imagined = chosen(imagined, job)
    found = imagined.per_view(len(views.cameras))
    rejected = frozenset(view for view, own in enumerate(offered) if own and not found[view])
    _require_views(found)
    count = max(HYPOTHESES, request.imaginations)
    candidates = candidates_of(views.cameras, found, count)
    report = _reporting(Stretch(job, 0.7, 1.0))
    lifted = tools.lifter.lift(candidates.views, _problem(ground), LIFTING, report=report)
    return Round(lifted, ranked(lifted, candidates.pictures, wish.prompt), imagined.warnings, rejected)


def _second_round(
    wish: Wish, ground: Ground, views: Views, seen: Survey, first: Round, request: ImagineRequest, tools: Tools,
    job: JobContext,
) -> Round:  # fmt: skip
    """The better half of the bodies imagined anew within their silhouettes, and lifted from where they were."""
    job.progress("Drawing silhouettes", 0.0)
    priors = first.order[: (len(first.order) + 1) // 2]
    masks = _masks(ground, views, [first.lifted.bodies[k].vertices.numpy() for k in priors], tools.model, job)
    found_again: list[Candidates] = []
    starts, warnings = [], []
    shown = len(seen.pictures) * request.imaginations
    for turn, prior in enumerate(priors):
        step = Stretch(job, 0.05 + 0.7 * turn / len(priors), 0.05 + 0.7 * (turn + 1) / len(priors))
        imagined = imagine(
            seen, wish.prompt, wish.person, tools.painter, tools.detector, AGAIN, tools.generator, step,
            masks=masks[turn], first=shown, without=first.rejected,
        )  # fmt: skip
        shown += len(imagined.pictures)
        warnings += imagined.warnings
        found = imagined.per_view(len(views.cameras))
        if sum(bool(people) for people in found) >= LEAST_VIEWS:
            found_again.append(candidates_of(views.cameras, found, AGAIN))
            starts += [prior] * len(found_again[-1].pictures)
    if not found_again:
        note = "The second round of pictures showed nobody; the bodies are those of the first."
        return Round(first.lifted, first.order, (*warnings, note))
    lifted = tools.lifter.lift(
        _joined([one.views for one in found_again]), _problem(ground), LIFTING,
        start=first.lifted.state.taken(torch.tensor(starts)),
        report=_reporting(Stretch(job, 0.75, 1.0)),
    )  # fmt: skip
    pictures = [row for one in found_again for row in one.pictures]
    return Round(lifted, ranked(lifted, pictures, wish.prompt), tuple(warnings))


def _joined(rows: Sequence[Views2D]) -> Views2D:
    """Candidates seen by the same cameras as one batch."""
    return Views2D(
        rows[0].cameras, torch.cat([row.pixels for row in rows]), torch.cat([row.confidences for row in rows])
    )


def _require_views(found: Sequence[Sequence[object]]) -> None:
    seen = sum(bool(people) for people in found)
    if seen < LEAST_VIEWS:
        raise NobodyFound(
            f"Somebody new was found in only {seen} of {len(found)} views; a body takes at least {LEAST_VIEWS}."
        )


def _problem(ground: Ground) -> LiftingProblem:
    return LiftingProblem(
        ground.place.field.sample, float(ground.target.point[2]), phenotype_prior(ground.shaped.phenotype)
    )


def _reporting(job: JobContext) -> Callable[[float, torch.Tensor | None], None]:
    def report(fraction: float, skin: torch.Tensor | None) -> None:
        job.progress("Finding bodies", fraction)

    return report


def _masks(
    ground: Ground, views: Views, bodies: Sequence[np.ndarray], model: BodyModel, job: JobContext
) -> list[np.ndarray]:
    """For each body (V, 3) its grown silhouettes in all views, (V, H, W) bool, as far as the scene does not hide it."""
    reach = max(float(np.linalg.norm(camera.eye - ground.target.center)) for camera in views.cameras) + 0.5
    tree = scene_tree(ground.stage.scene, Box.around(ground.target.center, 2 * reach))
    triangles = model.topology.triangles.numpy()
    masks: list[list[np.ndarray]] = [[] for _ in bodies]
    for camera in views.cameras:
        job.check()
        depth = render_depth(ground.stage.scene, camera, tree)
        for own, body in zip(masks, bodies, strict=True):
            own.append(dilated(silhouette(body, triangles, camera, depth)))
    return [np.stack(own) for own in masks]


def _settled(ground: Ground, found: Round, wanted: int, model: BodyModel, job: JobContext) -> list[Placement]:
    """The bodies in contact with the scene, as everybody is; ranked by view agreement and contact."""
    meant = ground.stance.body.anchor
    rows = found.order[: wanted + SPARE]
    doubts = DOUBT * (found.lifted.energy - found.lifted.energy[rows].min())
    casts = [
        adopted(
            found.lifted.bodies[row], ground.reading.action, meant, ground.stage, ground.place, model,
            regions_of(model), float(doubts[row]),
        )
        for row in rows
    ]  # fmt: skip
    return placed(ground.reading, ground.stage, ground.place, casts, wanted, model, job, SEEN)
