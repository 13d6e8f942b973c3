"""What prompts mean: a table of readings, and errors that say what to do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.language.prompt import MAX_LENGTH, known_actions, read
from protocol.errors import PromptEmpty, PromptTooLong, StaffageError, UnknownAction

ACTIONS = known_actions()
READINGS = [
    ("a woman sitting on the sofa", "sit", "sofa", (), 1),
    ("an old man sits on the couch, leaning back, legs crossed", "sit", "couch", ("legs crossed", "leaning back"), 1),
    ("Two women seated on the park bench talking to each other", "sit", "park bench", ("gesturing",), 2),
    ("a child sitting on the floor, cross-legged", "sit on the floor", "floor", (), 1),
    ("a boy lies on the bed", "lie", "bed", (), 1),
    ("someone kneeling", "kneel", "", (), 1),
    ("three kids standing on the rug with their arms raised", "stand", "rug", ("arms raised",), 3),
    ("a man and a woman sitting on the bench", "sit", "bench", (), 2),
    ("a person with arms raised", "raise arms", "", ("arms raised",), 1),
    ("a man crouching", "crouch", "", (), 1),
    ("an elderly lady strolling", "walk", "", (), 1),
    ("a woman on the sofa", "sit", "sofa", (), 1),
    ("a girl", "stand", "", (), 1),
    ("there is a man asleep on the bed", "lie", "bed", (), 1),
    ("a woman lying on her back on the bed", "lie", "bed", (), 1),
    ("the woman lies on her side on the couch", "lie", "couch", (), 1),
    ("a child sitting on the bed, cross-legged", "sit on the floor", "bed", (), 1),
    ("a man walking up the stairs", "climb", "stairs", (), 1),
    ("an elderly couple on the bench", "sit", "bench", (), 2),
    ("a couple of men standing", "stand", "", (), 2),
    ("a woman in a red dress sitting on the sofa", "sit", "sofa", (), 1),
    ("a waiter standing, hands on his hips, looking up", "stand", "", ("hands on hips", "looking up"), 1),
]


@pytest.mark.parametrize(("prompt", "action", "support", "overlays", "count"), READINGS)
def test_readings(prompt, action, support, overlays, count):
    reading = read(prompt)
    assert (reading.action, reading.support, len(reading.people)) == (action, support, count)
    assert set(reading.overlays) == set(overlays)
    assert reading.action in ACTIONS


@pytest.mark.parametrize(
    ("prompt", "action", "regions", "phrase"),
    [
        ("a man leaning with his back against the car", "lean back", {"back"}, "car"),
        ("a heavy man leaning his back against the wall, arms crossed", "lean back", {"back"}, "wall"),
        ("a woman leaning on the counter with both hands", "lean on hands", {"left_palms", "right_palms"}, "counter"),
        ("a woman reaching for the mug", "reach", {"right_fingertips"}, "mug"),
        ("a man reaching for the mug with his left hand", "reach", {"left_fingertips"}, "mug"),
        ("a man standing with one foot on the low wall", "foot up", {"left_soles"}, "low wall"),
        ("a woman standing beside the bike holding the handlebar", "stand", {"left_palms", "right_palms"}, "handlebar"),
    ],
)
def test_touches(prompt, action, regions, phrase):
    reading = read(prompt)
    assert reading.action == action
    assert {r for t in reading.touches for r in t.regions} == regions
    assert [t.phrase for t in reading.touches] == [phrase]


@pytest.mark.parametrize(
    ("prompt", "relation", "landmark"),
    [("a man kneeling in front of the coffee table", "front", "coffee table"),
     ("a man squatting under the tree", "under", "tree"),
     ("a tall man standing next to the plant with his hands on his hips", "near", "plant"),
     ("a woman walking behind the car", "behind", "car")],
)  # fmt: skip
def test_relations(prompt, relation, landmark):
    reading = read(prompt)
    assert (reading.relation, reading.landmark) == (relation, landmark)


def test_manners_narrow_the_anchors():
    assert read("a woman lying on her side on the couch").manner == "on the side"
    assert read("there is a man asleep on the bed").people[0].name == "Man"


def test_people_are_described():
    person = read("a tall heavy old man standing").people[0]
    assert (person.female, person.age, person.tall > 0, person.weight > 0.8) == (False, "old", True, True)
    assert read("two men standing").people[1].name == "Man 2"


@pytest.mark.parametrize(
    ("verb", "nearest"),
    [("kissing his wife", "hug"), ("levitating", "stand"), ("swims", "lie"), ("juggles", "stand")],
)  # fmt: skip
def test_an_unknown_action_names_the_nearest_and_all(verb, nearest):
    with pytest.raises(UnknownAction) as caught:
        read(f"a boy {verb}")
    assert f"“{nearest}”" in caught.value.remedy
    assert all(action in caught.value.remedy for action in ACTIONS)


def test_an_unknown_second_verb_is_a_warning():
    reading = read("a man sitting on the bench, whittling")
    assert reading.action == "sit"
    assert "whittling" in reading.warnings[0]


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "…!?", "123"])
def test_empty_prompts(prompt):
    with pytest.raises(PromptEmpty):
        read(prompt)


def test_a_10_000_character_prompt_is_refused():
    with pytest.raises(PromptTooLong, match="10000"):
        read("a man standing " + "x" * (10_000 - 15))
    assert MAX_LENGTH < 10_000


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_reads_or_fails_with_a_remedy(text):
    try:
        assert read(text).action in ACTIONS
    except StaffageError as error:
        assert error.remedy


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "a the man woman two sitting on sofa with hands his back against wall , and reading under "
            "tree both foot one legs crossed in front of".split()
        ),
        max_size=25,
    )
)
def test_any_word_salad_reads_or_fails_with_a_remedy(words):
    try:
        assert read(" ".join(words)).action in ACTIONS
    except StaffageError as error:
        assert error.remedy


@pytest.mark.parametrize(
    ("prompt", "age"),
    [
        ("a man in his fifties sitting on the sofa", "middle-aged"), ("a woman in her late twenties", "young adult"),
        ("a 45 year old man waving", "middle-aged"), ("a woman, 70 years old, sitting on the bench", "old"),
        ("a boy aged 9 running", "child"), ("a 16-year-old girl", "teenager"), ("a man in his 80s", "old"),
        ("a man in his thirties", "adult"), ("a middle-aged woman", "middle-aged"),
    ],
)  # fmt: skip
def test_ages_in_numbers_and_decades(prompt, age):
    reading = read(prompt)
    assert [person.age for person in reading.people] == [age]
    assert reading.support in ("", "sofa", "bench")


@pytest.mark.parametrize("prompt", ["zero people", "no people on the sofa", "nobody", "no one sitting on the bench"])
def test_nobody_is_not_two_people(prompt):
    with pytest.raises(PromptEmpty):
        read(prompt)


def test_nobody_stands_on_people_and_it_is_said():
    reading = read("a man standing on a woman")
    assert not reading.support and any("carry" in warning for warning in reading.warnings)
