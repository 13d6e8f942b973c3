"""An object in the scene as in a picture (CISP's method), between two, or like one that is there.

    picture → cut out → encoded ┐
    object  → volume  → encoded ┴→ mixed → shapes sampled → meshes → colours from the picture → size → place

Pictures become conditions by the encoder's embedding and tokens, objects by their embedding alone. Every candidate is
one sample; those whose outline fits the picture best come first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from backend.place.nearest import prepare
from backend.place.scene import Scene
from backend.service.context import JobContext
from backend.shapes.colors import PLAIN, colored
from backend.shapes.meshing import FEWEST, MOST, Parameters, SolidMesh, mesh_of, placed
from backend.shapes.model import Condition, ShapeModel
from backend.shapes.portrayal import VIEW, portrayed
from backend.shapes.resting import Rest, rest_on
from backend.shapes.sizes import longest_side
from backend.shapes.sources import Source, from_object, from_picture
from backend.shapes.viewing import Framing, View, find_view
from protocol.errors import NoShape, RequestInvalid, UnsuitableSupport
from protocol.messages import Candidate, Mesh, Result, ShapeRequest, Thing

from .humans import MAX_SEED

WHERE = ("cursor", "active")
MAX_CANDIDATES = 8
SURE = 0.35  # probability from which on a shape is called by its category
ENCODED, SAMPLED = 0.15, 0.65  # of the job
SHOWN = 320  # pixels of the cut-out that the user is shown


@dataclass(frozen=True, eq=False)
class Made:
    """A shape with its colours, in the unit cube."""

    mesh: SolidMesh
    colors: np.ndarray  # (V, 3) sRGB 0 … 1
    agreement: float  # of its outline with the picture's, 0 … 1; 0 where there is none to compare with


def warm_up(report: Callable[[str, float], None]) -> None:
    """Load the networks, which come with the backend, and what looks for surfaces."""
    report("Loading the shape model", 0.1)
    ShapeModel.load()
    report("Preparing the searches", 0.8)
    prepare()
    report("Ready", 1.0)


def run(request: ShapeRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    """Answer one request. Raises the typed errors of `protocol.errors`."""
    started = time.monotonic()
    check_options(request)
    model = ShapeModel.load()
    job.progress("Finding the object", 0.02)
    sources = _sources(request, meshes, model, job)
    nearer = sources[0] if len(sources) == 1 or request.mix <= 0.5 else sources[1]
    condition = sources[0].condition
    if len(sources) > 1:
        condition = condition.mix(sources[1].condition, request.mix)
    kinds = _kinds(sources, request.mix)
    volumes = _sampled(request, condition, model, job)
    made = _finished(request, volumes, nearer, job)
    name = _name(nearer, kinds)
    notes = tuple(dict.fromkeys(warning for source in sources for warning in source.warnings))
    candidates = [_candidate(one, name, request, meshes, kinds, sources, notes) for one in made]
    reading = _reading(sources, kinds)
    return Result(job.job_id, (), tuple(candidates), time.monotonic() - started, reading)


def check_options(request: ShapeRequest) -> None:
    """Raises `RequestInvalid`."""
    if request.picture is None and request.second is None and not request.like:
        raise RequestInvalid("There is neither a picture nor an object to go by.")
    if request.where not in WHERE:
        raise RequestInvalid(f"“where” is {request.where!r}, not one of {', '.join(WHERE)}.")
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise RequestInvalid(f"{request.candidates} candidates asked for; 1 to {MAX_CANDIDATES} are possible.")
    if not FEWEST <= request.faces <= MOST:
        raise RequestInvalid(f"{request.faces} triangles asked for; {FEWEST} to {MOST} are possible.")
    if not 0 <= request.mix <= 1:
        raise RequestInvalid(f"The mix {request.mix} is not within 0 … 1.")
    if not 0 <= request.size < 1e4:
        raise RequestInvalid(f"A size of {request.size} metres is not possible.")
    if not -MAX_SEED <= request.seed <= MAX_SEED:
        raise RequestInvalid(f"The seed {request.seed} is not within ±{MAX_SEED}.")
    if not np.isfinite(request.snapshot.cursor).all():
        raise RequestInvalid("The 3D cursor's position has values that are not finite.")


def _sources(
    request: ShapeRequest, meshes: Mapping[str, Mesh], model: ShapeModel, job: JobContext
) -> list[Source]:
    """The first two of picture, second picture and object."""
    found = []
    for picture in (request.picture, request.second):
        if picture is not None:
            source = from_picture(picture, request.sketch, model)
            job.imagined(len(found), source.shown(SHOWN), source.name or "what was cut out")
            found.append(source)
            job.progress("Finding the object", ENCODED * len(found) / 3)
    if request.like and len(found) < 2:
        found.append(from_object(request.like, request.snapshot, meshes, model))
    return found


def _sampled(request: ShapeRequest, condition: Condition, model: ShapeModel, job: JobContext) -> np.ndarray:
    """(N, 64, 64, 64) signed distances; every step of the sampler asks whether the job is still wanted."""
    generator = torch.Generator().manual_seed(request.seed)
    stage = "Imagining the shape" if request.candidates == 1 else f"Imagining {request.candidates} shapes"

    def report(fraction: float) -> None:
        job.progress(stage, ENCODED + (SAMPLED - ENCODED) * fraction)

    report(0.0)
    return model.sample(condition, request.candidates, generator, report=report)


def _finished(request: ShapeRequest, volumes: np.ndarray, source: Source, job: JobContext) -> list[Made]:
    """Meshes with colours, best first. Raises `NoShape` if not one volume holds a solid."""
    made, failure = [], None
    expected = source.view
    for number, volume in enumerate(volumes):
        job.progress("Making meshes", SAMPLED + (1 - SAMPLED) * number / len(volumes))
        try:
            mesh = mesh_of(volume, Parameters(faces=request.faces))
        except NoShape as error:
            failure = error
            continue
        job.check()
        framed = _seen(mesh, source, expected, request.seed)
        if framed is not None and (not made or framed.agreement > 0.85):
            expected = framed.view  # the other candidates are seen from about there
        colors = _colors(mesh, source, framed)
        made.append(Made(mesh, colors, framed.agreement if framed else 0.0))
    if not made:
        raise failure or NoShape()
    return sorted(made, key=lambda one: -one.agreement)


def _seen(mesh: SolidMesh, source: Source, expected: View | None, seed: int) -> Framing | None:
    if expected is None or source.pixels is None:
        return None
    generator = np.random.default_rng(abs(seed))
    return find_view(mesh.vertices, mesh.triangles, source.pixels[..., 3], expected, generator)


def _colors(mesh: SolidMesh, source: Source, framed: Framing | None) -> np.ndarray:
    if framed is not None:
        return colored(mesh.vertices, mesh.triangles, source.pixels, framed)
    color = PLAIN if source.color is None else source.color
    return np.repeat(np.asarray(color, np.float32)[None], len(mesh.vertices), 0)


def _candidate(
    one: Made, name: str, request: ShapeRequest, meshes: Mapping[str, Mesh], kinds: Mapping[str, float],
    sources: list[Source], notes: tuple[str, ...],
) -> Candidate:  # fmt: skip
    extents = np.ptp(one.mesh.vertices, axis=0)
    usual = [source.size for source in sources if source.size] or [longest_side(extents, kinds)]
    mesh = placed(one.mesh, request.size or float(np.exp(np.mean(np.log(usual)))))
    matrix, support, said = _place(request, meshes, mesh, sources)
    colors = (np.clip(one.colors, 0, 1) * 255 + 0.5).astype(np.uint8)
    thing = Thing(name, matrix, mesh.vertices, mesh.triangles, colors)
    metrics = {"faces": float(len(mesh.triangles))} | ({"outline": one.agreement} if one.agreement else {})
    picture = portrayed(one.mesh.vertices, one.mesh.triangles, one.colors, _shown_from(sources))
    return Candidate((), "", support, metrics, (*notes, *said), (thing,), picture)


def _shown_from(sources: list[Source]) -> View:
    """From about where the picture was taken, but never from behind or right from the side."""
    view = next((source.view for source in sources if source.view is not None), None)
    if view is None:
        return VIEW
    turn = float(np.arctan2(np.sin(view.azimuth), np.cos(view.azimuth)))
    return replace(VIEW, azimuth=VIEW.azimuth if turn >= 0 else -VIEW.azimuth)


def _place(
    request: ShapeRequest, meshes: Mapping[str, Mesh], mesh: SolidMesh, sources: list[Source]
) -> tuple[np.ndarray, str, tuple[str, ...]]:
    """Where it stands (4, 4), on what, and what is to be said about it."""
    matrix = np.eye(4)
    turn = next((source.turn for source in sources if source.turn), 0.0)
    matrix[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    cursor = np.asarray(request.snapshot.cursor, np.float64)
    if request.where == "cursor":
        matrix[:3, 3] = cursor
        return matrix, "", ()
    scene = Scene.from_snapshot(request.snapshot, meshes)
    if scene.active < 0:
        raise UnsuitableSupport("No object is active that has a surface.", remedy="Click the object that is meant.")
    corners = mesh.vertices @ matrix[:3, :3].T
    found: Rest = rest_on(scene, scene.active, np.ptp(corners, axis=0), cursor)
    matrix[:3, 3] = found.place
    name = scene.objects[scene.active].name
    said = () if found.stands else (f"“{name}” has no level place as large as this; it sticks out.",)
    return matrix, name, said if found.free else (*said, f"Something else stands on “{name}” where it was put.")


def _kinds(sources: list[Source], mix: float) -> dict[str, float]:
    """Probabilities of categories, mixed as the sources are."""
    if len(sources) == 1 or not sources[1].kinds or not sources[0].kinds:
        return dict(next((source.kinds for source in sources if source.kinds), {}))
    first, second = (source.kinds for source in sources)
    return {kind: (1 - mix) * first[kind] + mix * second.get(kind, 0.0) for kind in first}


def _name(source: Source, kinds: Mapping[str, float]) -> str:
    if source.name:
        return source.name
    likeliest = max(kinds, key=kinds.get, default="")
    return likeliest.capitalize() if likeliest and kinds[likeliest] >= SURE else "Shape"


def _reading(sources: list[Source], kinds: Mapping[str, float]) -> str:
    words = [f"like “{source.name}”" for source in sources if source.name]
    if any(not source.name for source in sources):
        best = sorted(kinds, key=kinds.get, reverse=True)[:2]
        told = [f"{kind} ({kinds[kind]:.0%})" for kind in best if kinds[kind] > 0.15]
        words.insert(0, " or ".join(told) or "a thing of an unknown kind")
    return ", ".join(words)
