"""Promises of the claims that were judged before."""

from dataclasses import replace

import numpy as np
import pytest

from evals.cases import DATA, claim_case, load_cases
from evals.training.pairs import json_lines
from rag.errors import ModelUnavailable
from rag.judging.deciding import Decider, signs
from rag.judging.precedents import NEAREST, Precedents
from rag.kinds import Origin, Verdict
from rag.text import words
from rag.types import Claim


@pytest.fixture(scope="module")
def precedents() -> Precedents:
    return Precedents()


@pytest.fixture(scope="module")
def grounds(judge):
    return judge.grounds(Claim(text="PRP is completely safe for everyone", origin=Origin.TEXT, span=None, topic=()))


def test_the_nearest_come_first_and_speak_of_the_same(retriever, precedents):
    found = precedents.near(retriever.embed("Exosomes are FDA approved for hair loss"), ())
    assert len(found) == NEAREST
    assert [p.similarity for p in found] == sorted((p.similarity for p in found), reverse=True)
    assert found[0].similarity > 0.8
    assert found[0].verdict is Verdict.CONTRADICTED


def test_a_source_that_came_later_silences_them(retriever, corpus, precedents):
    vector = retriever.embed("Exosomes are FDA approved for hair loss")
    known = set(corpus.sources) & precedents._sources
    assert known and precedents.near(vector, known)
    assert precedents.near(vector, {*known, "a_trial_added_on_this_machine"}) == ()


def test_vectors_of_another_embedding_model_find_none(precedents):
    assert precedents.near(np.ones(768, dtype=np.float32), ()) == ()


def test_no_claim_that_measures_the_judge_is_a_precedent(precedents):
    measured = load_cases(DATA / "claims.jsonl", claim_case).cases
    held = {str(id_) for id_ in precedents._stored["ids"]}
    said = {tuple(words(r["text"])) for r in json_lines(DATA / "claims_train.jsonl") if r["id"] in held}
    assert said and not said & {tuple(words(case.text)) for case in measured}
    assert not held & {case.id for case in measured}


def test_the_verdicts_of_precedents_move_the_share(grounds):
    def all_judged(verdict: Verdict) -> float:
        same = tuple(replace(p, verdict=verdict) for p in grounds.precedents)
        return Decider().shares(replace(grounds, precedents=same))[verdict]

    for verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE, Verdict.MIXED):
        assert all_judged(verdict) > Decider().shares(grounds)[verdict]


def test_without_precedents_nothing_is_measured_and_the_shares_still_sum_to_one(grounds):
    bare = replace(grounds, precedents=())
    assert np.isnan(signs(bare)).any()
    assert sum(Decider().shares(bare).values()) == pytest.approx(1.0)


def test_a_file_that_cannot_be_read_is_named(tmp_path, retriever):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(ModelUnavailable, match=r"broken\.npz"):
        Precedents(weights=broken).near(retriever.embed("PRP"), ())
