"""Our own figures of a candidate, because the published ones saturate: where, how deep, how balanced, how human.

    deepest        depth of the deepest vertex inside a solid, apart for the skin that sits or lies (flesh gives way,
                   see `Anatomy.seat_skin`) and for all other skin
    mean depth     over the vertices that are inside
    contact gaps   distance of each skin region that the action names as touching, and of each part that the request
                   names, to what it should touch; 0 once they meet. Wishes (weight below 1) are listed, not judged
    support        whether the named object bears more of the weight than any other; `loads` are the shares
    touches        whether every part that the request names is within `TOUCHING` of its object
    floating       clearance above what is below, 0 where anything carries
    balance        signed distance of the mass centre's ground point to the rim of the base, positive inside; the base
                   is the hull of all skin that is carried, and of skin that firmly leans on something
    self           share of the vertices inside other parts of the same body, see `self_penetration`
    limits         joint angles beyond the clinical ranges, see `joints`
    plausibility   share of held-out real poses that are no more plausible, per cent: 50 is typical, 0 unheard of

Metres, degrees, shares; None where the body or the action is not known well enough to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from .anatomy import FIRM, NOT_BEARING, Action, Anatomy, outward
from .bodies import Body
from .carrying import Carried
from .joints import violations
from .metrics import Place, Reading, gap_to, touch_gaps
from .plausibility import percentile
from .requests import EvaluationRequest
from .self_penetration import self_penetration

Array = np.ndarray
TOUCHING = 0.01  # metres


@dataclass(frozen=True)
class Ours:
    """See the module's first lines."""

    deepest_seat: float
    deepest_elsewhere: float
    mean_depth: float
    contact_gap: float | None  # the largest of the firm ones and of the request's
    floating: float
    balance: float
    still: bool | None  # whether the action asks for balance
    support_right: bool | None
    support_share: float | None
    touches_right: bool | None
    self_share: float
    self_deepest: float
    self_where: str
    limit_count: int | None = None
    limit_worst: float | None = None
    limit_where: str = ""
    plausibility: float | None = None
    loads: Mapping[str, float] = field(default_factory=dict)  # object → share of the weight
    gaps: Mapping[str, float] = field(default_factory=dict)  # “left_soles on floor” → metres

    def as_json(self) -> dict[str, object]:
        return {key: _rounded(value) for key, value in asdict(self).items()}


def bearing_skin(anatomy: Anatomy | None, action: Action | None) -> Array | None:
    """(V,) bool: skin that the action rests firmly on something, from whichever side."""
    if anatomy is None or action is None:
        return None
    regions = {c.region for anchor in action.anchors for c in outward(anchor, firm=True)}
    return anatomy.mask([region for region in regions if not region.endswith(NOT_BEARING)])


def figures(
    body: Body, place: Place, reading: Reading, held: Carried, request: EvaluationRequest, anatomy: Anatomy | None,
    action: Action | None,
) -> Ours:  # fmt: skip
    """Everything about one body."""
    none = np.zeros(len(body.vertices), bool)
    seat = anatomy.seat_skin(action) if anatomy is not None else none
    touched = touch_gaps(body, place, reading, request.touch)
    firm, wished = _action_gaps(body, place, reading, request, anatomy, action)
    judged = {**firm, **touched}
    share = _share_on(place, held, request.support) if request.support else None
    within = self_penetration(body)
    limits = violations(body.rigged) if anatomy is not None and body.rigged is not None else None
    inside = reading.depth[reading.inside]
    return Ours(
        deepest_seat=float(reading.depth[seat].max(initial=0.0)),
        deepest_elsewhere=float(reading.depth[~seat].max(initial=0.0)),
        mean_depth=float(inside.mean()) if len(inside) else 0.0,
        contact_gap=max(judged.values()) if judged else None,
        floating=held.floating,
        balance=held.margin,
        still=action.still if action else None,
        support_right=None if share is None else _carries_most(place, held, request.support),
        support_share=share,
        touches_right=all(gap <= TOUCHING for gap in touched.values()) if touched else None,
        self_share=within.share,
        self_deepest=within.deepest,
        self_where=within.where,
        limit_count=limits.count if limits else None,
        limit_worst=limits.worst if limits else None,
        limit_where=limits.where if limits else "",
        plausibility=percentile(body.rigged) if anatomy is not None and body.rigged is not None else None,
        loads=_by_name(place, held),
        gaps={**judged, **{f"({name})": gap for name, gap in wished.items()}},
    )


def _action_gaps(
    body: Body, place: Place, reading: Reading, request: EvaluationRequest, anatomy: Anatomy | None,
    action: Action | None,
) -> tuple[dict[str, float], dict[str, float]]:  # fmt: skip
    """Firm contacts and wishes of the action, done the way round that fits the body better."""
    if anatomy is None or action is None:
        return {}, {}
    everything = np.arange(len(place.names))
    support = place.objects_named(request.support) if request.support else everything
    touched = [own for name in request.touch.values() for own in place.objects_named(name)]
    targets = {"support": support, "touch": np.array(sorted(set(touched)) or everything, int)}
    ways = []
    for anchor in action.anchors:
        firm: dict[str, float] = {}
        wishes: dict[str, float] = {}
        for contact in outward(anchor):
            skin = anatomy.mask([contact.region])
            if skin.any():
                gap = gap_to(body, place, reading, targets.get(contact.to, everything), skin)
                (firm if contact.weight >= FIRM else wishes)[f"{contact.region} on {contact.to}"] = gap
        ways.append((firm, wishes))
    return min(ways, key=lambda gaps: max(gaps[0].values(), default=0.0))


def _by_name(place: Place, held: Carried) -> dict[str, float]:
    shares: dict[str, float] = {}
    for index, load in held.loads.items():
        shares[place.names[index]] = shares.get(place.names[index], 0.0) + load
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _share_on(place: Place, held: Carried, name: str) -> float:
    wanted = set(place.objects_named(name).tolist())
    return float(sum(load for index, load in held.loads.items() if index in wanted))


def _carries_most(place: Place, held: Carried, name: str) -> bool:
    wanted = set(place.objects_named(name).tolist())
    others = max((load for index, load in held.loads.items() if index not in wanted), default=0.0)
    return _share_on(place, held, name) > others


def _rounded(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return round(value, 5)
    return {key: _rounded(own) for key, own in value.items()} if isinstance(value, dict) else value
