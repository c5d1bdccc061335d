"""Ids: what was put together is taken apart again, and ids of passages are those that the corpus prints."""

from hypothesis import given
from hypothesis import strategies as st

from rag import ids

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]*", fullmatch=True)
NUMBERS = st.integers(min_value=1, max_value=999)


@given(NAMES, NUMBERS, NUMBERS)
def test_owner_number_and_line_are_read_back(owner, number, place):
    passage = ids.numbered(owner, number)
    line = ids.line_id(passage, place)
    assert (ids.owner_of(passage), ids.number_of(passage)) == (owner, str(number))
    assert (ids.owner_of(line), ids.passage_of_line(line), ids.place_of_line(line)) == (owner, passage, place)


@given(NAMES, NUMBERS)
def test_what_a_question_and_a_way_ask_for_is_read_back(name, number):
    assert ids.topic_of_question(ids.question_id(name, number)) == name
    assert ids.outcome_of_way(ids.way_id(name, number)) == name


def test_sentences_of_a_topic_have_its_source(corpus):
    for topic in corpus.topics:
        assert all(ids.owner_of(sentence.id) == sentence.source_id == topic.source_id for sentence in topic.sentences)
