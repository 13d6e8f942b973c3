"""A pipeline for tests of the evaluation: a ball on two bones where the cursor is, at once, or what the prompt says."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import psutil

from backend.bench.million import body
from backend.service.context import JobContext
from protocol.errors import UnknownAction
from protocol.messages import Candidate, HumansRequest, Mesh, Result

ACTIONS = ("roll",)


def warm_up(report: Callable[[str, float], None]) -> None:
    report("Ready", 1.0)


def run(request: HumansRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    if "fly" in request.prompt:
        raise UnknownAction("“fly” is nothing that a ball can do.", remedy="It can roll.")
    if "crash" in request.prompt:  # worker → broker → Blender
        os.kill(psutil.Process().parent().ppid(), signal.SIGKILL)
        job.check()
    rig, person = body(40)
    candidates = []
    for k in range(request.candidates):
        placed = np.eye(4)
        placed[:3, 3] = request.snapshot.cursor + [0.0, 0.0, 0.3 * k]
        ball = replace(person, name="Ball", object_to_world=placed)
        twin = replace(ball, name="Twin", object_to_world=placed + np.eye(4, k=3) * 2.5)
        candidates.append(Candidate((ball, twin) if "two" in request.prompt else (ball,), "roll", "ground"))
    return Result(job.job_id, (rig,), tuple(candidates), 0.0, f"{len(request.snapshot.objects)} objects")
