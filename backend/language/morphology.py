"""Word forms: the lemma of an English verb or noun form, the forms of a lemma, and one-letter misspellings.

Regular forms follow spelling rules, the others stand in a table. Where spelling leaves a choice ("hoping", "hopping")
the caller's vocabulary decides. British and American spellings have one lemma.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

_VOWELS = frozenset("aeiou")

# lemma: forms that no rule makes.
_IRREGULAR = """
be: am is are was were been being 's 're
have: has had having 've
do: does did done doing
go: goes went gone
sit: sat sitten
stand: stood
lie: lay lain lying
lay: laid
lean: leant
kneel: knelt
run: ran
swim: swam swum
sing: sang sung
ring: rang rung
drink: drank drunk drunken
eat: ate eaten
drive: drove driven
ride: rode ridden
write: wrote written
speak: spoke spoken
take: took taken
give: gave given
hold: held
make: made
get: got gotten
leap: leapt
bend: bent
sleep: slept asleep
dream: dreamt
creep: crept
sweep: swept
weep: wept
keep: kept
leave: left
throw: threw thrown
catch: caught
hide: hid hidden
slide: slid
stride: strode stridden
swing: swung
hang: hung
cling: clung
spin: spun
win: won
find: found
fall: fell fallen
feel: felt
see: saw seen
show: shown
say: said
tell: told
think: thought
bring: brought
buy: bought
teach: taught
fight: fought
meet: met
sell: sold
draw: drew drawn
grow: grew grown
fly: flew flown
blow: blew blown
wear: wore worn
tear: tore torn
bear: bore borne
shake: shook shaken
wake: woke woken awake
break: broke broken
choose: chose chosen
rise: rose risen
arise: arose arisen
bite: bit bitten
dig: dug
stick: stuck
strike: struck
tie: tying tied
die: dying died
vie: vying vied
straddle: astride
man: men
woman: women
child: children
foot: feet
tooth: teeth
person: people persons
stairs: stair
step: steps
shelf: shelves
knife: knives
"""
_TO_AMERICAN = {
    "colour": "color", "grey": "gray", "centre": "center", "theatre": "theater", "neighbour": "neighbor",
    "programme": "program", "tyre": "tire", "kerb": "curb", "pyjamas": "pajamas", "manoeuvre": "maneuver",
    "tiptoes": "tiptoe", "towards": "toward", "upwards": "upward", "downwards": "downward", "forwards": "forward",
    "backwards": "backward", "sideways": "sideways", "phone": "phone", "practise": "practice", "colouring": "coloring",
    "armour": "armor", "labour": "labor", "harbour": "harbor", "honour": "honor", "favour": "favor",
}  # fmt: skip


def _table() -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in _IRREGULAR.strip().splitlines():
        base, _, others = line.partition(":")
        for form in others.split():
            forms.setdefault(form, base)
    return forms


IRREGULAR: dict[str, str] = _table()


def american(word: str) -> str:
    """One spelling for both sides of the Atlantic: "travelling" → "traveling", "organise" → "organize"."""
    if word in _TO_AMERICAN:
        return _TO_AMERICAN[word]
    for british, other in (("elling", "eling"), ("elled", "eled")):
        # "travelling", but not "telling": the double l follows an unstressed vowel.
        if word.endswith(british) and len(word) > 8:
            return word.removesuffix(british) + other
    for british, other in (("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("ises", "izes")):
        if word.endswith(british) and len(word) > len(british) + 4 and not word.endswith(("exercise", "promise")):
            return word.removesuffix(british) + other
    return word


def stems(word: str) -> tuple[str, ...]:
    """Possible lemmas of a regular form, likeliest first; the word itself comes last."""
    found: list[str] = []
    for suffix in ("ing", "ed", "in'"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 2 and any(c in _VOWELS or c == "y" for c in stem):
            found += _without_suffix(stem, suffix)
    if word.endswith("ies") and len(word) > 4:
        found += [word[:-3] + "y", word[:-1]]
    elif word.endswith(("ches", "shes", "xes", "sses", "zes", "oes")):
        # "potatoes", but "toes" and "shoes"
        found += [word[:-1], word[:-2]] if word.endswith("oes") and len(word) < 6 else [word[:-2], word[:-1]]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        found += [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
    if word.endswith("er") and len(word) > 5:
        found += [word]
    return tuple(dict.fromkeys([*found, word]))


def _without_suffix(stem: str, suffix: str) -> list[str]:
    """Lemmas of a form in -ing or -ed: double consonants, silent e, y for i."""
    found = []
    doubled = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS
    if doubled:
        found += [stem, stem[:-1]] if stem[-1] in "lsz" else [stem[:-1], stem]
    if suffix == "ed" and stem.endswith("i"):
        found.append(stem[:-1] + "y")
    if _wants_e(stem):
        found += [stem + "e", stem]
    else:
        found += [stem, stem + "e"]
    if stem.endswith("k") and stem[-2:-1] == "c":
        found.append(stem[:-1])  # picnicking
    return found


def _wants_e(stem: str) -> bool:
    """Whether English would not end a verb like this: "danc", "juggl", "stroll" + e?"""
    if stem.endswith(("c", "v", "u", "z", "dg", "rg", "ns", "rs", "ps", "lg")):
        return True
    if len(stem) > 2 and stem[-1] in "l" and stem[-2] not in _VOWELS and stem[-2] != "l":
        return True  # juggl-e, cuddl-e
    single = len(stem) > 2 and stem[-1] not in _VOWELS and stem[-1] not in "wxy" and stem[-2] in _VOWELS
    short = single and (stem[-3] not in _VOWELS) and sum(c in _VOWELS for c in stem) == 1
    return short or (stem.endswith(("at", "ut", "iz", "is", "it")) and sum(c in _VOWELS for c in stem) > 1)


def lemma(word: str, vocabulary: Collection[str] = ()) -> str:
    """The base form; of several possible ones the first that `vocabulary` has."""
    word = american(word)
    if word in vocabulary and word not in IRREGULAR:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    candidates = stems(word)
    for candidate in candidates:
        if candidate in vocabulary:
            return candidate
    return candidates[0]


@cache
def forms_of(base: str) -> tuple[str, ...]:
    """Base, -s, -ing and -ed forms of a verb, with the irregular ones."""
    irregular = tuple(form for form, of in IRREGULAR.items() if of == base)
    if base.endswith("ie"):
        return (base, base + "s", base[:-2] + "ying", *irregular)
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    past = base + "ed"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        third, past = base[:-1] + "ies", base[:-1] + "ied"
    ing = base + "ing"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        ing, past = base[:-1] + "ing", base + "d"
    elif _doubles(base):
        ing, past = base + base[-1] + "ing", base + base[-1] + "ed"
    return (base, third, ing, past, *irregular)


def _doubles(base: str) -> bool:
    base = base.replace("qu", "kw")  # the u of "squat" is no vowel
    closed = len(base) > 2 and base[-1] not in _VOWELS and base[-1] not in "wxy" and base[-2] in _VOWELS
    return closed and base[-3] not in _VOWELS and sum(c in _VOWELS for c in base) == 1


def one_off(word: str, known: Iterable[str]) -> str | None:
    """The known word that differs by one missing, extra, wrong or swapped letter; None if there is none.

    Words of fewer than five letters are left alone: too many of them are each other's misspellings.
    """
    if len(word) < 5:
        return None
    near = [k for k in known if abs(len(k) - len(word)) <= 1 and len(k) >= 4 and _differ_by_one(word, k)]
    # The first letter is seldom wrong; a letter left out is the commonest slip, above all one of a double.
    near = [k for k in near if k[0] == word[0] or k[:2] == word[1::-1]]
    return min(near, key=lambda k: (set(k) != set(word), len(k) <= len(word), k), default=None)


def _differ_by_one(a: str, b: str) -> bool:
    if a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        swapped = rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
        return rest_a[1:] == rest_b[1:] or (len(rest_a) > 1 and swapped)
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]
