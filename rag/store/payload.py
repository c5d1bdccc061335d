"""A turn as it may be kept: without the patient's personal details, and as rows of plain values; pure."""

import json
from dataclasses import dataclass, replace

from rag.contract import answer_json
from rag.kinds import Origin
from rag.privacy.redaction import Detail, redact, scrub
from rag.store.records import RetrievedPassage
from rag.types import EXTRACTIVE, Answer, Claim, Judgement, Statement, Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A turn without personal details, and how many were taken out."""

    turn: Turn
    removed: int


def clean(text: str) -> str:
    """Drop what no database keeps (NUL) and replace halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def without_personal(turn: Turn) -> Kept:
    """Redact what the patient wrote, and every repetition of it in the answer.

    Numbers of a helpline or a study in the answer stay: they come from the corpus.
    """
    question, understood = redact(clean(turn.question)), redact(clean(turn.understood))
    echoed = redact(clean(turn.answer.question))
    details = tuple(dict.fromkeys((*question.details, *understood.details, *echoed.details)))
    answer = _answer(turn.answer, echoed.text, details + _invented(turn))
    kept = replace(turn, question=question.text, understood=understood.text, answer=answer)
    return Kept(turn=kept, removed=question.total)


def answer_text(turn: Turn) -> str:
    """Give the answer as JSON (schema ``answer/1``), as the patient saw it."""
    return clean(json.dumps(answer_json(turn.answer), ensure_ascii=False))


def retrieved_text(turn: Turn) -> str:
    """Give the retrieved passages and, where the answer abstained, the nearest ones, as JSON."""
    nearest = {f.passage.id for f in turn.answer.nearest}
    found = {f.passage.id: f for f in (*turn.retrieved, *turn.answer.nearest)}
    rows = [
        {
            "passage_id": f.passage.id,
            "source_id": f.passage.source_id,
            "text": f.passage.text,
            "score": f.score,
            "similarity": f.similarity,
            "nearest": f.passage.id in nearest,
        }
        for f in found.values()
    ]
    return clean(json.dumps(rows, ensure_ascii=False))


def retrieved(text: str) -> tuple[RetrievedPassage, ...]:
    """Read what ``retrieved_text`` wrote."""
    return tuple(RetrievedPassage(**row) for row in json.loads(text))


def _invented(turn: Turn) -> tuple[Detail, ...]:
    # A chat model may reformat a number that the patient gave. What a passage holds is not the patient's.
    if turn.answer.generator == EXTRACTIVE:
        return ()
    said = " ".join(statement.text for statement in turn.answer.statements)
    known = " ".join([*(f.passage.text for f in turn.retrieved), *(c.quote for c in turn.answer.citations)]).casefold()
    return tuple(d for d in redact(said).details if d.text.casefold() not in known)


def _answer(answer: Answer, question: str, details: tuple[Detail, ...]) -> Answer:
    return replace(
        answer,
        question=question,
        statements=tuple(_statement(s, details) for s in answer.statements),
        claims=tuple(_judgement(j, question, details) for j in answer.claims),
        suggestions=tuple(scrub(s, details) for s in answer.suggestions),
    )


def _statement(statement: Statement, details: tuple[Detail, ...]) -> Statement:
    note = None if statement.note is None else scrub(statement.note, details)
    return replace(statement, text=scrub(statement.text, details), note=note)


def _judgement(judgement: Judgement, question: str, details: tuple[Detail, ...]) -> Judgement:
    claim = judgement.claim
    text = scrub(claim.text, details)
    if claim.origin is Origin.QUESTION:
        text = redact(text).text
    span = _place(text, question) if claim.origin is Origin.QUESTION else claim.span
    kept = Claim(text=text, origin=claim.origin, span=span, topic=claim.topic)
    return replace(judgement, claim=kept, reason=scrub(judgement.reason, details))


def _place(text: str, question: str) -> tuple[int, int] | None:
    # Placeholders moved the words of the question.
    start = question.find(text)
    return None if start < 0 else (start, start + len(text))
