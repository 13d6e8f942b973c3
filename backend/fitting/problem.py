"""What a batch of bodies is fitted to: the scene's field, which skin must touch which surface, who belongs together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    carries: bool = False  # part of the base that the mass centre must be over


@dataclass(frozen=True)
class SkinContact:
    """Two regions of skin that should touch each other: a palm and the hip, or the hands of two people."""

    body: int
    first: Tensor  # (n,) int64
    other: int  # the body of the second region; the same one for a palm on the own hip
    second: Tensor  # (m,) int64
    weight: float


@dataclass(frozen=True)
class Problem:
    signed_distance: Distance  # the whole scene, positive outside solids
    surfaces: dict[str, Distance]  # unsigned distance to single objects, by name
    contacts: tuple[ContactGroup, ...]
    skin_contacts: tuple[SkinContact, ...]
    allowance: Tensor  # (P,) metres that each vertex may be pressed into a surface
    balanced: Tensor  # (N,) bool: the mass centre must be over what carries the body
    companions: tuple[tuple[int, int], ...] = ()  # pairs of bodies in one candidate that must not collide
    apart: float = 0.03  # metres between companions; negative where they hold each other


def padded(indices: Tensor, count: int = CONTACT_POINTS) -> Tensor:
    """Exactly `count` of `indices` (n,), evenly chosen or repeated."""
    if len(indices) == 0:
        raise ValueError("a contact region without vertices")
    return indices[torch.linspace(0, len(indices) - 1, count).round().long()]
