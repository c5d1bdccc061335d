"""What a reply (``answer/1``) holds: what states something, what nothing backs, its sentences, what is told."""

from typing import Any

from evals.cases import Json
from rag.kinds import Verdict
from rag.text import sentence_texts


def stating(reply: Json) -> list[dict[str, Any]]:
    """Give the statements that state something: all but advice, greetings and questions."""
    return [s for s in reply["statements"] if s["support"] != Verdict.NOT_A_CLAIM]


def unbacked(reply: Json) -> list[dict[str, Any]]:
    """Give the statements that state something and are neither cited nor flagged."""
    return [s for s in stating(reply) if not (s["citations"] or s["flagged"])]


def sentences_said(reply: Json) -> list[str]:
    """Give the sentences of the statements one by one: a system may put a whole passage into one statement."""
    return [sentence for s in reply.get("statements", []) for sentence in sentence_texts(s["text"])]


def with_notes(reply: Json) -> list[str]:
    """Give what each statement tells, its note behind it."""
    return [f"{s['text']} {s.get('note') or ''}" for s in reply["statements"]]
