"""What a passage must hold before it may back a claim: its figures and its denials."""

import pytest
from fakes import passage
from hypothesis import given
from hypothesis import strategies as st

from rag.judging.guards import check_figures
from rag.language.reading import read
from rag.language.vocabulary import denies

GAIN = passage("a#1", "Hair count rose by 18.6 % in 71 people after 6 months.")


@pytest.mark.parametrize(
    ("claim", "met"),
    [
        ("Hair count rose by 18.6%.", True),
        ("Hair count rose by about 19 percent.", True),
        ("Hair count rose by less than 20%.", True),
        ("Hair count rose by more than 15 %.", True),
        ("Hair count rose by more than 20 %.", False),
        ("Hair count rose by over 5 %.", False),
        ("Hair count rose by nearly 17 %.", False),
        ("Hair count rose by 25%.", False),
        ("A trial of 71 people.", True),
        ("A trial of 710 people.", False),
        ("It takes half a year, 6 months.", True),
        ("It takes 2-4 weeks.", False),
        ("It is 100% natural.", True),
        ("Hair grew.", True),
    ],
)
def test_figure_of_a_claim_must_stand_in_a_passage(vocabulary, claim, met):
    assert check_figures(read(claim, vocabulary), [GAIN]).all_met is met


def test_passage_with_another_figure_of_the_kind_is_a_rival(vocabulary):
    check = check_figures(read("Hair count rose by 40%.", vocabulary), [GAIN, passage("a#2", "Hair grew.")])
    assert check.rivals == ("a#1",)
    assert [q.low for q in check.missing] == [40.0]


def test_without_passages_every_figure_is_missing(vocabulary):
    check = check_figures(read("It grew 40% in 3 weeks.", vocabulary), [])
    assert (len(check.missing), check.rivals) == (2, ())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It works.", False),
        ("It does not work.", True),
        ("It never works.", True),
        ("No study shows that.", True),
        ("It is not only safe.", False),
    ],
)
def test_denial_is_seen(text, count):
    assert denies(text) is count


@given(st.text(max_size=200))
def test_a_denial_is_seen_behind_any_text(text):
    assert denies(f"{text}. It does not work.")
