"""The reranker orders candidates by what they hold, and never loses one."""

import json

import numpy as np
import pytest
from fakes import DIMENSIONS, WordOverlapEmbedder
from hypothesis import given
from hypothesis import strategies as st

from evals.training.reranker import Lesson, fit
from rag.errors import ModelUnavailable
from rag.search.index import Entry, Index
from rag.search.indexing import build_index
from rag.search.reranker import FEATURES, WEIGHTS, Reranker

TEXTS = {
    "long": "Many people ask about scalps. Oil was used. A mild foam regrew hair in men. Others swam all day.",
    "near": "Foam is sold in shops. It is white and soft.",
    "other": "Penguins swim in cold water. They eat fish.",
}


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    place, embedder = tmp_path_factory.mktemp("reranker"), WordOverlapEmbedder()
    entries = [Entry(id=id_, shelf="evidence", text=text) for id_, text in TEXTS.items()]
    for id_, text in TEXTS.items():
        entries += [Entry(id=f"{id_}/{n}", shelf="line", text=part) for n, part in enumerate(text.split(". "), 1)]
    build_index(place, entries, embedder)
    index = Index.open(place)
    return Reranker.load(index, index, "line")


QUERY = "foam regrew hair in men"


def order(reranker, fused):
    return reranker.order(QUERY, WordOverlapEmbedder().embed([QUERY])[0], fused)


def test_passage_with_one_line_that_says_it_goes_before_one_that_was_found_higher(reranker):
    assert order(reranker, {"other": 0.032, "near": 0.031, "long": 0.030})[0] == "long"


@given(st.dictionaries(st.sampled_from(["long", "near", "other", "not held"]), st.floats(0, 1)))
def test_reranking_neither_loses_nor_adds_a_candidate(reranker, fused):
    assert sorted(order(reranker, fused)) == sorted(fused)


def test_candidates_that_do_not_differ_keep_the_order_of_their_ids(reranker):
    nowhere = np.zeros(DIMENSIONS, dtype=np.float32)
    assert reranker.order("quantum lattice", nowhere, {"other": 0.5, "near": 0.5}) == ["near", "other"]


def test_rare_words_cover_more_than_common_ones(reranker):
    ids = reranker.passages.rows(["long", "near"])
    rare, common = reranker.passages.coverage("regrew")[ids], reranker.passages.coverage("foam")[ids]
    assert rare[0] > common[0] > 0 and rare[1] == 0
    assert reranker.passages.coverage("zeppelin").max() == 0


@pytest.mark.parametrize("content", [None, "{", '{"weights": {"fused": 1}}'])
def test_broken_weights_give_one_clear_sentence(reranker, tmp_path, content):
    path = tmp_path / "reranker.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"reranker\.json cannot be used"):
        Reranker.load(reranker.passages, reranker.lines, "line", path)


def test_shipped_weights_are_those_of_the_features_and_the_card_names_them():
    assert set(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]) == set(FEATURES)
    card = WEIGHTS.with_suffix(".md").read_text(encoding="utf-8")
    assert all(name in card for name in FEATURES)


def test_learning_finds_the_feature_that_tells_relevant_from_other():
    random = np.random.default_rng(0)
    lessons = []
    for _ in range(40):
        table = random.normal(size=(10, len(FEATURES))).astype(np.float32)
        relevant = str(int(table[:, 2].argmax()))
        lessons.append(Lesson(ids=tuple(map(str, range(10))), features=table, gains={relevant: 1.0}))
    weights = fit(lessons)
    assert weights.argmax() == 2 and weights[2] > 3 * abs(np.delete(weights, 2)).max()
