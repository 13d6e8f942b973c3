"""Cloth is drawn over what would show at its border, where hiding it would leave a hole."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.body.anchors import ANCHORS
from backend.body.clothes.drawing import Surface, drawn_over
from backend.body.clothes.dressing import dress, settle
from backend.body.clothes.layering import sheet
from backend.body.clothes.limbs import body_limbs
from backend.body.clothes.measures import measures
from backend.body.clothes.outfit import outfit
from backend.body.clothes.wardrobe import piece
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.evaluation.showing import showing
from backend.language.looks import Looks, Worn

HEAVY = {"age": 0.69, "gender": 0.95, "weight": 1.0, "muscle": 0.35}
# Of 28, 22, 15, 15, 10 and 10 mm that one saw before: boots, drawn-up thighs, a cuff.
HARD = (
    ("riding a skateboard", ("tank top", "jeans", "boots")),
    ("bending down, hands on the knees", ("tank top", "jeans", "boots")),
    ("sitting on an edge", ("blouse", "long skirt")),
    ("riding a skateboard, low", ("blouse", "long skirt")),
    ("kneeling on one knee", ("blouse", "long skirt")),
    ("hugging", ("shirt", "jeans", "jacket")),
)


@pytest.mark.parametrize(("name", "kinds"), HARD)
def test_borders_hold_where_they_are_strained_most(anny, name, kinds):
    posture = next(anchor for anchor in ANCHORS if anchor.name == name).posture
    shaped = anny.shape(HEAVY)
    chosen = outfit(Looks(tuple(Worn(kind) for kind in kinds)), True, 0.69, 0.2, torch.Generator().manual_seed(1))
    body = pose(anny, shaped, resolve(posture, anny.skeleton, shaped), torch.zeros(3))
    found = showing(anny, body, *settle(anny, body, *dress(anny, shaped, chosen)))
    assert found.worst < 0.001, str(found)


@pytest.mark.parametrize("depth", [0.006, 0.02])
def test_cloth_goes_over_a_bump_and_stays_where_it_is_elsewhere(anny, depth):
    """A swelling of the skin near a T-shirt's hem that comes out of it by `depth` metres."""
    m, own = measures(anny), piece(anny, "t-shirt")
    shirt, layer = own.vertices(m.reference), sheet(anny, "t-shirt")
    center = m.vertices[m.surface_vertices & (own.cover > 0.02) & (m.vertices[:, 1] < 0)]
    center = center[np.argmin(np.abs(center[:, 0] - 0.05) + center[:, 2])]  # in front, beside the middle, low
    away = np.linalg.norm(m.vertices - center, axis=1)
    gap = np.linalg.norm(shirt - center, axis=1).min()
    swollen = m.vertices + ((gap + depth) * np.exp(-0.5 * (away / 0.025) ** 2))[:, None] * m.normals
    skin = Surface(swollen, anny.topology.faces.numpy(), body_limbs(anny))
    asked = m.surface_vertices & (own.cover > 0.003)
    drawn = drawn_over(shirt, layer, [skin], [asked], 1.0)
    way = np.linalg.norm(drawn - shirt, axis=1)
    far = np.linalg.norm(shirt - center, axis=1) > 0.2
    assert way[~far].max() > depth / 2
    assert way[far].max() == 0
    assert np.array_equal(drawn_over(drawn, layer, [skin], [asked], 1.0), drawn), "nothing is seen any more"


def test_cloth_with_nothing_outside_is_left_alone(anny):
    m, own = measures(anny), piece(anny, "t-shirt")
    shirt = own.vertices(m.reference)
    skin = Surface(m.vertices, anny.topology.faces.numpy(), body_limbs(anny))
    asked = m.surface_vertices & (own.cover > 0.01)
    assert np.array_equal(drawn_over(shirt, sheet(anny, "t-shirt"), [skin], [asked], 1.0), shirt)
