"""Small words of the grammar: prepositions, determiners, joints between clauses, and what is no place."""

from __future__ import annotations

import re

# Longest first: "in front of" before "in". The values are what places.py understands.
PREPOSITIONS: dict[str, str] = {
    "in front of": "front", "on top of": "on", "on the edge of": "on", "at the edge of": "on", "next to": "near",
    "close to": "near", "to the left of": "left", "to the right of": "right", "left of": "left", "right of": "right",
    "on the left of": "left", "on the right of": "right", "at the foot of": "near", "in the middle of": "in",
    "in the corner of": "in", "at the end of": "near", "on the side of": "near", "over to": "toward",
    "beside": "near", "near": "near", "nearby": "near", "by": "near", "behind": "behind", "underneath": "under",
    "under": "under", "beneath": "under", "below": "under", "against": "against", "onto": "on", "upon": "on",
    "on": "on", "atop": "on", "astride": "on", "up against": "against", "inside": "in", "in": "in", "at": "near",
    "for": "for", "towards": "toward", "toward": "toward", "to": "toward", "across from": "front",
    "opposite": "front", "over": "over", "up": "on", "down": "on", "around": "near", "along": "near",
    "through": "near", "across": "on", "between": "near", "among": "near", "from": "from", "with": "with",
    "of": "of", "into": "in", "off": "from", "out of": "from", "about": "of", "above": "near", "via": "near",
    "past": "near", "alongside": "near", "within": "in", "amid": "near", "amongst": "near", "outside of": "near",
}  # fmt: skip
_LONGEST = max(len(p.split()) for p in PREPOSITIONS)
POSSESSIVES = frozenset("his her their its my your our one's".split())
DETERMINERS = POSSESSIVES | frozenset("a an the this that these those some any both each every another no".split())
INDEFINITE = frozenset("a an some any another".split())
# Between clauses or verbs.
JOINTS = frozenset(", ; . and but while whereas as then & when or".split())
AUXILIARY = frozenset(
    "is are was were be been being am has have had does do did can will would should may must".split()
)  # fmt: skip
RELATIVE = frozenset("who that which".split())
NEGATIONS = frozenset("not never without no-one nobody neither nor dont don't doesnt doesn't cannot can't".split())
PRONOUNS = frozenset("him her them it he she they himself herself themselves me us".split())
ADVERBS = frozenset(
    "alone together outside inside indoors outdoors here there away around upstairs downstairs home abroad today still "
    "just now again back forward forwards backwards sideways upright straight up down out over along about well fast "
    "hard awake apart aside nearby high low barefoot naked happy sad tired bored angry relaxed calm too also "
    "quite very really half so twice once deep far close".split()
)
# After a preposition these say how, when or in what clothes, not where.
NO_PLACES = frozenset(
    "group circle row line queue crowd pair pairs air way front background middle foreground scene picture image photo "
    "sun rain dark light morning evening afternoon night style pose position posture manner fashion hurry silence "
    "peace love conversation chat lunch dinner breakfast supper time work rest attention fear joy thought ease fun "
    "moment while prayer anger pain relief music nothing something someone anyone everything distance direction "
    "red blue green yellow black white brown pink purple orange gray grey beige uniform costume camouflage "
    "other another total all most view shade breeze wind day summer winter frame camera company chance "
    "left right edge brink rim verge tips balls smile grin frown expression face look mood contrapposto "
    "profile silhouette".split()
)
# Where the whole scene is rather than a thing in it.
SETTINGS = frozenset(
    "kitchen bathroom bedroom room office hall hallway house home studio gym library restaurant cafe café park garden "
    "yard backyard city town forest woods jungle world school hospital museum gallery theater cinema airport station "
    "classroom lobby lounge attic basement cellar shop store market mall club pub corridor courtyard village "
    "countryside desert landscape nature space outdoors middle center corner area place spot zone site factory "
    "workshop warehouse barn zoo stadium arena field farm".split()
)


def tokens(text: str) -> list[str]:
    """Lower-case words and the marks that part clauses."""
    return re.findall(r"[a-z0-9][a-z0-9'_-]*|[,.;]", text)


def preposition(words: list[str], position: int) -> tuple[str, str, int]:
    """(meaning, as written, number of words) of the preposition at `position`; ("", "", 0) if there is none."""
    for length in range(_LONGEST, 0, -1):
        written = " ".join(words[position : position + length])
        if written in PREPOSITIONS and len(words) - position >= length:
            return PREPOSITIONS[written], written, length
    return "", "", 0


def is_adverb(word: str) -> bool:
    return word in ADVERBS or (word.endswith("ly") and len(word) > 4 and word not in ("fly", "family", "belly", "lily"))
