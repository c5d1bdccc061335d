"""Promises of what tells which sentence answers a question."""

import numpy as np
import pytest

from rag.answers.leads import Leads
from rag.errors import ModelUnavailable
from rag.sentences.relevance import FEATURES, Relevance


@pytest.fixture(scope="module")
def leads(corpus, retriever) -> Leads:
    return Leads(corpus=corpus, retriever=retriever)


@pytest.fixture(scope="module")
def relevance(leads) -> Relevance:
    return leads.relevance


def best(leads: Leads, question: str, count: int = 5) -> list[str]:
    return [one.said.text for one in leads.relevance.best(leads.sought(question), count)]


def column(leads: Leads, question: str, name: str) -> np.ndarray:
    everything = np.arange(len(leads.relevance.sayables.all))
    rows = leads.relevance.features(leads.sought(question), everything)
    return rows[:, FEATURES.index(name)]


def test_every_sentence_has_a_value_for_every_feature(leads, relevance):
    question = "How much does PRP cost?"
    everything = np.arange(len(relevance.sayables.all))
    rows = relevance.features(leads.sought(question), everything)
    assert rows.shape == (len(relevance.sayables.all), len(FEATURES))
    assert np.isfinite(rows).all()


def test_no_sentence_of_the_article_may_be_said(corpus, relevance):
    assert all(corpus.is_evidence(p) for said in relevance.sayables.all for p in said.passages)


def test_shares_sum_to_one_and_come_best_first(leads, relevance):
    question = "Is it permanent?"
    found = relevance.best(leads.sought(question), len(relevance.sayables.all))
    shares = [one.share for one in found]
    assert sum(shares) == pytest.approx(1.0, abs=1e-4)
    assert shares == sorted(shares, reverse=True)
    assert found == relevance.best(leads.sought(question), len(relevance.sayables.all))


def test_a_sentence_on_another_treatment_is_known_as_such(leads, relevance):
    other = column(leads, "Does PRP hurt?", "treatment_other")
    for said, foreign in zip(relevance.sayables.all, other, strict=True):
        if said.form.startswith("cell") and said.treatments in (("prp",), ("laser",)):
            assert bool(foreign) == (said.treatments == ("laser",) and "PRP" not in said.text), said.text


def test_where_no_treatment_is_named_none_is_another(leads):
    assert not column(leads, "What helps against hair loss?", "treatment_other").any()


def test_weights_that_are_missing_are_named(corpus, retriever, tmp_path, leads):
    broken = Relevance(corpus=corpus, retriever=retriever, weights=tmp_path / "none.json")
    with pytest.raises(ModelUnavailable, match=r"none\.json"):
        broken.best(leads.sought("Is PRP safe?"), 1)
