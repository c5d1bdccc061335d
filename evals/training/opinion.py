"""Train the second opinion of the safety screen: low-rank corrections of MiniLM and a head of five kinds.

usage: python -m evals.training.opinion OUT.npz [--epochs N] [--leave-out PREFIX] [--medquad FILE]
Reads ``evals/data/safety_train.jsonl``, the dev split of ``safety.jsonl``, the dev questions and claims of the other
suites and the topics' questions (all in scope), and questions of MedQuAD (out of scope). Prints recall and false alarms
on the dev cases left out.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

from evals.cases import DATA
from rag.corpus import load_corpus
from rag.kinds import Kind
from rag.models import minilm_tokenizer, packaged_weights
from rag.opinion import KINDS, MATRICES, windows
from rag.safety import Rules, load_rules, prepare
from rag.settings import Settings

RANK, FIRST_LAYER = 16, 2
MAX_TOKENS = 96
WEIGHT_DECAY, BATCH = 0.01, 32
DANGER_WEIGHT = 1.5  # a missed danger costs more than a false alarm
IN_SCOPE, OFF_TOPIC = 550, 150  # how many texts of the other suites and of MedQuAD are drawn
_URGENT = KINDS.index(Kind.URGENT)
_HAIR = re.compile(r"hair|bald|alopecia|scalp|shed", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A text to learn from and the kind of reply that it needs, as its place in ``KINDS``."""

    text: str
    label: int


class Corrected(torch.nn.Module):
    """A frozen linear layer plus a trained low-rank correction (Hu et al. 2022)."""

    def __init__(self, frozen: Any) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = torch.nn.Parameter(torch.randn(RANK, frozen.in_features) / frozen.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, RANK))

    def forward(self, x: Any) -> Any:
        """Apply both."""
        return self.frozen(x) + x @ self.down.T @ self.up.T


class Network(torch.nn.Module):
    """MiniLM with corrections in its upper layers, mean pooling, a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(packaged_weights(), hidden_act="gelu_new")
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False
        for number in range(FIRST_LAYER, len(self.encoder.encoder.layer)):
            for name in MATRICES:
                parent, _, last = name.rpartition(".")
                module = self.encoder.encoder.layer[number].get_submodule(parent)
                setattr(module, last, Corrected(getattr(module, last)))
        self.head = torch.nn.Linear(384, len(KINDS))

    def forward(self, ids: Any, mask: Any) -> Any:
        """Give one row of logits per text."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        kept = mask.unsqueeze(-1).to(states.dtype)
        return self.head((states * kept).sum(1) / kept.sum(1))

    def trained(self) -> dict[str, Any]:
        """Give what was learnt, by the names of the packaged weights."""
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in self._learning().items()}

    def take(self, trained: Mapping[str, Any]) -> None:
        """Go on from what an earlier run learnt."""
        with torch.no_grad():
            for name, tensor in self._learning().items():
                tensor.copy_(torch.tensor(trained[name].astype(np.float32)))

    def _learning(self) -> dict[str, Any]:
        found = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, module in self.encoder.named_modules():
            if isinstance(module, Corrected):
                found |= {f"{name}.down": module.down, f"{name}.up": module.up}
        return found


def varied(messages: Sequence[Message], seed: int) -> Iterator[Message]:
    """Give each message as it is, misspelt or bare, and within other talk, where the most pressing part counts."""
    order = random.Random(seed)
    calm = [m for m in messages if m.label < _URGENT and len(m.text.split()) <= 22]
    for message in messages:
        danger = message.label >= _URGENT
        yield message
        if order.random() < (0.8 if danger else 0.35):
            yield Message(text=_misspelt(message.text, order), label=message.label)
        if len(message.text.split()) <= 30 and order.random() < (0.8 if danger else 0.35):
            parts = [order.choice(calm), message, order.choice(calm)]
            parts = parts[order.choice([0, 0, 1]) : order.choice([2, 3, 3])]
            yield Message(text=" ".join(_ended(p.text) for p in parts), label=max(p.label for p in parts))


