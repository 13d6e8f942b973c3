"""Weights of the energy's terms over time: values at evenly spaced knots, linearly interpolated between them.

The two presets follow GenZI's knots and thresholds for its two kinds of scene (outdoor scenes of artists; scanned
rooms): what counts when is theirs. Different are: the prior's weight, in nats of ours; self-penetration, in squared
metres of our spheres; a tenth of the shape's weight, since six phenotypes say as much about a body as many betas; and
indoors the last weights of the scene (theirs: 50 and 1000), which push a body so hard that it leaves what the views
show, by 6 to 18 cm where there was 1: here the contact fit follows. The number of iterations is a parameter of its own:
with a triangulated start a quarter of GenZI's 1600 is enough (see docs/evaluation.md).
"""

from __future__ import annotations

from dataclasses import dataclass

Knots = tuple[float, ...]


@dataclass(frozen=True)
class Weights:
    """Knots of every term's weight."""

    prior: Knots  # per 1/24 nat above the typical pose: the mean square of a whitened latent code
    shape: Knots  # per squared standard deviation
    penetration: Knots  # per metre, mean over what is inside
    no_contact: Knots  # per metre of air
    self_penetration: Knots  # per squared metre of overlapping spheres
    angles: Knots  # per radian beyond a joint's range
    floating: Knots = (0.0,)  # per unit of sigmoid(10 · metres above the target)

    def at(self, progress: float) -> dict[str, float]:
        """The weights at `progress` 0…1."""
        return {name: interpolated(knots, progress) for name, knots in vars(self).items()}


def interpolated(knots: Knots, progress: float) -> float:
    if len(knots) == 1:
        return knots[0]
    place = min(max(progress, 0.0), 1.0) * (len(knots) - 1)
    index = min(int(place), len(knots) - 2)
    return knots[index] + (place - index) * (knots[index + 1] - knots[index])


@dataclass(frozen=True)
class Parameters:
    weights: Weights
    threshold: float  # metres: signed distance below which a point is inside (θ); negative lets skin touch
    iterations: int = 400
    learning_rate: float = 0.01
    weight_decay: float = 0.01  # of AdamW
    frozen: float = 0.25  # the part of the iterations in which view weights do not move
    fall: float = 0.25  # the part at the end in which steps shrink to a tenth
    least_views: float = 3.0  # that must be believed; from as many views on
    rho: float = 0.2  # Geman-McClure's scale, parts of the picture
    discard: float = 0.1  # what not believing all views costs: else the best three would be enough
    flip_cost: float = 0.02  # for taking half a body's left for its right in one view
    flip_softness: float = 0.01
    restarts: int = 4  # per candidate, in one batch
    skin_points: int = 320

    @property
    def knots(self) -> tuple[float, ...]:
        """Progress at which a segment ends."""
        return tuple(k / 4 for k in range(5))


OUTDOOR = Parameters(
    Weights(
        prior=(0.0, 0.0, 0.0, 1e-4, 1e-3),
        shape=(0.0, 0.0, 0.0, 1e-4, 0.02),
        penetration=(1.0, 0.1, 0.01, 0.1, 1.0),
        no_contact=(0.0, 0.0, 0.0, 5.0, 10.0),
        self_penetration=(0.0, 0.0, 0.0, 0.5, 1.0),
        angles=(0.0, 0.0, 0.0, 1.0, 1.0),
    ),
    threshold=-0.01,
)
INDOOR = Parameters(
    Weights(
        prior=(0.0, 0.0, 0.0, 3e-4, 3e-3),
        shape=(0.0, 0.0, 0.0, 0.01, 0.1),
        penetration=(10.0, 1.0, 0.1, 1.0, 2.0),
        no_contact=(0.0, 0.0, 0.0, 5.0, 10.0),
        self_penetration=(0.0, 0.0, 0.0, 0.5, 2.0),
        angles=(0.0, 0.0, 0.0, 1.0, 1.0),
    ),
    threshold=0.0,
)
