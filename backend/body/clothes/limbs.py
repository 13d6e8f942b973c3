"""Which limb a vertex belongs to: a sleeve beside the hip is not over the hip, one thigh is not in the other's leg.

Layers are compared limb by limb. Limbs are told apart by place: each is looked at `APART` metres from the next one, so
that one search tree serves all.
"""

from __future__ import annotations

import functools

import numpy as np

from ..model import BodyModel
from .piece import Topology

Array = np.ndarray
_ARM = ("upperarm", "lowerarm", "wrist", "metacarpal", "finger")
_LEG = ("upperleg", "lowerleg", "foot", "toe")
COUNT = 5  # trunk and head, arms, legs
APART = 16.0  # metres
PART = 0.1  # share of its weight from which on a face belongs to a limb, too


@functools.cache
def _limb_of_bone(model: BodyModel) -> Array:
    """(B,) int."""
    names = model.skeleton.bone_names
    limbs = [(1 if name.startswith(_ARM) else 3 if name.startswith(_LEG) else 0) for name in names]
    return np.array([limb and limb + name.endswith(".R") for limb, name in zip(limbs, names, strict=True)])


def limb_shares(model: BodyModel, topology: Topology) -> Array:
    """(V, COUNT) float64, rows sum to 1."""
    return _summed(_limb_of_bone(model)[topology.weight_bones], topology.weights)


@functools.cache
def body_limbs(model: BodyModel) -> Array:
    """(V,) int: the limb of every vertex of the body."""
    topology = model.topology
    limbs = _limb_of_bone(model)[topology.weight_bones.numpy()]
    return _summed(limbs, topology.weights.numpy()).argmax(1)


def _summed(limbs: Array, weights: Array) -> Array:
    return np.stack([np.where(limbs == limb, weights, 0).sum(1) for limb in range(COUNT)], 1).astype(np.float64)


def apart(points: Array, limbs: Array) -> Array:
    """Points (…, 3) of limbs (…) as they are looked at."""
    result = np.array(points, np.float64)
    result[..., 0] += APART * limbs
    return result


def faces_by_limb(faces: Array, shares: Array) -> tuple[Array, Array]:
    """Faces (F,) int and limbs (F,) int: every face for every limb that it belongs to."""
    return np.nonzero(shares[faces].max(1) > PART)
