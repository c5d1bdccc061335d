"""The sections of an answer: its main message, what was found, how sure that is, and a next step. Pure."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from rag.kinds import Verdict
from rag.types import Statement

# How the topics and the evidence map say it, nearly always.
_SURE = re.compile(r"\b[Ww]e are (?:(?:not|very|fully|quite|fairly) )*(?:sure|surer)\b|^Why: ")
_CLOSING = 3  # statements at most that say how sure we are and what is not known


class Section(StrEnum):
    """A section of an answer, in the order of the answer."""

    MAIN = "main"
    FOUND = "found"
    SURE = "sure"
    NEXT = "next"


def outline(statements: Sequence[Statement]) -> Iterator[tuple[Section, Sequence[Statement]]]:
    """Yield the sections that an answer has; while it grows, nearly every statement keeps its section."""
    facts = [place for place, statement in enumerate(statements) if statement.support is not Verdict.NOT_A_CLAIM]
    if not facts:
        yield Section.MAIN, statements
        return
    main, end = _end_of_main(statements, facts[0]), facts[-1] + 1
    closing = range(max(main, end - _CLOSING), end)
    sure = next((place for place in closing if _SURE.search(statements[place].text)), end)
    bounds = (0, main, sure, end, len(statements))
    for section, start, stop in zip(Section, bounds, bounds[1:], strict=False):
        if start < stop:
            yield section, statements[start:stop]


def _end_of_main(statements: Sequence[Statement], first: int) -> int:
    """Give where the main message ends: with the first fact, or the second where that is the short answer to it."""
    shared = statements[first].markers
    follows = first + 1 < len(statements) and statements[first + 1].markers == shared != ()
    return first + 1 + follows
