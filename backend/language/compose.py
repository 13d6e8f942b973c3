"""What a clause's people do: its verbs' interactions put together to one action, its manner and overlays.

A posture carries the rest: "sitting" + "reading" is the sitting anchor with the overlay of reading; of "standing" and
"pushing" the pushing is left; two postures that exclude each other are told apart in a warning.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from backend.body.interactions import BY_NAME, INTERACTIONS, Interaction
from protocol.errors import UnknownAction

from . import actions, verbs
from .leaning import kind_of_leaning
from .nouns import is_a, noun_of
from .retrieval import CERTAIN, Found, lexical, ranked
from .sentence import Place, Predicate, Sentence
from .synonyms import LIGHT, meanings

EXTRA_ACTIONS = ("raise arms",)  # beside those of the interactions
HAND_ACTIONS = frozenset(("reach", "reach up", "pick up", "lift", "push", "pull"))
# What gives way when another action is named, too: "standing and pushing", "bending down to pick up".
_YIELDING: dict[str, frozenset[str]] = {
    "sit": frozenset(("sit astride", "sit on the floor")),
    "walk": frozenset(("carry", "push", "pull", "climb", "run")),
    "bend down": HAND_ACTIONS | {"kneel", "squat", "crouch"},
    "squat": frozenset(("pick up", "lift")),
    "crouch": frozenset(("pick up", "lift", "crawl")),
    "reach": frozenset(("reach up", "pick up")),
    "talk": frozenset(("shake hands", "hug")),
    "lean out": frozenset(("lean on hands", "lean on elbows")),
}
# Meanings of nouns that are places rather than part of what is done.
_SCENERY = frozenset("FLOOR WALL TABLE CAR LEANOUT GROUP DOWN HANDS WALK STAND FRONT".split())
# What people have with them → how they hold it.
INSTRUMENTS = {"BOOK": "reading", "TYPE": "typing", "GUITAR": "guitar", "PHONE": "phoning", "CUP": "holding a cup",
               "PHOTO": "photographing"}  # fmt: skip
BY_ITSELF = 0.6  # least similarity of words without a verb to what they mean
RELATED = 0.3  # least similarity of a verb by itself to an interaction that it may mean
_STAIRS = frozenset("stairs stair staircase stairway steps ladder escalator".split())
_MAY_BE_EMPTY = frozenset("have make do get put go keep take play use enjoy give stay remain be tell tuck".split())


@dataclass
class Doing:
    base: Interaction | None = None  # the posture
    fallback: Interaction | None = None  # an interaction of overlays only, whose posture serves if nothing else does
    action: str = ""
    manner: str = ""
    overlays: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)  # predicate → touch | hold | gaze | support | prop | lean
    regions: dict[int, tuple[str, ...]] = field(default_factory=dict)  # predicate → what touches its object
    unknown: list[UnknownAction] = field(default_factory=list)
    meets: set[int] = field(default_factory=set)  # predicates that take two: talking, shaking hands, hugging
    together: bool = False

    @property
    def interaction(self) -> str:
        chosen = self.base or self.fallback
        return chosen.name if chosen else ""


def compose(sentence: Sentence, found: list[str]) -> Doing:
    """Put the clause's verbs and set phrases together. Raises `UnknownAction` if none of its verbs is known."""
    doing = Doing(overlays=[name for name in found if name in actions.OVERLAY_PHRASES])
    doing.together = "each other" in found
    if not sentence.predicates:
        _without_verb(doing, sentence)
    for index, predicate in enumerate(sentence.predicates):
        _understand(doing, sentence, index, predicate)
    if doing.unknown:
        if doing.base is None and doing.fallback is None and not doing.overlays:
            raise doing.unknown[0]
        doing.warnings += [f"{e.detail.split(' is not')[0]} is not known and was left out." for e in doing.unknown]
    doing.action = doing.base.action if doing.base else ""
    if "cross-legged" in found:
        _sit_cross_legged(doing)
    return doing


def _understand(doing: Doing, sentence: Sentence, index: int, predicate: Predicate) -> None:
    verb, places = predicate.verb, sentence.places_of(index)
    if verb in verbs.GAZE and (places or verb not in verbs.SHOWN) and _looks(doing, index, predicate, places):
        return
    if verb in verbs.SILENT and verb not in verbs.SHOWN:
        return
    if verb == "lean" or (verb in ("prop", "rest", "slouch") and _leans(predicate, places, sentence)):
        _lean(doing, sentence, index, predicate)
    elif verb in actions.HOLDING:
        _hold(doing, index, predicate, places)
    elif verb in actions.FAMILIES:
        _posture(doing, index, predicate, places)
    else:
        _act(doing, index, predicate, places)


