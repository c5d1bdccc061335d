"""A small network served by numpy: shares, shapes, and weights that must fit."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelUnavailable
from rag.models.perceptron import Perceptron

RECORD = {
    "features": ["a", "b"],
    "classes": ["no", "yes"],
    "mean": [1.0, 0.0],
    "scale": [2.0, 1.0],
    "members": [
        [[[[1.0, -1.0], [0.0, 2.0]], [0.0, 0.5]], [[[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]]],
        [[[[0.0, 1.0], [0.0, 1.0]], [0.0, 0.0]]],
    ],
}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(RECORD), encoding="utf-8")
    return file


def test_members_vote_by_the_mean_of_their_shares(path):
    network = Perceptron.load(path, ("a", "b"))
    # Row (3, 1) is (1, 1) when standardised. First member: relu(1, 1.5); second: (0, 2).
    votes = [np.exp([1.0, 1.5]), np.exp([0.0, 2.0])]
    expected = np.mean([v / v.sum() for v in votes], axis=0)
    assert network.shares(np.array([3.0, 1.0])) == pytest.approx(expected)
    assert network.shares(np.array([[3.0, 1.0], [0.0, 0.0]])).shape == (2, 2)


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_shares_of_any_row_add_up_to_one(tmp_path_factory, values):
    file = tmp_path_factory.mktemp("weights") / "weights.json"
    file.write_text(json.dumps(RECORD), encoding="utf-8")
    assert Perceptron.load(file, ("a", "b")).shares(np.array(values)).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "{}", "[1]", json.dumps({**RECORD, "members": 3})])
def test_broken_weights_give_one_sentence(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="weights.json"):
        Perceptron.load(path, ("a", "b"))


def test_weights_of_other_features_or_no_file_are_refused(path, tmp_path):
    with pytest.raises(ModelUnavailable, match="other features"):
        Perceptron.load(path, ("a", "c"))
    with pytest.raises(ModelUnavailable, match="gone.json"):
        Perceptron.load(tmp_path / "gone.json", ("a", "b"))
