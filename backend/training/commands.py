"""The command `train`: what we train ourselves, from the user's own folders."""

from __future__ import annotations

import argparse
from pathlib import Path

from protocol.errors import RequestInvalid


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
    shapes.add_argument("--count", type=int, default=0, metavar="N", help="shapes of each category")
    shapes.add_argument("--from", dest="source", type=Path, metavar="FOLDER",
                        help="instead of making any: meshes of your own, or a copy of ShapeNet")
    shapes.add_argument("--categories", nargs="+", default=(), metavar="NAME", help="all, if none is named")
    shapes.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first; the rest follow it")
    shapes.add_argument("--views", type=int, default=0, metavar="N", help="pictures of each, taken with Blender")
    shapes.add_argument("--pack", action="store_true", help="then gather all that have pictures, for training")
    shapes.add_argument("--processes", type=int, default=None, metavar="N", help="as many as processors, if not given")
    shapes.set_defaults(run=_shapes_data)

    cisp = what.add_parser("cisp", help="encoders of pictures and shapes, from a packed folder of rendered shapes")
    _long(cisp)
    cisp.add_argument("--image-only", action="store_true", help="a comparison: views alone, no shapes")
    cisp.add_argument("--contrast-only", action="store_true", help="a comparison: the paper's loss alone")
    cisp.set_defaults(run=_cisp)

    made = what.add_parser("shapes", help="shapes from pictures: autoencoder and denoiser, after train cisp")
    _long(made)
    made.add_argument("--only", choices=("autoencoder", "denoiser", "reference"), default=None,
                      help="one of them; the first two, if not given")  # fmt: skip
    made.set_defaults(run=_shapes)


def _long(parser: argparse.ArgumentParser) -> None:
    """What a training of hours is told. Stopped at any moment, the same command goes on from its last checkpoint."""
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="as train shapes-data makes it")
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="of weights and cards; the shipped ones'")
    parser.add_argument("--checkpoints", type=Path, default=None, metavar="DIR", help="else FOLDER/checkpoints")
    parser.add_argument("--steps", type=int, default=None, metavar="N", help="in all, the recipe's if not given")
    parser.add_argument("--minutes", type=float, default=None, metavar="M", help="then end with what there is")
    parser.add_argument("--threads", type=int, default=None, metavar="N", help="processors to use; all, if not given")
    parser.add_argument("--seed", type=int, default=0)


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
    from .shapes.collect import collect

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Blender's processes end with us
    if arguments.source is None and arguments.count < 1:
        raise RequestInvalid("How many shapes of each category (--count), or from which folder (--from)?")
    if arguments.source is not None:
        collect(
            arguments.source, arguments.out, wanted_views=arguments.views, processes=arguments.processes or 1, say=_say
        )
    else:
        build(
            arguments.out, arguments.count, arguments.categories, first=arguments.first, views=arguments.views,
            processes=arguments.processes, say=_say,
        )  # fmt: skip
    if arguments.pack:
        from .shapes.pack import pack

        pack(arguments.out, say=_say)
    return 0


def _cisp(arguments: argparse.Namespace) -> int:
    from protocol.errors import RequestInvalid

    from .cisp.recipe import train_cisp, train_image_only

    if (arguments.image_only or arguments.contrast_only) and None in (arguments.out, arguments.checkpoints):
        raise RequestInvalid(
            "A comparison needs --out and --checkpoints.", remedy="Name folders; it does not replace what is shipped."
        )
    run = _run(arguments)
    if arguments.image_only:
        train_image_only(run)
    else:
        train_cisp(run, contrast_only=arguments.contrast_only)
    return 0


def _shapes(arguments: argparse.Namespace) -> int:
    from .shape_diffusion.recipe import train_reference_whole, train_shapes, train_volumes

    stages = {"autoencoder": train_volumes, "denoiser": train_shapes, "reference": train_reference_whole}
    run = _run(arguments)
    for stage in (arguments.only,) if arguments.only else ("autoencoder", "denoiser"):
        stages[stage](run)
    return 0


def _run(arguments: argparse.Namespace):
    from backend.shapes.model import WEIGHTS

    from .run import Run

    _prepare(arguments.threads)
    return Run(
        arguments.data, arguments.checkpoints or arguments.data / "checkpoints", arguments.out or WEIGHTS, _say,
        arguments.steps, arguments.minutes, arguments.seed,
    )  # fmt: skip


def _say(line: str) -> None:
    print(line, flush=True)


def _prepare(threads: int | None = 1) -> None:
    """Networks of a few layers are not faster on many processors, and the machine stays usable: one, if not told."""
    import logging
    import signal

    import torch

    # Also where a shell started us in the background with the signal ignored; either leaves a checkpoint.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    logging.basicConfig(level=logging.WARNING)
    if threads is not None:
        torch.set_num_threads(threads)
