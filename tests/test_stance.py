"""The stance model tells support from contradiction and from silence, the same way every time."""

import hashlib
import json

import pytest

from rag.judging.stance import WEIGHTS, ComparedStance, JointStance, both_readers, stance_of
from rag.kinds import Stance


@pytest.fixture(scope="module")
def joint(embedder, vocabulary) -> JointStance:
    return both_readers(embedder, vocabulary)


@pytest.fixture(params=["trees", "both"])
def model(request, joint) -> ComparedStance | JointStance:
    return joint if request.param == "both" else joint.trees


def test_shipped_trees_are_the_ones_that_the_record_names(joint):
    record = json.loads((WEIGHTS / "config.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((WEIGHTS / "model.onnx").read_bytes()).hexdigest() == record["sha256"]
    assert record["measures"] == joint.trees.names


@pytest.mark.parametrize(
    ("claim", "evidence", "stance"),
    [
        ("Results last 5 years.", "Results last 6 months.", Stance.REFUTES),
        ("Hair grew in 80% of people.", "Hair grew in 12% of people.", Stance.REFUTES),
        ("PRP works for women.", "PRP does not work for women.", Stance.REFUTES),
        ("PRP raised hair count in men.", "A trial of men found that PRP raised hair count.", Stance.SUPPORTS),
        ("Wigs are covered by insurance.", "A mouse study looked at stem cells of the follicle.", Stance.NEUTRAL),
    ],
)
def test_plain_pairs_get_the_stance_that_a_reader_would_give(model, claim, evidence, stance):
    assert stance_of(*model.shares([(claim, evidence)]))[0] is stance


def test_a_pair_gets_the_same_figures_alone_and_among_others(model):
    pairs = [("PRP helps.", "PRP raised hair count."), ("It is safe.", "Nobody was harmed."), ("PRP helps.", "...")]
    together = model.probabilities(pairs)
    alone = [model.probabilities([pair])[0] for pair in pairs]
    assert together.tolist() == [row.tolist() for row in alone]
    assert together.sum(axis=1) == pytest.approx([1.0] * 3, abs=1e-5)


def test_no_pairs_and_empty_evidence_are_defined(model):
    assert model.shares([]) == []
    (shares,) = model.shares([("It works.", "")])
    assert set(shares) == set(Stance) and sum(shares.values()) == pytest.approx(1.0, abs=1e-5)
