"""Work in many small steps runs on one thread: a second one would cost more in waiting than it takes off.

An iteration of a lifting is some hundred operations on a few thousand numbers. With two threads each of them is a
meeting; measured on two cores with others at work, that made an iteration 1.7 times as long (and 16 times where idle
threads spin, see backend/__init__.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes on the calling thread alone while this is open."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
