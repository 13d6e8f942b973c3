"""One group of people who do one thing together: look, cast, fit, judge.

Answers are `Placement`s, best first: bodies in world, metres, with how well they are placed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import PosedBody, pose
from backend.body.regions import Regions
from backend.body.shaping import shaped_people
from backend.fitting.casting import Cast, cast, recast
from backend.fitting.conduct import conduct_of
from backend.fitting.grasp import close_hands, opened
from backend.fitting.judge import Verdict, judge, worst
from backend.fitting.manners import surface_key
from backend.fitting.optimise import ANCHORED, Fit, Weights, fit
from backend.fitting.placement import CARRYING, Stance
from backend.fitting.problem import CONTACT_POINTS
from backend.fitting.problems import pose_problem
from backend.fitting.rig import FittingRig, Pose, sample_skin
from backend.fitting.setting import set_stage, without_missing
from backend.fitting.stage import Stage
from backend.fitting.surfaces import Surroundings
from backend.fitting.survey import survey
from backend.language.people import PersonSpec
from backend.language.prompt import Reading
from backend.place.scene import Scene
from backend.service.context import JobContext
from protocol.errors import TargetBlocked, UnsuitableSupport
from protocol.messages import HumansRequest

from .persons import turn
from .share import Stretch

SPARE = 2  # hypotheses fitted beyond the candidates asked for; the worst are dropped
# A result nobody would accept is an error, not an answer.
HOPELESS_PENETRATION = 0.06  # metres
HOPELESS_GAP = 0.06  # metres
HOPELESS_TOUCH = 0.12  # metres
TOE_STEP = 12  # of the toes every twelfth vertex is looked at
CROWDED = 0.3  # metres from pelvis to pelvis


@dataclass(frozen=True)
class Placement:
    """One answer for a group."""

    people: tuple[PersonSpec, ...]
    bodies: tuple[PosedBody, ...]
    stances: tuple[Stance, ...]
    verdict: Verdict  # of the worst of them
    support: str  # name of the object that carries the first
    warnings: tuple[str, ...]


def place_group(
    reading: Reading, scene: Scene, request: HumansRequest, wanted: int, model: BodyModel, generator: torch.Generator,
    job: JobContext,
) -> list[Placement]:  # fmt: skip
    """Up to `wanted` different placements, best first. Raises the typed errors of `protocol.errors`."""
    reading = without_missing(reading, scene)
    stage = set_stage(reading, scene, request)
    job.progress("Measuring the place", 0.06)
    stage, place = survey(stage, job.check)
    check_cursor(request, stage, place)
    job.progress("Finding places", 0.25)
    casts = _casts(reading, stage, place, wanted + SPARE, model, generator, job)
    return placed(reading, stage, place, casts, wanted, model, Stretch(job, 0.3, 1.0))


def placed(
    reading: Reading, stage: Stage, place: Surroundings, casts: list[Cast], wanted: int, model: BodyModel,
    job: JobContext, weights: Weights = ANCHORED,
) -> list[Placement]:  # fmt: skip
    """Contact fitted for all casts as one batch; up to `wanted` of them, best first, however they came about."""
    result, bodies = _fit(reading, stage, place, casts, model, Stretch(job, 0.0, 0.95), weights)
    job.progress("Choosing the best", 0.97)
    judged = _judged(stage, place, casts, result, bodies, model)
    _require_acceptable(judged[0], reading, stage)
    return [
        Placement(
            reading.people,
            tuple(own),
            one.stances,
            verdict,
            _support_name(stage, place, own[0], one.stances[0], model),
            (*stage.notes, *reading.warnings, *_complaints(verdict)),
        )
        for verdict, one, own in judged[:wanted]
    ]


def check_cursor(request: HumansRequest, stage: Stage, place: Surroundings) -> None:
    """A cursor deep inside something solid is a mistake that no search should paper over."""
    if request.where == "cursor":
        depth = -float(place.field.sample(torch.tensor(stage.cursor, dtype=torch.float32)))
        if depth > 0.06:
            raise TargetBlocked(f"The 3D cursor is {depth * 100:.0f} cm inside something solid.")


def _casts(
    reading: Reading, stage: Stage, place: Surroundings, count: int, model: BodyModel, generator: torch.Generator,
    job: JobContext,
) -> list[Cast]:  # fmt: skip
    """`count` ways to begin, each with people of their own shape; the place is searched with the first ones."""
    regions = regions_of(model)

    size = len(reading.people)
    people = shaped_people(reading.people * count, model, generator)
    casts = cast(reading, stage, place, people[:size], model, regions, count, generator, job.check)
    others = [people[k * size : (k + 1) * size] for k in range(1, len(casts))]
    recasts = (
        recast(one, own, reading, stage, model, regions, generator) for one, own in zip(casts[1:], others, strict=True)
    )
    return [casts[0], *recasts]


def _fit(
    reading: Reading, stage: Stage, place: Surroundings, casts: list[Cast], model: BodyModel, job: JobContext,
    weights: Weights,
) -> tuple[Fit, list[PosedBody]]:  # fmt: skip
    """Fit all people of all candidates as one batch; bodies are ordered candidate by candidate."""
    regions = regions_of(model)
    stances = [stance for one in casts for stance in one.stances]
    shaped = [person for one in casts for person in one.people]
    people = len(reading.people)
    chosen = _chosen(model, shaped[0])
    rotations = torch.stack([
        opened(model, person, s.body.anchor, s.body.rotations) for s, person in zip(stances, shaped, strict=True)
    ])  # fmt: skip
    yaws = torch.stack([turn(s.yaw).float() for s in stances])
    rig = FittingRig(model, shaped, rotations, yaws, chosen)
    problem = pose_problem(
        rig, stances, place, regions, reading,
        lambda contact: surface_key(contact, stage, place, any(s.body.anchor.carried_by == "seat" for s in stances)),
        people,
    )  # fmt: skip
    triangles = model.topology.triangles.int().numpy()
    shown = min(len(stances), 4 * people)

    def report(fraction: float, current: Pose | None) -> None:
        job.progress("Fitting contact", fraction)
        if current is not None:
            bodies = _exact(model, rig, current, shown, slack=False)
            job.preview(triangles, [body.vertices.numpy() for body in bodies])

    result = fit(rig, torch.stack([s.position for s in stances]), problem, weights=weights, report=report)
    job.check()
    bodies = _exact(model, rig, result.pose, len(stances), slack=True)
    return result, [
        close_hands(model, body, stance.body.anchor, place) for body, stance in zip(bodies, stances, strict=True)
    ]


def _exact(model: BodyModel, rig: FittingRig, current: Pose, count: int, *, slack: bool) -> list[PosedBody]:
    """The first `count` bodies of the full model."""
    with torch.no_grad():
        return [pose(model, *body) for body in rig.exact(current, slack=slack)[:count]]


def _judged(
    stage: Stage, place: Surroundings, casts: list[Cast], result: Fit, bodies: list[PosedBody], model: BodyModel
) -> list[tuple[Verdict, Cast, list[PosedBody]]]:
    """The casts with their figures, best first."""
    regions = regions_of(model)
    per = len(casts[0].stances)
    touches = [(f"touch{k}", regions[region]) for k, touch in enumerate(stage.touches) for region in touch.regions]
    judged: list[tuple[Verdict, Cast, list[PosedBody]]] = []
    for index, one in enumerate(casts):
        own = bodies[index * per : (index + 1) * per]
        verdicts = [
            judge(model, body, place, touches, float(result.cost[index * per + k]) + one.stances[k].preference,
                  float(result.limit_excess[index * per + k]), one.stances[k].body.anchor.clearance)
            for k, body in enumerate(own)
        ]  # fmt: skip
        judged.append((worst(verdicts), one, own))
    return sorted(judged, key=lambda item: item[0].score)


def _require_acceptable(judged: tuple[Verdict, Cast, list[PosedBody]], reading: Reading, stage: Stage) -> None:
    """Raise what keeps even the best from being an answer."""
    best, _, bodies = judged
    if best.deepest_penetration > HOPELESS_PENETRATION or max(best.support_gap, best.floating) > HOPELESS_GAP:
        raise UnsuitableSupport(
            f"The best pose found goes {best.deepest_penetration * 100:.0f} cm into something and ends "
            f"{best.support_gap * 100:.0f} cm from “{stage.support[0].name}”: there is not enough room.",
            remedy="Clear some space there, name another object, or place the 3D cursor and choose “3D cursor”.",
        )
    if not conduct_of(reading.action).partner and _too_close(bodies):
        raise UnsuitableSupport(
            f"There is no room for {len(reading.people)} people on “{stage.support[0].name}”.",
            remedy="Ask for fewer people, or name something larger.",
        )
    if best.touch_gap > HOPELESS_TOUCH:
        raise UnsuitableSupport(
            f"“{stage.touches[0].match.name}” is out of reach: the best pose found misses it by "
            f"{best.touch_gap * 100:.0f} cm.",
            remedy="Clear the floor around it, name another object, or place the 3D cursor next to it.",
        )


def _too_close(bodies: list[PosedBody]) -> bool:
    """Whether two people are in each other's place."""
    places = torch.stack([body.root_position for body in bodies])
    away = torch.cdist(places, places) + torch.eye(len(bodies))
    return bool(away.min() < CROWDED)


