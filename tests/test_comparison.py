"""A claim and a text are measured against each other, always by the same measures, whatever they hold."""

import math

from hypothesis import given
from hypothesis import strategies as st

from rag.judging.comparison import compare, evidence_sentences, side
from rag.language.opposites import opposites
from rag.search.sparse import stem


def measured(claim: str, text: str, vocabulary) -> dict[str, float]:
    return compare(claim, text, [(0.7, sentence) for sentence in evidence_sentences(text)], vocabulary)


def test_another_figure_of_the_same_kind_is_a_rival_and_the_same_figure_is_met(vocabulary):
    other = measured("Hair grew in 80% of people.", "Hair grew in 12% of people.", vocabulary)
    same = measured("Hair grew in 12% of people.", "Hair grew in 12% of people.", vocabulary)
    assert (other["rival"], other["rival_percent"], other["met"]) == (1, 1, 0)
    assert (same["rival"], same["met"], same["numbers_met"]) == (0, 1, 1)


def test_a_time_span_told_in_another_unit_is_the_same_figure(vocabulary):
    assert measured("It took 24 weeks.", "It took 168 days.", vocabulary)["met"] == 1


def test_a_denial_on_one_side_parts_them_and_on_both_sides_does_not(vocabulary):
    one = measured("PRP works for women.", "PRP does not work for women.", vocabulary)
    both = measured("PRP doesn't work for women.", "PRP does not work for women.", vocabulary)
    assert one["denial_parts"] == 1 and one["denied_apart"] >= 1
    assert both["denial_parts"] == 0 and both["denied_apart"] == 0


def test_a_word_for_its_opposite_is_seen_only_where_the_word_itself_is_missing(vocabulary):
    turned = measured("Hair count decreased.", "Hair count increased.", vocabulary)
    told = measured("Hair count increased, not decreased.", "Hair count increased, not decreased.", vocabulary)
    assert turned["opposite"] == 1
    assert told["opposite"] == 0


def test_another_product_and_other_people_are_seen(vocabulary):
    measures = measured("Exosomes help women.", "PRP helped men.", vocabulary)
    assert measures["treatment_other"] == 1 and measures["people_other"] == 1


def test_opposites_hold_both_ways():
    table = opposites(stem)
    assert stem("decrease") in table[stem("increased")]
    assert all(word in table[other] for word, others in table.items() for other in others)


@given(st.text(max_size=80), st.text(max_size=120))
def test_measures_are_finite_and_always_the_same_ones(vocabulary, claim, text):
    names = list(measured("It works.", "It works.", vocabulary))
    measures = measured(claim, text, vocabulary)
    assert list(measures) == names
    assert all(math.isfinite(value) for value in measures.values())


@given(st.text(alphabet="abc 12%.,", max_size=60))
def test_a_text_covers_itself(vocabulary, text):
    own = side(text, vocabulary)
    measures = measured(text, text, vocabulary)
    assert measures["rival"] == 0 and measures["numbers_missing"] == 0
    assert measures["coverage"] == (1.0 if own.stems else 0.0)
