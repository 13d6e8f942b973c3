"""How people appear in Blender: the rig message that all share, plain materials, and what each of them wears."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import torch

from backend.body.anny_model import EYES, MOUTH, SKIN
from backend.body.clothes.dressing import Dressed, dress, settle
from backend.body.clothes.face import lip_faces
from backend.body.clothes.measures import measures
from backend.body.clothes.outfit import outfit
from backend.body.clothes.wardrobe import piece
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import PosedBody
from backend.language.people import PersonSpec
from protocol.messages import Garment, Material, Pattern, Rig

LIPS = 3

# Skin albedo, linear RGB, from light to dark; the body's own numbers pick one, so the same person looks the same.
_SKIN_TONES = np.array(
    [[0.72, 0.47, 0.36], [0.62, 0.38, 0.27], [0.48, 0.27, 0.17], [0.30, 0.155, 0.09], [0.14, 0.068, 0.04]], np.float32
)


@functools.cache
def rig_message(model: BodyModel) -> Rig:
    """The parts of the model that do not change from person to person."""
    topology = model.topology
    face_materials = topology.face_materials.numpy().copy()
    face_materials[lip_faces(measures(model))] = LIPS
    return Rig(
        body_model=model.name,
        faces=topology.faces.int().numpy(),
        uvs=topology.uvs.numpy(),
        face_uvs=topology.face_uvs.int().numpy(),
        face_materials=face_materials,
        bone_names=model.skeleton.bone_names,
        bone_parents=np.asarray(model.skeleton.bone_parents, np.int32),
        weights=topology.weights.numpy(),
        weight_bones=topology.weight_bones.int().numpy(),
    )


def tone_of(body: ShapedBody) -> float:
    """0 (light) … 1 (dark): the body's own numbers pick one, so the same person looks the same."""
    return (body.phenotype["muscle"] * 7.31 + body.phenotype["proportions"] * 11.7 + body.phenotype["weight"] * 3.9) % 1


def materials_for(body: ShapedBody) -> tuple[Material, ...]:
    """Skin, eyes, mouth and lips, in the order of `Rig.face_materials`."""
    place = tone_of(body) * (len(_SKIN_TONES) - 1)
    low = int(place)
    tone = _SKIN_TONES[low] + (place - low) * (_SKIN_TONES[min(low + 1, len(_SKIN_TONES) - 1)] - _SKIN_TONES[low])
    # Lips are the skin's colour, redder; less so on men.
    red = np.array([0.92, 0.62, 0.62] if body.phenotype["gender"] > 0.5 else [0.93, 0.76, 0.74])
    by_slot = {
        SKIN: Material("Skin", tone.astype(np.float32), 0.5, 0.08),
        EYES: Material("Eyes", np.array([0.75, 0.74, 0.72], np.float32), 0.1),
        MOUTH: Material("Mouth", np.array([0.35, 0.08, 0.07], np.float32), 0.35),
        LIPS: Material("Lips", (tone * red).astype(np.float32), 0.38, 0.06),
    }
    return tuple(by_slot[k] for k in sorted(by_slot))


def prepare(model: BodyModel) -> None:
    """Make what nearly everybody wears, so that the first request does not wait for it."""
    rig_message(model)
    for name in ("face", "t-shirt", "shirt", "sweater", "jeans", "trousers", "dress", "sneakers", "flats"):
        piece(model, name)


class Wardrobe:
    """What the people of one result wear: each person's outfit once, and the patterns that are shared."""

    def __init__(self, model: BodyModel, seed: int, clothes: bool, hair: bool) -> None:
        self._model, self._seed, self._clothes, self._hair = model, seed, clothes, hair
        self._patterns: dict[str, tuple[int, Pattern]] = {}
        self._worn: dict[int, tuple[ShapedBody, tuple[Dressed, ...], np.ndarray]] = {}

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return tuple(pattern for _, pattern in self._patterns.values())

    def dressed(self, spec: PersonSpec, body: PosedBody) -> tuple[tuple[Garment, ...], np.ndarray]:
        """Garments of one person in one pose, and the body's hidden vertices (H,) int32."""
        key = id(body.shaped)  # kept alive below
        if key not in self._worn:
            self._worn[key] = (body.shaped, *self._dress(spec, body.shaped))
        _, worn, hidden = self._worn[key]
        worn, hidden = settle(self._model, body, worn, hidden)
        return tuple(self._message(one) for one in worn), hidden

    def _dress(self, spec: PersonSpec, shaped: ShapedBody) -> tuple[tuple[Dressed, ...], np.ndarray]:
        generator = torch.Generator().manual_seed(self._seed * 1009 + len(self._worn))
        phenotype = shaped.phenotype
        chosen = outfit(spec.looks, phenotype["gender"] > 0.5, phenotype["age"], tone_of(shaped), generator)
        if not self._clothes:
            chosen = replace(chosen, clothes=())
        if not self._hair:
            chosen = replace(chosen, hair=None)
        return dress(self._model, shaped, chosen)

    def _message(self, one: Dressed) -> Garment:
        name = one.item.piece
        if name not in self._patterns:
            topology = one.topology
            pattern = Pattern(
                topology.faces, topology.uvs, topology.face_uvs, topology.face_materials, topology.weights,
                topology.weight_bones,
            )  # fmt: skip
            self._patterns[name] = (len(self._patterns), pattern)
        return Garment(one.item.label, self._patterns[name][0], one.vertices, one.item.materials, one.hidden)
