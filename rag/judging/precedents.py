"""Claims that were judged by reason before, near a claim: how much the verdicts on its like tell of its own.

Matching a claim with claims checked before is the first thing that fact-checkers do (Shaar et al. 2020, "That is a
known lie"). A precedent decides nothing: ``rag.judging.deciding`` learned how much it weighs beside the evidence.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rag import paths
from rag.files import stored_arrays
from rag.kinds import Verdict
from rag.models.neighbours import HELD, Neighbours
from rag.types import Vectors

WEIGHTS = paths.WEIGHTS / "precedents.npz"
# Chosen among 8, 12 and 20 by macro-F1 on the development claims, none of which is a precedent: .75, .74 and .77.
NEAREST = 20
_HELD = (*HELD, "ids", "verdicts", "sources")


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
    count: int = NEAREST

    def near(self, vector: Vectors, sources: Collection[str], least: float = -1.0) -> tuple[Precedent, ...]:
        """Give the nearest, nearest first; none where the very nearest is less like the claim than ``least``.

        They were judged by the corpus as it was: where one of ``sources``, which speak of the claim, came later, there
        is none. There is none either where another embedding model serves.
        """
        found = self._neighbours.near(vector, self.count) if self._sources.issuperset(sources) else None
        if found is None or found[1][0] < least:
            return ()
        verdicts, ids = self._stored["verdicts"], self._stored["ids"]
        return tuple(
            Precedent(id=str(ids[place]), verdict=Verdict(str(verdicts[place])), similarity=float(cosine))
            for place, cosine in zip(*found, strict=True)
        )

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours.of(self._stored)

    @cached_property
    def _sources(self) -> frozenset[str]:
        return frozenset(map(str, self._stored["sources"]))

    @cached_property
    def _stored(self) -> dict[str, Any]:
        return stored_arrays(self.weights, _HELD)
