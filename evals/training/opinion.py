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
from transformers import AutoTokenizer

from evals.training.corrected import MAX_TOKENS, Learner, Row, Steps, batches, write
from rag.kinds import Kind
from rag.safety.second_opinion import KINDS

VARIATIONS = 3  # one a pass, in turn
SMOOTHING = 0.03
KEPT = 0.25  # of the weights that a run goes on from
DANGER_WEIGHT = 1.5  # a missed danger costs more than a false alarm
ANSWER, FIRST_DANGER = KINDS.index(Kind.ANSWER), KINDS.index(Kind.URGENT)
_APART = r"safety-threshold"  # of the dev split: only measured

# A row is {"set", "windows": [text, ...], "label": place in KINDS, or -1 for any calm one}.


def gathered(medquad: Path) -> Iterator[Row]:
    """Give every text to learn from or to measure with."""
    from evals.cases import DATA
    from evals.training.messages import calm_texts, cases, in_scope_texts, message, off_topic_texts, varied
    from rag.library.corpus import load_corpus
    from rag.safety.screen import load_rules, prepare, with_talk
    from rag.safety.second_opinion import SecondOpinion, windows
    from rag.settings import Settings

    settings = Settings.load()
    corpus = load_corpus(settings.corpus_dir)
    rules = load_rules(settings.corpus_dir / "safety.yaml", corpus.vocabulary, corpus.passages)

    opinion = SecondOpinion.open(settings.data_dir)

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
    yield from (row("calm", found) for found in calm_texts(opinion.read, rules, corpus.topics))
    yield from (row("apart", message(record)) for record in apart)


def logits(network: Learner, batch: Sequence[Row], device: str) -> Any:
    """Give (texts, kinds) logits joined over windows as ``rag.safety.second_opinion.pooled`` does."""
    flat = [ids for row in batch for ids in row["ids"]]
    owner = torch.tensor([place for place, row in enumerate(batch) for _ in row["ids"]], device=device)
    rows = network.read(flat, device)
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


def train(network: Learner, sets: dict[str, list[Row]], options: argparse.Namespace, device: str) -> None:
    """Train, each pass on another variation of the messages; the rate falls to nothing."""
    learning, order, steps = Steps(network, options.rate), random.Random(options.seed), 0
    network.train()
    for number in range(options.passes):
        jobs = batches(sets[f"train{number % VARIATIONS}"] + sets["calm"], order)
        steps = steps or options.passes * len(jobs)
        total = 0.0
        for batch in jobs:
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = loss_of(logits(network, batch, device), batch)
            total += learning.take(loss, steps)
        print(f"pass {number + 1}: loss {total / len(jobs):.4f}", flush=True)
        write(options.out, blended(network.arrays(), options.start))
    network.eval()


def blended(arrays: dict[str, Any], start: Path | None) -> dict[str, Any]:
    """Give what was learnt; where it went on from other weights, with a share of these."""
    if start is None:
        return arrays
    held = np.load(start)
    return {name: (1 - KEPT) * array + KEPT * held[name] for name, array in arrays.items()}


def report(network: Learner, rows: Sequence[Row], device: str) -> None:
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
        started = Learner.going_on(options.base, options.start) if options.start else Learner(options.base, len(KINDS))
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
