"""Loose pieces settle on the posed body: skirts are drawn over bent legs, hair lies on shoulders.

Skinning alone swings a skirt around a bent hip like a bell. In the pose that a person is delivered in, loose vertices
are drawn together where legs bend, pushed out of the body, and taken back to rest, so that the same skinning puts them
where they settled. Frames: rest and posed object frame, metres.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from scipy.spatial import cKDTree

from ..model import BodyModel
from ..posing import PosedBody
from ..regions import vertex_normals
from .piece import Topology

Array = np.ndarray
ROUNDS = 24
CLING = 0.22  # share of its distance to the skin that drawn cloth gives up in a round
CLEARANCE = 0.008  # metres off the skin
FULL_TENSION = np.radians(70)  # of bending at the hip


def transforms(body: PosedBody) -> Array:
    """(B, 4, 4) float64 from rest to pose."""
    rest = body.shaped.bone_poses.double()
    return (body.bone_poses.double() @ torch.linalg.inv(rest)).numpy()


def skinning(topology: Topology, moves: Array) -> Array:
    """(V, 3, 4) of every vertex."""
    return np.einsum("vk,vkij->vij", topology.weights.astype(np.float64), moves[topology.weight_bones])[:, :3]


def posed(rest: Array, matrices: Array) -> Array:
    return np.einsum("vij,vj->vi", matrices[:, :, :3], rest) + matrices[:, :, 3]


def unposed(points: Array, matrices: Array) -> Array:
    return np.linalg.solve(matrices[:, :, :3], (points - matrices[:, :, 3])[..., None])[..., 0]


class Settling:
    """For one loose part of a piece: vertices `own` (V,) bool of a topology, of which `fixed` stay."""

    def __init__(self, model: BodyModel, topology: Topology, own: Array, fixed: Array, tension: bool) -> None:
        self._model, self._topology, self._tension = model, topology, tension
        self._own, self._free = own, own & ~fixed
        self._laplacian = _laplacian(topology.faces, len(own))
        skeleton = model.skeleton
        dense = model.topology.dense_weights(len(skeleton.bone_names)).numpy()
        names = ("upperleg", "lowerleg", "root", "pelvis", "spine05", "foot") if tension else (
            "spine", "neck", "clavicle", "shoulder", "upperarm01", "breast")  # fmt: skip
        share = dense[:, [name.startswith(names) for name in skeleton.bone_names]].sum(1)
        self._skin = np.flatnonzero((share > 0.5) & model.topology.outer.numpy())

    def settle(self, rest: Array, body: PosedBody) -> Array:
        """(V, 3) rest vertices that settle in the pose."""
        matrices = skinning(self._topology, transforms(body))
        start = posed(rest, matrices)
        cloth = start.copy()
        pull = self._bending(body) if self._tension else 0.0
        skin = body.vertices.double()
        normals = vertex_normals(skin, self._model.topology.triangles).numpy()[self._skin]
        skin = skin.numpy()[self._skin]
        tree = cKDTree(skin)
        rounds = ROUNDS if pull > 0.02 else 4
        scale = body.shaped.height / 1.75
        for round_ in range(rounds):
            if pull > 0.02:
                cloth[self._free] += (0.55 * pull) * (self._laplacian @ cloth)[self._free]
            moved = cloth[self._free]
            away, index = tree.query(moved)
            off = ((moved - skin[index]) * normals[index]).sum(1)
            need = np.where(away < 0.09 * scale, np.clip(CLEARANCE * scale - off, 0, 0.03 * scale), 0)
            if round_ < rounds - 1:
                need = need - CLING * pull * np.clip(off - CLEARANCE * scale, 0, 0.05 * scale) * (away < 0.15 * scale)
            cloth[self._free] = moved + need[:, None] * normals[index]
            if pull <= 0.02 and round_ < rounds - 1:
                shift = self._laplacian @ (cloth - start)
                cloth[self._free] += 0.5 * shift[self._free]
        result = rest.copy()
        result[self._own] = unposed(cloth[self._own], matrices[self._own])
        return np.where(np.isfinite(result), result, rest)

    def _bending(self, body: PosedBody) -> float:
        """0…1: how far the hips are bent or spread against rest, or the body lies."""
        skeleton = self._model.skeleton
        moves = transforms(body)
        root = moves[skeleton.index("root"), :3, :3]
        angles = []
        for side in (".L", ".R"):
            turn = root.T @ moves[skeleton.index(f"upperleg02{side}"), :3, :3]
            down = turn @ np.array([0.0, 0.0, -1.0])
            angles.append(np.arccos(np.clip(-down[2], -1, 1)))
        bent = (max(angles) - 0.3) / (FULL_TENSION - 0.3)
        lying = 1.3 * (0.75 - root[2, 2])  # cloth falls flat on who lies
        return float(np.clip(max(bent, lying), 0, 1))


def _laplacian(faces: Array, count: int) -> sparse.csr_matrix:
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    graph = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count)).tocsr()
    degree = np.maximum(np.asarray(graph.sum(1))[:, 0], 1)
    return (sparse.diags(1 / degree) @ graph - sparse.identity(count)).tocsr()
