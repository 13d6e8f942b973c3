"""What objects' names say: the noun, the words around it, whether it is a part, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

from backend.language.nouns import LONGEST, PARTS, noun_of, singular, words_of

# Names that Blender, other programs and importers give by themselves.
MEANINGLESS = frozenset(
    "cube plane sphere icosphere uvsphere ico uv cylinder cone torus circle grid suzanne monkey mesh object obj node "
    "geometry geo geom group model default untitled empty root scene polysurface polymesh pcube psphere pcylinder "
    "pplane shape primitive prim item element component instance copy import imported export lod low high poly lowpoly "
    "highpoly hp lp sm sk static md mod asset ob data merged combined joined material mat bezier curve nurbs path "
    "text extrude boolean array line lines face faces surf unnamed noname null the a of and x y z l r d".split()
)


@dataclass(frozen=True)
class Named:
    """A name, read."""

    words: tuple[str, ...]  # lower case, singular, without those that say nothing
    noun: str | None  # of the lexicon
    noun_words: tuple[str, ...]  # the words that make up the noun
    part: bool  # a piece of a thing: "coffee_table_leg_2"

    @property
    def meaningful(self) -> bool:
        return bool(self.words)

    @property
    def base(self) -> tuple[str, ...]:
        """The words up to the noun: what pieces of one thing share."""
        end = 0
        for index in range(len(self.words)):
            if self.words[index : index + len(self.noun_words)] == self.noun_words:
                end = index + len(self.noun_words)
        return self.words[:end] if end else self.words


def read_name(name: str) -> Named:
    """Read an object's name. The noun is the last one that is no mere part: "chair_leg" is a chair's, part of it."""
    words = words_of(name)
    if all(word in MEANINGLESS for word in words):
        return Named((), None, (), False)
    kept = tuple(singular(word) for word in words if word not in MEANINGLESS or word in ("low", "high"))
    things: list[tuple[str, tuple[str, ...]]] = []
    parts: list[tuple[str, tuple[str, ...]]] = []
    after_thing = False
    position = 0
    while position < len(kept):
        for length in range(min(LONGEST, len(kept) - position), 0, -1):
            span = kept[position : position + length]
            noun = noun_of(span)
            if noun is None and not (length == 1 and span[0] in PARTS):
                continue
            if length == 1 and span[0] in PARTS and things:
                parts.append((noun or span[0], span))
            elif noun is not None:
                things.append((noun, span))
                parts.clear()
            after_thing = bool(things)
            position += length
            break
        else:
            position += 1
    if not things:
        return Named(kept, None, kept[-1:], False)
    noun, span = things[-1]
    return Named(kept, noun, span, after_thing and bool(parts))
