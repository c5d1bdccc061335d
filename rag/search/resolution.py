"""Where a follow-up, or a claim in running text, would lie if it stood alone, learned from what people rewrote.

Conversational dense retrieval teaches the vector of a follow-up to be that of its rewriting (Yu et al. 2021, "Few-shot
conversational dense retrieval"). Here the embedding model stays as it is: what it makes of the question or claim, of
what stands before it, and of both read together, is mixed by one learned matrix.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag import paths
from rag.files import stored_arrays
from rag.models.neighbours import unit
from rag.types import Vectors

WEIGHTS = paths.WEIGHTS / "resolution.npz"
PARTS = ("whole", "own", "earlier", "after", "lead", "first")
CLAIM_WEIGHTS = WEIGHTS.with_name("claim_resolution.npz")
CLAIM_PARTS = ("named", "after", "previous", "opening", "sentence", "lead")


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Places follow-ups; written by ``evals.training.exemplars``, the one of claims by ``evals.training.seeking``."""

    weights: Path = WEIGHTS
    names: tuple[str, ...] = PARTS  # of the parts, the one that is nearest to standing alone first
    stored: dict[str, Any] | None = None  # the matrix itself, while it is being made

    def placed(self, parts: Mapping[str, Vectors]) -> Vectors:
        """Give the unit vector of what leans on other text as if it stood alone, from the vectors of its parts.

        Where another embedding model serves, it stays where its first part lies.
        """
        whole = parts[self.names[0]]
        if self.mixing.shape != (len(self.names) * len(whole), len(whole)):
            return whole
        return unit(joined(parts, self.names) @ self.mixing)

    @cached_property
    def mixing(self) -> Vectors:
        """Give the learned matrix: (parts x values, values)."""
        held = self.stored if self.stored is not None else stored_arrays(self.weights, ("mixing",))
        return np.asarray(held["mixing"], dtype=np.float32)


def joined(parts: Mapping[str, Vectors], names: Sequence[str] = PARTS) -> Vectors:
    """Give the vectors of all named parts as one, in their order."""
    absent = np.zeros_like(parts[names[0]])
    return np.concatenate([parts.get(name, absent) for name in names])
