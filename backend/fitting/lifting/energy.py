"""The lifting energy, GenZI's with additions, of M bodies seen by V views: each term an (M,) cost.

    L = relu(3 − Σ w_v)  +  J · Σ_v w_v Σ_j c_vj Σ_xy ρ(x̂_vj − x_vj) / Σ_v w_v c̄_v  +  λ_d · mean_v (1 − w_v) c̄_v
      + λ_pose · cost(z) + λ_shape · mean (b β)² + λ_si · depth + λ_nc · gap
      + λ_sp · overlap + λ_ang · mean relu(beyond) + λ_float · mean σ(10 (z − z₀))

w_v = σ(logit), c̄_v the mean confidence of a view, J the number of keypoints: GenZI's weighted mean, per keypoint, so
that a view that shows half a person counts half. The third term is ours: without it the minimum of the weighted mean
is to believe the three best views only and to throw away whatever the others know.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.rotations import frame

from .pose_space import Decoded
from .problem import LiftingProblem, State
from .reduced import Frames, ReducedBody
from .robust import Seen, ViewErrors, distances, view_errors
from .scene_terms import floating, penetration_and_air
from .schedule import Parameters
from .shape_space import ShapePrior
from .views2d import KEYPOINTS, Lenses

WEIGHING = 3  # views from which on they are weighed against each other
_SCENE = ("penetration", "no_contact", "floating")
_MOST_SCENE = 0.05  # that the scene's terms count in ranking: as much as every keypoint 17 of 512 pixels off in x and y
_FOCAL_SPREAD = 0.25  # of the log of an unknown focal length


@dataclass(frozen=True)
class Evaluated:
    parts: dict[str, Tensor]  # (M,) weighted
    views: ViewErrors
    weights: Tensor  # (M, V)
    keypoints: Tensor  # (M, 23, 3)
    local: Tensor  # (M, bones, 3, 3) local rotations of the moving bones
    frames: Frames

    @property
    def total(self) -> Tensor:
        """(M,)"""
        return torch.stack(list(self.parts.values())).sum(0)

    @property
    def rank(self) -> Tensor:
        """(M,) lower is better: the total, but with the scene's terms bounded.

        Their weights are made for descending, a body that ends a centimetre above its seat would cost more than one
        that no view shows; the contact fit comes later and mends centimetres.
        """
        scene = torch.stack([self.parts[name] for name in _SCENE if name in self.parts] or [torch.zeros(1)]).sum(0)
        return self.total - scene + scene.clamp(max=_MOST_SCENE)


class Energy:
    def __init__(
        self, body: ReducedBody, lenses: Lenses, seen: Seen, problem: LiftingProblem, prior: ShapePrior,
        parameters: Parameters, *, focal_known: bool = True,
    ) -> None:  # fmt: skip
        self.body, self.lenses, self.seen = body, lenses, seen
        self._problem, self._prior, self._parameters = problem, prior, parameters
        self._focal_known = focal_known
        self.weighing = len(lenses) >= WEIGHING

    def shape_values(self, deviations: Tensor) -> Tensor:
        """(M, K) values of the shape space."""
        return self._prior.values(deviations)

    def skin(self, state: State, rows: Tensor) -> Tensor:
        """(R, P, 3) metres, world: the thinned skin of some bodies, to show."""
        with torch.no_grad():
            _, corners, _, frames = self._posed(state.taken(rows))
            return self.body.skin(corners, frames)

    def reprojection(self, found: Evaluated, state: State) -> Tensor:
        """(M,) pixels: mean distance of confident keypoints in the views that are believed."""
        projected = self.lenses.project(found.keypoints, self._focal(state))
        off, trust = distances(self.seen, projected, found.views.swapped)
        weight = trust * found.weights[..., None]
        return (off * self.lenses.sizes[:, None] * weight).sum((1, 2)) / weight.sum((1, 2)).clamp_min(1e-6)

    def _focal(self, state: State) -> Tensor | None:
        return None if self._focal_known else state.focal[:, 0].exp()

    def _posed(self, state: State) -> tuple[Decoded, Tensor, Tensor, Frames]:
        """The pose, corner weights, local rotations (M, bones, 3, 3) of the moving bones, their frames."""
        decoded = self.body.poses.decode(state.latent)
        weights = self.body.shapes.weights(self._prior.values(state.shape))
        root = frame(state.orientation[:, :3], state.orientation[:, 3:])
        local = torch.cat((root[:, None], decoded.bones), 1)
        return decoded, weights, local, self.body.frames(weights, local, state.position)

    def __call__(self, state: State, weight: dict[str, float]) -> Evaluated:
        """`weight`: of every term at this moment; terms without any are not computed."""
        decoded, corners, local, frames = self._posed(state)
        keypoints = self.body.keypoints(corners, frames)
        parameters = self._parameters
        views = view_errors(
            self.seen, self.lenses.project(keypoints, self._focal(state)), parameters.rho, parameters.flip_cost,
            parameters.flip_softness,
        )  # fmt: skip
        parts, believed = self._views(state, views)
        if weight["prior"]:
            parts["prior"] = weight["prior"] * self.body.poses.cost(state.latent)
        if weight["shape"]:
            parts["shape"] = weight["shape"] * self._prior.cost(state.shape)
        if weight["angles"]:
            parts["angles"] = weight["angles"] * self.body.poses.angles(decoded)
        if weight["self_penetration"]:
            parts["self_penetration"] = weight["self_penetration"] * self.body.self_penetration(frames)
        if not self._focal_known:
            parts["focal"] = 0.01 * (state.focal[:, 0] / _FOCAL_SPREAD).square()
        parts |= self._scene(corners, frames, weight)
        return Evaluated(parts, views, believed, keypoints, local, frames)

    def _views(self, state: State, views: ViewErrors) -> tuple[dict[str, Tensor], Tensor]:
        parameters = self._parameters
        if not self.weighing:
            error = KEYPOINTS * views.total.sum(1) / (KEYPOINTS * views.trust.sum(1)).clamp_min(1)
            return {"reprojection": error}, torch.ones_like(views.total)
        believed = torch.sigmoid(state.logits) * (views.trust > 0)
        shown = (believed * views.trust).sum(1).clamp_min(1e-3)
        reprojection = (believed * views.total).sum(1) / shown
        missing = (parameters.least_views - believed.sum(1)).clamp_min(0)
        discarded = ((1 - believed) * views.trust).mean(1)
        return {
            "reprojection": reprojection, "views": missing, "discarded": parameters.discard * discarded
        }, believed  # fmt: skip

    def _scene(self, corners: Tensor, frames: Frames, weight: dict[str, float]) -> dict[str, Tensor]:
        parts: dict[str, Tensor] = {}
        problem = self._problem
        if problem.signed_distance is not None and (weight["penetration"] or weight["no_contact"]):
            skin = self.body.skin(corners, frames)
            depth, gap = penetration_and_air(skin, problem.signed_distance, self._parameters.threshold)
            parts["penetration"], parts["no_contact"] = weight["penetration"] * depth, weight["no_contact"] * gap
        if problem.target_height is not None and weight["floating"]:
            parts["floating"] = weight["floating"] * floating(frames.positions[:, 0], problem.target_height)
        return parts
