"""Anny's bodies as the judge gets them from Blender, posed by local rotations of single bones."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from backend.body.anny_model import load
from backend.body.posing import pose
from backend.evaluation.bodies import Body, Rigged


class Posed:
    """`posed({"lowerleg01.L": (90, 0, 0)})`: rotation vectors in degrees, rest axes."""

    def __init__(self) -> None:
        self.model = load()
        names = self.model.skeleton.bone_names
        strongest = self.model.topology.dense_weights(len(names)).argmax(1)
        self.bones = [names[index] for index in strongest]
        self.triangles = self.model.topology.triangles.numpy()
        self._shapes = {}

    def __call__(self, turns=None, phenotype=None, at=(0.0, 0.0, 0.0), rotations=None):
        phenotype = phenotype or {"age": 0.67}
        key = tuple(sorted(phenotype.items()))
        shaped = self._shapes.setdefault(key, self.model.shape(phenotype))
        names, parents = self.model.skeleton.bone_names, self.model.skeleton.bone_parents
        if rotations is None:
            rotations = torch.eye(3).repeat(len(names), 1, 1)
            for bone, degrees in (turns or {}).items():
                matrix = Rotation.from_rotvec(np.radians(degrees)).as_matrix()
                rotations[names.index(bone)] = torch.tensor(matrix, dtype=torch.float32)
        root = shaped.heads[0] + torch.tensor(at, dtype=torch.float32)
        posed = pose(self.model, shaped, rotations, root)
        rigged = Rigged(names, parents, rotations.double().numpy(), shaped.heads.double().numpy(),
                        shaped.vertices.double().numpy(), root.double().numpy())  # fmt: skip
        return Body(posed.vertices.double().numpy(), self.triangles, self.bones, rigged)


@pytest.fixture(scope="session")
def posed():
    return Posed()
