"""Texts in which people marked and judged every claim, and what the product says of each mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import Json, own_id, split_of
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
    start = text.find(raw["quote"])
    if start < 0:
        raise ValueError(f"{raw['quote']!r} is no part of the text")
    return MarkedClaim(span=(start, start + len(raw["quote"])), verdict=Verdict(raw["verdict"]))


def verdicts_in(marked: MarkedText, judged: Sequence[Judgement]) -> list[Verdict]:
    """Give for each mark the verdict on the claim that covers most of it; ``not_a_claim`` where none touches it."""
    return [_covering(claim.span, judged) for claim in marked.claims]


def _covering(mark: Span, judged: Sequence[Judgement]) -> Verdict:
    shared = ((min(mark[1], j.claim.span[1]) - max(mark[0], j.claim.span[0]), j) for j in judged if j.claim.span)
    common, best = max(shared, key=lambda item: item[0], default=(0, None))
    return best.verdict if best and common > 0 else Verdict.NOT_A_CLAIM
