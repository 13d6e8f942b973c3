"""Silence for libraries whose native code writes to the terminal whatever it is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing reaches standard output or error meanwhile, neither from Python nor from native code.

    The whole process is silent, its other threads included: keep it to loading.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    kept: list[tuple[int, int]] = []
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            try:
                kept.append((number, os.dup(number)))
            except OSError:
                continue  # closed, as in a windowed program
            os.dup2(nowhere, number)
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)
