"""A broken file of weights is one sentence that names it, wherever it is read."""

import numpy as np
import pytest

from rag.errors import ModelUnavailable
from rag.files import stored_arrays, stored_json
from rag.judging.stance import ComparedStance
from rag.models.corrected import Corrected
from rag.models.network import StanceNetwork


@pytest.fixture
def whole(tmp_path):
    path = tmp_path / "whole.npz"
    np.savez_compressed(path, a=np.arange(1_000.0), b=np.ones(3))
    return path


def test_all_arrays_or_the_named_ones_come_back(whole):
    assert list(stored_arrays(whole)) == ["a", "b"]
    assert stored_arrays(whole, ("b",))["b"].tolist() == [1, 1, 1]


BREAKS = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "turned": lambda content: content[:80] + bytes(255 - byte for byte in content[80:200]) + content[200:],
    "other": lambda content: b"not an archive",
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_broken_arrays_are_one_sentence(whole, tmp_path, broken):
    path = tmp_path / "weights.npz"
    path.write_bytes(broken(whole.read_bytes()))
    with pytest.raises(ModelUnavailable, match=r"weights\.npz cannot be used"):
        stored_arrays(path)
    with pytest.raises(ModelUnavailable, match=r"weights\.npz cannot be used"):
        Corrected.open(path, tmp_path / "graph")


@pytest.mark.parametrize("text", ["", '{"vote": {"weight"', "{}", "[]", "3", '{"vote": {}, "temperature": null}'])
def test_a_broken_record_is_one_sentence(tmp_path, embedder, vocabulary, text):
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"config\.json cannot be used"):
        _ = StanceNetwork(embedder=embedder, directory=tmp_path).vote
    with pytest.raises(ModelUnavailable, match=r"config\.json cannot be used"):
        _ = ComparedStance(embedder=embedder, vocabulary=vocabulary, directory=tmp_path)._temperature


def test_a_record_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"gone\.json cannot be used"):
        stored_json(tmp_path / "gone.json", dict)
