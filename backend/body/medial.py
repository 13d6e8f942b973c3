"""The inside of the body as spheres on its bones.

Vertices alone do not see a thin chair arm that passes between them, nor whether one limb is inside another; spheres
that fill the limbs do. Each sphere rides on one bone; its radius is how far the skin is from it on the shaped body.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .model import BodyModel, ShapedBody

# Segments (from bone head to bone head) and how many spheres stand along each, ends included as wanted.
_SEGMENTS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("upperleg01", "lowerleg01", (0.12, 0.3, 0.48, 0.66, 0.84, 1.0)),
    ("lowerleg01", "foot", (0.2, 0.4, 0.6, 0.8, 0.98)),
    ("foot", "toe3-1", (0.35, 0.7, 1.0)),
    ("upperarm01", "lowerarm01", (0.15, 0.4, 0.65, 0.9)),
    ("lowerarm01", "wrist", (0.15, 0.4, 0.65, 0.9)),
    ("wrist", "finger3-1", (0.35, 0.8)),
)
_TRUNK: tuple[tuple[str, tuple[float, float, float]], ...] = (
    # Bone, and offset from its head in metres of a 1.7 m body: the trunk is wider than one row of spheres.
    ("root", (0.0, 0.02, 0.02)), ("root", (0.07, 0.02, -0.03)), ("root", (-0.07, 0.02, -0.03)),
    ("spine04", (0.06, -0.03, 0.02)), ("spine04", (-0.06, -0.03, 0.02)), ("spine04", (0.0, -0.05, 0.02)),
    ("spine03", (0.06, -0.02, 0.0)), ("spine03", (-0.06, -0.02, 0.0)),
    ("spine02", (0.07, -0.02, 0.03)), ("spine02", (-0.07, -0.02, 0.03)),
    ("spine01", (0.08, -0.04, 0.0)), ("spine01", (-0.08, -0.04, 0.0)), ("spine01", (0.0, -0.05, 0.05)),
    ("neck02", (0.0, 0.0, 0.0)),
    ("head", (0.0, -0.02, 0.05)), ("head", (0.0, -0.03, 0.1)),
)  # fmt: skip


@dataclass(frozen=True)
class MedialSpheres:
    centers: Tensor  # (S, 3) metres, rest, object frame
    radii: Tensor  # (S,) metres
    bones: Tensor  # (S,) int64, the bone that carries each
    groups: tuple[str, ...]  # (S,) limb of each: "trunk", "head", "left_arm" …
    flesh: Tensor  # (S,) how far a sphere may be pressed, metres

    def posed(self, heads: Tensor, orientations: Tensor, positions: Tensor) -> Tensor:
        """(N, S, 3) from heads (N, B, 3), Q (N, B, 3, 3), p (N, B, 3)."""
        local = (self.centers - heads[:, self.bones])[..., None]
        return (orientations[:, self.bones] @ local)[..., 0] + positions[:, self.bones]


def medial_spheres(model: BodyModel, shaped: ShapedBody) -> MedialSpheres:
    """Spheres of one person."""
    heads = shaped.heads
    aliases = getattr(model, "bone_aliases", {})  # Anny's bones in a model that calls them otherwise

    def index_of(bone: str) -> int:
        return model.skeleton.index(aliases.get(bone, bone))

    scale = shaped.height / 1.7
    centers: list[Tensor] = []
    bones: list[int] = []
    groups: list[str] = []
    for side, label in ((".L", "left"), (".R", "right")):
        for start, end, shares in _SEGMENTS:
            first, last = index_of(start + side), index_of(end + side)
            for share in shares:
                centers.append(heads[first] + share * (heads[last] - heads[first]))
                bones.append(first)
                groups.append(f"{label}_{'arm' if 'arm' in start or start == 'wrist' else 'leg'}")
    for bone, offset in _TRUNK:
        index = index_of(bone)
        centers.append(heads[index] + scale * torch.tensor(offset))
        bones.append(index)
        groups.append("head" if bone in ("head", "neck02") else "trunk")
    center = torch.stack(centers)
    skin = shaped.vertices[model.topology.outer]
    radii = torch.cdist(center, skin).min(1).values
    return MedialSpheres(center, radii, torch.tensor(bones), tuple(groups), 0.12 * radii)
