"""Promises of where what answers a question lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.search.placing import Placing, behind


@pytest.fixture(scope="module")
def placing(data_dir) -> Placing:
    return Placing.open(data_dir)


def test_a_question_lies_nearer_to_what_answers_it_than_its_words_do(placing, retriever):
    question = "my oncologist shrugged, hair never came back right since the chemo ended"
    words = retriever.embed(question)
    answer = retriever.embed("Hair usually starts to grow back about three months after chemotherapy.")
    other = retriever.embed("A doctor in the US needs a licence.")
    placed = placing.of(question)
    assert placed @ answer - placed @ other > words @ answer - words @ other


def test_a_follow_up_lies_where_what_was_asked_before_leads(placing, retriever):
    of_prp, of_finasteride = map(retriever.embed, ("PRP costs about $500 a session.", "Finasteride costs $10 a month."))
    after_prp = placing.of("and what does that cost", "Does PRP work?")
    after_finasteride = placing.of("and what does that cost", "Does finasteride work?")
    assert after_prp @ of_prp > after_finasteride @ of_prp
    assert after_finasteride @ of_finasteride > after_prp @ of_finasteride


def test_only_the_end_of_what_was_asked_before_is_read():
    before = " ".join(f"word{n}" for n in range(100))
    assert behind("And now?", before).split()[:3] == ["And", "now?", "[SEP]"]
    assert len(behind("And now?", before).split()) == 3 + 40
    assert behind("And now?", "") == "And now?"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_is_asked_the_place_has_length_one_and_stays(placing, question, before):
    place = placing.of(question, before)
    assert place.shape == (384,)
    assert np.linalg.norm(place) == pytest.approx(1.0, abs=1e-4)
    assert np.array_equal(place, Placing(network=placing.network).of(question, before))
