"""A scene that stays open in a Blender process, asked for its snapshot and for pictures. See `blender.pictures`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from backend.evaluation.process import BlenderFailed, blender_process
from backend.place.camera import Camera
from protocol.codec import encode
from protocol.messages import Mesh, Result, SceneObject, Snapshot

Array = np.ndarray


class Studio:
    """Orders to one Blender process; `open_studio` makes one."""

    def __init__(self, process: subprocess.Popen, folder: Path, log: Path) -> None:
        self._process, self._folder, self._log, self._number = process, folder, log, 0

    def snapshot(self) -> tuple[Snapshot, dict[str, Mesh]]:
        """What the extension would send of the scene."""
        out = self._folder / "snapshot.npz"
        self._order({"do": "snapshot", "out": str(out)})
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
        views, out = self._folder / "cameras.npz", self._folder / f"pictures-{self._number}.npy"
        np.savez(
            views, poses=np.stack([np.asarray(c.camera_to_world, np.float64) for c in cameras]),
            angles=np.array([c.field_of_view for c in cameras]), size=np.array([cameras[0].width, cameras[0].height]),
        )  # fmt: skip
        inserted = None
        if people is not None:
            inserted = str(self._folder / "people.npz")
            frames = [np.frombuffer(bytes(frame), np.uint8) for frame in encode(people)]
            np.savez(inserted, **{f"frame_{k}": frame for k, frame in enumerate(frames)})
        task = {"do": "render", "cameras": str(views), "people": inserted, "candidate": candidate, "out": str(out)}
        self._order(task)
        pictures = np.load(out)
        out.unlink()
        return pictures

    def _order(self, task: dict[str, Any]) -> None:
        number, self._number = self._number, self._number + 1
        unfinished = self._folder / f"order-{number}.tmp"
        unfinished.write_text(json.dumps(task), encoding="utf-8")
        unfinished.rename(self._folder / f"order-{number}.json")
        done = self._folder / f"done-{number}.json"
        while not done.exists():
            if self._process.poll() is not None:
                raise BlenderFailed(f"It ended; see {self._log.name}.")
            time.sleep(0.02)
        answer = json.loads(done.read_text(encoding="utf-8"))
        if answer:
            raise BlenderFailed(answer["error"])


@contextmanager
def open_studio(
    scene: Path, extension: Path, folder: Path, log: Path, engine: str = "cycles"
) -> Iterator[Studio]:
    """`folder`: empty, for orders and arrays; `extension`: its zip, for the reading and the insertion."""
    folder.mkdir(parents=True, exist_ok=True)
    module = "backend.evaluation.blender.pictures"
    command = [sys.executable, "-m", module, str(extension), str(scene), str(folder), engine]
    with blender_process(command, log) as process:
        yield Studio(process, folder, log)
