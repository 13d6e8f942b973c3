"""Measures a shape model on held-out shapes: `python -m backend evaluate shapes FOLDER --out DIR`.

FOLDER is one of `train shapes-data`, with pictures. What is measured of a picture is kept in DIR and not measured again
unless the weights changed, so that a run of hours can be stopped and gone on with.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.shapes.model import WEIGHTS, Condition, ShapeModel
from backend.training.shapes.pack import Packed, load_packed

from . import inputs
from .asked import Asked, asked, rows_of
from .bootstrap import difference, mean_interval
from .clouds import cloud_of
from .coherence import BETTER_SMALL, MEASURES, Judge, Setting, best, ceiling, measured, missed, single
from .judge import judge_in, mark_of, require_independent
from .photographs import found_in, of_scenes, photographs
from .regularity import regularity
from .retrieval import Retrieval, retrieval
from .variety import variety

CISP, IMAGE_ONLY, NONE = "CISP", "image only", "none"


@dataclass(frozen=True)
class Parameters:
    pictures: int = 100  # of each kind
    candidates: int = 4
    gallery: int = 1000  # shapes that are searched
    paths: int = 20  # between two pictures
    shares: tuple[float, ...] = (0.25, 0.5, 0.75)  # along a path
    seed: int = 0


def evaluate_shapes(
    folder: Path, out: Path, say: Callable[[str], None], *, weights: Path = WEIGHTS, image_only: Path | None = None,
    judge: Path | None = None, photos: Sequence[Path] = (), scenes: Path | None = None, sheet: Path | None = None,
    parameters: Parameters = Parameters(),
) -> dict[str, Any]:  # fmt: skip
    """Writes report.json into `out` and returns what is in it.

    `image_only`, `judge`: folders of weights, if any. `photos`: folders of pictures, `scenes`: a folder of scene files,
    for the contact sheet, which is sheet.png in `out` unless named. Raises `RequestInvalid` for a judge that guides.
    """
    if judge is not None:
        require_independent(judge, [weights] if image_only is None else [weights, image_only])
    out.mkdir(parents=True, exist_ok=True)
    data = load_packed(folder, "test")
    model = ShapeModel.load(weights)
    settings = [Setting(CISP, model)]
    if image_only is not None:
        settings.append(Setting(IMAGE_ONLY, ShapeModel.load(image_only)))
    settings.append(Setting(NONE, model, guided=False))
    eye = None if judge is None else judge_in(judge)
    rows = rows_of(data, parameters.pictures)
    report: dict[str, Any] = {"parameters": asdict(parameters), "retrieval": [], "coherence": [], "claim": [],
                              "variety": [], "regularity": [], "categories": []}  # fmt: skip
    say(f"{len(data)} held-out shapes, {len(rows)} pictures of each kind")
    shown = {kind: list(asked(folder, data, rows, kind, parameters.seed)) for kind in inputs.KINDS}
    report["retrieval"] = _retrieval(folder, data, model, shown, parameters, say)
    seen_by = mark_of(judge) if judge else "nobody"
    marks = {CISP: f"{mark_of(weights)}/{seen_by}", NONE: f"{mark_of(weights)}/{seen_by}"}
    if image_only is not None:
        marks[IMAGE_ONLY] = f"{mark_of(image_only)}/{seen_by}"
    known = _Known(out / "rows.jsonl")
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    made: dict[str, list[np.ndarray]] = {}
    for kind in inputs.KINDS:
        for setting in settings:
            if setting.name == NONE and kind != "plain":
                continue  # it is told nothing, whatever the picture
            key = (setting.name, kind)
            found[key], clouds = _coherence(shown[kind], setting, eye, parameters, known, marks[setting.name], say)
            if kind == "plain":
                made[setting.name] = clouds
            report["coherence"].append(_summary(setting.name, kind, found[key]))
    report["ceiling"] = _ceiling(shown["plain"], eye)
    report["claim"] = _claim(found, parameters)
    report["categories"] = _categories(found[CISP, "plain"])
    report["variety"] = _variety(data, rows, made, parameters)
    say("between pictures …")
    for setting in settings[:-1]:
        report["regularity"].append({"setting": setting.name, **_between(shown["plain"], setting, parameters)})
    files = found_in(photos) if photos else []
    if scenes is not None:
        files += of_scenes(sorted(scenes.glob("*.glb")), out / "objects")
    report["photographs"] = photographs(files, model, eye, sheet or out / "sheet.png", say)
    (out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    return report


class _Known:
    """What was measured before, and what is measured now, line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        if whole != text:  # stopped while a line was written
            path.write_text(whole, encoding="utf-8")
        self._rows = {row["key"]: row for row in map(json.loads, whole.splitlines())}

    def get(self, key: str) -> dict[str, Any] | None:
        return self._rows.get(key)

    def add(self, key: str, row: dict[str, Any]) -> None:
        self._rows[key] = row
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, **row}) + "\n")


