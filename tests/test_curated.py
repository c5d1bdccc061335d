"""What reviewers wrote down leads to the evidence: tags, topics and the map."""

import pytest

from rag.language.reading import read
from rag.search.curated import Curated


@pytest.fixture(scope="module")
def curated(corpus):
    return Curated(corpus=corpus)


def alike(_: str) -> float:
    """Stand in for a question that is as near to one text as to another."""
    return 0.5


def sources(passage_ids):
    return [id_.partition("#")[0] for id_ in passage_ids]


def test_passages_that_decide_a_cell_come_in_the_order_of_the_map(curated, corpus, vocabulary):
    deciding = curated.deciding(read("Is the effect of PRP permanent?", vocabulary))
    assert tuple(deciding) == corpus.cell_of["prp", "lasts"].passage_ids


def test_two_treatments_take_turns_in_what_decides(curated, corpus, vocabulary):
    reading = read("How safe are minoxidil and finasteride?", vocabulary)
    deciding = curated.deciding(reading)
    assert deciding[:2] == [corpus.cell_of[name, "safety"].passage_ids[0] for name in reading.treatments]


def test_nothing_decides_where_no_outcome_is_asked_about(curated, vocabulary):
    assert curated.deciding(read("PRP", vocabulary)) == []


def test_tagged_passages_bear_on_the_outcome_or_else_on_the_treatment(curated, corpus, vocabulary):
    on_outcome, on_treatment = curated.tagged(read("Is the effect of minoxidil permanent?", vocabulary), alike)
    assert on_outcome
    assert all(corpus.passages[id_].direction("lasts") for id_ in on_outcome)
    assert on_treatment
    assert not any(corpus.passages[id_].direction("lasts") for id_ in on_treatment)


def test_where_nobody_looked_at_the_outcome_whether_it_works_is_told(curated, corpus, vocabulary):
    reading = read("Is rosemary oil safe in pregnancy?", vocabulary)
    assert not any(p.direction("pregnancy") and "rosemary" in p.treatments for p in corpus.passages.values())
    on_outcome, _ = curated.tagged(reading, alike)
    assert any(corpus.passages[id_].direction("works") and "rosemary" in corpus.passages[id_].treatments
               for id_ in on_outcome)  # fmt: skip


def test_what_bears_on_the_kind_of_hair_loss_itself_is_kept_beside_the_treatment_named(curated, vocabulary):
    on_outcome, _ = curated.tagged(read("Is minoxidil meant for hair loss after childbirth, or does it grow back?",
                                        vocabulary), alike)  # fmt: skip
    _, on_treatment = curated.tagged(read("minoxidil after childbirth", vocabulary), alike)
    assert "aad2016_postpartum" in {*sources(on_outcome), *sources(on_treatment)}


def test_topics_lend_only_what_they_cite(curated, corpus):
    behind = curated.behind([("prp", 0.8)], alike)
    assert behind
    assert set(behind) <= {id_ for s in corpus.topic_of["topic-prp"].sentences for id_ in s.cites}
    assert curated.behind([("prp", 0.1)], alike) == []
