"""Write the claims that the product holds as precedents: the training claims with their verdicts, as vectors.

usage: python -m evals.training.precedents   (writes rag/weights/precedents.npz; about two minutes)
No development claim and none held back is among them. Run it again when claims were added to ``claims_train.jsonl`` or
the corpus changed in a way that changes verdicts; then ``evals.training.deciding``.
"""

import sys
from pathlib import Path

import numpy as np

from evals.cases import DATA
from evals.training.pairs import json_lines
from rag.assistant import Assistant
from rag.claims import extract
from rag.deciding import CLASSES
from rag.kinds import Origin
from rag.precedents import WEIGHTS
from rag.settings import Settings
from rag.types import Claim

_STEPS = 127  # of a signed byte


def main() -> int:
    """Embed every training claim as the judge reads it, and write."""
    assistant = Assistant.open(Settings.load())
    records = [r for r in json_lines(DATA / "claims_train.jsonl") if r["verdict"] in set(CLASSES)]
    vectors = np.stack([_embedded(assistant, record["text"]) for record in records])
    scale = float(np.abs(vectors).max()) / _STEPS
    write(
        WEIGHTS,
        ids=np.array([record["id"] for record in records]),
        verdicts=np.array([record["verdict"] for record in records]),
        vectors=np.round(vectors / scale).astype(np.int8),
        scale=np.float32(scale),
        sources=np.array(sorted(assistant.corpus.sources)),
    )
    print(f"{len(records)} precedents, {WEIGHTS.stat().st_size / 1e6:.1f} MB")
    return 0


def write(path: Path, **arrays: np.ndarray | np.generic) -> None:
    """Write arrays as one compressed file."""
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _embedded(assistant: Assistant, text: str) -> np.ndarray:
    """Give the vector of a text's one claim as the judge reads it; of the whole text where it holds more or none."""
    claims = extract(text, assistant.corpus.vocabulary)
    claim = claims[0] if len(claims) == 1 else Claim(text=text, origin=Origin.TEXT, span=None, topic=())
    return assistant.retriever.embed(assistant.judge.as_read(claim).text)


if __name__ == "__main__":
    sys.exit(main())