def _without_verb(doing: Doing, sentence: Sentence) -> None:
    """"Upside down", "on all fours", "on horseback": words that mean a pose by themselves."""
    telling = [w for p in sentence.places if _tells(p) and not p.part for w in p.phrase.split()]
    # Things of the scene are no poses, whatever one does with them: "a man, a chair".
    said = [w for w in sentence.said if w in actions.PART_WORDS or noun_of([w]) is None]
    said = [w for w in sentence.said if w in said or _meanings_of(w) - _SCENERY] if said else []
    found = ranked(" ".join([*said, *telling]))[0]
    least = CERTAIN if found.interaction.overlays else BY_ITSELF
    if found.similarity >= least and not any(p.part in actions.PARTS for p in sentence.places):
        _add(doing, -1, Predicate("", " ".join(said), said), found.interaction)


def _looks(doing: Doing, index: int, predicate: Predicate, places: list[Place]) -> bool:
    """A verb of looking; False if it rather means a pose of its own (looking at a magazine)."""
    about = [p for p in places if p.preposition in ("object", "near", "toward", "in", "for", "from", "on")]
    means = _meanings_of(about[0].phrase) if about else set()
    if means & {"BOOK"}:
        doing.overlays.append("reading")
        doing.fallback = doing.fallback or BY_NAME["reading"]
        doing.roles[index] = "prop"
        return True
    if "up" in predicate.words or means & {"LOOKUP"}:
        doing.overlays.append("looking up")
    elif "down" in predicate.words or (means & {"PHONE", "CUP"}):
        doing.overlays.append("looking down")
    out = any(p.written == "out of" for p in places)
    if out and doing.base is None and len(doing.roles) == 0:
        doing.fallback = BY_NAME["leaning out of a window"]
    doing.roles[index] = "gaze"
    return True


def _posture(doing: Doing, index: int, predicate: Predicate, places: list[Place]) -> None:
    """A verb whose action is certain; the words around it choose the manner."""
    family = actions.FAMILIES[predicate.verb]
    # A hand on the table is no way to stand; the places will see to it.
    elsewhere = {w for p in places for w in p.part.split()} if predicate.verb != "lie" else set()
    said = [w for w in predicate.words if w not in elsewhere]
    verb = "sit" if predicate.verb == "seat" else predicate.verb
    bent_forward = verb == "sit" and {"forward", "forwards"} & set(predicate.words) and "edge" not in predicate.words
    candidates = [
        f for f in ranked(" ".join([verb, *said]), len(INTERACTIONS))
        if f.interaction.action in family and set(f.interaction.overlays) <= actions.POSTURAL
    ]  # fmt: skip
    best = candidates[0].interaction if candidates[0].similarity >= actions.SPECIFIC else None
    apart = verb == "sit" and bool({"apart", "spread", "open", "wide"} & set(said))
    if best is not None and (apart or (best.overlays and "back" not in said)):
        best = None
    _add(doing, index, predicate, best if best and not best.overlays else BY_NAME[actions.PLAIN[family[0]]])
    if best is not None:
        doing.overlays += best.overlays
    if apart:
        doing.manner = "legs apart"
    if bent_forward and doing.base is not None and doing.base.action == "sit":
        doing.manner = "forward"


def _act(doing: Doing, index: int, predicate: Predicate, places: list[Place]) -> None:
    """Any other verb: the library's nearest interaction."""
    said = [w for p in places if p.preposition != "object" and _tells(p) for w in p.phrase.split()]
    text = " ".join([predicate.verb, *predicate.words, *said])
    found = _fitting_the_verb(predicate.verb, ranked(text, len(INTERACTIONS)))
    best = _by_grammar(doing, predicate, places, found[0]) or found[0]
    works_out = predicate.verb == "work" and "out" in predicate.words
    accepted = best.sure and (predicate.verb in verbs.SHOWN or best.by != lexical().name) and not works_out
    if not accepted:
        if predicate.verb in _MAY_BE_EMPTY and not predicate.object:
            return
        doing.unknown.append(unknown(predicate.written, predicate.verb, found))
        return
    if predicate.verb == "ride":
        best = _mount(doing, predicate, places, best)
    if best.interaction.action == "hug" and predicate.object and noun_of(predicate.object.split()) is not None:
        # A tree is hugged by one alone.
        doing.roles[index], doing.regions[index] = "touch", actions.PALMS
        return
    _add(doing, index, predicate, best.interaction)


