"""A scene that stays open in a Blender process and takes orders, which `blender.orders` carries out there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.evaluation.process import BlenderFailed, blender_process
from backend.evaluation.requests import EvaluationRequest
from backend.place.camera import Camera
from protocol.codec import encode
from protocol.messages import Mesh, Result, SceneObject, Snapshot

Array = np.ndarray
PATIENCE = 900.0  # seconds for one order, where nobody can tell whether the process is still there


class Studio:
    """Orders to one Blender process; `open_studio` makes one. Whoever knows its folder may give some, one at a time."""

    def __init__(self, folder: Path, engine: str, process: subprocess.Popen | None = None) -> None:
        """`engine` renders, as in `Survey`."""
        self._folder, self._engine, self._process = folder, engine, process

    def snapshot(self) -> tuple[Snapshot, dict[str, Mesh]]:
        """What the extension would send of the scene."""
        out = self._folder / "snapshot.npz"
        self._order("snapshot", out=str(out))
        with np.load(out) as found:
            keys = [str(key) for key in found["keys"]]
            meshes = {
                key: Mesh(key, found[f"vertices_{k}"], found[f"triangles_{k}"]) for k, key in enumerate(keys)
            }  # fmt: skip
            objects = tuple(
                SceneObject(str(name), keys[mesh], matrix, color, tuple(json.loads(str(collections))))
                for name, mesh, matrix, color, collections in zip(
                    found["names"], found["mesh"], found["matrices"], found["colors"], found["collections"], strict=True
                )
            )
            return Snapshot(objects, found["cursor"]), meshes

    def render(self, cameras: Sequence[Camera], people: Result | None = None, candidate: int = 0) -> Array:
        """(N, H, W, 3) uint8 sRGB: the scene from cameras of one size, with a result's candidate in it if given."""
        views, out = self._folder / "cameras.npz", self._folder / "pictures.npy"
        np.savez(
            views, poses=np.stack([np.asarray(c.camera_to_world, np.float64) for c in cameras]),
            angles=np.array([c.field_of_view for c in cameras]), size=np.array([cameras[0].width, cameras[0].height]),
        )  # fmt: skip
        inserted = None
        if people is not None:
            inserted = str(self._folder / "people.npz")
            write_people(Path(inserted), people)
        self._order(
            "render", cameras=str(views), people=inserted, candidate=candidate, engine=self._engine, out=str(out)
        )
        pictures = np.load(out)
        out.unlink()
        return pictures

    def start(self, log: Path) -> None:
        """Let the extension start its backend, which writes to `log`."""
        self._order("start", log=str(log))

    def generate(self, request: EvaluationRequest, settings: Mapping[str, Any], seconds: float) -> Answer:
        """Fill in the panel and press Generate; the first candidate stays in the scene until `remove`."""
        out = self._folder / "answer"
        told = self._order(
            "generate", request=request.as_json(), settings=dict(settings), seconds=seconds, out=str(out)
        )
        bodies = [_shown(Path(f"{out}-{k}.npz")) for k in range(len(told["reports"]))]
        return Answer(
            tuple(bodies), tuple(told["reports"]), told["seconds"], told["longest_tick"], told["failure"],
            told["reading"],
        )  # fmt: skip

    def remove(self) -> None:
        self._order("remove")

    def _order(self, what: str, **task: Any) -> dict[str, Any]:
        number = len(list(self._folder.glob("order-*.json")))
        unfinished = self._folder / f"order-{number}.tmp"
        unfinished.write_text(json.dumps({"do": what, **task}), encoding="utf-8")
        unfinished.rename(self._folder / f"order-{number}.json")
        done, late = self._folder / f"done-{number}.json", time.monotonic() + PATIENCE
        while not done.exists():
            if self._process is not None and self._process.poll() is not None:
                raise BlenderFailed("It ended; see its log beside the pictures.")
            if self._process is None and time.monotonic() > late:
                raise BlenderFailed(f"The order “{what}” took too long.")
            time.sleep(0.02)
        answer = json.loads(done.read_text(encoding="utf-8"))
        if "error" in answer:
            raise BlenderFailed(answer["error"])
        return answer


@dataclass(frozen=True)
class Shown:
    """A body as Blender shows it."""

    vertices: Array  # (V, 3) metres, world
    triangles: Array  # (T, 3)
    strongest: tuple[str, ...]  # (V,) the bone that moves each vertex most
    heads: Mapping[str, Array]  # bone → (3,) metres, world


@dataclass(frozen=True)
class Answer:
    """What came of Generate."""

    bodies: tuple[Shown, ...]  # per candidate, of its first person
    reports: tuple[Mapping[str, Any], ...]  # per candidate: what the backend says of it
    seconds: float
    longest_tick: float
    error: Mapping[str, Any] | None
    reading: str


def _shown(path: Path) -> Shown:
    with np.load(path) as found:
        heads = {str(name): head for name, head in zip(found["bone_names"], found["heads"], strict=True)}
        return Shown(found["vertices"], found["triangles"], tuple(map(str, found["bones"])), heads)


def write_people(path: Path, people: Result) -> None:
    """A result as the frames of its message, .npz."""
    np.savez(path, **{f"frame_{k}": np.frombuffer(bytes(frame), np.uint8) for k, frame in enumerate(encode(people))})


@contextmanager
def open_studio(
    scene: Path, extension: Path, folder: Path, log: Path, engine: str, environment: Mapping[str, str] | None = None
) -> Iterator[Studio]:
    """`folder`: for orders and arrays; `extension`: its zip; `environment`: of the process and its backend's."""
    folder.mkdir(parents=True)
    module = "backend.evaluation.blender.orders"
    command = [sys.executable, "-m", module, str(extension), str(scene), str(folder)]
    with blender_process(command, log, environment or {}) as process:
        yield Studio(folder, engine, process)