def _complaints(verdict: Verdict) -> list[str]:
    found = []
    if verdict.deepest_penetration > 0.03:
        found.append(f"Part of the body is {verdict.deepest_penetration * 100:.1f} cm inside something.")
    if verdict.support_gap > 0.015:
        found.append(f"The body ends {verdict.support_gap * 100:.1f} cm above its support.")
    if verdict.touch_gap > 0.03:
        found.append(f"The touch asked for is missed by {verdict.touch_gap * 100:.1f} cm.")
    return found


def _support_name(stage: Stage, place: Surroundings, body: PosedBody, stance: Stance, model: BodyModel) -> str:
    """The object of the named support that is nearest to the skin that carries the body."""
    candidates = [o for m in stage.support for o in m.objects]
    regions = regions_of(model)
    contacts = stance.body.anchor.contacts
    carrying = [regions[c.region] for c in contacts if c.to in CARRYING and c.weight >= 1]
    skin = body.vertices[torch.cat(carrying or [regions["soles"]])]
    distance = place.surfaces["support"].sample(skin)
    nearest = place.surfaces["support"].sample_object(skin[distance.argsort()[:50]])
    counts = torch.bincount(nearest[nearest >= 0].long(), minlength=len(stage.scene.objects))
    index = int(counts.argmax()) if counts.sum() > 0 else candidates[0]
    return stage.scene.objects[index].name


