"""Train the stance cross-encoder from all-MiniLM-L6-v2, in stages, with checkpoints.

usage: python -m evals.training.stance STAGE START OUT --data DIR [--field DIR] [--epochs N] [--rate R]
STAGE is general, biomedical or field; START a model directory; OUT where the checkpoints and the model go.
A stopped run goes on from its last checkpoint when called again.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.cross_encoder import CrossEncoder, CrossEncoderTrainer, CrossEncoderTrainingArguments
from sentence_transformers.cross_encoder.losses import CrossEntropyLoss

from evals.training.pairs import (
    LABELS,
    Pair,
    citation_pairs,
    claim_pairs,
    corpus_pairs,
    field_pairs,
    general_pairs,
    pubmedqa_pairs,
    scifact_pairs,
    sources_of,
)
from rag.assistant import Assistant
from rag.corpus import load_corpus
from rag.models import MiniLM
from rag.settings import Settings

MAX_TOKENS = 160
_REVIEWED = 900  # of the pairs of reviewed sentences with what they cite, which say least that is new


class LengthBatches(DefaultBatchSampler):
    """Batches of like length in random order: padding costs most of the time on a processor."""

    def __init__(self, dataset: Dataset, batch_size: int, drop_last: bool, seed: int = 0, **kwargs: Any) -> None:
        super().__init__(dataset, batch_size=batch_size, drop_last=drop_last)
        self._lengths = [len(c) + len(e) for c, e in zip(dataset["claim"], dataset["evidence"], strict=True)]
        self._size, self._seed, self.epoch = batch_size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Tell which pass comes next; each has its own order."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[list[int]]:
        order = random.Random(f"{self._seed}/{self.epoch}")
        rows = list(range(len(self._lengths)))
        order.shuffle(rows)
        window = self._size * 50
        batches = []
        for start in range(0, len(rows), window):
            near = sorted(rows[start : start + window], key=lambda i: self._lengths[i])
            batches += [near[i : i + self._size] for i in range(0, len(near), self._size)]
        order.shuffle(batches)
        yield from batches

    def __len__(self) -> int:
        window = self._size * 50
        full, rest = divmod(len(self._lengths), window)
        return full * 50 + -(-rest // self._size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How to train: passes, highest rate, and whether the rate falls to nothing (a constant one may stop anywhere)."""

    epochs: float
    rate: float
    falling: bool


def train(pairs: Sequence[Pair], start: str, out: Path, recipe: Recipe) -> None:
    """Train on pairs from a starting model; go on from the last checkpoint when there is one."""
    model = CrossEncoder(start, num_labels=len(LABELS), max_length=MAX_TOKENS, device="cpu")
    # Half of all weights are word vectors: left as they are, rare words keep their place, and a step is cheaper.
    model.model.get_input_embeddings().weight.requires_grad_(False)
    dataset = Dataset.from_dict(
        {
            "claim": [p.claim for p in pairs],
            "evidence": [p.evidence for p in pairs],
            "label": [LABELS.index(p.label) for p in pairs],
        }
    )
    arguments = CrossEncoderTrainingArguments(
        output_dir=str(out / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=32,
        learning_rate=recipe.rate,
        warmup_steps=60,
        lr_scheduler_type="linear" if recipe.falling else "constant_with_warmup",
        weight_decay=0.01,
        optim="adamw_torch_fused",
        batch_sampler=LengthBatches,
        logging_steps=20,
        save_steps=100,
        save_total_limit=2,
        report_to="none",
        seed=0,
        use_cpu=True,
        dataloader_num_workers=0,
    )
    trainer = CrossEncoderTrainer(
        model=model, args=arguments, train_dataset=dataset, loss=CrossEntropyLoss(model, label_smoothing=0.05)
    )
    checkpoints = list((out / "checkpoints").glob("checkpoint-*"))
    trainer.train(resume_from_checkpoint=bool(checkpoints) or None)
    model.save_pretrained(str(out / "model"))


def main() -> None:
    """Run one stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=("general", "biomedical", "field"))
    parser.add_argument("start")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--field", type=Path)
    parser.add_argument("--sets", default="scifact,citations,pubmedqa", help="biomedical sets, comma-separated")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    embed = MiniLM.open(Settings.load().data_dir).embed
    pairs: list[Pair] = []
    if options.stage == "general":
        pairs = general_pairs(options.data / "nli")
    if options.stage == "biomedical":
        loaders = {
            "scifact": lambda: scifact_pairs(options.data / "scifact", "train", embed),
            "citations": lambda: citation_pairs(options.data / "citation_integrity", "train", embed),
            "pubmedqa": lambda: pubmedqa_pairs(options.data / "pubmedqa" / "pqal_train.json"),
        }
        for name in options.sets.split(","):
            pairs += loaders[name]()
    if options.field:
        pairs += field_pairs(options.field / "train.jsonl") + field_pairs(options.field / "turned.jsonl")
        pairs += claim_pairs(Assistant.open(Settings.load()), options.field.parent / "claims_train.jsonl")
        held_out = sources_of(options.field / "dev.jsonl")
        reviewed = corpus_pairs(load_corpus(Settings.load().corpus_dir), held_out, embed)
        pairs += random.Random(0).sample(reviewed, min(_REVIEWED, len(reviewed)))
    print(f"{options.stage}: {len(pairs)} pairs", flush=True)
    recipe = Recipe(epochs=options.epochs, rate=options.rate, falling=options.stage != "general")
    train(pairs, options.start, options.out, recipe)


if __name__ == "__main__":
    main()
