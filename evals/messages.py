"""Messages that may ask several things: the words that ask each, and the topics that would rightly answer it."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.cases import Json, split_of, text_of, texts_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One question of a message: its words, copied, and the topics that answer it, best first; none if none does."""

    words: str
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageCase:
    """A message, the last of some turns, and each thing that it asks.

    {"id", "split": dev|held_back, "turns": [earlier question, ..., the message],
     "asks": [{"words": copied from the message, "topics": [topic id, ...]}, ...]}
    """

    id: str
    split: str
    turns: tuple[str, ...]
    asks: tuple[Ask, ...]


def message_case(record: Json, number: int) -> MessageCase:
    """Parse one line of a messages file; raise ValueError with what is wrong."""
    turns, asks = texts_of(record, "turns"), record.get("asks")
    if not turns:
        raise ValueError('"turns" is empty')
    if not isinstance(asks, list) or not asks:
        raise ValueError('"asks" must be a list that is not empty')
    return MessageCase(
        id=text_of(record, "id"),
        split=split_of(record),
        turns=turns,
        asks=tuple(_ask(ask) for ask in asks),
    )


def _ask(raw: object) -> Ask:
    if not isinstance(raw, Mapping):
        raise ValueError('"asks" must hold objects')
    return Ask(words=text_of(raw, "words"), topics=texts_of(raw, "topics"))
