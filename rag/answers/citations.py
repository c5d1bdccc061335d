"""Tie sentences to the passages that bear them: markers, quotes, and no passage that was never retrieved. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rag.evidence import Passage, Source
from rag.kinds import Verdict
from rag.types import Citation, Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence that an answer may say, with the passages that it stands on; it has no numbers until it is said.

    Whoever makes it says how far it carries: a quoted line by ``rag.sentences.quotes``, a draft's by
    ``rag.drafts.checking``; what staff reviewed (topics, cells of the map, safety texts) stands on what it cites.
    """

    text: str
    passage_ids: tuple[str, ...] = ()
    support: Verdict
    note: str | None = None


def of_topic(sentence: Passage, *, advice: bool = False) -> Sentence:
    """Give a topic's sentence: advice is no claim; one that cites nothing says that nobody looked."""
    if advice or sentence.cites:
        support = Verdict.NOT_A_CLAIM if advice else Verdict.SUPPORTED
        return Sentence(text=sentence.text, passage_ids=sentence.cites, support=support)
    note = "No study in our library answers this."
    return Sentence(text=sentence.text, support=Verdict.NO_EVIDENCE, note=note)


@dataclass(kw_only=True)
class Footnotes:
    """Numbers the passages that an answer cites, in the order of first use, one number a passage."""

    passages: Mapping[str, Passage]
    sources: Mapping[str, Source]
    _markers: dict[str, int] = field(default_factory=dict)

    def statement(self, text: str, passage_ids: Iterable[str], support: Verdict, note: str | None = None) -> Statement:
        """Give a statement with markers for the passages it names; unknown ids are left out."""
        known = [id_ for id_ in dict.fromkeys(passage_ids) if id_ in self.passages]
        markers = tuple(self._markers.setdefault(id_, len(self._markers) + 1) for id_ in known)
        return Statement(text=text, markers=markers, support=support, note=note)

    def say(self, sentence: Sentence) -> Statement:
        """Give a sentence as a statement with its markers."""
        return self.statement(sentence.text, sentence.passage_ids, sentence.support, sentence.note)

    def citations(self) -> tuple[Citation, ...]:
        """Give what was cited so far; each quote is the passage verbatim."""
        return tuple(
            Citation(
                marker=marker,
                passage_id=id_,
                quote=self.passages[id_].text,
                source=self.sources[self.passages[id_].source_id],
            )
            for id_, marker in self._markers.items()
        )
