"""Keep turns, feedback, reviews, accounts and the audit trail."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rag.errors import UsageError
from rag.privacy.redaction import redact
from rag.settings import Settings
from rag.store import engine as engines
from rag.store import export, payload, queries
from rag.store.database import SYSTEM, Clock, utc_now
from rag.store.records import Conversation, NoteKind, SummaryPage, TranscriptFilter
from rag.store.staff import StaffAccounts
from rag.store.tables import conversations, notes, turns
from rag.types import Turn

MAX_NOTE_CHARACTERS = 4_000  # two pages
_MAX_TURN_ID = 2**31 - 1  # what the column holds
_CONVERSATION_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_DONE = {NoteKind.COMMENT: "commented", NoteKind.CORRECTION: "corrected"}
# A new turn wants a new look.
_UNREVIEWED: dict[str, None] = {"reviewed_by": None, "reviewed": None}


class Store(StaffAccounts):
    """The transcript database; every method may be called from any thread and raises StoreUnavailable."""

    def __init__(self, engine: sa.Engine, place: str, clock: Clock, retention: timedelta) -> None:
        super().__init__(engine, place, clock)
        self._retention = retention
        self._purged: date | None = None

    @classmethod
    def open(cls, settings: Settings, clock: Clock = utc_now) -> "Store":
        """Open the database, build or update its tables, and delete what is older than the retention time."""
        url = settings.database_url
        place = "the database of RAG_DATABASE_URL" if url else str(settings.data_dir / "transcripts.db")
        with engines.translated(place):
            if url:
                engine = engines.server_engine(url.get_secret_value())
            else:
                engine = engines.sqlite_engine(settings.data_dir)
            engines.migrate(engine)
        store = cls(engine, place, clock, timedelta(days=settings.transcript_retention_days))
        store.apply_retention()
        return store

    # Turns

    def save(self, conversation_id: str, turn: Turn) -> int:
        """Keep a turn without its personal details and give its number."""
        if not _CONVERSATION_ID.fullmatch(conversation_id):
            raise ValueError("a conversation id has 1 to 64 letters, digits, dashes or underscores")
        self.apply_retention()
        kept, now = payload.without_personal(turn), self.clock()
        row = {
            "conversation_id": conversation_id,
            "asked": now,
            "question": kept.turn.question,
            "understood": kept.turn.understood,
            "kind": turn.answer.kind.value,
            "flagged": turn.answer.flagged,
            "answer_text": payload.clean(kept.turn.answer.text),
            "answer_json": payload.answer_text(kept.turn),
            "retrieved_json": payload.retrieved_text(kept.turn),
            "removed": kept.removed,
        }
        with self.writing() as connection:
            _touch(connection, conversation_id, now)
            number = connection.execute(sa.insert(turns).values(row)).inserted_primary_key
        return int(number[0]) if number else 0

    def give_feedback(self, turn_id: int, liked: bool, reason: str | None = None) -> None:
        """Keep whether an answer helped, and why, without personal details."""
        _check_turn_id(turn_id)
        text = redact(_words(reason)).text if reason and reason.strip() else None
        with self.writing() as connection:
            done = connection.execute(sa.update(turns).where(turns.c.id == turn_id).values(liked=liked, reason=text))
        if not done.rowcount:
            raise UsageError(f"Answer {turn_id} is no longer kept, so the feedback cannot be stored.")

    def apply_retention(self) -> None:
        """Delete what is older than the retention time; does nothing when that was done today."""
        now = self.clock()
        if self._purged != now.date():
            self.purge(now - self._retention)
            self._purged = now.date()

    def purge(self, before: datetime) -> int:
        """Delete the turns asked before a moment and conversations left empty; give the number of turns."""
        with self.writing() as connection:
            old = connection.execute(sa.delete(turns).where(turns.c.asked < before)).rowcount
            if old:
                kept = sa.exists().where(turns.c.conversation_id == conversations.c.id)
                connection.execute(sa.delete(conversations).where(~kept))
                self.note_audit(connection, SYSTEM, "purged", f"{old} turns asked before {before:%Y-%m-%d}")
        return old

    # Reading; whoever reads is recorded

    def conversations(self, wanted: TranscriptFilter, *, reader: str) -> SummaryPage:
        """Give a page of conversations, newest first; raise UsageError for days that cannot be searched."""
        queries.check_days(wanted)
        with self.writing() as connection:
            self.note_audit(connection, reader, "listed", described(wanted))
        with self.reading() as connection:
            return queries.summaries(connection, wanted)

    def conversation(self, conversation_id: str, *, reader: str) -> Conversation:
        """Give a whole conversation; raise UsageError when there is none of that name."""
        with self.reading() as connection:
            found = queries.conversation(connection, conversation_id)
        if found is None:
            raise UsageError("There is no such conversation; it may have been deleted after its retention time.")
        with self.writing() as connection:
            self.note_audit(connection, reader, "read", conversation_id)
        return found

    def export(self, wanted: TranscriptFilter, form: str, *, reader: str) -> Iterator[str]:
        """Give every matching turn, oldest conversation first, as ``jsonl`` or ``csv``, with line ends."""
        if form not in export.WRITERS:
            raise UsageError(f"Transcripts can be exported as {' or '.join(export.WRITERS)}, not as {form}.")
        queries.check_days(wanted)
        with self.writing() as connection:
            self.note_audit(connection, reader, "exported", f"{form}; {described(wanted)}")
        with self.reading() as connection:
            ids = queries.identifiers(connection, wanted)
        return export.WRITERS[form](self._each(ids))

    # Staff's words

    def review(self, conversation_id: str, reviewer: str, comment: str = "") -> None:
        """Mark a conversation as reviewed, with a comment or without."""
        with self.writing() as connection:
            done = connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(reviewed_by=reviewer, reviewed=self.clock())
            )
            if not done.rowcount:
                raise UsageError("There is no such conversation; it may have been deleted.")
            if comment.strip():
                note = {
                    "conversation_id": conversation_id,
                    "author": reviewer,
                    "text": redact(_words(comment)).text,
                }
                self._note(connection, NoteKind.REVIEW, note)
            self.note_audit(connection, reviewer, "reviewed", conversation_id)

    def comment(self, turn_id: int, reviewer: str, text: str) -> None:
        """Keep a comment on a turn, without personal details."""
        self._about_turn(NoteKind.COMMENT, turn_id, reviewer, redact(_words(text)).text)

    def correct(self, turn_id: int, reviewer: str, corrected_text: str) -> None:
        """Keep what the answer should have said; kept as it is written, helpline numbers included."""
        self._about_turn(NoteKind.CORRECTION, turn_id, reviewer, _words(corrected_text))

    # Inside

    def _each(self, ids: list[str]) -> Iterator[Conversation]:
        # One short transaction each: a slow download must not hold the database.
        for conversation_id in ids:
            with self.reading() as connection:
                found = queries.conversation(connection, conversation_id)
            if found is not None:
                yield found

    def _about_turn(self, kind: NoteKind, turn_id: int, author: str, text: str) -> None:
        _check_turn_id(turn_id)
        with self.writing() as connection:
            of = sa.select(turns.c.conversation_id).where(turns.c.id == turn_id)
            conversation_id = connection.scalar(of)
            if conversation_id is None:
                raise UsageError(f"Answer {turn_id} is no longer kept; it may have been deleted.")
            note = {"conversation_id": conversation_id, "turn_id": turn_id, "author": author, "text": text}
            self._note(connection, kind, note)
            self.note_audit(connection, author, _DONE[kind], f"{conversation_id}, answer {turn_id}")

    def _note(self, connection: sa.Connection, kind: NoteKind, note: Mapping[str, object]) -> None:
        connection.execute(sa.insert(notes).values(kind=kind.value, at=self.clock(), **note))


def described(wanted: TranscriptFilter) -> str:
    """Say in words what a filter asks for, for the audit trail."""
    given = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    return ", ".join(f"{name} {value}" for name, value in given.items() if value is not None)


def _check_turn_id(turn_id: int) -> None:
    if not 0 < turn_id <= _MAX_TURN_ID:
        raise UsageError("There is no such answer; it may have been deleted.")


def _words(text: str) -> str:
    kept = payload.clean(text).strip()
    if not kept:
        raise UsageError("The text is empty; write something before saving.")
    if len(kept) > MAX_NOTE_CHARACTERS:
        raise UsageError(f"The text is too long; keep it under {MAX_NOTE_CHARACTERS} characters.")
    return kept


def _touch(connection: sa.Connection, conversation_id: str, now: datetime) -> None:
    same = conversations.c.id == conversation_id
    again = sa.update(conversations).where(same).values(last=now, **_UNREVIEWED)
    if connection.execute(again).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(conversations).values(id=conversation_id, started=now, last=now))
    except IntegrityError:  # another process began the conversation in the meantime
        connection.execute(again)
