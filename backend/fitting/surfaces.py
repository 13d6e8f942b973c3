"""Distances to single objects, as the fit needs them: exact at contact, and cut down to the part that counts.

All sample world points (…, 3) in metres and return (…) metres, differentiably.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from backend.place.field import Field
from backend.place.mounts import Mount


class Surface:
    """Unsigned distance to some of the scene's objects, exact through zero where they are what is nearest.

    An unsigned distance sampled on a grid never reaches zero between nodes; a signed one does. So the distance is
    |signed distance of the scene| plus how much farther these objects are than whatever is nearest (0 on them).
    """

    def __init__(self, field: Field, distance: Field) -> None:
        """`distance` may be on a coarser grid than `field`: the difference is smooth where it matters."""
        nodes = torch.stack(
            torch.meshgrid(
                *(
                    distance.origin[k] + distance.voxel * torch.arange(n)
                    for k, n in enumerate(distance.signed_distance.shape)
                ),
                indexing="ij",
            ),
            -1,
        )
        excess = (distance.signed_distance - field.sample(nodes).abs()).clamp_min(0)
        self._scene, self._own = field, distance
        self._excess = replace(distance, signed_distance=excess)

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres, differentiable."""
        return self._scene.sample(points).abs() + self._excess.sample(points)

    @property
    def nbytes(self) -> int:
        """Of its own arrays; the scene's field is not its own."""
        return self._own.nbytes + self._excess.signed_distance.nbytes

    def sample_object(self, points: Tensor) -> Tensor:
        """The nearest of these objects to each point, or −1."""
        return self._own.sample_object(points)


class Raised:
    """A surface of which only what is above a height counts: a wall's top, a bike's handlebar. Metres."""

    def __init__(self, surface: Surface, height: float) -> None:
        self._surface, self._height = surface, height

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres: below the height, what is missing to it is added."""
        return self._surface.sample(points) + (self._height - points[..., 2]).clamp_min(0)

    def sample_object(self, points: Tensor) -> Tensor:
        return self._surface.sample_object(points)


class Level:
    """A surface of which only what is at a height counts: a laptop's keys and not its lid, a mug below its rim. Metres.

    `slack`: how far above and below that still is there.
    """

    def __init__(self, surface: Surface, height: float, slack: float) -> None:
        self.whole, self._height, self._slack = surface, height, slack

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres: what is missing to the height is added."""
        return self.whole.sample(points) + ((points[..., 2] - self._height).abs() - self._slack).clamp_min(0)

    def sample_object(self, points: Tensor) -> Tensor:
        return self.whole.sample_object(points)


class Spot:
    """A surface of which only what is near a point counts: a saddle, a grip, a pedal. Metres."""

    def __init__(self, surface: Surface, center: Tensor, radius: float) -> None:
        self._surface, self._center, self._radius = surface, center, radius

    def sample(self, points: Tensor) -> Tensor:
        """Beyond the radius, what is missing to it is added."""
        return self._surface.sample(points) + ((points - self._center).norm(dim=-1) - self._radius).clamp_min(0)

    def sample_object(self, points: Tensor) -> Tensor:
        return self._surface.sample_object(points)


@dataclass(frozen=True)
class Core:
    """An upright cylinder inside a small thing that is held: a cup is open, but nobody holds it with fingers in it."""

    center: Tensor  # (2,) metres, world
    radius: float
    top: float  # metres, world z

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres, negative inside."""
        return torch.maximum((points[..., :2] - self.center).norm(dim=-1) - self.radius, points[..., 2] - self.top)


@dataclass(frozen=True)
class Surroundings:
    """The stage as distances."""

    field: Field
    surfaces: dict[str, Surface | Raised | Level | Spot]  # by key: support, floor, touch0…, saddle, left_grip…
    mount: Mount | None = None  # what is ridden
    cores: tuple[Core, ...] = ()  # of what is held

    def signed_distance(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres, positive outside all solids and outside what is held."""
        distance = self.field.sample(points)
        for core in self.cores:
            distance = torch.minimum(distance, core.sample(points))
        return distance
