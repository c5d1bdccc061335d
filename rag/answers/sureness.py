"""How sure we are of a cell of the evidence map, and why, in plain words. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.answers.citations import Sentence
from rag.evidence import Cell
from rag.kinds import Certainty, Verdict
from rag.text import sentence_texts

# A first word that stays in capitals.
_NAME = re.compile(r"\S[A-Z]|(?:England|Scotland|Wales|Brazil|Japan|India|Turkey)\b")
_REASONS = 2
_OF_COUNTS = re.compile(r"The counts are those of\b")  # where figures come from is no reason of its own
WHY = "Why: "  # many reasons are no whole sentences: "one small study"
UNSURE = re.compile(r"\bnot (?:very )?sure\b|\bdisagree\b|\bdo not agree\b")  # what says it already
_JOINED_WORDS = 12  # a longer reason stands as a sentence of its own
_SURE_WORDS = {
    Certainty.HIGH: "We are quite sure of the main point.",
    Certainty.MODERATE: "We are fairly sure of the main point.",
    Certainty.LOW: "We are not very sure of the main point.",
    Certainty.VERY_LOW: "We are not sure of the main point.",
}


def reasons(cell: Cell) -> list[Sentence]:
    """Give why we are no surer of a cell, a sentence each: "Why: one small study." """
    told = _told(cell)
    told[0] = f"{WHY}{_inside(told[0])}"
    return [Sentence(text=text, passage_ids=cell.passage_ids[:2], support=Verdict.SUPPORTED) for text in told]


def how_sure(cell: Cell, certainty: Certainty) -> Iterator[Sentence]:
    """Yield how sure we are and why, joined where the reason is short: "... of the main point: one small study." """
    words, (first, *rest) = _SURE_WORDS[certainty], reasons(cell)
    why = first.text.removeprefix(WHY)
    if len(why.split()) <= _JOINED_WORDS:
        yield replace(first, text=f"{words.rstrip('.')}: {why}")
    else:
        yield Sentence(text=words, support=Verdict.NOT_A_CLAIM)
        yield first
    yield from rest


def _told(cell: Cell) -> list[str]:
    told = sentence_texts(cell.why)
    return [reason for reason in told if not _OF_COUNTS.match(reason)][:_REASONS] or told[:_REASONS]


def _inside(text: str) -> str:
    """Give a sentence as it stands after a colon: in small letters, unless it begins with a name."""
    return text if _NAME.match(text) else text[0].lower() + text[1:]
