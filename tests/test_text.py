"""Sentences with exact spans; normal forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import TEXTS

from rag.text import normalise, plainly_written, sentence_texts, sentences, single_spaced, words


@given(TEXTS)
def test_sentence_spans_are_exact_ordered_and_apart(text):
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop] == text[start:stop].strip()
        assert any(c.isalnum() for c in text[start:stop])
        end = stop


@given(TEXTS)
def test_no_letter_falls_between_two_sentences(text):
    spans = sentences(text)
    inside = [i for start, stop in spans for i in range(start, stop)]
    assert {i for i, c in enumerate(text) if c.isalpha()} <= set(inside)


@given(TEXTS)
def test_normal_form_of_a_normal_form_is_itself(text):
    assert normalise(normalise(text)) == normalise(text)


@given(TEXTS)
def test_words_are_lower_case_and_in_the_normal_form(text):
    assert all(word in normalise(text).lower() for word in words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Lee said so. It works.", ["Dr. Lee said so.", "It works."]),
        ("It grew by 2.5 hairs. Then it fell.", ["It grew by 2.5 hairs.", "Then it fell."]),
        ("A.A.A. stem cells come from fat. They are yours.", ["A.A.A. stem cells come from fat.", "They are yours."]),
        ("Lee et al. found 71 people. Good.", ["Lee et al. found 71 people.", "Good."]),
        ("Use e.g. minoxidil. Daily!", ["Use e.g. minoxidil.", "Daily!"]),
        ("The answer is no. It does not work.", ["The answer is no.", "It does not work."]),
        ("See Fig. 2 and No. 5 of vol. 3. Good.", ["See Fig. 2 and No. 5 of vol. 3.", "Good."]),
        ("Take vitamin D. Studies differ.", ["Take vitamin D.", "Studies differ."]),
        ("So do you and I. Hair grows.", ["So do you and I.", "Hair grows."]),
        ("It is sold in the U.S. The FDA warned.", ["It is sold in the U.S.", "The FDA warned."]),
        ("The U.S. Food and Drug Act. Good.", ["The U.S. Food and Drug Act.", "Good."]),
        ("J. A. Smith and A. In-Young wrote it. Good.", ["J. A. Smith and A. In-Young wrote it.", "Good."]),
        ("It looks like an M. In women it does not.", ["It looks like an M.", "In women it does not."]),
        ("- Safe\n- Permanent\n1. Natural", ["Safe", "Permanent", "Natural"]),
        ("Heading\n\nBody text here.", ["Heading", "Body text here."]),
        ('He said "it works." Then he left.', ['He said "it works."', "Then he left."]),
        ("Is it safe? Yes! Very…", ["Is it safe?", "Yes!", "Very…"]),
        ("", []),
        (" \n\t ... --- ", []),
    ],
)  # fmt: skip
def test_text_is_cut_into_these_sentences(text, expected):
    assert sentence_texts(text) == expected


def test_normal_form_has_plain_quotes_and_spaces_and_no_control_characters():
    assert normalise("It’s\u00a0“100\u200b%”\x00\x1b[31m") == 'It\'s "100 %" [31m'


def test_words_keep_their_apostrophes_and_hyphens():
    assert words("Don't mix one-off & two!") == ["don't", "mix", "one-off", "two"]


@given(st.text(alphabet="aB \t\n.", max_size=40))
def test_a_text_with_single_blanks_keeps_every_other_character_and_knows_where_it_stood(text):
    even, places = single_spaced(text)
    assert [text[place] for place in places] == list(even)
    assert even.replace(" ", "").replace("\t", "") == text.replace(" ", "").replace("\t", "")
    assert not any(a in " \t" and b in " \t" for a, b in zip(even, even[1:], strict=False))


def test_only_a_text_that_is_all_capitals_is_put_in_small_letters():
    assert plainly_written("PRP  WORKS\nFOR 90% OF MEN!") == "prp works for 90% of men!"
    assert plainly_written("PRP") == "PRP"
    assert plainly_written("The FDA  said no") == "The FDA said no"


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_normalised_like_any_other(text):
    assert normalise(text) == normalise(text + "\u200b")
