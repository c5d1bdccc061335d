"""The evidence map in plain words: every pole has its own, no hedge softens a warning, treatments stand by name."""

from dataclasses import replace

import pytest

from rag.kinds import Certainty, Direction
from rag.web.evidence_map import POLES, finding, groups


def test_every_finding_of_the_map_has_words_of_its_own(corpus):
    polar = [c for c in corpus.cells if c.direction in (Direction.FOR, Direction.AGAINST)]
    assert polar
    assert {c.outcome for c in polar} <= set(POLES)
    assert {o.key for o in corpus.vocabulary.outcomes.values() if o.for_pole} <= set(POLES)


@pytest.mark.parametrize(
    ("outcome", "direction", "certainty", "words"),
    [
        ("lasts", Direction.AGAINST, Certainty.MODERATE, "Probably does not last without more treatment"),
        ("works", Direction.FOR, Certainty.HIGH, "Helps"),
        ("works", Direction.FOR, Certainty.VERY_LOW, "Maybe helps"),
        ("safety", Direction.FOR, Certainty.LOW, "Maybe has few or no risks"),
        ("safety", Direction.AGAINST, Certainty.LOW, "Has risks"),
        ("pregnancy", Direction.AGAINST, Certainty.LOW, "Advised against"),
        ("works", Direction.NO_STUDY, None, "No study found"),
    ],
)
def test_a_finding_is_hedged_but_a_warning_is_not(corpus, outcome, direction, certainty, words):
    cell = replace(corpus.cells[0], outcome=outcome, direction=direction, certainty=certainty)
    assert finding(cell) == words


def test_treatments_stand_by_name_and_are_found_by_a_brand(corpus):
    names = [name for _, name, _ in groups(corpus)]
    assert names == sorted(names, key=str.casefold)
    assert [name for _, name, _ in groups(corpus, "Rogaine")] == ["Scalp minoxidil"]
    assert "Low-dose minoxidil tablets" in [name for _, name, _ in groups(corpus, "minoxidil")]
