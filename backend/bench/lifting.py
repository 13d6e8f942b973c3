"""How long lifting takes: 8 candidates in 16 views for GenZI's 1600 iterations, against one candidate after the other.

The loop is the straightforward reading of the method: every candidate optimised on its own, with the same reduced body
and the same terms, so that the ratio is that of the batch alone. Beside it stands what the full body model would cost,
which the original evaluates in every iteration. A few iterations spread over the whole schedule are timed (terms come
and go with it), batch and loop in turns, and extrapolated. The scene is a floor: scene terms cost what they cost
without any one scene's field.
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import replace

import numpy as np
import torch

from backend.body.model import BodyModel
from backend.fitting.lifting import OUTDOOR, LiftingProblem, State, Views2D, lift
from backend.place.camera import looking_at

CANDIDATES, VIEWS, ITERATIONS = 8, 16, 1600
FEW, MANY = 4, 28  # iterations of the two runs whose difference is timed: what is done once drops out
ROUNDS = 3
_CENTER = np.array([0.0, 0.0, 0.9])


def run() -> dict[str, object]:
    """Seconds for all iterations, and ratios taken in the same run."""
    from backend.body import anny_model

    model = anny_model.load()
    views = _views(model)
    problem = LiftingProblem(signed_distance=lambda points: points[..., 2])
    begun = lift(model, views, problem, replace(OUTDOOR, iterations=2, restarts=1))
    views = views.taken(begun.candidate)
    together, apart = [], []
    for _ in range(ROUNDS):
        together.append(_per_iteration(model, views, problem, begun.state, [torch.arange(CANDIDATES)]))
        apart.append(_per_iteration(model, views, problem, begun.state, list(torch.arange(CANDIDATES)[:, None])))
    (seconds, processor), (loop, loop_processor) = (
        [ITERATIONS * statistics.median(column) for column in zip(*times, strict=True)] for times in (together, apart)
    )
    full = ITERATIONS * _full_model_step(model)
    return {
        "candidates": CANDIDATES,
        "views": VIEWS,
        "iterations": ITERATIONS,
        "seconds": seconds,
        "processor_seconds": processor,  # of all threads: what it takes, whoever else is at work
        "loop_seconds": loop,
        "loop_processor_seconds": loop_processor,
        "full_body_model_seconds": full,
        "ratio_to_loop": seconds / loop,
        "processor_ratio_to_loop": processor / loop_processor,
        "ratio_to_full_body_model": seconds / full,
        "targets": {"ratio_to_loop": ["<=", 0.5], "processor_ratio_to_loop": ["<=", 0.5]},
    }


def _per_iteration(
    model: BodyModel, views: Views2D, problem: LiftingProblem, state: State, batches: list[torch.Tensor]
) -> tuple[float, float]:
    """Seconds of one iteration of all candidates, in batches of these indices: by the clock, and of processors."""
    spent, worked = 0.0, 0.0
    for rows in batches:
        for iterations, sign in ((FEW, -1), (MANY, 1)):
            own, start = views.taken(rows), state.taken(rows)
            started, at_work = time.perf_counter(), time.process_time()
            lift(model, own, problem, replace(OUTDOOR, iterations=iterations), start=start)
            spent += sign * (time.perf_counter() - started)
            worked += sign * (time.process_time() - at_work)
    return spent / (MANY - FEW), worked / (MANY - FEW)


def _views(model: BodyModel) -> Views2D:
    """People of different sizes at rest, seen from all around with a little noise."""
    generator = torch.Generator().manual_seed(0)
    cameras = []
    for k in range(VIEWS):
        azimuth = 2 * math.pi * k / VIEWS
        eye = _CENTER + 2.2 * np.array([math.cos(azimuth), math.sin(azimuth), 0.1 + 0.3 * (k % 2)])
        cameras.append(looking_at(eye, _CENTER))
    people = torch.stack([
        model.keypoints(model.shape({"gender": k % 2, "age": 0.68, "height": 0.1 + 0.1 * k}).vertices)
        for k in range(CANDIDATES)
    ])  # fmt: skip
    pixels = np.stack([camera.project(people.double().numpy())[0] for camera in cameras], 1)
    noisy = torch.as_tensor(pixels, dtype=torch.float32) + 3 * torch.randn(pixels.shape, generator=generator)
    return Views2D(tuple(cameras), noisy, torch.ones(noisy.shape[:-1]))


def _full_model_step(model: BodyModel) -> float:
    """Seconds of one forward and backward pass of the full body for every candidate, one after the other."""
    height = torch.full((1,), 0.5, requires_grad=True)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        vertices, _ = model.rest({"height": height})
        model.keypoints(vertices).square().sum().backward()
        times.append(time.perf_counter() - started)
    return CANDIDATES * statistics.median(times)
