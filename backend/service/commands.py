"""`serve`: run the backend until it is told to end or the process that started it is gone."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from protocol.codec import MAX_MESSAGE_BYTES
from protocol.connection import default_connection_file

ALREADY_SERVING = 3  # exit code
_LOG_BYTES = 5 * 2**20  # beyond this the log starts anew; one older log is kept

log = logging.getLogger(__name__)


def register(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("serve", help="run the backend that Blender talks to")
    parser.add_argument("--connection", type=Path, metavar="FILE", help="where to write how to connect")
    parser.add_argument("--parent-pid", type=int, metavar="PID", help="end when this process ends")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; any free one if not given")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write the log there instead of to stderr")
    parser.add_argument("--max-message-bytes", type=int, default=MAX_MESSAGE_BYTES, help=argparse.SUPPRESS)
    parser.add_argument("--cancel-patience", type=float, default=10.0, help=argparse.SUPPRESS)
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    import zmq

    from backend.service.broker import Broker
    from backend.service.lifetime import AlreadyServing, claim
    from backend.service.options import Options

    if arguments.log:
        _redirect_output(arguments.log)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s broker %(levelname)s %(name)s: %(message)s")
    options = Options(
        connection_file=arguments.connection or default_connection_file(),
        parent_pid=arguments.parent_pid,
        port=arguments.port,
        max_message_bytes=arguments.max_message_bytes,
        cancel_patience_s=arguments.cancel_patience,
    )
    try:
        with claim(options.connection_file):
            return Broker(options).run()
    except AlreadyServing as other:
        log.error("%s; its connection file is %s", other, options.connection_file)
        return ALREADY_SERVING
    except zmq.ZMQError as error:
        log.error("cannot listen on port %d: %s", arguments.port, error)
        return 1
    except OSError as error:
        log.error("cannot write %s: %s", options.connection_file, error)
        return 1


def _redirect_output(path: Path) -> None:
    """Send stdout and stderr to the file, of this process and of the workers to come, banners and crashes included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        os.replace(path, path.with_name(path.name + ".1"))
    file = path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
    for stream, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(file.fileno(), number)
        setattr(sys, stream, file)
