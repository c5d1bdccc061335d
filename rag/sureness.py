"""How sure we are of a cell of the evidence map, and why, in plain words. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.citations import Sentence
from rag.evidence import Cell
from rag.kinds import Certainty, Verdict
from rag.text import sentences

# A first word that stays in capitals.
_NAME = re.compile(r"\S[A-Z]|(?:England|Scotland|Wales|Brazil|Japan|India|Turkey)\b")
_REASONS = 2
UNSURE = re.compile(r"\bnot (?:very )?sure\b|\bdisagree\b|\bdo not agree\b")  # what says it already
_JOINED_WORDS = 12  # a longer reason stands as a sentence of its own
_SURE_WORDS = {
    Certainty.HIGH: "We are quite sure of this.",
    Certainty.MODERATE: "We are fairly sure of this.",
    Certainty.LOW: "We are not very sure of this.",
    Certainty.VERY_LOW: "We are not sure of this.",
}


def reasons(cell: Cell) -> list[Sentence]:
    """Give why we are no surer of a cell, a sentence each."""
    spans = sentences(cell.why)[:_REASONS]
    return [Sentence(text=cell.why[start:end], passage_ids=cell.passage_ids[:2]) for start, end in spans]


def how_sure(cell: Cell, certainty: Certainty) -> Iterator[Sentence]:
    """Yield how sure we are and why, joined where the reason is short: "We are not sure of this: one small study." """
    words = _SURE_WORDS[certainty]
    first, *rest = reasons(cell)
    why = first.text if _NAME.match(first.text) else first.text[0].lower() + first.text[1:]
    if len(why.split()) <= _JOINED_WORDS:
        yield replace(first, text=f"{words.rstrip('.')}: {why}")
    else:
        yield Sentence(text=words, support=Verdict.NOT_A_CLAIM)
        yield first
    yield from rest
