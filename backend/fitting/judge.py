"""Measuring a finished body against the place: the figures shown to the user, and what orders the candidates."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from backend.body.model import BodyModel
from backend.body.posing import PosedBody

from .surfaces import Surroundings


@dataclass(frozen=True)
class Verdict:
    non_collision: float  # share of outer vertices with signed distance ≥ 0
    deepest_penetration: float  # metres
    support_gap: float  # metres between the body and the named support
    floating: float  # metres between the body and anything at all
    touch_gap: float  # metres, the worst of the touches asked for
    limit_excess: float  # radians beyond a hinge's range
    cost: float  # the fit's energy

    @property
    def score(self) -> float:
        """Lower is better; what a viewer would notice first weighs most."""
        return (
            self.cost
            + 40 * max(0.0, self.deepest_penetration - 0.012)
            + 20 * max(0.0, 0.992 - self.non_collision)
            + 15 * max(0.0, self.support_gap - 0.006)
            + 8 * max(0.0, self.touch_gap - 0.012)
            + self.limit_excess
        )

    def metrics(self) -> dict[str, float]:
        return {name: round(value, 5) for name, value in vars(self).items()}


def judge(
    model: BodyModel,
    body: PosedBody,
    place: Surroundings,
    touches: list[tuple[str, Tensor]],
    cost: float,
    excess: float,
    clearance: float = 0.0,
) -> Verdict:
    """`touches`: surface key and the vertices (n,) that should reach it; `clearance`: metres of air that a leap has."""
    outer = body.vertices[model.topology.outer]
    distance = place.field.sample(outer)
    gaps = [float(place.surfaces[key].sample(body.vertices[region]).min()) for key, region in touches]
    return Verdict(
        non_collision=float((distance >= 0).float().mean()),
        deepest_penetration=float((-distance).amax().clamp_min(0)),
        support_gap=max(0.0, float(place.surfaces["support"].sample(outer).min()) - clearance),
        floating=max(0.0, float(distance.amin()) - clearance),
        touch_gap=max(gaps, default=0.0),
        limit_excess=excess,
        cost=cost,
    )


def worst(verdicts: list[Verdict]) -> Verdict:
    """The figures of several people as those of one candidate."""
    return Verdict(
        non_collision=min(v.non_collision for v in verdicts),
        **{
            name: max(getattr(v, name) for v in verdicts)
            for name in ("deepest_penetration", "support_gap", "floating", "touch_gap", "limit_excess")
        },
        cost=sum(v.cost for v in verdicts) / len(verdicts),
    )
