"""A pose as sixteen joint rotations: what a pose prior looks at, whatever number of bones a rig spreads them over.

A joint's rotation is the product of its bones' local rotations (convention of model.py: axes parallel to the object
frame), so it does not depend on how a bend is shared among the spine's bones or a twist between the two of a thigh.
The root is left out: which way up a person is says nothing about whether the pose is possible.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .rotations import exp, fraction, log, unit

_SIDED: dict[str, tuple[str, ...]] = {
    "clavicle": ("clavicle", "shoulder01"), "shoulder": ("upperarm01", "upperarm02"),
    "elbow": ("lowerarm01", "lowerarm02"), "wrist": ("wrist",), "hip": ("pelvis", "upperleg01", "upperleg02"),
    "knee": ("lowerleg01", "lowerleg02"), "ankle": ("foot",),
}  # fmt: skip
# Joint → bones, from the root outwards.
CHAINS: dict[str, tuple[str, ...]] = {
    "spine": ("spine05", "spine04", "spine03", "spine02", "spine01"),
    "neck": ("neck01", "neck02", "neck03", "head"),
    **{
        f"{side}_{joint}": tuple(bone + suffix for bone in bones)
        for side, suffix in (("left", ".L"), ("right", ".R"))
        for joint, bones in _SIDED.items()
    },
}
POSE_JOINTS: tuple[str, ...] = tuple(CHAINS)
# The last bone of the joint that each joint hangs on.
_ABOVE = {
    "spine": "root", "neck": "spine01", "clavicle": "spine01", "shoulder": "shoulder01", "elbow": "upperarm02",
    "wrist": "lowerarm02", "hip": "root", "knee": "upperleg02", "ankle": "lowerleg01",
}  # fmt: skip
# Shares of a joint's twist that the bones of the forearm take; the upper arm and the thigh halve theirs.
_FOREARM_SHARE = 0.25


def mirror_order() -> tuple[int, ...]:
    """Joint indices after swapping left and right."""
    swap = {"left": "right", "right": "left"}
    return tuple(
        POSE_JOINTS.index(f"{swap[side]}_{rest}" if (side := name.partition("_")[0]) in swap else name)
        for name in POSE_JOINTS
        for rest in [name.partition("_")[2]]
    )


def mirrored(joints: Tensor) -> Tensor:
    """The left-right twins of poses (…, 16, 3, 3)."""
    flip = joints.new_tensor([-1.0, 1.0, 1.0])
    return (flip[:, None] * joints * flip)[..., list(mirror_order()), :, :]


class JointReader:
    """Joint rotations from the local rotations of bones with the given names, whichever of them there are."""

    def __init__(self, bone_names: Sequence[str]) -> None:
        index = {name: k for k, name in enumerate(bone_names)}
        chains = [[index[bone] for bone in chain if bone in index] for chain in CHAINS.values()]
        depth = max(map(len, chains))
        # Missing links point to an identity appended at the end; leading ones, so that products keep their order.
        padded = [[len(bone_names)] * (depth - len(chain)) + chain for chain in chains]
        self._links = torch.tensor(padded)

    def __call__(self, rotations: Tensor) -> Tensor:
        """(N, B, 3, 3) → (N, 16, 3, 3), differentiable."""
        identity = torch.eye(3, dtype=rotations.dtype).expand(len(rotations), 1, 3, 3)
        links = torch.cat((rotations, identity), 1)[:, self._links]
        product = links[:, :, 0]
        for step in range(1, links.shape[2]):
            product = product @ links[:, :, step]
        return product


class OrientationReader:
    """Joint rotations from the orientations of bones, which cost less than the product of a joint's bones."""

    def __init__(self, bone_names: Sequence[str]) -> None:
        """`bone_names` may leave out bones that keep their anchor's rotation, as a fitting rig's do."""
        index = {name: k for k, name in enumerate(bone_names)}
        self._last = torch.tensor([[index[b] for b in chain if b in index][-1] for chain in CHAINS.values()])
        above = []
        for joint, chain in CHAINS.items():
            bone = _ABOVE[joint.rpartition("_")[2]]
            above.append(index[bone] if bone in index else index[bone + chain[0][-2:]])
        self._above = torch.tensor(above)

    def __call__(self, orientations: Tensor) -> Tensor:
        """(N, B, 3, 3) in world → (N, 16, 3, 3), differentiable."""
        # index_select: its gradient is an addition, that of plain indexing a slow scatter.
        above, last = (orientations.index_select(1, bones) for bones in (self._above, self._last))
        return above.mT @ last


