"""What the store gives out and takes in: frozen records, without any database in them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rag.kinds import Kind

PAGE_SIZE = 25  # a screenful of conversations


class NoteKind(StrEnum):
    """What a member of staff wrote."""

    REVIEW = "review"
    COMMENT = "comment"
    CORRECTION = "correction"


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptFilter:
    """Which conversations are meant; None leaves a condition out.

    ``first_day`` and ``last_day`` are UTC days, both included. Each condition on turns (kind, flagged, liked, text)
    must hold on a turn of those days, not all on the same one; ``flagged=False``: no flag at all.
    """

    first_day: date | None = None
    last_day: date | None = None
    kind: Kind | None = None
    flagged: bool | None = None
    liked: bool | None = None
    reviewed: bool | None = None
    text: str | None = None
    conversation_id: str | None = None
    page: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """One conversation in a list; ``question`` is its first; ``alarm``: a later one that was urgent or a crisis."""

    id: str
    started: datetime
    last: datetime
    question: str
    alarm: str | None
    turns: int
    flagged: int
    likes: int
    dislikes: int
    kinds: tuple[Kind, ...]
    reviewed_by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SummaryPage:
    """A page of summaries, newest first, with counts over everything that the filter matches."""

    summaries: tuple[Summary, ...]
    page: int
    pages: int
    conversations: int
    urgent: int
    crisis: int
    flagged: int
    disliked: int
    unreviewed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RetrievedPassage:
    """A passage as it was when the question was asked; ``similarity`` is the cosine, -1 to 1.

    ``nearest``: shown to the patient as the nearest there is, beside an answer that abstained.
    """

    passage_id: str
    source_id: str
    text: str
    score: float
    similarity: float
    nearest: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What a member of staff wrote about a turn, or about the conversation when ``turn_id`` is None."""

    kind: NoteKind
    turn_id: int | None
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTurn:
    """A turn as it is kept: redacted, with the answer as the patient saw it (JSON text, schema ``answer/1``).

    ``removed`` counts the personal details that were taken out.
    """

    id: int
    conversation_id: str
    asked: datetime
    question: str
    understood: str
    kind: Kind
    flagged: bool
    answer_json: str
    retrieved: tuple[RetrievedPassage, ...]
    liked: bool | None
    reason: str | None
    removed: int
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A whole conversation; ``notes`` are those about all of it."""

    id: str
    started: datetime
    turns: tuple[StoredTurn, ...]
    reviewed_by: str | None
    reviewed: datetime | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A member of staff; ``version`` changes with the password and at each logout, so that sessions end."""

    name: str
    version: str
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """Who did what to which transcript, and when."""

    at: datetime
    who: str
    action: str
    subject: str