def _retrieval(
    folder: Path, data: Packed, model: ShapeModel, shown: Mapping[str, list[Asked]], parameters: Parameters,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:  # fmt: skip
    """For each kind of picture: test pictures among test shapes, filled up with validation shapes, and reversed."""
    size = parameters.gallery
    rows = rows_of(data, size)
    more = load_packed(folder, "validation") if len(rows) < size else None
    others = rows_of(more, size - len(rows)) if more is not None else np.zeros(0, np.int64)
    volumes = [_volumes(data, rows, model)] + ([_volumes(more, others, model)] if len(others) else [])
    shapes = np.concatenate(volumes)
    distractors = asked(folder, more, others, "plain", parameters.seed) if len(others) else ()
    _, further = _seen(distractors, model)
    lines, places = [], {(data.names[data.category[row]], int(data.seed[row])): k for k, row in enumerate(rows)}
    for kind in inputs.KINDS:
        asking = list(asked(folder, data, rows, kind, parameters.seed)) if kind == "plain" else shown[kind]
        there, codes = _seen(asking, model)
        if not there:
            continue
        place = np.array([places[one.category, one.seed] for one in there])
        order = np.concatenate([place, np.setdiff1d(np.arange(len(shapes)), place)])
        forth = _with_misses(retrieval(codes, shapes[order]), len(asking))
        lines.append({"kind": kind, "direction": "picture to shape", **asdict(forth)})
        if kind == "plain":
            pictures = np.concatenate([codes, further]) if len(further) else codes
            lines.append({"kind": kind, "direction": "shape to picture", **asdict(retrieval(shapes[place], pictures))})
        say(f"retrieval, {kind}: {forth.first:.1%} first, {forth.five:.1%} among five, of {forth.gallery}")
    return lines


def _with_misses(found: Retrieval, asked_in_all: int) -> Retrieval:
    """Pictures from which nothing could be cut out have found nothing."""
    share = found.asked / asked_in_all
    return Retrieval(asked_in_all, found.gallery, found.first * share, found.five * share)


def _seen(shown: Iterable[Asked], model: ShapeModel) -> tuple[list[Asked], np.ndarray]:
    """Those that have a picture, and those pictures' embeddings."""
    there = [one for one in shown if one.picture is not None]
    codes = [model.encode_pictures(one.picture[None]).embedding[0] for one in there]
    return there, np.array(codes, np.float32)


def _volumes(data: Packed, rows: np.ndarray, model: ShapeModel) -> np.ndarray:
    parts = [rows[at : at + 32] for at in range(0, len(rows), 32)]
    return np.concatenate([model.encode_volumes(np.asarray(data.signed_distance[some], np.float32)) for some in parts])


def _coherence(
    shown: list[Asked], setting: Setting, eye: Judge | None, parameters: Parameters, known: _Known, mark: str,
    say: Callable[[str], None],
) -> tuple[list[dict[str, Any]], list[np.ndarray]]:  # fmt: skip
    """One line per picture, and clouds of the first candidates of plain ones."""
    found, clouds, began = [], [], time.monotonic()
    for number, one in enumerate(shown):
        key = f"{setting.name}/{one.kind}/{one.category}/{one.seed}/{parameters.candidates}/{mark}"
        if (row := known.get(key)) is None:
            row = {"category": one.category, "seed": one.seed} | _answered(one, setting, eye, parameters)
            known.add(key, row)
        found.append(row)
        if row.get("cloud") is not None:
            clouds.append(np.array(row["cloud"], np.float64) / 1e4)
        if number % 10 == 9 or number == len(shown) - 1:
            say(f"{setting.name}, {one.kind}: {number + 1} of {len(shown)}, {time.monotonic() - began:.0f} s")
    return found, clouds


def _answered(one: Asked, setting: Setting, eye: Judge | None, parameters: Parameters) -> dict[str, Any]:
    if one.picture is None:
        return missed(parameters.candidates)
    began = time.monotonic()
    volumes = setting.volumes(one.picture, parameters.candidates, seed=one.seed)
    seconds = time.monotonic() - began
    row = measured(one, volumes, eye, one.seed) | {"seconds": seconds}
    if one.kind == "plain":
        cloud = cloud_of(volumes[0], np.random.default_rng(one.seed))
        row["cloud"] = None if cloud is None else np.round(1e4 * cloud).astype(int).tolist()
    return row


def _summary(setting: str, kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    line: dict[str, Any] = {"setting": setting, "kind": kind, "pictures": len(rows)}
    for measure in MEASURES:
        line[measure] = _mean([single(row, measure) for row in rows])
        line[f"best_{measure}"] = _mean([best(row, measure) for row in rows])
    line["empty"] = float(np.mean([pieces == 0 for row in rows for pieces in row["pieces"]]))
    line["one_piece"] = float(np.mean([pieces == 1 for row in rows for pieces in row["pieces"]]))
    return line


def _ceiling(shown: list[Asked], eye: Judge | None) -> dict[str, Any]:
    found = [ceiling(one, eye) for one in shown]
    return {
        name: _mean([float("nan") if one[name] is None else one[name] for one in found])
        for name in ("silhouette", "judge")
    }


def _claim(found: Mapping[tuple[str, str], list[dict[str, Any]]], parameters: Parameters) -> list[dict[str, Any]]:
    """The paper's: guided by CISP shapes are more like their pictures than guided otherwise; picture by picture."""
    generator, lines = np.random.default_rng(parameters.seed), []
    for (name, kind), rows in found.items():
        if name == CISP:
            continue
        for measure in MEASURES:
            values = np.array([
                (single(ours, measure), single(theirs, measure))
                for ours, theirs in zip(found[CISP, kind], rows, strict=True)
            ])  # fmt: skip
            values = values[np.isfinite(values).all(1)]
            if len(values) == 0:
                continue
            sign = -1 if measure in BETTER_SMALL else 1
            interval = difference(sign * values[:, 0], sign * values[:, 1], generator)
            lines.append({"against": name, "kind": kind, "measure": measure, "pairs": len(values), **asdict(interval),
                          "certain": interval.excludes_zero})  # fmt: skip
    return lines


def _categories(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Plain pictures guided by CISP, category by category."""
    return [
        {
            "category": name, "pictures": len(own),
            **{measure: _mean([single(row, measure) for row in own]) for measure in MEASURES},
            "best_overlap": _mean([best(row, "overlap") for row in own]),
        }
        for name in sorted({row["category"] for row in rows})
        for own in [[row for row in rows if row["category"] == name]]
    ]  # fmt: skip


def _variety(
    data: Packed, rows: np.ndarray, made: Mapping[str, list[np.ndarray]], parameters: Parameters
) -> list[dict[str, Any]]:  # fmt: skip
    """Of one candidate for each plain picture, against the true shapes."""
    generator = np.random.default_rng(parameters.seed)
    real = [cloud_of(np.asarray(data.signed_distance[row], np.float32), generator) for row in rows]
    real = [cloud for cloud in real if cloud is not None]
    return [
        {"setting": name, **asdict(variety(real[: len(clouds)], clouds))} for name, clouds in made.items() if clouds
    ]


def _between(shown: list[Asked], setting: Setting, parameters: Parameters) -> dict[str, Any]:
    """Paths between two pictures, every other one within one category."""
    generator = np.random.default_rng(parameters.seed)
    real = [cloud_of(one.volume, generator, 512) for one in shown]
    shown = [one for one in shown if one.picture is not None]
    paths = []
    for number in range(min(parameters.paths, len(shown) - 1)):
        first = shown[int(generator.integers(len(shown)))]
        alike = [one for one in shown if (one.category == first.category) == (number % 2 == 0) and one is not first]
        if not alike:
            continue
        last = alike[int(generator.integers(len(alike)))]
        ends = setting.model.encode_pictures(np.stack([first.picture, last.picture])).conditions()
        paths.append((
            _one(setting, ends[0], number), [_one(setting, ends[0].mix(ends[1], t), number) for t in parameters.shares],
            _one(setting, ends[1], number),
        ))  # fmt: skip
    return asdict(regularity(paths, [cloud for cloud in real if cloud is not None], generator))


def _one(setting: Setting, condition: Condition, seed: int) -> np.ndarray:
    return setting.model.sample(condition, 1, torch.Generator().manual_seed(seed))[0]


def _mean(values: list[float]) -> dict[str, float] | None:
    """With its interval; None if nothing is known."""
    known = np.array([value for value in values if np.isfinite(value)])
    return asdict(mean_interval(known, np.random.default_rng(0))) if len(known) else None
