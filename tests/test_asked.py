"""Ways of asking: each belongs to a known outcome, and a question without known words finds its own."""

import pytest

from rag.library.asked import load_ways


def test_the_shipped_ways_are_of_known_outcomes_and_told_once(corpus):
    texts = [way.text.lower() for way in corpus.ways]
    assert texts and len(texts) == len(set(texts))
    assert {way.outcome for way in corpus.ways} <= set(corpus.vocabulary.outcomes)


def test_an_unknown_outcome_is_a_fault_that_names_it(tmp_path, vocabulary):
    path = tmp_path / "asked.yaml"
    path.write_text("happiness:\n  - Will I be happy?\n", encoding="utf-8")
    faults: list[str] = []
    assert load_ways(path, vocabulary, faults) == ()
    assert any("happiness" in fault for fault in faults)


def test_a_fault_of_another_file_takes_no_way_of_asking(tmp_path, vocabulary):
    path = tmp_path / "asked.yaml"
    path.write_text("cost:\n  - Is it a lot of cash?\n", encoding="utf-8")
    faults = ["other.md: is broken."]
    assert [way.text for way in load_ways(path, vocabulary, faults)] == ["Is it a lot of cash?"]
    assert faults == ["other.md: is broken."]


def test_a_corpus_without_the_file_has_none(tmp_path, vocabulary):
    assert load_ways(tmp_path / "asked.yaml", vocabulary, []) == ()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("PRP, is it a lot of cash?", "cost"),
    ],
)
def test_a_question_in_other_words_is_understood(assistant, question, name):
    leads = assistant.conversation.answerer.leads
    assert name in leads.clarified(question)


def test_a_question_that_names_its_outcome_stays_as_it_is(assistant):
    question = "Is PRP permanent?"
    assert assistant.conversation.answerer.leads.clarified(question) == question