def to_bones(joints: Tensor, bone_names: Sequence[str], heads: Tensor, start: Tensor | None = None) -> Tensor:
    """Local rotations (N, B, 3, 3) whose joints are (N, 16, 3, 3), shared among bones as postures share them.

    `heads` (B, 3) rest positions; `start` (B, 3, 3) has the bones of no joint (root, fingers), else identity.
    """
    index = {name: k for k, name in enumerate(bone_names)}
    base = torch.eye(3).repeat(len(bone_names), 1, 1) if start is None else start
    found = base.repeat(len(joints), 1, 1, 1)
    for bone in (bone for chain in CHAINS.values() for bone in chain):
        found[:, index[bone]] = torch.eye(3)
    for number, (joint, chain) in enumerate(CHAINS.items()):
        turn = joints[:, number]
        kind = joint.rpartition("_")[2]
        if kind in ("spine", "neck"):
            share = fraction(turn, 1 / len(chain))
            for bone in chain:
                found[:, index[bone]] = share
        elif kind in ("shoulder", "hip", "elbow"):
            first, second = (index[bone] for bone in chain[-2:])
            end = {"shoulder": "lowerarm01", "hip": "lowerleg01", "elbow": "wrist"}[kind] + chain[-1][-2:]
            axis = unit(heads[index[end]] - heads[first])
            # turn = swing · twist, the twist about the bone itself; the second bone takes its share of the twist.
            rest = twist_about(turn, axis) * ((1 - _FOREARM_SHARE) if kind == "elbow" else 0.5)
            tip = exp(rest[:, None] * axis)
            found[:, first], found[:, second] = turn @ tip.mT, tip
        else:
            found[:, index[chain[0]]] = turn
    return found


def twist_about(turn: Tensor, axis: Tensor) -> Tensor:
    """(N,) radians of the twist about `axis` (3,) in rotations (N, 3, 3) = swing · twist."""
    skew = 2 * _sine_axis(turn)
    trace = turn.diagonal(dim1=-2, dim2=-1).sum(-1)
    # Quaternion w ∝ 1 + trace, vector ∝ skew; near half a turn the logarithm is the stable way.
    ratio = 2 * torch.atan2((skew * axis).sum(-1), 1 + trace)
    exact = 2 * torch.atan2(*_half_angles(log(turn), axis))
    return torch.where(1 + trace > 0.1, ratio, (exact + torch.pi) % (2 * torch.pi) - torch.pi)


def _half_angles(vector: Tensor, axis: Tensor) -> tuple[Tensor, Tensor]:
    angle = vector.norm(dim=-1).clamp_min(1e-9)
    return (vector @ axis) / angle * (angle / 2).sin(), (angle / 2).cos()


def smooth_log(rotations: Tensor) -> Tensor:
    """(…, 3, 3) → axis-angle (…, 3), differentiable, exact below half a turn; angles stop at π."""
    sine = _sine_axis(rotations)
    size = (sine.square().sum(-1, keepdim=True) + 1e-12).sqrt()
    cosine = 0.5 * (rotations.diagonal(dim1=-2, dim2=-1).sum(-1, keepdim=True) - 1)
    return sine * (torch.atan2(size, cosine) / size)


def _sine_axis(r: Tensor) -> Tensor:
    """(…, 3) the axis of rotations (…, 3, 3) times the sine of their angle."""
    return 0.5 * torch.stack(
        (r[..., 2, 1] - r[..., 1, 2], r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]), -1
    )
