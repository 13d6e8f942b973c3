"""Text → interactions: which poses of the library the words ask for, likeliest first.

InterFusion finds anchor poses by the cosine of CLIP embeddings (Dai et al. 2024); so does this when a CLIP folder is
configured. Without one, the embedded lexical embedding takes its place. Where the lexical one is certain, because the
text is made of the very words of a description in whatever form and order, no other is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np

from backend.body.interactions import INTERACTIONS, Interaction

from .embedding import LexicalEmbedding
from .sayings import sayings

TOP = 7  # InterFusion's k
CERTAIN = 0.78  # lexical cosine from which the words are those of a description


class Embedding(Protocol):
    """Texts as unit vectors whose dot products say how alike they are."""

    name: str
    enough: float  # the least cosine of texts that mean alike

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(N, F) float32."""
        ...


@dataclass(frozen=True)
class Found:
    interaction: Interaction
    similarity: float  # cosine, at most 1
    sure: bool  # similar enough to act on
    by: str  # name of the embedding that found it


def descriptions(interaction: Interaction) -> tuple[str, ...]:
    """Everything that is known to mean the interaction."""
    return tuple(dict.fromkeys((interaction.name, *interaction.described, *sayings().get(interaction.name, ()))))


class Retrieval:
    """The interactions' descriptions in an embedding, ready to be compared with."""

    def __init__(self, embedding: Embedding) -> None:
        self.embedding = embedding
        texts = [(k, text) for k, interaction in enumerate(INTERACTIONS) for text in descriptions(interaction)]
        self._owners = np.array([k for k, _ in texts])
        self._vectors = embedding.embed([text for _, text in texts])

    def ranked(self, text: str, top: int = TOP) -> tuple[Found, ...]:
        """The `top` interactions nearest to the text: each as near as the nearest of its descriptions."""
        cosines = self._vectors @ self.embedding.embed([text])[0]
        best = np.full(len(INTERACTIONS), -1.0, dtype=np.float32)
        np.maximum.at(best, self._owners, cosines)
        order = np.argsort(-best, kind="stable")[:top]
        return tuple(
            Found(INTERACTIONS[k], float(best[k]), bool(best[k] >= self.embedding.enough), self.embedding.name)
            for k in order
        )


@cache
def lexical() -> LexicalEmbedding:
    return LexicalEmbedding([descriptions(interaction) for interaction in INTERACTIONS])


@cache
def _lexical_retrieval() -> Retrieval:
    return Retrieval(lexical())


@cache
def learned() -> Retrieval | None:
    """The retrieval by CLIP, or None where no folder is configured."""
    from .clip import configured

    embedding = configured()
    return None if embedding is None else Retrieval(embedding)


def ranked(text: str, top: int = TOP) -> tuple[Found, ...]:
    """The interactions that a text means, likeliest first, by the best embedding there is."""
    by_words = _lexical_retrieval().ranked(text, top)
    by_meaning = learned()
    if by_meaning is None or by_words[0].similarity >= CERTAIN:
        return by_words
    return by_meaning.ranked(text, top)
