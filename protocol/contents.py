"""What answers put into the scene: people with their rigs and garments, and things. Conventions as in `messages`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from .arrays import F32, F64, I32, U8, Array


@dataclass(frozen=True)
class Rig:
    """What all bodies of one body model share."""

    body_model: str  # e.g. "anny"
    faces: Annotated[Array, I32("F", 4)]  # quads; a triangle repeats its last index
    uvs: Annotated[Array, F32("U", 2)]  # 0…1
    face_uvs: Annotated[Array, I32("F", 4)]  # into uvs
    face_materials: Annotated[Array, U8("F")]  # into Person.materials
    bone_names: tuple[str, ...]
    bone_parents: Annotated[Array, I32("B")]  # −1 for the root; parents come before children
    weights: Annotated[Array, F32("V", "K")]  # rows sum to 1
    weight_bones: Annotated[Array, I32("V", "K")]


@dataclass(frozen=True)
class Material:
    name: str
    base_color: Annotated[Array, F32(3)]  # linear 0…1
    roughness: float = 0.5
    subsurface: float = 0.0


@dataclass(frozen=True)
class Pattern:
    """What all pieces of one cut share, whoever wears them: what a Rig is to bodies. Bones are the rig's."""

    faces: Annotated[Array, I32("F", 4)]  # quads; a triangle repeats its last index
    uvs: Annotated[Array, F32("U", 2)]
    face_uvs: Annotated[Array, I32("F", 4)]  # into uvs
    face_materials: Annotated[Array, U8("F")]  # into Garment.materials
    weights: Annotated[Array, F32("V", "K")]  # rows sum to 1
    weight_bones: Annotated[Array, I32("V", "K")]


@dataclass(frozen=True)
class Garment:
    """Something worn: clothes, shoes, hair, details of a face. It moves with the bones as the body does."""

    name: str  # "Dress", "Hair" …
    pattern: int  # index into Result.patterns
    rest_vertices: Annotated[Array, F32("V", 3)]  # metres, the person's object frame
    materials: tuple[Material, ...]
    hidden: Annotated[Array, I32("H")]  # its vertices that lie beneath what is worn over it


@dataclass(frozen=True)
class Person:
    """One body. A vertex in world: object_to_world · Σ_k w_k · bone_poses_k · rest_bone_poses_k⁻¹ · rest_vertex.

    The object's origin is on the ground below the pelvis at rest facing; its −Y axis is the person's front.
    """

    name: str  # "Woman", "Old man" …
    rig: int  # index into Result.rigs
    object_to_world: Annotated[Array, F64(4, 4)]  # rotation about Z and translation only
    rest_vertices: Annotated[Array, F32("V", 3)]  # metres, object frame
    rest_bone_poses: Annotated[Array, F32("B", 4, 4)]  # bone to object frame at rest; Y along the bone
    bone_poses: Annotated[Array, F32("B", 4, 4)]  # bone to object frame, posed
    materials: tuple[Material, ...]
    phenotype: dict[str, float] = field(default_factory=dict)
    garments: tuple[Garment, ...] = ()
    hidden: Annotated[Array, I32("H")] | None = None  # the body's vertices that lie beneath garments


@dataclass(frozen=True)
class Thing:
    """An object without bones. Its origin is the middle of its base; its −Y axis is its front."""

    name: str  # "Chair", "Mug" …
    object_to_world: Annotated[Array, F64(4, 4)]  # rotation about Z and translation only
    vertices: Annotated[Array, F32("V", 3)]  # metres, object frame
    triangles: Annotated[Array, I32("T", 3)]
    colors: Annotated[Array, U8("V", 3)]  # sRGB
    roughness: float = 0.6
