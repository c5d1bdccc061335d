"""Turn the 8-bit network that ships back into a model that can learn on.

usage: python -m evals.training.unpacked OUT   (OUT is what evals.training.crossing takes as START)
Rounding to 8 bits moved each weight a little: of 200 dev pairs of the field the two name the same stance for 196.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from evals.training.crossing import RELEVANCE
from rag.models.conversion import read_paired
from rag.models.embedders import packaged_weights
from rag.models.network import WEIGHTS

_HEAD = "classifier"


def as_trained() -> dict[str, Any]:
    """Give the weights by their names in the model; those of the words, which learned nothing, are left out."""
    return {
        name if name.startswith(_HEAD) else f"bert.{name}": torch.tensor(held)
        for name, held in read_paired(WEIGHTS / "model.onnx").items()
    }


def main() -> int:
    """Write the model and its tokenizer."""
    out, start = Path(sys.argv[1]), str(packaged_weights())
    model = AutoModelForSequenceClassification.from_pretrained(start, num_labels=RELEVANCE + 1, dtype=torch.float32)
    missing, unknown = model.load_state_dict(as_trained(), strict=False)
    if unknown or [name for name in missing if "word_embeddings" not in name and "position_ids" not in name]:
        raise SystemExit(f"The packed network has other weights than the model: {missing}, {unknown}.")
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(start).save_pretrained(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
