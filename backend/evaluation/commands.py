"""The commands `evaluate`, `run` and `demo`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    evaluate = subparsers.add_parser("evaluate", help="measure results in a folder of scenes, through the extension")
    evaluate.add_argument("what", choices=["humans"])
    evaluate.add_argument("scenes", type=Path, help="folder of *.glb, each with a *.json list of requests beside it")
    evaluate.add_argument("--out", type=Path, required=True, help="folder for report.json, bodies, pictures, scenes")
    evaluate.add_argument("--views", choices=["best", "all", "none"], default="best", help="which candidates to render")
    evaluate.add_argument("--only", default="", metavar="SCENE[:INDEX]", help="one scene, or one request of it")
    evaluate.set_defaults(run=_evaluate)

    run = subparsers.add_parser("run", help="answer one request file in one scene, through the extension")
    run.add_argument("request", type=Path, help='JSON: {"prompt": …, "at": [x, y, z], "candidates": 4, "seed": 0, …}')
    run.add_argument("--scene", type=Path, required=True, help="a .blend or .glb file")
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--views", choices=["best", "all", "none"], default="best")
    run.set_defaults(run=_run)

    demo = subparsers.add_parser("demo", help="put three people into the sample living room")
    demo.add_argument("--out", type=Path, default=Path("out/demo"))
    demo.set_defaults(run=_demo)


def _evaluate(arguments: argparse.Namespace) -> int:
    from .protocol import evaluate_humans
    from .report import summary_line

    _prepare()
    report = evaluate_humans(
        arguments.scenes.resolve(), arguments.out.resolve(), _say, views=arguments.views, only=arguments.only
    )
    print(summary_line(report["summary"]))
    print(arguments.out.resolve() / "report.json")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from .protocol import run_one
    from .requests import read_request

    _prepare()
    request = read_request(arguments.request)
    entry = run_one(request, arguments.scene.resolve(), arguments.out.resolve(), _say, views=arguments.views)
    print(arguments.out.resolve())
    return 0 if entry["error"] is None else 1


def _demo(arguments: argparse.Namespace) -> int:
    from .demo import make_demo

    _prepare()
    entries = make_demo(arguments.out.resolve(), _say)
    return 0 if all(entry["error"] is None for entry in entries) else 1


def _say(line: str) -> None:
    print(line, flush=True)


def _prepare() -> None:
    from .process import stop_on_signals

    logging.basicConfig(level=logging.WARNING)
    stop_on_signals()
