"""Direction and certainty of several passages, informed by GRADE."""

import pytest
from fakes import passage, source
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import Passage, Source
from rag.judging.weighing import certainty_of, weigh, weight
from rag.kinds import Certainty, Direction, Population, Role, StudyDesign


def study(id_: str, direction: Direction, **facts: object) -> tuple[Passage, Source]:
    own = {name: facts.pop(name) for name in ("role", "population") if name in facts}
    mine = passage(f"{id_}#1", bears={"works": direction}, **own)
    return mine, source(id_, mine, **{"n": 120, **facts})


def weighed(*pairs: tuple[Passage, Source]):
    result = weigh("works", pairs)
    assert result is not None
    return result


def test_nothing_that_bears_on_the_outcome_weighs_nothing():
    assert weigh("works", []) is None
    assert weigh("safety", [study("a", Direction.FOR)]) is None
    assert weigh("works", [study("a", Direction.NONE)]) is None


def test_trials_that_agree_decide_the_direction():
    result = weighed(study("a", Direction.FOR), study("b", Direction.FOR))
    assert (result.direction, result.certainty) == (Direction.FOR, Certainty.MODERATE)


def test_two_large_trials_that_agree_are_high_certainty():
    result = weighed(study("a", Direction.FOR, n=500), study("b", Direction.FOR, n=450))
    assert result.certainty is Certainty.HIGH


def test_trials_that_disagree_are_mixed_and_low():
    result = weighed(study("a", Direction.FOR), study("b", Direction.AGAINST))
    assert (result.direction, result.certainty) == (Direction.MIXED, Certainty.LOW)
    assert "agree" in result.why


def test_trial_outweighs_a_case_report():
    result = weighed(
        study("a", Direction.AGAINST), study("b", Direction.FOR, study_design=StudyDesign.CASE_REPORT, n=1)
    )
    assert result.direction is Direction.AGAINST


def test_small_trial_is_low_certainty():
    assert weighed(study("a", Direction.FOR, n=20)).certainty is Certainty.LOW


def test_trial_of_unknown_size_is_low_certainty():
    assert weighed(study("a", Direction.FOR, n=None)).certainty is Certainty.LOW


@pytest.mark.parametrize("design", [StudyDesign.CASE_SERIES, StudyDesign.CASE_REPORT, StudyDesign.NARRATIVE_REVIEW])
def test_evidence_without_a_randomized_comparison_is_very_low(design):
    result = weighed(study("a", Direction.FOR, study_design=design, n=5000))
    assert result.certainty is Certainty.VERY_LOW
    assert "randomized" in result.why


@pytest.mark.parametrize("population", [Population.ANIMAL, Population.LABORATORY])
def test_animals_and_dishes_are_very_low_even_in_a_trial(population):
    result = weighed(study("a", Direction.FOR, n=1000, population=population))
    assert result.certainty is Certainty.VERY_LOW
    assert "animals" in result.why


def test_animal_study_cannot_outweigh_a_trial_in_people():
    mice = [
        study(f"m{i}", Direction.FOR, study_design=StudyDesign.ANIMAL, population=Population.ANIMAL) for i in range(4)
    ]
    assert weighed(study("a", Direction.AGAINST), *mice).direction is Direction.AGAINST


def test_regulator_speaks_with_certainty_of_its_own_law():
    notice = passage("fda#1", bears={"approval": Direction.AGAINST})
    official = source("fda", notice, official=True, peer_reviewed=False, study_design=StudyDesign.REGULATOR, n=None)
    result = weigh("approval", [(notice, official)])
    assert result is not None
    assert (result.direction, result.certainty) == (Direction.AGAINST, Certainty.HIGH)


def test_not_peer_reviewed_counts_half_and_a_limitation_half():
    mine, trusted = study("a", Direction.FOR)
    _, posted = study("a", Direction.FOR, peer_reviewed=False)
    limit, _ = study("a", Direction.FOR, role=Role.LIMITATION)
    assert weight(mine, posted, "works") == weight(mine, trusted, "works") / 2
    assert weight(limit, trusted, "works") == weight(mine, trusted, "works") / 2


def test_article_weighs_nothing():
    mine, article = study("a", Direction.FOR, study_design=StudyDesign.ARTICLE)
    assert weight(mine, article, "works") == 0.0


def test_a_few_cases_are_enough_to_show_a_harm():
    mine, case = study("a", Direction.FOR, study_design=StudyDesign.CASE_REPORT, n=None)
    assert weight(mine, case, "safety") > weight(mine, case, "works")


DIRECTIONS = st.sampled_from([Direction.FOR, Direction.AGAINST, Direction.MIXED, Direction.UNCLEAR])
STUDIES = st.lists(
    st.tuples(DIRECTIONS, st.sampled_from(StudyDesign), st.one_of(st.none(), st.integers(1, 9999))),
    min_size=1,
    max_size=6,
)


@given(STUDIES)
def test_any_evidence_has_a_direction_a_certainty_and_a_reason_whatever_its_order(facts):
    pairs = [study(f"s{i}", d, study_design=design, n=n) for i, (d, design, n) in enumerate(facts)]
    result, turned = weighed(*pairs), weighed(*reversed(pairs))
    assert result.why.endswith(".")
    assert result.certainty in Certainty
    assert (result.direction, result.certainty, result.deciding) == (
        turned.direction,
        turned.certainty,
        turned.deciding,
    )


@given(st.integers(1, 2000))
def test_more_people_never_lower_the_certainty(people):
    order = [Certainty.VERY_LOW, Certainty.LOW, Certainty.MODERATE, Certainty.HIGH]
    few = certainty_of("works", [study("a", Direction.FOR, n=people), study("b", Direction.FOR, n=1)], agree=True)[0]
    many = certainty_of("works", [study("a", Direction.FOR, n=people * 2), study("b", Direction.FOR, n=1)], agree=True)[
        0
    ]
    assert order.index(few) <= order.index(many)
