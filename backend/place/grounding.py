"""Which objects of the scene a noun phrase means: by their names, and where names say nothing, by their shape.

Objects are read (names.py) and put together to things (things.py); floors that lie side by side are one floor. Every
thing is scored against the phrase: the same noun, a kind of it, something it is a kind of; then the words and the
colour around the noun. Equal ones are told apart by how near they are to the cursor or to the other thing that the
phrase mentions ("the chair by the window").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

import numpy as np

from backend.language.nouns import LONGEST, PARTS, kinds_of, known_nouns, noun_of, singular, words_of
from backend.place.colors import color_of
from backend.place.names import Named
from backend.place.scene import Scene
from backend.place.shapes import by_shape, floor_by_shape
from backend.place.things import Thing, collect, touching_groups
from protocol.errors import UnknownObject

ENOUGH = 0.4  # the least score of a match
SAME, HYPONYM, NAME_ONLY, HYPERNYM, PIECE = 1.0, 0.92, 0.95, 0.5, 0.6  # scores by how the nouns are related …
COLLECTION, STRAY, MISSPELT = 0.9, 0.8, 0.75  # … and factors on them
WORD = 0.12  # for a word of the phrase that the name has too, and off for one that it lacks
CLOSE_SCORES = 0.1  # within this, nearness decides; per metre it weighs …
PER_METRE = 0.03
LISTED = 12  # names in an error's remedy
FLOORS = ("ground",)
BROAD = frozenset({"furniture", "structure", "support", "surface", "container"})  # kinds that make nothing alike
BREAKS = re.compile(
    r"\b(?:next to|in front of|on top of|close to|to the (?:left|right) of|by|near|beside|behind|under|underneath|"
    r"below|above|at|with|on|against|in|from|inside|opposite|between|facing|that|which|who)\b"
)
NO_NAMES = frozenset(
    "the a an this that these those his her their its my your our some any one two three both each every other another "
    "own big large small little tiny huge tall short long wide old new nice beautiful comfortable cosy cozy empty"
    .split()
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A thing that a phrase may mean."""

    name: str  # as the user would say it: the object's name, or what its pieces' names share
    objects: tuple[int, ...]  # indices into Scene.objects
    score: float  # 0…1 and a little
    how: str  # "name", "kind", "shape", "spelling"
    choices: tuple[tuple[int, ...], ...] = ()  # where several things fit equally: the objects of each


@dataclass(frozen=True)
class Phrase:
    """A noun phrase, read."""

    text: str
    noun: str | None  # of the lexicon
    head: str  # its last word, singular
    modifiers: tuple[str, ...]


def ground(phrase: str, scene: Scene, near: np.ndarray | None = None) -> tuple[Match, ...]:
    """Things that `phrase` may mean, best first. `near`: (3,) metres, world: where the user points, if anywhere.

    Raises UnknownObject if nothing fits; its remedy says what there is.
    """
    first, *others = [part for part in BREAKS.split(phrase.lower()) if read_phrase(part).head] or [phrase]
    wanted = read_phrase(first)
    if near is None:
        near = _elsewhere(others, scene)
    things = collect(scene)
    matches = [
        Match(thing.name, thing.objects, score, how)
        for thing in things
        for score, how in [_score(wanted, thing, scene)]
        if score >= ENOUGH
    ]
    if wanted.noun is not None and _is_floor(wanted.noun):
        matches = _joined_floors(matches, scene)
        if not matches:
            matches = [
                Match(scene.objects[objects[0]].name, objects, 0.6, "shape") for objects in floor_by_shape(scene)
            ]
    if not matches and wanted.noun is not None:
        mute = [index for thing in things if not thing.named.meaningful for index in thing.objects]
        found = by_shape(wanted.noun, scene, mute, near)
        matches = [Match(scene.objects[index].name, (index,), score, "shape") for index, score in found]
    if not matches and wanted.noun is None:
        matches = [
            Match(thing.name, thing.objects, MISSPELT * score, "spelling")
            for noun in _similar_nouns(wanted.head)
            for thing in things
            for score, _ in [_score(Phrase(wanted.text, noun, noun, wanted.modifiers), thing, scene)]
            if MISSPELT * score >= ENOUGH
        ]
    if not matches:
        raise _unknown(wanted, things)
    return tuple(sorted(matches, key=_order(matches, scene, near)))


def read_phrase(phrase: str) -> Phrase:
    """Read a noun phrase: "the edge of the red coffee table" is about the coffee table."""
    words = [word for word in words_of(phrase) if word not in NO_NAMES]
    if "of" in words:
        cut = words.index("of")
        before, after = words[:cut], words[cut + 1 :]
        if after and (not before or singular(before[-1]) in PARTS or noun_of(before[-1:]) is None):
            words = after
        else:
            words = before
    for length in range(min(LONGEST, len(words)), 0, -1):
        noun = noun_of(words[-length:])
        if noun is not None:
            return Phrase(phrase.strip(), noun, singular(words[-1]), tuple(words[:-length]))
    if not words:
        return Phrase(phrase.strip(), None, "", ())
    return Phrase(phrase.strip(), None, singular(words[-1]), tuple(words[:-1]))


