"""Turn a trained cross-encoder into what ships: ONNX in 8 bits, calibrated temperature, figures.

usage: python -m evals.training.export MODEL OUT --data DIR --dev FILE
Its outputs are the scores of the three stances and the relevance.
Prints macro-F1 before and after quantisation, alone and beside the trees; the caller decides whether it ships.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from evals.training.crossing import RELEVANCE, opened, predict
from evals.training.pairs import Pair, field_pairs, scifact_pairs
from rag.judging.stance import LABELS, ComparedStance, softmax
from rag.library.corpus import load_corpus
from rag.models.conversion import write_paired
from rag.models.embedders import MiniLM
from rag.models.network import StanceNetwork
from rag.settings import Settings

_WEIGHTS = (0.3, 0.5, 0.75, 1.0, 1.5, 2.0)  # of the network's scores beside the trees'
_TEMPERATURES = np.arange(0.6, 4.01, 0.05)


def export(model_dir: Path, out: Path) -> tuple[Any, Any]:
    """Write ``model.onnx`` (8 bits); give the full model and its tokenizer for comparison."""
    out.mkdir(parents=True, exist_ok=True)
    trained = load_file(model_dir / "model.safetensors")
    write_paired({name.removeprefix("bert."): held for name, held in trained.items()}, out / "model.onnx")
    model, tokenizer = opened(str(model_dir), "cpu")
    return model.eval(), tokenizer


def temperature(logits: Any, labels: Any) -> float:
    """Give the temperature with the lowest log loss (Guo et al. 2017, On calibration of modern neural networks)."""

    def loss(t: float) -> float:
        scaled = logits / t
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-log[np.arange(len(labels)), labels].mean())

    return float(min(_TEMPERATURES, key=loss))


def macro_f1(predicted: Any, gold: Any) -> float:
    """Give the mean F1 of the three stances."""
    scores = []
    for label in range(len(LABELS)):
        hit = int(((predicted == label) & (gold == label)).sum())
        total = int((predicted == label).sum() + (gold == label).sum())
        scores.append(2 * hit / total if total else 0.0)
    return sum(scores) / len(scores)


def calibration_error(probabilities: Any, gold: Any, bins: int = 10) -> float:
    """Give the expected calibration error over equal-width bins."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    error = 0.0
    for low in np.linspace(0, 1, bins, endpoint=False):
        inside = (sure > low) & (sure <= low + 1 / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    return float(error)


def main() -> None:
    """Export, find the network's vote beside the trees on the field's dev pairs, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    options = parser.parse_args()
    full = export(options.model, options.out)
    settings = Settings.load()
    embedder, vocabulary = MiniLM.open(settings.data_dir), load_corpus(settings.corpus_dir).vocabulary
    network = StanceNetwork(directory=options.out, embedder=embedder)
    trees = ComparedStance(embedder=embedder, vocabulary=vocabulary)
    sets = {
        "field_dev": field_pairs(options.dev),
        "scifact_dev": scifact_pairs(options.data / "scifact", "dev", embedder.embed),
    }
    scored = {name: Scored.of(pairs, full, network, trees) for name, pairs in sets.items()}
    field = scored["field_dev"]
    weight = max(_WEIGHTS, key=lambda w: round(macro_f1(field.joint(w).argmax(axis=1), field.gold), 3))
    vote = {"weight": weight, "temperature": round(temperature(field.joint(weight), field.gold), 2)}
    config = {
        "labels": [label.value for label in LABELS],
        "sha256": hashlib.sha256((options.out / "model.onnx").read_bytes()).hexdigest(),
        "vote": vote,
    }
    (options.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    figures = {name: one.figures(weight, vote["temperature"]) for name, one in scored.items()}
    print(json.dumps(figures | config, indent=1))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scored:
    """The raw scores of one set by each reader, (pairs, stances), and the right stances by number."""

    gold: Any
    full: Any
    small: Any
    hidden: Any  # by the network, the evidence left out
    trees: Any

    @classmethod
    def of(
        cls, pairs: Sequence[Pair], full: tuple[Any, Any], network: StanceNetwork, trees: ComparedStance
    ) -> "Scored":
        """Score every pair by the full network, the small one, the small one without evidence, and the trees."""
        texts = [(p.claim, p.evidence) for p in pairs]
        return cls(
            gold=np.array([LABELS.index(p.label) for p in pairs]),
            full=predict(*full, texts, "cpu", 32)[:, :RELEVANCE],
            small=network.logits(texts),
            hidden=network.logits([(claim, "") for claim, _ in texts]),
            trees=trees.logits(trees.measures(texts)),
        )

    def joint(self, weight: float) -> Any:
        """Give both readers' scores added up."""
        return self.trees + weight * self.small

    def figures(self, weight: float, sharpness: float) -> dict[str, float]:
        """Give macro-F1 of each reader alone and of both, and the calibration error of both."""
        readers = {
            "network_full": self.full,
            "network_int8": self.small,
            "network_claim_only": self.hidden,
            "trees": self.trees,
            "joint": self.joint(weight),
        }
        found = {name: round(macro_f1(raw.argmax(axis=1), self.gold), 3) for name, raw in readers.items()}
        error = calibration_error(softmax(self.joint(weight) / sharpness), self.gold)
        return found | {"joint_calibration_error": round(error, 3)}


if __name__ == "__main__":
    main()
