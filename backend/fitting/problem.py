"""What a batch of bodies is fitted to: the scene's field, which skin must touch which surface, who belongs together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

Distance = Callable[[Tensor], Tensor]  # points (…, 3) world → metres (…)

CONTACT_POINTS = 48  # vertices that stand for one region in a contact


@dataclass(frozen=True)
class ContactGroup:
    """Vertices of one body that should meet one surface. The nearest quarter of them counts."""

    body: int  # index in the batch
    vertices: Tensor  # (CONTACT_POINTS,) int64 into the fitted vertices, padded by repetition
    surface: str  # key of Problem.surfaces
    weight: float
    region: str
    share: float = 0.25  # the part of the region that must touch
    near_enough: float = 0.0  # metres that count as touching: hands lie on things, they do not press into them


@dataclass(frozen=True)
class SelfContact:
    """Two regions of one body that should touch each other, like a palm and the hip."""

    body: int
    first: Tensor  # (n,) int64
    second: Tensor  # (m,) int64
    weight: float


@dataclass(frozen=True)
class Problem:
    signed_distance: Distance  # the whole scene, positive outside solids
    surfaces: dict[str, Distance]  # unsigned distance to single objects, by name
    contacts: tuple[ContactGroup, ...]
    self_contacts: tuple[SelfContact, ...]
    allowance: Tensor  # (P,) metres that each vertex may be pressed into a surface
    balanced: Tensor  # (N,) bool: the mass centre must be over the feet
    feet: Tensor  # (n,) int64, the vertices that span the base of support
    companions: tuple[tuple[int, int], ...] = ()  # pairs of bodies in one candidate that must not collide
    normals: dict[str, Tensor] = field(default_factory=dict)


def padded(indices: Tensor, count: int = CONTACT_POINTS) -> Tensor:
    """Exactly `count` of `indices` (n,), evenly chosen or repeated."""
    if len(indices) == 0:
        raise ValueError("a contact region without vertices")
    return indices[torch.linspace(0, len(indices) - 1, count).round().long()]
