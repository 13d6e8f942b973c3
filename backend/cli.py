"""The command line: `python -m backend COMMAND`. Each command lives in a module of its own that registers itself.

A command module has `register(subparsers)`, which adds its parsers and sets `run=function(arguments) -> exit code` as
their default. Those modules import what is heavy inside that function, so that `serve` does not load torch and `doctor`
works where torch is missing.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys

from backend import __version__, installation
from protocol.errors import StaffageError

COMMANDS = (
    "backend.service.commands",
    "backend.doctor",
    "backend.evaluation.commands",
    "backend.bench.commands",
    "backend.training.commands",
    "backend.models.commands",
)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description="The Staffage backend.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        importlib.import_module(module).register(subparsers)
    return parser


def main(argv: list[str] | None = None) -> int:
    arguments = build_parser().parse_args(argv)
    try:
        installation.record()
        return arguments.run(arguments)
    except StaffageError as error:
        print(f"{error.title}: {error.detail}\n{error.remedy}".strip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has left, as `| head` does
        logging.getLogger(__name__).debug("output closed")
        return 0
