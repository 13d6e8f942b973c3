"""What the prompt says of clothes and hair: who wears what, and what of the sentence is left."""

from __future__ import annotations

import pytest

from backend.language.clothing import read_clothing
from backend.language.colors import NAMES, SHADES, color_named
from backend.language.prompt import read_all


def worn(looks):
    return {one.kind for one in looks.worn}


@pytest.mark.parametrize(
    ("prompt", "text", "kinds"),
    [
        ("a woman in a red dress", "a woman", {"dress"}),
        ("a man wearing a blue jacket and black jeans, leaning on the wall", "a man, leaning on the wall",
         {"jacket", "jeans"}),
        ("a woman dressed in a white blouse, a long skirt and boots walking", "a woman walking",
         {"blouse", "long skirt", "boots"}),
        ("two women in summer dresses talking to each other", "two women talking to each other", {"summer dress"}),
        ("a boy in shorts and a t-shirt sitting on the floor", "a boy sitting on the floor", {"shorts", "t-shirt"}),
        ("a man in a chair", "a man in a chair", set()),
        ("a man in the dress shop", "a man in the dress shop", set()),
        ("a woman in the hall reaching for the red shirt", "a woman in the hall reaching for the red shirt", set()),
        ("a woman holding a red jacket", "a woman holding a red jacket", set()),
        ("a person in a red chair", "a person in a red chair", set()),
        ("a woman with her back against the wall", "a woman with her back against the wall", set()),
    ],
)  # fmt: skip
def test_clothes_are_read_and_taken_out(prompt, text, kinds):
    found = read_clothing(prompt)
    assert found.text == text
    assert worn(found.said[0][1]) == kinds


def test_everybody_has_their_own():
    found = read_clothing("a man in a dark blue suit and a blonde woman in a green dress sitting on the sofa")
    assert found.text == "a man and a woman sitting on the sofa"
    (man, his), (woman, hers) = found.said
    assert (man, woman) == ("man", "woman")
    assert his.formal and not hers.formal
    assert worn(hers) == {"dress"}
    assert hers.hair_color and not his.hair_color
    specs = [spec for reading in found.over(read_all(found.text)) for spec in reading.people]
    assert [spec.looks for spec in specs] == [his, hers]


def test_both_in_white_is_both():
    found = read_clothing("a man and a woman, both in white, standing next to the table")
    white = color_named("white")
    assert [looks.worn[0].color for _, looks in found.said] == [white, white]


def test_plurals_dress_all_of_them():
    found = read_clothing("two men in suits standing")
    people = [spec for reading in found.over(read_all(found.text)) for spec in reading.people]
    assert [spec.looks.formal for spec in people] == [True, True]


@pytest.mark.parametrize(
    ("prompt", "hair"),
    [
        ("a bald man standing", "bald"),
        ("a girl with a ponytail running", "Ponytail"),
        ("a woman with long black hair", "Long Hair"),
        ("a woman with her hair in a bun", "Bun"),
        ("a curly-haired woman", "Curly Hair"),
        ("a man with no hair", "bald"),
    ],
)
def test_hair(prompt, hair):
    assert read_clothing(prompt).said[0][1].hair == hair


def test_hair_colors_differ():
    words = ("blonde", "red-haired", "grey-haired", "black-haired", "brunette")
    assert len({read_clothing(f"a {word} woman").said[0][1].hair_color for word in words}) == len(words)


def test_nothing_on():
    for prompt in ("a naked man standing", "a man with no clothes"):
        assert read_clothing(prompt).said[0][1].bare
    assert read_clothing("a barefoot child sitting on the floor").said[0][1].barefoot


@pytest.mark.parametrize("prompt", ["a man not wearing shoes", "a man without his shoes", "a man with no shoes"])
def test_refused_shoes_are_left_off(prompt):
    found = read_clothing(prompt)
    assert found.said[0][1].barefoot and not found.said[0][1].worn
    assert found.text == "a man"


def test_refused_clothes_are_not_put_on():
    for prompt in ("a man not wearing a shirt", "a shirtless man", "a man without a shirt"):
        found = read_clothing(prompt)
        assert found.said[0][1].without == ("top", "over") and not found.said[0][1].worn
        assert found.text == "a man"
    assert read_clothing("a man without a jacket").said[0][1].without == ("over",)


def test_he_and_she_are_two_people_who_wear_what_is_said_of_each():
    found = read_clothing("he in a suit, she in a dress, sitting on the sofa")
    (reading,) = found.over(read_all(found.text))
    man, woman = reading.people
    assert (man.female, woman.female) == (False, True)
    assert man.looks.formal and [worn.kind for worn in woman.looks.worn] == ["dress"]


def test_a_pronoun_for_somebody_named_is_nobody_new():
    found = read_clothing("a man sits on the sofa and he waves")
    assert sum(len(reading.people) for reading in found.over(read_all(found.text))) == 1


def test_what_is_not_made_is_said():
    found = read_clothing("an old man with grey hair and a hat sitting on the bench")
    assert found.left_out == ("hat",)
    assert found.text == "an old man sitting on the bench"
    assert any("hat" in warning for warning in found.over(read_all(found.text))[0].warnings)


def test_colors_are_linear_and_shades_differ():
    for name in NAMES:
        for shade in ("", *SHADES):
            assert all(0 <= value <= 0.95 for value in color_named(name, shade))
    assert sum(color_named("blue", "dark")) < sum(color_named("blue")) < sum(color_named("blue", "light"))


@pytest.mark.parametrize("text", ["", "in", "with", "wearing", "in a", "a man in", ",,,", "in red", "with hair"])
def test_odd_prompts_never_raise(text):
    read_clothing(text)
