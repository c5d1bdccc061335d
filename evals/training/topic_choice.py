"""Train what chooses the topic of a question, and measure it on authors whose messages it has not seen.

usage: python -m evals.training.topic_choice   (writes rag/weights/topic_choice.json; ten minutes on two cores)
``evals/data/topics_train.jsonl`` holds messages as people write them, with the topics whose main message would rightly
open the answer and those that belong in it. The share of belief is to fall on these (ListNet's top-one loss, Cao et al.
2007). Those of twelve people (m1 to m12) taught nothing else, so their signs are as they will be for a new message:
these measure. The others stand among the exemplars too, whose sign is better for them than it will be; they still help.
Run it again whenever ``evals.training.relevance``, ``exemplars`` or ``placing`` were.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from evals.cases import DATA
from evals.training.pairs import json_lines
from evals.training.perceptron import write
from rag.assistant import Assistant
from rag.models.perceptron import Perceptron
from rag.sentences.following import Earlier
from rag.sentences.topic_choice import FEATURES, WEIGHTS
from rag.settings import Settings
from rag.types import Turn

ALSO = 0.25  # what a topic counts that belongs in the answer and does not open it
# Of 671 messages of twelve people with a right topic, crossed by author, 50 steps choose it for .739, 80 for .741, 120
# for .733, 200 for .729.
STEPS, RATE, DECAY = 80, 0.01, 0.05
_UNSEEN = "m"  # begins the ids of those who taught nothing else
_SURE = (0.2, 0.35, 0.5, 0.7)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lesson:
    """One message: the signs of the topics near it, what each counts, and which of them open the answer rightly."""

    id: str
    rows: NDArray[np.float64]
    gains: NDArray[np.float64]
    opens: bool  # whether any topic does

    @property
    def author(self) -> str:
        """Name who wrote it."""
        return self.id.partition("-")[0]


def lessons(assistant: Assistant) -> Iterator[Lesson]:
    """Yield every message that a topic answers."""
    leads = assistant.conversation.answerer.leads
    choice, topics = leads.choice, assistant.corpus.topics
    for record in json_lines(DATA / "topics_train.jsonl"):
        history: list[Turn] = []
        for message in record["before"]:
            history.append(assistant.ask(message, history))
        whole = assistant.conversation.understood(record["message"], history)
        sought = leads.sought(leads.condensed(whole), whole, Earlier.of(history))
        places, rows = choice.candidates(sought, leads.relevant(sought))
        held = [1.0 * (t in record["lead"]) or ALSO * (t in record["also"]) for t in (topics[p].id for p in places)]
        if any(held):
            yield Lesson(id=record["id"], rows=rows, gains=np.array(held), opens=bool(record["lead"]))


def fit(taught: Sequence[Lesson]) -> Perceptron:
    """Fit one layer."""
    torch.manual_seed(0)
    table = np.vstack([lesson.rows for lesson in taught])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-6] = 1.0
    rows = torch.from_numpy(((table - mean) / scale).astype(np.float32))
    shares = [torch.from_numpy((one.gains / one.gains.sum()).astype(np.float32)) for one in taught]
    layer = torch.nn.Linear(len(FEATURES), 1)
    torch.nn.init.zeros_(layer.weight)
    optimiser = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=DECAY)
    for _ in range(STEPS):
        optimiser.zero_grad()
        scores = layer(rows).squeeze(-1).split([len(one.gains) for one in taught])
        missed = (share @ torch.log_softmax(own, 0) for share, own in zip(shares, scores, strict=True))
        loss = -torch.stack(list(missed)).mean()
        loss.backward()
        optimiser.step()
    members = (((layer.weight.detach().double().numpy().T, layer.bias.detach().double().numpy()),),)
    return Perceptron(features=FEATURES, classes=("answers",), mean=mean, scale=scale, members=members)


def across_authors(found: Sequence[Lesson]) -> dict[str, object]:
    """Measure on each unseen author's messages what learned from all others: how often the first opens or belongs."""
    unseen = [one for one in found if one.author.startswith(_UNSEEN)]
    without = {author: fit([o for o in found if o.author != author]) for author in {one.author for one in unseen}}
    told = []
    for one in unseen:
        scores = without[one.author].scores(one.rows)[:, 0]
        powers = np.exp(scores - scores.max())
        first = int(powers.argmax())
        told.append((powers[first] / powers.sum(), one.gains[first] == 1.0, one.gains[first] > 0.0, one.opens))
    shares, opens, belongs, some = map(np.array, zip(*told, strict=True))
    sure = {f"share of {least} and more": _figures(opens, belongs, shares >= least) for least in _SURE}
    return {"where a topic opens": _figures(opens, belongs, some), "all": _figures(opens, belongs, shares >= 0), **sure}


def _figures(opens: NDArray[np.bool_], belongs: NDArray[np.bool_], kept: NDArray[np.bool_]) -> dict[str, float]:
    counted = {"opens": opens[kept].mean(), "belongs": belongs[kept].mean()}
    return {"n": int(kept.sum()), **{name: round(float(value), 3) for name, value in counted.items()}}


def main() -> int:
    """Gather, fit, measure, write."""
    torch.set_num_threads(2)
    found = list(lessons(Assistant.open(Settings.load())))
    card: dict[str, object] = {
        "what": "which topic answers a question (rag/sentences/topic_choice.py)",
        "data": f"{len(found)} messages of evals/data/topics_train.jsonl",
        "licence": "CC BY 4.0",
        "other_authors": across_authors(found),
    }
    write(fit(found), WEIGHTS, card)
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
