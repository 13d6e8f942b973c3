"""Set phrases, body parts and families of postures: what modifies a pose, and which poses a verb may mean."""

from __future__ import annotations

import re

# Posture verbs (lemmas) and the actions they may mean; the words around them choose among these.
FAMILIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("sit", "seat", "perch", "slump"), ("sit", "sit astride", "sit on the floor", "squat")),
    "stand": ("stand", "handstand", "talk"),
    "lie": ("lie",),
    "kneel": ("kneel",),
    "squat": ("squat",),
}
PLAIN = {"sit": "sitting upright", "stand": "standing at ease", "lie": "lying on the back", "kneel": "kneeling",
         "squat": "squatting"}  # fmt: skip
# Overlays of the trunk that belong to a posture verb's own manners; those of legs and arms are set phrases.
POSTURAL = frozenset(("leaning back",))
# Manners that are what everybody does: they narrow the anchors only when the words ask for them.
UNMARKED: dict[str, frozenset[str]] = {
    "sitting upright": frozenset("upright straight erect properly stiffly posture".split()),
    "standing at ease": frozenset("ease".split()),
    "reaching forward": frozenset("out forward forwards ahead".split()),
    "lying on the back": frozenset("back supine face".split()),
}
# Manners that need words of their own; similar spelling is not enough.
SPECIFIC = 0.45  # least similarity of a posture verb's words to a manner of it

HOLDING = frozenset("hold grip clutch clasp cradle".split())
SHOWING = frozenset("point indicate wave greet hail salute beckon signal photograph film shoot direct".split())
# What an unknown verb comes closest to; everything else is compared by its meaning or its spelling.
NEAREST: dict[str, str] = {
    **dict.fromkeys("sew weave knit sell vote grill milk serve drum conduct count fish play".split(), "sit"),
    **dict.fromkeys("swim float dive drown faint".split(), "lie"),
    **dict.fromkeys("fly skydive".split(), "jump"),
    **dict.fromkeys("plant dig weed bury light scrub prune repair fix weld".split(), "kneel"),
    **dict.fromkeys("cook wash paint wipe iron open close shut lock clean pour mix stir feed throw catch hit".split(),
                    "reach"),
    **dict.fromkeys("sweep mop rake mow row sail saw drill hammer".split(), "push"),
    **dict.fromkeys("fight box kick wrestle fence somersault cartwheel spin swing".split(), "dance"),
    **dict.fromkeys("kiss marry comfort".split(), "hug"),
    **dict.fromkeys("teach preach lecture sing".split(), "talk"),
    **dict.fromkeys("ski sled".split(), "ride a skateboard"),
}  # fmt: skip

