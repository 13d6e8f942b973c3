"""What the prompt says of clothes and hair, read before anything else and taken out of the sentence.

"a man in a dark blue suit and a blonde woman in a red dress sitting on the sofa" → who wears what, and
"a man and a woman sitting on the sofa". Clothes count only where they are worn ("in", "wearing", "dressed in", "with"):
a shirt on a chair stays in the sentence. Each phrase belongs to the person named last before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import people
from .colors import NAMES, SHADES, Color, color_named, linear
from .looks import ANY, FOOTWEAR, NOTHING_SAID, OVER, TOPS, Looks, Worn
from .people import PersonSpec
from .pronouns import named
from .reading import Reading

GARMENTS = {
    **dict.fromkeys(("dress", "gown", "frock"), "dress"),
    **dict.fromkeys(("sundress", "summer dress"), "summer dress"),
    **dict.fromkeys(("t-shirt", "tshirt", "t shirt", "tee", "polo shirt", "polo"), "t-shirt"),
    **dict.fromkeys(("tank top", "vest", "singlet", "top"), "tank top"),
    **dict.fromkeys(("shirt", "long-sleeved shirt", "longsleeve", "dress shirt"), "shirt"),
    **dict.fromkeys(("blouse",), "blouse"),
    **dict.fromkeys(("sweater", "jumper", "pullover", "hoodie", "sweatshirt"), "sweater"),
    **dict.fromkeys(("jacket", "cardigan", "leather jacket", "denim jacket"), "jacket"),
    **dict.fromkeys(("blazer", "suit jacket"), "suit jacket"),
    **dict.fromkeys(("coat", "raincoat", "overcoat", "parka"), "coat"),
    **dict.fromkeys(("trousers", "pants", "slacks", "chinos", "leggings", "sweatpants"), "trousers"),
    **dict.fromkeys(("jeans", "denims"), "jeans"),
    "shorts": "shorts",
    **dict.fromkeys(("skirt", "miniskirt"), "skirt"),
    "long skirt": "long skirt",
    **dict.fromkeys(("shoes", "heels", "high heels", "loafers", "leather shoes"), "shoes"),
    **dict.fromkeys(("sneakers", "trainers", "running shoes"), "sneakers"),
    "boots": "boots",
    **dict.fromkeys(("flats", "ballerinas", "sandals", "slippers"), "flats"),
    **dict.fromkeys(("suit", "tuxedo", "business suit", "suits", "tuxedos"), "suit"),
    **dict.fromkeys(("clothes", "clothing", "outfit", "outfits"), ANY),
}  # fmt: skip
GARMENTS |= {f"{word}s": kind for word, kind in tuple(GARMENTS.items()) if not word.endswith("s")}
GARMENTS |= {"dresses": "dress", "sundresses": "summer dress", "summer dresses": "summer dress"}
_NOT_MADE = frozenset(
    "hat hats cap caps glasses sunglasses scarf gloves tie bow-tie apron uniform uniforms costume robe pyjamas pajamas "
    "swimsuit bikini socks tights stockings belt beard moustache mustache helmet backpack watch".split()
)
_HAIR_COLORS = {
    **dict.fromkeys(("blond", "blonde", "fair", "golden"), "b08a52"),
    **dict.fromkeys(("brown", "brunette", "chestnut"), "4a2f1e"),
    **dict.fromkeys(("dark",), "2a1b13"),
    "black": "17120f",
    **dict.fromkeys(("red", "ginger", "auburn"), "8a3d1c"),
    **dict.fromkeys(("grey", "gray", "silver"), "8d8a86"),
    "white": "d2cfca",
}  # fmt: skip
_STYLES = {
    **dict.fromkeys(("ponytail", "pony tail", "pigtails", "braid"), "Ponytail"),
    **dict.fromkeys(("bun", "chignon", "topknot"), "Bun"),
    **dict.fromkeys(("bob", "bob cut"), "Bob"),
    **dict.fromkeys(("afro", "curls"), "Curly Hair"),
    **dict.fromkeys(("crew cut", "buzz cut", "stubble hair"), "Cropped Hair"),
    **dict.fromkeys(("bowl cut", "fringe"), "Bowl Cut"),
    **dict.fromkeys(("shaved head", "bald head", "no hair"), "bald"),
    **dict.fromkeys(("receding hairline",), "Receding Hair"),
}
_HAIR_WORDS = {
    **dict.fromkeys(("long", "straight", "flowing"), "Long Hair"),
    **dict.fromkeys(("curly", "frizzy", "wavy"), "Curly Hair"),
    "short": "Short Hair", "cropped": "Cropped Hair", "shaved": "Cropped Hair", "messy": "Tousled Hair",
    "tousled": "Tousled Hair", "receding": "Receding Hair", "parted": "Parted Hair", "shoulder-length": "Bob",
}  # fmt: skip
_FILLER = frozenset(
    "a an the his her their some matching new old simple plain elegant casual formal cotton woollen wool leather silk "
    "linen denim knitted long short loose tight long-sleeved short-sleeved sleeveless nice beautiful business evening "
    "summer winter floral striped checked pair of smart little big two three same very running high".split()
)
_AFTER = frozenset(
    "and with who while is are that in on at by near next behind under beside sitting in- as over to from , . ; : both "
    "wearing looking for against between of, leaning inside outside into up down".split()
)
_PREDICATES = frozenset("barefoot naked nude unclothed undressed bald topless shirtless bare-chested".split())
_TRIGGERS = ("dressed in", "clad in", "dressed all in", "all in", "wearing", "wears", "wear", "in", "without", "with")


@dataclass(frozen=True)
class Clothing:
    """`said`: the nouns for people in the order of the text, each with its looks; `text`: the sentence without them."""

    said: tuple[tuple[str, Looks], ...]
    text: str
    left_out: tuple[str, ...] = ()  # worn things that are not made

    def over(self, readings: Sequence[Reading]) -> tuple[Reading, ...]:
        """Readings of `text` with everybody's looks, and a word on what is not made."""
        everybody = iter(self.on([spec for reading in readings for spec in reading.people]))
        dressed = [replace(one, people=tuple(next(everybody) for _ in one.people)) for one in readings]
        notes = tuple(f"“{word}” is not made yet and was left out." for word in self.left_out)
        if notes and dressed:
            dressed[0] = replace(dressed[0], warnings=(*dressed[0].warnings, *notes))
        return tuple(dressed)

    def on(self, who: Sequence[PersonSpec]) -> tuple[PersonSpec, ...]:
        """The people of the text, in its order, with their looks."""
        dressed, at = [], 0
        for spec in who:
            noun = re.sub(r" \d+$", "", spec.name).lower().split()[-1]
            fits = [k for k in range(at, len(self.said)) if _same(self.said[k][0], noun)]
            at = fits[0] if fits else at
            looks = self.said[at][1] if fits else self.said[0][1] if len(self.said) == 1 else NOTHING_SAID
            dressed.append(replace(spec, looks=looks) if looks else spec)
        return tuple(dressed)


