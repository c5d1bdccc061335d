"""Vectors of texts that people judged, placed by what was learned to bring alike ones near each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.types import Column, Vectors

HELD = ("projection", "vectors", "scale")
_BYTE = 127  # steps of a signed byte


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Neighbours:
    """Unit vectors of texts, and the projection that a vector passes before it is compared with them.

    Shapes: (texts, values kept) and (values, values kept).
    """

    projection: Vectors
    vectors: Vectors

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Neighbours":
        """Unpack what ``packed`` gave."""
        vectors = np.asarray(held["vectors"], dtype=np.float32) * np.float32(held["scale"])
        return cls(projection=np.asarray(held["projection"], dtype=np.float32), vectors=vectors)

    def near(self, vector: Vectors, count: int) -> tuple[Column, Column] | None:
        """Give the places and cosines of the nearest, nearest first; None where another embedding model serves."""
        if len(vector) != len(self.projection):
            return None
        cosines = self.vectors @ unit(vector @ self.projection)
        places = foremost(cosines, count)
        return places, cosines[places]


def packed(vectors: Vectors, projection: Vectors) -> dict[str, Any]:
    """Give the arrays of ``HELD``: placed vectors as signed bytes of one scale."""
    placed = unit(vectors @ projection)
    scale = float(np.abs(placed).max()) / _BYTE
    return {
        "projection": projection.astype(np.float16),
        "vectors": np.round(placed / scale).astype(np.int8),
        "scale": np.float32(scale),
    }


def foremost(scores: Column, count: int) -> Column:
    """Give the places of the highest scores, highest first, ties by place: what a stable sort gives, without one."""
    if not 0 < count < len(scores):
        return np.argsort(-scores, kind="stable")[:count]
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    high = np.flatnonzero(scores >= least)
    return high[np.argsort(-scores[high], kind="stable")][:count]


def unit(vectors: Vectors) -> Vectors:
    """Give vectors at length 1; one of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
