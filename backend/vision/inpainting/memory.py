"""How many pictures fit the memory, and how running out of it is recognised."""

from __future__ import annotations

import gc
from typing import Any

import psutil
import torch

ROOM = 0.8  # share of the free memory that a batch may fill by the estimate
MOST = 8  # pictures at once: more fill no GPU better, and a cancelled job waits for a step to end
# Values per pixel that live at the peak, which is the decoder's last level (128 channels, a handful of copies) or the
# UNet's first (two halves): an estimate from the architectures; a batch too large is halved and costs one attempt.
VALUES_PER_PIXEL = 1200
_SIGNS = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")


def ran_out(error: BaseException) -> bool:
    """Whether an exception tells of too little memory. CPU, Metal and cuBLAS say it as plain RuntimeErrors."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def release(device: torch.device) -> None:
    """Gives back what a failed attempt left."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def free_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        reserved = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + reserved
    return psutil.virtual_memory().available


def picture_bytes(pixels: int, vae: Any) -> int:
    """Estimated bytes that one picture more needs at the peak of a step or of decoding."""
    size = 4 if getattr(vae.config, "force_upcast", False) else vae.dtype.itemsize
    return pixels * VALUES_PER_PIXEL * size


def first_batch(pixels: int, vae: Any, device: torch.device) -> int:
    """Pictures at once to begin with. A processor paints one at a time: more are no faster there."""
    if device.type == "cpu":
        return 1
    return max(1, min(MOST, int(free_bytes(device) * ROOM / picture_bytes(pixels, vae))))
