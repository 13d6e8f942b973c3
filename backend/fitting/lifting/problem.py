"""What a lifting is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from backend.body.posing import PosedBody
from backend.fitting.problem import Distance

from .shape_space import ShapePrior


@dataclass(frozen=True)
class LiftingProblem:
    """The circumstances of the people in the pictures."""

    signed_distance: Distance | None = None  # of the scene, metres, positive outside; None: no scene terms
    target_height: float | None = None  # metres, world z of the point looked at, for the floating term
    shape: ShapePrior | None = None  # None: anybody


@dataclass(frozen=True)
class State:
    """What is optimised, of M bodies."""

    position: Tensor  # (M, 3) metres, world, of the root's head
    orientation: Tensor  # (M, 6) the first two columns of the root's rotation, not orthonormal
    latent: Tensor  # (M, D) of the pose space
    shape: Tensor  # (M, K) in spreads of the shape prior
    logits: Tensor  # (M, V) of the views' weights
    focal: Tensor  # (M, 1) log of what the cameras' focal lengths are multiplied by

    def taken(self, rows: Tensor) -> State:
        return State(*(getattr(self, f.name)[rows] for f in fields(State)))

    def detached(self) -> State:
        return State(*(getattr(self, f.name).detach().clone() for f in fields(State)))


@dataclass(frozen=True)
class Lifted:
    """N bodies, best first: those that most views agree on, with bounded regard for the scene (`Evaluated.rank`)."""

    bodies: tuple[PosedBody, ...]  # exact: rotations, root position, phenotype (in `shaped`), vertices
    candidate: Tensor  # (N,) int64 index into the views' candidates
    view_weights: Tensor  # (N, V) 0…1: how far each view is believed
    energy: Tensor  # (N,) weighted sum of all terms at the last weights
    energies: dict[str, Tensor]  # (N,) each term, weighted; "reprojection", "views", "discarded", …
    reprojection: Tensor  # (N,) pixels: root mean square over the views believed, confident keypoints, robust
    swapped: Tensor  # (N, V, 2) how far upper and lower half are believed to have their sides exchanged
    keypoints: Tensor  # (N, 23, 3) metres, world
    state: State  # to begin the next stage from
    skipped: int = 0  # steps not taken for gradients that were not finite

    def __len__(self) -> int:
        return len(self.bodies)

    @property
    def vertices(self) -> Tensor:
        """(N, V, 3) metres, world."""
        return torch.stack([body.vertices for body in self.bodies])