_OWN = r"(?:(?:his|her|their|its|the|both|one's|two)\s+)*"
_WITH = rf"\b(?:with |has |having |keeps |keeping )?{_OWN}"
_HAND = r"(?:hands?|fists?|palms?)"
_PHONE = r"(?:tele|smart|cell ?|mobile ?)?(?:phone|mobile)"
# Set phrases, tried in order on the lower-case clause; a match is taken out of it.
PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("cross-legged", r"\bcross[- ]?legged\b|\bin (?:a |the )?lotus(?: (?:position|pose))?\b"
                         rf"|\b(?:with )?{_OWN}legs folded\b"),
        ("legs crossed", rf"{_WITH}(?:legs|ankles) crossed(?: over)?\b|\b(?:with )?crossed (?:legs|ankles)\b"
                         rf"|\bcross(?:ing|es)? {_OWN}(?:legs|ankles)\b"
                         r"|\b(?:with )?one leg (?:crossed )?over the other(?: one)?\b"),
        ("arms crossed", rf"{_WITH}arms (?:crossed|folded)(?: (?:over|across|on|in front of) {_OWN}(?:chest|breast))?\b"
                         rf"|\b(?:with )?(?:crossed|folded) arms\b|\b(?:cross|fold)(?:ing|es|s)? {_OWN}arms\b"),
        ("hands on hips", rf"{_WITH}hands? on {_OWN}(?:hips?|waist)\b|\b(?:with )?arms akimbo\b|\bakimbo\b"),
        ("hands in pockets", rf"{_WITH}hands? in (?:{_OWN}|a )*(?:\w+ )?pockets?\b"
                             rf"|\bputting {_OWN}hands in {_OWN}pockets?\b"),
        ("hands behind the back", rf"{_WITH}(?:hands|arms)(?: clasped| folded| held)? behind {_OWN}back\b"),
        ("chin in hand", rf"{_WITH}(?:chin|head|face) (?:resting |propped |held )?(?:in|on) {_OWN}{_HAND}\b"
                         rf"|\brest(?:ing|s)? {_OWN}(?:chin|head) (?:in|on) {_OWN}{_HAND}\b"),
        ("arms raised", rf"{_WITH}(?:arms|hands)(?: are| held| stretched)? "
                        rf"(?:raised|up|lifted|high|in the air|over(?:head| {_OWN}head)|above {_OWN}head)"
                        r"(?: (?:up|high|in the air|to the sky))?(?! (?:against|on)\b)\b"
                        rf"|\b(?:with )?(?:raised|lifted|upraised) (?:arms|hands)\b"
                        rf"|\b(?:rais|lift)(?:e|ing|es|s)? {_OWN}(?:arms|hands)(?: up| high)?\b"),
        ("waving", rf"{_WITH}(?:one |a |right |left )?(?:hand|arm) (?:raised|up|in the air)(?! against| on)\b"
                   rf"|\brais(?:ing|es|e) (?:his|her|their|a|an|one) (?:right |left )?(?:hand|arm)\b"),
        ("hands in lap", rf"{_WITH}hands(?: resting| folded| lying)? (?:in|on) {_OWN}(?:lap|thighs|knees)\b"),
        ("legs dangling", rf"{_WITH}(?:legs|feet) (?:dangling|swinging)\b"
                          rf"|\b(?:dangling|swinging) {_OWN}(?:legs|feet)\b"),
        ("phoning", rf"\b(?:(?:talk|speak|chatt?)(?:ing|s)? )?on (?:the|his|her|their|a) {_PHONE}\b"
                    rf"|\bwith (?:the|his|her|a) {_PHONE} (?:at|to|on|against) (?:the|his|her) ear\b"),
        ("looking up", r"\b(?:look|gaz|star)(?:ing|e|es|s)? up(?:wards?)?(?! at| to| from)\b"
                       r"|\b(?:look|gaz|star|watch)(?:ing|e|es|s)?(?: up)?(?: at| to| into)? the "
                       r"(?:sky|stars?|clouds?|moon|heavens?|ceiling)\b"),
        ("looking down", r"\b(?:look|gaz|star)(?:ing|e|es|s)? down(?:wards?)?(?! at| to| from| on)\b"
                         r"|\b(?:look|gaz|star)(?:ing|e|es|s)?(?: down)? at (?:the (?:floor|ground)|(?:his|her) feet)"
                         r"\b"),
        ("each other", r"\b(?:to|with|at|facing|towards?)? ?(?:each other|one another)\b"),
    )
)  # fmt: skip
OVERLAY_PHRASES = frozenset(name for name, _ in PHRASES) - {"cross-legged", "each other"}

PALMS = ("left_palms", "right_palms")
KEYING = ("left_fingertips", "right_fingertips")
# Body parts as touching parts: what the sentence calls them, and the regions they mean.
PARTS: dict[str, tuple[str, ...]] = {
    "hands": PALMS, "both hands": PALMS, "palms": PALMS, "both palms": PALMS, "arms": PALMS, "hand": ("right_palms",),
    "one hand": ("right_palms",), "right hand": ("right_palms",), "left hand": ("left_palms",),
    "palm": ("right_palms",), "one arm": ("right_palms",), "arm": ("right_palms",),
    "back": ("back",), "shoulder": ("back",), "shoulders": ("back",),
    "foot": ("left_soles",), "one foot": ("left_soles",), "left foot": ("left_soles",), "right foot": ("right_soles",),
    "feet": ("left_soles", "right_soles"), "both feet": ("left_soles", "right_soles"),
    "leg": ("left_soles",), "one leg": ("left_soles",), "legs": ("left_soles", "right_soles"),
    "elbows": ("left_forearms", "right_forearms"), "elbow": ("right_forearms",),
    "forearms": ("left_forearms", "right_forearms"), "forearm": ("right_forearms",),
}  # fmt: skip
PART_WORDS = frozenset(
    "hand hands palm palms back foot feet elbow elbows forearm forearms leg legs arm arms hip hips head lap knee knees "
    "chin chest ankle ankles thigh thighs shoulder shoulders eyes side stomach belly tummy front heels heel haunches "
    "toes toe tiptoe tiptoes fours face fist fists finger fingers fingertips waist neck hair ear nose mouth buttocks "
    "pockets pocket".split()
)
# Which regions touch the object of an action, where the words name no body part. The same as fitting.conduct's.
TOUCHING: dict[str, tuple[str, ...]] = {
    "foot up": ("left_soles",), "lean back": ("back",), "lean on one hand": ("right_palms",), "lean on hands": PALMS,
    "lean on elbows": ("left_forearms", "right_forearms"), "lean out": PALMS, "reach": ("right_fingertips",),
    "reach up": ("right_fingertips",), "pick up": ("right_fingertips",), "lift": PALMS, "push": PALMS, "pull": PALMS,
}  # fmt: skip
