"""Every interaction of the library is reached by a sentence, with its manner, its overlays and its people."""

from __future__ import annotations

import numpy as np
import pytest

from backend.body.anchors import anchors_of
from backend.body.interactions import BY_NAME, INTERACTIONS
from backend.fitting.conduct import CONDUCT
from backend.language import actions
from backend.language.morphology import forms_of
from backend.language.prompt import read
from backend.language.verbs import base_of, known
from protocol.errors import StaffageError

from .paraphrases import paraphrases

SUBJECTS = {1: "a person", 2: "two people"}
# "face" with -ing is to look, not to lie.
NOT_SAID = {"facing down"}


def as_participle(text: str) -> str:
    """ "sit straight" → "sitting straight"."""
    first, _, rest = text.partition(" ")
    return f"{forms_of(base_of(first))[2] if known(first) else first} {rest}".strip()


def is_read_as(text: str, interaction) -> bool:
    reading = read(f"{SUBJECTS[interaction.people]} {text}")
    manner = not interaction.manner or reading.manner == interaction.manner or interaction.name in actions.UNMARKED
    return (
        reading.action == interaction.action
        and set(interaction.overlays) <= set(reading.overlays)
        and manner
        and len(reading.people) >= interaction.people
        and reading.together == (interaction.people > 1)
    )


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=lambda i: i.name)
def test_the_whole_table_is_read(interaction):
    texts = {t for said in (interaction.name, *interaction.described) for t in (said, as_participle(said))}
    assert [t for t in sorted(texts - NOT_SAID) if not is_read_as(t, interaction)] == []


@pytest.mark.parametrize(("name", "least"), [("held_out", 0.92), ("tuning", 0.97)])
def test_paraphrases_are_read(name, least):
    def right(interaction: str, text: str) -> bool:
        try:
            return is_read_as(text, BY_NAME[interaction])
        except StaffageError:
            return False

    share = np.mean([right(interaction, text) for interaction, text in paraphrases(name)])
    assert share >= least


def test_what_touches_is_what_the_fitting_makes_touch():
    touching = {action: conduct.touches for action, conduct in CONDUCT.items() if conduct.touches}
    assert touching == actions.TOUCHING


def test_manners_of_the_table_are_names_of_anchors():
    """As far as the anchors are authored: a manner that no anchor has would silently mean any."""
    for interaction in INTERACTIONS:
        anchors = anchors_of(interaction.action)
        if anchors and interaction.manner:
            assert any(interaction.manner in a.name for a in anchors) or interaction.overlays, interaction.name


TWELVE = [
    "an old man sitting on the sofa, reading",
    "An old man sits on the sofa and reads.",
    "an old man is sitting on the sofa reading a book",
    "Sit an old man on the sofa, reading",
    "on the sofa sits an old man, reading",
    "On the sofa, an old man is reading.",
    "sitting on the sofa, reading, is an old man",
    "there is an old man reading on the sofa",
    "please put an old man on the sofa with a book",
    "an elderly man seated on the sofa, reads the newspaper",
    "an old man who sat on the sofa was reading",
    "reading, an old man sits on the sofa",
    "an old man siting on the sofa, readng",
    "a photo of an old man on the sofa, reading a magazine quietly",
]


@pytest.mark.parametrize("prompt", TWELVE)
def test_twelve_ways_to_ask_for_the_same(prompt):
    reading = read(prompt)
    assert (reading.action, reading.support, reading.overlays) == ("sit", "sofa", ("reading",))
    assert [(p.age, p.female) for p in reading.people] == [("old", False)]
