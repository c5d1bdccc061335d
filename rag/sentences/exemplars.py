"""Questions to which people chose the answers, near a question: which sentences answered its like.

A sentence that answered questions like this one probably answers it too (nearest-neighbour relevance). No exemplar
decides: ``rag.sentences.relevance`` learned how much each sign weighs beside what the sentence itself says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag import paths
from rag.files import stored_arrays
from rag.models.neighbours import HELD, Neighbours
from rag.recent import Recent
from rag.types import Column, Vectors

WEIGHTS = paths.WEIGHTS / "exemplars.npz"
EXEMPLARS = ("answered", "answered_wholly", "answered_nearest", "answered_behind", "passed_over", "exemplar")
NEAREST = 30
FADES = 0.05  # a cosine so much lower counts a third as much
_HELD = (*HELD, "names", "asked", "named", "gains")
_KEPT = 16


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Alike:
    """What the questions most like one were answered with, and how like it the nearest is: a cosine."""

    likeness: float = 0.0
    # For each sentence that they name: how it bears, answers wholly, how near the nearest is, and was passed over.
    told: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def answering(self, count: int) -> list[str]:
        """Name the sentences that answered them, the likeliest first."""
        chosen = sorted(self.told.items(), key=lambda item: (-item[1][0], item[0]))
        return [name for name, (bears, *_) in chosen[:count] if bears > 0.0]

    def columns(self, names: Sequence[str]) -> list[Column]:
        """Give one column for each of ``EXEMPLARS``, a value for each named sentence."""
        bears, wholly, nearest, passed = np.array([self.told.get(name, (0.0,) * 4) for name in names]).T
        return [bears, wholly, nearest, nearest - self.likeness, passed, np.full(len(names), self.likeness)]


@dataclass(frozen=True, kw_only=True)
class Exemplars:
    """Finds them; written by ``evals.training.exemplars``."""

    weights: Path = WEIGHTS
    stored: dict[str, Any] | None = None  # the arrays themselves, while they are being made
    _recent: Recent[bytes, Alike] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    def alike(self, vector: Vectors) -> Alike:
        """Give what the questions most like one tell; nothing where another embedding model serves.

        The last few are kept, since one question is met by several steps.
        """
        return self._recent.of(vector.tobytes(), lambda: self._met(vector))

    def _met(self, vector: Vectors) -> Alike:
        near = self._neighbours.near(vector, NEAREST)
        return self._told(*near) if near else Alike()

    def _told(self, places: Column, cosines: Column) -> Alike:
        weights = np.exp((cosines - cosines[0]) / FADES)
        weights /= weights.sum()
        told: dict[str, list[float]] = {}
        for place, cosine, weight in zip(places.tolist(), cosines.tolist(), weights.tolist(), strict=True):
            for name, gain in self._choices[place]:
                own = told.setdefault(name, [0.0, 0.0, 0.0, 0.0])
                own[0] += weight * max(gain, 0.0)
                own[1] += weight * (gain == 1.0)
                own[2] = max(own[2], cosine * (gain == 1.0))
                own[3] += weight * (gain < 0.0)
        return Alike(likeness=float(cosines[0]), told={name: tuple(values) for name, values in told.items()})

    @cached_property
    def _choices(self) -> list[list[tuple[str, float]]]:
        """Give for each exemplar the sentences it names: 1 answers, less bears on it, below 0 only looks so."""
        choices: list[list[tuple[str, float]]] = [[] for _ in self._held["vectors"]]
        names = self._held["names"].tolist()
        listed = (self._held[name].tolist() for name in ("asked", "named", "gains"))
        for asked, named, gain in zip(*listed, strict=True):
            choices[asked].append((names[named], gain / 10))
        return choices

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours.of(self._held)

    @cached_property
    def _held(self) -> dict[str, Any]:
        return self.stored if self.stored is not None else stored_arrays(self.weights, _HELD)
