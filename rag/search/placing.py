"""Where what answers a question lies, the question read word for word, behind what was asked before it.

A question lies near questions, and a follow-up names little; what answers them is put otherwise. MiniLM with small
trained corrections reads both and gives the place, among the vectors of the index, near which what answers lies. The
index stays as it is and only the question moves (query-side fine-tuning, Lee et al. 2021, "Learning dense
representations of phrases at scale"; for follow-ups Yu et al. 2021, "Few-shot conversational dense retrieval").
``evals/training/placing.py`` trains it; ``rag/weights/placing.md`` says on what, and how good it is.
"""

from dataclasses import dataclass, field
from pathlib import Path

from rag import paths
from rag.models.corrected import Corrected
from rag.models.neighbours import unit
from rag.recent import Recent
from rag.types import Vectors

WEIGHTS = paths.WEIGHTS / "placing.npz"
_BEFORE_WORDS = 40  # the last ones of what was asked before are read
_KEPT = 16


def behind(question: str, before: str) -> str:
    """Give a question with the end of what was asked before it, as one text to read."""
    return " [SEP] ".join([question, " ".join(before.split()[-_BEFORE_WORDS:])]) if before else question


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Placing:
    """Places questions; the same words give the same place."""

    network: Corrected
    _recent: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    @classmethod
    def open(cls, data_dir: Path) -> "Placing":
        """Give what places questions, its graph written into the data directory when it is not there or out of date.

        Raises ModelUnavailable when the weights are missing or the data directory cannot be written.
        """
        return cls(network=Corrected.open(WEIGHTS, data_dir / "models" / WEIGHTS.stem, in_bytes=True))

    def of(self, question: str, before: str = "") -> Vectors:
        """Give the unit vector near which what answers a question lies, among vectors of all-MiniLM-L6-v2."""
        text = behind(question, before)
        return self._recent.of(text, lambda: unit(self.network.logits(text)))
