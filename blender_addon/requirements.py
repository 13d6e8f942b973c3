"""What must be importable before anything else of the extension is."""

from __future__ import annotations

import importlib
import sys

OLDEST_PYZMQ = (26, 0)


def require() -> None:
    """Raise ImportError in words that help; Blender shows them where the extension is enabled."""
    try:
        zmq = importlib.import_module("zmq")
    except ImportError as error:
        python = ".".join(map(str, sys.version_info[:2]))
        raise ImportError(
            f"This zip of Staffage has no pyzmq for Python {python}. Blender from blender.org takes the plain zip, "
            f"Blender 5.1 and later from a Linux distribution the one that ends in “_system-python”. ({error})"
        ) from error
    # Extensions share one folder of libraries, in which the newest pyzmq that any of them brings wins.
    found = zmq.pyzmq_version_info()[:2]
    if tuple(found) < OLDEST_PYZMQ:
        raise ImportError(f"Staffage needs pyzmq {OLDEST_PYZMQ[0]} or later and finds {zmq.pyzmq_version()}.")
