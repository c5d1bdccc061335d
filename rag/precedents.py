"""Claims that were judged by reason before, near a claim: how much the verdicts on its like tell of its own.

Matching a claim with claims checked before is the first thing that fact-checkers do (Shaar et al. 2020, "That is a
known lie"). A precedent decides nothing: ``rag.deciding`` learned how much it weighs beside the evidence.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.files import stored_arrays
from rag.kinds import Verdict
from rag.types import Vectors

WEIGHTS = Path(__file__).parent / "weights" / "precedents.npz"
# Chosen among 8, 12 and 20 by macro-F1 on the development claims, none of which is a precedent: .75, .74 and .77.
NEAREST = 20
_HELD = ("ids", "verdicts", "projection", "vectors", "scale", "sources")


@dataclass(frozen=True, kw_only=True, slots=True)
class Precedent:
    """A claim judged before, and how like the claim at hand it is: a cosine, -1 to 1."""

    id: str
    verdict: Verdict
    similarity: float


@dataclass(frozen=True, kw_only=True)
class Precedents:
    """Finds them; written by ``evals.training.precedents``."""

    weights: Path = WEIGHTS

    def near(self, vector: Vectors, sources: Collection[str], least: float = -1.0) -> tuple[Precedent, ...]:
        """Give the nearest, nearest first; none where the very nearest is less like the claim than ``least``.

        They were judged by the corpus as it was: where one of ``sources``, which speak of the claim, came later, there
        is none. There is none either where another embedding model serves.
        """
        if not self._sources.issuperset(sources) or len(vector) != len(self._projection):
            return ()
        placed = vector @ self._projection
        cosines = self._vectors @ (placed / np.linalg.norm(placed))
        nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
        if cosines[nearest[0]] < least:
            return ()
        verdicts, ids = self._stored["verdicts"], self._stored["ids"]
        return tuple(
            Precedent(id=str(ids[i]), verdict=Verdict(str(verdicts[i])), similarity=float(cosines[i])) for i in nearest
        )

    @cached_property
    def _projection(self) -> Vectors:
        """Give what was learned to bring claims of one verdict near each other: (values, values)."""
        return np.asarray(self._stored["projection"], dtype=np.float32)

    @cached_property
    def _vectors(self) -> Vectors:
        return np.asarray(self._stored["vectors"], dtype=np.float32) * np.float32(self._stored["scale"])

    @cached_property
    def _sources(self) -> frozenset[str]:
        return frozenset(map(str, self._stored["sources"]))

    @cached_property
    def _stored(self) -> dict[str, Any]:
        return stored_arrays(self.weights, _HELD)
