"""Turn the 8-bit network that ships back into a model that can learn on.

usage: python -m evals.training.unpacked OUT   (OUT is what evals.training.crossing takes as START)
Rounding to 8 bits moved each weight a little: of 200 dev pairs of the field the two name the same stance for 196.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from evals.training.crossing import RELEVANCE
from rag.models.embedders import packaged_weights
from rag.models.network import WEIGHTS

_PACKED = "_quantized"
_PREFIX = "model."
_FAR = 6  # nodes between a product of matrices and the bias that tells whose it is


def unpacked(graph: Any) -> dict[str, Any]:
    """Give the weights of a packed graph by their names in the model; the word vectors are the packaged ones."""
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found = {name: values for name, values in held.items() if values.dtype == np.float32 and name.startswith(_PREFIX)}
    for name in held:
        if name.startswith(_PREFIX) and name.endswith(f".weight{_PACKED}"):
            base = name.removesuffix(_PACKED)
            values = _widened(held, base)
            found[base] = values if "embeddings" in base else values.T
    for node in graph.node:
        if node.op_type == "MatMulInteger" and not node.input[1].startswith(_PREFIX):
            bias = next(_biases_behind(graph, node.output[0]))
            found[bias.replace(".bias", ".weight")] = _widened(held, node.input[1].removesuffix(_PACKED)).T
    named = {name.removeprefix(_PREFIX): torch.tensor(np.ascontiguousarray(v)).float() for name, v in found.items()}
    return {name: values for name, values in named.items() if "word_embeddings" not in name and "scale" not in name}


def _widened(held: dict[str, Any], base: str) -> Any:
    """Give packed values as they were, but for the rounding."""
    middle, scale = held[f"{base}_zero_point"].astype(np.float32), held[f"{base}_scale"].astype(np.float32)
    return (held[f"{base}{_PACKED}"].astype(np.float32) - middle) * scale


def _biases_behind(graph: Any, output: str) -> Iterator[str]:
    """Give the biases that are added to an output, the nearest first."""
    frontier = {output}
    for _ in range(_FAR):
        users = [node for node in graph.node if frontier & set(node.input)]
        yield from (i for node in users if node.op_type == "Add" for i in node.input if i.endswith(".bias"))
        frontier = {name for node in users for name in node.output}


def main() -> int:
    """Write the model and its tokenizer."""
    out, start = Path(sys.argv[1]), str(packaged_weights())
    model = AutoModelForSequenceClassification.from_pretrained(start, num_labels=RELEVANCE + 1, dtype=torch.float32)
    weights = unpacked(onnx.load(str(WEIGHTS / "model.onnx")).graph)
    missing, unknown = model.load_state_dict(weights, strict=False)
    if unknown or [name for name in missing if "word_embeddings" not in name and "position_ids" not in name]:
        raise SystemExit(f"The packed network has other weights than the model: {missing}, {unknown}.")
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(start).save_pretrained(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
