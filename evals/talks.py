"""Conversations to hold with the product: per turn the question, what its answer must and must not say, its kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.cases import Json, own_id, split_of
from rag.kinds import Kind, Wish

_JUDGED = (Wish.MORE, Wish.SIMPLER, Wish.NUMBERS)  # whether the others were met no rule can tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A fact that an answer must hold; any one of its patterns will do, so that the wording is free."""

    any_of: tuple[re.Pattern[str], ...]

    def told_in(self, text: str) -> bool:
        """Tell whether a text in lower case holds the fact."""
        return any(pattern.search(text) for pattern in self.any_of)

    @property
    def words(self) -> str:
        """Give the patterns as one line."""
        return " | ".join(pattern.pattern for pattern in self.any_of)


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkTurn:
    """One question with what is expected; ``kinds`` holds more than one kind where two are right."""

    question: str
    kinds: tuple[Kind, ...]
    facts: tuple[Fact, ...]
    never: tuple[re.Pattern[str], ...]
    wants: Wish | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkCase:
    """A conversation, in a voice.

    {"id", "split": dev|held_back, "voice", "turns": [{"question", "kinds": [kind, ...],
     "facts": [[pattern, ...], ...], "never": [pattern, ...], "wants": more|simpler|numbers (optional)}, ...]}
    """

    id: str
    split: str
    voice: str
    turns: tuple[TalkTurn, ...]


def talk_case(record: Json, number: int) -> TalkCase:
    """Parse one line of a conversations file; raise ValueError with what is wrong."""
    turns = record.get("turns")
    if not isinstance(turns, list) or not turns:
        raise ValueError('"turns" must be a list that is not empty')
    return TalkCase(
        id=own_id(record, number),
        split=split_of(record),
        voice=str(record.get("voice", "")),
        turns=tuple(_turn(turn, place) for place, turn in enumerate(turns, 1)),
    )


def _turn(raw: Json, place: int) -> TalkTurn:
    if not isinstance(raw, Mapping):
        raise ValueError(f"turn {place} is not an object")
    question, kinds, wants = raw.get("question"), raw.get("kinds"), raw.get("wants")
    if not isinstance(question, str) or not question.strip():
        raise ValueError(f'turn {place}: "question" must be a text that is not empty')
    if not isinstance(kinds, list) or not kinds:
        raise ValueError(f'turn {place}: "kinds" must name at least one kind')
    facts = raw.get("facts", [])
    if not isinstance(facts, list) or not all(isinstance(fact, list) and fact for fact in facts):
        raise ValueError(f'turn {place}: "facts" must be a list of lists of patterns')
    if wants and wants not in _JUDGED:
        raise ValueError(f'turn {place}: "wants" is {wants!r}; it must be one of {", ".join(_JUDGED)}')
    return TalkTurn(
        question=question,
        kinds=tuple(Kind(kind) for kind in kinds),
        facts=tuple(Fact(any_of=_patterns(fact, place)) for fact in facts),
        never=_patterns(raw.get("never", []), place),
        wants=Wish(wants) if wants else None,
    )


def _patterns(raw: Sequence[str], place: int) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in raw)
    except (re.error, TypeError) as error:
        raise ValueError(f"turn {place}: {raw!r} is not a list of patterns ({error})") from error