def _by_grammar(doing: Doing, predicate: Predicate, places: list[Place], best: Found) -> Found | None:
    """Where the place in the sentence says more than the words: "lying propped up", "taking the cup"."""
    name = ""
    if predicate.verb == "prop" and doing.base is not None and doing.base.action == "lie":
        name = "propped on an elbow"
    elif predicate.verb in ("walk", "go", "step") and any(w in _STAIRS for p in places for w in p.phrase.split()):
        name = "climbing stairs"
    elif best.interaction.action == "climb" and predicate.verb == "walk" and "stairs" not in " ".join(predicate.words):
        name = "walking"  # "up to the door"
    elif predicate.verb in ("take", "get") and places and places[0].preposition == "object" and places[0].definite:
        means = _meanings_of(predicate.object)
        if means & {"CUP", "BOOK"}:
            name = "reaching forward"
    return Found(BY_NAME[name], 1.0, True, "grammar") if name else None


def _fitting_the_verb(verb: str, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Without what has nothing to do with the verb: to reach for a mug is not to drink from it."""
    if verb in LIGHT:
        return found
    related = {f.interaction.name for f in ranked(verb, len(INTERACTIONS)) if f.similarity >= RELATED}
    return tuple(f for f in found if f.interaction.name in related) or found


def _mount(doing: Doing, predicate: Predicate, places: list[Place], best: Found) -> Found:
    """What is ridden decides: any animal like a horse, any other vehicle sitting down."""
    if best.interaction.action == "sit astride" and not any(p.preposition in ("object", "on", "in") for p in places):
        doing.warnings.append(f"“{predicate.written}” was read as riding a bicycle: name what is ridden.")
        return Found(BY_NAME["riding a bicycle"], 1.0, True, "grammar")
    if predicate.object and not _meanings_of(predicate.object) & {"BICYCLE", "MOTORCYCLE", "HORSE", "SKATEBOARD"}:
        if is_a(predicate.object, "animal"):
            return Found(BY_NAME["riding a horse"], 1.0, True, "grammar")
        if is_a(predicate.object, "vehicle"):
            return Found(BY_NAME["sitting upright"], 1.0, True, "grammar")
    return best


def _add(doing: Doing, index: int, predicate: Predicate, interaction: Interaction) -> None:
    action = interaction.action
    doing.roles[index] = _role(interaction, predicate)
    if action in actions.TOUCHING:
        doing.regions[index] = actions.TOUCHING[action]
    if interaction.people > 1:
        doing.meets.add(index)
        doing.together = True
    if interaction.overlays:
        doing.overlays += interaction.overlays
        doing.fallback = doing.fallback or interaction
        return
    base = doing.base
    manner = _manner(interaction, predicate)
    if base is None or _yields(base.action, doing.manner, action):
        doing.base, doing.manner = interaction, manner
    elif base.action == action:
        if manner:
            doing.base, doing.manner = interaction, manner
    elif action == "talk":
        doing.overlays.append("gesturing")
    elif _yields(action, manner, base.action) or (action in HAND_ACTIONS and doing.roles[index] == "touch"):
        pass  # "walking, standing"; "kneeling, reaching for the mug": the hand goes there all the same
    elif action == "sit on the floor" and base.action == "sit":
        doing.base, doing.manner = interaction, manner
    elif base.action == "sit" and interaction.name == "sitting back":
        doing.overlays.append("leaning back")
    else:
        doing.warnings.append(f"“{predicate.written}” does not go with “{base.name}” and was left out.")


def _yields(action: str, manner: str, to: str) -> bool:
    if action == "stand":
        return not manner
    return to in _YIELDING.get(action, ())


def _role(interaction: Interaction, predicate: Predicate) -> str:
    action = interaction.action
    if (predicate.verb in actions.SHOWING and interaction.overlays) or "photographing" in interaction.overlays:
        return "gaze"
    if action in actions.TOUCHING:
        return "touch"
    rides = action.startswith("ride ") or predicate.verb == "ride" or "driving" in interaction.overlays
    if rides or action in ("climb", "sit astride"):
        return "support"
    return "prop" if interaction.overlays or action in ("carry", "dance") else ""


def _manner(interaction: Interaction, predicate: Predicate) -> str:
    wanted = actions.UNMARKED.get(interaction.name)
    if wanted is not None and not wanted & set(predicate.words):
        return ""
    return interaction.manner


def _leans(predicate: Predicate, places: list[Place], sentence: Sentence) -> bool:
    against = any(p.preposition == "against" for p in places)
    leant = any(p.part and "foot" not in p.part and "feet" not in p.part for p in places if p.preposition == "on")
    return against or (predicate.verb in ("prop", "rest") and leant)


def _lean(doing: Doing, sentence: Sentence, index: int, predicate: Predicate) -> None:
    places = sentence.places_of(index)
    if doing.base is not None and doing.base.action in ("sit", "lie"):
        if "forward" in predicate.words:
            doing.manner = doing.manner or "forward"
        elif doing.base.action == "sit" and ("back" in predicate.words or not places):
            doing.overlays.append("leaning back")
        doing.roles[index] = "gaze" if "forward" in predicate.words else ""
        return
    if {"forward", "back"} & set(predicate.words) and any(p.preposition in ("on", "in") and is_a(p.phrase, "seat")
                                                          and p.part in ("", "back") for p in places):  # fmt: skip
        _posture(doing, index, Predicate("sit", predicate.written, predicate.words), [])
        return
    name = kind_of_leaning(predicate, places, sentence.parts)
    _add(doing, index, predicate, BY_NAME[name])
    doing.roles[index] = "lean" if BY_NAME[name].action in actions.TOUCHING else ""


def _hold(doing: Doing, index: int, predicate: Predicate, places: list[Place]) -> None:
    """Something in the hands: how it is held depends on what it is."""
    if not predicate.object and not places:
        if doing.together:
            _add(doing, index, predicate, BY_NAME["hugging"])
        elif predicate.words and predicate.words[-1] in ("hands", "hand"):
            doing.warnings.append("“holding hands” was left out; they turn to each other.")
            doing.together = True
        return
    thing = predicate.object or places[0].phrase
    means = _meanings_of(thing)
    definite = places[0].definite if places else True
    doing.roles[index] = "hold"
    doing.regions[index] = actions.PALMS
    held = next((INSTRUMENTS[m] for m in ("CUP", "GUITAR", "PHOTO") if m in means), "")
    if "steering" in thing:
        held = "driving"
    elif means & {"BOX", "CARRY"} and not definite:
        _add(doing, index, predicate, BY_NAME["carrying"])
        return
    if held == "holding a cup":
        doing.regions[index] = ("right_palms",)
    if held:
        doing.fallback = doing.fallback or next(i for i in INTERACTIONS if held in i.overlays)
    doing.overlays.append(held or "holding")


def _sit_cross_legged(doing: Doing) -> None:
    if doing.action in ("", "sit", "sit on the floor"):
        doing.base, doing.action, doing.manner = BY_NAME["sitting cross-legged"], "sit on the floor", "cross-legged"
    elif doing.action not in ("stand", "talk"):
        doing.warnings.append(f"“cross-legged” does not go with “{doing.action}” and was left out.")


def _tells(place: Place) -> bool:
    """Whether a place says what is done ("on the phone", "up the stairs") rather than where."""
    if place.preposition in ("for", "from"):
        return True
    means = _meanings_of(place.phrase)
    return bool(means) and not means <= _SCENERY and not is_a(place.phrase, "furniture")


def _meanings_of(phrase: str) -> set[str]:
    base = lexical().lemma
    return {m for w in phrase.split() for m in (*meanings().get(w, ()), *meanings().get(base(w), ()))}


def instrument(phrase: str) -> str:
    """The overlay of somebody who has such a thing in the hands, or empty."""
    means = _meanings_of(phrase)
    return next((overlay for meaning, overlay in INSTRUMENTS.items() if meaning in means), "")


def known_actions() -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(i.action for i in INTERACTIONS), *EXTRA_ACTIONS]))


def unknown(written: str, verb: str, found: tuple[Found, ...] = ()) -> UnknownAction:
    """The error that names what comes nearest, and everything there is."""
    likely = 0.6 if verb in verbs.UNSHOWN else 0.0
    nearest = [f.interaction.action for f in found[:3] if f.sure and f.similarity >= likely]
    if verb in actions.NEAREST:
        nearest.insert(0, actions.NEAREST[verb])
    elif not nearest and verb in verbs.UNSHOWN:
        nearest = ["stand"]
    elif not nearest:
        close = difflib.get_close_matches(verb, verbs.SHOWN, n=1, cutoff=0.74)
        best = ranked(close[0])[0] if close else None
        nearest = [best.interaction.action if best and best.sure else "stand"]
    names = " or ".join(f"“{name}”" for name in dict.fromkeys(nearest))
    return UnknownAction(
        f"“{written}” is not among the actions known here.",
        remedy=f"Nearest match: {names}. Known actions: {', '.join(known_actions())}.",
    )
