"""What verdict claims worded like this one have got: read word for word, where precedents only compare whole claims.

MiniLM with small trained corrections (``rag/weights/impression.npz``), taught with the claims that were judged by
reason; how it was trained and how good it is stands in ``rag/weights/impression.md``. An impression has seen no
evidence and decides nothing: ``rag.judging.deciding`` learned how much it weighs beside the evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag import paths
from rag.kinds import Verdict
from rag.models.corrected import Corrected
from rag.recent import Recent
from rag.types import Vectors

# In the order of the head's rows.
CLASSES = (Verdict.SUPPORTED, Verdict.LIMITED, Verdict.MIXED, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE)
WEIGHTS = paths.WEIGHTS / "impression.npz"
_KEPT = 64

Impression = Mapping[Verdict, float]  # the logarithm of each verdict's share


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Impressions:
    """Reads claims; the same words give the same figures."""

    network: Corrected
    _recent: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    @classmethod
    def open(cls, data_dir: Path, weights: Path = WEIGHTS) -> "Impressions":
        """Give the reader, its graph written into the data directory when it is not there or others were trained.

        Raises ModelUnavailable when the weights are missing or the data directory cannot be written.
        """
        return cls(network=Corrected.open(weights, data_dir / "models" / weights.stem))

    def of(self, claim: str) -> Impression:
        """Give the impression that the words of a claim make."""
        logits = self._recent.of(claim, lambda: self.network.logits(claim)).astype(np.float64)
        logs = logits - np.logaddexp.reduce(logits)
        return {verdict: float(log) for verdict, log in zip(CLASSES, logs, strict=True)}
