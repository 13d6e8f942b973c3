"""People in a scene from a sentence, on the embedded default: read, then place one group of people after the other.

Stands in for GenZI's imagination stage with anchor poses (InterFusion's idea of an anchor per interaction); the fit and
the measures are the ones every source of poses goes through. What happens to one group is told in group.py; a group
that comes later finds the people before it in the scene and may name them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np
import torch

from backend.body import anny_model
from backend.body.model import BodyModel
from backend.fitting import nearby
from backend.language.clothing import read_clothing
from backend.language.prompt import Reading, read_all
from backend.place.field import prepare
from backend.place.scene import Scene
from backend.service.context import JobContext
from protocol.codec import mesh_hash
from protocol.errors import RequestInvalid
from protocol.messages import (
    WHERE,
    HumansRequest,
    ImagineRequest,
    Mesh,
    PhotoRequest,
    Result,
    SceneObject,
    Snapshot,
)

from . import looks
from .answering import answered
from .group import SPARE, Placement, place_group, regions_of
from .share import PLACED, Share, Stretch

__all__ = ["MAX_CANDIDATES", "SPARE", "answer", "run", "warm_up"]
MAX_CANDIDATES = 16
MAX_SEED = 2**48  # what is made of it still fits a generator
SKIN = np.array([0.6, 0.4, 0.3], np.float32)


def warm_up(report: Callable[[str, float], None]) -> None:
    """Load the body model; the first time on a machine builds its cache, about a minute."""
    first = not anny_model.cache_ready()
    stage = "Building the body model (once, about a minute)" if first else "Loading the body model"
    usual = 60.0 if first else 4.0
    model = _load_while_reporting(lambda fraction: report(stage, 0.9 * fraction), usual)
    report("Finding contact regions", 0.9)
    regions_of(model)
    report("Filling the wardrobe", 0.92)
    looks.prepare(model)
    report("Preparing the searches", 0.95)
    prepare()
    nearby.prepare()
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
    check_options(request)
    job.progress("Reading the prompt", 0.02)
    clothing = read_clothing(request.prompt)
    return answer(clothing.over(read_all(clothing.text)), request, meshes, job)


def answer(readings: Sequence[Reading], request: HumansRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    """Place the groups that the readings describe, one after the other; the last one differs between candidates."""
    started = time.monotonic()
    model = anny_model.load()
    generator = torch.Generator().manual_seed(request.seed)
    snapshot, known = request.snapshot, dict(meshes)
    settled: list[Placement] = []
    names: list[str] = []  # of the first person of each group, as an object of the scene
    placements: list[Placement] = []
    for part, reading in enumerate(readings):
        share = Share(job, part, len(readings), settled)
        scene = Scene.from_snapshot(snapshot, known)
        if reading.beside_group is not None and reading.beside_group < len(names):
            reading = replace(reading, landmark=names[reading.beside_group])
        wanted = request.candidates if part == len(readings) - 1 else 1
        placements = place_group(reading, scene, request, wanted, model, generator, share)
        if part < len(readings) - 1:
            settled.append(placements[0])
            before = len(snapshot.objects)
            snapshot = _with_people(snapshot, known, placements[0], model)
            names.append(snapshot.objects[before].name)
    answers = [[*settled, placement] for placement in placements]
    summary = "; ".join(reading.summary for reading in readings)
    return answered(request, answers, model, summary, started, Stretch(job, PLACED, 1.0))


def _with_people(snapshot: Snapshot, meshes: dict[str, Mesh], group: Placement, model: BodyModel) -> Snapshot:
    """The scene with a group in it, for those who come later: people to keep clear of, to look at and to lean on."""
    triangles = model.topology.triangles.int().numpy()
    objects = list(snapshot.objects)
    taken = {o.name for o in objects}
    for spec, body in zip(group.people, group.bodies, strict=True):
        vertices = body.vertices.float().contiguous().numpy()
        key = mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        name = spec.name if spec.name not in taken else f"{spec.name}.{len(objects):03d}"
        taken.add(name)
        objects.append(SceneObject(name, key, torch.eye(4, dtype=torch.float64).numpy(), SKIN))
    return replace(snapshot, objects=tuple(objects))


def check_options(request: HumansRequest | ImagineRequest | PhotoRequest) -> None:
    """Raises `RequestInvalid` for what all requests for people have in common."""
    if request.where not in WHERE:
        raise RequestInvalid(f"“where” is {request.where!r}, not one of {', '.join(WHERE)}.")
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise RequestInvalid(f"{request.candidates} candidates asked for; 1 to {MAX_CANDIDATES} are possible.")
    if not -MAX_SEED <= request.seed <= MAX_SEED:
        raise RequestInvalid(f"The seed {request.seed} is not within ±{MAX_SEED}.")
    if not np.isfinite(request.snapshot.cursor).all():
        raise RequestInvalid("The 3D cursor's position has values that are not finite.")
