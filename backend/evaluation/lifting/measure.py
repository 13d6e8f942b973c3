"""The table: views × noise × wrong views, the mean joint error in world without any alignment, and who was believed."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from backend.body import anny_model
from backend.fitting.lifting import OUTDOOR, Parameters, lift

from .cases import held_out_poses, people, sample

VIEWS = (8, 16)
NOISE = (0.0, 5.0, 10.0)  # pixels of 512, standard deviation per coordinate
WRONG = (0.0, 0.2, 0.4, 0.5)  # share of the views that show somebody else
STRANGERS = 60  # people whom wrong views show
TARGET_ERROR = 0.04  # metres, at 5 px and 40 % wrong views
TARGET_WEIGHT = 0.2  # of wrong views, there


def measure(
    motion: Path, out: Path, say: Callable[[str], None], *, count: int = 24, seed: int = 0,
    parameters: Parameters = OUTDOOR,
) -> dict[str, Any]:  # fmt: skip
    """Every cell with `count` people; written to lifting.json in `out`. `motion`: folder of recorded clips."""
    model = anny_model.load()
    generator = torch.Generator().manual_seed(seed)
    say("Reading motion")
    crowd = people(model, held_out_poses(motion, model), count + STRANGERS, generator)
    lift(model, sample(crowd, 1, 2, 0.0, 0.0, generator).views, parameters=replace(parameters, iterations=1))
    cells = []
    for views, noise, wrong in itertools.product(VIEWS, NOISE, WRONG):
        case = sample(crowd, count, views, noise, wrong, torch.Generator().manual_seed(seed + 1))
        started = time.perf_counter()
        found = lift(model, case.views, parameters=parameters)
        seconds = time.perf_counter() - started
        off = (found.keypoints - case.truth[found.candidate]).norm(dim=-1)  # (N, 23)
        error, bad = off.mean(1), case.wrong[found.candidate]
        cells.append({
            "views": views, "noise": noise, "wrong": wrong, "people": count,
            "error": float(error.mean()), "median": float(error.median()), "worst": float(error.max()),
            "right_weight": float(found.view_weights[~bad].mean()),
            "wrong_weight": float(found.view_weights[bad].mean()) if bad.any() else None,
            "reprojection": float(found.reprojection.mean()), "seconds": seconds,
        })  # fmt: skip
        say(_line(cells[-1]))
    report = {
        "cells": cells, "iterations": parameters.iterations, "restarts": parameters.restarts,
        "targets": _targets(cells),
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    (out / "lifting.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _targets(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each of the two targets, for the worse number of views."""
    hard = [cell for cell in cells if cell["noise"] == 5.0 and cell["wrong"] == 0.4]
    error, weight = max(cell["error"] for cell in hard), max(cell["wrong_weight"] for cell in hard)
    return [
        {"name": "mean joint error, 5 px, 40 % wrong views", "wanted": "< 4 cm", "measured": f"{100 * error:.1f} cm",
         "met": error < TARGET_ERROR},
        {"name": "weight of wrong views, there", "wanted": "< 0.2", "measured": f"{weight:.2f}",
         "met": weight < TARGET_WEIGHT},
    ]  # fmt: skip


def _line(cell: dict[str, Any]) -> str:
    weight = "" if cell["wrong_weight"] is None else f", wrong {cell['wrong_weight']:.2f}"
    return (
        f"{cell['views']:2d} views, {cell['noise']:4.1f} px, {100 * cell['wrong']:3.0f} % wrong: "
        f"{100 * cell['error']:5.2f} cm (median {100 * cell['median']:.2f}, worst {100 * cell['worst']:.2f}), "
        f"weights right {cell['right_weight']:.2f}{weight}, {cell['seconds']:.1f} s"
    )
