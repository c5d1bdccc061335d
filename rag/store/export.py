"""Transcripts as JSON lines or CSV that a spreadsheet cannot run; pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from rag.store.records import Conversation, Note, NoteKind, StoredTurn

COLUMNS = (
    "conversation_id",
    "turn_id",
    "asked",
    "kind",
    "flagged",
    "question",
    "understood",
    "answer",
    "liked",
    "reason",
    "removed",
    "reviewed_by",
    "comments",
    "corrections",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def jsonl(conversations: Iterable[Conversation]) -> Iterator[str]:
    """Give one JSON object per turn, each with its line end."""
    for conversation in conversations:
        for turn in conversation.turns:
            yield json.dumps(_object(conversation, turn), ensure_ascii=False) + "\n"


def csv_lines(conversations: Iterable[Conversation]) -> Iterator[str]:
    """Give a heading and one record per turn, each with its line end; cells may hold line breaks."""
    yield _record(COLUMNS)
    for conversation in conversations:
        for turn in conversation.turns:
            yield _record(_cells(conversation, turn))


def _record(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def _cells(conversation: Conversation, turn: StoredTurn) -> tuple[str, ...]:
    return (
        conversation.id,
        str(turn.id),
        turn.asked.isoformat(),
        turn.kind.value,
        "yes" if turn.flagged else "no",
        turn.question,
        turn.understood,
        str(json.loads(turn.answer_json)["text"]),
        {True: "yes", False: "no", None: ""}[turn.liked],
        turn.reason or "",
        str(turn.removed),
        conversation.reviewed_by or "",
        _joined(turn.notes, NoteKind.COMMENT),
        _joined(turn.notes, NoteKind.CORRECTION),
    )


def _joined(notes: tuple[Note, ...], kind: NoteKind) -> str:
    return "\n".join(f"{note.author}: {note.text}" for note in notes if note.kind is kind)


def _object(conversation: Conversation, turn: StoredTurn) -> dict[str, object]:
    return {
        "conversation_id": conversation.id,
        "turn_id": turn.id,
        "asked": turn.asked.isoformat(),
        "kind": turn.kind.value,
        "flagged": turn.flagged,
        "question": turn.question,
        "understood": turn.understood,
        "answer": json.loads(turn.answer_json),
        "retrieved": [
            {
                "passage_id": p.passage_id,
                "source_id": p.source_id,
                "text": p.text,
                "score": p.score,
                "similarity": p.similarity,
            }
            for p in turn.retrieved
        ],
        "liked": turn.liked,
        "reason": turn.reason,
        "removed": turn.removed,
        "reviewed_by": conversation.reviewed_by,
        "notes": [
            {"kind": n.kind.value, "author": n.author, "text": n.text, "at": n.at.isoformat()}
            for n in (*conversation.notes, *turn.notes)
        ],
    }


WRITERS = {"jsonl": jsonl, "csv": csv_lines}