def _ended(text: str) -> str:
    return text if text[-1] in ".?!" else text + "."


def _misspelt(text: str, order: random.Random) -> str:
    """Drop, double or swap letters in about one word of six, or drop all punctuation."""
    if order.random() < 0.25:
        return "".join(c for c in text if c.isalnum() or c == " ").lower()
    words = text.split()
    for place, word in enumerate(words):
        if len(word) > 3 and order.random() < 0.17:
            at = order.randrange(1, len(word) - 1)
            words[place] = order.choice(
                [word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
                 word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]]
            )  # fmt: skip
    return " ".join(words)


def cases(path: Path, split: str) -> list[dict[str, Any]]:
    """Give the records of one split; nothing else of the file is kept."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [record for record in records if record.get("split", "dev") == split]


def message(record: dict[str, Any]) -> Message:
    """Give what a safety record teaches: its last turn."""
    return Message(text=(record.get("turns") or [record["text"]])[-1], label=KINDS.index(Kind(record["kind"])))


def in_scope_texts(settings: Settings) -> list[Message]:
    """Give questions and claims of the other suites' dev splits and of the topics."""
    texts = [r["question"] for r in cases(DATA / "retrieval.jsonl", "dev") if r["kind"] != "out_of_scope"]
    texts += [r["text"] for r in cases(DATA / "claims.jsonl", "dev")]
    topics = load_corpus(settings.corpus_dir).topics
    texts += [asked for topic in topics for asked in (topic.question, *topic.also_asked)]
    drawn = random.Random(0).sample(list(dict.fromkeys(texts)), k=IN_SCOPE)
    return [Message(text=text, label=KINDS.index(Kind.ANSWER)) for text in drawn]


def off_topic_texts(medquad: Path) -> list[Message]:
    """Draw questions of MedQuAD (Ben Abacha and Demner-Fushman 2019, CC BY 4.0) that are not about hair."""
    with gzip.open(medquad, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["question"] for line in lines]
    texts = [text for text in dict.fromkeys(texts) if not _HAIR.search(text)]
    drawn = random.Random(0).sample(texts, k=OFF_TOPIC)
    return [Message(text=text, label=KINDS.index(Kind.OUT_OF_SCOPE)) for text in drawn]


class Tokens:
    """Turns texts into windows of token ids, prepared as they are when served."""

    def __init__(self, rules: Rules) -> None:
        self._rules, self._tokenizer = rules, minilm_tokenizer(MAX_TOKENS)

    def of(self, text: str) -> list[list[int]]:
        """Give the ids of each window of a text."""
        self._tokenizer.no_padding()
        return [self._tokenizer.encode(window).ids for window in windows(prepare(text, self._rules)) or ["."]]


def logits(network: Network, batch: Sequence[list[list[int]]]) -> Any:
    """Give (texts, kinds) logits joined over windows as ``rag.opinion.pooled`` does."""
    flat = [ids for text in batch for ids in text]
    owner = torch.tensor([place for place, text in enumerate(batch) for _ in text])
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in flat], batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(row), dtype=torch.long) for row in flat], batch_first=True)
    rows = network(ids, mask)
    against = rows - rows[:, [KINDS.index(Kind.ANSWER)]]
    owners = owner[:, None].expand(-1, len(KINDS))
    empty = torch.zeros(len(batch), len(KINDS))
    highest = empty.scatter_reduce(0, owners, against, "amax", include_self=False)
    lowest = empty.scatter_reduce(0, owners, against, "amin", include_self=False)
    return torch.cat([lowest[:, :1], highest[:, 1:]], dim=1)  # out of scope only where all of it is


