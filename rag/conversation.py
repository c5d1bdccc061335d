"""One turn: screen for danger, make a follow-up stand alone, answer. The same conversation gives the same answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Answerer
from rag.citations import Footnotes
from rag.reading import read
from rag.safety import Rules, Screened, screen
from rag.types import Answer, Kind, Statement, Turn, Verdict
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
        if screened.kind in (Kind.URGENT, Kind.CRISIS, Kind.OUT_OF_SCOPE):
            yield from self._fixed(question, screened)
            return
        found = self.answerer.find(understood)
        prefix = [_advice(sentence.text) for sentence in screened.sentences] if screened.kind else []
        yield from prefix
        for part in self.answerer.compose(question, understood, found):
            if isinstance(part, Answer):
                answer = _with_hand_over(part, prefix, screened)
                yield Turn(question=question, understood=understood, answer=answer, retrieved=tuple(found[:8]))
            else:
                yield part

    def _fixed(self, question: str, screened: Screened) -> Iterator[Statement | Turn]:
        """Yield a reviewed reply that no model touches."""
        notes = self._notes()
        statements = [
            notes.statement(s.text, s.passage_ids, Verdict.SUPPORTED if s.passage_ids else Verdict.NOT_A_CLAIM)
            for s in screened.sentences
        ]
        yield from statements
        yield Turn(
            question=question,
            understood=question,
            answer=Answer(
                question=question,
                kind=screened.kind or Kind.ANSWER,
                statements=tuple(statements),
                citations=notes.citations(),
                suggestions=() if screened.kind is not Kind.OUT_OF_SCOPE else self.answerer.starters(),
                generator="safety",
            ),
        )

    def _notes(self) -> Footnotes:
        corpus = self.answerer.corpus
        return Footnotes(passages=corpus.passages, sources=corpus.sources)


def _advice(text: str) -> Statement:
    return Statement(text=text, markers=(), support=Verdict.NOT_A_CLAIM)


def _with_hand_over(answer: Answer, prefix: Sequence[Statement], screened: Screened) -> Answer:
    if screened.kind is None:
        return answer
    return replace(answer, kind=screened.kind, statements=(*prefix, *answer.statements))


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
