"""The stance network reads a pair the same way alone and among others, and is the one that its card describes."""

import hashlib
import json

import pytest

from rag.judging.stance import LABELS
from rag.models.conversion import read_paired, write_paired
from rag.models.network import BEST_SENTENCES, WEIGHTS, StanceNetwork

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def network(embedder) -> StanceNetwork:
    return StanceNetwork(embedder=embedder)


def test_shipped_network_is_the_one_that_its_record_names():
    record = json.loads((WEIGHTS / "config.json").read_text(encoding="utf-8"))
    model = (WEIGHTS / "model.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() == record["sha256"]
    assert record["labels"] == [label.value for label in LABELS]
    assert len(model) < 30 * MEGABYTE


def test_a_pair_is_read_the_same_alone_and_among_others(network, embedder):
    pairs = [("PRP helps.", "PRP raised hair count in a trial of forty men."), ("It is safe.", "Nobody was harmed.")]
    together = network.logits(pairs)
    afresh = StanceNetwork(embedder=embedder)  # which has kept no reading
    assert together.tolist() == [afresh.logits([pair])[0].tolist() for pair in reversed(pairs)][::-1]


def test_a_pair_met_again_costs_no_second_reading_and_what_is_kept_is_bounded(network, embedder, monkeypatch):
    pairs = [(f"It helps {n} of 10 people.", "It helped most people.") for n in range(4)]
    first = network.logits(pairs).tolist()
    monkeypatch.setattr(StanceNetwork, "_scores", lambda *_: pytest.fail("read a second time"))
    assert network.logits(pairs).tolist() == first
    monkeypatch.undo()
    monkeypatch.setattr("rag.models.network._KEPT_PAIRS", 2)
    small = StanceNetwork(embedder=embedder)
    assert small.logits(pairs).tolist() == first
    assert len(small._read) == 2


def test_long_evidence_is_cut_to_the_sentences_nearest_to_the_claim(network):
    lines = [f"Sentence {i} speaks of the weather." for i in range(9)] + ["Minoxidil regrows hair in women."]
    cut = network.cut("Minoxidil regrows hair.", " ".join(lines))
    assert cut.endswith("Minoxidil regrows hair in women.")
    assert cut.count(".") == BEST_SENTENCES
    assert network.cut("Minoxidil regrows hair.", "It does.") == "It does."


def test_the_shipped_network_can_be_taken_apart_and_put_together_again(network, embedder, tmp_path):
    matrices = read_paired(WEIGHTS / "model.onnx")
    write_paired(matrices, tmp_path / "model.onnx")
    again = read_paired(tmp_path / "model.onnx")

    assert matrices.keys() == again.keys() and all((matrices[name] == again[name]).all() for name in matrices)
    pairs = [("PRP helps.", "PRP raised hair count in a trial of forty men.")]
    assert StanceNetwork(embedder=embedder, directory=tmp_path).logits(pairs).tolist() == network.logits(pairs).tolist()
