"""Train what tells which sentence answers a question, and measure it on authors whose questions it has not seen.

usage: python -m evals.training.relevance [--authors]   (writes rag/weights/relevance.json)
About ten minutes on two cores; ``--authors`` also measures what a network makes of each author that it did not learn
from, and takes an hour. ``evals/data/questions_train.jsonl`` and the turns of ``talks_train.jsonl`` name for each
question the sentences that answer it and those that bear on it. The share of belief is to fall on them (ListNet's
top-one loss, Cao et al. 2007). What a follow-up follows is answered with the weights that stand. Run it again whenever
the corpus, the vocabulary or the ways of asking changed much: the features are their tags.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evals.cases import DATA
from evals.training.pairs import json_lines
from evals.training.perceptron import write
from rag.assistant import Assistant
from rag.following import Earlier
from rag.perceptron import Perceptron
from rag.relevance import FEATURES, Relevance, Sought
from rag.sayable import Sayable
from rag.settings import Settings
from rag.types import Turn, Vectors

TARGET = Path("rag/weights/relevance.json")
PARTLY = 0.3  # what a sentence that bears on a question counts beside one that answers it
# Chosen among 0, 16 and 32 units on the questions of authors not trained on: .518, .535 and .545 answer first.
HIDDEN, DROPPED, DECAY, RATE, STEPS, MEMBERS = 48, 0.2, 0.3, 0.01, 150, 3
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
    """Gather every question, and every turn of a talk, that something we hold answers."""
    teaching = Teaching(assistant=assistant)
    questions = (teaching.lesson(r["id"], r["split"], r, ()) for r in json_lines(DATA / "questions_train.jsonl"))
    return [one for one in chain(questions, teaching.of_talks(DATA / "talks_train.jsonl")) if one]


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """Turns questions whose answers are known into lessons."""

    assistant: Assistant

    def of_talks(self, path: Path) -> Iterator[Lesson | None]:
        """Yield the lesson of each turn; the answers before it are those that the product gives."""
        for talk in json_lines(path):
            history: list[Turn] = []
            for place, turn in enumerate(talk["turns"], 1):
                yield self.lesson(f"{talk['id']}.{place}", talk["split"], turn, history)
                history.append(self.assistant.ask(turn["question"], history))

    def lesson(self, id_: str, split: str, asked: Mapping[str, Any], history: Sequence[Turn]) -> Lesson | None:
        """Give the lesson of one question; None where nothing that we hold answers it."""
        answers, partly, near = (np.isin(self._names, asked[name]) for name in ("answers", "partly", "near"))
        if not answers.any():
            return None
        sought = self._sought(asked["question"], history)
        nearest = np.zeros(len(self._names), dtype=bool)
        nearest[self._relevance.nearest(sought)] = True
        kept = nearest | answers | partly | near
        return Lesson(
            id=id_,
            split=split,
            rows=self._relevance.features(sought, np.flatnonzero(kept)),
            names=tuple(self._names[kept]),
            near=nearest[kept],
            gains=np.where(answers, 1.0, PARTLY * partly)[kept].astype(np.float32),
        )

    def _sought(self, question: str, history: Sequence[Turn]) -> Sought:
        talk = self.assistant.conversation
        whole, leads = talk.understood(question, history), talk.answerer.leads
        return leads.sought(leads.condensed(whole), whole, Earlier.of(history))

    @property
    def _relevance(self) -> Relevance:
        return self.assistant.conversation.answerer.leads.relevance

    @cached_property
    def _names(self) -> Any:
        return np.array([name_of(said) for said in self._relevance.sayables.all])


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
        "what": "which sentence answers a question (rag/relevance.py)",
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
