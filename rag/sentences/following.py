"""What was said before a question, and how a sentence that may answer it fits that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.ids import owner_of
from rag.language.followups import leans
from rag.language.questions import split_carried
from rag.language.reading import Reading, read, treatment_fit
from rag.language.vocabulary import Vocabulary
from rag.search.retrieval import Retriever
from rag.sentences.sayable import Sayables, Told
from rag.types import Column, Turn

FOLLOWING = (
    "own", "own_words", "earlier", "after", "after_words", "lead",
    "said", "said_own", "cited", "of_the_lead", "of_a_cited",
    "treatment_earlier", "treatment_of_the_lead", "outcome_earlier",
    "follows", "leans", "length_asked", "names_a_treatment",
)  # fmt: skip
_BEHIND = 300  # characters of what a message says before a question that show what it is about


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What a question follows: the questions before it, and what was answered."""

    question: str  # the last one, as it was understood
    first: str  # the first one, as it was asked
    lead: str  # the first cited sentence of the last answer; empty where it cites nothing
    lead_sources: frozenset[str]
    cited: frozenset[str]  # passages of the last answer
    said: frozenset[str]  # sentences of all answers

    @classmethod
    def of(cls, history: Sequence[Turn]) -> "Earlier | None":
        """Give what the last turns leave behind; None at the start of a conversation."""
        if not history:
            return None
        last = history[-1]
        lead = next((s for s in last.answer.statements if s.markers), None)
        return cls(
            question=last.understood,
            first=history[0].question,
            lead=lead.text if lead else "",
            lead_sources=frozenset(map(owner_of, last.answer.passage_ids(lead))) if lead else frozenset(),
            cited=frozenset(c.passage_id for c in last.answer.citations),
            said=frozenset(s.text for turn in history for s in turn.answer.statements),
        )

    @classmethod
    def within(cls, before: str, earlier: "Earlier | None" = None) -> "Earlier | None":
        """Give what a question leaves behind that stands behind others in one message; ``earlier`` was said before."""
        if not before:
            return earlier
        asked = f"{earlier.question} {before[-_BEHIND:]}" if earlier else before[-_BEHIND:]
        none: frozenset[str] = frozenset()
        return cls(question=asked, first=before, lead="", lead_sources=none, cited=none, said=none)

    @property
    def sources(self) -> frozenset[str]:
        """Give the sources that the last answer rests on."""
        return frozenset(map(owner_of, self.cited))

    def texts(self, question: str) -> dict[str, str]:
        """Give a question, without what was carried into it, by itself and behind what it may follow."""
        bare, _ = split_carried(question)
        return {
            "own": bare,
            "earlier": self.question,
            "after": f"{self.question} {bare}",
            "lead": self.lead,
            "first": self.first,
        }


@dataclass(frozen=True, kw_only=True)
class Following:
    """Measures how sentences fit what was said before."""

    retriever: Retriever
    sayables: Sayables

    def columns(self, earlier: Earlier, question: str, reading: Reading, told: Sequence[Told]) -> list[Column]:
        """Give one column for each of ``FOLLOWING``; ``reading`` is that of the last question as it was understood."""
        texts, index = earlier.texts(question), self.retriever.index
        vocabulary, rows = self.retriever.corpus.vocabulary, np.array([t.row for t in told])
        near = {name: self._near(texts[name], rows) for name in ("own", "earlier", "after", "lead")}
        held = {name: index.coverage(texts[name])[rows] for name in ("own", "after")}
        said = np.array([t.said.text in earlier.said for t in told])
        sources = [{p.source_id for p in t.said.passages} for t in told]
        spoken = (reading.treatments, vocabulary.treatments_in(earlier.lead))
        fits = [np.array([treatment_fit(t.treatments, of, vocabulary) if of else 0.0 for t in told]) for of in spoken]
        return [
            near["own"], held["own"], near["earlier"], near["after"], held["after"], near["lead"],
            said,
            said * near["own"],
            np.array([any(p.id in earlier.cited for p in t.said.passages) for t in told]),
            np.array([bool(own & earlier.lead_sources) for own in sources]),
            np.array([bool(own & earlier.sources) for own in sources]),
            *fits,
            np.array([bool(set(reading.focus) & t.said.tagged) for t in told]),
            *(np.full(len(told), value) for value in _of_the_question(texts["own"], vocabulary)),
        ]  # fmt: skip

    def _near(self, text: str, rows: Column) -> Column:
        if not text:
            return np.zeros(len(rows))
        stored = self.sayables.vector(text)  # a lead is a sentence of ours
        return self.retriever.index.cosines(self.retriever.embed(text) if stored is None else stored)[rows]


def not_following(count: int) -> list[Column]:
    """Give the columns of sentences for a question that follows nothing."""
    return [np.zeros(count) for _ in FOLLOWING]


def _of_the_question(bare: str, vocabulary: Vocabulary) -> tuple[float, ...]:
    """Give what is the same for every sentence: that it follows, whether it leans, how long it is, what it names."""
    named = bool(read(bare, vocabulary).treatments)
    return 1.0, float(leans(bare)), float(np.log1p(len(bare.split()))), float(named)
