"""Markers, quotes, and no passage that was never retrieved."""

import pytest
from fakes import passage, source
from hypothesis import given
from hypothesis import strategies as st

from rag.answers.citations import Footnotes
from rag.kinds import Verdict

PASSAGES = {id_: passage(id_, f"Finding {id_}.") for id_ in ("a#1", "a#2", "b#1")}
SOURCES = {"a": source("a", PASSAGES["a#1"], PASSAGES["a#2"]), "b": source("b", PASSAGES["b#1"])}


@pytest.fixture
def notes() -> Footnotes:
    return Footnotes(passages=PASSAGES, sources=SOURCES)


def test_passages_are_numbered_in_the_order_of_first_use_one_number_each(notes):
    first = notes.statement("One.", ["b#1", "a#1"], Verdict.SUPPORTED)
    second = notes.statement("Two.", ["a#1", "a#2"], Verdict.SUPPORTED)
    assert (first.markers, second.markers) == ((1, 2), (2, 3))
    assert [(c.marker, c.passage_id) for c in notes.citations()] == [(1, "b#1"), (2, "a#1"), (3, "a#2")]


def test_quote_is_the_passage_verbatim_with_its_source(notes):
    notes.statement("One.", ["a#2"], Verdict.SUPPORTED)
    (citation,) = notes.citations()
    assert citation.quote == PASSAGES["a#2"].text
    assert citation.source is SOURCES["a"]


def test_unknown_passage_is_left_out(notes):
    statement = notes.statement("One.", ["made-up#1", "a#1", "a#9"], Verdict.SUPPORTED)
    assert statement.markers == (1,)
    assert [c.passage_id for c in notes.citations()] == ["a#1"]


def test_passage_named_twice_is_marked_once(notes):
    assert notes.statement("One.", ["a#1", "a#1"], Verdict.SUPPORTED).markers == (1,)


def test_statement_keeps_its_support_and_note(notes):
    statement = notes.statement("One.", [], Verdict.NO_EVIDENCE, "Nobody looked.")
    assert (statement.support, statement.note, statement.flagged) == (Verdict.NO_EVIDENCE, "Nobody looked.", True)


@given(st.lists(st.lists(st.sampled_from(["a#1", "a#2", "b#1", "made-up#1"]), max_size=4), max_size=6))
def test_every_marker_has_its_citation(named):
    notes = Footnotes(passages=PASSAGES, sources=SOURCES)
    markers = {m for ids in named for m in notes.statement("x", ids, Verdict.SUPPORTED).markers}
    assert markers == {c.marker for c in notes.citations()} == set(range(1, len(markers) + 1))
