"""In which manners a reading can be acted out here: its anchors with overlays, touches and legs that suit the seat."""

from __future__ import annotations

from dataclasses import replace

from backend.body.anchors import Anchor, Contact, anchors_of
from backend.body.codebook import FITTED, variants
from backend.body.model import BodyModel, ShapedBody
from backend.body.overlays import OVERLAYS, with_overlay
from backend.language.prompt import Reading

from .conduct import conduct_of
from .stage import Stage
from .surfaces import Surroundings

# Motion is richer than what can be authored: of these actions recorded poses stand beside the authored anchors.
RECORDED = {"walk": "walking", "run": "running", "jump": "jumping", "dance": "dancing"}
RECORDED_MOST = 4
HIP_HEIGHT = 0.085  # metres of a 1.7 m body between a seat and the hip joint
ASIDE = (1.0, 0.15, -0.1)  # where the right palm faces that takes hold of a thing
STEEPEST_FALL, STEEPEST_RISE = -0.07, 0.75  # slope of a sitter's thighs towards the knees


def anchors_for(reading: Reading) -> list[Anchor]:
    """The action's anchors with the reading's overlays, and their mirror images where the sides differ."""
    action = "stand" if reading.action == "raise arms" else reading.action
    anchors = [a for a in anchors_of(action) if reading.manner in a.name] or list(anchors_of(action))
    if action in RECORDED and not reading.manner:
        anchors += variants(RECORDED[action])[:RECORDED_MOST]
    if reading.interaction and not reading.overlays:
        anchors += [a for a in variants(reading.interaction) if FITTED in a.name]
    overlays = [OVERLAYS[name] for name in reading.overlays]
    if any(o.uses_arms for o in overlays):
        anchors = [a for a in anchors if a.arms_free]
    if reading.action == "raise arms" and "arms raised" not in reading.overlays:
        overlays.append(OVERLAYS["arms raised"])
    excluded = [part for o in overlays for part in o.excludes]
    anchors = [a for a in anchors if not any(part in a.name for part in excluded)] or anchors
    # What is about the arms comes last: crossed legs put a hand on the knee, unless it holds a book.
    for overlay in sorted(overlays, key=lambda o: o.uses_arms):
        anchors = [with_overlay(a, overlay) for a in anchors]
    anchors = [_with_touches(a, reading) for a in [*anchors, *_stooping(reading)]]
    sided = conduct_of(reading.action).sided or any(o.name == "legs crossed" for o in overlays)
    if sided and not any("left" in r or "right" in r for t in reading.touches for r in t.regions):
        anchors += [a.mirrored for a in anchors]
    return anchors


def _stooping(reading: Reading) -> list[Anchor]:
    """Whoever stands and holds a thing with one hand may have to bend for it: the reaching anchors, with that hand."""
    held = [region for touch in reading.touches for region in touch.regions]
    if reading.action != "stand" or held not in (["left_palms"], ["right_palms"]):
        return []
    right = []
    for a in anchors_of("reach"):
        # The palm comes from the side: fingers go around what stands there.
        arm = replace(a.posture.right_arm, palm=ASIDE)
        posture = a.posture.but(right_arm=arm, right_hand="cupped")
        right.append(replace(a, posture=posture, contacts=tuple(c for c in a.contacts if c.to != "touch")))
    return right if held == ["right_palms"] else [a.mirrored for a in right]


def _with_touches(anchor: Anchor, reading: Reading) -> Anchor:
    """The anchor with the touches of the prompt: "touch" becomes the key of the surface that the region is to touch."""
    keys = {region: f"touch{k}" for k, touch in enumerate(reading.touches) for region in touch.regions}
    contacts = []
    for c in anchor.contacts:
        if c.to == "touch":
            contacts.append(replace(c, to=keys.pop(c.region, "touch0")))
        elif c.region not in keys:
            contacts.append(c)
    contacts += [Contact(region, key) for region, key in keys.items()]
    return replace(anchor, contacts=tuple(contacts))


def surface_key(contact: Contact, stage: Stage, place: Surroundings, backrest: bool) -> str | None:
    """The surface (key of `place.surfaces`) that a contact means here, or None if there is nothing to touch."""
    to = contact.to
    if to in ("handlebar", "pegs"):
        to = f"{contact.region.partition('_')[0]}_{'grip' if to == 'handlebar' else 'pedal'}"
    if to == "floor":
        # Whoever stands on a table has the table for a floor; whoever sits on it has the floor below.
        if conduct_of(stage.action).on_ground:
            return "support"
        return "floor" if stage.floor is not None else None
    if to == "backrest":
        return "support" if backrest else None
    return to if to in place.surfaces else None


def for_seat(anchor: Anchor, height: float, person: ShapedBody, model: BodyModel) -> Anchor:
    """Thighs slope so that the feet reach the floor from this seat, or the legs hang if it is too high.

    `height`: of the seat above the floor, metres.
    """
    heads = {name: person.heads[k] for k, name in enumerate(model.skeleton.bone_names)}
    shin = float((heads["lowerleg01.L"] - heads["foot.L"]).norm()) + float(heads["foot.L"][2])
    thigh = float((heads["upperleg01.L"] - heads["lowerleg01.L"]).norm())
    hip = height + HIP_HEIGHT * person.height / 1.7
    # From high seats the thighs stay nearly level, or they would cut into the edge: the feet hang instead.
    rise = max(STEEPEST_FALL, min(STEEPEST_RISE, (shin - hip) / thigh))
    legs = {}
    for side in ("left_leg", "right_leg"):
        leg = getattr(anchor.posture, side)
        if leg.shin[2] < -0.8 and abs(leg.thigh[2]) < 0.3:
            legs[side] = replace(leg, thigh=(leg.thigh[0], leg.thigh[1], leg.thigh[2] + rise))
    contacts = anchor.contacts
    if hip - shin > 0.3 * thigh:
        contacts = tuple(c for c in contacts if "soles" not in c.region)
    return replace(anchor, posture=anchor.posture.but(**legs), contacts=contacts)
