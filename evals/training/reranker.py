"""Learn the reranker's four weights from a retrieval set in BEIR's layout, and say what they gain on unseen queries.

usage: python -m evals.training.reranker DIR OUT.json
Every judged query is searched as `python -m evals run retrieval --beir DIR` searches it; a weight vector is fitted so
that the softmax over the candidates' scores falls on the relevant ones (ListNet's top-one loss, Cao et al. 2007).
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.beir import Query, Search, open_search, read_folder
from evals.metrics import Figure, mean_figure, ndcg_at
from rag.search.reranker import DEPTH, FEATURES
from rag.settings import Settings
from rag.types import Vectors

PENALTY = 3.0  # on the squared weights; of 0.1, 0.3, 1, 3 and 8 the best in cross-validation, all within .01
_FOLDS = 8
_STEPS, _RATE = 400, 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One query: its candidates in fused order, their features, and the gain of each relevant document."""

    ids: tuple[str, ...]
    features: Vectors
    gains: dict[str, float]

    @property
    def target(self) -> Vectors:
        """Give the share of each candidate in the query's gains; zeros when none is relevant."""
        gains = np.array([self.gains.get(id_, 0.0) for id_ in self.ids], dtype=np.float32)
        return gains / max(float(gains.sum()), 1e-9)


def lesson(search: Search, query: Query) -> Lesson:
    """Search for a query and measure its candidates."""
    vector = search.embedder.embed([query.text])[0]
    _, _, fused = search.fused(query.text, vector)
    near = sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))[:DEPTH]
    table = search.reranker.features(query.text, vector, near)
    return Lesson(ids=tuple(id_ for id_, _ in near), features=table, gains=query.gains)


def fit(lessons: Sequence[Lesson]) -> Vectors:
    """Give the weights by gradient descent from zero; queries whose relevant documents were not found teach nothing."""
    usable = [(a.features, a.target) for a in lessons if a.target.any()]
    weights = np.zeros(len(FEATURES), dtype=np.float32)
    for _ in range(_STEPS):
        slope = 2 * PENALTY * weights
        for table, target in usable:
            scores = table @ weights
            share = np.exp(scores - scores.max())
            slope = slope + table.T @ (share / share.sum() - target)
        weights = weights - _RATE * slope / max(len(usable) ** 0.5, 1.0)
    return weights


def unseen(lessons: Sequence[Lesson]) -> list[float | None]:
    """Give nDCG@10 of every query under weights learned from the other folds."""
    found: list[float | None] = [None] * len(lessons)
    for fold in range(_FOLDS):
        weights = fit([a for i, a in enumerate(lessons) if i % _FOLDS != fold])
        for i in range(fold, len(lessons), _FOLDS):
            order = np.argsort(-(lessons[i].features @ weights), kind="stable")
            found[i] = ndcg_at([lessons[i].ids[j] for j in order], lessons[i].gains, 10)
    return found


def main() -> None:
    """Learn, cross-validate and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    entries, queries = read_folder(options.folder)
    search = open_search(options.folder, entries, Settings.load(), lambda *_: None)
    lessons = [lesson(search, query) for query in queries]
    weights = {name: round(float(w), 3) for name, w in zip(FEATURES, fit(lessons), strict=True)}
    fused = mean_figure([ndcg_at(a.ids, a.gains, 10) for a in lessons], seed=0)
    record = {
        "weights": weights,
        "documents": len(entries),
        "queries": len(queries),
        "fused_ndcg@10": _rounded(fused),
        "unseen_ndcg@10": _rounded(mean_figure(unseen(lessons), seed=0)),
    }
    options.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


def _rounded(figure: Figure) -> list[float | None]:
    return [None if v is None else round(v, 4) for v in (figure.value, figure.low, figure.high)]


if __name__ == "__main__":
    main()
