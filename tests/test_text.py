"""Sentences and quantities with exact spans; normal forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import Unit, as_worded, normalise, plainly_written, quantities, sentences, single_spaced, words

# Any text at all, and text made of the pieces that the expressions look for.
PIECES = st.sampled_from(
    [
        "2-4 weeks",
        "12.5 %",
        "1,000",
        "£30,000",
        "USD 5",
        "two sessions",
        "0.5x",
        "½",
        "٣ days",
        "a hundred people",
        "one",
    ]
    + ["e.g.", "Dr. Lee", "et al.", "hair", "not", "“No.”", "…", "?!", ".", " ", "\n\n", "\n- ", "\n1. "]
    + ["\u00a0", "\u200b", "\x00"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map(" ".join), st.lists(PIECES).map("".join))


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
def test_quantity_spans_are_exact_ordered_and_apart(text):
    end = 0
    for quantity in quantities(text):
        start, stop = quantity.span
        assert end <= start < stop <= len(text)
        assert quantity.low <= quantity.high
        end = stop


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
        ("- Safe\n- Permanent\n1. Natural", ["Safe", "Permanent", "Natural"]),
        ("Heading\n\nBody text here.", ["Heading", "Body text here."]),
        ('He said "it works." Then he left.', ['He said "it works."', "Then he left."]),
        ("Is it safe? Yes! Very…", ["Is it safe?", "Yes!", "Very…"]),
        ("", []),
        (" \n\t ... --- ", []),
    ],
)  # fmt: skip
def test_text_is_cut_into_these_sentences(text, expected):
    assert [text[start:stop] for start, stop in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("in 2-4 weeks", 14, 28, Unit.TIME),
        ("in two to four weeks", 14, 28, Unit.TIME),
        ("after 6 months", 182.64, 182.64, Unit.TIME),
        ("for a 1-year trial", 365.25, 365.25, Unit.TIME),
        ("12.5 % more", 12.5, 12.5, Unit.PERCENT),
        ("100 percent natural", 100, 100, Unit.PERCENT),
        ("three sessions", 3, 3, Unit.SESSIONS),
        ("1,234 people", 1234, 1234, Unit.PEOPLE),
        ("costs £1,000", 1000, 1000, Unit.MONEY),
        ("costs USD 250", 250, 250, Unit.MONEY),
        ("5 mg a day", 5, 5, Unit.MEASURE),
        ("in 2020", 2020, 2020, Unit.BARE),
    ],
)
def test_quantity_is_read_with_what_it_counts(text, low, high, unit):
    (quantity,) = quantities(text)
    assert (quantity.low, quantity.high, quantity.unit) == (pytest.approx(low), pytest.approx(high), unit)
    assert text[slice(*quantity.span)].strip()


def test_number_word_without_a_unit_is_no_figure():
    assert quantities("one of the two was the best") == []


def test_ranges_of_one_unit_overlap_and_of_two_units_never():
    (weeks,), (month,), (percent,) = quantities("2-4 weeks"), quantities("1 month"), quantities("21 %")
    assert weeks.overlaps(month, tolerance=0.1)
    assert not weeks.overlaps(month)
    assert not weeks.overlaps(percent, tolerance=1.0)


def test_normal_form_has_plain_quotes_and_spaces_and_no_control_characters():
    assert normalise("It’s\u00a0“100\u200b%”\x00\x1b[31m") == 'It\'s "100 %" [31m'


def test_words_keep_their_apostrophes_and_hyphens():
    assert words("Don't mix one-off & two!") == ["don't", "mix", "one-off", "two"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("under 20%", 10, 20),
        ("no more than 20%", 10, 20),
        ("no less than 20%", 20, 40),
        ("more than 20%", 20, 40),
        ("> 20%", 20, 40),
        ("about 20%", 18, 22),
        ("close to 20%", 18, 22),
        ("20% or so", 18, 22),
        ("20% or more", 20, 40),
        ("20% or less", 10, 20),
        ("of 20%", 20, 20),
        ("cover 20%", 20, 20),
    ],
)
def test_words_before_a_figure_give_it_room(text, low, high):
    (quantity,) = quantities(text)
    told = as_worded(quantity, text)
    assert (told.low, told.high) == pytest.approx((low, high))


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


def test_what_counts_nothing_is_no_count():
    assert quantities("there is no one treatment that is best") == []
    (times,) = quantities("three times as much regrowth")
    assert times.unit is not Unit.SESSIONS
    (sessions,) = quantities("you need it three times")
    assert sessions.unit is Unit.SESSIONS
