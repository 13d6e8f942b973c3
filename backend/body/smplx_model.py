"""SMPL-X from the user's own file behind the `BodyModel` interface. Nothing of it is bundled: its licence forbids it.

Reads `SMPLX_NEUTRAL.npz` as it is distributed, arrays only (`v_template`, `shapedirs`, `J_regressor`, `weights`,
`kintree_table`, `f`, if there `vt`, `ft` and the hands' means), never the pickled extras in it, and needs no other
package. SMPL-X stands Y up with the front +Z; ours is Z up with the front −Y. Its pose correctives are left out: what
Blender gets is a linearly skinned rig. Shapes are betas in standard deviations under the names “beta0” … “beta9”.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from protocol.errors import ModelsMissing, ModelUnusable

from .model import ShapedBody, Skeleton, Topology

FILE = "SMPLX_NEUTRAL.npz"
BETAS = 10
BODY = ("left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle", "spine3",
        "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder", "right_shoulder",
        "left_elbow", "right_elbow", "left_wrist", "right_wrist")  # fmt: skip
_FINGERS = ("index", "middle", "pinky", "ring", "thumb")
JOINTS = (
    "pelvis", *BODY, "jaw", "left_eye_smplhf", "right_eye_smplhf",
    *(f"{side}_{finger}{k}" for side in ("left", "right") for finger in _FINGERS for k in (1, 2, 3)),
)  # fmt: skip
TO_OURS = torch.tensor([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # axes: (x, y, z) ↦ (x, −z, y)
# The 23 keypoints: joints where SMPL-X has them, else a vertex.
_KEYPOINTS: tuple[str | int, ...] = (
    9120, 9448, 9929, 6, 616, "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist",
    "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", 5770, 8463, 5780,
    8474, 8846, 8635,
)  # fmt: skip
# Anny's bones → joints, for what is known by Anny's names (body/medial.py).
ALIASES = {
    "root": "pelvis", "spine04": "spine1", "spine03": "spine2", "spine02": "spine3", "spine01": "spine3",
    "neck02": "neck", "head": "head",
    **{
        f"{bone}.{side[0].upper()}": f"{side}_{joint}"
        for side in ("left", "right")
        for bone, joint in (
            ("upperleg01", "hip"), ("lowerleg01", "knee"), ("foot", "ankle"), ("toe3-1", "foot"),
            ("upperarm01", "shoulder"), ("lowerarm01", "elbow"), ("wrist", "wrist"), ("finger3-1", "middle1"),
        )
    },
}  # fmt: skip
VERTICES = 10475
_SKINNED = 8  # bones that a vertex follows at most
_SKIN, _EYES = 0, 1


class SmplxModel:
    name = "smplx"
    bone_aliases = ALIASES

    def __init__(self, path: Path, pose_prior: Path | None = None) -> None:
        """`path`: the .npz file; `pose_prior`: VPoser's weights, None where they are configured.

        Raises `ModelUnusable` if the file is not SMPL-X's.
        """
        self.pose_prior = pose_prior
        arrays = _read(path)
        self._template = _turned(arrays["v_template"])
        self._shapes = _turned(np.moveaxis(arrays["shapedirs"][..., :BETAS], -1, 0))  # (K, V, 3)
        self._regressor = torch.as_tensor(arrays["J_regressor"], dtype=torch.float32)
        parents = arrays["kintree_table"][0].astype(np.int64)
        parents[0] = -1
        self.skeleton = Skeleton(JOINTS, tuple(int(p) for p in parents))
        self.topology = _topology(arrays)
        self.betas = tuple(f"beta{k}" for k in range(len(self._shapes)))
        self.hands = {side: _hand(arrays, side) for side in ("left", "right")}
        self.keypoint_weights = self._keypoint_weights()

    def rest(self, phenotype: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """See `BodyModel.rest`; values are betas."""
        unknown = set(phenotype) - set(self.betas)
        if unknown:
            raise ValueError(f"unknown shape values {sorted(unknown)}; known are {self.betas}")
        count = max((v.numel() for v in phenotype.values()), default=1)
        values = torch.stack([phenotype.get(name, torch.zeros(1)).expand(count) for name in self.betas], 1)
        vertices = self._template + torch.einsum("nk,kvc->nvc", values, self._shapes)
        heads = self._regressor @ vertices
        soles = vertices[:, self.topology.outer, 2].amin(1)
        shift = torch.stack((heads[:, 0, 0], heads[:, 0, 1], soles), -1)[:, None]
        poses = torch.eye(4).repeat(count, len(JOINTS), 1, 1)
        poses[..., :3, :3] = self._frames(heads)
        poses[..., :3, 3] = heads - shift
        return vertices - shift, poses

    def shape(self, phenotype: Mapping[str, float]) -> ShapedBody:
        """See `BodyModel.shape`."""
        with torch.no_grad():
            vertices, poses = self.rest({k: torch.tensor([float(v)]) for k, v in phenotype.items()})
        return ShapedBody({k: float(phenotype.get(k, 0.0)) for k in self.betas}, vertices[0], poses[0])

    def keypoints(self, vertices: Tensor) -> Tensor:
        """See `BodyModel.keypoints`."""
        return self.keypoint_weights @ vertices

    def _keypoint_weights(self) -> Tensor:
        rows = torch.zeros(len(_KEYPOINTS), VERTICES)
        for k, source in enumerate(_KEYPOINTS):
            if isinstance(source, int):
                rows[k, source] = 1
            else:
                rows[k] = self._regressor[JOINTS.index(source)]
        return rows

    def _frames(self, heads: Tensor) -> Tensor:
        """(N, B, 3, 3): Y towards the first child, or on from the parent at the ends of chains."""
        children = self.skeleton.children
        columns = []
        for bone, parent in enumerate(self.skeleton.bone_parents):
            start, end = (bone, children[bone][0]) if children[bone] else (max(parent, 0), bone)
            along = torch.nn.functional.normalize(heads[:, end] - heads[:, start] + 1e-6, dim=-1)
            side = torch.tensor([1.0, 0, 0]).expand_as(along)
            side = torch.where((along[:, :1].abs() > 0.9), torch.tensor([0.0, 1.0, 0.0]), side)
            x = torch.nn.functional.normalize(side - (side * along).sum(-1, keepdim=True) * along, dim=-1)
            columns.append(torch.stack((x, along, torch.linalg.cross(x, along)), -1))
        return torch.stack(columns, 1)


def load(folder: Path | None = None) -> SmplxModel:
    """The model in `folder` (or its subfolder “smplx”), else where the role “body” is configured."""
    if folder is None:
        from backend.providers import folder_of

        folder = folder_of("body")
    if folder is None:
        raise ModelsMissing("SMPL-X is the user's own: no folder is configured for the role “body”.")
    for path in (folder / FILE, folder / "smplx" / FILE):
        if path.is_file():
            return SmplxModel(path)
    raise ModelUnusable(f"{folder} holds no {FILE}.")


def _read(path: Path) -> dict[str, np.ndarray]:
    """The arrays that are needed; pickled ones are never looked at."""
    joints = len(JOINTS)
    wanted = {
        "v_template": (VERTICES, 3), "shapedirs": (VERTICES, 3, None), "J_regressor": (joints, VERTICES),
        "weights": (VERTICES, joints), "kintree_table": (2, joints), "f": (None, 3),
    }  # fmt: skip
    optional = ("vt", "ft", "hands_meanl", "hands_meanr")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in (*wanted, *optional) if name in file.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelUnusable(f"{path.name} cannot be read: {error}") from error
    for name, shape in wanted.items():
        found = arrays[name].shape if name in arrays else None
        fits = found is not None and len(found) == len(shape)
        if not fits or any(w not in (None, s) for w, s in zip(shape, found, strict=True)):
            raise ModelUnusable(f"{path.name} is not SMPL-X: “{name}” is {found}, not {shape}.")
    return arrays


def _turned(vectors: np.ndarray) -> Tensor:
    """(…, 3) into our axes."""
    return torch.as_tensor(np.ascontiguousarray(vectors), dtype=torch.float32) @ TO_OURS.T


def _hand(arrays: Mapping[str, np.ndarray], side: str) -> Tensor:
    """(15, 3) mean rotation vectors of the finger joints, in our axes; zero if the file has none."""
    mean = arrays.get(f"hands_mean{side[0]}")
    return torch.zeros(15, 3) if mean is None else _turned(mean.reshape(15, 3))


def _topology(arrays: Mapping[str, np.ndarray]) -> Topology:
    faces = torch.as_tensor(arrays["f"].astype(np.int64))
    dense = torch.as_tensor(arrays["weights"], dtype=torch.float32)
    weights, bones = dense.topk(min(_SKINNED, dense.shape[1]), dim=1)
    weights = weights / weights.sum(1, keepdim=True).clamp_min(1e-9)
    eyes = torch.tensor([JOINTS.index("left_eye_smplhf"), JOINTS.index("right_eye_smplhf")])
    is_eye = torch.isin(bones[:, 0], eyes)
    outer = torch.zeros(len(dense), dtype=torch.bool)
    outer[faces[~is_eye[faces].all(1)].reshape(-1)] = True
    uvs, corners = arrays.get("vt"), arrays.get("ft")
    textured = uvs is not None and corners is not None and len(corners) == len(faces)
    corner_uvs = torch.as_tensor(corners.astype(np.int64)) if textured else torch.zeros_like(faces)
    return Topology(
        faces=torch.cat((faces, faces[:, 2:]), 1),  # triangles as quads whose last corner is there twice
        triangles=faces,
        uvs=torch.as_tensor(uvs, dtype=torch.float32) if textured else torch.zeros(1, 2),
        face_uvs=torch.cat((corner_uvs, corner_uvs[:, 2:]), 1),
        face_materials=torch.where(is_eye[faces].all(1), _EYES, _SKIN).to(torch.uint8),
        weights=weights,
        weight_bones=bones,
        outer=outer,
    )
