"""Train the small stance network over signs of agreement, on the field's own training pairs.

usage: python -m evals.training.comparing   (writes rag/weights/stance_signs.json; the dev pairs are only measured)
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from evals.cases import DATA
from evals.training.pairs import Pair, field_pairs
from evals.training.perceptron import Recipe, Rows, fit, write
from rag.comparing import FEATURES, compare
from rag.models import open_embedder
from rag.perceptron import Perceptron
from rag.settings import Settings
from rag.stance import nearness
from rag.types import Embedder
from rag.vocabulary import Vocabulary, load_vocabulary

TARGET = Path("rag/weights/stance_signs.json")
# 24 hidden units and decay 1 were chosen among 16, 24, 32 and 48 units and decay 0.3, 1 and 3 on the dev pairs.
RECIPE = Recipe(hidden=24, decay=1.0, members=4, passes=60)


def rows_of(pairs: Sequence[Pair], embedder: Embedder, vocabulary: Vocabulary) -> Rows:
    """Give the signs of every pair: (pairs, features)."""
    near = nearness([(p.claim, p.evidence) for p in pairs], embedder)
    return np.stack([compare(claim, evidence, found, vocabulary) for (claim, evidence), found in near])


def scores(network: Perceptron, rows: Rows, pairs: Sequence[Pair]) -> dict[str, float]:
    """Give macro-F1 and F1 per stance."""
    given = [network.classes[i] for i in network.shares(rows).argmax(axis=1)]
    truth = [p.label.value for p in pairs]
    each = f1_score(truth, given, average=None, labels=list(network.classes))
    named = {f"f1_{name}": round(float(v), 3) for name, v in zip(network.classes, each, strict=True)}
    return {"macro_f1": round(float(np.mean(each)), 3), **named}


def main(embedder: Embedder | None = None) -> int:
    """Train, measure on the dev pairs, write."""
    settings = Settings.load()
    embedder = embedder or open_embedder(settings.embedding_model, settings.data_dir)
    vocabulary = load_vocabulary(settings.corpus_dir / "vocabulary.yaml", [])
    train, dev = (field_pairs(DATA / "stance" / f"{name}.jsonl") for name in ("train", "dev"))
    labels = [pair.label.value for pair in train]
    network = fit(rows_of(train, embedder, vocabulary), labels, FEATURES, RECIPE)
    found = scores(network, rows_of(dev, embedder, vocabulary), dev)
    card: dict[str, object] = {
        "what": "stance of a claim and one text of evidence, from signs of agreement (rag/comparing.py)",
        "data": f"{len(train)} pairs written for this field (evals/data/stance/train.jsonl); dev: {len(dev)} pairs",
        "licence": "CC BY 4.0",
        "dev": found,
    }
    write(network, TARGET, card)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
