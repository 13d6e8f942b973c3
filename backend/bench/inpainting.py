"""Pictures with people per second, against the same diffusers pipeline called plainly, and the memory at the peak.

On a GPU the architectures have their full sizes (with random weights: the work is the same), and the table in
docs/performance.md is written anew. Elsewhere they are tiny, which shows that the code runs and what it adds per step,
not how fast a real model is. `plain` is the pipeline with a given mask and nothing of ours; `static` is the painter
with the same masks; `dynamic` the painter that finds the masks.
"""

from __future__ import annotations

import gc
import importlib.util
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.bench import inpainting_models as models
from backend.vision.inpainting import Painting
from backend.vision.inpainting.diffusion import DiffusionPainter

PROMPT, PERSON = "an old man sitting on the sofa", "old man"
NEVER = 10**9
REPEATS = 2
PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
TITLE = "## Inpainting"


@dataclass(frozen=True)
class Case:
    name: str
    architecture: models.Architecture
    count: int  # pictures, painted at once
    steps: int
    needs_gb: float = 0.0  # of GPU memory, weights and pictures, by estimate


FULL = (
    Case("sd15", models.SD15, 8, 50, 12),
    Case("sd2", models.SD2, 8, 50, 12),
    Case("sdxl", models.SDXL, 4, 50, 36),
)
TINY = (Case("tiny_sd", models.TINY, 2, 6), Case("tiny_sdxl", models.TINY_XL, 2, 6))


def run() -> dict[str, Any]:
    """Figures per architecture; ratios are of times in this run, above 1 where ours is faster."""
    if missing := [name for name in ("diffusers", "transformers") if importlib.util.find_spec(name) is None]:
        return {"not_run": f"not installed: {', '.join(missing)}"}
    gpu = torch.cuda.is_available()
    figures: dict[str, Any] = {"device": torch.cuda.get_device_name() if gpu else "processor, tiny models only"}
    targets: dict[str, list[Any]] = {}
    for case in FULL if gpu else TINY:
        free = torch.cuda.mem_get_info()[0] / 1e9 if gpu else 0.0
        if gpu and free < case.needs_gb:
            figures[f"{case.name}_not_run"] = f"{free:.0f} GB free, about {case.needs_gb:.0f} GB needed"
            continue
        figures |= {f"{case.name}_{name}": value for name, value in _measure(case, gpu).items()}
        if gpu:
            targets |= {f"{case.name}_static_ratio": [">=", 0.95], f"{case.name}_dynamic_ratio": [">=", 0.75]}
            gc.collect()
            torch.cuda.empty_cache()
    if gpu and PAGE.is_file():
        PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), table(figures)), encoding="utf-8")
    return figures | {"targets": targets}


def _measure(case: Case, gpu: bool) -> dict[str, Any]:
    device, dtype = ("cuda", torch.float16) if gpu else ("cpu", torch.float32)
    pipeline = models.build(case.architecture, device, dtype)
    pipeline.set_progress_bar_config(disable=True)
    parameters = Painting(steps=case.steps, batch=case.count, compile_from=NEVER, suffix="")
    side = case.architecture.side
    pictures = np.random.default_rng(0).integers(0, 255, (case.count, side, side, 3), dtype=np.uint8)
    masks = np.zeros((case.count, side, side), bool)
    masks[:, side // 4 : side, side // 3 : 2 * side // 3] = True
    # First, because a painter puts its readers of attention into the UNet.
    plain, plain_peak = _timed(lambda steps: _plain(pipeline, replace(parameters, steps=steps), pictures, masks), case)

    def paint(steps: int, given: np.ndarray | None, compile_from: int = NEVER) -> None:
        painter.parameters = replace(parameters, steps=steps, compile_from=compile_from)
        painter.paint(pictures, PROMPT, person=PERSON, masks=given, seeds=range(case.count), report=lambda _: None)

    painter = DiffusionPainter(pipeline, case.name, torch.device(device), parameters)
    static, _ = _timed(lambda steps: paint(steps, masks), case)
    dynamic, peak = _timed(lambda steps: paint(steps, None), case)
    found: dict[str, Any] = {
        "pictures_per_second": case.count / dynamic,
        "plain_pictures_per_second": case.count / plain,
        "static_ratio": plain / static,
        "dynamic_ratio": plain / dynamic,
        "type": str(pipeline.unet.dtype).removeprefix("torch."),  # wider where half precision overflowed
    }
    if gpu:
        began = time.perf_counter()
        paint(4, None, compile_from=1)
        compiling = time.perf_counter() - began
        compiled, _ = _timed(lambda steps: paint(steps, None, compile_from=1), case)
        found |= {"peak_gb": peak, "plain_peak_gb": plain_peak, "compiled_ratio": plain / compiled}
        found["compile_seconds"] = compiling
    return found


def _timed(work: Callable[[int], None], case: Case) -> tuple[float, float]:
    """The shortest of a few times in seconds, and the memory at the peak in GB (0 on the processor)."""
    work(2)  # kernels are chosen, buffers made
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work(case.steps)
        times.append(time.perf_counter() - began)
    return min(times), torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0.0


def _plain(pipeline: Any, parameters: Painting, pictures: np.ndarray, masks: np.ndarray) -> None:
    """What a user of diffusers would write."""
    count = len(pictures)
    pipeline(
        prompt=[parameters.text(PROMPT)] * count,
        negative_prompt=[parameters.negative] * count,
        image=torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255,
        mask_image=torch.from_numpy(masks)[:, None].float(),
        height=pictures.shape[1],
        width=pictures.shape[2],
        num_inference_steps=parameters.steps,
        guidance_scale=parameters.guidance,
        generator=[torch.Generator().manual_seed(seed) for seed in range(count)],
        output_type="np",
    )


def table(figures: dict[str, Any]) -> str:
    """The section of docs/performance.md, from figures of full sizes."""
    lines = [
        TITLE,
        "",
        f"`python -m backend bench --only inpainting` on {figures['device']}: full-size architectures with random",
        "weights, the mask found by attention; the plain pipeline of diffusers, given a mask, in the same run. A ratio",
        "above 1 means faster than the plain pipeline.",
        "",
        "| model | pictures, steps, type | pictures/s | plain | given mask / plain | found mask / plain "
        "| compiled / plain | compiling | memory | plain |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in FULL:
        value = {name.removeprefix(f"{case.name}_"): figures[name] for name in figures if name.startswith(case.name)}
        if "peak_gb" not in value:
            lines.append(f"| {case.architecture.name} | not run: {value.get('not_run', 'unknown')} |" + " |" * 8)
            continue
        cells = [
            case.architecture.name,
            f"{case.count} at {case.architecture.side}², {case.steps}, {value['type']}",
            f"{value['pictures_per_second']:.2f}",
            f"{value['plain_pictures_per_second']:.2f}",
            *(f"{value[name]:.2f}" for name in ("static_ratio", "dynamic_ratio", "compiled_ratio")),
            f"{value['compile_seconds']:.0f} s",
            f"{value['peak_gb']:.1f} GB",
            f"{value['plain_peak_gb']:.1f} GB",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def with_section(page: str, section: str) -> str:
    """The page with the section of that title in place of the old one, or at its end."""
    pattern = re.compile(rf"^{re.escape(TITLE)}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(page):
        return pattern.sub(lambda _: section + "\n", page).rstrip() + "\n"
    return page.rstrip() + "\n\n" + section
