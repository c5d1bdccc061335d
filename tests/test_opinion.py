"""Promises of the second opinion: the packaged model plus small corrections, reading every word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelUnavailable
from rag.kinds import Kind
from rag.models import minilm_tensors, minilm_tokenizer
from rag.opinion import KINDS, WINDOW_WORDS, SecondOpinion, corrected, encode, pooled, windows

SENTENCES = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=90).map(" ".join), max_size=12)


@pytest.fixture(scope="module")
def opinion() -> SecondOpinion:
    return SecondOpinion()


def test_without_corrections_the_states_are_those_of_the_embedder(embedder):
    tensors, tokenizer = minilm_tensors(), minilm_tokenizer(96)
    for text in ("My chest hurts since the liposuction.", "Is it permanent?"):
        state = encode(tokenizer.encode(text).ids, tensors)
        assert state / np.linalg.norm(state) @ embedder.embed([text])[0] > 0.999


def test_a_correction_adds_up_times_down_to_its_matrix_and_nothing_else():
    base = {"a.weight": np.ones((3, 4), np.float32), "b.weight": np.ones((2, 2), np.float32)}
    trained = {
        "a.up": np.full((3, 2), 2, np.float32), "a.down": np.full((2, 4), 3, np.float32),
        "head.weight": np.zeros((5, 3), np.float32), "head.bias": np.zeros(5, np.float32),
    }  # fmt: skip
    found = corrected(base, trained)
    assert (found["a.weight"] == 13).all() and (found["b.weight"] == 1).all()
    assert (base["a.weight"] == 1).all()


@given(SENTENCES)
def test_windows_hold_every_word_and_are_never_longer_than_allowed(said):
    found = windows(said)
    assert all(0 < len(window.split()) <= WINDOW_WORDS for window in found)
    kept = " ".join(found)
    assert all(piece in kept for sentence in said for piece in sentence.split())
    assert bool(found) == bool(said)


def test_a_short_message_is_one_window_and_neighbours_overlap():
    assert windows(["a b.", "c d."]) == ["a b. c d."]
    said = [" ".join([letter] * 15) for letter in "abcd"]
    assert [set(window.split()) for window in windows(said)] == [{"a", "b"}, {"b", "c"}, {"c", "d"}]


def test_the_most_pressing_window_counts_and_all_must_be_out_of_scope():
    calm, danger, off = np.zeros(5), np.zeros(5), np.zeros(5)
    danger[KINDS.index(Kind.URGENT)] = 6.0
    off[KINDS.index(Kind.OUT_OF_SCOPE)] = 6.0
    assert KINDS[int(pooled(np.stack([calm, danger, calm])).argmax())] is Kind.URGENT
    assert KINDS[int(pooled(np.stack([off, danger])).argmax())] is Kind.URGENT
    assert KINDS[int(pooled(np.stack([off, off])).argmax())] is Kind.OUT_OF_SCOPE
    calm[KINDS.index(Kind.ANSWER)] = 6.0
    assert KINDS[int(pooled(np.stack([off, calm])).argmax())] is Kind.ANSWER


def test_an_opinion_is_a_share_for_each_kind_and_the_same_each_time(opinion):
    first = opinion.read(["my throat is closing up."])
    assert set(first) == set(KINDS) and sum(first.values()) == pytest.approx(1, abs=0.001)
    assert first == opinion.read(["my throat is closing up."])
    assert max(first, key=first.__getitem__) is Kind.URGENT


def test_nothing_said_still_gets_an_opinion(opinion):
    assert sum(opinion.read([]).values()) == pytest.approx(1, abs=0.001)


def test_missing_weights_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr("rag.opinion._WEIGHTS", tmp_path / "opinion.npz")
    with pytest.raises(ModelUnavailable, match="restore"):
        SecondOpinion().read(["hello"])
