"""Train what tells which sentence answers a question, and measure it on authors whose questions it has not seen.

usage: python -m evals.training.relevance   (writes rag/weights/relevance.json; about five minutes on two cores)
``evals/data/questions_train.jsonl`` names for each question the sentences that answer it and those that bear on it. The
share of belief is to fall on them (ListNet's top-one loss, Cao et al. 2007). Run it again whenever the corpus, the
vocabulary or the ways of asking changed much: the features are their tags.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evals.cases import DATA
from evals.training.perceptron import write
from rag.assistant import Assistant
from rag.perceptron import Perceptron
from rag.relevance import FEATURES, Relevance, Sayable
from rag.settings import Settings
from rag.types import Vectors

TARGET = Path("rag/weights/relevance.json")
PARTLY = 0.3  # what a sentence that bears on a question counts beside one that answers it
# Chosen among 0, 16 and 32 units on the questions of authors not trained on: .518, .535 and .545 answer first.
HIDDEN, DROPPED, DECAY, RATE, STEPS, MEMBERS = 32, 0.2, 0.3, 0.01, 150, 3
PLACES = (1, 2, 3, 5)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lesson:
    """One question: the features of its candidates, which passage or sentence each is, and what it is worth."""

    id: str
    split: str
    rows: Vectors
    names: tuple[str, ...]
    near: Vectors  # whether meaning alone would have made it a candidate
    gains: Vectors  # 1 answers, PARTLY bears on it


def name_of(said: Sayable) -> str:
    """Name a sentence as the questions do: a passage for its lines, ``cell:treatment/outcome`` for the map."""
    if said.kind.startswith("line"):
        return said.passages[0].id
    return f"cell:{said.entry_id.removeprefix('cell-')}" if said.kind.startswith("cell") else said.entry_id


def lessons(assistant: Assistant) -> list[Lesson]:
    """Gather every question that something we hold answers."""
    talk, retriever = assistant.conversation, assistant.retriever
    relevance = Relevance(corpus=assistant.corpus, retriever=retriever)
    names = np.array([name_of(said) for said in relevance.sayable])
    found = []
    for line in (DATA / "questions_train.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        answers, partly = np.isin(names, record["answers"]), np.isin(names, record["partly"])
        if not answers.any():
            continue
        whole = talk.understood(record["question"])
        core = talk.answerer.leads.condensed(whole)
        nearest = np.zeros(len(names), dtype=bool)
        nearest[relevance.nearest(whole, core)] = True
        kept = nearest | answers | partly | np.isin(names, record["near"])
        rows = relevance.features(whole, core, talk.answerer.leads.read(core), np.flatnonzero(kept))
        gains = np.where(answers, 1.0, PARTLY * partly)[kept].astype(np.float32)
        lesson = Lesson(
            id=record["id"],
            split=record["split"],
            rows=rows,
            names=tuple(names[kept]),
            near=nearest[kept],
            gains=gains,
        )
        found.append(lesson)
    return found


def fit(taught: Sequence[Lesson], members: int = MEMBERS) -> Perceptron:
    """Fit a few networks that differ in their seed alone."""
    table = np.vstack([lesson.rows for lesson in taught])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-6] = 1.0
    rows, shares, absent = _padded(taught, mean, scale)
    layers = tuple(_trained(rows, shares, absent, seed) for seed in range(members))
    return Perceptron(features=FEATURES, classes=("answers",), mean=mean, scale=scale, members=layers)


def _padded(taught: Sequence[Lesson], mean: Vectors, scale: Vectors) -> tuple[Any, Any, Any]:
    """Give all lessons as one block: rows, the share each is to get, and minus infinity where there is no row."""
    longest = max(len(lesson.gains) for lesson in taught)
    rows, shares = torch.zeros(len(taught), longest, len(FEATURES)), torch.zeros(len(taught), longest)
    absent = torch.full((len(taught), longest), -1e9)
    for place, lesson in enumerate(taught):
        count = len(lesson.gains)
        rows[place, :count] = torch.from_numpy(((lesson.rows - mean) / scale).astype(np.float32))
        shares[place, :count] = torch.from_numpy(lesson.gains / lesson.gains.sum())
        absent[place, :count] = 0.0
    return rows, shares, absent


def _trained(rows: Any, shares: Any, absent: Any, seed: int) -> tuple[tuple[Vectors, Vectors], ...]:
    torch.manual_seed(seed)
    inner, outer = torch.nn.Linear(len(FEATURES), HIDDEN), torch.nn.Linear(HIDDEN, 1)
    network = torch.nn.Sequential(inner, torch.nn.ReLU(), torch.nn.Dropout(DROPPED), outer)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    for _ in range(STEPS):
        optimiser.zero_grad()
        scores = network(rows).squeeze(-1) + absent
        loss = -(shares * torch.log_softmax(scores, 1)).sum(1).mean()
        loss.backward()
        optimiser.step()
    return tuple((layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in (inner, outer))


def answered(lesson: Lesson, network: Perceptron) -> list[bool]:
    """Tell for each of ``PLACES`` whether one that answers is among the first so many, each passage counted once."""
    scores = np.where(lesson.near, network.scores(lesson.rows)[:, 0], -np.inf)
    order = dict.fromkeys(lesson.names[i] for i in np.argsort(-scores, kind="stable"))
    right = {name for name, gain in zip(lesson.names, lesson.gains, strict=True) if gain == 1.0}
    return [bool(right.intersection(list(order)[:place])) for place in PLACES]


def figures(taught: Sequence[Lesson], networks: Sequence[Perceptron]) -> dict[str, float]:
    """Give the share of questions answered among the first places, each by its own network."""
    found = np.mean([answered(lesson, network) for lesson, network in zip(taught, networks, strict=True)], axis=0)
    return {f"answered@{place}": round(float(share), 3) for place, share in zip(PLACES, found, strict=True)}


def main() -> int:
    """Gather, measure across authors and on the dev questions, write."""
    torch.set_num_threads(2)
    found = lessons(Assistant.open(Settings.load()))
    authors = sorted({lesson.id[:2] for lesson in found})
    without = {author: fit([one for one in found if one.id[:2] != author]) for author in authors}
    train, dev = ([one for one in found if one.split == split] for split in ("train", "dev"))
    network = fit(train)
    card: dict[str, object] = {
        "what": "which sentence answers a question (rag/relevance.py)",
        "data": f"{len(train)} questions of evals/data/questions_train.jsonl by {len(authors)} authors",
        "licence": "CC BY 4.0",
        "other_authors": figures(found, [without[one.id[:2]] for one in found]),
        "dev": figures(dev, [network] * len(dev)),
    }
    write(network, TARGET, card)
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
