"""Promises of the second opinion: the packaged model plus small corrections, reading every word."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.training.corrected import Learner
from rag.errors import ModelUnavailable
from rag.kinds import Kind
from rag.models.corrected import Corrected
from rag.models.embedders import minilm_tokenizer, packaged_weights
from rag.safety.second_opinion import _WEIGHTS, KINDS, WINDOW_WORDS, SecondOpinion, pooled, windows

SENTENCES = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=90).map(" ".join), max_size=12)


@pytest.fixture(scope="module")
def opinion(data_dir) -> SecondOpinion:
    return SecondOpinion.open(data_dir)


def served(path: Path, trained: dict[str, np.ndarray], text: str) -> np.ndarray:
    """What the graph of these corrections makes of a text."""
    weights = path / "trained.npz"
    np.savez(weights, allow_pickle=False, **trained)
    return Corrected.open(weights, path).logits(text)


def test_without_corrections_the_head_reads_the_state_of_the_embedder(embedder, tmp_path):
    trained = {"head.weight": np.eye(5, 384, dtype=np.float32), "head.bias": np.zeros(5, np.float32)}
    for text in ("My chest hurts since the liposuction.", "Is it permanent?"):
        found, vector = served(tmp_path, trained, text), embedder.embed([text])[0][:5]
        assert found @ vector / np.linalg.norm(found) / np.linalg.norm(vector) > 0.999


TEXTS = ("my throat is closing up.", "a", "hair " * 200, "does minoxidil work?", "i want to end it all.")


def test_what_is_served_is_what_was_trained(tmp_path):
    learner, tokenizer = Learner.going_on(packaged_weights(), _WEIGHTS).eval(), minilm_tokenizer(96)
    whole = Corrected.open(_WEIGHTS, tmp_path)
    for text in TEXTS:
        trained = learner.read([tokenizer.encode(text).ids], "cpu")[0].detach().numpy()
        assert np.allclose(whole.logits(text), trained, atol=1e-3)


def test_a_network_in_bytes_says_nearly_the_same_in_a_quarter_of_the_room(tmp_path):
    whole = Corrected.open(_WEIGHTS, tmp_path / "whole")
    small = Corrected.open(_WEIGHTS, tmp_path / "small", in_bytes=True)
    for text in TEXTS:
        shares = [np.exp(logits) / np.exp(logits).sum() for logits in (whole.logits(text), small.logits(text))]
        assert np.abs(shares[0] - shares[1]).max() < 0.1  # .09 at most of 100 questions, as the card says
    sizes = [(tmp_path / name / "model.onnx").stat().st_size for name in ("whole", "small")]
    assert sizes[1] < 0.3 * sizes[0]


def test_a_written_opinion_is_opened_without_writing_it_again_until_others_were_trained(data_dir, opinion, tmp_path):
    directory = tmp_path / "models" / "opinion"
    shutil.copytree(data_dir / "models" / "opinion", directory)
    before = (directory / "model.onnx").stat().st_mtime_ns
    SecondOpinion.open(tmp_path)
    assert (directory / "model.onnx").stat().st_mtime_ns == before
    (directory / "model.json").write_text('{"trained_sha256": "of other weights"}', encoding="utf-8")
    SecondOpinion.open(tmp_path)
    assert (directory / "model.onnx").stat().st_mtime_ns > before


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
    monkeypatch.setattr("rag.safety.second_opinion._WEIGHTS", tmp_path / "opinion.npz")
    with pytest.raises(ModelUnavailable, match="restore"):
        SecondOpinion.open(tmp_path)


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("a regular file", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="RAG_DATA_DIR"):
        SecondOpinion.open(tmp_path / "file" / "data")
