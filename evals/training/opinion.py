"""Train the second opinion of the safety screen: low-rank corrections of MiniLM and a head of five kinds.

usage: python -m evals.training.opinion gather TEXTS.jsonl --medquad FILE
       python -m evals.training.opinion train TEXTS.jsonl OUT.npz --base DIR [--start WEIGHTS.npz] [--passes N]
                                              [--rate R] [--seed N] [--threads N]
       python -m evals.training.opinion merge FIRST.npz SECOND.npz OUT.npz
``gather`` writes what is read, prepared as it is when served: the training messages and the dev split of
``safety.jsonl``, each varied in three ways, what is known to be calm, and the messages kept apart for measuring.
``train`` needs no corpus and no index, and uses a graphics card where there is one. With ``--start`` it goes on from
weights that were trained before, and keeps a quarter of these (robust fine-tuning, Wortsman et al. 2022): what is new
is learnt, what was known is kept. ``merge`` averages two runs.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from rag.kinds import Kind
from rag.opinion import KINDS

RANK = 16
# The six weight matrices of a layer, which the corrections may change.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
MAX_TOKENS = 96
VARIATIONS = 3  # one a pass, in turn
BATCH, WEIGHT_DECAY, SMOOTHING = 32, 0.01, 0.03
KEPT = 0.25  # of the weights that a run goes on from
DANGER_WEIGHT = 1.5  # a missed danger costs more than a false alarm
ANSWER, FIRST_DANGER = KINDS.index(Kind.ANSWER), KINDS.index(Kind.URGENT)
_APART = r"safety-threshold"  # of the dev split: only measured

Row = dict[str, Any]  # {"set", "windows": [text, ...], "label": place in KINDS, or -1 for any calm one}


class Corrected(torch.nn.Module):
    """A frozen linear layer plus a trained low-rank correction (Hu et al. 2022)."""

    def __init__(self, frozen: Any, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = torch.nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, rank))
        self.dropped = torch.nn.Dropout(0.05)

    def forward(self, x: Any) -> Any:
        """Apply both."""
        return self.frozen(x) + self.dropped(x) @ self.down.T @ self.up.T


class Opinion(torch.nn.Module):
    """MiniLM with corrections in every layer, mean pooling and a linear head."""

    def __init__(self, base: Path, rank: int = RANK) -> None:
        super().__init__()
        self.model = AutoModel.from_pretrained(base, hidden_act="gelu_new", dtype=torch.float32)
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        for layer in self.model.encoder.layer:
            for name in MATRICES:
                parent, _, last = name.rpartition(".")
                module = layer.get_submodule(parent)
                setattr(module, last, Corrected(getattr(module, last), rank))
        self.head = torch.nn.Linear(384, len(KINDS))

    def forward(self, ids: Any, mask: Any) -> Any:
        """Give one row of logits per window."""
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        kept = mask.unsqueeze(-1).float()
        return self.head((states * kept).sum(1) / kept.sum(1))

    @classmethod
    def going_on(cls, base: Path, weights: Path) -> "Opinion":
        """Give one with what was learnt before."""
        held = np.load(weights)
        network = cls(base, rank=next(held[name].shape[0] for name in held.files if name.endswith(".down")))
        with torch.no_grad():
            for name, tensor in network.learnt().items():
                tensor.copy_(torch.from_numpy(held[name].astype(np.float32)))
        return network

    def learnt(self) -> dict[str, Any]:
        """Give what is learnt, by the names of the packaged weights."""
        found = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, module in self.model.encoder.layer.named_modules():
            if isinstance(module, Corrected):
                found |= {f"encoder.layer.{name}.down": module.down, f"encoder.layer.{name}.up": module.up}
        return found

    def write(self, path: Path, start: Path | None) -> None:
        """Write what was learnt in half precision; where it went on from other weights, with a share of these."""
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in self.learnt().items()}
        if start:
            held = np.load(start)
            arrays = {name: (1 - KEPT) * array + KEPT * held[name] for name, array in arrays.items()}
        halved = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez_compressed(path, allow_pickle=False, **halved)


def gathered(medquad: Path) -> Iterator[Row]:
    """Give every text to learn from or to measure with."""
    from evals.cases import DATA
    from evals.training.messages import calm_texts, cases, in_scope_texts, message, off_topic_texts, varied
    from rag.corpus import load_corpus
    from rag.opinion import SecondOpinion, windows
    from rag.safety import load_rules, prepare, with_talk
    from rag.settings import Settings

    settings = Settings.load()
    corpus = load_corpus(settings.corpus_dir)
    rules = load_rules(settings.corpus_dir / "safety.yaml", corpus.vocabulary, corpus.passages)

    def row(name: str, found: Any) -> Row:
        before = " ".join(sentence for turn in found.before for sentence in prepare(turn, rules))
        said = prepare(found.text, rules) or ["."]
        return {"set": name, "windows": windows(with_talk(said, before)) or ["."], "label": found.label}

    dev = cases(DATA / "safety.jsonl", "dev")
    apart = [r for r in dev if re.match(_APART, r["id"])] + cases(DATA / "safety_train.jsonl", "dev")
    taught = cases(DATA / "safety_train.jsonl", "train") + [r for r in dev if r not in apart]
    texts = [*map(message, taught), *in_scope_texts(settings), *off_topic_texts(medquad)]
    for seed in range(VARIATIONS):
        yield from (row(f"train{seed}", found) for found in varied(texts, seed))
    yield from (row("calm", found) for found in calm_texts(SecondOpinion.open(settings.data_dir).read))
    yield from (row("apart", message(record)) for record in apart)


def logits(network: Opinion, batch: Sequence[Row], device: str) -> Any:
    """Give (texts, kinds) logits joined over windows as ``rag.opinion.pooled`` does."""
    flat = [ids for row in batch for ids in row["ids"]]
    owner = torch.tensor([place for place, row in enumerate(batch) for _ in row["ids"]], device=device)
    table = np.zeros((2, len(flat), max(map(len, flat))), dtype=np.int64)
    for place, ids in enumerate(flat):
        table[0, place, : len(ids)], table[1, place, : len(ids)] = ids, 1
    whole = torch.from_numpy(table).to(device)
    rows = network(whole[0], whole[1]).float()
    against = rows - rows[:, [ANSWER]]
    owners, empty = owner[:, None].expand(-1, len(KINDS)), torch.zeros(len(batch), len(KINDS), device=device)
    highest = empty.scatter_reduce(0, owners, against, "amax", include_self=False)
    lowest = empty.scatter_reduce(0, owners, against, "amin", include_self=False)
    return torch.cat([lowest[:, :1], highest[:, 1:]], dim=1)  # out of scope only where all of it is


def loss_of(found: Any, batch: Sequence[Row]) -> Any:
    """Give the mean loss: of the kind where it is known, else of being any of the calm ones."""
    shares = torch.log_softmax(found, dim=1)
    labels = torch.tensor([row["label"] for row in batch], device=found.device)
    right = labels.clamp(min=0)
    hit = shares.gather(1, right[:, None])[:, 0] * (1 - SMOOTHING) + SMOOTHING * shares.mean(1)
    known = -hit * torch.where(right >= FIRST_DANGER, DANGER_WEIGHT, 1.0)
    return torch.where(labels >= 0, known, -torch.logsumexp(shares[:, :FIRST_DANGER], dim=1)).mean()


def batches(rows: Sequence[Row], order: random.Random) -> list[list[Row]]:
    """Give batches of like length in random order."""
    shuffled, found, window = order.sample(rows, len(rows)), [], BATCH * 50
    for start in range(0, len(shuffled), window):
        near = sorted(shuffled[start : start + window], key=lambda row: max(map(len, row["ids"])))
        found += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
    order.shuffle(found)
    return found


def train(network: Opinion, sets: dict[str, list[Row]], options: argparse.Namespace, device: str) -> None:
    """Train, each pass on another variation of the messages; the rate falls to nothing."""
    learning = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=options.rate, weight_decay=WEIGHT_DECAY)
    order, done, steps = random.Random(options.seed), 0, 0
    network.train()
    for number in range(options.passes):
        jobs = batches(sets[f"train{number % VARIATIONS}"] + sets["calm"], order)
        steps = steps or options.passes * len(jobs)
        total = 0.0
        for batch in jobs:
            optimiser.param_groups[0]["lr"] = options.rate * min(1, (done + 1) / 100) * (1 - min(done / steps, 0.98))
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = loss_of(logits(network, batch, device), batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total += float(loss.detach())
            done += 1
        print(f"pass {number + 1}: loss {total / len(jobs):.4f}", flush=True)
        network.write(options.out, options.start)
    network.eval()


def report(network: Opinion, rows: Sequence[Row], device: str) -> None:
    """Print how many dangers and how many calm messages lie above some thresholds."""
    with torch.no_grad():
        found = torch.cat([torch.softmax(logits(network, [row], device), dim=1) for row in rows]).cpu().numpy()
    danger = np.array([row["label"] >= FIRST_DANGER for row in rows])
    share = found[:, FIRST_DANGER:].sum(axis=1)
    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        said = share >= threshold
        hits, alarms = int((said & danger).sum()), int((said & ~danger).sum())
        print(f"above {threshold}: {hits} of {int(danger.sum())} dangers, {alarms} of {int((~danger).sum())} others")


def merged(first: Path, second: Path) -> dict[str, Any]:
    """Average two runs (model soups, Wortsman et al. 2022): corrections side by side at half weight, heads averaged."""
    a, b = np.load(first), np.load(second)
    found = {}
    for name in a.files:
        if name.endswith(".down"):
            found[name] = np.concatenate([a[name], b[name]], axis=0)
        elif name.endswith(".up"):
            found[name] = np.concatenate([a[name], b[name]], axis=1) * np.float16(0.5)
        else:
            found[name] = ((a[name].astype(np.float32) + b[name]) / 2).astype(np.float16)
    return found


def main() -> None:
    """Gather, train or merge."""
    options = _options()
    if options.step == "gather":
        with options.texts.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in gathered(options.medquad))
    elif options.step == "merge":
        np.savez_compressed(options.out, **merged(options.first, options.second))
    else:
        torch.manual_seed(options.seed)
        torch.set_num_threads(options.threads)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        started = Opinion.going_on(options.base, options.start) if options.start else Opinion(options.base)
        network, tokenizer = started.to(device), AutoTokenizer.from_pretrained(options.base)
        sets: dict[str, list[Row]] = {}
        with options.texts.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                row["ids"] = tokenizer(row["windows"], truncation=True, max_length=MAX_TOKENS)["input_ids"]
                sets.setdefault(row["set"], []).append(row)
        train(network, sets, options, device)
        report(network, sets["apart"], device)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    gather, learn, merge = (steps.add_parser(name) for name in ("gather", "train", "merge"))
    gather.add_argument("texts", type=Path)
    gather.add_argument("--medquad", type=Path, required=True)
    learn.add_argument("texts", type=Path)
    learn.add_argument("out", type=Path)
    learn.add_argument("--base", type=Path, required=True, help="the packaged weights, or a copy of them")
    learn.add_argument("--start", type=Path, help="weights to go on from, instead of from nothing")
    learn.add_argument("--threads", type=int, default=2)
    learn.add_argument("--passes", type=int, default=9)
    learn.add_argument("--rate", type=float, default=1e-3)
    learn.add_argument("--seed", type=int, default=0)
    for name in ("first", "second", "out"):
        merge.add_argument(name, type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
