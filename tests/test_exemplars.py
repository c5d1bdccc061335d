"""Promises of the questions whose answers people chose."""

import numpy as np
import pytest

from evals.cases import DATA
from evals.training.pairs import json_lines
from rag.errors import ModelUnavailable
from rag.sentences.exemplars import EXEMPLARS, NEAREST, Exemplars


def made(vectors: np.ndarray, chosen: list[tuple[int, str, float]]) -> Exemplars:
    """Give exemplars of our own: each chosen is a question, a sentence and what it gains."""
    names = sorted({name for _, name, _ in chosen})
    return Exemplars(
        stored={
            "names": np.array(names),
            "projection": np.eye(vectors.shape[1], dtype=np.float32),
            "vectors": np.round(vectors * 127).astype(np.int8),
            "scale": np.float32(1 / 127),
            "asked": np.array([row for row, _, _ in chosen]),
            "named": np.array([names.index(name) for _, name, _ in chosen]),
            "gains": np.array([round(gain * 10) for _, _, gain in chosen]),
        }
    )


@pytest.fixture(scope="module")
def three() -> Exemplars:
    vectors = np.eye(3, dtype=np.float32)
    return made(vectors, [(0, "a", 1.0), (0, "b", 0.3), (0, "c", -0.1), (1, "d", 1.0), (2, "c", 1.0)])


def of(exemplars: Exemplars, vector: np.ndarray, *names: str) -> dict[str, list[float]]:
    columns = exemplars.alike(vector).columns(names)
    return {sign: [float(v) for v in column] for sign, column in zip(EXEMPLARS, columns, strict=True)}


def test_what_answered_the_nearest_question_comes_first(three):
    assert three.alike(np.array([1.0, 0.1, 0.0])).answering(3) == ["a", "b", "d"]


def test_a_sentence_that_only_looked_so_is_passed_over_and_no_answer(three):
    found = of(three, np.array([1.0, 0.0, 0.0]), "a", "b", "c", "d")
    assert found["answered"] == pytest.approx([1.0, 0.3, 0.0, 0.0], abs=1e-3)
    assert found["answered_wholly"] == pytest.approx([1.0, 0.0, 0.0, 0.0], abs=1e-3)
    assert found["passed_over"][2] == pytest.approx(1.0, abs=1e-3)


def test_how_near_the_question_was_that_a_sentence_answered(three):
    found = of(three, np.array([0.8, 0.6, 0.0]), "a", "d", "unknown")
    assert found["answered_nearest"] == pytest.approx([0.8, 0.6, 0.0], abs=0.01)
    assert found["answered_behind"] == pytest.approx([0.0, -0.2, -0.8], abs=0.01)
    assert found["exemplar"] == pytest.approx([0.8, 0.8, 0.8], abs=0.01)


def test_vectors_of_another_embedding_model_find_none():
    other = Exemplars().alike(np.ones(768, dtype=np.float32))
    assert other.answering(5) == []
    assert other.likeness == 0.0
    assert not np.any(other.columns(["a"]))


def test_the_shipped_exemplars_answer_a_question_in_other_words(retriever):
    found = Exemplars().alike(retriever.embed("so what would a few goes of prp set me back")).answering(5)
    assert "cell:prp/cost" in found


def test_the_exemplars_are_as_many_as_the_questions_and_turns_that_train():
    questions = sum(record["split"] == "train" for record in json_lines(DATA / "questions_train.jsonl"))
    turns = sum(len(r["turns"]) for r in json_lines(DATA / "talks_train.jsonl") if r["split"] == "train")
    assert len(Exemplars()._neighbours.vectors) == questions + turns


def test_as_many_are_weighed_as_is_said(retriever):
    near = Exemplars()._neighbours.near(retriever.embed("Does PRP work?"), NEAREST)
    assert near is not None
    places, cosines = near
    assert len(places) == NEAREST
    assert list(cosines) == sorted(cosines, reverse=True)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(ModelUnavailable, match=r"broken\.npz"):
        Exemplars(weights=broken).alike(np.ones(384, dtype=np.float32))
