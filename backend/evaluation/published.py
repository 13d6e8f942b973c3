"""The published metrics of bodies in scenes, by their definitions, so that figures can be laid beside the papers'.

With V a body's vertices and Ψ the scene's signed distance, positive outside:

    non-collision   |{v: Ψ(v) > 0}| / |V|                    PSI, PLACE, POSA (1 if no vertex has Ψ < 0)
                    |{v: Ψ(v) ≥ 0}| / |V|                    COINS, GenZI
    contact         1 if any Ψ(v) < 0                        PSI, PLACE, POSA
                    1 if any Ψ(v) ≤ 0                        COINS, GenZI
    near contact    1 if any Ψ(v) < 2 cm                     ours: contact as published asks for penetration
    entropy         of the occupancy of k clusters, natural logarithm, at most ln k
    cluster size    mean Euclidean distance of the samples to their cluster's centre

Ψ is read from a grid by trilinear interpolation, clamped at its border; GenZI samples with corners aligned (node i of
n lies at i / (n − 1) of the box), PLACE without (at (i + ½) / n), which shifts the field by up to half a cell at the
box's sides: more than a body is ever inside a floor there, so it is given apart. The papers' grids have 256³ nodes over
a room of some six metres, so cells of 2 to 3 cm; the grid here is 2.5 cm fine, around the body. Clusters: k-means as
in `scipy.cluster.vq` (best of 20 starts), k = 20 for PSI, PLACE, POSA, GenZI, also 50 for GenZI and 1, 50, 150 for
COINS; with fewer samples than clusters k = max(1, n // 10) as in COINS. Random starts are drawn from fixed seeds and
the results averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.cluster.vq import kmeans, vq

Array = np.ndarray
CELL = 0.025  # metres between nodes of the grid that stands for the papers'
NEAR = 0.02  # metres
SEEDS = (0, 1, 2, 3, 4)
STARTS = 20  # per seed; scipy's own default

# What the papers print, for the tables: method → (non-collision, contact, entropy, cluster size), PROX, 4800 samples.
PUBLISHED: dict[str, tuple[float, float, float, float]] = {
    "PSI": (0.94, 0.99, 2.97, 2.53),
    "PLACE": (0.98, 0.99, 2.91, 2.72),
    "POSA, contact": (0.97, 1.00, 2.94, 2.28),
    "POSA, contact and semantics": (0.97, 0.99, 2.92, 2.27),
}
PUBLISHED_SAMPLES = 4800


@dataclass(frozen=True)
class Collision:
    """Of one body. `unaligned`: POSA's definition, sampled without aligned corners."""

    non_collision_posa: float
    non_collision_posa_unaligned: float
    non_collision_genzi: float
    contact_posa: float
    contact_posa_unaligned: float
    contact_genzi: float
    near_contact: float


@dataclass(frozen=True)
class Diversity:
    """Of many samples."""

    entropy: float  # natural logarithm
    cluster_size: float
    clusters: int  # as computed: fewer than asked for where there are fewer samples
    samples: int
    entropy_spread: float  # standard deviation over the seeds
    cluster_size_spread: float


def sample_grid(values: Array, points: Array, low: Array, high: Array, *, align_corners: bool) -> Array:
    """(N,) values of a grid (X, Y, Z) over the box low…high at points (N, 3), as PyTorch's `grid_sample` reads it."""
    scaled = torch.from_numpy(2 * (points - low) / (np.asarray(high) - low) - 1).float()
    grid = scaled.flip(-1)[None, None, None]  # its last axis comes first
    field = torch.from_numpy(np.ascontiguousarray(values, np.float32))[None, None]
    read = torch.nn.functional.grid_sample(field, grid, padding_mode="border", align_corners=align_corners)
    return read.reshape(-1).numpy()


def collision(aligned: Array, unaligned: Array) -> Collision:
    """From a body's signed distances (V,) in metres, sampled GenZI's way and PLACE's way."""
    return Collision(
        non_collision_posa=_outside(aligned),
        non_collision_posa_unaligned=_outside(unaligned),
        non_collision_genzi=float((aligned >= 0).mean()),
        contact_posa=float((aligned < 0).any()),
        contact_posa_unaligned=float((unaligned < 0).any()),
        contact_genzi=float((aligned <= 0).any()),
        near_contact=float((aligned < NEAR).any()),
    )


def _outside(distances: Array) -> float:
    return float((distances > 0).mean()) if (distances < 0).any() else 1.0


def diversity(parameters: Array, clusters: int = 20, seeds: Sequence[int] = SEEDS) -> Diversity:
    """Entropy and cluster size of samples (N, D), averaged over seeds."""
    count = len(parameters)
    asked, clusters = clusters, clusters if count >= clusters else max(1, count // 10)
    if not count:
        return Diversity(0.0, 0.0, asked, 0, 0.0, 0.0)
    found = np.array([_clustered(parameters.astype(float), clusters, np.random.default_rng(seed)) for seed in seeds])
    mean, spread = found.mean(axis=0), found.std(axis=0)
    return Diversity(float(mean[0]), float(mean[1]), clusters, count, float(spread[0]), float(spread[1]))


def _clustered(samples: Array, clusters: int, generator: np.random.Generator) -> tuple[float, float]:
    """Entropy and cluster size of the best of `STARTS` runs."""
    best, codes = np.inf, samples[:1]
    for _ in range(STARTS):
        start = samples[generator.choice(len(samples), clusters, replace=False)]
        book, distortion = kmeans(samples, start)
        if distortion < best:
            best, codes = distortion, book
    labels, distances = vq(samples, codes)
    shares = np.bincount(labels, minlength=clusters) / len(samples)  # the exact occupancy, one bin per cluster
    occupied = shares[shares > 0]
    return float(-(occupied * np.log(occupied)).sum()), float(distances.mean())
