"""An extractive answer: one main message, what studies found, how sure that is, what is not known, one next step.

Every factual sentence is a reviewed sentence of the corpus with the passages that it stands on; nothing is generated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol

from rag.answers.citations import Footnotes, Sentence
from rag.answers.composition import Composition
from rag.answers.findings import Findings
from rag.answers.headline import SHORT_ANSWERS
from rag.answers.leads import Leads
from rag.answers.retelling import Retelling
from rag.evidence import Found
from rag.judging.claims import extract, extract_each
from rag.kinds import Kind, Origin, Part, Verdict, Wish
from rag.language import grammar
from rag.language.hearsay import passed_on
from rag.language.joints import PRONOUN, own_subject
from rag.language.reading import Reading, read, treatment_fit
from rag.library.corpus import Corpus
from rag.search.retrieval import Retriever
from rag.sentences.following import Earlier
from rag.types import Answer, Claim, Judge, Judgement, Statement, Turn, Vectors

_RETRIEVED = 24
_QUESTION_CLAIMS, _ARTICLE_CLAIMS = 4, 3
_SUGGESTIONS = 3
# Cosine of a question and a claim of the article on the same outcome below which the claim is beside the point. Of 72
# such pairs in 180 questions of four readers 20 lie below; two of them bear on what was asked.
_BESIDE_THE_POINT = 0.25
_STARTERS = ("do-stem-cells-work", "is-it-permanent", "questions-to-ask")  # topics of which most people ask first


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Posed:
    """A question to answer: as it was put and as it stands alone, what was found, and what goes before its answer."""

    question: str
    understood: str
    found: Sequence[Found] = ()
    before: Sequence[Advice] = ()  # safety sentences that come first
    history: Sequence[Turn] = ()
    handed_over: bool = False  # to a clinician: no bare yes or no then, which could be read as a go-ahead


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """Composes answers from reviewed sentences; judges the claims that it meets on the way."""

    corpus: Corpus
    retriever: Retriever
    judge: Judge

    @cached_property
    def leads(self) -> Leads:
        """Give the finder of topics and cells over the same corpus and retriever."""
        return Leads(corpus=self.corpus, retriever=self.retriever)

    @cached_property
    def composition(self) -> Composition:
        """Give what puts answers together."""
        findings = Findings(corpus=self.corpus, retriever=self.retriever, leads=self.leads)
        return Composition(corpus=self.corpus, leads=self.leads, findings=findings, find=self.find)

    def prepare(self) -> None:
        """Read ahead what is the same for every question."""
        self.leads.prepare()
        _ = self._article_vectors  # kept from here on

    def find(self, question: str) -> tuple[Found, ...]:
        """Give the evidence passages for a question, or nothing when none is near enough."""
        return self.retriever.find(question, _RETRIEVED, topic=self.leads.read(question).topic)

    def compose(self, posed: Posed) -> Iterator[Statement | Answer]:
        """Yield the statements of an answer in order, then the whole answer; ``posed.before`` goes in front of it."""
        notes = self.footnotes()
        premises = self._premises(posed.question, posed.understood)
        said = [sentence.text for sentence in posed.before]
        earlier = Earlier.of(posed.history)
        told = self.composition.sentences(posed.understood, posed.found, premises, said, earlier)
        if posed.handed_over:
            told = filter(lambda sentence: sentence.text not in SHORT_ANSWERS, told)
        body = map(notes.say, told)
        statements = []
        for statement in chain(self.advice(posed.before, notes), body):
            statements.append(statement)
            yield statement
        cited = notes.citations()
        yield Answer(
            question=posed.question,
            kind=Kind.ANSWER if cited else Kind.NO_EVIDENCE,
            statements=tuple(statements),
            citations=cited,
            claims=(*premises, *self._of_the_article(posed.understood)),
            suggestions=self.suggestions(posed.understood, statements),
            nearest=() if cited else self.retriever.nearest(posed.understood, 3),
        )

    def retell(self, wish: Wish, posed: Posed) -> Iterator[Statement | Answer]:
        """Yield the last answer told in another way, then the whole answer; ``posed.before`` goes in front of it."""
        notes = self.footnotes()
        retelling = Retelling(composition=self.composition, handed_over=posed.handed_over)
        said = {sentence.text for sentence in posed.before}
        told = retelling.sentences(wish, posed.understood, posed.found, posed.history)
        told = filter(lambda sentence: sentence.text not in said, told)
        statements = []
        for statement in chain(self.advice(posed.before, notes), map(notes.say, told)):
            statements.append(statement)
            yield statement
        cited = notes.citations()
        yield Answer(
            question=posed.question,
            kind=Kind.ANSWER if cited else posed.history[-1].answer.kind,  # "that is all" makes no answer a bad one
            statements=tuple(statements),
            citations=cited,
            suggestions=self.suggestions(posed.understood, statements),
        )

    def footnotes(self) -> Footnotes:
        """Give an empty list of footnotes over the corpus."""
        return Footnotes(passages=self.corpus.passages, sources=self.corpus.sources)

    def advice(self, sentences: Sequence[Advice], notes: Footnotes) -> list[Statement]:
        """Give reviewed safety sentences as statements: cited where they state a fact."""
        return [
            notes.say(
                Sentence(
                    text=s.text,
                    passage_ids=s.passage_ids,
                    support=Verdict.SUPPORTED if s.passage_ids else Verdict.NOT_A_CLAIM,
                )
            )
            for s in sentences
        ]

    def suggestions(self, question: str, told: Sequence[Statement]) -> tuple[str, ...]:
        """Give the questions of the nearest topics whose main message was not told and that are not asked just so."""
        said = {statement.text for statement in told}
        nearest = self.retriever.topics(question, _SUGGESTIONS + 2)
        topics = (self.corpus.topic_by_id[topic_id] for topic_id, _ in nearest)
        untold = (topic for topic in topics if topic.parts[Part.MAIN][0].text not in said)
        others = [topic.question for topic in untold if topic.question.lower() != question.lower()]
        return tuple(others[:_SUGGESTIONS])

    def starters(self) -> tuple[str, ...]:
        """Give a few questions to begin with."""
        topics = map(self.corpus.topic_by_id.get, _STARTERS)
        return tuple(topic.question for topic in topics if topic)

    # ------------------------------------------------------------- the claims met

    def _premises(self, question: str, understood: str) -> tuple[Judgement, ...]:
        """Judge the claims in a question."""
        subjects = self.leads.read(understood).subjects
        met = extract(question, self.corpus.vocabulary, Origin.QUESTION, subjects)
        asked = passed_on(met, question, self.corpus.vocabulary)
        return tuple(self.judge.judge(claim) for claim in asked[:_QUESTION_CLAIMS])

    def _of_the_article(self, understood: str) -> tuple[Judgement, ...]:
        """Judge the article's claims on the same treatment and outcome that lie near the question."""
        vector = self.retriever.embed(understood)
        met = self._article_claims(self.leads.read(understood))
        near = [claim for claim in met if float(self._article_vectors[claim] @ vector) >= _BESIDE_THE_POINT]
        return tuple(self.judge.judge(claim) for claim in near[:_ARTICLE_CLAIMS])

    @cached_property
    def _article_vectors(self) -> dict[Claim, Vectors]:
        """Give where each of the article's claims lies."""
        return {claim: self.retriever.embed(claim.text) for _, claim, _ in self._article_readings}

    @cached_property
    def _article_readings(self) -> tuple[tuple[int, Claim, Reading], ...]:
        """Give the article's claims with their paragraph and reading; the article does not change while we run."""
        vocabulary, passages = self.corpus.vocabulary, self.corpus.article.passages
        topic = passages[0].treatments
        each = extract_each([passage.text for passage in passages], vocabulary, Origin.ARTICLE, topic)
        return tuple(
            (passage.number, claim, read(claim.text, vocabulary, claim.topic))
            for passage, claims in zip(passages, each, strict=True)
            for claim in claims
            if self._can_be_quoted(claim)
        )

    def _can_be_quoted(self, claim: Claim) -> bool:
        """Tell whether a claim says what it is about where it stands apart from the article."""
        named = bool(self.corpus.vocabulary.treatments_in(claim.text))
        whole = own_subject(claim.text) and not grammar.LEANS.match(claim.text)
        return named or claim.text[0].isupper() or bool(PRONOUN.match(claim.text)) or whole

    def _article_claims(self, reading: Reading) -> list[Claim]:
        """Give the article's claims on an outcome that the question is about, most specific first."""
        vocabulary = self.corpus.vocabulary
        matches = [
            (len(own.focus), number, claim)
            for number, claim, own in self._article_readings
            if set(own.focus) & set(reading.focus) and treatment_fit(own.subjects, reading.subjects, vocabulary) > 0.5
        ]
        return [claim for _, _, claim in sorted(matches, key=lambda m: m[:2])]
