"""Train the impression that the words of a claim make: low-rank corrections of MiniLM and a head of five verdicts.

usage: python -m evals.training.impression OUT.npz [--apart] [--start WEIGHTS.npz]   (a quarter of an hour on two cores)
It reads the training claims, and those of running text as the judge reads them, with the subject of their surroundings
named. With ``--apart`` it leaves out the claims that teach the verdict, and all of running text:
``evals.training.deciding`` must learn how much the impression of an unseen claim tells, so it reads those weights; the
product serves the weights of all claims. With ``--start`` it goes on from weights that were trained before, for less
than half the time: enough for a tenth more claims.
"""

import argparse
import random
from pathlib import Path

import torch
from transformers import AutoTokenizer

from evals.cases import DATA
from evals.training.corrected import MAX_TOKENS, Learner, Row, Steps, batches, write
from evals.training.pairs import json_lines
from evals.training.seeking import text_claims
from evals.training.taught import Teaches
from rag.assistant import Assistant
from rag.judging.impression import CLASSES
from rag.models.embedders import packaged_weights
from rag.settings import Settings

# Chosen on 1,200 claims by other authors after each pass: .61, .68, .71, .71 and .72 get their verdict.
PASSES, RATE, SMOOTHING = 5, 1e-3, 0.05
PASSES_ON, RATE_ON = 2, 5e-4  # from weights that were trained before


def lessons(assistant: Assistant, apart: bool) -> list[tuple[str, str]]:
    """Give (text, verdict) of the claims standing alone and in running text."""
    records = list(json_lines(DATA / "claims_train.jsonl"))
    if apart:
        records = [record for record in records if record.get("teaches") != Teaches.VERDICT]
    alone = [(record["text"], record["verdict"]) for record in records]
    read = assistant.judge.gathering.as_read
    within = [] if apart else [(read(one.claim).text, one.verdict) for one in text_claims(assistant)]
    return [lesson for lesson in (*alone, *within) if lesson[1] in set(CLASSES)]


def trained(taught: list[tuple[str, str]], start: Path | None) -> Learner:
    """Train on all lessons, in passes of another order."""
    torch.manual_seed(0)
    torch.set_num_threads(2)
    base, order = packaged_weights(), random.Random(0)
    network = Learner.going_on(base, start) if start else Learner(base, len(CLASSES))
    passes, rate = (PASSES_ON, RATE_ON) if start else (PASSES, RATE)
    tokenizer = AutoTokenizer.from_pretrained(base)
    encoded = tokenizer([text for text, _ in taught], truncation=True, max_length=MAX_TOKENS)["input_ids"]
    rows: list[Row] = [
        {"ids": [ids], "label": CLASSES.index(verdict)} for ids, (_, verdict) in zip(encoded, taught, strict=True)
    ]
    learning = Steps(network, rate)
    network.train()
    for number in range(passes):
        jobs = batches(rows, order)
        total = 0.0
        for batch in jobs:
            found = network.read([row["ids"][0] for row in batch], "cpu")
            labels = torch.tensor([row["label"] for row in batch])
            loss = torch.nn.functional.cross_entropy(found, labels, label_smoothing=SMOOTHING)
            total += learning.take(loss, passes * len(jobs))
        print(f"pass {number + 1}: loss {total / len(jobs):.4f}", flush=True)
    network.eval()
    return network


def main() -> None:
    """Gather, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--apart", action="store_true", help="without the claims that teach the verdict")
    parser.add_argument("--start", type=Path, help="weights to go on from, instead of from nothing")
    options = parser.parse_args()
    taught = lessons(Assistant.open(Settings.load()), options.apart)
    write(options.out, trained(taught, options.start).arrays())
    print(f"{len(taught)} claims, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
