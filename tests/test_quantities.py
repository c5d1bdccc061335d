"""Quantities with exact spans, what they count, and the room that words give them."""

import pytest
from hypothesis import given
from texts import TEXTS

from rag.quantities import Unit, as_worded, digits, quantities


@given(TEXTS)
def test_quantity_spans_are_exact_ordered_and_apart(text):
    end = 0
    for quantity in quantities(text):
        start, stop = quantity.span
        assert end <= start < stop <= len(text)
        assert quantity.low <= quantity.high
        end = stop


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


def test_what_counts_nothing_is_no_count():
    assert quantities("there is no one treatment that is best") == []
    (times,) = quantities("three times as much regrowth")
    assert times.unit is not Unit.SESSIONS
    (sessions,) = quantities("you need it three times")
    assert sessions.unit is Unit.SESSIONS


def test_figure_is_met_by_its_rounding_and_not_by_another():
    (exact,), (rounded,), (other,) = quantities("18.7 %"), quantities("19 %"), quantities("25 %")
    assert exact.met_by([other, rounded])
    assert not exact.met_by([other])


def test_numbers_in_digits_lose_their_commas():
    assert digits("of 2,896 men 0.5 % and two") == ["2896", "0.5"]
