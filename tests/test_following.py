"""Promises of how a sentence fits what was said before."""

import numpy as np
import pytest

from rag.sentences.following import FOLLOWING, Earlier, Following, not_following


@pytest.fixture(scope="module")
def history(assistant):
    return [assistant.ask("Does PRP work?")]


@pytest.fixture(scope="module")
def leads(assistant):
    return assistant.conversation.answerer.leads


def columns(leads, history, question: str) -> dict[str, np.ndarray]:
    sayables, earlier = leads.relevance.sayables, Earlier.of(history)
    told = [sayables.told(place) for place in range(len(sayables.all))]
    measure = Following(retriever=leads.retriever, sayables=sayables)
    found = measure.columns(earlier, question, leads.read(earlier.question), told)
    return dict(zip(FOLLOWING, found, strict=True))


def test_the_first_question_follows_nothing():
    assert Earlier.of([]) is None
    assert len(not_following(3)) == len(FOLLOWING)
    assert not np.any(not_following(3))


def test_what_was_answered_is_left_behind(history):
    earlier = Earlier.of(history)
    cited = {citation.passage_id for citation in history[0].answer.citations}
    assert earlier.cited == cited
    assert earlier.lead in earlier.said
    assert earlier.lead_sources <= {id_.partition("#")[0] for id_ in cited}


def test_a_follow_up_is_compared_without_what_was_carried_into_it(history):
    texts = Earlier.of(history).texts("how much is it? (PRP (platelet-rich plasma))")
    assert texts["own"] == "how much is it?"
    assert texts["after"] == "Does PRP work? how much is it?"


def test_sentences_said_before_are_known(leads, history):
    found = columns(leads, history, "is it permanent?")
    texts = [said.text for said in leads.relevance.sayables.all]
    for text, said in zip(texts, found["said"], strict=True):
        assert bool(said) == (text in Earlier.of(history).said)


def test_every_column_has_a_value_for_every_sentence(leads, history):
    found = columns(leads, history, "is it permanent?")
    assert all(len(column) == len(leads.relevance.sayables.all) for column in found.values())
    assert all(np.isfinite(column.astype(float)).all() for column in found.values())


def test_a_follow_up_brings_candidates_that_its_own_words_would_not(leads, history):
    alone = set(leads.relevance.nearest(leads.sought("what did it cost?")))
    after = set(leads.relevance.nearest(leads.sought("what did it cost?", earlier=Earlier.of(history))))
    brought = [leads.relevance.sayables.all[place] for place in after - alone]
    assert any("prp" in said.treatments and "cost" in said.tagged for said in brought)


def test_the_same_talk_gives_the_same_answer_twice(assistant):
    def held() -> list[str]:
        turns = []
        for question in ("Does PRP work?", "and is that permanent?", "what else is there?"):
            turns.append(assistant.ask(question, turns))
        return [turn.answer.text for turn in turns]

    assert held() == held()
