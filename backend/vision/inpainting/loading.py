"""Inpainting pipelines from a folder, or from a hub's cache on this computer; fetched only where that is allowed."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from protocol.errors import ModelUnusable, OutOfMemory

from . import memory
from .diffusion import DiffusionPainter
from .folders import HALF, check_folder, half_only, incomplete, is_xl, networks
from .painter import Painting

log = logging.getLogger(__name__)
Source = str | Path


def load_painter(
    source: Source | Sequence[Source],
    device: str | torch.device | None = None,
    *,
    parameters: Painting | None = None,
    dtype: torch.dtype | None = None,
    fetch: bool = False,
) -> DiffusionPainter:
    """The painter of the first source that can be used: a folder, or a model's id (“owner/name”) in the hub's cache.

    device: None takes the GPU where there is one. dtype: None is float16 on a GPU and float32 on the processor (these
    models were trained for half precision; where one overflows the painter widens the type by itself). fetch: whether
    an id that is not in the cache may be downloaded. Raises ModelUnusable with every source's reasons.
    """
    sources = [source] if isinstance(source, str | Path) else list(source)
    reasons = []
    for candidate in sources:
        try:
            folder = _folder(candidate, fetch)
            problems = check_folder(folder)
        except _NotHere as error:
            problems = [str(error)]
        if not problems:
            return _load(folder, Path(candidate).name, _device(device), dtype, parameters)
        reasons.append(f"{candidate}: {' '.join(problems)}")
    raise ModelUnusable("\n".join(reasons) or "No model for inpainting is configured.")


class _NotHere(Exception):
    """An id that is neither a folder nor in the cache."""


def _folder(source: Source, fetch: bool) -> Path:
    """The folder that a source stands for."""
    path = Path(source).expanduser()
    if path.exists() or not _is_id(source):
        return path
    try:
        from diffusers import DiffusionPipeline

        return Path(DiffusionPipeline.download(str(source), use_safetensors=True, local_files_only=not fetch))
    except ImportError:
        raise _NotHere("The packages for it are not installed: diffusers and transformers.") from None
    except (OSError, ValueError) as error:
        if fetch:
            raise _NotHere(f"It could not be downloaded: {error}") from None
        raise _NotHere("It is neither a folder nor downloaded, and nothing is downloaded unasked.") from None


def _is_id(source: Source) -> bool:
    """Whether it has the form “owner/name” of a hub's models."""
    parts = str(source).split("/")
    return isinstance(source, str) and len(parts) == 2 and all(parts) and parts[0] not in (".", "..", "~")


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
    """The pipeline's networks by name. Raises ValueError where one's weights lack tensors: left to themselves the
    libraries fill them with random numbers, and the pictures would be noise.
    """
    parts = {}
    for name, (library, class_name) in networks(folder).items():
        parts[name], told = getattr(importlib.import_module(library), class_name).from_pretrained(
            folder / name,
            dtype=kind,
            use_safetensors=True,
            local_files_only=True,
            variant=HALF if half_only(folder / name) else None,
            output_loading_info=True,
        )
        if told["missing_keys"]:
            raise ValueError(incomplete(folder / name, told["missing_keys"]))
    return parts


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
