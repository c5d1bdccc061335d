"""Train the cross-encoder from all-MiniLM-L6-v2: three stances and a relevance, two heads of one network.

usage: python -m evals.training.crossing START OUT --pairs FILE ... [--lists FILE ...] [--passes N] [--rate R]
START is a model directory of transformers, OUT is where the model goes. Pairs are lines of {"claim", "evidence",
"label"}, or with "shares" of the three stances instead of a label (what earlier networks say); lists are lines of
{"query", "documents", "gains"}. FILE*N takes a file N times over. With ``--keep`` the relevance of some pairs is held
near what START gives them, where no lists teach it. Runs on a graphics card where there is one.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from rag.judging.stance import LABELS

RELEVANCE = len(LABELS)  # the place of the relevance among the outputs
MAX_TOKENS = 256
SMOOTHING = 0.05
_LIST_TEXTS = 256  # documents in a batch of lists
_WARM_UP = 100  # steps over which the rate rises
_KEPT = 8_000  # pairs of which the relevance is held
_EACH = 300  # steps after which the model is written, so that a run that is cut off is not lost


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lesson:
    """One pair, or one query with its documents: token ids and token types per text, and what is right."""

    texts: tuple[tuple[list[int], list[int]], ...]
    target: tuple[float, ...]  # shares of the stances for a pair, shares of the documents for a list
    relevance: float = math.nan  # of a pair, where it is to be held

    @property
    def length(self) -> int:
        """Give the tokens of the longest text."""
        return max(len(ids) for ids, _ in self.texts)


def rows(sources: Sequence[str]) -> list[dict[str, Any]]:
    """Read JSON-lines files, each as often as its name's ``*N`` says."""
    found: list[dict[str, Any]] = []
    for source in sources:
        path, _, times = source.partition("*")
        with Path(path).open(encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines] * int(times or 1)
    return found


def shares(row: dict[str, Any]) -> tuple[float, ...]:
    """Give the share of each stance that a pair teaches."""
    if "shares" in row:
        return tuple(map(float, row["shares"]))
    rest = SMOOTHING / len(LABELS)
    return tuple(rest + (1 - SMOOTHING) * (row["label"] == name) for name in LABELS)


