"""A small learned reranker: orders what was found by its whole text, its best line and the words that it covers.

Four figures a candidate, each standardised among the candidates of one query, and one weight for each. The weights are
learned by ``evals/training/reranker.py``; ``rag/weights/reranker.md`` says from what, and what was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rag import paths
from rag.files import stored_json
from rag.ids import passage_of_line
from rag.search.index import Index
from rag.types import Vectors

FEATURES = ("fused", "passage", "line", "coverage")
DEPTH = 100  # candidates that are ordered anew; the others keep their places behind them
WEIGHTS = paths.WEIGHTS / "reranker.json"
_FLAT = 1e-6  # a figure that hardly differs among the candidates says nothing


@dataclass(frozen=True, kw_only=True)
class Reranker:
    """Orders candidates; ``lines``, with ids ``<passage id>/<number>``, may stand in the index of the passages."""

    weights: Mapping[str, float]
    passages: Index
    lines: Index
    line_shelf: str

    @classmethod
    def load(cls, passages: Index, lines: Index, line_shelf: str, path: Path = WEIGHTS) -> "Reranker":
        """Read the weights; raise ModelUnavailable when they are missing or broken."""
        weights = stored_json(path, lambda held: {name: float(held["weights"][name]) for name in FEATURES})
        return cls(weights=weights, passages=passages, lines=lines, line_shelf=line_shelf)

    def order(self, query: str, vector: Vectors, fused: Mapping[str, float]) -> list[str]:
        """Give all candidates best first; ``fused`` maps their ids to the score that they were found with."""
        candidates = sorted(fused, key=lambda id_: (-fused[id_], id_))
        near = [id_ for id_ in candidates if self.passages.vector(id_) is not None][:DEPTH]
        if not near:
            return candidates
        table = self.features(query, vector, [(id_, fused[id_]) for id_ in near])
        scores = table @ np.array([self.weights[name] for name in FEATURES], dtype=np.float32)
        best = [near[i] for i in np.argsort(-scores, kind="stable")]
        ordered = set(best)
        return best + [id_ for id_ in candidates if id_ not in ordered]

    def features(self, query: str, vector: Vectors, candidates: Sequence[tuple[str, float]]) -> Vectors:
        """Give one row per candidate (id, fused score) in the order of ``FEATURES``, each column standardised."""
        rows = self.passages.rows([id_ for id_, _ in candidates])
        whole = self.passages.cosines(vector)[rows]
        per_line = self.lines.cosines(vector)
        spans = [self._spans.get(id_) for id_, _ in candidates]
        best = [float(per_line[s].max()) if s else float(whole[i]) for i, s in enumerate(spans)]
        table = np.column_stack([[score for _, score in candidates], whole, best, self.passages.coverage(query)[rows]])
        spread = table.std(axis=0)
        return np.asarray((table - table.mean(axis=0)) / np.where(spread < _FLAT, np.inf, spread), dtype=np.float32)

    @cached_property
    def _spans(self) -> dict[str, slice]:
        """Give where the lines of each passage stand; an index sorts its ids, so they lie together."""
        spans: dict[str, slice] = {}
        for row, id_ in self.lines.on_shelf(self.line_shelf):
            owner = passage_of_line(id_)
            spans[owner] = slice(spans[owner].start if owner in spans else row, row + 1)
        return spans
