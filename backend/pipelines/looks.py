"""How bodies appear in Blender: the rig message that all people share, and plain materials."""

from __future__ import annotations

import functools

import numpy as np

from backend.body.anny_model import EYES, MOUTH, SKIN
from backend.body.model import BodyModel, ShapedBody
from protocol.messages import Material, Rig

# Skin albedo, linear RGB, from light to dark; the body's own numbers pick one, so the same person looks the same.
_SKIN_TONES = np.array(
    [[0.72, 0.47, 0.36], [0.62, 0.38, 0.27], [0.48, 0.27, 0.17], [0.30, 0.155, 0.09], [0.14, 0.068, 0.04]], np.float32
)


@functools.cache
def rig_message(model: BodyModel) -> Rig:
    """The parts of the model that do not change from person to person."""
    topology = model.topology
    return Rig(
        body_model=model.name,
        faces=topology.faces.int().numpy(),
        uvs=topology.uvs.numpy(),
        face_uvs=topology.face_uvs.int().numpy(),
        face_materials=topology.face_materials.numpy(),
        bone_names=model.skeleton.bone_names,
        bone_parents=np.asarray(model.skeleton.bone_parents, np.int32),
        weights=topology.weights.numpy(),
        weight_bones=topology.weight_bones.int().numpy(),
    )


def materials_for(body: ShapedBody) -> tuple[Material, ...]:
    """Skin, eyes and mouth, in the order of `Rig.face_materials`."""
    spread = (
        body.phenotype["muscle"] * 7.31 + body.phenotype["proportions"] * 11.7 + body.phenotype["weight"] * 3.9
    ) % 1
    place = spread * (len(_SKIN_TONES) - 1)
    low = int(place)
    tone = _SKIN_TONES[low] + (place - low) * (_SKIN_TONES[min(low + 1, len(_SKIN_TONES) - 1)] - _SKIN_TONES[low])
    by_slot = {
        SKIN: Material("Skin", tone.astype(np.float32), 0.5, 0.08),
        EYES: Material("Eyes", np.array([0.75, 0.74, 0.72], np.float32), 0.1),
        MOUTH: Material("Mouth", np.array([0.35, 0.08, 0.07], np.float32), 0.35),
    }
    return tuple(by_slot[k] for k in sorted(by_slot))
