"""People in a scene from a sentence, on the embedded default: read, look, cast, fit, judge.

Stands in for GenZI's imagination stage with anchor poses (InterFusion's idea of an anchor per interaction); the fit and
the measures are the ones every source of poses goes through.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import torch

from backend.body import anny_model
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import PosedBody, pose
from backend.body.regions import Regions
from backend.body.shaping import phenotype_of
from backend.fitting.casting import Cast, cast
from backend.fitting.judge import Verdict, judge, worst
from backend.fitting.manners import surface_key
from backend.fitting.optimise import Fit, fit
from backend.fitting.placement import CARRYING, Stance
from backend.fitting.problem import CONTACT_POINTS
from backend.fitting.problems import pose_problem
from backend.fitting.rig import FittingRig, Pose, sample_skin
from backend.fitting.setting import set_stage
from backend.fitting.stage import Stage
from backend.fitting.surfaces import Surroundings
from backend.fitting.survey import survey
from backend.language.people import PersonSpec
from backend.language.prompt import Reading, read
from backend.place.field import prepare
from backend.place.scene import Scene
from backend.service.context import JobContext
from protocol.errors import RequestInvalid, TargetBlocked, UnsuitableSupport
from protocol.messages import WHERE, Candidate, HumansRequest, Mesh, Person, Result

from .looks import materials_for, rig_message

MAX_CANDIDATES = 16
SPARE = 2  # hypotheses fitted beyond the candidates asked for; the worst are dropped
# A result nobody would accept is an error, not an answer.
HOPELESS_PENETRATION = 0.06  # metres
HOPELESS_GAP = 0.06  # metres
HOPELESS_TOUCH = 0.12  # metres
CROWDED = 0.3  # metres from pelvis to pelvis


def warm_up(report: Callable[[str, float], None]) -> None:
    """Load the body model; the first time on a machine builds its cache, about a minute."""
    first = not anny_model.cache_ready()
    stage = "Building the body model (once, about a minute)" if first else "Loading the body model"
    usual = 60.0 if first else 4.0
    model = _load_while_reporting(lambda fraction: report(stage, 0.9 * fraction), usual)
    report("Finding contact regions", 0.9)
    _regions(model)
    report("Preparing the distance field", 0.93)
    prepare()
    report("Ready", 1.0)


def _load_while_reporting(report: Callable[[float], None], usual_seconds: float) -> BodyModel:
    """Load the body model in a thread of its own, so that this one can tell how far it probably is."""
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(anny_model.load)
        while not wait([loading], timeout=0.5).done:
            elapsed = (time.monotonic() - started) / usual_seconds
            # Straight to 80 % in the usual time, then ever slower: a slow machine must not claim to be ready.
            report(0.8 * elapsed if elapsed < 1 else 1 - 0.2 / elapsed)
        return loading.result()


def run(request: HumansRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    """Answer one request. Raises the typed errors of `protocol.errors`."""
    started = time.monotonic()
    _check_options(request)
    job.progress("Reading the prompt", 0.02)
    reading = read(request.prompt)
    model = anny_model.load()
    scene = Scene.from_snapshot(request.snapshot, meshes)
    stage = set_stage(reading, scene, request)
    job.progress("Measuring the place", 0.06)
    stage, place = survey(stage, job.check)
    _check_cursor(request, stage, place)
    job.progress("Finding places", 0.25)
    generator = torch.Generator().manual_seed(request.seed)
    people = [model.shape(phenotype_of(spec, model, generator)) for spec in reading.people]
    casts = cast(
        reading, stage, place, people, model, _regions(model), request.candidates + SPARE, generator, job.check
    )
    fitted = _fit(reading, stage, place, people, casts, model, job)
    job.progress("Choosing the best", 0.97)
    candidates = _candidates(reading, stage, place, casts, fitted, model, request.candidates)
    return Result(job.job_id, (rig_message(model),), tuple(candidates), time.monotonic() - started, reading.summary)


def _check_options(request: HumansRequest) -> None:
    if request.where not in WHERE:
        raise RequestInvalid(f"“where” is {request.where!r}, not one of {', '.join(WHERE)}.")
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise RequestInvalid(f"{request.candidates} candidates asked for; 1 to {MAX_CANDIDATES} are possible.")


def _check_cursor(request: HumansRequest, stage: Stage, place: Surroundings) -> None:
    """A cursor deep inside something solid is a mistake that no search should paper over."""
    if request.where == "cursor":
        depth = -float(place.field.sample(torch.tensor(stage.cursor, dtype=torch.float32)))
        if depth > 0.06:
            raise TargetBlocked(f"The 3D cursor is {depth * 100:.0f} cm inside something solid.")


def _fit(
    reading: Reading, stage: Stage, place: Surroundings, people: list[ShapedBody], casts: list[Cast],
    model: BodyModel, job: JobContext,
) -> list[PosedBody | Fit]:  # fmt: skip
    """Fit all people of all candidates as one batch; bodies are ordered candidate by candidate."""
    regions = _regions(model)
    stances = [stance for one in casts for stance in one.stances]
    shaped = [person for _ in casts for person in people]
    chosen = _chosen(model, people[0])
    rotations = torch.stack([s.body.rotations for s in stances])
    yaws = torch.stack([_turn(s.yaw).float() for s in stances])
    rig = FittingRig(model, shaped, rotations, yaws, chosen)
    problem = pose_problem(
        rig, stances, place, regions, reading,
        lambda contact: surface_key(contact, stage, place, any(s.body.anchor.carried_by == "seat" for s in stances)),
        len(people),
    )  # fmt: skip
    triangles = model.topology.triangles.int().numpy()
    shown = min(len(stances), 4 * len(people))

    def report(fraction: float, current: Pose | None) -> None:
        job.progress("Fitting contact", 0.3 + 0.65 * fraction)
        if current is not None:
            bodies = [_exact(model, rig, current, n).vertices.numpy() for n in range(shown)]
            job.preview(triangles, bodies)

    result = fit(rig, torch.stack([s.position for s in stances]), problem, report=report)
    job.check()
    return [result, *(_exact(model, rig, result.pose, n) for n in range(len(stances)))]


def _exact(model: BodyModel, rig: FittingRig, current: Pose, index: int) -> PosedBody:
    with torch.no_grad():
        return pose(model, *rig.exact(current, index))


def _candidates(
    reading: Reading, stage: Stage, place: Surroundings, casts: list[Cast], fitted: list[PosedBody | Fit],
    model: BodyModel, wanted: int,
) -> list[Candidate]:  # fmt: skip
    regions = _regions(model)
    result, *bodies = fitted
    per = len(casts[0].stances)
    touches = [(f"touch{k}", regions[region]) for k, touch in enumerate(stage.touches) for region in touch.regions]
    judged: list[tuple[Verdict, Cast, list[PosedBody]]] = []
    for index, one in enumerate(casts):
        own = bodies[index * per : (index + 1) * per]
        verdicts = [
            judge(model, body, place, touches, float(result.cost[index * per + k]) + one.stances[k].preference,
                  float(result.limit_excess[index * per + k]))
            for k, body in enumerate(own)
        ]  # fmt: skip
        judged.append((worst(verdicts), one, own))
    judged.sort(key=lambda item: item[0].score)
    best = judged[0][0]
    if best.deepest_penetration > HOPELESS_PENETRATION or max(best.support_gap, best.floating) > HOPELESS_GAP:
        raise UnsuitableSupport(
            f"The best pose found goes {best.deepest_penetration * 100:.0f} cm into something and ends "
            f"{best.support_gap * 100:.0f} cm from “{stage.support[0].name}”: there is not enough room.",
            remedy="Clear some space there, name another object, or place the 3D cursor and choose “3D cursor”.",
        )
    if _too_close(judged[0][2]):
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
    return [
        Candidate(
            tuple(
                _person(model, spec, body, stance)
                for spec, body, stance in zip(reading.people, own, one.stances, strict=True)
            ),
            one.stances[0].body.anchor.name,
            _support_name(stage, place, own[0], one.stances[0], model),
            verdict.metrics(),
            (*stage.notes, *reading.warnings, *_complaints(verdict)),
        )
        for verdict, one, own in judged[:wanted]
    ]


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
    regions = _regions(model)
    contacts = stance.body.anchor.contacts
    carrying = [regions[c.region] for c in contacts if c.to in CARRYING and c.weight >= 1]
    skin = body.vertices[torch.cat(carrying)]
    distance = place.surfaces["support"].sample(skin)
    nearest = place.surfaces["support"].sample_object(skin[distance.argsort()[:50]])
    counts = torch.bincount(nearest[nearest >= 0].long(), minlength=len(stage.scene.objects))
    index = int(counts.argmax()) if counts.sum() > 0 else candidates[0]
    return stage.scene.objects[index].name


def _person(model: BodyModel, spec: PersonSpec, body: PosedBody, stance: Stance) -> Person:
    """The body as the extension inserts it: an object on the ground below the pelvis, turned as the person faces."""
    origin = body.root_position.clone()
    origin[2] = body.vertices[model.topology.outer][:, 2].min()
    object_to_world = torch.eye(4, dtype=torch.float64)
    object_to_world[:3, :3] = _turn(stance.yaw)
    object_to_world[:3, 3] = origin.double()
    bone_poses = torch.linalg.inv(object_to_world) @ body.bone_poses.double()
    return Person(
        spec.name,
        0,
        object_to_world.numpy(),
        body.shaped.vertices.numpy(),
        body.shaped.bone_poses.numpy(),
        bone_poses.float().contiguous().numpy(),
        materials_for(body.shaped),
        dict(body.shaped.phenotype),
    )


def _turn(yaw: float) -> torch.Tensor:
    c, s = math.cos(yaw), math.sin(yaw)
    return torch.tensor([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)


_REGIONS: dict[str, Regions] = {}
_SKIN: dict[str, torch.Tensor] = {}


def _regions(model: BodyModel) -> Regions:
    if model.name not in _REGIONS:
        _REGIONS[model.name] = Regions(model)
    return _REGIONS[model.name]


def _chosen(model: BodyModel, shaped: ShapedBody) -> torch.Tensor:
    """The vertices that the fit looks at: skin everywhere, denser where it touches."""
    if model.name not in _SKIN:
        regions = _regions(model)
        # A hand has a twelfth of all vertices and closes around thin things: it needs more than a patch of skin does.
        dense = torch.cat([regions.sparse(n, 200 if "palms" in n else CONTACT_POINTS) for n in regions.names])
        _SKIN[model.name] = sample_skin(model, shaped, 1100, dense)
    return _SKIN[model.name]
