"""A pipeline that does what its prompt says, so that tests can drive real brokers and workers.

Steps are separated by commas: `sleep 0.5` (looking for cancel), `deaf 3` (not looking), `burn 1` (computing, looking),
`flood 500` (so many progress reports at once), `stages`, `rush`, `preview 3`, `crash`, `exit 7`, `bug`,
`unknown`, `nan`, `big 50000`.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import numpy as np

from protocol.errors import UnknownObject
from protocol.messages import Candidate, Result, Rig

ACTIONS = ("sleep", "burn")

MESSAGE = "There is no sofa here."


def warm_up(report) -> None:
    print("a library's banner on stdout")
    if marker := os.environ.get("SLOW_PIPELINE_IN_WARM_UP"):
        with open(marker, "a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
    if os.environ.get("SLOW_PIPELINE_CRASH"):
        os.kill(os.getpid(), signal.SIGKILL)
    if os.environ.get("SLOW_PIPELINE_BROKEN"):
        raise ImportError("no module named torch")
    if os.environ.get("SLOW_PIPELINE_DIES_WHEN_READY"):
        signal.setitimer(signal.ITIMER_REAL, 0.5)  # SIGALRM ends a process that does not expect it
    seconds = float(os.environ.get("SLOW_PIPELINE_WARM_UP", "0"))
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        report("Building the body", 1 - left / seconds)
        time.sleep(0.02)


def run(request, meshes, job) -> Result:
    needed = {item.mesh for item in request.snapshot.objects}
    assert needed <= set(meshes), "a mesh is missing in the worker"
    vertices = 3
    for step in request.prompt.split(","):
        verb, _, amount = step.strip().partition(" ")
        number = float(amount or 0)
        match verb:
            case "sleep" | "burn":
                _pass_time(job, number, busy=verb == "burn")
            case "deaf":
                time.sleep(number)
            case "flood":
                for index in range(int(number)):
                    job.progress("Flooding", index / number)
                    time.sleep(0.001)
            case "stages" | "rush":
                for index, stage in enumerate(("Reading", "Looking", "Fitting")):
                    job.progress(stage, index / 3)
                    time.sleep(0.15 if verb == "stages" else 0.0)
            case "preview":
                _preview(job, number)
            case "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(int(number))
            case "bug":
                raise ZeroDivisionError("a mistake of ours")
            case "unknown":
                raise UnknownObject(MESSAGE, remedy="Try “chair”.")
            case "nan":
                return Result("", (), (Candidate((), "sit", "sofa", {"depth": float("nan")}),), 0.0)
            case "big":
                vertices = int(number)
            case "torch":
                assert "torch" in sys.modules
    total = sum(int(mesh.triangles.sum()) for name, mesh in meshes.items() if name in needed)
    return Result("", (_rig(vertices),), (), 0.0, reading=f"{request.prompt} {total}")


def _pass_time(job, seconds: float, *, busy: bool) -> None:
    end = time.monotonic() + seconds
    matrix = np.random.default_rng(0).random((200, 200))
    while (left := end - time.monotonic()) > 0:
        job.progress("Fitting", 1 - left / seconds)
        if busy:
            matrix = matrix @ matrix
            matrix /= np.abs(matrix).max()
        else:
            time.sleep(min(left, 0.01))


def _preview(job, seconds: float) -> None:
    triangles = np.zeros((10, 3), np.int32)
    body = np.zeros((200_000, 3), np.float32)  # large enough to be sent without copying, if that were allowed
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body += 1.0  # changed in place: what was shown before must not change
        job.preview(triangles, [body, body])
        job.check()


def _rig(vertices: int) -> Rig:
    return Rig(
        body_model="test",
        faces=np.zeros((vertices, 4), np.int32),
        uvs=np.zeros((2, 2), np.float32),
        face_uvs=np.zeros((vertices, 4), np.int32),
        face_materials=np.zeros(vertices, np.uint8),
        bone_names=("root",),
        bone_parents=np.array([-1], np.int32),
        weights=np.ones((vertices, 1), np.float32),
        weight_bones=np.arange(vertices, dtype=np.int32)[:, None],
    )
