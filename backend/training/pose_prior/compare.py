"""The candidates side by side on poses that none has learned from: likelihood, hidden joints, noisy joints."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.model import ShapedBody, Skeleton
from backend.body.pose_joints import smooth_log, to_bones
from backend.body.posing import forward_kinematics
from backend.body.prior import PosePrior
from backend.body.prior_net import Space

from . import masks
from .classical import Mixture, gaussian_log_density, principal
from .flow import Flow
from .networks import Autoencoder, blurred

NOISE = 0.15  # radians per axis on every joint, the task of denoising
_MOST = 400  # poses that the slow candidates (those that search) are measured on, evenly chosen
_POINTS = ("neck01", "head", *(
    f"{bone}{suffix}"
    for suffix in (".L", ".R")
    for bone in ("upperarm01", "lowerarm01", "wrist", "finger3-1", "lowerleg01", "foot", "toe3-1")
))  # fmt: skip

# Vectors (N, 48) as seen, known joints (N, 16) bool, noise in radians → vectors (N, 48).
Restore = Callable[[Tensor, Tensor, float], Tensor]


@dataclass(frozen=True)
class Candidate:
    name: str
    restore: Restore
    log_density: Callable[[Tensor], Tensor] | None  # of vectors (N, 48), nats
    bound: bool = False  # the density is a lower bound


@dataclass(frozen=True)
class Figures:
    """Means over the poses measured on."""

    name: str
    nll: float | None  # nats of a pose blurred by 0.05 rad per axis
    nll_is_bound: bool
    hidden_degrees: float  # error of the hidden joints, 30 % of them hidden
    hidden_centimetres: float  # position error of the body's points with the pelvis in place
    noisy_degrees: float  # error left of NOISE on every joint
    noisy_centimetres: float


def candidates(
    space: Space, mixture: Mixture, flow: Flow, autoencoder: Autoencoder, prior: PosePrior
) -> list[Candidate]:
    """Everything that was tried, baselines first."""
    reduced = principal(space)
    return [
        Candidate("mean pose", lambda v, known, noise: torch.where(masks.entries(known), v, space.mean), None),
        Candidate("Gaussian", _gaussian(space), lambda v: gaussian_log_density(space, v)),
        Candidate("PCA", _gaussian(reduced), lambda v: gaussian_log_density(reduced, v)),
        Candidate("autoencoder", _decoded(space, autoencoder), lambda v: _bound(autoencoder, v), True),
        Candidate("flow", _likeliest(space, flow), lambda v: flow.log_density(space.whiten(v)) + space.log_volume),
        Candidate("mixture", lambda v, known, noise: mixture.complete(v, masks.entries(known), noise),
                  mixture.log_density),
        Candidate("denoiser", lambda v, known, noise: space.vectors(prior.restore(space.joints(v), known, noise)),
                  None),
    ]  # fmt: skip


def measure(
    candidate: Candidate, poses: Tensor, space: Space, skeleton: Skeleton, shaped: ShapedBody, most: int = _MOST
) -> Figures:
    """The figures of one candidate on poses (N, 16, 3, 3). Every candidate gets the same masks and noise."""
    every = max(1, math.ceil(len(poses) / most))
    poses = poses[::every]
    generator = torch.Generator().manual_seed(11)
    vectors = space.vectors(poses)
    gone = masks.hidden(len(poses), masks.SHARE, generator)
    shaken = vectors + NOISE * torch.randn(vectors.shape, generator=generator)
    smeared = blurred(vectors, generator)
    filled = space.joints(candidate.restore(torch.where(masks.entries(gone), space.mean, vectors), ~gone, 0.0)).detach()
    freed = space.joints(candidate.restore(shaken, torch.ones_like(gone), NOISE)).detach()
    with torch.no_grad():
        nll = None if candidate.log_density is None else -float(candidate.log_density(smeared).mean())
    return Figures(
        candidate.name, nll, candidate.bound,
        math.degrees(float(angles(filled, poses)[gone].mean())), 100 * float(_offsets(filled, poses, skeleton, shaped)),
        math.degrees(float(angles(freed, poses).mean())), 100 * float(_offsets(freed, poses, skeleton, shaped)),
    )  # fmt: skip


def angles(found: Tensor, true: Tensor) -> Tensor:
    """(N, 16) radians between rotations."""
    return smooth_log(found.mT @ true).norm(dim=-1)


def _offsets(found: Tensor, true: Tensor, skeleton: Skeleton, shaped: ShapedBody) -> Tensor:
    """Mean distance in metres of the body's points, pelvis in place."""
    chosen = [skeleton.index(name) for name in _POINTS]
    placed = []
    for joints in (found, true):
        bones = to_bones(joints, skeleton.bone_names, shaped.heads)
        heads = shaped.heads.expand(len(bones), -1, -1)
        placed.append(forward_kinematics(skeleton, heads, bones, torch.zeros(len(bones), 3))[1][:, chosen])
    return (placed[0] - placed[1]).norm(dim=-1).mean()


def _gaussian(space: Space) -> Restore:
    def restore(vectors: Tensor, known: Tensor, noise: float) -> Tensor:
        entries = masks.entries(known)
        gains = space.completion(entries, torch.full((len(known),), noise))
        found = space.mean + (gains @ ((vectors - space.mean) * entries)[..., None])[..., 0]
        return torch.where(entries, vectors, found) if noise == 0 else found

    return restore


def _likeliest(space: Space, flow: Flow) -> Restore:
    """The likeliest hidden joints, searched from the Gaussian's guess; noisy ones are held by their noise."""

    def restore(vectors: Tensor, known: Tensor, noise: float) -> Tensor:
        entries = masks.entries(known).float()
        start = _gaussian(space)(vectors, known, noise)
        hold = 0.0 if noise == 0 else 0.5 / noise**2
        free = (1 - entries) if noise == 0 else torch.ones_like(entries)

        def cost(found: Tensor) -> Tensor:
            held = hold * ((found - vectors).square() * entries).sum()
            return held - flow.log_density(space.whiten(found)).sum()

        return _descended(start, free, cost)

    return restore


def _decoded(space: Space, net: Autoencoder) -> Restore:
    """The latent vector that explains what is seen, decoded."""

    def restore(vectors: Tensor, known: Tensor, noise: float) -> Tensor:
        entries = masks.entries(known).float()
        start = _gaussian(space)(vectors, known, noise)
        latent = net.encode(start)[0].detach()
        deviation = max(noise, 0.05)

        def cost(z: Tensor) -> Tensor:
            gap = (net.decode(z) - vectors) / deviation * entries
            return 0.5 * gap.square().sum() + 0.5 * z.square().sum()

        found = net.decode(_descended(latent, torch.ones_like(latent), cost)).detach()
        return torch.where(masks.entries(known), vectors, found) if noise == 0 else found

    return restore


def _descended(start: Tensor, free: Tensor, cost: Callable[[Tensor], Tensor], steps: int = 120) -> Tensor:
    """Adam from `start` over the `free` entries."""
    step = torch.zeros_like(start, requires_grad=True)
    optimiser = torch.optim.Adam([step], lr=0.02)
    for _ in range(steps):
        optimiser.zero_grad()
        cost(start + step * free).backward()
        optimiser.step()
    return (start + step * free).detach()


def _bound(net: Autoencoder, vectors: Tensor) -> Tensor:
    return net.bound(vectors, 64, torch.Generator().manual_seed(5))
