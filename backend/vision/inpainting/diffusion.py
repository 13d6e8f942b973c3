"""The painter on a Stable Diffusion inpainting pipeline: SD 1.5 and 2 class, and SDXL class, of diffusers.

Only what the pipelines offer publicly is used: `__call__` with `callback_on_step_end`, `prepare_mask_latents`,
`set_attn_processor`. A batch that does not fit the memory is halved; a half-precision run that leaves the numbers is
repeated in a wider type. Both are said in the result's warnings.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from backend.place.camera import Camera
from protocol.errors import ModelUnusable, OutOfMemory

from . import memory, pixels
from .attention import LATENTS_PER_CELL, AttentionReader
from .masks import DynamicMask
from .painter import Array, Painted, Painting, Report, Show, unseen
from .tokens import person_tokens, truncated

log = logging.getLogger(__name__)
# SDXL's inpainting pipeline begins, by its own default, with a trace of the picture in the noise.
STRENGTH, STRENGTH_XL = 1.0, 0.9999


class _NotANumber(Exception):
    """Half precision overflowed."""


class DiffusionPainter:
    """A loaded pipeline that paints. Not for several threads at once."""

    def __init__(self, pipeline: Any, name: str, device: torch.device, parameters: Painting | None = None) -> None:
        """pipeline: on its device and in its type already; see `loading.load_painter`."""
        self.name = name
        self.parameters = parameters or Painting()
        self._pipeline = pipeline
        self._device = device
        self._reader = AttentionReader()
        self._reader.attach(pipeline.unet)
        self._xl = hasattr(pipeline, "text_encoder_2")
        self._frugal = False
        self._most: int | None = None  # pictures at once; more did not fit before
        self._compiled: bool | None = None  # False: it was tried and failed
        pipeline.set_progress_bar_config(disable=True)

    def paint(
        self,
        pictures: Array,
        prompt: str,
        *,
        person: str,
        masks: Array | None = None,
        seeds: Sequence[int],
        report: Report,
        show: Show = unseen,
        cameras: Sequence[Camera] = (),
    ) -> Painted:
        """See `painter.Painter`. With masks, pixels outside them come back unchanged; without, as the model's decoder
        gives them, because a person cut at the border of the last dynamic mask would be no person to detect.
        """
        _check(pictures, masks, seeds)
        count, height, width = pictures.shape[:3]
        text, start = self.parameters.text(prompt), len(self.parameters.prefix.strip(" ,"))
        tokens = person_tokens(self._tokenizers(), text, person, start=start)
        warnings: list[str] = []
        if truncated(self._pipeline.tokenizer, text):
            warnings.append("The prompt is longer than the image model reads; its end was left off.")
        if count == 0:
            return Painted(pictures.copy(), np.zeros((0, height, width), bool), tuple(warnings))
        self._compile(count, warnings)
        work = _Work(pictures, masks, tuple(seeds), text, tokens, report)
        size = self._size(height, width)
        batch = self.parameters.batch or memory.first_batch(size[0] * size[1], self._pipeline.vae, self._device)
        batch = min(batch, self._most or batch)
        painted, where = [], []
        work.progress(0.0)
        while (done := sum(map(len, painted))) < count:
            part = slice(done, min(done + batch, count))
            outcome = self._attempt(work, part, size)
            if isinstance(outcome, tuple):
                painted.append(outcome[0])
                where.append(outcome[1])
                for index, picture in enumerate(outcome[0], start=part.start):
                    show(index, picture)
            else:
                batch = self._relent(outcome, part.stop - part.start, warnings)
        return Painted(np.concatenate(painted), np.concatenate(where), tuple(warnings))

    def _attempt(self, work: _Work, part: slice, size: tuple[int, int]) -> tuple[Array, Array] | Exception:
        """The part's pictures and masks, or why it failed. The failure's traceback, which holds memory, ends here."""
        eager = torch.compiler.set_stance("force_eager") if self._compiled is False else nullcontext()
        try:
            with torch.no_grad(), eager:
                return self._batch(work, part, size)
        except (RuntimeError, MemoryError, _NotANumber) as error:
            ours = memory.ran_out(error) or isinstance(error, _NotANumber) or self._compiled
            if error is work.ended or not ours:
                raise
            error.__context__ = error.__cause__ = None
            return error.with_traceback(None)
        finally:
            self._reader.cells = 0
            self._reader.take()

    def _batch(self, work: _Work, part: slice, size: tuple[int, int]) -> tuple[Array, Array]:
        before = work.pictures[part]
        count, height, width = before.shape[:3]
        pictures = pixels.to_tensor(before, size, self._device)
        # On the processor, so that a seed paints the same picture on every device; one each, so in every batch.
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in work.seeds[part]]
        dynamic = None
        if work.masks is None:
            dynamic = DynamicMask(self._reader, pictures * 2 - 1, work.tokens, generators, self.parameters)
            mask = dynamic.mask
            dynamic.begin(self._pipeline)
        else:
            mask = pixels.masks_to_tensor(work.masks[part], size, self._device)

        def after_step(pipeline: Any, step: int, _: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            changed = dynamic.after_step(pipeline, step, tensors) if dynamic else {}
            if step == pipeline.num_timesteps - 1 and not torch.isfinite(tensors["latents"]).all():
                raise _NotANumber
            work.progress((part.start + count * (step + 1) / (pipeline.num_timesteps + 1)) / len(work.pictures))
            return changed

        usual = STRENGTH_XL if self._xl and self.parameters.steps > 1 else STRENGTH  # a step is left off below 1
        strength = self.parameters.strength or usual
        images = self._pipeline(
            prompt=[work.text] * count,
            negative_prompt=[self.parameters.negative] * count,
            image=pictures,
            mask_image=mask,
            height=size[0],
            width=size[1],
            strength=strength,
            num_inference_steps=self.parameters.steps,
            guidance_scale=self.parameters.guidance,
            generator=generators,
            output_type="pt",
            callback_on_step_end=after_step,
            callback_on_step_end_tensor_inputs=["latents", "mask", "masked_image_latents"],
        ).images
        if not torch.isfinite(images).all():
            raise _NotANumber
        work.progress(part.stop / len(work.pictures))
        after = pixels.from_tensor(images, height, width)
        if work.masks is not None:
            return pixels.composited(before, after, work.masks[part]), work.masks[part]
        return after, pixels.masks_from_tensor(dynamic.mask, height, width)

    def _relent(self, error: Exception, count: int, warnings: list[str]) -> int:
        """Pictures for the next attempt after a failed one with `count`; changes what can be changed. Or raises."""
        if isinstance(error, _NotANumber):
            self._widen(warnings)
            return count
        if not memory.ran_out(error):  # what is compiled may fail where the same uncompiled does not
            self._compiled = False
            warnings.append("Compiling the image model failed; it runs uncompiled.")
            log.warning("the compiled UNet failed: %s", error)
            return count
        memory.release(self._device)
        self._most = max(count // 2, 1)
        if count > 1:
            warnings.append(f"{count} pictures at once did not fit the memory; painted {self._most} at a time.")
            return self._most
        if self._frugal:
            raise OutOfMemory(f"{self.name} cannot paint a single picture: {error}") from None
        self._save_memory()
        warnings.append("Even one picture hardly fits the memory; attention and decoding were cut into slices.")
        return 1

    def _save_memory(self) -> None:
        """Attention and decoding in slices: slower, smaller."""
        self._frugal = True
        self._pipeline.enable_attention_slicing()
        self._pipeline.vae.enable_slicing()
        self._pipeline.vae.enable_tiling()
        self._reader.attach(self._pipeline.unet)  # slicing has set processors of its own

    def _widen(self, warnings: list[str]) -> None:
        """The next wider type after a run that left half precision's range."""
        kind = self._pipeline.unet.dtype
        if kind == torch.float16 and self._device.type == "cuda" and torch.cuda.is_bf16_supported():
            wider = torch.bfloat16
        elif kind in (torch.float16, torch.bfloat16):
            wider = torch.float32
        else:
            raise ModelUnusable(f"{self.name} computes numbers that are none; its weights may be damaged.")
        self._pipeline.to(dtype=wider)
        warnings.append(f"The image model overflowed in {_name(kind)}; painted in {_name(wider)}.")

    def _compile(self, count: int, warnings: list[str]) -> None:
        """Compiles the UNet's repeated blocks, where enough pictures come to pay for the minute it takes."""
        if self._compiled is not None or self._device.type != "cuda" or count < self.parameters.compile_from:
            return
        if importlib.util.find_spec("triton") is None:
            warnings.append("The image model runs uncompiled: the package triton is not installed.")
            return
        self._pipeline.unet.compile_repeated_blocks()
        self._compiled = True

    def _tokenizers(self) -> list[Any]:
        names = ("tokenizer", "tokenizer_2")
        return [t for t in (getattr(self._pipeline, name, None) for name in names) if t is not None]

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width at which the pictures are painted: the model's own area, the pictures' proportions."""
        unet, factor = self._pipeline.unet, self._pipeline.vae_scale_factor
        side = self.parameters.side or unet.config.sample_size * factor
        halved = 2 ** (len(unet.config.block_out_channels) - 1)
        return pixels.working_size(height, width, side, factor * max(halved, LATENTS_PER_CELL))


class _Work:
    """One call's inputs, and its progress, which never goes back."""

    def __init__(
        self,
        pictures: Array,
        masks: Array | None,
        seeds: tuple[int, ...],
        text: str,
        tokens: tuple[int, ...],
        report: Report,
    ) -> None:
        self.pictures, self.masks, self.seeds, self.text, self.tokens = pictures, masks, seeds, text, tokens
        self._report, self._furthest = report, 0.0
        self.ended: BaseException | None = None  # what the caller raised to end the painting

    def progress(self, fraction: float) -> None:
        self._furthest = max(self._furthest, min(fraction, 1.0))
        try:
            self._report(self._furthest)
        except BaseException as error:
            self.ended = error
            raise


def _check(pictures: Array, masks: Array | None, seeds: Sequence[int]) -> None:
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[-1] != 3:
        raise ValueError(f"pictures are (N, H, W, 3) uint8, not {pictures.shape} {pictures.dtype}")
    if masks is not None and (masks.dtype != bool or masks.shape != pictures.shape[:3]):
        raise ValueError(f"masks are {pictures.shape[:3]} bool, not {masks.shape} {masks.dtype}")
    if len(seeds) != len(pictures):
        raise ValueError(f"{len(pictures)} pictures need as many seeds, not {len(seeds)}")


def _name(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
