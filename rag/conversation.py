"""One turn: screen for danger, make a follow-up stand alone, answer. The same conversation gives the same answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Answerer
from rag.reading import read
from rag.safety import Rules, Screened, screen
from rag.types import Answer, Kind, Statement, Turn
from rag.vocabulary import Vocabulary

HISTORY_TURNS = 6  # how far back a follow-up may point
_FOLLOW_UP = re.compile(
    r"^\s*(?:and|but|so|what about|how about|ok|okay|then|also|or)\b"
    r"|\b(?:it|its|that|this|they|them|those|these|the other one|the same|one)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 9  # a question this short with nothing named leans on what came before


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Answers questions with their history; safety comes first and needs no model."""

    answerer: Answerer
    rules: Rules

    def reply(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        """Yield the checked statements of a reply, then the whole turn."""
        history = history[-HISTORY_TURNS:]
        understood = standalone(question, history, self.answerer.corpus.vocabulary)
        earlier = [turn.question for turn in history]
        screened = screen(question, self.rules, earlier)
        if screened.rule == "off_topic" and self.answerer.findings.near_topic(understood):
            screened = Screened(kind=None)
        if screened.kind in (Kind.URGENT, Kind.CRISIS, Kind.OUT_OF_SCOPE):
            yield from self._fixed(question, screened)
            return
        found = self.answerer.find(understood)
        before = screened.sentences if screened.kind else ()
        for part in self.answerer.compose(question, understood, found, before):
            if isinstance(part, Answer):
                answer = replace(part, kind=screened.kind or part.kind)
                yield Turn(question=question, understood=understood, answer=answer, retrieved=tuple(found[:8]))
            else:
                yield part

    def _fixed(self, question: str, screened: Screened) -> Iterator[Statement | Turn]:
        """Yield a reviewed reply that no model touches."""
        notes = self.answerer.footnotes()
        statements = self.answerer.advice(screened.sentences, notes)
        yield from statements
        answer = Answer(
            question=question,
            kind=screened.kind or Kind.ANSWER,
            statements=tuple(statements),
            citations=notes.citations(),
            suggestions=self.answerer.starters() if screened.kind is Kind.OUT_OF_SCOPE else (),
            generator="safety",
        )
        yield Turn(question=question, understood=question, answer=answer)


def standalone(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """Give the question with what it leaves to its history spelt out.

    Example: after "Does PRP work?", "and is that permanent?" -> "and is that permanent? (PRP (platelet-rich plasma))"
    """
    if not history:
        return question
    reading = read(question, vocabulary)
    leans = bool(_FOLLOW_UP.search(question)) or len(question.split()) <= _SHORT_WORDS
    if not leans:
        return question
    carried = []
    if not reading.treatments and not set(reading.conditions) - {"any"}:
        carried += _last_subjects(history, vocabulary)
    if not reading.outcomes:
        carried += _last_outcomes(history, vocabulary)
    return f"{question.strip()} ({', '.join(carried)})" if carried else question


def _last_subjects(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    """Name the treatments, or else the kind of hair loss, that was last spoken of."""
    for turn in reversed(history):
        reading = read(turn.understood, vocabulary)
        if reading.treatments:
            return [vocabulary.treatments[key].name for key in reading.treatments[-2:]]
        if set(reading.conditions) - {"any"}:
            return [vocabulary.conditions[key].name for key in reading.conditions]
    return []


def _last_outcomes(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    for turn in reversed(history):
        focus = read(turn.understood, vocabulary).focus
        if focus:
            return [vocabulary.outcomes[focus[0]].name]
    return []
