"""An extractive answer: one main message, what studies found, how sure that is, what is not known, one next step.

Every factual sentence is a reviewed sentence of the corpus with the passages that it stands on; nothing is generated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Protocol

from rag.citations import Footnotes
from rag.claims import extract
from rag.corpus import Corpus
from rag.findings import Candidate, Findings, quote_support
from rag.reading import DEFAULT_TOPIC, Reading, read, treatment_fit
from rag.retrieval import Retriever
from rag.types import (
    Answer,
    Cell,
    Certainty,
    Claim,
    Found,
    Judge,
    Judgement,
    Kind,
    Origin,
    Passage,
    Statement,
    Topic,
    Verdict,
)

_WORD_BUDGET = 150  # about one screen of a phone
_RETRIEVED = 24
_SURE_WORDS = {
    Certainty.HIGH: "We are quite sure of this.",
    Certainty.MODERATE: "We are fairly sure of this.",
    Certainty.LOW: "We are not very sure of this.",
    Certainty.VERY_LOW: "We are not sure of this.",
}
_NEXT_STEP = "A doctor or skin specialist can tell you what this means for you."


class Advice(Protocol):
    """A reviewed sentence of the safety texts with the passages that it stands on."""

    @property
    def text(self) -> str:
        """Give the sentence."""
        ...

    @property
    def passage_ids(self) -> tuple[str, ...]:
        """Give the passages."""
        ...


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """Composes answers from reviewed sentences; judges the claims that it meets on the way."""

    corpus: Corpus
    retriever: Retriever
    judge: Judge

    def find(self, question: str) -> tuple[Found, ...]:
        """Give the evidence passages for a question, or nothing when none is near enough."""
        return self.retriever.find(question, _RETRIEVED, topic=self.read(question).topic)

    def read(self, question: str) -> Reading:
        """Read a question; one that names neither treatment nor kind of hair loss is taken to mean stem cells."""
        reading = read(question, self.corpus.vocabulary)
        general = not (reading.subjects or set(reading.conditions) - {"any"} or "cause" in reading.outcomes)
        return replace(reading, topic=DEFAULT_TOPIC) if general and reading.outcomes else reading

    def compose(
        self, question: str, understood: str, found: Sequence[Found], before: Sequence[Advice] = ()
    ) -> Iterator[Statement | Answer]:
        """Yield the statements of an answer in order, then the whole answer; ``before`` goes in front of it."""
        notes = self.footnotes()
        statements = []
        for statement in chain(self.advice(before, notes), self._statements(understood, found, notes)):
            statements.append(statement)
            yield statement
        cited = notes.citations()
        yield Answer(
            question=question,
            kind=Kind.ANSWER if cited else Kind.NO_EVIDENCE,
            statements=tuple(statements),
            citations=cited,
            claims=self.claims(question, understood),
            suggestions=self.suggestions(understood),
            nearest=() if cited else self.retriever.nearest(understood, 3),
        )

    def footnotes(self) -> Footnotes:
        """Give an empty list of footnotes over the corpus."""
        return Footnotes(passages=self.corpus.passages, sources=self.corpus.sources)

    def advice(self, sentences: Sequence[Advice], notes: Footnotes) -> list[Statement]:
        """Give reviewed safety sentences as statements: cited where they state a fact."""
        return [
            notes.statement(s.text, s.passage_ids, Verdict.SUPPORTED if s.passage_ids else Verdict.NOT_A_CLAIM)
            for s in sentences
        ]

    def claims(self, question: str, understood: str) -> tuple[Judgement, ...]:
        """Judge the claims in a question, and the article's claims on the same treatment and outcome."""
        reading = self.read(understood)
        asked = extract(question, self.corpus.vocabulary, Origin.QUESTION, reading.subjects)
        return tuple(self.judge.judge(claim) for claim in [*asked[:4], *self._article_claims(reading)[:3]])

    def suggestions(self, question: str) -> tuple[str, ...]:
        """Give the questions of the nearest topics other than the one that answers this."""
        near = [id_ for id_, cosine in self.retriever.topics(question, 5) if cosine < 0.95]
        questions = {topic.id: topic.question for topic in self.corpus.topics}
        return tuple(questions[id_] for id_ in near if questions[id_].lower() != question.lower())[1:4]

    def starters(self) -> tuple[str, ...]:
        """Give a few questions to begin with: those of the first topics."""
        return tuple(topic.question for topic in self.corpus.topics[:3])

    # ------------------------------------------------------------- the parts

    def _statements(self, question: str, found: Sequence[Found], notes: Footnotes) -> Iterator[Statement]:
        reading = self.read(question)
        topic, cell = self.findings.topic(question, reading), self.findings.cell(reading)
        if not found and topic is None and cell is None:
            yield _plain("We found no study in our library that answers this question.")
            yield _plain("The nearest passages that we hold are listed below; they are about something else.")
            return
        taken: list[str] = []
        if agent := self.findings.unstudied(question, found):
            note = "No study in our library looked at this."
            yield notes.statement(f"We found no study in our library on {agent}.", (), Verdict.NO_EVIDENCE, note)
        lead = self._lead(topic, cell, question, notes)
        if lead:
            taken.append(lead.text)
            yield lead
        used = len(lead.text.split()) if lead else 0
        for candidate in self.findings.choose(question, reading, found, topic, taken):
            used += len(candidate.text.split())
            if used > _WORD_BUDGET:
                break
            yield self._quote(candidate, notes)
            taken.append(candidate.text)
        yield from self._closing(topic, cell, notes, taken)

    def _lead(self, topic: Topic | None, cell: Cell | None, question: str, notes: Footnotes) -> Statement | None:
        """Give the main message: the topic's when it is about just this, else the evidence map's."""
        if topic and (cell is None or self.findings.answers(topic, cell, question)):
            sentence = self.findings.message(topic, question)
            return notes.statement(sentence.text, sentence.cites, Verdict.SUPPORTED)
        if cell is None:
            return None
        if not cell.passage_ids:
            return notes.statement(cell.sentence, (), Verdict.NO_EVIDENCE, "No study in our library looked at this.")
        return notes.statement(cell.sentence, cell.passage_ids[:3], Verdict.SUPPORTED)

    def _quote(self, candidate: Candidate, notes: Footnotes) -> Statement:
        passages = [self.corpus.passages[id_] for id_ in candidate.passage_ids]
        supports = [quote_support(p, self.corpus.sources[p.source_id]) for p in passages]
        support, note = next((s for s in supports if not s[0].flagged), supports[0])
        return notes.statement(candidate.text, candidate.passage_ids, support, note)

    def _closing(
        self, topic: Topic | None, cell: Cell | None, notes: Footnotes, taken: Sequence[str]
    ) -> Iterator[Statement]:
        """Yield how sure we are, what is not known unless it was said, and one next step."""
        if topic and topic.parts.get("sure") and not self._of_another(topic.parts["sure"][0], cell):
            sure = topic.parts["sure"][0]
            yield notes.statement(sure.text, sure.cites, Verdict.SUPPORTED)
        elif cell and cell.certainty:
            yield notes.statement(f"{_SURE_WORDS[cell.certainty]}", (), Verdict.NOT_A_CLAIM)
            yield notes.statement(cell.why, cell.passage_ids[:2], Verdict.SUPPORTED)
        unknown = (
            next((s for s in topic.parts.get("unknown", ()) if self.findings.unsaid(s, taken)), None) if topic else None
        )
        if unknown:
            support = Verdict.SUPPORTED if unknown.cites else Verdict.NO_EVIDENCE
            note = None if unknown.cites else "No study in our library answers this."
            yield notes.statement(unknown.text, unknown.cites, support, note)
        step = topic.parts["next"][0] if topic and topic.parts.get("next") else None
        yield notes.statement(step.text if step else _NEXT_STEP, step.cites if step else (), Verdict.NOT_A_CLAIM)

    def _of_another(self, sentence: Passage, cell: Cell | None) -> bool:
        """Tell whether a topic's sentence names only other treatments than the one asked about."""
        named = self.corpus.vocabulary.treatments_in(sentence.text)
        return bool(cell and named) and not self.findings.fits(named, (cell.treatment,) if cell else ())

    @cached_property
    def findings(self) -> Findings:
        """Give the finder of sentences over the same corpus and retriever."""
        return Findings(corpus=self.corpus, retriever=self.retriever)

    @cached_property
    def _article_readings(self) -> tuple[tuple[int, Claim, Reading], ...]:
        """Give the article's claims with their paragraph and reading; the article does not change while we run."""
        vocabulary = self.corpus.vocabulary
        return tuple(
            (passage.number, claim, read(claim.text, vocabulary, claim.topic))
            for passage in self.corpus.article.passages
            for claim in extract(passage.text, vocabulary, Origin.ARTICLE, passage.treatments)
        )

    def _article_claims(self, reading: Reading) -> list[Claim]:
        """Give the article's claims on an outcome that the question is about, most specific first."""
        vocabulary = self.corpus.vocabulary
        matches = [
            (len(own.focus), number, claim)
            for number, claim, own in self._article_readings
            if set(own.focus) & set(reading.focus) and treatment_fit(own.subjects, reading.subjects, vocabulary) > 0.5
        ]
        return [claim for _, _, claim in sorted(matches, key=lambda m: m[:2])]


def _plain(text: str) -> Statement:
    return Statement(text=text, markers=(), support=Verdict.NOT_A_CLAIM)
