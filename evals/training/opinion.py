"""Train the second opinion of the safety screen: low-rank corrections of MiniLM and a head of five kinds.

usage: python -m evals.training.opinion OUT.npz --medquad FILE [--first-layer N] [--start FILE] [--leave-out PATTERN]
Reads ``evals/data/safety_train.jsonl``, the dev split of ``safety.jsonl``, the dev questions and claims of the other
suites and the topics' questions (all in scope), and questions of MedQuAD (out of scope). The layers below the first
one that learns are run once, before the first pass. Prints recall and false alarms on the dev cases left out.
"""

import argparse
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

from evals.cases import DATA
from evals.training.messages import URGENT, Message, cases, drawn, in_scope_texts, message, off_topic_texts, varied
from rag.corpus import load_corpus
from rag.kinds import Kind
from rag.models import minilm_tensors, minilm_tokenizer, packaged_weights
from rag.opinion import KINDS, MATRICES, corrected, states, windows
from rag.safety import Rules, load_rules, prepare
from rag.settings import Settings

RANK = 16
MAX_TOKENS = 96
WEIGHT_DECAY, BATCH = 0.01, 16
DANGER_WEIGHT = 1.5  # a missed danger costs more than a false alarm

Weights = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A text as the layers that do not learn leave it: (tokens, 384) states for each window, and its label."""

    windows: tuple[Any, ...]
    label: int

    @property
    def length(self) -> int:
        """Give how many tokens all windows hold."""
        return sum(len(window) for window in self.windows)


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


class Upper(torch.nn.Module):
    """The layers of MiniLM that learn, with their corrections, then mean pooling and a linear head."""

    def __init__(self, first_layer: int) -> None:
        super().__init__()
        encoder = AutoModel.from_pretrained(packaged_weights(), hidden_act="gelu_new").encoder
        for parameter in encoder.parameters():
            parameter.requires_grad = False
        self.layers = torch.nn.ModuleDict({str(n): encoder.layer[n] for n in range(first_layer, len(encoder.layer))})
        for layer in self.layers.values():
            for name in MATRICES:
                parent, _, last = name.rpartition(".")
                module = layer.get_submodule(parent)
                setattr(module, last, Corrected(getattr(module, last)))
        self.head = torch.nn.Linear(384, len(KINDS))

    def forward(self, seen: Any, mask: Any) -> Any:
        """Give one row of logits per window from (windows, tokens, 384) states and their 0/1 mask."""
        ignored = (1.0 - mask)[:, None, None, :] * torch.finfo(seen.dtype).min
        for layer in self.layers.values():
            seen = layer(seen, ignored)
        kept = mask.unsqueeze(-1)
        return self.head((seen * kept).sum(1) / kept.sum(1))

    def trained(self) -> dict[str, Any]:
        """Give what was learnt, by the names of the packaged weights."""
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in self._learning().items()}

    def take(self, trained: Weights) -> None:
        """Go on from what an earlier run learnt."""
        with torch.no_grad():
            for name, tensor in self._learning().items():
                tensor.copy_(torch.tensor(trained[name].astype(np.float32)))

    def _learning(self) -> dict[str, Any]:
        found = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, module in self.layers.named_modules():
            if isinstance(module, Corrected):
                found |= {f"encoder.layer.{name}.down": module.down, f"encoder.layer.{name}.up": module.up}
        return found


class Reader:
    """Reads texts, prepared as they are when served, through the layers that do not learn."""

    def __init__(self, rules: Rules, start: Weights, first_layer: int) -> None:
        self._rules, self._tokenizer, self._layers = rules, minilm_tokenizer(MAX_TOKENS), first_layer
        whole = {name: np.asarray(tensor, np.float32) for name, tensor in start.items()}
        self._tensors = corrected(minilm_tensors(), whole) if whole else minilm_tensors()

    def read(self, found: Message) -> Read:
        """Give the states of each window of a text."""
        self._tokenizer.no_padding()
        texts = windows(prepare(found.text, self._rules)) or ["."]
        rows = (states(self._tokenizer.encode(text).ids, self._tensors, self._layers) for text in texts)
        return Read(windows=tuple(torch.from_numpy(row.astype(np.float16)) for row in rows), label=found.label)


def logits(network: Upper, batch: Sequence[Read]) -> Any:
    """Give (texts, kinds) logits joined over windows as ``rag.opinion.pooled`` does."""
    flat = [window.float() for read in batch for window in read.windows]
    owner = torch.tensor([place for place, read in enumerate(batch) for _ in read.windows])
    seen = torch.nn.utils.rnn.pad_sequence(flat, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in flat], batch_first=True)
    rows = network(seen, mask)
    against = rows - rows[:, [KINDS.index(Kind.ANSWER)]]
    owners = owner[:, None].expand(-1, len(KINDS))
    empty = torch.zeros(len(batch), len(KINDS))
    highest = empty.scatter_reduce(0, owners, against, "amax", include_self=False)
    lowest = empty.scatter_reduce(0, owners, against, "amin", include_self=False)
    return torch.cat([lowest[:, :1], highest[:, 1:]], dim=1)  # out of scope only where all of it is


def train(reads: list[Read], network: Upper, options: argparse.Namespace) -> None:
    """Train on texts, each pass in another order."""
    trainable = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trainable, lr=options.rate, weight_decay=WEIGHT_DECAY)
    weight = torch.tensor([DANGER_WEIGHT if place >= URGENT else 1.0 for place in range(len(KINDS))])
    order = random.Random(options.seed)
    network.train()
    done = 0
    for epoch in range(options.epochs):
        total, batches = 0.0, _batches(reads, order)
        for batch in batches:
            share = done / (options.epochs * len(batches))
            optimiser.param_groups[0]["lr"] = options.rate * min(1.0, 20 * share + 0.05) * (1 - min(share, 0.98))
            loss = torch.nn.functional.cross_entropy(
                logits(network, batch),
                torch.tensor([read.label for read in batch]),
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
                print(f"step {done} of {options.epochs * len(batches)}: loss {loss.item():.3f}", flush=True)
        print(f"pass {epoch + 1}: loss {total / len(batches):.4f}", flush=True)
    network.eval()


def _batches(reads: list[Read], order: random.Random) -> list[list[Read]]:
    """Give batches of like length in random order."""
    order.shuffle(reads)
    near = sorted(reads, key=lambda read: read.length)
    batches = [near[start : start + BATCH] for start in range(0, len(near), BATCH)]
    order.shuffle(batches)
    return batches


def probabilities(network: Upper, reads: Sequence[Read]) -> Any:
    """Give (texts, kinds) probabilities."""
    with torch.no_grad():
        return torch.cat([torch.softmax(logits(network, [read]), dim=1) for read in reads]).numpy()


def main() -> None:
    """Train, print dev figures where some dev cases are left out, and write the weights."""
    options = _options()
    torch.set_num_threads(1)  # two wait for each other on a shared machine
    torch.manual_seed(options.seed)
    settings = Settings.load()
    corpus = load_corpus(settings.corpus_dir)
    rules = load_rules(settings.corpus_dir / "safety.yaml", corpus.vocabulary, corpus.passages)
    start = dict(np.load(options.start)) if options.start else {}
    network, reader = Upper(options.first_layer), Reader(rules, start, options.first_layer)
    if start:
        network.take(start)
    dev = cases(DATA / "safety.jsonl", "dev")
    left = [r for r in dev if options.leave_out and re.match(options.leave_out, r["id"])]
    records = cases(DATA / "safety_train.jsonl", "train") + [r for r in dev if r not in left]
    left += cases(DATA / "safety_train.jsonl", "dev") if left else []
    messages = [*map(message, records), *in_scope_texts(settings), *off_topic_texts(options.medquad)]
    kept = drawn(messages, options.share, options.seed)
    reads = [reader.read(found) for found in varied(kept, options.seed)]
    print(f"read {len(reads)} texts, {sum(read.length for read in reads)} tokens", flush=True)
    train(reads, network, options)
    np.savez_compressed(options.out, **{**start, **network.trained()})
    if left:
        _report(probabilities(network, [reader.read(message(r)) for r in left]), left, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--first-layer", type=int, default=2, help="the first of the six layers that learns")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--share", type=float, default=1.0, help="of the short messages that are met")
    parser.add_argument("--medquad", type=Path, required=True)
    parser.add_argument("--leave-out", default="", help="dev ids that match this pattern are only measured")
    return parser.parse_args()


def _report(rows: Any, left: Sequence[dict[str, Any]], out: Path) -> None:
    labels = np.array([message(r).label for r in left])
    danger = rows[:, URGENT:].sum(axis=1)
    for threshold in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        said = danger > threshold
        counts = [f"{kind.value} {said[labels == i].sum()} of {(labels == i).sum()}" for i, kind in enumerate(KINDS)]
        print(f"called danger above {threshold}: {', '.join(counts)}")
    found = [{"id": r["id"], "p": [round(float(p), 3) for p in row]} for r, row in zip(left, rows, strict=True)]
    out.with_suffix(".dev.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