def read_clothing(prompt: str) -> Clothing:
    """Never raises: what is not understood stays in the text."""
    return _Reader(named(prompt)).result()


class _Reader:
    def __init__(self, prompt: str) -> None:
        self.words = re.findall(r"[\w][\w'’-]*|[^\w\s]", prompt)
        self.low = [word.lower() for word in self.words]
        self.gone = [False] * len(self.words)
        nouns = [k for k, word in enumerate(self.low) if word in people.NOUNS and not self._describes(k)]
        self.nouns = nouns
        self.looks = [NOTHING_SAID for _ in nouns] or [NOTHING_SAID]
        self.left_out: list[str] = []

    def _describes(self, at: int) -> bool:
        return at + 1 < len(self.low) and self.low[at + 1] in people.NOUNS

    def result(self) -> Clothing:
        self._adjectives()
        at = 0
        while at < len(self.low):
            at = max(at + 1, self._phrase(at))
        names = [self.low[k] for k in self.nouns] or [""]
        kept = " ".join(word for word, gone in zip(self.words, self.gone, strict=True) if not gone)
        text = re.sub(r"\s+([,.;:!?])", r"\1", kept)
        text = re.sub(r"(?:,\s*)+,", ",", text).strip(" ,")
        return Clothing(tuple(zip(names, self.looks, strict=True)), text, tuple(self.left_out))

    # --- before the noun ----------------------------------------------------------------------------------------------

    def _adjectives(self) -> None:
        for at, word in enumerate(self.low):
            changes = _adjective(word)
            if changes is None:
                continue
            following = next((n for n, k in enumerate(self.nouns) if 0 < k - at <= 6), None)
            predicate = word in _PREDICATES
            if following is None and not predicate:
                if word in ("blonde", "brunette", "redhead") and not self.nouns:
                    following = 0
                else:
                    continue
            if following is not None and any(w in ("in", "on", "with") for w in self.low[at : self._noun(following)]):
                continue
            owner = following if following is not None else self._owner(at)
            self.looks[owner] = replace(self.looks[owner], **changes)
            self.gone[at] = True
            if at and self.low[at - 1] in ("completely", "totally"):
                self.gone[at - 1] = True

    def _noun(self, number: int) -> int:
        return self.nouns[number] if self.nouns else len(self.low)

    def _owner(self, at: int) -> int:
        """The person named last before a position, or the first."""
        before = [number for number, k in enumerate(self.nouns) if k < at]
        return before[-1] if before else 0

    # --- after it -----------------------------------------------------------------------------------------------------

    def _phrase(self, start: int) -> int:
        """Read "wearing …" from `start`; where it ends, or 0 if it is none."""
        trigger = next((t for t in _TRIGGERS if self.low[start : start + t.count(" ") + 1] == t.split()), None)
        if trigger is None:
            return 0
        at = start + trigger.count(" ") + 1
        refusal = self.low[start - 1] if start else ""
        refused = refusal in ("not", "never", "without") or refusal.endswith(("n't", "n’t"))
        changes: list[dict] = []
        end = 0
        while True:
            length, change = self._thing(at, trigger, refused or trigger == "without")
            if not length:
                break
            changes.append(change)
            end = at = at + length
            if self.low[at : at + 1] == [","] or self.low[at : at + 1] == ["and"] or self.low[at : at + 1] == ["with"]:
                at += 2 if self.low[at : at + 2] == [",", "and"] else 1
                continue
            break
        if not end:
            return 0
        before = start
        leading = ("both", "all", "is", "are", "and", ",")
        while before and self.low[before - 1] in leading and not self._joins(before - 1):
            before -= 1
        everybody = any(word in ("both", "all") for word in self.low[before:start])
        first = before if everybody else start
        first -= refused
        first -= self.low[first - 1 : first] == ["is"]
        for k in range(max(first, 0), end):
            self.gone[k] = True
        for owner in range(len(self.looks)) if everybody else (self._owner(start),):
            for change in changes:
                self.looks[owner] = _with(self.looks[owner], change)
        return end

    def _joins(self, at: int) -> bool:
        return self.low[at] in ("and", ",") and self.low[at + 1 : at + 2] not in (["both"], ["all"])

    def _thing(self, start: int, trigger: str, refused: bool) -> tuple[int, dict]:
        """One garment, hair or colour from `start`: how many words it takes and what it changes.

        Of what is refused ("not wearing …", "without …") shoes, hair, tops and all clothes can be left off.
        """
        at, color, shade, hair = start, None, "", []
        at += self.low[at : at + 1] == ["no"]
        no = refused or at > start
        while at < len(self.low):
            for length in (3, 2, 1):
                if at + length > len(self.low):
                    continue
                words = " ".join(self.low[at : at + length])
                if words in _STYLES and trigger != "wearing":
                    change = {"hair": _STYLES[words]} | ({"hair_color": _hair(color)} if color else {})
                    return at + length - start, change
                if words in GARMENTS and self._ends(at + length):
                    kind = GARMENTS[words]
                    if no:
                        change = _left_off(kind)
                        return (at + length - start, change) if change or not refused else (0, {})
                    return at + length - start, {"worn": Worn(kind, self._color(color, shade))}
                if words in _NOT_MADE and self._ends(at + length):
                    if not no:
                        self.left_out.append(words)
                    return at + length - start, {}
            word = self.low[at]
            if word == "hair" and trigger != "wearing":
                if no:
                    return at + 1 - start, {"hair": "bald"}
                return self._hair(at, start, color, hair)
            following = self.low[at + 1] if at + 1 < len(self.low) else ""
            if word in SHADES and (following in NAMES or following in _HAIR_COLORS):
                shade = word
            elif word in NAMES or (word in _HAIR_COLORS and not color):
                color = word
            elif word in _HAIR_WORDS:
                hair.append(word)
            elif word == "and" and color and following in NAMES:
                pass  # "a red and white dress" is of the last colour
            elif word.split("-")[-1] in NAMES and "-" in word:
                color, shade = word.split("-")[-1], word.split("-")[0] if word.split("-")[0] in SHADES else ""
            elif word not in _FILLER:
                break
            at += 1
        # "a woman in red"
        plain = not no and not hair and trigger != "with"
        if color in NAMES and plain and self.low[at - 1] == color and self._ends(at):
            return at - start, {"worn": Worn(ANY, self._color(color, shade))}
        return 0, {}

    def _hair(self, at: int, start: int, color: str | None, words: list[str]) -> tuple[int, dict]:
        change: dict = {}
        if color:
            change["hair_color"] = _hair(color)
        if words:
            change["hair"] = _HAIR_WORDS[words[-1]]
        end = at + 1
        if self.low[end : end + 2] in (["in", "a"], ["tied", "in"], ["in", "the"]):
            for style_at in range(end + 1, min(end + 5, len(self.low))):
                if self.low[style_at] in _STYLES:
                    change["hair"], end = _STYLES[self.low[style_at]], style_at + 1
                    break
        return (end - start, change) if change else (0, {})

    def _ends(self, at: int) -> bool:
        """Whether a noun can end here: "the dress shop" is no dress."""
        if at >= len(self.low):
            return True
        word = self.low[at]
        known = word in _AFTER or word in people.NOUNS
        return known or word.endswith(("ing", "s")) or not word[0].isalnum()

    def _color(self, color: str | None, shade: str) -> Color | None:
        return color_named(color, shade) if color in NAMES else None


