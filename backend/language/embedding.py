"""The embedded text embedding: what a few words about a person's action mean, as a vector, without learned weights.

A text is a bag of features: the lemmas of its words (word forms and word order do not matter), what they mean by the
lexicon of synonyms, and letter trigrams that keep misspellings and derived words near. A feature weighs the more the
fewer interactions mention it (inverse document frequency, Spärck Jones 1972); vectors are compared by their cosine.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from .morphology import IRREGULAR, lemma
from .nouns import noun_of
from .synonyms import LIGHT, STOP, meanings

WORD, MEANING, LETTERS = 0.55, 1.0, 0.35  # weights of the three kinds of features
LIGHT_VERB, SCENERY = 0.3, 0.25  # factors: "have a chat" is about the chat; the sofa one sits on says little
LEAST_IDF = 0.35  # words that every interaction mentions still count a little

Features = dict[str, float]


class LexicalEmbedding:
    """Features weighted by how telling they are among `documents`: one list of texts for each thing to be found."""

    name = "embedded"
    enough = 0.34  # cosine below which two texts have nothing to do with each other

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        words = {w for texts in documents for text in texts for w in tokens(text)}
        # Lemmas: the words of expressions and of the examples, which are written in base forms but for names.
        listed = {w for expression in meanings() for w in expression.split()}
        bases = {w for w in (words | listed) - set(IRREGULAR) if not w.endswith("ing")}
        self._vocabulary = frozenset(w for w in bases if not (w.endswith("s") and w[:-1] in bases))
        self._expressions = [(frozenset(self.lemmas(text)), of) for text, of in meanings().items() if " " in text]
        counts: Counter[str] = Counter()
        for texts in documents:
            counts.update({f for text in texts for f in self._features(text)})
        self._rarest = math.log(len(documents) + 1)
        self._idf = {f: max(LEAST_IDF, self._rarest - math.log(n)) for f, n in counts.items()}
        self._index = {feature: k for k, feature in enumerate(counts)}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(N, F) float32 unit vectors; the last column holds what no document mentions. Empty texts are zero."""
        vectors = np.zeros((len(texts), len(self._index) + 1), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            unknown = 0.0
            for feature, weight in self._features(text).items():
                if feature in self._index:
                    row[self._index[feature]] = weight * self._idf[feature]
                elif not feature.startswith("m:"):
                    unknown += (weight * self._rarest) ** 2
            row[-1] = math.sqrt(unknown)
            length = float(np.linalg.norm(row))
            if length > 0:
                row /= length
        return vectors

    def knows(self, word: str) -> bool:
        """Whether a word, in any form, means anything here."""
        base = lemma(word, self._vocabulary)
        return base in meanings() or f"w:{base}" in self._index

    def lemma(self, word: str) -> str:
        return lemma(word, self._vocabulary)

    def lemmas(self, text: str) -> list[str]:
        """Lemmas of the words that say something."""
        found = [lemma(w, self._vocabulary) for w in tokens(text) if w not in STOP]
        return [w for w in found if w not in STOP]

    def _features(self, text: str) -> Features:
        words = self.lemmas(text)
        bag = frozenset(words)
        features: Features = {}
        alone = len(bag) == 1
        for word in bag:
            means = meanings().get(word, ())
            factor = 1.0
            if word in LIGHT and not alone:
                factor = LIGHT_VERB
            elif not means and noun_of([word]) is not None:
                factor = SCENERY
            _add(features, f"w:{word}", WORD * factor)
            for meaning in means:
                _add(features, f"m:{meaning}", MEANING * factor / math.sqrt(len(means)))
            grams = [f"#{word}#"[k : k + 3] for k in range(len(word))]
            for gram in grams:
                _add(features, f"g:{gram}", LETTERS * factor / len(grams))
        for parts, of in self._expressions:
            if parts and parts <= bag:
                for meaning in of:
                    _add(features, f"m:{meaning}", MEANING / math.sqrt(len(of)))
        return features


def tokens(text: str) -> list[str]:
    """Lower-case words; hyphens and apostrophes inside them stay."""
    return re.findall(r"[a-z]+(?:[-'][a-z]+)*", text.lower().replace("’", "'"))


def _add(features: Features, name: str, weight: float) -> None:
    # Twice the same is not twice as much: "read" and "book" of one meaning do not outweigh another word.
    features[name] = max(features.get(name, 0.0), weight)
