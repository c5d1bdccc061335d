"""Filters as SQL conditions, and rows as records."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from rag.errors import UsageError
from rag.kinds import Kind
from rag.store.payload import retrieved
from rag.store.records import (
    PAGE_SIZE,
    Conversation,
    Note,
    NoteKind,
    StoredTurn,
    Summary,
    SummaryPage,
    TranscriptFilter,
)
from rag.store.tables import conversations, notes, turns

AnyRow = sa.Row[*tuple[Any, ...]]


def check_days(wanted: TranscriptFilter) -> None:
    """Raise UsageError for a last day that has no day after it, where its search would end."""
    if wanted.last_day == date.max:
        raise UsageError(f"The last day {date.max} is too late; choose an earlier day.")


def matching(wanted: TranscriptFilter) -> sa.ColumnElement[bool]:
    """Give the condition on ``conversations`` that a filter means."""
    # Each on a turn of its own: who asks for urgent and flagged means conversations with both marks.
    days = _on_days(wanted)
    conditions = [_any_turn(*days, condition) for condition in _on_turns(wanted)] or [_any_turn(*days)]
    if wanted.flagged is False:
        conditions.append(~_any_turn(turns.c.flagged.is_(True)))
    if wanted.conversation_id is not None:
        conditions.append(conversations.c.id == wanted.conversation_id)
    if wanted.reviewed is not None:
        done = conversations.c.reviewed.is_not(None)
        conditions.append(done if wanted.reviewed else ~done)
    return sa.and_(sa.true(), *conditions)


def _on_days(wanted: TranscriptFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.first_day is not None:
        conditions.append(turns.c.asked >= datetime.combine(wanted.first_day, time(), UTC))
    if wanted.last_day is not None:
        conditions.append(turns.c.asked < datetime.combine(wanted.last_day, time(), UTC) + timedelta(days=1))
    return conditions


def _on_turns(wanted: TranscriptFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(turns.c.kind == wanted.kind.value)
    if wanted.flagged:
        conditions.append(turns.c.flagged.is_(True))
    if wanted.liked is not None:
        conditions.append(turns.c.liked.is_(wanted.liked))
    if wanted.text:
        columns = (turns.c.question, turns.c.understood, turns.c.answer_text, turns.c.reason)
        conditions.append(sa.or_(*(c.icontains(wanted.text, autoescape=True) for c in columns)))
    return conditions


def _any_turn(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(turns.c.conversation_id == conversations.c.id, *conditions)


def summaries(connection: sa.Connection, wanted: TranscriptFilter) -> SummaryPage:
    """Read one page, newest first, and the counts over all pages."""
    where = matching(wanted)
    counts = _counts(connection, where)
    pages = max(1, -(-counts["conversations"] // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    rows = connection.execute(
        sa.select(conversations)
        .where(where)
        .order_by(conversations.c.last.desc(), conversations.c.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    by_id = _turn_rows(connection, [row.id for row in rows])
    listed = tuple(_summary(row, by_id[row.id]) for row in rows)
    return SummaryPage(summaries=listed, page=page, pages=pages, **counts)


def conversation(connection: sa.Connection, conversation_id: str) -> Conversation | None:
    """Read a whole conversation; None when there is none of that name."""
    row = connection.execute(sa.select(conversations).where(conversations.c.id == conversation_id)).first()
    if row is None:
        return None
    found = _notes(connection, conversation_id)
    asked = connection.execute(sa.select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.id))
    return Conversation(
        id=row.id,
        started=row.started,
        turns=tuple(_turn(turn, tuple(n for n in found if n.turn_id == turn.id)) for turn in asked),
        reviewed_by=row.reviewed_by,
        reviewed=row.reviewed,
        notes=tuple(n for n in found if n.turn_id is None),
    )


def identifiers(connection: sa.Connection, wanted: TranscriptFilter) -> list[str]:
    """Give the ids of all matching conversations, oldest first."""
    order = (conversations.c.started, conversations.c.id)
    return list(connection.scalars(sa.select(conversations.c.id).where(matching(wanted)).order_by(*order)))


def _counts(connection: sa.Connection, where: sa.ColumnElement[bool]) -> dict[str, int]:
    def count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(conversations).where(where, *conditions).scalar_subquery()

    row = connection.execute(
        sa.select(
            count().label("conversations"),
            count(_any_turn(turns.c.kind == Kind.URGENT.value)).label("urgent"),
            count(_any_turn(turns.c.kind == Kind.CRISIS.value)).label("crisis"),
            count(_any_turn(turns.c.flagged.is_(True))).label("flagged"),
            count(_any_turn(turns.c.liked.is_(False))).label("disliked"),
            count(conversations.c.reviewed.is_(None)).label("unreviewed"),
        )
    ).one()
    return {name: int(value) for name, value in row._mapping.items()}


def _turn_rows(connection: sa.Connection, ids: Sequence[str]) -> defaultdict[str, list[AnyRow]]:
    columns = (turns.c.conversation_id, turns.c.question, turns.c.kind, turns.c.flagged, turns.c.liked)
    rows: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(sa.select(*columns).where(turns.c.conversation_id.in_(ids)).order_by(turns.c.id)):
        rows[row.conversation_id].append(row)
    return rows


def _summary(row: AnyRow, asked: list[AnyRow]) -> Summary:
    return Summary(
        id=row.id,
        started=row.started,
        last=row.last,
        question=asked[0].question if asked else "",
        alarm=next((turn.question for turn in asked[1:] if turn.kind in (Kind.URGENT, Kind.CRISIS)), None),
        turns=len(asked),
        flagged=sum(turn.flagged for turn in asked),
        likes=sum(turn.liked is True for turn in asked),
        dislikes=sum(turn.liked is False for turn in asked),
        kinds=tuple(dict.fromkeys(Kind(turn.kind) for turn in asked)),
        reviewed_by=row.reviewed_by,
    )


def _turn(row: AnyRow, written: tuple[Note, ...]) -> StoredTurn:
    return StoredTurn(
        id=row.id,
        conversation_id=row.conversation_id,
        asked=row.asked,
        question=row.question,
        understood=row.understood,
        kind=Kind(row.kind),
        flagged=row.flagged,
        answer_json=row.answer_json,
        retrieved=retrieved(row.retrieved_json),
        liked=row.liked,
        reason=row.reason,
        removed=row.removed,
        notes=written,
    )


def _notes(connection: sa.Connection, conversation_id: str) -> tuple[Note, ...]:
    rows = connection.execute(sa.select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id))
    return tuple(
        Note(kind=NoteKind(row.kind), turn_id=row.turn_id, author=row.author, text=row.text, at=row.at) for row in rows
    )
