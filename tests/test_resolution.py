"""Promises of where a follow-up lies as if it stood alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.neighbours import unit
from rag.search.resolution import PARTS, Resolution, joined
from rag.sentences.following import Earlier


@pytest.fixture(scope="module")
def relevance(assistant):
    return assistant.conversation.answerer.leads.relevance


def after(assistant, first: str, question: str) -> np.ndarray:
    """Give where a follow-up lies after one question was answered."""
    leads, history = assistant.conversation.answerer.leads, [assistant.ask(first)]
    whole = assistant.conversation.understood(question, history)
    return leads.relevance.alone(leads.sought(whole, whole, Earlier.of(history)))


@pytest.mark.parametrize(
    ("first", "question", "alone", "other"),
    [
        ("Does PRP work?", "and what does it cost?", "What does PRP cost?", "Does PRP work?"),
        ("Is a transplant safe?", "how long till I can wash it", "When can I wash after a transplant?", "Is it safe?"),
        ("Does minoxidil work?", "and if i stop", "What happens if I stop minoxidil?", "Does finasteride work?"),
    ],
)
def test_a_follow_up_lies_nearer_to_its_rewriting_than_its_words_alone(assistant, first, question, alone, other):
    embed, placed = assistant.retriever.embed, after(assistant, first, question)
    assert placed @ embed(alone) > embed(question) @ embed(alone)
    assert placed @ embed(alone) > placed @ embed(other)


def test_a_question_that_follows_nothing_lies_where_its_words_do(relevance, assistant):
    leads = assistant.conversation.answerer.leads
    sought = leads.sought("Does PRP work?")
    assert relevance.parts(sought) == {}
    assert np.array_equal(relevance.alone(sought), assistant.retriever.embed("Does PRP work?"))


def test_with_another_embedding_model_a_follow_up_stays_where_its_text_lies():
    whole = unit(np.ones(8, dtype=np.float32))
    assert np.array_equal(Resolution().placed({"whole": whole, "own": whole}), whole)


@given(st.sets(st.sampled_from(PARTS[1:])))
def test_whatever_is_absent_the_place_has_length_one(names):
    rng = np.random.default_rng(0)
    parts = {name: unit(rng.normal(size=384)) for name in ("whole", *sorted(names))}
    assert joined(parts).shape == (len(PARTS) * 384,)
    assert np.linalg.norm(Resolution().placed(parts)) == pytest.approx(1.0, abs=1e-4)