def train(messages: Sequence[Message], tokens: Tokens, options: argparse.Namespace) -> Network:
    """Train on messages, a new variation of them in each pass."""
    epochs, seed, rate = options.epochs, options.seed, options.rate
    torch.manual_seed(seed)
    network = Network()
    if options.start:
        network.take(np.load(options.start))
    trainable = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trainable, lr=rate, weight_decay=WEIGHT_DECAY)
    weight = torch.tensor([DANGER_WEIGHT if place >= _URGENT else 1.0 for place in range(len(KINDS))])
    order = random.Random(seed)
    done = 0
    for epoch in range(epochs):
        rows = [(tokens.of(m.text), m.label) for m in varied(messages, seed + epoch)]
        batches = _batches(rows, order)
        total = 0.0
        network.train()
        for batch in batches:
            share = done / (epochs * len(batches))
            optimiser.param_groups[0]["lr"] = rate * min(1.0, 20 * share + 0.05) * (1 - min(share, 0.98))
            loss = torch.nn.functional.cross_entropy(
                logits(network, [ids for ids, _ in batch]),
                torch.tensor([label for _, label in batch]),
                weight=weight,
                label_smoothing=0.03,
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trainable, 1.0)
            optimiser.step()
            total += loss.item()
            done += 1
            if done % 25 == 0:
                print(f"step {done} of {epochs * len(batches)}: loss {loss.item():.3f}", flush=True)
        print(f"pass {epoch + 1}: {len(rows)} texts, loss {total / len(batches):.4f}", flush=True)
    return network.eval()


def _batches(rows: list[Any], order: random.Random) -> list[list[Any]]:
    """Give batches of like length in random order."""
    order.shuffle(rows)
    near = sorted(rows, key=lambda row: sum(len(ids) for ids in row[0]))
    batches = [near[start : start + BATCH] for start in range(0, len(near), BATCH)]
    order.shuffle(batches)
    return batches


def probabilities(network: Network, messages: Sequence[Message], tokens: Tokens) -> Any:
    """Give (texts, kinds) probabilities."""
    with torch.no_grad():
        rows = [torch.softmax(logits(network, [tokens.of(m.text)]), dim=1) for m in messages]
    return torch.cat(rows).numpy()


def main() -> None:
    """Train, print dev figures where some dev cases are left out, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--twice", default="", help="ids that match this pattern are met twice in each pass")
    parser.add_argument("--medquad", type=Path, required=True)
    parser.add_argument("--leave-out", default="", help="dev ids that start so are only measured")
    options = parser.parse_args()
    torch.set_num_threads(1)  # two wait for each other on a shared machine
    settings = Settings.load()
    corpus = load_corpus(settings.corpus_dir)
    tokens = Tokens(load_rules(settings.corpus_dir / "safety.yaml", corpus.vocabulary, corpus.passages))
    dev = cases(DATA / "safety.jsonl", "dev")
    left = [r for r in dev if options.leave_out and r["id"].startswith(options.leave_out)]
    records = cases(DATA / "safety_train.jsonl", "train") + [r for r in dev if r not in left]
    records += [r for r in records if options.twice and re.match(options.twice, r["id"])]
    messages = [*map(message, records), *in_scope_texts(settings), *off_topic_texts(options.medquad)]
    network = train(messages, tokens, options)
    np.savez_compressed(options.out, **network.trained())
    if left:
        _report(probabilities(network, [message(r) for r in left], tokens), left, options.out)


def _report(rows: Any, left: Sequence[dict[str, Any]], out: Path) -> None:
    labels = np.array([message(r).label for r in left])
    danger = rows[:, _URGENT:].sum(axis=1)
    for threshold in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        said = danger > threshold
        counts = [f"{kind.value} {said[labels == i].sum()} of {(labels == i).sum()}" for i, kind in enumerate(KINDS)]
        print(f"called danger above {threshold}: {', '.join(counts)}")
    found = [{"id": r["id"], "p": [round(float(p), 3) for p in row]} for r, row in zip(left, rows, strict=True)]
    out.with_suffix(".dev.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
