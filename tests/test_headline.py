"""The short answer is never surer than the evidence, and follows the question's own pole."""

from dataclasses import replace
from itertools import product

import pytest

from rag.answers.headline import claim_answer, short_answer
from rag.evidence import Cell
from rag.kinds import Certainty, Direction, Verdict

POLES = list(product((Direction.FOR, Direction.AGAINST), (True, False)))


def cell(direction: Direction, certainty: Certainty | None) -> Cell:
    return Cell(
        treatment="prp",
        outcome="lasts",
        direction=direction,
        certainty=certainty,
        why="",
        studies=None,
        people=None,
        passage_ids=("a#1",),
        sentence="",
    )


@pytest.mark.parametrize(("direction", "positive"), POLES)
def test_yes_and_no_follow_the_pole_that_was_asked(direction, positive):
    said = short_answer(cell(direction, Certainty.HIGH), positive)
    assert said == ("Yes." if (direction is Direction.FOR) == positive else "No.")


@pytest.mark.parametrize(("direction", "positive"), POLES)
def test_words_match_the_certainty(direction, positive):
    moderate = short_answer(cell(direction, Certainty.MODERATE), positive)
    low = short_answer(cell(direction, Certainty.LOW), positive)
    very_low = short_answer(cell(direction, Certainty.VERY_LOW), positive)
    assert "robably" in (moderate or "")
    assert "not very sure" in (low or "") and "robably" not in (low or "")
    assert very_low == "We are not sure."


def test_a_promise_without_exception_is_not_confirmed_by_good_evidence():
    assert short_answer(cell(Direction.FOR, Certainty.HIGH), True, absolute=True) == "No study shows that."


def test_a_denial_gets_no_bare_yes_or_no():
    said = short_answer(cell(Direction.AGAINST, Certainty.HIGH), False, denied=True)
    assert said == "That is right."


@pytest.mark.parametrize("certainty", [Certainty.HIGH, Certainty.MODERATE, Certainty.LOW])
def test_known_harms_make_a_treatment_not_without_risk_and_get_no_bare_no(certainty):
    harms = replace(cell(Direction.AGAINST, certainty), outcome="safety")
    assert "not without risk" in (short_answer(harms, True) or "").lower()
    assert "not without risk" in (short_answer(harms, False, danger=True) or "").lower()  # "is it dangerous?"
    assert "not without risk" not in (short_answer(harms, False) or "").lower()  # "can it cause side effects?"


def test_disagreeing_studies_give_no_side():
    assert "do not agree" in (short_answer(cell(Direction.MIXED, Certainty.LOW), True) or "")


@pytest.mark.parametrize("direction", [Direction.NONE, Direction.NO_STUDY])
def test_where_no_side_is_taken_there_is_no_short_answer(direction):
    assert short_answer(cell(direction, None), True) is None


def test_every_verdict_but_those_that_judge_nothing_has_words_of_its_own():
    words = {verdict: claim_answer(verdict) for verdict in Verdict}
    assert {verdict for verdict in words if not words[verdict]} == {Verdict.NOT_A_CLAIM, Verdict.UNJUDGED}
    assert len(set(words.values())) == len(Verdict) - 1  # the two share their silence


@pytest.mark.parametrize("direction", [Direction.MIXED, Direction.UNCLEAR])
def test_a_promise_without_exception_is_not_met_by_a_shrug(direction):
    assert short_answer(cell(direction, Certainty.LOW), True, absolute=True) == "No study shows that."


@pytest.mark.parametrize("certainty", [Certainty.HIGH, Certainty.MODERATE, Certainty.LOW])
def test_a_harm_that_some_had_is_not_confirmed_for_everyone(certainty):
    harms = replace(cell(Direction.AGAINST, certainty), outcome="safety")
    assert short_answer(harms, positive=False, absolute=True) == "Not always, and not in everyone."
