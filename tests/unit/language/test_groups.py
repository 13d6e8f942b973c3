"""Several groups in one prompt, orders, negations, slips, what is looked at, and that nothing is dropped in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.language.prompt import MAX_PEOPLE, known_actions, read, read_all
from protocol.errors import StaffageError


def told(prompt):
    """(names, action, place) of each group."""
    return [
        (" ".join(p.name for p in r.people), r.action, r.support or f"{r.relation} {r.landmark}".strip())
        for r in read_all(prompt)
    ]


@pytest.mark.parametrize(
    ("prompt", "groups"),
    [
        ("a woman on the sofa and a man on the armchair", [("Woman", "sit", "sofa"), ("Man", "sit", "armchair")]),
        ("a man sitting on the chair while a woman stands next to him",
         [("Man", "sit", "chair"), ("Woman", "stand", "near chair")]),
        ("A man sits on the bench. A woman stands behind him.",
         [("Man", "sit", "bench"), ("Woman", "stand", "behind bench")]),
        ("A woman is sitting on a bench, reading, while an old man with a cane walks past her.",
         [("Woman", "sit", "bench"), ("Old man", "walk", "near bench")]),
        ("the man on the left is standing, the man on the right is sitting",
         [("Man", "stand", ""), ("Man", "sit", "")]),
        ("two men on the bench, a boy on the floor, and a woman leaning on the wall",
         [("Man 1 Man 2", "sit", "bench"), ("Boy", "stand", "floor"), ("Woman", "lean back", "")]),
        ("two men on the bench, one reading, the other asleep",
         [("Man", "sit", "bench"), ("Man", "lie", "bench")]),
        ("a man and a woman sitting on the sofa, the woman reading",
         [("Man", "sit", "sofa"), ("Woman", "sit", "sofa")]),
        ("a man sitting on the bench. The man is reading.", [("Man", "sit", "bench")]),
        ("a man and a woman sitting on the bench", [("Man Woman", "sit", "bench")]),
        ("a man sitting next to a woman on the sofa", [("Man Woman", "sit", "sofa")]),
        ("a woman talking to a man and a child", [("Woman Man Child", "talk", "")]),
        ("a man shaking hands with a woman", [("Man Woman", "shake hands", "")]),
        ("a man kneeling in front of a woman", [("Man", "kneel", ""), ("Woman", "stand", "front")]),
        ("a man waving at a girl", [("Man", "stand", ""), ("Girl", "stand", "front")]),
        ("a man standing next to the woman", [("Man", "stand", "near woman")]),
    ],
)  # fmt: skip
def test_groups(prompt, groups):
    assert told(prompt) == groups


def test_one_and_the_other_do_their_own():
    first, second = read_all("two men on the bench, one reading, the other asleep")
    assert (first.overlays, second.overlays) == (("reading",), ())


def test_next_to_him_names_the_group():
    first, second = read_all("a man sitting on the chair while a woman stands next to him")
    assert (first.beside_group, second.beside_group, second.relation) == (None, 0, "near")


def test_read_takes_the_first_group_and_says_so():
    reading = read("a woman on the sofa and a man on the armchair")
    assert reading.people[0].female
    assert any("armchair" in warning for warning in reading.warnings)


@pytest.mark.parametrize("prompt", ["nine men standing", "a dozen people dancing", "7 kids", "a group of ten people"])
def test_too_many_people_are_a_warning(prompt):
    reading = read(prompt)
    assert len(reading.people) == MAX_PEOPLE
    assert f"{MAX_PEOPLE} at most" in " ".join(reading.warnings)


def test_too_many_people_in_groups_are_a_warning():
    readings = read_all("four men on the bench, three women on the sofa and a child on the floor")
    assert [len(r.people) for r in readings] == [4, 2]
    assert all(any("at most" in w for w in r.warnings) for r in readings)


@pytest.mark.parametrize(
    ("prompt", "action", "place"),
    [("Sit a man on the bench", "sit", "bench"), ("put two kids on the rug", "stand", "rug"),
     ("make an old woman lean on the wall", "lean back", ""), ("Lean a boy against the wall!", "lean back", ""),
     ("please add a man who is lying on the bed", "lie", "bed"), ("I want a girl to sit on the swing", "sit", "swing"),
     ("let a woman stand by the window", "stand", "near window"), ("have the man kneel", "kneel", ""),
     ("lay a man on the bed", "lie", "bed"), ("seat two women on the sofa", "sit", "sofa")],
)  # fmt: skip
def test_orders(prompt, action, place):
    (reading,) = read_all(prompt)
    assert (reading.action, reading.support or f"{reading.relation} {reading.landmark}".strip()) == (action, place)


@pytest.mark.parametrize(
    ("prompt", "support"),
    [("a man in the rocking chair", "rocking chair"), ("a man sitting on an old rocking chair", "old rocking chair"),
     ("a woman standing by the washing machine", ""), ("a man sitting at the dining table", ""),
     ("a child on the swimming pool", "swimming pool")],
)  # fmt: skip
def test_ing_words_before_nouns_are_no_verbs(prompt, support):
    reading = read(prompt)
    assert reading.support == support
    assert reading.action in ("sit", "stand")
    assert not reading.warnings


@pytest.mark.parametrize(
    ("prompt", "action"),
    [("a man siting on the chair", "sit"), ("a woman standng by the window", "stand"), ("a boy kneling", "kneel"),
     ("a man leening on the wall", "lean back"), ("a girl wlaking", "walk")],
)  # fmt: skip
def test_slips_are_read_and_said(prompt, action):
    reading = read(prompt)
    assert reading.action == action
    assert any("was read as" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("prompt", "action"),
    [("a man not sitting on the sofa", "stand"), ("a man who isn't sitting on the bench but standing", "stand"),
     ("a woman standing, never sitting", "stand"), ("a man sitting instead of standing", "sit"),
     ("a girl sitting on the bench without reading", "sit")],
)  # fmt: skip
def test_negations_are_left_out_and_said(prompt, action):
    reading = read(prompt)
    assert (reading.action, reading.overlays) == (action, ())
    assert any("left out" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("prompt", "gaze", "action"),
    [("a man sitting on the sofa looking at the TV", "tv", "sit"), ("a woman watching the fire", "fire", "stand"),
     ("a man facing the window", "window", "stand"), ("a man pointing at the tree", "tree", "stand"),
     ("a woman taking a photo of the statue", "statue", "stand"), ("a man sitting, staring at the wall", "wall", "sit"),
     ("a man looking at the painting on the wall", "painting", "stand"), ("a girl admiring the car", "car", "stand")],
)  # fmt: skip
def test_gaze(prompt, gaze, action):
    reading = read(prompt)
    assert (reading.gaze, reading.action, reading.landmark) == (gaze, action, "")


def test_looking_at_each_other_is_together():
    reading = read("two women on the bench looking at each other")
    assert (reading.together, reading.gaze, reading.action) == (True, "", "sit")


@pytest.mark.parametrize(
    ("prompt", "regions", "phrase", "action"),
    [("a man sitting, his feet on the coffee table", ("left_soles", "right_soles"), "coffee table", "sit"),
     ("a man sitting with one hand on the armrest", ("right_palms",), "armrest", "sit"),
     ("a man kneeling, reaching for the ball", ("right_fingertips",), "ball", "kneel"),
     ("a woman leaning out of the window", ("left_palms", "right_palms"), "window", "lean out"),
     ("a man reaching for the mug on the table", ("right_fingertips",), "mug on the table", "reach"),
     ("elbows on the bar", ("left_forearms", "right_forearms"), "bar", "lean on elbows"),
     ("a man leaning on the table with one hand", ("right_palms",), "table", "lean on one hand"),
     ("a man picking the ball up", ("right_fingertips",), "ball", "pick up"),
     ("a woman pushing the car with both hands", ("left_palms", "right_palms"), "car", "push"),
     ("a man holding the mug", ("right_palms",), "mug", "stand")],
)  # fmt: skip
def test_touching(prompt, regions, phrase, action):
    reading = read(prompt)
    assert [(t.regions, t.phrase, t.optional) for t in reading.touches] == [(regions, phrase, False)]
    assert reading.action == action


@pytest.mark.parametrize(
    ("prompt", "action", "support", "prop", "overlays"),
    [("a man riding the bike", "ride a bicycle", "bike", "", ()),
     ("a girl on the horse", "ride a horse", "horse", "", ()),
     ("a woman riding a camel", "ride a horse", "camel", "", ()),
     ("a boy standing on the skateboard", "ride a skateboard", "skateboard", "", ()),
     ("a man playing the guitar on the bench", "sit", "bench", "guitar", ("guitar",)),
     ("a man carrying a box up the stairs", "carry", "stairs", "box", ()),
     ("a woman drinking tea on the sofa", "sit", "sofa", "tea", ("holding a cup",)),
     ("a man walking down the stairs", "climb", "stairs", "", ()),
     ("a man standing with his hands in his pockets", "stand", "", "", ("hands in pockets",)),
     ("a woman kneeling, hands raised", "kneel", "", "", ("arms raised",)),
     ("a man standing with arms crossed, looking up", "stand", "", "", ("arms crossed", "looking up")),
     ("a man asleep in the armchair", "sit", "armchair", "", ("leaning back",)),
     ("a man leaning back in the office chair", "sit", "office chair", "", ("leaning back",)),
     ("a man on all fours on the rug", "crawl", "rug", "", ()), ("two on the bench", "sit", "bench", "", ()),
     ("a woman with a book on the sofa", "sit", "sofa", "book", ("reading",)),
     ("Hands in his pockets, a man is standing", "stand", "", "", ("hands in pockets",)),
     ("a girl laying on the grass", "lie", "grass", "", ()),
     ("a man with one hand raised", "stand", "", "", ("waving",)),
     ("someone walking up to the door", "walk", "", "", ()),
     ("a woman walking down the street", "walk", "street", "", ()),
     ("a woman in red", "stand", "", "", ()), ("a man, a chair", "stand", "", "", ()),
     ("two women chatting on the bench", "sit", "bench", "", ("gesturing",)),
     ("a woman in a red dress and a hat", "stand", "", "", ())],
)  # fmt: skip
def test_compositions(prompt, action, support, prop, overlays):
    reading = read(prompt)
    assert (reading.action, reading.support, reading.prop, reading.overlays) == (action, support, prop, overlays)


@pytest.mark.parametrize(
    ("prompt", "manner"),
    [("a man lying on his stomach on the bed", "on the front"), ("a man lying on his back", "on the back"),
     ("a woman lying on her side on the couch", "on the side"), ("a man lying on the bed", ""),
     ("a man sitting with his legs apart", "legs apart"), ("a man sitting on the edge of the bed", "on an edge"),
     ("a man standing with his hands behind his back", "hands behind the back"), ("a man standing", "")],
)  # fmt: skip
def test_manners(prompt, manner):
    reading = read(prompt)
    assert (reading.manner, reading.warnings) == (manner, ())


def test_an_indefinite_thing_in_the_hands_need_not_be_there():
    assert read("a man holding a mug").touches[0].optional
    assert not read("a man holding the mug").touches[0].optional


WORDS = (
    "a the an two man woman men people sitting sits stand lying lean leaning on sofa bench floor with hands his her "
    "back against wall , and while . reading holding mug box not one other next to him looking at up down talking "
    "riding bike horse of in front of kneeling face hugging pushing picking out window is without feet elbows"
).split()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=22))
def test_any_sentence_of_known_words_is_read_or_fails_with_a_remedy(words):
    try:
        readings = read_all(" ".join(words))
    except StaffageError as error:
        assert error.remedy
        return
    assert 1 <= sum(len(r.people) for r in readings) <= MAX_PEOPLE
    for k, reading in enumerate(readings):
        assert reading.people
        assert reading.action in known_actions()
        assert reading.beside_group is None or reading.beside_group < k
        assert bool(reading.landmark) <= bool(reading.relation)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read_or_fails_with_a_remedy(text):
    try:
        assert read_all(text)
    except StaffageError as error:
        assert error.remedy