_REGIONS: dict[str, Regions] = {}
_SKIN: dict[str, torch.Tensor] = {}


def regions_of(model: BodyModel) -> Regions:
    if model.name not in _REGIONS:
        _REGIONS[model.name] = Regions(model)
    return _REGIONS[model.name]


def _chosen(model: BodyModel, shaped: ShapedBody) -> torch.Tensor:
    """The vertices that the fit looks at: skin everywhere, denser where it touches."""
    if model.name not in _SKIN:
        regions = regions_of(model)
        # A hand has a twelfth of all vertices and closes around thin things: it needs more than a patch of skin does.
        dense = torch.cat([regions.sparse(n, 200 if "palms" in n else CONTACT_POINTS) for n in regions.names])
        _SKIN[model.name] = sample_skin(model, shaped, 1100, torch.cat((dense, _toes(model))))
    return _SKIN[model.name]


def _toes(model: BodyModel) -> torch.Tensor:
    """Some of the vertices all around the toes: many of them on little skin, and they meet pedals, stirrups, kerbs."""
    names = model.skeleton.bone_names
    strongest = model.topology.weight_bones.gather(1, model.topology.weights.argmax(1, keepdim=True))[:, 0]
    is_toe = torch.tensor([name.startswith("toe") for name in names])[strongest] & model.topology.outer
    return is_toe.nonzero()[::TOE_STEP, 0]
