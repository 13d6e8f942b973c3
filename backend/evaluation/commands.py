"""The commands `evaluate`, `run` and `demo`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from protocol.errors import RequestInvalid
from protocol.messages import ENGINES


def register(subparsers: argparse._SubParsersAction) -> None:
    evaluate = subparsers.add_parser("evaluate", help="measure results in a folder of scenes, through the extension")
    evaluate.add_argument(
        "what",
        choices=["humans", "diversity", "page", "library", "looks", "lifting", "imagine", "shapes"],
        help="humans: every request once, judged; diversity: a sample as large as the papers', for entropy and cluster "
        "size; page: report.html anew from the files in --out; library: every interaction on one sheet; "
        "looks: a line-up of dressed people; lifting: known poses recovered from keypoints; "
        "imagine: hidden people found again by the whole chain, with a painter that knows them; "
        "shapes: pictures into shapes, on held-out ones",
    )
    evaluate.add_argument(
        "scenes", type=Path, nargs="?",
        help="folder of *.glb, each with a *.json list of requests beside it; lifting: folder of recorded motion; "
        "shapes: one of train shapes-data, with pictures",
    )
    evaluate.add_argument(
        "--out", type=Path, required=True, help="folder for report.json, report.html, bodies, pictures, scenes"
    )
    evaluate.add_argument("--views", choices=["best", "all", "none"], default="best", help="which candidates to render")
    evaluate.add_argument(
        "--only", nargs="+", default=[], metavar="NAME",
        help="humans, imagine: one scene, or one request of it (SCENE:INDEX); library: interactions to make anew",
    )  # fmt: skip
    evaluate.add_argument("--picture", type=Path, help="library, looks: where the picture goes")
    evaluate.add_argument("--fast", action="store_true", help="library: one candidate, coarse pictures")
    evaluate.add_argument(
        "--keep-answers", action="store_true", help="library: only draw anew what was answered before"
    )
    evaluate.add_argument("--timing", action="store_true", help="also time a few requests with 8 candidates")
    evaluate.add_argument(
        "--people", type=int, default=24, help="lifting: people per cell of the table (default %(default)s)"
    )
    evaluate.add_argument(
        "--motion", type=Path, help="imagine: folder of recorded motion; without, everybody hidden is of the library"
    )
    evaluate.add_argument(
        "--engine", choices=ENGINES, default="workbench", help="imagine: what renders the views (default %(default)s)"
    )
    evaluate.add_argument("--samples", type=int, default=4800, help="diversity: bodies to gather (default %(default)s)")
    evaluate.add_argument("--clip", type=Path, help="folder of CLIP weights; else the configured one")
    shapes = evaluate.add_argument_group("shapes")
    shapes.add_argument("--pictures", type=int, default=100, help="held-out ones of each kind (default %(default)s)")
    shapes.add_argument("--weights", type=Path, metavar="DIR", help="of the model, if not those that come with it")
    shapes.add_argument("--image-only", type=Path, metavar="DIR", help="of the comparison: learned without shapes")
    shapes.add_argument("--judge", type=Path, metavar="DIR", help="of CLIP, or of an encoder that guides nothing")
    shapes.add_argument("--photos", type=Path, nargs="+", default=[], metavar="FOLDER", help="of pictures, for a sheet")
    shapes.add_argument("--objects", type=Path, metavar="FOLDER", help="of scenes whose objects are photographed, too")
    evaluate.add_argument(
        "--write-docs", type=Path, metavar="FILE", help="put the results into this page's generated section"
    )
    evaluate.set_defaults(run=_evaluate)

    run = subparsers.add_parser("run", help="answer one request file in one scene, through the extension")
    run.add_argument(
        "request", type=Path,
        help='JSON: {"prompt": …, "at": [x, y, z], "candidates": 4, "seed": 0, …}; for a shape {"picture": FILE, …}',
    )  # fmt: skip
    run.add_argument("--scene", type=Path, required=True, help="a .blend or .glb file")
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--views", choices=["best", "all", "none"], default="best")
    run.set_defaults(run=_run)

    demo = subparsers.add_parser("demo", help="put three people into the sample living room")
    demo.add_argument("--out", type=Path, default=Path("out/demo"))
    demo.set_defaults(run=_demo)


def _evaluate(arguments: argparse.Namespace) -> int:
    from .results_page import write_results

    _prepare()
    out = arguments.out.resolve()
    if arguments.what == "library":
        return _library(arguments, out)
    if arguments.what == "looks":
        return _looks(arguments, out)
    if arguments.what == "lifting":
        return _lifting(arguments, out)
    if arguments.what != "page" and arguments.scenes is None:
        raise RequestInvalid("Which scenes? Name their folder.")
    if arguments.what == "imagine":
        return _imagine(arguments, out)
    if arguments.what == "shapes":
        return _shapes(arguments, out)
    report = {"humans": _humans, "diversity": _diversity, "page": _page}[arguments.what](arguments, out)
    if arguments.write_docs is not None and "targets" in report:
        write_results(arguments.write_docs, report)
        print(arguments.write_docs)
    return 0


def _humans(arguments: argparse.Namespace, out: Path) -> dict:
    from .protocol import evaluate_humans
    from .report import summary_line

    report = evaluate_humans(
        arguments.scenes.resolve(), out, _say, views=arguments.views, only=" ".join(arguments.only),
        timing=arguments.timing, clip=arguments.clip,
    )  # fmt: skip
    print(summary_line(report["summary"]))
    print(out / "report.html")
    return report


def _diversity(arguments: argparse.Namespace, out: Path) -> dict:
    from .protocol import rebuild
    from .sampling import sample_diversity

    found = sample_diversity(arguments.scenes.resolve(), out, arguments.samples, _say)
    for row in found["table"]:
        print(
            f"{row['paper']:18s} k = {row['clusters']:3d}, {row['samples']} samples: "
            f"entropy {row['entropy']:.3f}, cluster size {row['cluster_size']:.3f}"
        )
    return rebuild(out) if (out / "report.json").exists() else found


def _page(arguments: argparse.Namespace, out: Path) -> dict:
    from .protocol import rebuild

    report = rebuild(out)
    print(out / "report.html")
    return report


def _library(arguments: argparse.Namespace, out: Path) -> int:
    from .library.sheet import make_sheet

    report = make_sheet(
        out, _say, only=arguments.only, picture=arguments.picture and arguments.picture.resolve(), fast=arguments.fast,
        fit=not arguments.keep_answers,
    )  # fmt: skip
    summary = report["summary"]
    print(f"{summary['interactions'] - summary['failed']} of {summary['interactions']} interactions were placed.")
    print(out / "library.json")
    return 0 if not summary["failed"] else 1


def _looks(arguments: argparse.Namespace, out: Path) -> int:
    from .lineup import draw

    out.mkdir(parents=True, exist_ok=True)
    picture = arguments.picture.resolve() if arguments.picture else out / "looks.png"
    draw(picture, out / "looks.blend", _say)
    print(picture)
    return 0


def _imagine(arguments: argparse.Namespace, out: Path) -> int:
    from .hidden.page import write_imagine
    from .hidden.run import Settings, evaluate_imagine

    motion = arguments.motion.resolve() if arguments.motion else None
    settings = Settings(engine=arguments.engine)
    report = evaluate_imagine(arguments.scenes.resolve(), out, _say, arguments.only, motion, settings)
    if arguments.write_docs is not None:
        write_imagine(arguments.write_docs, report)
        print(arguments.write_docs)
    print(out / "report.json")
    return 0


def _lifting(arguments: argparse.Namespace, out: Path) -> int:
    from .lifting.measure import measure
    from .lifting.page import write_lifting

    if arguments.scenes is None:
        raise RequestInvalid("Which motion? Name the folder of recorded clips (.bvh, or .asf with .amc).")
    report = measure(arguments.scenes.resolve(), out, _say, count=arguments.people)
    if arguments.write_docs is not None:
        write_lifting(arguments.write_docs, report)
        print(arguments.write_docs)
    return 0 if all(row["met"] for row in report["targets"]) else 1


def _shapes(arguments: argparse.Namespace, out: Path) -> int:
    from backend.shapes.model import WEIGHTS

    from .shapes.page import targets, write_shapes
    from .shapes.run import Parameters, evaluate_shapes

    report = evaluate_shapes(
        arguments.scenes.resolve(), out, _say, weights=arguments.weights or WEIGHTS, image_only=arguments.image_only,
        judge=arguments.judge, photos=arguments.photos, scenes=arguments.objects, sheet=arguments.picture,
        parameters=Parameters(pictures=arguments.pictures),
    )  # fmt: skip
    for line in targets(report):
        print(", ".join(line))
    if arguments.write_docs is not None:
        write_shapes(arguments.write_docs, report)
        print(arguments.write_docs)
    print(out / "report.json")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from .protocol import run_one
    from .requests import read_request
    from .shape_requests import is_about_a_shape

    _prepare()
    if is_about_a_shape(arguments.request):
        return _run_shape(arguments)
    request = read_request(arguments.request)
    entry = run_one(request, arguments.scene.resolve(), arguments.out.resolve(), _say, views=arguments.views)
    print(arguments.out.resolve())
    return 0 if entry["error"] is None else 1


def _run_shape(arguments: argparse.Namespace) -> int:
    from .shape_requests import read_shape_request
    from .shape_run import run_shape

    request = read_shape_request(arguments.request)
    report = run_shape(request, arguments.scene.resolve(), arguments.out.resolve(), views=arguments.views)
    if report["error"] is not None:
        print(f"{report['error']['title']}: {report['error']['detail']}\n{report['error']['remedy']}".strip())
    print(arguments.out.resolve())
    return 0 if report["error"] is None else 1


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
