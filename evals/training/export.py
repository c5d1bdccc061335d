"""Turn a trained stance model into what ships: int8 ONNX, tokenizer, calibrated temperature, figures.

usage: python -m evals.training.export MODEL OUT --data DIR --dev FILE
Prints macro-F1 before and after quantisation; the caller decides whether the loss is small enough to ship.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers.cross_encoder import CrossEncoder

from evals.training.network import NetworkStance
from evals.training.pairs import LABELS, Pair, field_pairs, scifact_pairs
from rag.models import MiniLM
from rag.settings import Settings

_TEMPERATURES = np.arange(0.6, 4.01, 0.05)


class Logits(torch.nn.Module):
    """The classifier without its wrapper: three tensors in, logits out."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Give one row of three logits per pair."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


def export(model_dir: Path, out: Path) -> CrossEncoder:
    """Write ``model.onnx`` (int8) and ``tokenizer.json``; give the full model for comparison."""
    out.mkdir(parents=True, exist_ok=True)
    encoder = CrossEncoder(str(model_dir), device="cpu")
    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in range(3))
    shape = {0: torch.export.Dim("batch", min=1, max=512), 1: torch.export.Dim("length", min=2, max=512)}
    full = out / "full.onnx"
    torch.onnx.export(
        Logits(encoder.model.eval()),
        example,
        str(full),
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["logits"],
        dynamo=True,
        dynamic_shapes=(shape, dict(shape), dict(shape)),
        external_data=False,
    )
    graph = onnx.load(str(full))
    del graph.graph.value_info[:]  # the exporter's shapes of transposed weights contradict the quantiser's own
    onnx.save(graph, str(full))
    quantize_dynamic(str(full), str(out / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    encoder.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    return encoder


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
    """Export, calibrate on the field's dev pairs and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    options = parser.parse_args()
    encoder = export(options.model, options.out)
    embedder = MiniLM.open(Settings.load().data_dir)
    (options.out / "config.json").write_text(json.dumps({"temperature": 1.0}), encoding="utf-8")
    served = NetworkStance(directory=options.out, embedder=embedder)
    sets = {
        "field_dev": field_pairs(options.dev),
        "scifact_dev": scifact_pairs(options.data / "scifact", "dev", embedder.embed),
    }
    figures: dict[str, float] = {}
    for name, pairs in sets.items():
        figures |= _compare(name, pairs, encoder, served)
    gold = _gold(sets["field_dev"])
    logits = served.logits([(p.claim, p.evidence) for p in sets["field_dev"]])
    best = temperature(logits, gold)
    checksum = hashlib.sha256((options.out / "model.onnx").read_bytes()).hexdigest()
    config = {"temperature": round(best, 2), "labels": [s.value for s in LABELS], "sha256": checksum}
    (options.out / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    calibrated = NetworkStance(directory=options.out, embedder=embedder)
    probabilities = calibrated.probabilities([(p.claim, p.evidence) for p in sets["field_dev"]])
    figures["calibration_error"] = calibration_error(probabilities, gold)
    print(json.dumps(figures | config, indent=1))


def _gold(pairs: Sequence[Pair]) -> Any:
    return np.array([LABELS.index(p.label) for p in pairs])


def _compare(name: str, pairs: Sequence[Pair], encoder: CrossEncoder, served: NetworkStance) -> dict[str, float]:
    texts = [(p.claim, p.evidence) for p in pairs]
    gold = _gold(pairs)
    full = np.asarray(encoder.predict(texts, batch_size=64, show_progress_bar=False)).argmax(axis=1)
    small = served.logits(texts).argmax(axis=1)
    hidden = served.logits([(claim, "") for claim, _ in texts]).argmax(axis=1)
    return {
        f"{name}_full": macro_f1(full, gold),
        f"{name}_int8": macro_f1(small, gold),
        f"{name}_claim_only": macro_f1(hidden, gold),
    }


if __name__ == "__main__":
    main()
