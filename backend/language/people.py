"""Who: words for people and their build, and what they mean for a body."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .looks import NOTHING_SAID, Looks


@dataclass(frozen=True)
class PersonSpec:
    """One person as described. None leaves a choice to the seed. Height in metres, the rest as Anny's phenotypes."""

    name: str = "Person"
    female: bool | None = None
    age: str = "adult"  # a key of AGES
    tall: float = 0.0  # metres over the average of age and sex
    weight: float | None = None  # 0…1
    muscle: float | None = None  # 0…1
    looks: Looks = NOTHING_SAID


# Anny's age axis and the average height in metres (male, female).
AGES: dict[str, tuple[float, float, float]] = {
    "toddler": (0.19, 0.92, 0.91),
    "child": (0.32, 1.25, 1.24),
    "teenager": (0.55, 1.66, 1.60),
    "young adult": (0.64, 1.78, 1.65),
    "adult": (0.69, 1.77, 1.64),
    "middle-aged": (0.81, 1.76, 1.63),
    "old": (0.97, 1.72, 1.59),
}

NOUNS: dict[str, PersonSpec] = {}


def _noun(words: str, **changes: object) -> None:
    for word in words.split():
        NOUNS[word] = PersonSpec(**{"name": word.capitalize(), **changes})


_noun("person human figure someone somebody individual people pedestrian passerby customer guest visitor worker "
      "student doctor nurse teacher tourist reader artist chef cook engineer gardener dancer athlete runner driver "
      "cyclist musician employee clerk adult stranger neighbour neighbor friend persons")  # fmt: skip
_noun("man men guy guys male gentleman gentlemen bloke dude father dad husband businessman brother waiter",
      female=False)  # fmt: skip
_noun("woman women lady ladies female mother mum mom wife businesswoman sister waitress", female=True)
_noun("boy boys schoolboy son", female=False, age="child")
_noun("girl girls schoolgirl daughter", female=True, age="child")
_noun("child children kid kids", age="child")
_noun("toddler toddlers infant infants baby babies newborn", age="toddler")
_noun("teenager teenagers teen teens adolescent youth", age="teenager")
_noun("grandfather grandpa granddad", female=False, age="old")
_noun("grandmother grandma granny", female=True, age="old")
_noun("pensioner senior elder", age="old")
_noun("barista photographer violinist guitarist pianist singer soldier farmer carpenter mechanic plumber firefighter "
      "hiker skater surfer swimmer climber jogger biker traveler traveller backpacker commuter passenger pilot "
      "librarian cashier receptionist manager lawyer scientist professor pupil referee footballer priest wizard pirate "
      "knight homeowner shopper spectator dentist programmer designer journalist writer poet sculptor drummer stranger "
      "grandchild sibling cousin")  # fmt: skip
_noun("policeman fireman fisherman salesman king prince uncle nephew groom boyfriend fella chap lad monk actor",
      female=False)  # fmt: skip
_noun("policewoman saleswoman queen princess aunt niece bride girlfriend gal nun witch actress ballerina stewardess "
      "maid", female=True)  # fmt: skip
_noun("grandson", female=False, age="child")
_noun("granddaughter", female=True, age="child")
_noun("couple pair family", name="Person")
PLURALS = {
    "couple": 2, "pair": 2,
    "people": 2, "persons": 2, "men": 2, "guys": 2, "gentlemen": 2, "women": 2, "ladies": 2, "boys": 2, "girls": 2,
    "children": 2, "kids": 2, "toddlers": 2, "infants": 2, "babies": 2,
    "teenagers": 2, "teens": 2, "adults": 2, "friends": 2, "students": 2,
    "workers": 2, "tourists": 2, "visitors": 2, "guests": 2,
}  # fmt: skip
# "cooks" and "figures" are verbs more often than people.
_NO_PLURAL = frozenset("child lady person wife family couple pair cook figure someone".split())
PLURALS |= {
    f"{noun}s": 2
    for noun in tuple(NOUNS)
    if noun not in _NO_PLURAL | PLURALS.keys() and not noun.endswith(("s", "man", "men", "people", "body"))
}
PLURALS |= {f"{noun[:-2]}en": 2 for noun in tuple(NOUNS) if noun.endswith("man") and noun[:-2] + "en" not in PLURALS}
NOUNS.update({noun: NOUNS[f"{noun[:-2]}an"] for noun in PLURALS if noun.endswith("men") and noun not in NOUNS})
NOUNS.update({noun: NOUNS[noun.removesuffix("s")] for noun in PLURALS if noun.removesuffix("s") in NOUNS})
WORN = frozenset(
    "dress shirt t-shirt blouse suit jeans trousers pants shorts skirt coat jacket sweater hoodie uniform clothes "
    "clothing outfit hat cap glasses sunglasses scarf gloves shoes boots sandals beard moustache hair pyjamas robe "
    "swimsuit bikini tie vest apron costume".split()
)
_SINGULAR = {"people": "person", "persons": "person", "men": "man", "gentlemen": "gentleman", "women": "woman",
             "ladies": "lady", "children": "child", "couple": "person", "pair": "person"}  # fmt: skip
_SINGULAR |= {noun: f"{noun[:-2]}an" for noun in PLURALS if noun.endswith("men") and noun not in _SINGULAR}
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "the": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple": 2, "pair": 2,
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
}  # fmt: skip

_ADJECTIVES: dict[str, dict[str, object]] = {
    **dict.fromkeys(("old", "elderly", "aged", "senior"), {"age": "old"}),
    **dict.fromkeys(("young",), {"age": "young adult"}),
    **dict.fromkeys(("teenage",), {"age": "teenager"}),
    **dict.fromkeys(("middle-aged",), {"age": "middle-aged"}),
    **dict.fromkeys(("little", "small"), {"tall": -0.08}),
    **dict.fromkeys(("tall",), {"tall": 0.13}),
    **dict.fromkeys(("short",), {"tall": -0.13}),
    **dict.fromkeys(
        ("heavy", "fat", "overweight", "obese", "stout", "plump", "chubby", "big", "large"),
        {"weight": 1.0, "muscle": 0.35},
    ),
    **dict.fromkeys(("thin", "slim", "skinny", "slender", "lean"), {"weight": 0.18}),
    **dict.fromkeys(("muscular", "athletic", "strong", "fit", "burly"), {"muscle": 0.88}),
    **dict.fromkeys(("female",), {"female": True}),
    **dict.fromkeys(("male",), {"female": False}),
}
# The age at which each of AGES ends.
_UNTIL = {"toddler": 4, "child": 13, "teenager": 18, "young adult": 30, "adult": 40, "middle-aged": 62, "old": 130}
_ADJECTIVES |= {
    f"{years}-year-old": {"age": next(age for age, end in _UNTIL.items() if years < end)} for years in range(1, 120)
}
ADJECTIVES = frozenset(_ADJECTIVES)


def described(noun: str, adjectives: list[str]) -> PersonSpec:
    """The person that a noun and its adjectives describe."""
    spec = NOUNS[noun]
    for adjective in adjectives:
        changes = dict(_ADJECTIVES[adjective])
        # A young boy is a small child, not an adult.
        if adjective == "young" and spec.age != "adult":
            changes = {}
        spec = replace(spec, **changes)
    words = [*dict.fromkeys(adjectives), _SINGULAR.get(noun, noun.removesuffix("s") if noun in PLURALS else noun)]
    return replace(spec, name=" ".join(words).capitalize())
