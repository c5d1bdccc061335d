"""Serve a trained stance network by ONNX Runtime: does this text support the claim, refute it, or neither?

Not shipped: the trees of ``rag/stance.py`` read pairs as well with a fiftieth of the weights. Trained on 39,000 general
pairs once, then 2,700 biomedical and 3,400 field pairs twice, it had macro-F1 .78 on the field's dev split and .55 on
SciFact dev; .15 and .19 with the evidence hidden. Of 44 ways to use it beside the map on 130 development claims none
gained more than one claim.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.kinds import Stance
from rag.models import onnx_session, open_tokenizer
from rag.text import sentences
from rag.types import Embedder, Vectors

LABELS = (Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL)
BEST_SENTENCES = 3  # long evidence is cut to the sentences nearest to the claim
_MAX_TOKENS = 160
_BATCH = 32


@dataclass(frozen=True, kw_only=True)
class NetworkStance:
    """Gives calibrated probabilities of the three stances; the same pair gives the same figures."""

    directory: Path
    embedder: Embedder

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self.directory / "model.onnx")

    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self.directory / "tokenizer.json", _MAX_TOKENS)

    @cached_property
    def _temperature(self) -> float:
        return float(json.loads((self.directory / "config.json").read_text(encoding="utf-8"))["temperature"])

    def stances(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Stance, float]]:
        """Give the likeliest stance and its probability for each (claim, evidence), in order."""
        return [(LABELS[int(row.argmax())], round(float(row.max()), 3)) for row in self.probabilities(pairs)]

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give one row per pair: supports, refutes, neutral; each row sums to 1."""
        scaled = self.logits(pairs) / self._temperature
        scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(scaled / scaled.sum(axis=1, keepdims=True), dtype=np.float32)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Give the raw scores, one row per pair."""
        cut = [(claim, self.cut(claim, evidence)) for claim, evidence in pairs]
        rows = np.zeros((len(cut), len(LABELS)), dtype=np.float32)
        order = sorted(range(len(cut)), key=lambda i: len(cut[i][0]) + len(cut[i][1]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([cut[i] for i in batch])
            inputs = {
                "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
                "token_type_ids": np.array([e.type_ids for e in encoded], dtype=np.int64),
            }
            rows[batch] = self._session.run(None, inputs)[0]
        return rows

    def cut(self, claim: str, evidence: str) -> str:
        """Give a long evidence text by its best sentences, in their own order."""
        lines = [evidence[start:end] for start, end in sentences(evidence)]
        if len(lines) <= BEST_SENTENCES:
            return evidence
        vectors = self.embedder.embed([claim, *lines])
        best = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:BEST_SENTENCES]
        return " ".join(lines[i] for i in sorted(best))
