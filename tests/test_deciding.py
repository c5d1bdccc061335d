"""From the map's opinion and the passages' stances to the share of each verdict."""

from dataclasses import replace

import numpy as np
import pytest

from rag.errors import ModelUnavailable
from rag.judging.deciding import CLASSES, FEATURES, Decider, signs
from rag.judging.precedents import Precedents
from rag.kinds import Origin, Stance, Verdict
from rag.types import Claim


@pytest.fixture(scope="module")
def grounds(judge):
    text = "PRP always works"
    return judge.grounds(Claim(text=text, origin=Origin.TEXT, span=(0, len(text)), topic=()))


def test_shipped_weights_share_one_among_the_five_verdicts(grounds):
    shares = Decider().shares(grounds)
    assert set(shares) == set(CLASSES)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_signs_name_the_opinion_of_the_map_and_how_far_the_claim_was_read(grounds):
    found = dict(zip(FEATURES, signs(grounds), strict=True))
    assert found[f"map_{grounds.opinion.value}"] == 1.0
    assert found["unread"] == 0.0
    assert found["absolute_promise"] == 1.0


def test_precedents_are_asked_for_beside_the_nearest_source_only(judge, grounds):
    asked: list[set[str]] = []

    class Noting(Precedents):
        def near(self, vector, sources, least=-1.0):
            asked.append(set(sources))
            return super().near(vector, sources, least)

    gathering = replace(judge.gathering, precedents=Noting())
    text = "PRP always works"
    claim, reading, found = gathering.looked_up(Claim(text=text, origin=Origin.TEXT, span=None, topic=()))
    again = gathering.grounds(claim, reading, found, None)
    assert len(again.heard) > 1 and asked == [{again.heard[0].source.id}]


def test_without_any_passage_the_signs_are_still_numbers(grounds):
    bare = replace(grounds, heard=(), cells=(), summaries=(), opinion=None, cell=None)
    assert np.isfinite(signs(bare)).all()
    assert dict(zip(FEATURES, signs(bare), strict=True))["map_silent"] == 1.0


def test_passages_that_refute_take_support_away(grounds):
    def said(stance: Stance) -> tuple:
        shares = {**dict.fromkeys(Stance, 0.0), stance: 1.0}
        return tuple(replace(h, shares=shares) for h in grounds.heard)

    kinds = {stance: replace(grounds, heard=said(stance)) for stance in Stance}
    shares = {stance: Decider().shares(kind)[Verdict.SUPPORTED] for stance, kind in kinds.items()}
    assert shares[Stance.SUPPORTS] > shares[Stance.REFUTES]


def test_missing_trees_are_named(grounds, tmp_path):
    with pytest.raises(ModelUnavailable, match=r"trees\.onnx is missing"):
        Decider(trees=tmp_path / "trees.onnx").shares(grounds)
