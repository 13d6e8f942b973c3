"""What people can do: every interaction of the library, by name, with the words that mean it and what it needs.

An interaction names an action (a group of anchors, see anchors/), a manner that narrows it to some of them, overlays
(see overlays.py), and the kind of support it is done on. Text is matched against `described` by
`language.retrieval`; the contact sheet of the library (docs/anchors.png) shows every one on its support.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interaction:
    name: str  # e.g. "sitting on an edge"
    action: str  # one of anchors.ACTIONS
    described: tuple[str, ...]  # how people say it, base forms; the name counts, too
    support: str = "floor"  # kind of support, one of SUPPORTS
    overlays: tuple[str, ...] = ()  # names in overlays.OVERLAYS
    manner: str = ""  # part of the names of the anchors meant
    facing: str = "away"  # "away" from the support's back, "towards" what is touched, "along" it, "each other", "any"
    people: int = 1  # at least so many take part


SUPPORTS = (
    "floor", "seat", "bed", "wall", "table", "window", "stairs", "object on floor", "object on table", "high object",
    "box", "bicycle", "motorcycle", "horse", "skateboard",
)  # fmt: skip


def _on(support: str, action: str, *rows: tuple, facing: str = "away", people: int = 1) -> list[Interaction]:
    """Rows of name, manner, overlays, descriptions."""
    return [
        Interaction(name, action, tuple(described), support, tuple(overlays), manner, facing, people)
        for name, manner, overlays, described in rows
    ]


INTERACTIONS: tuple[Interaction, ...] = (
    *_on("seat", "sit",
         ("sitting upright", "upright", (), ("sit straight", "be seated", "sit up")),
         ("sitting back", "", ("leaning back",), ("sit and lean back", "lounge", "relax in a chair", "recline")),
         ("sitting on an edge", "on an edge", (), ("perch", "sit on the edge", "sit forward on the edge")),
         ("sitting side-saddle", "side-saddle", (), ("sit sideways", "side saddle")),
         ("sitting, legs crossed", "", ("legs crossed",), ("sit with crossed legs", "one leg over the other")),
         ("sitting, chin in hand", "", ("chin in hand",), ("think", "ponder", "rest the chin on a hand", "bored")),
         ("reading", "", ("reading",), ("read a book", "read a newspaper", "study", "look at a magazine")),
         ("typing", "", ("typing",), ("type", "work at a computer", "use a laptop", "write", "play the piano")),
         ("eating", "", ("eating",), ("eat", "have dinner", "dine", "have lunch", "snack")),
         ("driving", "", ("driving",), ("drive", "hold the steering wheel", "steer")),
         ("playing guitar", "", ("guitar",), ("play the guitar", "strum", "play the ukulele", "make music"))),
    *_on("box", "sit astride",
         ("sitting astride", "", (), ("straddle", "sit astride", "ride on a bench", "one leg on each side"))),
    *_on("floor", "sit on the floor",
         ("sitting cross-legged", "cross-legged", (), ("meditate", "lotus", "sit with legs folded")),
         ("sitting on the floor", "", (), ("sit on the ground", "sit on the grass", "picnic"))),
    *_on("floor", "stand",
         ("standing at ease", "at ease", (), ("stand", "wait", "stand around", "idle")),
         ("hands on hips", "", ("hands on hips",), ("stand with hands on hips", "arms akimbo")),
         ("arms crossed", "", ("arms crossed",), ("stand with crossed arms", "fold the arms")),
         ("looking up", "", ("looking up",), ("look up", "gaze at the sky", "watch the stars")),
         ("pointing", "", ("pointing",), ("point at something", "show the way", "direct")),
         ("waving", "", ("waving",), ("wave", "greet", "say hello", "wave goodbye", "hail a taxi")),
         ("phoning", "", ("phoning",), ("talk on the phone", "make a call", "telephone", "be on the phone")),
         ("holding a cup", "", ("holding a cup",), ("drink", "hold a mug", "drink coffee", "sip tea", "have a drink")),
         ("photographing", "", ("photographing",), ("take a picture", "take a photo", "photograph", "film")),
         ("stretching", "stretching", (), ("stretch", "stretch the arms", "yawn", "warm up")),
         ("tiptoe", "tiptoe", (), ("stand on tiptoe", "on the toes", "stand on the tips of the toes")),
         facing="any"),
    *_on("box", "foot up", ("one foot up", "", (), ("put a foot up", "foot on something", "rest a foot on")),
         facing="towards"),
    *_on("wall", "lean back",
         ("leaning back", "", (), ("lean against", "lean on a wall", "rest the back against"))),
    *_on("table", "lean on one hand",
         ("leaning on one hand", "", (), ("lean on one hand", "one hand on the table")), facing="towards"),
    *_on("table", "lean on hands",
         ("leaning on both hands", "", (), ("lean on the hands", "hands on the table", "lean over a table")),
         facing="towards"),
    *_on("table", "lean on elbows",
         ("leaning on elbows", "", (), ("lean on the elbows", "elbows on the bar", "lean on the counter")),
         facing="towards"),
    *_on("window", "lean out",
         ("leaning out of a window", "", (), ("lean out", "look out of the window", "lean over a railing")),
         facing="towards"),
    *_on("bed", "lie",
         ("lying on the back", "on the back", (), ("lie", "sleep", "lie down", "rest", "nap", "sunbathe")),
         ("lying on the side", "on the side", (), ("sleep on the side", "lie on the side", "curl up")),
         ("lying on the front", "on the front", (), ("lie on the stomach", "lie prone", "face down", "on the belly")),
         ("propped on an elbow", "propped", (), ("lie propped up", "recline on an elbow", "rest on an elbow")),
         facing="along"),
    *_on("floor", "kneel",
         ("kneeling on one knee", "one knee", (), ("kneel on one knee", "propose", "genuflect", "tie a shoe")),
         ("kneeling", "upright", (), ("kneel", "pray", "kneel on both knees", "on the knees")), facing="any"),
    *_on("floor", "squat", ("squatting", "squatting", (), ("squat", "hunker down", "sit on the heels")), facing="any"),
    *_on("floor", "crouch", ("crouching", "", (), ("crouch", "duck", "hide", "sneak", "cower")), facing="any"),
    *_on("floor", "crawl",
         ("crawling", "", (), ("crawl", "on all fours", "creep", "on hands and knees")), facing="any"),
    *_on("floor", "bend down", ("bending down", "", (), ("bend down", "bend over", "stoop", "bow")), facing="any"),
    *_on("object on floor", "pick up",
         ("picking up", "", (), ("pick up", "pick something up", "gather", "collect")), facing="towards"),
    *_on("high object", "reach up",
         ("reaching up", "", (), ("reach up", "reach for the top shelf", "take from a shelf", "grab from above")),
         facing="towards"),
    *_on("object on table", "reach",
         ("reaching forward", "reaching out", (), ("reach", "reach for", "touch", "grab", "take", "press a button")),
         facing="towards"),
    *_on("object on floor", "reach",
         ("reaching down", "reaching down", (), ("reach down", "pat a dog", "stroke a cat")), facing="towards"),
    *_on("wall", "push", ("pushing", "", (), ("push", "shove", "push a car", "push a cart", "move a wardrobe")),
         facing="towards"),
    *_on("table", "pull", ("pulling", "", (), ("pull", "drag", "tug", "haul", "pull a rope")), facing="towards"),
    *_on("floor", "carry", ("carrying", "", (), ("carry", "carry a box", "bring", "hold a box")), facing="any"),
    *_on("object on floor", "lift", ("lifting", "", (), ("lift", "lift a box", "heave", "lift weights")),
         facing="towards"),
    *_on("floor", "walk", ("walking", "", (), ("walk", "stroll", "wander", "stride", "go", "march")), facing="any"),
    *_on("floor", "run", ("running", "", (), ("run", "jog", "sprint", "race")), facing="any"),
    *_on("stairs", "climb",
         ("climbing stairs", "", (), ("climb the stairs", "go upstairs", "walk up the steps", "ascend")),
         facing="towards"),
    *_on("floor", "jump", ("jumping", "", (), ("jump", "leap", "hop", "jump for joy")), facing="any"),
    *_on("floor", "dance", ("dancing", "", (), ("dance", "ballet", "twirl", "waltz")), facing="any"),
    *_on("floor", "handstand", ("handstand", "", (), ("do a handstand", "stand on the hands", "upside down")),
         facing="any"),
    *_on("bicycle", "ride a bicycle",
         ("riding a bicycle", "", (), ("ride a bike", "cycle", "ride a bicycle", "pedal", "bike")), facing="along"),
    *_on("motorcycle", "ride a motorcycle",
         ("riding a motorcycle", "", (), ("ride a motorcycle", "ride a motorbike", "ride a scooter")), facing="along"),
    *_on("horse", "ride a horse",
         ("riding a horse", "", (), ("ride a horse", "horseback", "ride a pony", "ride a cow", "in the saddle")),
         facing="along"),
    *_on("skateboard", "ride a skateboard",
         ("riding a skateboard", "", (), ("skateboard", "skate", "surf", "snowboard", "ride a board")), facing="along"),
    *_on("floor", "talk",
         ("talking in a group", "", (), ("talk", "chat", "converse", "discuss", "stand in a group", "gossip")),
         facing="each other", people=2),
    *_on("floor", "shake hands",
         ("shaking hands", "", (), ("shake hands", "greet with a handshake", "make a deal")),
         facing="each other", people=2),
    *_on("floor", "hug", ("hugging", "", (), ("hug", "embrace", "cuddle", "hold each other")),
         facing="each other", people=2),
)  # fmt: skip
BY_NAME: dict[str, Interaction] = {i.name: i for i in INTERACTIONS}
