"""The energy's terms. Each takes posed bodies and returns (N,) costs, one per body: candidates stay independent.

Sources: penetration and contact follow GenZI's scene terms (eq. for λ_si, λ_nc in its appendix) with named surfaces in
place of "any contact"; the sphere terms and the balance term are ours.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.rotations import log

from .limits import ELBOW_STRAIGHT, KNEE_RANGE, hinge_axes, largest, rest_elbow_flexion, stiffness
from .problem import CONTACT_POINTS, Problem
from .rig import JOINT_NAMES, Bodies, FittingRig, Pose

SKIN_TO_SKIN = 0.006  # metres between vertices of skin that touches skin: surfaces meet between vertices
SAFE = 0.03  # metres that the mass centre should keep from the edge of the support polygon
_LIFTED = 4.0  # metres that a point's reach shrinks per metre that it is off its surface
_ANGLES = torch.arange(16) * (torch.pi / 8)
_COMPASS = torch.stack((_ANGLES.cos(), _ANGLES.sin()), 1)


class JointLimits:
    """Cost of leaving a joint's range, and of leaving the anchor."""

    def __init__(self, rig: FittingRig) -> None:
        names = rig.model.skeleton.bone_names
        bones = {"knee": "lowerleg01", "elbow": "lowerarm01"}
        self.stiffness, self.largest = stiffness(), largest()
        self.axes = hinge_axes(rig.model, rig.shaped[0])
        self.hinged = self.axes.norm(dim=1) > 0
        self.start = torch.zeros(len(rig), len(JOINT_NAMES))
        self.low = torch.full((len(JOINT_NAMES),), -10.0)
        self.high = torch.full((len(JOINT_NAMES),), 10.0)
        straight = -rest_elbow_flexion(rig.model, rig.shaped[0]) + ELBOW_STRAIGHT
        for row, name in enumerate(JOINT_NAMES):
            side, _, kind = name.partition("_")
            if kind not in bones:
                continue
            bone = names.index(bones[kind] + (".L" if side == "left" else ".R"))
            self.start[:, row] = log(rig.anchors[:, bone]) @ self.axes[row]
            self.low[row], self.high[row] = KNEE_RANGE if kind == "knee" else (straight, 2.2)
        # The anchor is known to be human: a straight leg is straighter than the rest pose's, and no fit should bend it.
        self.low, self.high = torch.minimum(self.low, self.start), torch.maximum(self.high, self.start)

    def anchor(self, pose: Pose) -> Tensor:
        """Squared deviation from the anchor in units of each joint's typical one."""
        return (pose.joints * self.stiffness).square().sum((1, 2))

    def limits(self, pose: Pose) -> Tensor:
        """Zero inside the joints' ranges; hinges may not turn sideways."""
        beyond = (pose.joints.abs() - self.largest).clamp_min(0).square().sum((1, 2))
        along = (pose.joints * self.axes).sum(-1)
        sideways = (pose.joints - along[..., None] * self.axes).square().sum(-1) * self.hinged
        angle = self.start + along
        outside = ((self.low - angle).clamp_min(0) + (angle - self.high).clamp_min(0)) * self.hinged
        return beyond + 4 * sideways.sum(1) + 10 * outside.square().sum(1)

    def violations(self, pose: Pose) -> Tensor:
        """(N,) radians, the worst hinge's excess."""
        angle = self.start + (pose.joints * self.axes).sum(-1)
        return (((self.low - angle).clamp_min(0) + (angle - self.high).clamp_min(0)) * self.hinged).amax(1)


def penetration(bodies: Bodies, rig: FittingRig, problem: Problem) -> tuple[Tensor, Tensor]:
    """Skin below the allowance, and medial spheres pressed by more than their flesh: two (N,) costs."""
    points = torch.cat((bodies.vertices, bodies.spheres), 1)
    distance = problem.signed_distance(points)
    count = bodies.vertices.shape[1]
    depth = (-distance[:, :count] - problem.allowance).clamp_min(0)
    skin = depth.square().sum(1) + 0.004 * depth.sum(1)
    squeeze = (0.8 * rig.sphere_radii - distance[:, count:]).clamp_min(0)
    return skin, squeeze.square().sum(1)