def _adjective(word: str) -> dict | None:
    if word in ("barefoot", "barefooted", "shoeless"):
        return {"barefoot": True}
    if word in ("topless", "shirtless", "barechested", "bare-chested"):
        return {"without": ("top", "over")}
    if word in ("naked", "nude", "unclothed", "undressed"):
        return {"bare": True, "barefoot": True}
    if word in ("bald", "balding"):
        return {"hair": "bald" if word == "bald" else "Receding Hair"}
    if word in ("blonde", "blond", "brunette", "redhead", "redheaded"):
        return {"hair_color": linear(_HAIR_COLORS["red" if word.startswith("red") else word])}
    if word.endswith("-haired"):
        kind = word.removesuffix("-haired")
        if kind in _HAIR_COLORS:
            return {"hair_color": linear(_HAIR_COLORS[kind])}
        if kind in _HAIR_WORDS:
            return {"hair": _HAIR_WORDS[kind]}
    return None


def _left_off(kind: str) -> dict:
    """What changes where a kind of garment is refused."""
    if kind == ANY:
        return {"bare": True}
    if kind in FOOTWEAR:
        return {"barefoot": True}
    return {"without": ("top", "over")} if kind in TOPS else {"without": ("over",)} if kind in OVER else {}


def _hair(color: str) -> Color:
    return linear(_HAIR_COLORS[color]) if color in _HAIR_COLORS else color_named(color)


def _with(looks: Looks, change: dict) -> Looks:
    worn = change.get("worn")
    if worn is None:
        return replace(looks, **change)
    if worn.kind == "suit":
        return replace(looks, formal=True, worn=(*looks.worn, Worn("suit jacket", worn.color)))
    return replace(looks, worn=(*looks.worn, worn))


def _same(word: str, name: str) -> bool:
    """Whether a noun of the text is the last word of a person's name."""
    if not word:
        return False
    described = people.described(word, []).name.lower().split()[-1]
    return name in (word, described) or (word in ("family", "couple", "pair", "group") or name in ("person", "people"))