def _score(wanted: Phrase, thing: Thing, scene: Scene) -> tuple[float, str]:
    """How well a thing fits, and through what."""
    named = thing.named
    if not named.meaningful or not wanted.head:
        return 0.0, ""
    score, how = _noun_score(wanted, named)
    if score <= 0:
        return 0.0, ""
    if thing.from_collection:
        score *= COLLECTION
    if thing.stray:
        score *= STRAY
    color = color_of(scene.objects[thing.objects[0]].base_color)
    for word in wanted.modifiers:
        if word in named.words or singular(word) in named.words or word in color:
            score += WORD
        elif word in thing.name.lower():
            score += WORD / 2
        else:
            score -= WORD / 2
    # Of things that fit equally the one with the plainer name is meant.
    return score - 0.01 * min(len(set(named.words) - set(named.noun_words) - set(wanted.modifiers)), 3), how


def _noun_score(wanted: Phrase, named: Named) -> tuple[float, str]:
    if wanted.noun is not None and named.noun is not None:
        if wanted.noun == named.noun:
            # Names of several words may hide behind one noun; the phrase's own words win: "bar stool".
            same_words = wanted.head == (named.noun_words[-1] if named.noun_words else "")
            return (SAME if same_words else SAME - 0.03), "name"
        if wanted.noun in kinds_of(named.noun):
            distance = kinds_of(named.noun).index(wanted.noun)
            return HYPONYM - 0.02 * (distance - 1), "kind"
        if named.noun in kinds_of(wanted.noun):
            distance = kinds_of(wanted.noun).index(named.noun)
            return HYPERNYM - 0.04 * (distance - 1), "kind"
    if wanted.head in named.words:
        # The word is there but not as the noun: "car_door" for the door, "Fribble_01" for a word that nobody knows.
        # A floor lamp is a lamp: a word before another noun only says of what kind that is.
        if named.noun is not None and wanted.noun is not None and named.words[-1] != wanted.head:
            return 0.0, ""
        own = named.noun is None or named.words[-1] == wanted.head
        return (NAME_ONLY if own else PIECE), "name"
    if wanted.noun is None and len(wanted.head) >= 5 and named.words:
        best = max(SequenceMatcher(None, wanted.head, word).ratio() for word in named.words)
        if best >= 0.84:
            return MISSPELT * best, "name"
    return 0.0, ""


def _similar_nouns(word: str) -> list[str]:
    """Nouns of the lexicon that a misspelt word may stand for."""
    if len(word) < 5:
        return []
    close = get_close_matches(word, known_nouns(), n=3, cutoff=0.8)
    return list(dict.fromkeys(noun for name in close if (noun := noun_of(name.split())) is not None))


def _is_floor(noun: str) -> bool:
    return any(kind in kinds_of(noun) for kind in FLOORS) and noun not in ("hill",)


def _joined_floors(matches: list[Match], scene: Scene) -> list[Match]:
    """Floors of about the same score and height that touch are one: tiles, the pieces of a pavement."""
    joined: list[Match] = []
    left = sorted(matches, key=lambda match: -match.score)
    while left:
        alike = [match for match in left if match.score > left[0].score - 0.02]
        left = left[len(alike) :]
        boxes = [scene.box_of(match.objects) for match in alike]
        bounds = np.array([[box.minimum, box.maximum] for box in boxes])
        bounds[:, 0, 2] = bounds[:, 1, 2]  # level with each other, however thick
        for group in touching_groups(bounds):
            best = alike[group[0]]
            objects = tuple(sorted(index for row in group for index in alike[row].objects))
            joined.append(Match(best.name, objects, best.score, best.how))
    return joined


def _elsewhere(others: list[str], scene: Scene) -> np.ndarray | None:
    """The middle of another thing that the phrase mentions, if the scene has it."""
    for other in others:
        try:
            return scene.box_of(ground(other, scene)[0].objects).center
        except UnknownObject:
            continue
    return None


def _order(matches: list[Match], scene: Scene, near: np.ndarray | None) -> Callable[[Match], tuple[float, float, int]]:
    best = max(match.score for match in matches)

    def key(match: Match) -> tuple[float, float, int]:
        if near is None:
            return (-match.score, 0.0, match.objects[0])
        box = scene.box_of(match.objects)
        way = float(np.linalg.norm(np.maximum(np.maximum(box.minimum - near, near - box.maximum), 0)))
        # Among those that fit about equally nearness decides, farther ones in name stay behind.
        tier = 0.0 if match.score > best - CLOSE_SCORES else 1.0
        return (tier, way * PER_METRE - match.score if tier == 0 else -match.score, match.objects[0])

    return key


def _unknown(wanted: Phrase, things: list[Thing]) -> UnknownObject:
    names = list(dict.fromkeys(thing.name for thing in things))
    spoken = {" ".join(thing.named.words): thing.name for thing in things if thing.named.meaningful}
    said = " ".join([*wanted.modifiers, wanted.head]).strip() or wanted.text
    close = get_close_matches(said, list(spoken), n=1, cutoff=0.6)
    nearest = spoken[close[0]] if close else None
    if wanted.noun is not None:
        kinds = [kind for kind in kinds_of(wanted.noun) if kind not in BROAD]
        related = [
            (kinds.index(kind), thing.name)
            for thing in things
            if thing.named.noun is not None
            for kind in kinds_of(thing.named.noun)
            if kind in kinds
        ]
        nearest = min(related)[1] if related else nearest
    listed = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
    hint = f"Did you mean “{nearest}”? " if nearest else ""
    return UnknownObject(
        f"There is no “{said}” in the scene.",
        remedy=f"{hint}The scene has: {listed}. Rename the object you mean, or select it and use “Active object”.",
    )
