"""Inpainting pipelines from a folder on this computer; nothing is downloaded."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path

import torch

from backend.pretrained import whole
from protocol.errors import ModelUnusable, OutOfMemory

from . import memory
from .diffusion import DiffusionPainter
from .folders import HALF, check_folder, half_only, is_xl, networks
from .painter import Painting

log = logging.getLogger(__name__)


def load_painter(
    folder: Path,
    device: str | torch.device | None = None,
    *,
    parameters: Painting | None = None,
    dtype: torch.dtype | None = None,
) -> DiffusionPainter:
    """The painter of a folder, such as `providers.folder_of` gives.

    device: None takes the GPU where there is one. dtype: None is float16 on a GPU and float32 on the processor (these
    models were trained for half precision; where one overflows the painter widens the type by itself). Raises
    ModelUnusable with what is wrong with the folder.
    """
    if problems := check_folder(folder):
        raise ModelUnusable(f"{folder}: {' '.join(problems)}")
    return _load(folder, folder.name, _device(device), dtype, parameters)


def _load(
    folder: Path, name: str, device: torch.device, dtype: torch.dtype | None, parameters: Painting | None
) -> DiffusionPainter:
    try:
        from diffusers import (
            DPMSolverMultistepScheduler,
            StableDiffusionInpaintPipeline,
            StableDiffusionXLInpaintPipeline,
        )
    except ImportError:
        raise ModelUnusable(
            "The packages for it are not installed.", remedy="pip install diffusers transformers accelerate"
        ) from None
    # A checker that blackens pictures would lose people without a word; pictures stay with the user who asked for them.
    unchecked = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    _quiet()
    extra = {"add_watermarker": False} if is_xl(folder) else unchecked
    kind = dtype or (torch.float32 if device.type == "cpu" else torch.float16)
    pipeline_class = StableDiffusionXLInpaintPipeline if is_xl(folder) else StableDiffusionInpaintPipeline
    try:
        pipeline = pipeline_class.from_pretrained(
            folder, dtype=kind, use_safetensors=True, local_files_only=True, **_parts(folder, kind), **extra
        )
        pipeline.scheduler = DPMSolverMultistepScheduler.from_config(pipeline.scheduler.config)
        pipeline.to(device)
    except Exception as error:  # the libraries' own kinds, for what a check of headers and sizes cannot see
        if memory.ran_out(error):
            raise OutOfMemory(f"{name} does not fit the memory.") from None
        raise ModelUnusable(f"{name}: {error}") from error
    log.info("%s paints on %s in %s", name, device, kind)
    return DiffusionPainter(pipeline, name, device, parameters)


def _parts(folder: Path, kind: torch.dtype) -> dict[str, torch.nn.Module]:
    """The pipeline's networks by name. Raises ValueError where one's weights lack tensors."""
    return {
        name: whole(
            getattr(importlib.import_module(library), class_name), folder / name, dtype=kind,
            variant=HALF if half_only(folder / name) else None,
        )
        for name, (library, class_name) in networks(folder).items()
    }  # fmt: skip


def _quiet() -> None:
    """No bars of progress of theirs in our log; the caller's `report` says how far it is."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    of_diffusers.disable_progress_bar()
    of_transformers.disable_progress_bar()


def _device(device: str | torch.device | None) -> torch.device:
    if device is not None:
        return torch.device(device)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
