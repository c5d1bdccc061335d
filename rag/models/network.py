"""What one text says of one claim, and whether it answers a question, read by a cross-encoder: both texts at once.

One network with two heads, trained by ``evals/training/crossing.py`` from all-MiniLM-L6-v2, shrunk by ``export.py``,
served by ONNX Runtime without torch. ``rag/weights/stance.md`` is its model card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from rag import paths
from rag.files import stored_json
from rag.models.embedders import minilm_tokenizer, onnx_session, word_vectors
from rag.recent import Recent
from rag.text import sentence_texts
from rag.types import Embedder, Vectors

WEIGHTS = paths.WEIGHTS / "stance_network"
BEST_SENTENCES = 3  # long evidence is cut to the sentences nearest to the claim, as in training
_MAX_TOKENS = 256
_STANCES = 3  # the outputs of the first head; the relevance follows them
_KEPT_PAIRS = 4_096  # a review, an answer and a check ask of the same sentences again and again


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """How much the network counts beside the trees, and what both scores together are divided by."""

    weight: float
    temperature: float


@dataclass(frozen=True, kw_only=True)
class StanceNetwork:
    """Gives the raw scores of the stances, or the relevance; a pair gets the same figures alone and among others."""

    embedder: Embedder
    directory: Path = WEIGHTS
    _read: Recent[tuple[str, str], Vectors] = field(default_factory=lambda: Recent(most=_KEPT_PAIRS), repr=False)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give one row per (claim, evidence): supports, refutes, neutral.

        Pairs are read one at a time: the 8-bit network scales its numbers by the largest in the batch, so a pair's
        figures would otherwise depend on its neighbours; on a processor a batch saves little.
        """
        rows = np.zeros((len(pairs), _STANCES), dtype=np.float32)
        for place, pair in enumerate(pairs):
            rows[place] = self._read.of(pair, partial(self._stances, *pair))
        return rows

    def _stances(self, claim: str, evidence: str) -> Vectors:
        return self._scores(claim, self.cut(claim, evidence))[:_STANCES]

    def relevance(self, query: str, texts: Sequence[str]) -> Vectors:
        """Give one score a text, higher the more it answers the query; a long text is cut at 256 tokens."""
        return np.array([self._scores(query, text)[_STANCES] for text in texts], dtype=np.float32)

    def _scores(self, first: str, second: str) -> Vectors:
        encoded = self._tokenizer.encode(first, second)
        words, text = word_vectors()[encoded.ids], np.array(encoded.type_ids, dtype=np.int64)
        inputs = {"words": words[np.newaxis], "text": text[np.newaxis]}
        return np.asarray(np.round(self._session.run(None, inputs)[0][0], 3), dtype=np.float32)

    def cut(self, claim: str, evidence: str) -> str:
        """Give a long evidence text by its best sentences, in their own order."""
        lines = sentence_texts(evidence)
        if len(lines) <= BEST_SENTENCES:
            return evidence
        vectors = self.embedder.embed([claim, *lines])
        best = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:BEST_SENTENCES]
        return " ".join(lines[i] for i in sorted(best))

    @cached_property
    def vote(self) -> Vote:
        """Give how it votes beside the trees."""
        return stored_json(self.directory / "config.json", _vote)

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self.directory / "model.onnx")

    @cached_property
    def _tokenizer(self) -> Any:
        return minilm_tokenizer(_MAX_TOKENS)


def _vote(record: Mapping[str, Any]) -> Vote:
    held = record["vote"]
    return Vote(weight=float(held["weight"]), temperature=float(held["temperature"]))
