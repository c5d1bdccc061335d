"""Questions to which people chose the answers, near a question: which sentences answered its like.

A sentence that answered questions like this one probably answers it too (nearest-neighbour relevance). No exemplar
decides: ``rag.relevance`` learned how much each sign weighs beside what the sentence itself says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.files import stored_arrays
from rag.resolution import unit
from rag.types import Vectors

Column = NDArray[Any]
WEIGHTS = Path(__file__).parent / "weights" / "exemplars.npz"
EXEMPLARS = ("answered", "answered_wholly", "answered_nearest", "answered_behind", "passed_over", "exemplar")
NEAREST = 30
FADES = 0.05  # a cosine so much lower counts a third as much
_HELD = ("names", "projection", "vectors", "scale", "asked", "named", "gains")


@dataclass(frozen=True, kw_only=True)
class Exemplars:
    """Finds them; written by ``evals.training.exemplars``."""

    weights: Path = WEIGHTS
    stored: dict[str, Any] | None = None  # the arrays themselves, while they are being made

    def columns(self, vector: Vectors, names: Sequence[str]) -> list[Column]:
        """Give one column for each of ``EXEMPLARS``, a value for each named sentence.

        Zeros where another embedding model serves.
        """
        near = self._near(vector)
        if near is None:
            return [np.zeros(len(names)) for _ in EXEMPLARS]
        told, first = self._told(*near), float(near[1][0])
        columns = np.array([told.get(name, (0.0, 0.0, 0.0, 0.0)) for name in names])
        bears, wholly, nearest, passed = columns.T
        return [bears, wholly, nearest, nearest - first, passed, np.full(len(names), first)]

    def answering(self, vector: Vectors, count: int) -> list[str]:
        """Name the sentences that answered the questions most like one, the likeliest first."""
        near = self._near(vector)
        if near is None:
            return []
        chosen = sorted(self._told(*near).items(), key=lambda item: (-item[1][0], item[0]))
        return [name for name, (bears, *_) in chosen[:count] if bears > 0.0]

    def likeness(self, vector: Vectors) -> float:
        """Give how like one the nearest question is: a cosine; 0 where another embedding model serves."""
        near = self._near(vector)
        return float(near[1][0]) if near else 0.0

    def _near(self, vector: Vectors) -> tuple[Column, Column] | None:
        if len(vector) != len(self._projection):
            return None
        cosines = self._vectors @ unit(vector @ self._projection)
        places = np.argsort(-cosines, kind="stable")[:NEAREST]
        return places, cosines[places]

    def _told(self, places: Column, cosines: Column) -> dict[str, tuple[float, ...]]:
        """Give for each sentence named by exemplars: how it bears, answers wholly, how near, and was passed over."""
        weights = np.exp((cosines - cosines[0]) / FADES)
        weights /= weights.sum()
        told: dict[str, list[float]] = {}
        for place, cosine, weight in zip(places, cosines, weights, strict=True):
            for name, gain in self._choices[place]:
                own = told.setdefault(name, [0.0, 0.0, 0.0, 0.0])
                own[0] += weight * max(gain, 0.0)
                own[1] += weight * (gain == 1.0)
                own[2] = max(own[2], cosine * (gain == 1.0))
                own[3] += weight * (gain < 0.0)
        return {name: tuple(values) for name, values in told.items()}

    @cached_property
    def _choices(self) -> list[list[tuple[str, float]]]:
        """Give for each exemplar the sentences it names: 1 answers, less bears on it, below 0 only looks so."""
        held = self._held
        choices: list[list[tuple[str, float]]] = [[] for _ in held["vectors"]]
        names = held["names"].tolist()
        listed = (held[name].tolist() for name in ("asked", "named", "gains"))
        for asked, named, gain in zip(*listed, strict=True):
            choices[asked].append((names[named], gain / 10))
        return choices

    @cached_property
    def _projection(self) -> Vectors:
        """Give what was learned to bring questions with one answer near each other: (values, values)."""
        return np.asarray(self._held["projection"], dtype=np.float32)

    @cached_property
    def _vectors(self) -> Vectors:
        return np.asarray(self._held["vectors"], dtype=np.float32) * np.float32(self._held["scale"])

    @cached_property
    def _held(self) -> dict[str, Any]:
        return self.stored if self.stored is not None else stored_arrays(self.weights, _HELD)