def contact(bodies: Bodies, problem: Problem) -> tuple[Tensor, Tensor, Tensor]:
    """Weighted robust gaps (N,) summed over each body's contacts, the gaps (G,) and every point's (G, n) in metres."""
    total = torch.zeros(len(bodies.vertices))
    gaps = torch.zeros(len(problem.contacts))
    open_by = torch.zeros(len(problem.contacts), CONTACT_POINTS)
    for surface, groups in problem.by_surface.items():
        distance = problem.surfaces[surface](_points(bodies, groups.body, groups.vertices))
        open_by = open_by.index_copy(0, groups.rows, distance)
        nearest = (distance - groups.near_enough).clamp_min(0).sort(dim=1).values
        shares = (nearest * groups.counted).sum(1)
        # Geman-McClure-like beyond 15 cm: a hopeless contact must not tear the body apart.
        robust = shares.square() / (1 + shares.square() / 0.15**2) + 0.01 * shares
        total = total.index_add(0, groups.body, groups.weight * robust)
        gaps = gaps.index_copy(0, groups.rows, shares)
    return total, gaps, open_by


def _points(bodies: Bodies, body: Tensor, vertices: Tensor) -> Tensor:
    """(G, n, 3) the `vertices` (G, n) of bodies (G,)."""
    rows = body[:, None] * bodies.vertices.shape[1] + vertices
    # index_select: its gradient is an addition, that of plain indexing a slow scatter.
    return bodies.vertices.flatten(0, 1).index_select(0, rows.flatten()).unflatten(0, vertices.shape)


def skin_contact(bodies: Bodies, problem: Problem) -> Tensor:
    """(N,) squared gaps between regions of skin that should meet."""
    pairs = problem.skin_batch
    first = _points(bodies, pairs.body, pairs.first)
    with torch.no_grad():
        nearest = torch.cdist(first, _points(bodies, pairs.other, pairs.second)).argmin(2)
    meeting = _points(bodies, pairs.other, pairs.second.gather(1, nearest))
    # A safe root: its gradient is infinite at zero.
    distance = ((first - meeting).square().sum(2) + 1e-12).sqrt()
    gap = (distance - SKIN_TO_SKIN).clamp_min(0).masked_fill(pairs.padding, 1e3).sort(dim=1).values
    cost = pairs.weight * (gap * pairs.counted).sum(1).square()
    return torch.zeros(len(bodies.vertices)).index_add(0, pairs.body, cost)


def self_penetration(bodies: Bodies, rig: FittingRig) -> Tensor:
    """(N,) overlap of spheres of different limbs."""
    first, second = rig.self_pairs
    distance = (bodies.spheres.index_select(1, first) - bodies.spheres.index_select(1, second)).norm(dim=-1)
    least = 0.95 * (rig.sphere_radii[:, first] + rig.sphere_radii[:, second])
    return (least - distance).clamp_min(0).square().sum(1)


def collision(bodies: Bodies, rig: FittingRig, problem: Problem) -> Tensor:
    """(N,) overlap between people of the same candidate."""
    total = torch.zeros(len(bodies.vertices))
    for a, b in problem.companions:
        distance = torch.cdist(bodies.spheres[a], bodies.spheres[b])
        least = rig.sphere_radii[a][:, None] + rig.sphere_radii[b][None] + problem.apart
        overlap = (least - distance).clamp_min(0).square().sum()[None]
        total = total.index_add(0, torch.tensor([a]), overlap).index_add(0, torch.tensor([b]), overlap)
    return total


def mass_center(bodies: Bodies, rig: FittingRig) -> Tensor:
    """(N, 3) centre of mass of the medial spheres, whose volumes stand for the flesh around them."""
    mass = rig.sphere_radii**2.2
    return (bodies.spheres * mass[..., None]).sum(1) / mass.sum(1)[:, None]


def balance(bodies: Bodies, rig: FittingRig, problem: Problem, open_by: Tensor) -> Tensor:
    """(N,) squared metres by which the mass centre is nearer than SAFE to the edge of the support polygon, or outside.

    The polygon is the convex hull, seen from above, of the skin that carries; a point counts the less the farther it
    is from its surface (`open_by`: (G, n) metres). A hull contains a point if it does so in every direction.
    """
    carrying = [k for k, group in enumerate(problem.contacts) if group.carries]
    if not carrying or not problem.balanced.any():
        return torch.zeros(len(bodies.vertices))
    owner = torch.tensor([problem.contacts[k].body for k in carrying])
    points = _points(bodies, owner, torch.stack([problem.contacts[k].vertices for k in carrying]))
    reach = points[..., :2] @ _COMPASS.T - _LIFTED * open_by[carrying][..., None]  # (G, n, directions)
    hull = torch.full((len(bodies.vertices), len(_COMPASS)), -10.0)
    hull = hull.scatter_reduce(0, owner[:, None].expand(-1, len(_COMPASS)), reach.amax(1), "amax")
    margin = (hull - mass_center(bodies, rig)[:, :2] @ _COMPASS.T).amin(1)
    has_base = torch.zeros(len(hull), dtype=torch.bool).index_fill(0, owner, True)
    return (SAFE - margin).clamp(0, 0.5).square() * (problem.balanced & has_base)
