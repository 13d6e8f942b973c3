"""`python -m backend evaluate library`: every interaction placed on its support, measured, and shown on one sheet.

The pipeline runs in this process, as a worker would run it; Blender draws in its own (`evaluation.blender.tiles`). What
fails is told on the sheet and in library.json, and stops nothing. With `only`, the other tiles stay as they are.
"""

from __future__ import annotations

import json
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.body.interactions import BY_NAME, INTERACTIONS, Interaction
from backend.pipelines.humans import answer
from backend.service.context import LocalContext
from protocol.codec import encode
from protocol.errors import RequestInvalid, StaffageError
from protocol.messages import HumansRequest

from ..judging import write_json
from ..process import build_extension, in_blender
from ..protocol import Say
from .answers import write_frames
from .places import as_snapshot, place_for
from .readings import reading_of


@dataclass(frozen=True)
class SheetSettings:
    width: int = 280  # pixels, of a tile
    height: int = 350
    columns: int = 9
    samples: int = 24
    candidates: int = 2
    seed: int = 7

    @classmethod
    def fast(cls) -> SheetSettings:
        """To see what goes wrong, not to show."""
        return cls(samples=6, candidates=1)


def make_sheet(
    out: Path, say: Say, *, only: Sequence[str] = (), picture: Path | None = None, fast: bool = False,
    fit: bool = True, draw: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Writes library.json, answers/ and tiles/ into `out` and the sheet to `picture`; returns the report.

    `only`: names of interactions to make anew; without `fit` the answers that are there already are drawn, without
    `draw` nothing is.
    """
    unknown = [name for name in only if name not in BY_NAME]
    if unknown:
        raise RequestInvalid(f"There is no interaction “{unknown[0]}”. There are: {'; '.join(BY_NAME)}.")
    settings = SheetSettings.fast() if fast else SheetSettings()
    for folder in ("answers", "tiles"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    chosen = [own for own in INTERACTIONS if not only or own.name in only]
    path = out / "library.json"
    known = json.loads(path.read_text(encoding="utf-8"))["interactions"] if path.exists() else {}
    known = {own.name: known[own.name] for own in INTERACTIONS if own.name in known}
    for number, own in enumerate(chosen if fit else ()):
        known[own.name] = _answered(own, out, settings)
        say(f"{number + 1}/{len(chosen)} {own.name}: {_line(known[own.name])}")
        write_json(path, {"interactions": known})
    if draw:
        _draw(out, chosen, picture or out / "anchors.png", settings, say)
    failures = {name: entry["error"] for name, entry in known.items() if entry["error"]}
    report = {"summary": {"interactions": len(known), "failed": len(failures)}, "interactions": known}
    write_json(path, report)
    return report


def _answered(interaction: Interaction, out: Path, settings: SheetSettings) -> dict[str, Any]:
    """Its answer goes to a file; what comes back are figures or the error."""
    file = _answer_file(out, interaction)
    file.unlink(missing_ok=True)
    begun = time.monotonic()
    entry: dict[str, Any] = {"metrics": {}, "warnings": [], "error": None}
    try:
        snapshot, meshes = as_snapshot(place_for(interaction))
        request = HumansRequest(
            interaction.name, snapshot, where="prompt", candidates=settings.candidates,
            seed=settings.seed + INTERACTIONS.index(interaction),  # or all would look and dress alike
        )  # fmt: skip
        result = answer((reading_of(interaction),), request, meshes, LocalContext())
        best = result.candidates[0]
        write_frames(file, encode(result))
        entry |= {"reading": result.reading, "action": best.action, "metrics": best.metrics,
                  "warnings": list(best.warnings)}  # fmt: skip
    except StaffageError as error:
        entry["error"] = {"code": error.code, "title": error.title, "detail": error.detail, "remedy": error.remedy}
    except Exception as error:  # a fault of ours, which the report shows with its traceback
        entry["error"] = {"code": "fault", "title": repr(error), "detail": traceback.format_exc(), "remedy": ""}
    return {**entry, "seconds": round(time.monotonic() - begun, 1)}


def _draw(out: Path, chosen: Sequence[Interaction], picture: Path, settings: SheetSettings, say: Say) -> None:
    with tempfile.TemporaryDirectory(prefix="staffage-sheet-") as folder:
        say("Building the extension, drawing the tiles …")
        extension = build_extension(Path(folder))
        tiles = [
            {
                "name": own.name,
                "label": own.name,
                "answer": str(file) if (file := _answer_file(out, own)).exists() else None,
                "picture": str(out / "tiles" / f"{_stem(own)}.png"),
            }
            for own in INTERACTIONS
        ]
        missing = [tile["name"] for tile in tiles if tile["answer"] and not Path(tile["picture"]).exists()]
        task = {
            "extension": str(extension), "tiles": tiles, "size": [settings.width, settings.height],
            "samples": settings.samples, "columns": settings.columns,
            "title": f"{len(INTERACTIONS)} interactions, each placed on its support by contact fitting",
            "sheet": str(picture), "render": [*dict.fromkeys([*(own.name for own in chosen), *missing])],
        }  # fmt: skip
        in_blender("tiles", task, out / "blender.log")
    say(f"Sheet: {picture}")


def _answer_file(out: Path, interaction: Interaction) -> Path:
    return out / "answers" / f"{_stem(interaction)}.bin"


def _stem(interaction: Interaction) -> str:
    return interaction.name.replace(",", "").replace(" ", "_")


def _line(entry: dict[str, Any]) -> str:
    if entry["error"]:
        return f"{entry['error']['title']}: {entry['error']['detail'].strip().splitlines()[-1]}"
    m = entry["metrics"]
    return (
        f"{entry['action']}; {100 * m['deepest_penetration']:.1f} cm deep, {100 * m['support_gap']:.1f} cm off the "
        f"support, {100 * m['touch_gap']:.1f} cm off the touch, cost {m['cost']:.3f}, {entry['seconds']:.0f} s"
    )
