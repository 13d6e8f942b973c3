"""Overlays: what a prompt's modifiers change of an anchor: arms, legs, head or trunk, with the contacts they bring."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .anchors import Anchor, Contact
from .posture import UP, Arm, Leg, both_arms, both_legs


@dataclass(frozen=True)
class Overlay:
    """Changes to a posture; `contacts` are added, `needs` limits it to actions where it makes sense (empty: any)."""

    name: str
    changes: dict[str, object]
    contacts: tuple[Contact, ...] = ()
    needs: tuple[str, ...] = ()
    uses_arms: bool = True
    excludes: tuple[str, ...] = ()  # manners, as parts of anchor names, that it contradicts
    drops: tuple[str, ...] = ()  # regions, as ends of their names, whose contacts it undoes; arms that move are implied


_SEATED = ("sit",)
_OF_ARMS = ("palms", "fingertips", "forearms", "elbows")
_HAND_ON_LAP = Arm((0.36, -0.02, -1), (-0.34, -1, -0.44), (0.1, 0, -1), (-0.18, -1, -0.18))
OVERLAYS: dict[str, Overlay] = {
    o.name: o
    for o in (
        Overlay("hands on hips", both_arms(
            Arm((0.72, 0.4, -0.56), (-0.55, -0.26, -0.79), (-0.85, 0.15, -0.5), (-0.3, -0.85, -0.4), (-1, -0.2, 0)),
            "relaxed"),
            (Contact("left_palms", "self", 0.7, "left_waist"), Contact("right_palms", "self", 0.7, "right_waist"))),
        Overlay("arms crossed", {
            "left_arm": Arm((0.1, -0.36, -0.93), (-0.98, -0.2, 0.0), (0.0, 1, -0.1), (-1, 0.2, 0.05)),
            "right_arm": Arm((-0.09, -0.5, -0.86), (0.97, -0.23, 0.06), (0.3, 1, -0.1), (1, 0.22, 0.3)),
            "left_hand": "relaxed", "right_hand": "relaxed"}),
        Overlay("arms raised", {
            "left_arm": Arm((0.42, -0.06, 1), (0.1, -0.12, 1), (-0.4, -1, 0), (0.2, -0.05, 1), (-1, -0.3, 0)),
            "right_arm": Arm((-0.36, -0.1, 1), (-0.14, -0.08, 1), (0.4, -1, 0), (-0.22, -0.1, 1), (1, -0.3, 0))}),
        Overlay("reading", both_arms(
            # A book held open in front of the chest, a thumb's length above the lap.
            Arm((0.24, -0.12, -1), (-0.4, -1, 0.2), (-0.6, 0.6, 0.55), (-0.12, -0.8, 0.6)), "cupped")
            | {"head_front": (0, -1, -0.5), "head_up": (0, -0.42, 1)}),
        Overlay("typing", both_arms(
            Arm((0.26, -0.34, -1), (-0.26, -1, 0.16), (0, 0, -1), (-0.04, -1, -0.12)), "cupped")
            | {"chest_up": (0, -0.1, 1), "head_front": (0, -1, -0.24), "head_up": (0, -0.18, 1)},
                (Contact("left_fingertips", "touch", 0.5), Contact("right_fingertips", "touch", 0.5))),
        Overlay("eating", {
            "right_arm": Arm((-0.34, -0.5, -1), (0.42, -0.42, 0.9), (0.7, 0.7, -0.1), (0.6, -0.08, 0.8)),
            "left_arm": _HAND_ON_LAP, "right_hand": "grip", "left_hand": "relaxed", "chest_up": (0, -0.16, 1),
            "head_up": (0, -0.24, 1), "head_front": (0, -1, -0.26)},
                (Contact("left_palms", "self", 0.4, "left_thigh_tops"),)),
        Overlay("driving", {
            # The rim at ten and two; the pedals a step ahead, heels down.
            "left_arm": Arm((0.16, -0.8, -0.75), (-0.02, -1, 0.24), (-0.75, -0.35, -0.3), (-0.25, -0.85, 0.45)),
            "right_arm": Arm((-0.16, -0.8, -0.75), (0.02, -1, 0.24), (0.75, -0.35, -0.3), (0.25, -0.85, 0.45)),
            "left_hand": "grip", "right_hand": "grip", "pelvis_up": (0, 0.3, 1), "chest_up": (0, 0.2, 1),
            "head_up": (0, 0.0, 1), "head_front": (0, -1, -0.04),
            "left_leg": Leg((0.16, -1, 0.0), (0.03, -0.3, -1), (0.16, -1, 0)),
            "right_leg": Leg((-0.14, -1, 0.0), (0.0, -0.42, -1), (-0.14, -1, 0.22), (0, 0.22, 1))},
                needs=_SEATED, excludes=("edge", "side-saddle")),
        Overlay("guitar", {
            # The neck to the left and up; the right forearm lies over the body of it, the hand at the strings.
            "left_arm": Arm((0.42, -0.2, -1), (0.42, -0.85, 0.24), (-0.5, 0.5, 0.7), (0.05, -0.7, 0.75)),
            "right_arm": Arm((-0.55, -0.45, -1), (0.85, -0.6, 0.08), (0.1, 1, -0.2), (0.85, -0.2, -0.3)),
            "left_hand": "cupped", "right_hand": "relaxed", "chest_up": (-0.03, -0.12, 1),
            "head_up": (0.04, -0.24, 1), "head_front": (0.34, -1, -0.36)}),
        Overlay("chin in hand", {
            "pelvis_up": (0, -0.42, 1), "chest_up": (-0.06, -1, 0.86), "head_up": (-0.06, -0.45, 1),
            "head_front": (0.08, -1, -0.2),
            "right_arm": Arm((0.02, -0.49, -1), (0.5, -0.3, 1), (0.1, 0.5, 0.7), (0.3, 0.05, 1)),
            "left_arm": Arm((0.6, -0.12, -1), (-1, -0.85, -0.4), (-0.2, 0, -1)),
            "right_hand": "cupped", "left_hand": "relaxed"},
                (Contact("right_palms", "self", 0.7, "chin"), Contact("right_elbows", "self", 0.7, "right_thigh_tops"),
                 Contact("left_forearms", "self", 0.4, "left_thigh_tops")),
                ("sit", "sit astride"), excludes=("edge", "side-saddle")),
        Overlay("holding", {
            "left_arm": Arm((0.2, -0.2, -1), (-0.22, -1, 0.02), (-0.9, 0.2, 0.3)),
            "right_arm": Arm((-0.22, -0.14, -1), (0.24, -1, 0.06), (0.9, 0.2, 0.3)),
            "left_hand": "grip", "right_hand": "grip", "head_up": (0, -0.25, 1), "head_front": (0, -1, -0.3)}),
        Overlay("hands in lap", both_arms(
            Arm((0.26, -0.15, -1), (-0.5, -1, -0.22), (0.0, 0.1, -1), (-0.7, -0.8, -0.3)))),
        Overlay("gesturing", {
            "right_arm": Arm((-0.3, -0.22, -1), (-0.12, -1, 0.36), (0.8, -0.1, 0.7), (-0.12, -1, 0.12)),
            "right_hand": "relaxed"}),
        Overlay("waving", {
            "right_arm": Arm((-0.85, -0.4, -0.2), (-0.26, -0.24, 1), (0.1, -1, 0), (-0.1, -0.3, 1)),
            "right_hand": "flat", "head_front": (-0.1, -1, 0.02)}),
        Overlay("pointing", {
            "right_arm": Arm((-0.2, -1, -0.06), (-0.06, -1, 0.08), (0.8, 0, -0.6), None, (0.5, 0, 0.85)),
            "right_hand": "point"}),
        Overlay("phoning", {
            "right_arm": Arm((-0.42, -0.86, -0.28), (0.52, 0.42, 0.75), (1, 0.2, -0.3), (0.3, 0.55, 0.8)),
            "right_hand": "cupped", "head_up": (-0.14, -0.04, 1), "head_front": (0.1, -1, -0.04)},
                (Contact("right_palms", "self", 0.5, "right_ears"),)),
        Overlay("holding a cup", {
            "right_arm": Arm((-0.42, -0.31, -0.85), (0.74, -0.62, 0.26), (0.62, 0.74, 0.1), (0.72, -0.68, 0.12)),
            "right_hand": "cupped"}),
        Overlay("photographing", {
            "left_arm": Arm((0.06, -0.92, -0.39), (-0.46, -0.16, 0.87), (-0.9, 0.1, 0.1), (-0.25, -0.3, 1)),
            "right_arm": Arm((-0.1, -0.93, -0.34), (0.48, -0.12, 0.86), (0.9, 0.1, 0.1), (0.25, -0.3, 1)),
            "left_hand": "cupped", "right_hand": "cupped", "head_up": (0, -0.06, 1), "head_front": (0, -1, -0.04)}),
        Overlay("hands in pockets", both_arms(
            Arm((0.36, 0.27, -0.89), (-0.14, -0.46, -0.88), (-1, 0.1, 0.1), (-0.1, -0.3, -1), (0.2, -1, 0)), "flat"),
                (Contact("left_palms", "self", 0.6, "left_hips"), Contact("right_palms", "self", 0.6, "right_hips"))),
        Overlay("leaning back", {"pelvis_up": (0, 0.5, 1), "chest_up": (0, 0.36, 1), "head_up": (0, 0.08, 1)},
                (Contact("back", "backrest", 0.8),), _SEATED, uses_arms=False, excludes=("forward", "edge")),
        Overlay("legs crossed", {
            # The left thigh over the right knee, which comes to the middle.
            "pelvis_up": (0.04, 0.2, 1), "chest_up": (0, 0.06, 1),
            "left_leg": Leg((-0.2, -0.84, 0.26), (-0.16, -0.26, -1), (-0.36, -1, -0.35), (0, -0.35, 1)),
            "right_leg": Leg((0.06, -1, -0.02), (0.0, 0.06, -1), (0, -1, 0)),
            # Unless another overlay moves it, the hand lies on the upper thigh.
            "left_arm": Arm((0.4, -0.1, -1), (-0.7, -1, -0.2), (0, 0, -1), (-0.8, -0.8, 0.1))},
                (Contact("left_thighs", "self", 0.4, "right_thigh_tops"),
                 Contact("left_palms", "self", 0.5, "left_thigh_tops")), _SEATED, uses_arms=False,
                excludes=("legs apart", "forward", "edge", "side-saddle"), drops=("left_soles",)),
        Overlay("legs dangling", both_legs(
            Leg((0.14, -1, -0.02), (0.02, 0.1, -1), (0.1, -1, -0.45), UP, (0, -0.45, 1))),
                (), _SEATED, uses_arms=False, drops=("soles", "toes")),
        Overlay("looking up", {"head_up": (0, 0.5, 1), "head_front": (0, -1, 0.6)}, uses_arms=False),
        Overlay("looking down", {"head_up": (0, -0.5, 1), "head_front": (0, -1, -0.55)}, uses_arms=False),
    )
}  # fmt: skip


def with_overlay(anchor: Anchor, overlay: Overlay) -> Anchor:
    """`anchor` with an overlay's changes; contacts of limbs it moves away are dropped."""
    moved = [side for side in ("left", "right") if f"{side}_arm" in overlay.changes]
    undone = (*overlay.drops, *(f"{side}_{part}" for side in moved for part in _OF_ARMS))
    contacts = tuple(c for c in anchor.contacts if not c.region.endswith(undone))
    posture = anchor.posture.but(**overlay.changes)
    name = f"{anchor.name}, {overlay.name}"
    return replace(anchor, name=name, posture=posture, contacts=(*contacts, *overlay.contacts))
