"""What the judge knows of the body model: skin regions by name, and which of them an action rests on.

A body in Blender is Anny's when it has her bones and as many vertices; of other bodies nothing is known here, and the
figures that need it are left out. Actions are the names that candidates carry: an anchor's, with its overlays.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from backend.body.anchors import ANCHORS, Anchor, Contact
from backend.body.anny_model import load
from backend.body.model import BodyModel
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.regions import Regions

from .bodies import Body

Array = np.ndarray
BESIDE = 0.06  # metres
FIRM = 1.0  # contacts of at least this weight must be kept; the others are wishes
# Flesh that gives way when it carries; everything else is firm.
SOFT = ("buttocks", "thighs", "back", "lower_back", "waist", "calves", "back_of_head")
NOT_BEARING = ("fingertips",)  # they touch, but nobody leans on them


@dataclass(frozen=True)
class Anatomy:
    """Anny's skin by name."""

    model: BodyModel
    regions: Regions
    bone_of: Array  # (V,) the bone that moves each vertex most
    rest: Array  # (V, 3) metres, of an average adult

    def region(self, name: str) -> Array:
        """(n,) vertices; none for a name that is not known."""
        return self.regions[name].numpy() if name in self.regions else np.zeros(0, int)

    def mask(self, names: Sequence[str]) -> Array:
        """(V,) bool: the vertices of these regions."""
        found = np.zeros(len(self.bone_of), bool)
        for name in names:
            found[self.region(name)] = True
        return found

    def seat_skin(self, action: Action | None) -> Array:
        """(V,) bool: the skin that carries someone who sits or lies, with its surroundings.

        Surroundings are what is on the same bones, or within `BESIDE`, and at rest faces the same way as the region
        does on the whole. (Between the buttocks skin follows the spine.)
        """
        found = np.zeros(len(self.bone_of), bool)
        normals = self.regions.normals.numpy()
        for name in action.soft_regions if action else ():
            patch = self.region(name)
            same_bones = np.isin(self.bone_of, np.unique(self.bone_of[patch]))
            beside = cKDTree(self.rest[patch]).query(self.rest, distance_upper_bound=BESIDE)[0] < BESIDE
            found |= (same_bones | beside) & (normals @ normals[patch].mean(axis=0) > 0)
        return found


@dataclass(frozen=True)
class Action:
    """What an action's name says of the body; sided actions may be done either way round."""

    anchors: tuple[Anchor, ...]  # the anchor and, if it differs, its mirror image

    @property
    def still(self) -> bool:
        return self.anchors[0].still

    @property
    def soft_regions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(
            contact.region for anchor in self.anchors for contact in outward(anchor)
            if contact.region.removeprefix("left_").removeprefix("right_") in SOFT
        ))  # fmt: skip


def outward(anchor: Anchor, *, firm: bool = False) -> tuple[Contact, ...]:
    """An anchor's contacts with anything but its own body."""
    return tuple(c for c in anchor.contacts if c.to != "self" and (not firm or c.weight >= FIRM))


def action_named(name: str) -> Action | None:
    """The anchor that a candidate's action names, overlays applied: “sitting upright, legs crossed”."""
    fitting = [anchor for anchor in ANCHORS if name == anchor.name or name.startswith(f"{anchor.name}, ")]
    if not fitting:
        return None
    anchor = max(fitting, key=lambda one: len(one.name))
    for overlay in filter(None, name[len(anchor.name) :].split(", ")):
        if overlay in OVERLAYS:
            anchor = with_overlay(anchor, OVERLAYS[overlay])
    twin = anchor.mirrored
    return Action((anchor,) if set(twin.contacts) == set(anchor.contacts) else (anchor, twin))


def anatomy_of(body: Body) -> Anatomy | None:
    """Anny's anatomy if the body is hers."""
    if body.rigged is None or "spine05" not in body.rigged.bone_names:
        return None
    anatomy = _anny()
    known = set(anatomy.model.skeleton.bone_names) == set(body.rigged.bone_names)
    return anatomy if known and len(anatomy.bone_of) == len(body.vertices) else None


@functools.cache
def _anny() -> Anatomy:
    model = load()
    bone_of = model.topology.dense_weights(len(model.skeleton.bone_names)).argmax(1).numpy()
    return Anatomy(model, Regions(model), bone_of, model.shape({"age": 0.67}).vertices.numpy())
