"""Every piece of the wardrobe is a sound mesh for everybody: hemmed or closed, weighted, with clean cuts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.body.clothes.measures import measures
from backend.body.clothes.patch import boundary_loops
from backend.body.clothes.wardrobe import NAMES, piece
from backend.body.model import PHENOTYPES

CLOTHES = [name for name in NAMES if name != "face" and name[0].islower()]
HAIR = [name for name in NAMES if name[0].isupper()]


@pytest.mark.parametrize("name", NAMES)
def test_weights_sum_to_one_and_indices_are_within(anny, name):
    shape = piece(anny, name).topology
    count = len(shape.weights)
    assert np.allclose(shape.weights.sum(1), 1, atol=1e-5)
    assert (shape.weights >= 0).all()
    assert shape.faces.min() >= 0 and shape.faces.max() == count - 1
    assert shape.face_uvs.max() < len(shape.uvs)
    assert (shape.uvs >= 0).all() and (shape.uvs <= 1).all()
    assert shape.weight_bones.min() >= 0 and shape.weight_bones.max() < len(anny.skeleton.bone_names)
    assert len(np.unique(shape.faces)) == count, "no vertex without a face"


@pytest.mark.parametrize("name", NAMES)
def test_no_edge_has_more_than_two_faces_and_faces_agree_on_outside(anny, name):
    edges = {}
    for face in piece(anny, name).topology.faces.tolist():
        corners = list(dict.fromkeys(face))
        assert len(corners) >= 3
        for edge in zip(corners, corners[1:] + corners[:1], strict=True):
            assert edge not in edges, "two faces run along an edge in the same direction"
            edges[edge] = True


@pytest.mark.parametrize("name", HAIR)
def test_hair_is_closed(anny, name):
    assert not boundary_loops(piece(anny, name).topology.faces)


@pytest.mark.parametrize("name", [name for name in CLOTHES if "dress" not in name])
def test_cloth_ends_in_turned_in_hems(anny, name):
    """Open edges are only inside: the border of the shell is not the border of the piece."""
    own = piece(anny, name)
    ends = set(np.concatenate([*boundary_loops(own.topology.faces), np.zeros(0, int)]).tolist())
    shown = set(np.concatenate(boundary_loops(own.topology.faces[own.shell])).tolist())
    assert shown and not ends & shown


@pytest.mark.parametrize("name", NAMES)
def test_cloth_looks_outwards(anny, name):
    """The volume that the outside encloses with straight lids is positive."""
    own, m = piece(anny, name), measures(anny)
    vertices = own.vertices(m.reference)
    faces = own.topology.faces[own.shell]
    corners = vertices[faces] - vertices[faces].mean((0, 1))
    volume = np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    volume += np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 2], corners[:, 3]))
    assert volume > 0


@settings(max_examples=8, deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from([0.15, 0.3, 0.5, 1.0]) for name in PHENOTYPES}))
def test_pieces_fit_every_phenotype(anny, phenotype):
    """From toddlers on; the body model goes down to newborns, whom no word asks for."""
    person = measures(anny).wearer(anny.shape(phenotype))
    low, high = person.vertices.min(0) - 0.12, person.vertices.max(0) + 0.12
    for name in NAMES:
        vertices = piece(anny, name).vertices(person)
        assert np.isfinite(vertices).all(), name
        assert (vertices > low).all() and (vertices < high).all(), name


@pytest.mark.parametrize("name", ["t-shirt", "trousers", "jacket"])
def test_hems_are_smooth_curves(anny, name):
    """Along a cut no corner is sharper than 75 degrees and no step is a sliver."""
    own, m = piece(anny, name), measures(anny)
    vertices = own.vertices(m.reference)
    for loop in boundary_loops(own.topology.faces[own.shell]):
        step = np.roll(vertices[loop], -1, axis=0) - vertices[loop]
        length = np.linalg.norm(step, axis=1)
        assert length.min() > 0.15 * np.median(length)
        unit = step / length[:, None]
        assert (unit * np.roll(unit, 1, axis=0)).sum(1).min() > np.cos(np.radians(75))


def test_soles_stay_on_the_ground(anny):
    for phenotype in ({"age": 0.3}, {"gender": 0.0, "height": 0.9}, {"gender": 1.0, "weight": 1.0}):
        person = measures(anny).wearer(anny.shape(phenotype))
        for name in ("shoes", "sneakers", "flats", "boots"):
            heights = piece(anny, name).vertices(person)[:, 2]
            assert abs(heights.min()) < 1e-6
            assert (heights < 1e-6).sum() > 40, "a flat sole"
