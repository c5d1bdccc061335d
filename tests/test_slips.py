"""Promises of the mending of slips: the field's words are put right, and no word of the language becomes another."""

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.slips import Slips, close_to, lexicon
from rag.search.sparse import stem


def test_slips_in_the_fields_words_are_mended(retriever):
    asked = "does minoxidl regrow hair on my scalpp"
    assert retriever.mended(asked) == "does minoxidil regrow hair on my scalp"


def test_two_letters_that_changed_places_are_put_right_even_in_a_short_word(retriever):
    assert retriever.mended("does it wrok on hiar") == "does it work on hair"


@pytest.mark.parametrize(
    "plain",
    [
        "except that two clinics compete through the window",
        "hair that thins while the scalp swells and fats are sold",
        "you needn't drink broth, fella, nor mustn't you lather and rinse",
    ],
)
def test_words_of_the_language_are_no_slips(retriever, plain):
    assert retriever.mended(plain) == plain


FIELD = Slips(
    lexicon=lexicon(["hair scalp minoxidil transplant grafts"]), knows={"hats", "clinic"}.__contains__, stem=stem
)


@given(st.lists(st.sampled_from(["hair", "scalp", "minoxidil", "transplant", "clinic", "a", "?", "12", "é"])))
def test_what_is_spelt_right_stays(words):
    assert FIELD.mended(" ".join(words)) == " ".join(words)


@given(st.text(max_size=60))
def test_mending_twice_changes_nothing_more(text):
    once = FIELD.mended(text)
    assert FIELD.mended(once) == once


_NAMES = ("minoxidil", "finasteride", "dutasteride", "transplant", "micrograft", "hair", "scalp", "alopecia")


@given(st.sampled_from(_NAMES), st.integers(0, 10), st.sampled_from(["", "x", "i", "is"]), st.integers(0, 2))
def test_no_close_word_is_passed_over_for_speed(name, place, letters, gone):
    slip = name[:place] + letters + name[place + gone :]
    assert close_to(slip, _NAMES) == next(iter(get_close_matches(slip, _NAMES, n=1, cutoff=0.88)), None)
