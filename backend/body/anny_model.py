"""Anny (Apache-2.0 code, CC0 data) behind the `BodyModel` interface.

Its first use on a machine parses its shape targets and fills a cache, about a minute; `cache_ready` tells whether that
is still to come. Anny's own frame has its origin near the pelvis; ours has the soles on z = 0.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Mapping

import torch
from torch import Tensor

from .model import PHENOTYPES, ShapedBody, Skeleton, Topology

SKIN, EYES, MOUTH = 0, 1, 2
_EYE_PARTS = ("eye_front.L", "eye_back.L", "eye_front.R", "eye_back.R")
_MOUTH_PARTS = ("mouth_cavity", "tongue")
_CAVITY_PARTS = ("eye_cavity.L", "eye_cavity.R")


def cache_ready() -> bool:
    """False when the next `load()` will take about a minute."""
    with contextlib.redirect_stdout(sys.stderr):
        from anny.paths import get_anny_cache_path
    return any(get_anny_cache_path().glob("*/build_compact_model_data_*.safetensors"))


class AnnyModel:
    name = "anny"

    def __init__(self) -> None:
        # Warp greets on stdout when it is first imported; stdout may be somebody's pipe.
        with contextlib.redirect_stdout(sys.stderr):
            import anny
            from anny.keypoints import KeypointsRegressor

            # Plain torch skinning: Warp would compile a kernel on first use, and we skin ourselves anyway.
            self._anny = anny.Anny(topology="anny-quads", skinning_method="lbs").to(torch.float32)
            self._regressor = KeypointsRegressor.coco(self._anny).to(torch.float32)
        self.keypoint_names: tuple[str, ...] = tuple(self._regressor.labels)
        self.skeleton = Skeleton(tuple(self._anny.bone_labels), tuple(int(p) for p in self._anny.bone_parents))
        self.topology = self._read_topology()

    def rest(self, phenotype: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """See `BodyModel.rest`."""
        unknown = set(phenotype) - set(PHENOTYPES)
        if unknown:
            raise ValueError(f"unknown phenotype {sorted(unknown)}; known are {PHENOTYPES}")
        count = max((v.numel() for v in phenotype.values()), default=1)
        values = {name: phenotype.get(name, torch.tensor([0.5])).expand(count).clamp(0, 1) for name in PHENOTYPES}
        model = self._anny(phenotype_kwargs=values)
        vertices, poses = model["rest_vertices"], model["rest_bone_poses"].clone()
        outer = vertices[:, self.topology.outer] if hasattr(self, "topology") else vertices
        pelvis = poses[:, 0, :3, 3]
        shift = torch.stack((pelvis[:, 0], pelvis[:, 1], outer[..., 2].amin(1)), -1)
        poses[..., :3, 3] = poses[..., :3, 3] - shift[:, None]
        return vertices - shift[:, None], poses

    def shape(self, phenotype: Mapping[str, float]) -> ShapedBody:
        """See `BodyModel.shape`."""
        with torch.no_grad():
            vertices, poses = self.rest({k: torch.tensor([float(v)]) for k, v in phenotype.items()})
        return ShapedBody({k: float(phenotype.get(k, 0.5)) for k in PHENOTYPES}, vertices[0], poses[0])

    def keypoints(self, vertices: Tensor) -> Tensor:
        """See `BodyModel.keypoints`."""
        flat = vertices.reshape(-1, *vertices.shape[-2:])
        return self._regressor({"vertices": flat}).reshape(*vertices.shape[:-2], -1, 3)

    @property
    def keypoint_weights(self) -> Tensor:
        """See `BodyModel.keypoint_weights`."""
        return self._regressor.regression_weights

    def _read_topology(self) -> Topology:
        from anny.face_segmentation import get_face_segmentation_mask

        model = self._anny
        faces = model.faces.long()
        materials = torch.zeros(len(faces), dtype=torch.uint8)
        materials[get_face_segmentation_mask(model, _EYE_PARTS)] = EYES
        materials[get_face_segmentation_mask(model, _MOUTH_PARTS)] = MOUTH
        hidden = (materials != SKIN) | get_face_segmentation_mask(model, _CAVITY_PARTS)
        outer = torch.zeros(len(model.template_vertices), dtype=torch.bool)
        outer[faces[~hidden].reshape(-1)] = True
        return Topology(
            faces=faces,
            triangles=torch.cat((faces[:, [0, 1, 2]], faces[:, [0, 2, 3]])),
            uvs=model.texture_coordinates.float(),
            face_uvs=model.face_texture_coordinate_indices.long(),
            face_materials=materials,
            weights=model.vertex_bone_weights.float(),
            weight_bones=model.vertex_bone_indices.long(),
            outer=outer,
        )


@functools.cache
def load() -> AnnyModel:
    """The one Anny of this process."""
    return AnnyModel()
