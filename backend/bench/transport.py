"""A million triangles from one side to the other, against a plain copy and against JSON with base64 over HTTP.

Our way is the service's: `codec.encode`, a ROUTER that does not copy, TCP on this computer, `codec.decode` into arrays.
The other way is that of most Blender add-ons with a server: arrays in base64 within JSON, posted to `http.server`. Both
end when the receiver holds numpy arrays and the sender knows it. The ways take turns, so that a busy moment of the
computer meets all of them.
"""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import zmq

from protocol import codec
from protocol.client import tune
from protocol.messages import Preview

TRIANGLES = 1_000_000
REPEATS = 9
WARM_UP = 2
TIMES_FASTER_THAN_HTTP = 20

_IDENTITY = b"\x01bench"


def run() -> dict[str, Any]:
    """Median milliseconds of each way, and their ratios."""
    message = _body(TRIANGLES)
    arrays = [message.triangles, *message.bodies]
    received: dict[str, list[np.ndarray]] = {}
    with _zeromq(received) as by_zeromq, _http(received) as by_http:
        ways: dict[str, Callable[[], Any]] = {
            "copy": lambda: [array.copy() for array in arrays],
            "zeromq": lambda: by_zeromq(message),
            "http": lambda: by_http(message),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for repeat in range(WARM_UP + REPEATS):
            for name, way in ways.items():
                begun = time.perf_counter()
                way()
                if repeat >= WARM_UP:
                    times[name].append(1000 * (time.perf_counter() - begun))
    for name, found in received.items():
        if not all(map(np.array_equal, found, arrays)):
            raise AssertionError(f"{name} delivered something else than was sent")
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "triangles": TRIANGLES,
        "mebibytes": round(sum(array.nbytes for array in arrays) / 2**20, 1),
        "zeromq_ms": round(median["zeromq"], 2),
        "copy_ms": round(median["copy"], 2),
        "http_ms": round(median["http"], 2),
        "zeromq_of_copy": round(median["zeromq"] / median["copy"], 2),
        "times_faster_than_http": round(median["http"] / median["zeromq"], 1),
        "targets": {"times_faster_than_http": [">=", TIMES_FASTER_THAN_HTTP]},
    }


def _body(triangles: int) -> Preview:
    rng = np.random.default_rng(0)
    vertices = rng.random((triangles // 2, 3), np.float32)
    return Preview("0" * 32, rng.integers(0, len(vertices), (triangles, 3), np.int32), (vertices,))


# --- our way ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _zeromq(received: dict[str, list[np.ndarray]]) -> Iterator[Callable[[Preview], None]]:
    """A function that sends to a DEALER in another thread, as the broker does to Blender, and waits for its word."""
    context, other = zmq.Context(), zmq.Context()  # each side with an I/O thread of its own, as two processes have
    router = context.socket(zmq.ROUTER)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    tune(router)
    router.bind("tcp://127.0.0.1:*")
    endpoint = router.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0")

    def receive() -> None:
        dealer = other.socket(zmq.DEALER)
        dealer.setsockopt(zmq.ROUTING_ID, _IDENTITY)
        tune(dealer)
        dealer.connect(endpoint)
        dealer.send(b"here")
        while len(frames := dealer.recv_multipart(copy=False)) > 1:
            message = codec.decode(frames).message
            received["zeromq"] = [message.triangles, *message.bodies]
            dealer.send(b"received")
        dealer.close(linger=0)

    def send(message: Preview) -> None:
        router.send_multipart([_IDENTITY, *codec.encode(message)], copy=False)
        router.recv_multipart()

    thread = threading.Thread(target=receive)
    thread.start()
    router.recv_multipart()
    try:
        yield send
    finally:
        router.send_multipart([_IDENTITY, b"end"])
        thread.join()
        router.close(linger=0)
        context.term()
        other.term()


# --- the others' way --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _http(received: dict[str, list[np.ndarray]]) -> Iterator[Callable[[Preview], None]]:
    """A function that posts to a server in another thread and waits for its answer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received["http"] = [
                np.frombuffer(base64.b64decode(entry["data"]), entry["dtype"]).reshape(entry["shape"]) for entry in body
            ]
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Not one line per request."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    # A proxy of this computer's environment has no business here.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(message: Preview) -> None:
        body = [
            {"data": base64.b64encode(array).decode("ascii"), "dtype": array.dtype.str, "shape": array.shape}
            for array in (message.triangles, *message.bodies)
        ]
        with opener.open(urllib.request.Request(address, json.dumps(body).encode())) as answer:
            answer.read()

    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield send
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
