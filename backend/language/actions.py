"""What people do: verbs and set phrases, and the action or overlay (see body/anchors/) each of them means."""

from __future__ import annotations

import re

# Word forms of each action's verb. "reach" and the like keep their object for the grammar in prompt.py.
VERBS: dict[str, str] = {}


def _verb(action: str, forms: str) -> None:
    VERBS.update(dict.fromkeys(forms.split(), action))


_verb("sit", "sit sits sitting seated sat perched perching lounging lounges relaxing resting")
_verb("stand", "stand stands standing stood waiting waits posing poses")
_verb("lie", "lie lies lying lay laying reclining reclines sleeping sleeps asleep napping sunbathing")
_verb("lean", "lean leans leaning leaned leant")
_verb("kneel", "kneel kneels kneeling knelt")
_verb("squat", "squat squats squatting crouch crouches crouching crouched")
_verb("walk", "walk walks walking strolling strolls wandering striding marching")
_verb("run", "run runs running jog jogs jogging sprinting")
_verb("reach", "reach reaches reaching grabbing grabs touching touches grasping grasps")
_verb("handstand", "handstand handstands")

# Verbs that only add to another action; with no other verb the person stands.
SIDE_VERBS: dict[str, str] = {
    **dict.fromkeys(("reading", "reads"), "reading"),
    **dict.fromkeys(("talking", "talks", "chatting", "conversing", "speaking", "discussing"), "gesturing"),
    **dict.fromkeys(("waving", "waves"), "waving"),
    **dict.fromkeys(("pointing", "points"), "pointing"),
}
# Verbs that bring an object into the hands; the noun phrase after them is what is touched.
HOLDING = frozenset("holding holds gripping grips clutching".split())
# Verbs that carry no action of their own.
NEUTRAL = frozenset(
    "doing does is are being having with wearing wears dressed looking facing looks faces dangling".split()
)
# Nouns that end like verbs.
NOT_VERBS = frozenset(
    "ceiling building railing painting awning clearing landing king ring wing string swing spring thing nothing "
    "something everything morning evening living dining parking clothing bedding stocking filing sling "
    "lightning".split()
)
# What an unknown verb comes closest to; everything else is compared by spelling.
NEAREST: dict[str, str] = {
    **dict.fromkeys("riding rides driving drives typing writing working playing".split(), "sit"),
    **dict.fromkeys("eating eats drinking drinks".split(), "sit"),
    **dict.fromkeys("dancing jumping climbing skating flying".split(), "stand, arms raised"),
    **dict.fromkeys("crawling praying".split(), "kneel"),
    **dict.fromkeys("pushing pulling".split(), "lean on hands"),
    **dict.fromkeys("picking lifting carrying throwing catching cooking opening".split(), "reach"),
    **dict.fromkeys("floating swimming".split(), "lie"),
}

_OWN = r"(?:(?:his|her|their|its|the|both|one's|two)\s+)*"
# Set phrases, tried in order on the lower-case prompt; a match is taken out of the sentence.
PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("cross-legged", r"\bcross[- ]?legged\b|\bin (?:a |the )?lotus(?: position)?\b|\blegs folded\b"),
        ("legs crossed", rf"\b(?:with )?{_OWN}(?:legs|ankles) crossed\b|\bcrossed legs\b|\bcrossing {_OWN}legs\b"),
        ("arms crossed", rf"\b(?:with )?{_OWN}arms (?:crossed|folded)\b|\b(?:with )?(?:crossed|folded) arms\b"
                         rf"|\b(?:crossing|folding) {_OWN}arms\b"),
        ("hands on hips", rf"\b(?:with )?{_OWN}hands? on {_OWN}hips?\b|\barms akimbo\b|\bakimbo\b"),
        ("arms raised", rf"\b(?:with )?{_OWN}(?:arms|hands) "
                        rf"(?:raised|up|lifted|stretched up|in the air|over(?:head| {_OWN}head))\b"
                        rf"|\b(?:with )?raised (?:arms|hands)\b|\brais(?:ing|es) {_OWN}(?:arms|hands)\b"
                        rf"|\blift(?:ing|s) {_OWN}(?:arms|hands)\b"),
        ("hands in lap", rf"\b(?:with )?{_OWN}hands (?:in|on) {_OWN}(?:lap|thighs|knees)\b"),
        ("legs dangling", rf"\b(?:with )?{_OWN}(?:legs|feet) dangling\b|\b(?:with )?dangling {_OWN}(?:legs|feet)\b"),
        ("looking up", r"\blook(?:ing|s)? up(?:wards)?\b"),
        ("looking down", r"\blook(?:ing|s)? down(?:wards)?\b"),
        ("each other", r"\b(?:to|with|at|facing|towards)? ?(?:each other|one another)\b"),
    )
)  # fmt: skip
# Body parts as touching parts: what the sentence calls them, and the regions they mean.
PARTS: dict[str, tuple[str, ...]] = {
    "hands": ("left_palms", "right_palms"), "both hands": ("left_palms", "right_palms"), "hand": ("right_palms",),
    "right hand": ("right_palms",), "left hand": ("left_palms",), "back": ("back",),
    "foot": ("left_soles",), "one foot": ("left_soles",), "left foot": ("left_soles",), "right foot": ("right_soles",),
    "elbows": ("left_elbows", "right_elbows"), "elbow": ("right_elbows",),
}  # fmt: skip
PART_WORDS = frozenset(
    "hand hands back foot feet elbow elbows leg legs arm arms hip hips head lap knee knees chin chest ankles thighs "
    "shoulder shoulders eyes side stomach".split()
)
