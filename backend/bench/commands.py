"""The command `bench`: run the cases, say what they found, keep it as JSON."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import operator
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from backend.bench import CASES

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def register(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("bench", help="measure speed and memory; every case a ratio within the same run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--only", choices=CASES, action="append", metavar="CASE", help=f"one of {', '.join(CASES)}")
    parser.set_defaults(run=_bench)


def _bench(arguments: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.WARNING)
    report: dict[str, Any] = {"machine": machine(), "cases": {}}
    code = 0
    for name in arguments.only or CASES:
        begun = time.monotonic()
        try:
            figures = importlib.import_module(f"backend.bench.{name}").run()
        except Exception as error:  # one case's failure leaves the others their turn
            logging.getLogger(__name__).exception("the case %s failed", name)
            figures = {"error": f"{type(error).__name__}: {error}"}
            code = 1
        figures = {key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in figures.items()}
        figures["missed"] = missed(figures)
        report["cases"][name] = figures
        print(f"{name}  ({time.monotonic() - begun:.1f} s)")
        for line in _lines(figures):
            print(f"  {line}", flush=True)
        if arguments.json:
            arguments.json.parent.mkdir(parents=True, exist_ok=True)
            arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return code


def machine() -> dict[str, Any]:
    return {
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": sys.version.split()[0],
        "when": time.strftime("%Y-%m-%d %H:%M"),
    }


def missed(figures: dict[str, Any]) -> list[str]:
    """The targets that a case's figures do not meet, in words; a target without a figure is missed too."""
    found = []
    for name, (compare, value) in figures.get("targets", {}).items():
        figure = figures.get(name)
        if figure is None or not COMPARE[compare](figure, value):
            found.append(f"{name} = {figure}, wanted {compare} {value}")
    return found


def _lines(figures: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in figures.items():
        if name in ("targets", "missed"):
            continue
        target = figures.get("targets", {}).get(name)
        lines.append(f"{name}: {value}" + (f"   (target {target[0]} {target[1]})" if target else ""))
    return lines + [f"MISSED {text}" for text in figures["missed"]]
