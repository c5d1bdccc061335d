"""What is said of the evidence, as frozen records from claim to turn, and the protocols that models fulfil."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.evidence import Found, Passage, Source
from rag.kinds import Certainty, Kind, Origin, Stance, Verdict

Vectors = NDArray[np.float32]  # (texts, dimensions), rows of length 1
Column = NDArray[Any]  # one value for each of some things: a number, or whether something holds
Span = tuple[int, int]  # half-open character range
# The generators of answers that no language model drafted: reviewed sentences put together, and whole fixed replies.
EXTRACTIVE, FIXED = "extractive", "safety"


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What stands around a claim in running text."""

    sentence: str  # in which it stands
    previous: str  # the sentence before that one; empty where there is none
    opening: str  # the first sentence of the text
    lead: str  # the last words up to the end of the claim


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A checkable statement and its place in the text that it was met in.

    ``text`` is what is judged: usually ``whole[span]``, but a pronoun may have been given its noun.
    ``topic`` names the treatments of the surrounding text, for a claim that names none.
    """

    text: str
    origin: Origin
    span: Span | None
    topic: tuple[str, ...] = ()
    around: Around | None = None  # None for a claim that stands by itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one passage says of a claim; ``score`` is 0 to 1."""

    passage_id: str
    stance: Stance
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A claim with its verdict, how sure that is, why in one plain sentence, and what decided it."""

    claim: Claim
    verdict: Verdict
    certainty: Certainty | None
    reason: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def flagged(self) -> bool:
        """Tell whether a reader must be warned."""
        return self.verdict.flagged


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A numbered reference to a passage, with the words quoted from it."""

    marker: int
    passage_id: str
    quote: str
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One sentence of an answer and how it is backed; ``markers`` point into the citations."""

    text: str
    markers: tuple[int, ...]
    support: Verdict
    note: str | None = None

    @property
    def flagged(self) -> bool:
        """Tell whether a reader must be warned."""
        return self.support.flagged


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A reply to one question: its statements in order, what they cite, and the claims met on the way."""

    question: str
    kind: Kind
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...] = ()
    claims: tuple[Judgement, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest: tuple[Found, ...] = ()
    generator: str = EXTRACTIVE
    elapsed_ms: float = 0.0

    @property
    def text(self) -> str:
        """Give the statements as one text with citation markers: ``No study shows ... [1] [2]``."""
        return " ".join(" ".join([s.text, *(f"[{marker}]" for marker in s.markers)]) for s in self.statements)

    def passage_ids(self, statement: Statement) -> tuple[str, ...]:
        """Give the passages that a statement of it stands on."""
        cited = {c.marker: c.passage_id for c in self.citations}
        return tuple(cited[marker] for marker in statement.markers)

    @property
    def flagged(self) -> bool:
        """Tell whether any statement or claim carries a flag."""
        return any(s.flagged for s in self.statements) or any(c.flagged for c in self.claims)


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A question as the patient put it, as it was understood, and the answer."""

    question: str
    understood: str
    answer: Answer
    retrieved: tuple[Found, ...] = ()
    rule: str | None = None  # the safety rule that decided the kind of the answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """A numbered paragraph of a reviewed document, with its judged claims (spans into ``text``)."""

    number: int
    text: str
    claims: tuple[Judgement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A document judged claim by claim."""

    source_id: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    elapsed_ms: float = 0.0

    @property
    def summary(self) -> dict[Verdict, int]:
        """Count the claims by verdict; verdicts that do not occur are left out."""
        verdicts = [c.verdict for p in self.paragraphs for c in p.claims]
        return {v: verdicts.count(v) for v in Verdict if v in verdicts}


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftSentence:
    """A sentence that a generator proposes, with the passages it names; not yet checked."""

    text: str
    passage_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a generator proposes, and the ids of the passages that it was shown."""

    sentences: tuple[DraftSentence, ...]
    shown_ids: tuple[str, ...]


class Embedder(Protocol):
    """Turns texts into vectors of length 1; ``fingerprint`` changes when the vectors would."""

    @property
    def fingerprint(self) -> str:
        """Name the model and its version."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one row per text, in order."""
        ...

    def knows(self, word: str) -> bool:
        """Tell whether a word, in any case, is one that the model learned whole: such a word is no slip."""
        ...


class Judge(Protocol):
    """Decides what the evidence says of a claim."""

    def judge(self, claim: Claim) -> Judgement:
        """Give the verdict on one claim; never raise for a claim's content."""
        ...


class Generator(Protocol):
    """Drafts an answer from passages; the draft is checked before anyone reads it."""

    @property
    def name(self) -> str:
        """Name the generator as the page shows it."""
        ...

    def draft(self, question: str, passages: Sequence[tuple[Passage, Source]]) -> Draft:
        """Propose sentences with the passages that each names; raise ModelUnavailable when there are none."""
        ...
