"""Where what decides a claim or answers a question lies: one learned step from the vector of what is sought.

A claim lies near claims, a question near questions; what decides the one and answers the other is put otherwise. The
index stays as it is and only the query moves (query-side fine-tuning, Lee et al. 2021, "Learning dense representations
of phrases at scale"): by one matrix for claims and one for questions, learned by ``evals/training/seeking.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag import paths
from rag.evidence import Passage
from rag.files import stored_arrays
from rag.library.corpus import Corpus
from rag.models.neighbours import unit
from rag.search.index import Index
from rag.search.retrieval import passage_lines
from rag.types import Column, Vectors

WEIGHTS = paths.WEIGHTS / "seeking.npz"
_HELD = ("claim", "question")


@dataclass(frozen=True, kw_only=True)
class Seeking:
    """Moves vectors; the matrices are (values, values)."""

    weights: Path = WEIGHTS
    stored: dict[str, Any] | None = None  # the matrices themselves, while they are being made

    def of_claim(self, vector: Vectors) -> Vectors:
        """Give the unit vector near which what decides a claim lies."""
        return moved(vector, self.claim_step)

    def of_question(self, vector: Vectors) -> Vectors:
        """Give the unit vector near which what answers a question lies."""
        return moved(vector, self._steps["question"])

    @property
    def claim_step(self) -> Vectors:
        """Give the learned matrix of claims: (values, values)."""
        return self._steps["claim"]

    @cached_property
    def _steps(self) -> dict[str, Vectors]:
        held = self.stored if self.stored is not None else stored_arrays(self.weights, _HELD)
        return {name: np.asarray(held[name], dtype=np.float32) for name in _HELD}


def moved(vector: Vectors, step: Vectors) -> Vectors:
    """Give a unit vector after a step; where another embedding model serves it stays."""
    return unit(vector + vector @ step) if vector.shape[-1] == len(step) else vector


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """How near each passage that may decide lies to what is sought: its nearest line counts, or the whole."""

    corpus: Corpus
    index: Index

    def cosines(self, sought: Vectors) -> dict[str, float]:
        """Give the cosine of every passage, by id."""
        if not self._ids:
            return {}
        highest = np.maximum.reduceat(self.index.cosines(sought)[self._rows], self._starts)
        return dict(zip(self._ids, highest.tolist(), strict=True))

    @cached_property
    def _ids(self) -> Sequence[str]:
        return [passage.id for passage in self._passages]

    @cached_property
    def _passages(self) -> Sequence[Passage]:
        passages = (p for _, p in sorted(self.corpus.passages.items()) if self.corpus.may_decide(p))
        return [p for p in passages if self.index.vector(p.id) is not None]

    @cached_property
    def _held(self) -> Sequence[Sequence[str]]:
        lines = ([line.id for line in passage_lines(passage)] for passage in self._passages)
        kept = ([id_ for id_ in ids if self.index.vector(id_) is not None] for ids in lines)
        return [[passage.id, *ids] for passage, ids in zip(self._passages, kept, strict=True)]

    @cached_property
    def _rows(self) -> Column:
        return self.index.rows([id_ for ids in self._held for id_ in ids])

    @cached_property
    def _starts(self) -> Column:
        return np.cumsum([0, *map(len, self._held)])[:-1]
