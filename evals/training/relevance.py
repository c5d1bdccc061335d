"""Train what tells which sentence answers a question, and measure it on authors whose questions it has not seen.

usage: python -m evals.training.relevance [--authors]   (writes rag/weights/relevance.json)
A quarter of an hour on two cores, after ``evals.training.exemplars`` and ``evals.training.seeking``; ``--authors`` also
measures what a network makes of each author that it did not learn from, and takes hours. The questions of
``evals/data/questions_train.jsonl`` and the turns of ``talks_train.jsonl`` name the sentences that answer them and
those that bear on them. The share of belief is to fall on these (ListNet's top-one loss, Cao et al. 2007). What a
follow-up follows is answered with the weights that stand. Run it again whenever the corpus, the vocabulary or the ways
of asking changed much: the features are their tags.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evals.training.asked import Asked, asked_questions
from evals.training.exemplars import PARTLY, learned
from evals.training.perceptron import write
from evals.training.seeking import question_step
from rag.assistant import Assistant
from rag.models.perceptron import Layer, Perceptron
from rag.search.resolution import Resolution
from rag.search.seeking import Seeking
from rag.sentences.exemplars import Exemplars
from rag.sentences.relevance import FEATURES, Relevance
from rag.settings import Settings
from rag.types import Vectors

TARGET = Path("rag/weights/relevance.json")
APART = 4  # groups of authors, each of which meets exemplars learned from the others
# Chosen among 0, 16 and 32 units on the questions of authors not trained on: .518, .535 and .545 answer first.
HIDDEN, DROPPED, DECAY, RATE, STEPS, BATCH, MEMBERS = 48, 0.2, 0.3, 0.02, 400, 256, 3
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


def lessons(assistant: Assistant) -> list[Lesson]:
    """Gather every question, and every turn of a talk, that something we hold answers.

    The exemplars that a question meets were learned from other authors, a third of them at a time: the network must not
    trust them more than it may trust them with a patient.
    """
    asked = list(asked_questions(assistant))
    groups = _groups(asked)
    found: list[Lesson | None] = []
    for group in sorted(set(groups.values())):
        others = [one for one in asked if groups[one.author] != group and one.split == "train"]
        seeking = Seeking(stored={"claim": np.zeros(0), "question": question_step(assistant, others)})
        teaching = Teaching.of(assistant, *learned(others), seeking)
        found += [teaching.lesson(one) for one in asked if groups[one.author] == group]
    return [one for one in found if one]


def _groups(asked: Sequence[Asked]) -> dict[str, int]:
    return {author: place % APART for place, author in enumerate(sorted({one.author for one in asked}))}


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """Turns questions whose answers are known into lessons."""

    relevance: Relevance

    @classmethod
    def of(cls, assistant: Assistant, exemplars: Exemplars, resolution: Resolution, seeking: Seeking) -> "Teaching":
        """Teach with what was learned from other questions than all."""
        standing = assistant.conversation.answerer.leads.relevance
        return cls(relevance=replace(standing, exemplars=exemplars, resolution=resolution, seeking=seeking))

    def lesson(self, one: Asked) -> Lesson | None:
        """Give the lesson of one question; None where nothing that we hold answers it."""
        answers, partly, near = (np.isin(self._names, names) for names in (one.answers, one.partly, one.near))
        if not answers.any():
            return None
        nearest = np.zeros(len(self._names), dtype=bool)
        nearest[self.relevance.nearest(one.sought)] = True
        kept = nearest | answers | partly | near
        return Lesson(
            id=one.id,
            split=one.split,
            rows=self.relevance.features(one.sought, np.flatnonzero(kept)),
            names=tuple(self._names[kept]),
            near=nearest[kept],
            gains=np.where(answers, 1.0, PARTLY * partly)[kept].astype(np.float32),
        )

    @cached_property
    def _names(self) -> Any:
        return np.array([said.name for said in self.relevance.sayables.all])


def fit(taught: Sequence[Lesson], members: int = MEMBERS) -> Perceptron:
    """Fit a few networks that differ in their seed alone."""
    table = np.vstack([lesson.rows for lesson in taught])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-6] = 1.0
    rows = [torch.from_numpy(((lesson.rows - mean) / scale).astype(np.float32)) for lesson in taught]
    shares = [torch.from_numpy(lesson.gains / lesson.gains.sum()) for lesson in taught]
    layers = tuple(_trained(rows, shares, seed) for seed in range(members))
    return Perceptron(features=FEATURES, classes=("answers",), mean=mean, scale=scale, members=layers)


def _trained(rows: Sequence[Any], shares: Sequence[Any], seed: int) -> tuple[Layer, ...]:
    torch.manual_seed(seed)
    inner, outer = torch.nn.Linear(len(FEATURES), HIDDEN), torch.nn.Linear(HIDDEN, 1)
    network = torch.nn.Sequential(inner, torch.nn.ReLU(), torch.nn.Dropout(DROPPED), outer)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    paces = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        drawn = torch.randperm(len(rows))[:BATCH].tolist()
        optimiser.zero_grad()
        scores = network(torch.cat([rows[n] for n in drawn])).squeeze(-1).split([len(rows[n]) for n in drawn])
        missed = (shares[n] @ torch.log_softmax(own, 0) for n, own in zip(drawn, scores, strict=True))
        loss = -torch.stack(list(missed)).mean()
        loss.backward()
        optimiser.step()
        paces.step()
    learned = ((layer.weight.detach().double(), layer.bias.detach().double()) for layer in (inner, outer))
    return tuple((weights.numpy().T, bias.numpy()) for weights, bias in learned)  # as precise as the product reads them


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


def across_authors(found: Sequence[Lesson]) -> dict[str, float]:
    """Measure on each author's questions a network that learned from all others."""
    authors = sorted({lesson.id[:2] for lesson in found})
    without = {author: fit([one for one in found if one.id[:2] != author]) for author in authors}
    return figures(found, [without[one.id[:2]] for one in found])


def main(arguments: Sequence[str] = ()) -> int:
    """Gather, fit, measure on the dev questions and the dev turns that follow others, write."""
    torch.set_num_threads(2)
    found = lessons(Assistant.open(Settings.load()))
    train, dev = ([one for one in found if one.split == split] for split in ("train", "dev"))
    network = fit(train)
    following = [one for one in dev if one.rows[0, FEATURES.index("follows")]]
    alone = [one for one in dev if not one.rows[0, FEATURES.index("follows")]]
    card: dict[str, object] = {
        "what": "which sentence answers a question (rag/sentences/relevance.py)",
        "data": f"{len(train)} questions and turns of evals/data/questions_train.jsonl and talks_train.jsonl",
        "licence": "CC BY 4.0",
        "dev_alone": {"n": len(alone), **figures(alone, [network] * len(alone))},
        "dev_following": {"n": len(following), **figures(following, [network] * len(following))},
    }
    if "--authors" in arguments:
        card["other_authors"] = across_authors(found)
    write(network, TARGET, card)
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
