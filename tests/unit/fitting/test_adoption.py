"""Bodies from pictures: what their hands do when they have come to what the action holds."""

from __future__ import annotations

from backend.body.anchors import ANCHORS
from backend.body.posture import Posture
from backend.fitting.adoption import _hands
from backend.fitting.grasp import HOLDING


def test_hands_hold_what_they_have_come_to_and_nothing_else():
    rider = next(anchor for anchor in ANCHORS if anchor.action == "ride a bicycle")
    assert {rider.posture.left_hand, rider.posture.right_hand} <= set(HOLDING)
    left = tuple(contact for contact in rider.contacts if contact.region != "right_palms")
    found = _hands(rider, left)
    assert (found.left_hand, found.right_hand) == (rider.posture.left_hand, Posture().right_hand)
    assert _hands(rider, rider.contacts).right_hand == rider.posture.right_hand
    assert _hands(rider, ()) == Posture()