def encoded(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
    """Give token ids and types of (first, second) texts, the longer one cut where both are too long."""
    if not pairs:
        return []
    found = tokenizer([a for a, _ in pairs], [b for _, b in pairs], truncation="longest_first", max_length=MAX_TOKENS)
    return list(zip(found["input_ids"], found["token_type_ids"], strict=True))


def stance_lessons(tokenizer: Any, pairs: Sequence[dict[str, Any]]) -> list[Lesson]:
    """Turn pairs into lessons."""
    texts = encoded(tokenizer, [(row["claim"], row["evidence"]) for row in pairs])
    return [Lesson(texts=(text,), target=shares(row)) for text, row in zip(texts, pairs, strict=True)]


def relevance_lessons(tokenizer: Any, lists: Sequence[dict[str, Any]]) -> list[Lesson]:
    """Turn lists into lessons."""
    texts = iter(encoded(tokenizer, [(row["query"], text) for row in lists for text in row["documents"]]))
    return [
        Lesson(texts=tuple(next(texts) for _ in gains), target=tuple(gain / sum(gains) for gain in gains))
        for gains in (row["gains"] for row in lists)
    ]


def batches(lessons: Sequence[Lesson], size: int, order: random.Random) -> Iterator[list[Lesson]]:
    """Give batches of about ``size`` texts of like length in random order."""
    shuffled = order.sample(lessons, len(lessons))
    width = len(lessons[0].texts)
    size = size if width == 1 else max(1, _LIST_TEXTS // width)
    window = size * 50
    for start in range(0, len(shuffled), window):
        near = sorted(shuffled[start : start + window], key=lambda lesson: lesson.length)
        yield from (near[i : i + size] for i in range(0, len(near), size))


def padded(texts: Sequence[tuple[list[int], list[int]]], device: str) -> dict[str, Any]:
    """Give the tensors of a batch."""
    width = max(len(ids) for ids, _ in texts)
    table = np.zeros((3, len(texts), width), dtype=np.int64)
    for place, (ids, types) in enumerate(texts):
        table[0, place, : len(ids)], table[1, place, : len(ids)], table[2, place, : len(ids)] = ids, 1, types
    whole = torch.from_numpy(table).to(device, non_blocking=True)
    return {"input_ids": whole[0], "attention_mask": whole[1], "token_type_ids": whole[2]}


def kept(model: Any, lessons: Sequence[Lesson], device: str, seed: int) -> list[Lesson]:
    """Give lessons of pairs, some of them with the relevance that the model gives them before it learns."""
    chosen = random.Random(seed).sample(range(len(lessons)), min(_KEPT, len(lessons)))
    scores = _scored(model, [lessons[i].texts[0] for i in chosen], device, 64)[:, RELEVANCE]
    held = dict(zip(chosen, scores.tolist(), strict=True))
    return [replace(lesson, relevance=held.get(i, math.nan)) for i, lesson in enumerate(lessons)]


def loss_of(model: Any, batch: Sequence[Lesson], device: str, keep: float = 0.0) -> Any:
    """Give the mean cross-entropy over the stances of pairs, or over the documents of lists (ListNet's top-one).

    What the relevance moved away from where it is held counts ``keep`` times its mean square.
    """
    width = len(batch[0].texts)
    scores = model(**padded([text for lesson in batch for text in lesson.texts], device)).logits.float()
    target = torch.tensor([lesson.target for lesson in batch], device=device)
    found = scores[:, :RELEVANCE] if width == 1 else scores[:, RELEVANCE].view(-1, width)
    loss = torch.nn.functional.cross_entropy(found, target)
    places = [i for i, lesson in enumerate(batch) if not math.isnan(lesson.relevance)]
    if not (keep and places):
        return loss
    held = torch.tensor([batch[i].relevance for i in places], device=device)
    return loss + keep * ((scores[places, RELEVANCE] - held) ** 2).mean()


def train(model: Any, lessons: Sequence[Sequence[Lesson]], options: argparse.Namespace, device: str) -> None:
    """Train on several kinds of lesson, each pass in another order; the rate falls to nothing."""
    model.get_input_embeddings().weight.requires_grad_(False)  # rare words keep their place
    learning = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=options.rate, weight_decay=0.01, fused=True)
    order, done, began = random.Random(options.seed), 0, time.monotonic()
    steps = options.passes * sum(sum(1 for _ in batches(part, options.batch, order)) for part in lessons if part)
    model.train()
    for number in range(options.passes):
        jobs = [batch for part in lessons if part for batch in batches(part, options.batch, order)]
        order.shuffle(jobs)
        total = torch.zeros((), device=device)
        for batch in jobs:
            rise = min(1.0, (done + 1) / _WARM_UP)
            optimiser.param_groups[0]["lr"] = options.rate * rise * (1 - done / steps)
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = loss_of(model, batch, device, options.keep)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total += loss.detach()
            done += 1
            if done % _EACH == 0:
                model.save_pretrained(options.out)
        spent, mean = time.monotonic() - began, total.item() / max(1, len(jobs))
        print(f"pass {number + 1}: loss {mean:.4f}, {done} steps, {spent:.0f} s", flush=True)
    model.eval()


def predict(model: Any, tokenizer: Any, pairs: Sequence[tuple[str, str]], device: str, size: int = 256) -> Any:
    """Give (pairs, 4) raw scores."""
    return _scored(model, encoded(tokenizer, pairs), device, size)


def _scored(model: Any, texts: Sequence[tuple[list[int], list[int]]], device: str, size: int) -> Any:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i][0]))
    found = np.zeros((len(texts), RELEVANCE + 1), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), size):
            part = order[start : start + size]
            found[part] = model(**padded([texts[i] for i in part], device)).logits.float().cpu().numpy()
    return found


def opened(directory: str, device: str) -> tuple[Any, Any]:
    """Give the model, with new heads where the directory has none of this shape, and its tokenizer."""
    model = AutoModelForSequenceClassification.from_pretrained(
        directory, num_labels=RELEVANCE + 1, dtype=torch.float32, ignore_mismatched_sizes=True
    )
    return model.to(device), AutoTokenizer.from_pretrained(directory)


def main() -> None:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", nargs="*", default=[])
    parser.add_argument("--lists", nargs="*", default=[])
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", type=float, default=0.0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tokenizer = opened(options.start, device)
    usable = [row for row in rows(options.pairs) if "shares" in row or row["label"] in LABELS]
    by_width: dict[int, list[dict[str, Any]]] = {}
    for row in rows(options.lists):
        by_width.setdefault(len(row["gains"]), []).append(row)
    pairs = stance_lessons(tokenizer, usable)
    lessons = [kept(model.eval(), pairs, device, options.seed) if options.keep else pairs]
    lessons += [relevance_lessons(tokenizer, part) for part in by_width.values()]
    print(f"{len(lessons[0])} pairs, {sum(map(len, lessons[1:]))} lists", flush=True)
    train(model, lessons, options, device)
    model.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)


if __name__ == "__main__":
    main()
