"""Learn where what answers a question lies, from the words of the question and of what was asked before it.

usage: python -m evals.training.placing [--start WEIGHTS.npz] [--passes N]   (writes rag/weights/placing.npz)
Half an hour on two cores; the weights are written after each pass. Every question of ``questions_train.jsonl`` and turn
of ``talks_train.jsonl`` that trains names the sentences that answer it or bear on it. Low-rank corrections of MiniLM
and a last matrix bring it nearer to these than to all else an answer may say (query-side fine-tuning, Lee et al. 2021).
A follow-up is learned twice: behind the two questions before it, and as people rewrote it to stand alone. The last
matrix begins as the step of ``evals.training.seeking``, which is learned on whole vectors in a minute.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer

from evals.cases import DATA
from evals.training.corrected import MAX_TOKENS, Learner, Row, Steps, batches, write
from evals.training.exemplars import PARTLY
from evals.training.pairs import json_lines
from evals.training.seeking import FADES, Lessons, step, stored
from rag.assistant import Assistant
from rag.models.embedders import packaged_weights
from rag.search.placing import WEIGHTS, behind
from rag.sentences.sayable import Sayables
from rag.settings import Settings
from rag.types import Vectors

PASSES, RATE = 4, 1e-3
_QUESTIONS_BEFORE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A text to place, and what each sentence near which it should lie counts: {place in the sayables: gain}."""

    text: str
    near: Mapping[int, float]


def lessons(sayables: Sayables, split: str = "train") -> list[Lesson]:
    """Give every question and turn of a split that something answers or bears on."""
    texts = ((text, _near(record, sayables)) for text, record in _texts(split))
    return [Lesson(text=text, near=near) for text, near in texts if near]


def _texts(split: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each text with the record that says what answers it; follow-ups as they stand and standing alone."""
    for record in json_lines(DATA / "questions_train.jsonl"):
        if record["split"] == split:
            yield record["question"], record
    for talk in json_lines(DATA / "talks_train.jsonl"):
        if talk["split"] == split:
            yield from _turns(talk["turns"])


def _turns(turns: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, turn in enumerate(turns):
        before = [one["question"] for one in turns[max(0, place - _QUESTIONS_BEFORE) : place]]
        yield behind(turn["question"], " ".join(before)), turn
        if before and turn.get("alone"):
            yield turn["alone"], turn


def _near(record: Mapping[str, Any], sayables: Sayables) -> dict[int, float]:
    groups = (("partly", PARTLY), ("answers", 1.0))
    return {place: gain for group, gain in groups for name in record[group] for place in sayables.places.get(name, ())}


def begun(taught: Sequence[Lesson], sentences: Vectors, assistant: Assistant) -> Learner:
    """Give a network whose last matrix is the step learned on whole vectors, and whose corrections are nothing yet."""
    near = np.zeros((len(taught), len(sentences)), dtype=np.float32)
    for row, lesson in enumerate(taught):
        near[row, list(lesson.near)] = list(lesson.near.values())
    vectors = np.stack([assistant.retriever.embed(lesson.text) for lesson in taught])
    matrix = np.eye(sentences.shape[1], dtype=np.float32) + step(Lessons(vectors=vectors, near=near), sentences)
    network = Learner(packaged_weights(), sentences.shape[1])
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(matrix.T))
        network.head.bias.zero_()
    return network


def train(network: Learner, taught: Sequence[Lesson], sentences: Vectors, passes: int) -> None:
    """Train in passes of another order and write the weights after each."""
    tokenizer = AutoTokenizer.from_pretrained(packaged_weights())
    encoded = tokenizer([lesson.text for lesson in taught], truncation=True, max_length=MAX_TOKENS)["input_ids"]
    rows: list[Row] = [{"ids": [ids], "near": lesson.near} for ids, lesson in zip(encoded, taught, strict=True)]
    held, learning, order = torch.from_numpy(sentences), Steps(network, RATE), random.Random(0)
    network.train()
    for number in range(passes):
        jobs = batches(rows, order)
        total = sum(learning.take(_missed(network, batch, held), passes * len(jobs)) for batch in jobs)
        print(f"pass {number + 1}: loss {total / len(jobs):.4f}", flush=True)
        write(WEIGHTS, network.arrays())
    network.eval()


def _missed(network: Learner, batch: Sequence[Row], held: Any) -> Any:
    """Give how little of the nearness to all sentences falls on the right ones (mean minus log)."""
    placed = torch.nn.functional.normalize(network.read([row["ids"][0] for row in batch], "cpu"), dim=1)
    near = torch.zeros(len(batch), len(held))
    for line, row in enumerate(batch):
        near[line, list(row["near"])] = torch.tensor(list(row["near"].values()))
    shares = torch.softmax(placed @ held.T / FADES, dim=1)
    return -torch.log((shares * near).sum(1) + 1e-6).mean()


def main() -> None:
    """Gather, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, help="weights to go on from, instead of from nothing")
    parser.add_argument("--passes", type=int, default=PASSES)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    assistant = Assistant.open(Settings.load())
    sayables = assistant.conversation.answerer.leads.relevance.sayables
    sentences = stored(assistant.retriever.index, [said.entry_id for said in sayables.all])
    taught = lessons(sayables)
    start = options.start
    network = Learner.going_on(packaged_weights(), start) if start else begun(taught, sentences, assistant)
    train(network, taught, sentences, options.passes)
    print(f"{len(taught)} lessons, {WEIGHTS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
