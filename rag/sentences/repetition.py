"""Whether a sentence says again what was said, in the same or nearly the same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.quantities import figures
from rag.recent import Recent
from rag.search.retrieval import Retriever
from rag.sentences.sayable import Sayables
from rag.types import Vectors

# Set by hand on the development half of evals/data/answers.jsonl. A reader judged 600 pairs that stood in one answer:
# on one passage, with no new figure, 15 of 20 with a cosine of .66 to .70 tell again what was told, and 7 of 11
# below; on two passages 11 of 54 with .70 to .74, and of those that give a new figure few.
_SAME = 0.80  # cosine above which two sentences say nearly the same
_SAME_PASSAGE = 0.66  # the same where both stand on one passage
_SAME_BUT_FIGURES = 0.90  # the same where one gives a figure that the other does not
_KEPT = 256  # of an answer's sentences each is held against all; some quote a person's words and must not stay for good
_YEARS = (1900, 2100)  # "a 2018 review" tells no figure


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """Tells what repeats what."""

    retriever: Retriever
    sayables: Sayables
    _prepared: dict[str, Vectors] = field(default_factory=dict, repr=False)  # of our own sentences that are not stored
    _recent: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)
    _told: Recent[str, frozenset[float]] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

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
        if self._figures(text) - self._figures(other):
            return _SAME_BUT_FIGURES
        return _SAME_PASSAGE if self._stands_on(text) & self._stands_on(other) else _SAME

    def _figures(self, text: str) -> frozenset[float]:
        return self._told.of(text, lambda: _figures(text))

    def _stands_on(self, text: str) -> frozenset[str]:
        said = self.sayables.by_text.get(text)
        return frozenset(p.id for p in said.passages) if said else frozenset()

    def _vector(self, text: str) -> Vectors:
        """Give a sentence's vector: the stored one where it is ours, so that nothing is embedded twice."""
        stored = self.sayables.vector(text)
        if stored is None:
            stored = self._prepared.get(text)
        return self._recent.of(text, lambda: self.retriever.embed(text)) if stored is None else stored


def _figures(text: str) -> frozenset[float]:
    """Give the figures that a sentence tells, without "one" and the years of its sources."""
    return frozenset(value for value in figures(text) if value != 1 and not _YEARS[0] <= value <= _YEARS[1])
