"""Texts in which people marked and judged every claim, and what the product says of each mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import Json, own_id, split_of, text_of
from rag.kinds import Verdict
from rag.types import Judgement, Span


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkedClaim:
    """A part of a text that states something, and the verdict reasoned from the passages."""

    span: Span
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkedText:
    """A text with its marks.

    {"id", "split": dev|held_back, "genre", "text", "claims": [{"quote": exact part of the text, "verdict", ...}, ...]}
    """

    id: str
    split: str
    text: str
    claims: tuple[MarkedClaim, ...]


def marked_text(record: Json, number: int) -> MarkedText:
    """Parse one line of a file of marked texts; raise ValueError with what is wrong."""
    text, claims = record.get("text"), record.get("claims")
    if not isinstance(text, str) or not isinstance(claims, list) or not claims:
        raise ValueError('"text" must be a text and "claims" a list that is not empty')
    return MarkedText(
        id=own_id(record, number),
        split=split_of(record),
        text=text,
        claims=tuple(_claim(text, claim) for claim in claims),
    )


def _claim(text: str, raw: Json) -> MarkedClaim:
    return MarkedClaim(span=mark_of(text, text_of(raw, "quote")), verdict=Verdict(text_of(raw, "verdict")))


def mark_of(text: str, quote: str) -> Span:
    """Give where a quote stands in a text; raise ValueError where it does not."""
    start = text.find(quote)
    if start < 0:
        raise ValueError(f"{quote!r} is no part of the text")
    return start, start + len(quote)


def covering(mark: Span, spans: Sequence[Span | None]) -> int | None:
    """Give the place of the span that shares most with a mark, the first of equals; None where none touches it."""
    shared = [(min(mark[1], s[1]) - max(mark[0], s[0]), -place) for place, s in enumerate(spans) if s]
    common, place = max(shared, default=(0, 0))
    return -place if common > 0 else None


def verdicts_in(marked: MarkedText, judged: Sequence[Judgement]) -> list[Verdict]:
    """Give for each mark the verdict on the claim that covers most of it; ``not_a_claim`` where none touches it."""
    spans = [judgement.claim.span for judgement in judged]
    places = (covering(claim.span, spans) for claim in marked.claims)
    return [Verdict.NOT_A_CLAIM if place is None else judged[place].verdict for place in places]
