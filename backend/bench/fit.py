"""How long people take: four candidates on a warm backend, and what of it the geometry alone would cost.

The floor of the figure is the body model itself: as many forward and backward passes of the full body as the fit makes
steps. The ratio says how far the light rig, the search and the field are from that.
"""

from __future__ import annotations

import statistics
import time

import torch

from backend.body.model import BodyModel

REPEATS = 3
CANDIDATES = 4


def run() -> dict[str, object]:
    """Medians in seconds, and ratios taken in the same run."""
    from backend.body import anny_model
    from backend.fitting.optimise import Schedule
    from backend.pipelines import humans
    from backend.service.context import LocalContext
    from protocol.messages import HumansRequest

    from .places import living_room

    humans.warm_up(lambda stage, fraction: None)
    snapshot, meshes = living_room()
    request = HumansRequest("a woman sitting on the sofa", snapshot, candidates=CANDIDATES)
    humans.run(request, meshes, LocalContext())
    totals, previews = [], []
    for _ in range(REPEATS):
        started = time.perf_counter()
        seen: list[float] = []
        job = LocalContext(on_preview=lambda t, b, s=started, seen=seen: seen.append(time.perf_counter() - s))
        humans.run(request, meshes, job)
        totals.append(time.perf_counter() - started)
        previews.append(seen[0])
    steps = Schedule().settle + Schedule().bend
    full = _full_model_step(anny_model.load(), CANDIDATES + humans.SPARE) * steps
    total = statistics.median(totals)
    return {
        "seconds": total,
        "first_preview_seconds": statistics.median(previews),
        "candidates": CANDIDATES,
        "full_body_model_seconds": full,
        "ratio_to_full_body_model": total / full,
        "targets": {"seconds": ["<", 8.0], "first_preview_seconds": ["<", 2.0]},
    }


def _full_model_step(model: BodyModel, count: int) -> float:
    """Seconds of one forward and backward pass of Anny itself for `count` bodies."""
    height = torch.full((count,), 0.5, requires_grad=True)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        vertices, _ = model.rest({"height": height})
        vertices.square().sum().backward()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
