"""A sample of bodies as large as the papers', for entropy and cluster size: `evaluate diversity SCENES --samples N`.

POSA's figures are of 4800 bodies (1200 in each of four rooms). Here every request beside every scene is answered again
and again with new seeds and 16 candidates, all of which count, until there are enough; each scene gives an equal share
of requests. The pipeline is called directly: Blender only exports the scenes' geometry, once each. What is found is
kept in `samples.npz` after every request, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.service.context import LocalContext
from protocol.errors import RequestInvalid, StaffageError
from protocol.messages import HumansRequest, Mesh, Person, Rig, Snapshot

from .bodies import Rigged, local_rotations
from .judging import load_place, snapshot_of, write_json
from .parameters import GROUPS, parameters_of
from .process import BlenderFailed, blender_process
from .protocol import DIVERSITY, diversity_table
from .requests import EvaluationRequest, read_requests

Array = np.ndarray
Say = Callable[[str], None]
CANDIDATES = 16
STORE = "samples.npz"


@dataclass(frozen=True)
class Scene:
    """A scene's geometry and what is asked of it."""

    name: str
    snapshot: Snapshot
    meshes: Mapping[str, Mesh]
    requests: tuple[EvaluationRequest, ...]


def sample_diversity(scenes: Path, out: Path, samples: int, say: Say) -> dict[str, Any]:
    """Gather at least `samples` bodies, then cluster them; writes `out`/diversity.json and returns its content."""
    out.mkdir(parents=True, exist_ok=True)
    places = [_opened(path, out) for path in sorted(scenes.glob("*.glb"))]
    if not places:
        raise RequestInvalid(f"{scenes} holds no scene.", remedy="Name a folder with *.glb and *.json files.")
    gathered, answered, taken = _load(out / STORE)
    for number, (place, request, seed) in enumerate(_asked(places)):
        if len(gathered) >= samples:
            break
        if number < answered:  # of an earlier run
            continue
        begun = time.monotonic()
        try:
            gathered += bodies_of(place, request, seed)
        except StaffageError as error:
            say(f"  no answer for “{request.prompt}”: {error}")
        if number == len(places) * max(len(own.requests) for own in places) and not gathered:
            raise RequestInvalid("Not one request could be answered.", remedy="Try `evaluate humans` first.")
        answered, taken = number + 1, taken + time.monotonic() - begun
        _save(out / STORE, gathered, answered, taken)
        say(f"  {len(gathered)} of {samples} bodies, {taken / max(1, len(gathered)):.2f} s each: {request.prompt}")
    found = {
        "samples": len(gathered),
        "requests": answered,
        "scenes": [place.name for place in places],
        "candidates": CANDIDATES,
        "seconds": round(taken, 1),
        "table": diversity_table(gathered),
    }
    write_json(out / DIVERSITY, found)
    return found


def bodies_of(place: Scene, request: EvaluationRequest, seed: int) -> list[dict[str, Array]]:
    """The parameters of every person of every candidate. Raises what the pipeline raises."""
    from backend.pipelines import humans

    cursor = np.array(request.at if request.at is not None else (0.0, 0.0, 0.0), np.float32)
    snapshot = Snapshot(place.snapshot.objects, cursor, request.active)
    asked = HumansRequest(request.prompt, snapshot, request.where, CANDIDATES, seed)
    result = humans.run(asked, place.meshes, LocalContext())
    return [
        parameters_of(rigged_of(person, result.rigs[person.rig]), person.phenotype)
        for candidate in result.candidates for person in candidate.people
    ]  # fmt: skip


def rigged_of(person: Person, rig: Rig) -> Rigged:
    """A person of a result as the judge reads it from Blender."""
    parents = tuple(int(parent) for parent in rig.bone_parents)
    rest, world = person.rest_bone_poses.astype(float), person.object_to_world @ person.bone_poses.astype(float)
    rotations = local_rotations(rest[:, :3, :3], world[:, :3, :3], parents)
    heads = rest[:, :3, 3]
    return Rigged(tuple(rig.bone_names), parents, rotations, heads, person.rest_vertices, world[0, :3, 3])


def _asked(places: list[Scene]) -> Iterator[tuple[Scene, EvaluationRequest, int]]:
    """Without end: the scenes take turns, each going through its requests again and again with ever new seeds."""
    turn = 0
    while True:
        for place in places:
            repeat, index = divmod(turn, len(place.requests))
            request = place.requests[index]
            yield place, request, request.seed + 1000 * repeat
        turn += 1


def _opened(path: Path, out: Path) -> Scene:
    arrays = out / f"{path.stem}.npz"
    command = [sys.executable, "-m", "backend.evaluation.blender.geometry", str(path), str(arrays)]
    with blender_process(command, out / "blender.log") as process:
        try:
            process.wait(600)
        except subprocess.TimeoutExpired as error:
            raise BlenderFailed(f"{path.name} was not read within 10 minutes.") from error
    if not arrays.exists():
        raise BlenderFailed(f"{path.name} could not be read; see {out / 'blender.log'}.")
    snapshot, meshes = snapshot_of(load_place(arrays))
    return Scene(path.stem, snapshot, meshes, read_requests(path.with_suffix(".json")))


def _load(path: Path) -> tuple[list[dict[str, Array]], int, float]:
    if not path.exists():
        return [], 0, 0.0
    data = np.load(path)
    count = len(data[GROUPS[0]])
    samples = [{group: data[group][row] for group in GROUPS} for row in range(count)]
    return samples, int(data["answered"]), float(data["seconds"])


def _save(path: Path, samples: list[dict[str, Array]], answered: int, seconds: float) -> None:
    stacked = {group: np.array([own[group] for own in samples]) for group in GROUPS}
    part = path.with_name("part.npz")  # a run that is stopped while it writes must not lose the file
    np.savez(part, answered=answered, seconds=seconds, **stacked)
    part.replace(path)
