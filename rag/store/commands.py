"""What the commands ``transcripts`` and ``staff`` do: lines to print, a password from a person or a pipe."""

import getpass
import json
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from rag.errors import UsageError
from rag.store import Account, Conversation, Store, StoredTurn, Summary, TranscriptFilter


def reader_name() -> str:
    """Give the name under which the audit trail knows whoever runs a command."""
    try:
        return f"command:{getpass.getuser()}"
    except (OSError, KeyError):  # a container without a user entry
        return "command"


def list_lines(store: Store, wanted: TranscriptFilter, *, as_json: bool = False) -> Iterator[str]:
    """Give one line per conversation, newest first, over all pages."""
    page = store.conversations(replace(wanted, page=1), reader=reader_name())
    yield from _page(page.summaries, as_json)
    for number in range(2, page.pages + 1):
        page = store.conversations(replace(wanted, page=number), reader=reader_name())
        yield from _page(page.summaries, as_json)


def show_lines(store: Store, conversation_id: str, *, as_json: bool = False) -> Iterator[str]:
    """Give a conversation as text, or as one JSON line per turn."""
    if as_json:
        only = TranscriptFilter(conversation_id=conversation_id)
        store.conversation(conversation_id, reader=reader_name())  # raises when there is none
        for line in store.export(only, "jsonl", reader=reader_name()):
            yield line.rstrip("\n")
        return
    yield from _conversation(store.conversation(conversation_id, reader=reader_name()))


def export_text(store: Store, wanted: TranscriptFilter, form: str) -> Iterator[str]:
    """Give the export piece by piece, line ends included; write it as it is."""
    return store.export(wanted, form, reader=reader_name())


def add_staff(store: Store, name: str, source: TextIO | None = None) -> Account:
    """Make a staff account with a password that is asked for, or read from a pipe."""
    return store.add_account(name, read_password(source or sys.stdin))


def change_password(store: Store, name: str, source: TextIO | None = None) -> None:
    """Give a staff account another password, asked for or read from a pipe; its sessions end."""
    store.set_password(name, read_password(source or sys.stdin))


def read_password(source: TextIO) -> str:
    """Ask for a password twice without showing it; where nobody sits at the keyboard, read one line."""
    if not source.isatty():
        return source.readline().rstrip("\r\n")
    password = getpass.getpass("Password (at least 12 characters): ")
    if getpass.getpass("The same password again: ") != password:
        raise UsageError("The two passwords differ; run the command again.")
    return password


def _page(summaries: tuple[Summary, ...], as_json: bool) -> Iterator[str]:
    for summary in summaries:
        yield json.dumps(_object(summary), ensure_ascii=False) if as_json else _line(summary)


def _object(summary: Summary) -> dict[str, object]:
    return {
        "id": summary.id,
        "started": summary.started.isoformat(),
        "last": summary.last.isoformat(),
        "question": summary.question,
        "turns": summary.turns,
        "flagged": summary.flagged,
        "likes": summary.likes,
        "dislikes": summary.dislikes,
        "kinds": [kind.value for kind in summary.kinds],
        "reviewed_by": summary.reviewed_by,
    }


def _line(summary: Summary) -> str:
    marks = [f"{summary.turns} turn{'s' * (summary.turns != 1)}"]
    marks += [f"{summary.flagged} flagged"] * bool(summary.flagged)
    marks += [f"{summary.dislikes} not helpful"] * bool(summary.dislikes)
    marks += [f"reviewed by {summary.reviewed_by}"] * bool(summary.reviewed_by)
    return f"{summary.id}  {summary.last:%Y-%m-%d %H:%M}  {_plain(summary.question)}  ({', '.join(marks)})"


def _conversation(conversation: Conversation) -> Iterator[str]:
    reviewed = f"reviewed by {conversation.reviewed_by}" if conversation.reviewed_by else "not reviewed"
    yield f"Conversation {conversation.id}, {conversation.started:%Y-%m-%d %H:%M} UTC, {reviewed}"
    yield from (f"  {note.kind.value} by {note.author}: {_plain(note.text)}" for note in conversation.notes)
    for turn in conversation.turns:
        yield ""
        yield from _turn(turn)


def _turn(turn: StoredTurn) -> Iterator[str]:
    answer = json.loads(turn.answer_json)
    yield f"[{turn.id}] {turn.asked:%Y-%m-%d %H:%M} UTC  {turn.kind.value}"
    yield f"  Asked: {_plain(turn.question)}"
    if turn.understood != turn.question:
        yield f"  Understood as: {_plain(turn.understood)}"
    for statement in answer["statements"]:
        markers = "".join(f" [{marker}]" for marker in statement["citations"])
        flag = f"  ({statement['support']})" if statement["flagged"] else ""
        yield f"  Answer: {_plain(statement['text'])}{markers}{flag}"
    for claim in answer["claims"]:
        yield f"  Claim ({claim['verdict']}): {_plain(claim['text'])}"
    for passage in turn.retrieved:
        yield f"  Retrieved {passage.passage_id} ({passage.score:.3f}): {_plain(passage.text)}"
    if turn.liked is not None:
        found = "helpful" if turn.liked else "not helpful"
        yield f"  The patient found it {found}. {_plain(turn.reason or '')}".rstrip()
    yield from (f"  {note.kind.value} by {note.author}: {_plain(note.text)}" for note in turn.notes)


def _plain(text: str) -> str:
    # A terminal obeys control characters; a patient's words must not steer it.
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(kept.split())
