"""The stance network reads a pair the same way alone and among others, and is the one that its card describes."""

import hashlib
import json

import pytest

from rag.kinds import Stance
from rag.network import BEST_SENTENCES, WEIGHTS, StanceNetwork
from rag.stance import LABELS, ComparedStance, JointStance

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def network(embedder) -> StanceNetwork:
    return StanceNetwork(embedder=embedder)


@pytest.fixture(scope="module")
def joint(network, embedder, vocabulary) -> JointStance:
    return JointStance(trees=ComparedStance(embedder=embedder, vocabulary=vocabulary), network=network)


def test_shipped_network_is_the_one_that_its_record_names():
    record = json.loads((WEIGHTS / "config.json").read_text(encoding="utf-8"))
    model = (WEIGHTS / "model.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() == record["sha256"]
    assert record["labels"] == [label.value for label in LABELS]
    assert len(model) < 30 * MEGABYTE


def test_a_pair_is_read_the_same_alone_and_among_others(network):
    pairs = [("PRP helps.", "PRP raised hair count in a trial of forty men."), ("It is safe.", "Nobody was harmed.")]
    together = network.logits(pairs)
    assert together.tolist() == [network.logits([pair])[0].tolist() for pair in pairs]


def test_long_evidence_is_cut_to_the_sentences_nearest_to_the_claim(network):
    lines = [f"Sentence {i} speaks of the weather." for i in range(9)] + ["Minoxidil regrows hair in women."]
    cut = network.cut("Minoxidil regrows hair.", " ".join(lines))
    assert cut.endswith("Minoxidil regrows hair in women.")
    assert cut.count(".") == BEST_SENTENCES
    assert network.cut("Minoxidil regrows hair.", "It does.") == "It does."


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
def test_both_readers_together_give_plain_pairs_the_stance_that_a_reader_would(joint, claim, evidence, stance):
    assert joint.stances([(claim, evidence)])[0][0] is stance


def test_joint_probabilities_add_up_and_no_pairs_are_defined(joint):
    assert joint.stances([]) == []
    rows = joint.probabilities([("PRP helps.", "PRP raised hair count."), ("PRP helps.", "")])
    assert rows.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
