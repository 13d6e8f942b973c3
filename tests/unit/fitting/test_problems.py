"""Contacts ask of each region what its target can meet: all of a sole on a step, of a palm what a bar takes up."""

from __future__ import annotations

import pytest
import torch

from backend.body.anchors import Contact
from backend.fitting import terms
from backend.fitting.problem import Problem
from backend.fitting.problems import _contact
from backend.fitting.rig import Bodies

WIDTH, LENGTH = 0.10, 0.25  # metres: a sole
GRID = torch.cartesian_prod(torch.linspace(0, LENGTH, 12), torch.linspace(0, WIDTH, 4))
SOLE = torch.cat((GRID, torch.zeros(len(GRID), 1)), 1)
BALL = torch.tensor([0.19, 0.05, 0.0])


def gap(contact: Contact, distance) -> float:
    """Metres by which the fit takes the contact to be open while a sole lies at z = 0."""
    group = _contact(0, contact, torch.arange(len(SOLE)), "thing")
    bodies = Bodies(SOLE[None], torch.zeros(1, 0, 3), torch.zeros(1, 0, 3, 3), torch.zeros(1, 0, 3))
    problem = Problem(
        lambda p: p[..., 2], {"thing": distance}, (group,), (), torch.zeros(len(SOLE)), torch.zeros(1, dtype=torch.bool)
    )
    return float(terms.contact(bodies, problem)[1][0])


def pedal(points):
    """Unsigned distance to a tread of 6 × 12 cm under the ball of the foot."""
    return ((points - BALL).abs() - torch.tensor([0.03, 0.06, 0.0])).clamp_min(0).norm(dim=-1)


def bar(points):
    """Unsigned distance to a bar of 2 cm across one row of its points, which touches from below."""
    return ((points - torch.tensor([0.1136, 0.0, -0.01]))[..., ::2].norm(dim=-1) - 0.01).abs()


@pytest.mark.parametrize("target", ["left_pedal", "right_pedal", "pegs"])
def test_the_ball_of_a_foot_on_a_pedal_is_a_closed_contact(target):
    assert gap(Contact("left_soles", target), pedal) < 1e-3
    assert gap(Contact("left_soles", "floor"), pedal) > 0.01, "on a floor half a sole must touch"


def test_a_hand_across_a_bar_is_a_closed_contact():
    assert gap(Contact("left_palms", "handlebar"), bar) < 1e-3
    assert gap(Contact("left_palms", "support"), bar) > 2e-3


def test_a_foot_is_put_onto_a_thing_with_more_than_its_toes():
    def edge(points):
        """A box whose top ends under the middle of the foot."""
        return (0.12 - points[..., 0]).clamp_min(0)

    assert gap(Contact("left_soles", "floor"), edge) < 1e-3
    assert gap(Contact("left_soles", "touch0"), edge) > 0.01
