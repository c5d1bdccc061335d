"""What a reply (``answer/1``) holds: the statements that state something, those that nothing backs, what is told."""

from typing import Any

from evals.cases import Json
from rag.kinds import Verdict


def stating(reply: Json) -> list[dict[str, Any]]:
    """Give the statements that state something: all but advice, greetings and questions."""
    return [s for s in reply["statements"] if s["support"] != Verdict.NOT_A_CLAIM]


def unbacked(reply: Json) -> list[dict[str, Any]]:
    """Give the statements that state something and are neither cited nor flagged."""
    return [s for s in stating(reply) if not (s["citations"] or s["flagged"])]


def with_notes(reply: Json) -> list[str]:
    """Give what each statement tells, its note behind it."""
    return [f"{s['text']} {s.get('note') or ''}" for s in reply["statements"]]
