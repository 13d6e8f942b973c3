"""What a batch of bodies is fitted to: the scene's field, which skin must touch which surface, who belongs together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

Distance = Callable[[Tensor], Tensor]  # points (…, 3) world → metres (…)

CONTACT_POINTS = 48  # vertices that stand for one region in a contact
SKIN_SHARE = 0.3  # the part of a region that must touch the other one


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

    @cached_property
    def by_surface(self) -> dict[str, ContactBatch]:
        """All contacts with each surface as arrays."""
        members: dict[str, list[int]] = {}
        for index, group in enumerate(self.contacts):
            members.setdefault(group.surface, []).append(index)
        return {key: _contact_batch([self.contacts[i] for i in rows], rows) for key, rows in members.items()}

    @cached_property
    def skin_batch(self) -> SkinBatch:
        """All of `skin_contacts` (there must be some) as arrays."""
        return _skin_batch(self.skin_contacts)


@dataclass(frozen=True)
class ContactBatch:
    """G contact groups with one surface."""

    rows: Tensor  # (G,) int64 into Problem.contacts
    body: Tensor  # (G,) int64
    vertices: Tensor  # (G, CONTACT_POINTS) int64
    weight: Tensor  # (G,)
    near_enough: Tensor  # (G, 1)
    counted: Tensor  # (G, CONTACT_POINTS): of distances in ascending order, how much each counts; rows sum to 1


@dataclass(frozen=True)
class SkinBatch:
    """G pairs of skin regions, padded to the same numbers of points."""

    body: Tensor  # (G,) int64
    first: Tensor  # (G, n) int64
    padding: Tensor  # (G, n) bool: points that only fill up
    other: Tensor  # (G,) int64
    second: Tensor  # (G, m) int64, filled up with points that are there already
    weight: Tensor  # (G,)
    counted: Tensor  # (G, n): of gaps in ascending order, how much each counts; rows sum to 1


def _contact_batch(groups: list[ContactGroup], rows: list[int]) -> ContactBatch:
    count = CONTACT_POINTS
    return ContactBatch(
        torch.tensor(rows),
        torch.tensor([g.body for g in groups]),
        torch.stack([g.vertices for g in groups]),
        torch.tensor([g.weight for g in groups]),
        torch.tensor([g.near_enough for g in groups])[:, None],
        torch.stack([_nearest(count, g.share, count) for g in groups]),
    )


def _skin_batch(pairs: tuple[SkinContact, ...]) -> SkinBatch:
    longest, other = max(len(p.first) for p in pairs), max(len(p.second) for p in pairs)
    filled = [(p.first.repeat(longest)[:longest], p.second.repeat(other)[:other]) for p in pairs]
    lengths = torch.tensor([len(p.first) for p in pairs])
    return SkinBatch(
        torch.tensor([p.body for p in pairs]),
        torch.stack([first for first, _ in filled]),
        torch.arange(longest) >= lengths[:, None],
        torch.tensor([p.other for p in pairs]),
        torch.stack([second for _, second in filled]),
        torch.tensor([p.weight for p in pairs]),
        torch.stack([_nearest(len(p.first), SKIN_SHARE, longest) for p in pairs]),
    )


def _nearest(count: int, share: float, size: int) -> Tensor:
    """(size,) the weights that make a mean of the first `share` of `count` sorted values; zero for the rest."""
    first = max(1, int(count * share))
    return torch.cat((torch.full((first,), 1 / first), torch.zeros(size - first)))


def padded(indices: Tensor, count: int = CONTACT_POINTS) -> Tensor:
    """Exactly `count` of `indices` (n,), evenly chosen or repeated."""
    if len(indices) == 0:
        raise ValueError("a contact region without vertices")
    return indices[torch.linspace(0, len(indices) - 1, count).round().long()]
