"""The words for the person are found in the text encoder's sequence."""

import pytest

from backend.bench import inpainting_models as models
from backend.vision.inpainting.tokens import person_tokens, truncated
from protocol.errors import NobodyInPrompt, PromptTooLong


@pytest.fixture(scope="module")
def tokenizer():
    return models.tokenizer()


class Slow:
    """A tokenizer that knows no offsets."""

    is_fast = False

    def __init__(self, inner):
        self._inner, self.model_max_length = inner, inner.model_max_length

    def __call__(self, *arguments, **keywords):
        assert "return_offsets_mapping" not in keywords
        return self._inner(*arguments, **keywords)


def words(tokenizer, text, positions):
    ids = tokenizer(text).input_ids
    return "".join(tokenizer.convert_ids_to_tokens([ids[i] for i in positions])).replace("</w>", " ").strip()


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    ("text", "person", "found"),
    [
        ("an old man sitting on the sofa", "old man", "old man"),
        ("A Photo,  an Old   Man reading", "old man", "old man"),  # case and spaces
        ("a woman on the phone", "woman", "woman"),  # several word pieces
        ("the manager and the man", "man", "man"),  # whole words only
        ("a boy, running", "boy", "boy"),  # the comma is not his
        ("(the man)", "man", "man"),
        ("a grandmother's cat and a grandmother", "grandmother", "grandmother"),
        ("éléonore et un garçon", "garçon", "garã§on"),  # bytes beyond ASCII are pieces of their own
    ],
)
def test_every_piece_of_the_words_is_found_and_no_other(tokenizer, slow, text, person, found):
    positions = person_tokens([Slow(tokenizer) if slow else tokenizer], text, person)
    assert words(tokenizer, text, positions).lower() == found


def test_the_first_mention_after_the_start_counts(tokenizer):
    text = "a man in oil, a man sitting"
    first, second = person_tokens([tokenizer], text, "man"), person_tokens([tokenizer], text, "man", start=12)
    assert max(first) < min(second) and len(first) == len(second) == 1
    assert person_tokens([tokenizer], text, "man", start=20) == first  # better one before than none


def test_positions_of_two_tokenizers_are_joined(tokenizer):
    """SDXL's second tokenizer pads otherwise, which moves nothing."""
    assert person_tokens([tokenizer, tokenizer], "an old man", "old man") == person_tokens(
        [tokenizer], "an old man", "old man"
    )


@pytest.mark.parametrize("person", ["woman", "", "  "])
def test_a_prompt_without_the_person_is_refused_with_a_remedy(tokenizer, person):
    with pytest.raises(NobodyInPrompt) as caught:
        person_tokens([tokenizer], "hands knocking on the door, for old mankind", person)
    assert caught.value.remedy and "knocking" in caught.value.detail


@pytest.mark.parametrize("slow", [False, True])
def test_a_person_beyond_what_the_model_reads_is_refused(tokenizer, slow):
    text = "very " * 40 + "old man"
    assert truncated(tokenizer, text) and not truncated(tokenizer, "old man")
    with pytest.raises(PromptTooLong, match="77"):
        person_tokens([Slow(tokenizer) if slow else tokenizer], text, "old man")
