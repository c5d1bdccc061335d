"""Where a follow-up would lie among questions if it stood alone, learned from follow-ups that people rewrote.

Conversational dense retrieval teaches the vector of a follow-up to be that of its rewriting (Yu et al. 2021, "Few-shot
conversational dense retrieval"). Here the embedding model stays as it is: what it makes of the question, of what was
asked and answered before, and of both read together, is mixed by one learned matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.files import stored_arrays
from rag.neighbours import unit
from rag.types import Vectors

WEIGHTS = Path(__file__).parent / "weights" / "resolution.npz"
PARTS = ("whole", "own", "earlier", "after", "lead", "first")


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Places follow-ups; written by ``evals.training.exemplars``."""

    weights: Path = WEIGHTS
    stored: dict[str, Any] | None = None  # the matrix itself, while it is being made

    def placed(self, parts: Mapping[str, Vectors]) -> Vectors:
        """Give the unit vector of a follow-up as if it stood alone, from the vectors of its ``PARTS``.

        Where another embedding model serves, the follow-up stays where its whole text lies.
        """
        whole = parts["whole"]
        if self.mixing.shape != (len(PARTS) * len(whole), len(whole)):
            return whole
        return unit(joined(parts) @ self.mixing)

    @cached_property
    def mixing(self) -> Vectors:
        """Give the learned matrix: (parts x values, values)."""
        held = self.stored if self.stored is not None else stored_arrays(self.weights, ("mixing",))
        return np.asarray(held["mixing"], dtype=np.float32)


def joined(parts: Mapping[str, Vectors]) -> Vectors:
    """Give the vectors of all ``PARTS`` as one, in their order."""
    absent = np.zeros_like(parts["whole"])
    return np.concatenate([parts.get(name, absent) for name in PARTS])
