"""The command `train`: what we train ourselves, from the user's own folders."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    train = subparsers.add_parser("train", help="train what ships trained, from folders of your own")
    what = train.add_subparsers(dest="what", required=True, metavar="WHAT")

    prior = what.add_parser("pose-prior", help="the pose prior, from motion capture (.bvh, or .asf with .amc)")
    prior.add_argument("--motion", type=Path, required=True, metavar="FOLDER")
    prior.add_argument("--out", type=Path, default=None, metavar="FILE", help="weights; a card is written beside them")
    prior.add_argument("--seed", type=int, default=0)
    prior.set_defaults(run=_pose_prior)

    anchors = what.add_parser("anchors", help="the codebook of recorded poses, from motion capture")
    anchors.add_argument("--motion", type=Path, required=True, metavar="FOLDER")
    anchors.add_argument("--out", type=Path, default=None, metavar="FILE", help="a card is written beside it")
    anchors.add_argument("--seed", type=int, default=0)
    anchors.set_defaults(run=_anchors)

    shapes = what.add_parser("shapes-data", help="everyday objects from seeds: meshes, captions, volumes, pictures")
    shapes.add_argument("--out", type=Path, required=True, metavar="DIR", help="goes on with what is there")
    shapes.add_argument("--count", type=int, required=True, metavar="N", help="shapes of each category")
    shapes.add_argument("--categories", nargs="+", default=(), metavar="NAME", help="all, if none is named")
    shapes.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first; the rest follow it")
    shapes.add_argument("--views", type=int, default=0, metavar="N", help="pictures of each, taken with Blender")
    shapes.add_argument("--processes", type=int, default=None, metavar="N", help="as many as processors, if not given")
    shapes.set_defaults(run=_shapes_data)


def _pose_prior(arguments: argparse.Namespace) -> int:
    from backend.body.prior import WEIGHTS

    from .pose_prior.recipe import train_pose_prior

    _prepare()
    train_pose_prior(arguments.motion, arguments.out or WEIGHTS, say=_say, seed=arguments.seed)
    return 0


def _anchors(arguments: argparse.Namespace) -> int:
    from backend.body.codebook import WEIGHTS

    from .anchors.recipe import train_anchors

    _prepare()
    train_anchors(arguments.motion, arguments.out or WEIGHTS, say=_say, seed=arguments.seed)
    return 0


def _shapes_data(arguments: argparse.Namespace) -> int:
    import signal

    from .shapes.build import build

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Blender's processes end with us
    build(
        arguments.out, arguments.count, arguments.categories, first=arguments.first, views=arguments.views,
        processes=arguments.processes, say=_say,
    )  # fmt: skip
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _prepare() -> None:
    import logging
    import signal

    import torch

    # Also where a shell started us in the background with the signal ignored; either leaves a checkpoint.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    logging.basicConfig(level=logging.WARNING)
    # Networks this small are not faster on many cores, and the machine stays usable.
    torch.set_num_threads(1)
