"""Whether a sentence says again what was said, in the same or nearly the same words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.recent import Recent
from rag.search.retrieval import Retriever
from rag.sentences.sayable import Sayables
from rag.types import Vectors

# Set by hand on the development half of evals/data/answers.jsonl. A reader judged 600 pairs that stood in one answer:
# on one passage 15 of 20 from .66 to .70 tell again what was told. To leave these out too, or to count the year of a
# source as no figure, was tried: what came in their place answered less (two blind judges, 117 turns).
_SAME = 0.80  # cosine above which two sentences say nearly the same
_SAME_PASSAGE = 0.70  # the same where both stand on one passage
_SAME_BUT_FIGURES = 0.90  # the same where one gives a figure that the other does not
_KEPT = 256  # of an answer's sentences each is held against all; some quote a person's words and must not stay for good
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """Tells what repeats what."""

    retriever: Retriever
    sayables: Sayables
    _prepared: dict[str, Vectors] = field(default_factory=dict, repr=False)  # of our own sentences that are not stored
    _recent: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    def prepare(self, texts: Iterable[str]) -> None:
        """Embed ahead what answers say besides the sentences that are stored."""
        missing = [text for text in dict.fromkeys(texts) if self.sayables.vector(text) is None]
        self._prepared.update(zip(missing, self.retriever.embedder.embed(missing), strict=True))

    def new(self, text: str, said: Sequence[str]) -> bool:
        """Tell whether a sentence repeats nothing that was said."""
        return not self.of(text, said)

    def of(self, text: str, said: Sequence[str]) -> bool:
        """Tell whether a sentence says again what was said; one on a passage that was told needs less to do so."""
        if text in said or not said:
            return text in said
        return any(self.likeness(text, other) >= self._least(text, other) for other in said)

    def likeness(self, text: str, other: str) -> float:
        """Give the cosine of two sentences."""
        return float(self._vector(text) @ self._vector(other))

    def _least(self, text: str, other: str) -> float:
        if set(_FIGURE.findall(text)) - set(_FIGURE.findall(other)):
            return _SAME_BUT_FIGURES
        return _SAME_PASSAGE if self._stands_on(text) & self._stands_on(other) else _SAME

    def _stands_on(self, text: str) -> frozenset[str]:
        said = self.sayables.by_text.get(text)
        return frozenset(p.id for p in said.passages) if said else frozenset()

    def _vector(self, text: str) -> Vectors:
        """Give a sentence's vector: the stored one where it is ours, so that nothing is embedded twice."""
        stored = self.sayables.vector(text)
        if stored is None:
            stored = self._prepared.get(text)
        return self._recent.of(text, lambda: self.retriever.embed(text)) if stored is None else stored
