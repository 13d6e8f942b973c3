"""The double in the backend's worker, where the extension's requests are answered: `STAFFAGE_PAINTER` names `painter`.

The environment variable STAFFAGE_HIDDEN names the stage, a folder: the people to draw lie there, written by
`set_stage`, and what was painted, `turn-K.npz`. The studio that draws them takes its orders in a folder within.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.pipelines.painters import OVERRIDE
from backend.place.camera import Camera
from protocol.codec import decode
from protocol.messages import Result

from .painter import Cast, HiddenPainter, Turn
from .studio import Studio, write_people

STAGE = "STAFFAGE_HIDDEN"
STUDIO = "studio"  # the folder of orders within the stage


def environment(stage: Path) -> dict[str, str]:
    """For the backend: who paints, and where the people are."""
    return {OVERRIDE: f"{__name__}:painter", STAGE: str(stage)}


def set_stage(stage: Path, cast: Cast, engine: str) -> None:
    """The people of the next request, whom `engine` renders; what was painted for the last one is gone."""
    for old in stage.glob("turn-*.npz"):
        old.unlink()
    write_people(stage / "hidden.npz", cast.hidden)
    (stage / "other.npz").unlink(missing_ok=True)
    if cast.other is not None:
        write_people(stage / "other.npz", cast.other)
    told = {"wrong": cast.wrong, "empty": cast.empty, "engine": engine}
    (stage / "cast.json").write_text(json.dumps(told), encoding="utf-8")


def painter() -> HiddenPainter:
    """Called by the pipeline, for each request anew."""
    stage = Path(os.environ[STAGE])
    told = json.loads((stage / "cast.json").read_text(encoding="utf-8"))
    studio = Studio(stage / STUDIO, told.pop("engine"))
    other = _people(stage / "other.npz") if (stage / "other.npz").exists() else None
    return _Telling(studio, Cast(_people(stage / "hidden.npz"), other, **told), stage=stage)


def turns(stage: Path) -> list[Turn]:
    """What was painted for the last request, in order."""
    found = []
    for k in range(len(list(stage.glob("turn-*.npz")))):
        with np.load(stage / f"turn-{k}.npz") as saved:
            height, width = saved["given"].shape[1:3]
            cameras = tuple(
                Camera(pose, float(angle), width, height)
                for pose, angle in zip(saved["poses"], saved["angles"], strict=True)
            )
            found.append(Turn(cameras, saved["given"], saved["painted"], tuple(map(str, saved["who"]))))
    return found


def _people(path: Path) -> Result:
    with np.load(path) as found:
        return decode([found[f"frame_{k}"].tobytes() for k in range(len(found.files))]).message


@dataclass
class _Telling(HiddenPainter):
    """Writes what was painted into the stage."""

    stage: Path = Path()

    def told(self, turn: Turn) -> None:
        number = len(list(self.stage.glob("turn-*.npz")))
        np.savez(
            self.stage / f"turn-{number}.npz", given=turn.given, painted=turn.painted, who=np.array(turn.who),
            poses=np.stack([camera.camera_to_world for camera in turn.cameras]),
            angles=np.array([camera.field_of_view for camera in turn.cameras]),
        )  # fmt: skip
