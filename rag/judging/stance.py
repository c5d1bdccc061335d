"""What one text says of one claim: supports, refutes, or neither.

Two readers vote: boosted trees over the measures of a comparison, and a cross-encoder that reads both texts at once.
Both are trained on labelled pairs (``evals/training``) and served by ONNX Runtime without torch; the same pair always
gets the same figures. ``rag/weights/stance.md`` is their model card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag import paths
from rag.files import stored_json
from rag.judging.comparison import compare, evidence_sentences
from rag.kinds import Stance
from rag.language.vocabulary import Vocabulary
from rag.models.embedders import onnx_session
from rag.models.network import StanceNetwork
from rag.recent import Recent
from rag.types import Embedder, Vectors

WEIGHTS = paths.WEIGHTS / "stance"
LABELS = (Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL)
_KEPT_VECTORS = 8_192  # 12 MB: every sentence of the corpus and what was lately asked


class StanceModel(Protocol):
    """Decides what each evidence text says of its claim."""

    def shares(self, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
        """Give the share of each stance (0 to 1, together 1) for each (claim, evidence), in order."""
        ...


def stance_of(shares: Mapping[Stance, float]) -> tuple[Stance, float]:
    """Give the likeliest stance and its share, to three places."""
    best = max(LABELS, key=lambda stance: shares[stance])
    return best, round(shares[best], 3)


def softmax(scores: Vectors) -> Vectors:
    """Turn rows of scores into rows of probabilities that sum to 1."""
    scaled = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class ComparedStance:
    """Gives calibrated probabilities of the three stances; the vectors of recent sentences are kept."""

    embedder: Embedder
    vocabulary: Vocabulary
    directory: Path = WEIGHTS
    _vectors: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT_VECTORS), repr=False)

    def shares(self, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
        """Give the share of each stance for each pair, in order."""
        return _by_stance(self.probabilities(pairs))

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give one row per pair: supports, refutes, neutral; each row sums to 1."""
        if not pairs:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        return self.calibrated(self.measures(pairs))

    def calibrated(self, measures: Vectors) -> Vectors:
        """Give the probabilities of measured pairs, one row each."""
        return softmax(self.logits(measures) / self._temperature)

    def logits(self, measures: Vectors) -> Vectors:
        """Give the raw scores of measured pairs, one row each."""
        raw = self._session.run(["scores"], {"measures": measures})[0]
        return np.asarray(np.round(raw, 4), dtype=np.float32)  # sums differ in the last bits with the number of pairs

    def measures(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give the measures of each pair, one row each, in the order of ``names``."""
        split = [evidence_sentences(evidence) for _, evidence in pairs]
        texts = [claim for claim, _ in pairs] + [s for group in split for s in group]
        vectors = self._vectors.of_all(texts, self.embedder.embed)
        rows = []
        for (claim, evidence), group in zip(pairs, split, strict=True):
            near = [(round(float(vectors[s] @ vectors[claim]), 5), s) for s in group]
            near.sort(key=lambda pair: (-pair[0], pair[1]))
            rows.append(list(compare(claim, evidence, near, self.vocabulary).values()))
        return np.array(rows, dtype=np.float32)

    @property
    def names(self) -> list[str]:
        """Give the names of the measures in order."""
        return list(compare("a", "a", [(1.0, "a")], self.vocabulary))

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self.directory / "model.onnx")

    @cached_property
    def _temperature(self) -> float:
        return stored_json(self.directory / "config.json", lambda held: float(held["temperature"]))


@dataclass(frozen=True, kw_only=True)
class JointStance:
    """Gives calibrated probabilities of the three stances by both readers' scores, added up.

    How much the network counts and the temperature were found on dev pairs and stand in its ``config.json``.
    """

    trees: ComparedStance
    network: StanceNetwork

    def shares(self, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
        """Give the share of each stance for each pair, in order."""
        return _by_stance(self.probabilities(pairs))

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give one row per pair: supports, refutes, neutral; each row sums to 1."""
        if not pairs:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        joint = self.network.vote
        scores = self.trees.logits(self.trees.measures(pairs)) + joint.weight * self.network.logits(pairs)
        return softmax(np.asarray(scores / joint.temperature, dtype=np.float32))


def _by_stance(rows: Vectors) -> list[dict[Stance, float]]:
    return [dict(zip(LABELS, map(float, row), strict=True)) for row in rows]


def both_readers(embedder: Embedder, vocabulary: Vocabulary) -> JointStance:
    """Give the stance model as it ships."""
    trees = ComparedStance(embedder=embedder, vocabulary=vocabulary)
    return JointStance(trees=trees, network=StanceNetwork(embedder=embedder))
