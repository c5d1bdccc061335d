"""Promises of where what decides a claim, or answers a question, is sought."""

import numpy as np
import pytest

from rag.models.neighbours import unit
from rag.search.seeking import Nearness, Seeking, moved


@pytest.fixture(scope="module")
def nearness(corpus, retriever):
    return Nearness(corpus=corpus, index=retriever.index)


def first(cosines: dict[str, float], count: int) -> list[str]:
    return sorted(cosines, key=lambda id_: (-cosines[id_], id_))[:count]


@pytest.mark.parametrize(
    ("claim", "decides"),
    [
        ("The hair you win with the lotion goes again once you quit it", "price1999"),
        ("Cord-blood products put a dozen Americans in hospital with infections", "perkins2018_mmwr"),
        ("Rosemary oil did as well as the two per cent lotion after half a year", "panahi2015_rosemary"),
    ],
)
def test_what_decides_a_claim_is_among_the_first_though_it_is_put_otherwise(nearness, retriever, claim, decides):
    near = first(nearness.cosines(Seeking().of_claim(retriever.embed(claim))), 8)
    assert decides in {id_.partition("#")[0] for id_ in near}


def test_every_passage_that_may_decide_has_a_place(nearness, corpus, retriever):
    found = nearness.cosines(retriever.embed("PRP regrows hair"))
    assert set(found) == {p.id for p in corpus.passages.values() if corpus.may_decide(p)}


def test_a_passage_lies_as_near_as_its_nearest_line(nearness, retriever):
    vector = retriever.embed("PRP regrows hair")
    for id_, cosine in nearness.cosines(vector).items():
        assert cosine >= retriever.similarity(id_, vector) - 1e-6


def test_a_step_keeps_the_length():
    rng = np.random.default_rng(0)
    vector, step = unit(rng.normal(size=16)), rng.normal(size=(16, 16)).astype(np.float32)
    assert np.linalg.norm(moved(vector, step)) == pytest.approx(1.0, abs=1e-5)


def test_with_another_embedding_model_nothing_moves():
    vector = unit(np.ones(8, dtype=np.float32))
    assert np.array_equal(Seeking().of_claim(vector), vector)
