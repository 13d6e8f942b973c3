"""Every turn of a joint appears in its own three numbers, laid out as SMPL-X's parameters are."""

import numpy as np
import pytest

from backend.evaluation.parameters import BODY_JOINTS, GROUPS, VARIANTS, gathered, parameters_of


def vectors(posed, turns, phenotype=None):
    return parameters_of(posed(turns).rigged, phenotype or {})


def test_the_groups_have_smplx_s_sizes_and_are_zero_at_rest(posed):
    found = vectors(posed, {})
    assert [len(found[group]) for group in GROUPS] == [3, 3, 63, 90, 6]
    for group in ("orientation", "body", "hands", "shape"):
        np.testing.assert_allclose(found[group], 0, atol=1e-6)


@pytest.mark.parametrize(
    ("bone", "joint"),
    [("lowerleg01.L", "left_knee"), ("upperleg02.R", "right_hip"), ("pelvis.R", "right_hip"), ("spine04", "spine1"),
     ("neck02", "neck"), ("head", "head"), ("clavicle.L", "left_collar"), ("lowerarm02.R", "right_wrist"),
     ("toe2-1.L", "left_foot")],
)  # fmt: skip
def test_a_bone_s_turn_is_that_of_its_joint_and_of_no_other(posed, bone, joint):
    found = vectors(posed, {bone: (0, 40, 10)})["body"].reshape(21, 3)
    row = list(BODY_JOINTS).index(joint)
    np.testing.assert_allclose(found[row], np.radians([0, 40, 10]), atol=1e-5)
    np.testing.assert_allclose(np.delete(found, row, axis=0), 0, atol=1e-5)


def test_a_bend_spread_over_two_spine_bones_is_their_sum(posed):
    found = vectors(posed, {"spine05": (20, 0, 0), "spine04": (15, 0, 0)})["body"].reshape(21, 3)
    np.testing.assert_allclose(found[list(BODY_JOINTS).index("spine1")], np.radians([35, 0, 0]), atol=1e-5)


def test_turning_and_moving_the_body_changes_where_it_is_and_nothing_else(posed):
    here = parameters_of(posed({}).rigged, {})
    there = parameters_of(posed({"root": (0, 0, 90)}, at=(1.0, 2.0, 0.0)).rigged, {})
    np.testing.assert_allclose(there["translation"] - here["translation"], [1, 2, 0], atol=1e-6)
    np.testing.assert_allclose(there["orientation"], np.radians([0, 0, 90]), atol=1e-6)
    np.testing.assert_allclose(there["body"], here["body"], atol=1e-6)


def test_shape_is_in_standard_deviations_of_a_uniform_range(posed):
    found = vectors(posed, {}, {"height": 1.0, "age": 0.5})["shape"]
    assert np.count_nonzero(found) == 1 and found.max() == pytest.approx(np.sqrt(3))


def test_variants_choose_groups(posed):
    samples = [vectors(posed, {}), vectors(posed, {"head": (0, 0, 5)})]
    assert gathered(samples, GROUPS).shape == (2, 165)
    assert {variant.paper for variant in VARIANTS} == {"PSI, PLACE, POSA", "GenZI", "COINS"}
    assert all(set(variant.groups) <= set(GROUPS) for variant in VARIANTS)
