"""Promises of the choice of the topic that answers."""

from dataclasses import replace

import numpy as np
import pytest

from rag.answers.leads import Leads
from rag.errors import ModelUnavailable
from rag.sentences.topic_choice import FEATURES, Chosen, TopicChoice


@pytest.fixture(scope="module")
def leads(corpus, retriever) -> Leads:
    return Leads(corpus=corpus, retriever=retriever)


def chosen(leads: Leads, message: str) -> Chosen:
    sought = leads.sought(leads.condensed(message), message)
    return leads.choice.best(sought, leads.relevant(sought), 1)[0]


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("Does PRP contain stem cells?", "does-prp-contain-stem-cells"),
        (
            "I'm 41, two kids, work nights, my husband says I worry too much. I had covid in march and since june my "
            "hair comes out in handfuls. Does it grow back after covid?",
            "shedding-after-covid",
        ),
        (
            "Lovely clinic, nice nurse, good coffee, and they showed me pictures of their exosomes for an hour. What I "
            "really want to know is what happens to a deposit of 500 if I cancel. Can I get it back?",
            "deposit-back-from-a-clinic",
        ),
        (
            "I am 31, losing my crown, my brother took finasteride for years and had no trouble at all, and now my "
            "doctor wants a PSA test and I take finasteride too. Does the tablet change the test?",
            "finasteride-and-psa",
        ),
    ],
)
def test_a_topic_is_chosen_by_what_is_asked_and_not_by_the_most_words_of_a_story(leads, message, topic):
    found = chosen(leads, message)
    assert found.topic.id == topic
    assert 0.0 < found.share < 1.0
    assert -1.0 <= found.nearness <= 1.0


def test_each_candidate_has_its_signs_and_how_far_they_fall_behind_the_best(leads):
    message = "How long does a hair transplant last?"
    sought = leads.sought(message, message)
    places, rows = leads.choice.candidates(sought, leads.relevant(sought))
    assert rows.shape == (len(places), len(FEATURES))
    behind = rows[:, [name.endswith("_less_best") for name in FEATURES]]
    assert (behind <= 0.0).all()
    assert (behind.max(axis=0) == 0.0).all()


def test_the_same_message_has_the_same_topic_to_the_last_digit(leads):
    message = "is minoxidil safe for women"
    another = Leads(corpus=leads.corpus, retriever=leads.retriever)  # which has kept nothing
    assert chosen(leads, message) == chosen(another, message)


def test_topics_come_best_first_and_share_one_belief(leads):
    message = "is minoxidil safe for women and how soon would I see anything"
    sought = leads.sought(message, message)
    shares = [one.share for one in leads.choice.best(sought, leads.relevant(sought), 1000)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)


def test_a_corpus_without_topics_has_none_to_choose(leads):
    relevance = replace(leads.relevance, corpus=replace(leads.corpus, topics=()))
    sought = leads.sought("Does PRP work?", "Does PRP work?")
    assert TopicChoice(relevance=relevance).best(sought, (), 1) == []


def test_a_topic_on_another_country_or_on_other_people_is_held_back(leads):
    sought = leads.sought("Are exosomes allowed in Britain?", "Are exosomes allowed in Britain?")
    places, rows = leads.choice.candidates(sought, leads.relevant(sought))
    others = rows[:, FEATURES.index("for_others")]
    assert set(np.round(others, 1)) <= {0.0, 0.1, 0.3, 0.4}
    assert (others > 0.0).any()


def test_weights_of_other_signs_are_refused(leads, tmp_path):
    broken = tmp_path / "topic_choice.json"
    broken.write_text('{"features": ["share"]}')
    sought = leads.sought("Does PRP work?", "Does PRP work?")
    with pytest.raises(ModelUnavailable, match="trained on other features"):
        TopicChoice(relevance=leads.relevance, weights=broken).best(sought, leads.relevant(sought), 1)
