"""A text with its judged claims marked in place, and the panels the marks open; pure, all escaped."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from rag.kinds import Verdict
from rag.render import (
    VERDICT_MEANINGS,
    VERDICT_SHAPES,
    VERDICT_WORDS,
    Shelf,
    badge,
    certainty_html,
    evidence_html,
    h,
)
from rag.types import Judgement, Span


def readable(text: str) -> str:
    """Give a text as it can be sent: halves of characters, which no page can hold, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def text_html(text: str, judgements: Sequence[Judgement], prefix: str) -> Markup:
    """Give a text with each claim marked at its span, linked to ``#<prefix><number>``; spans may overlap."""
    spans = {i: s for i, j in enumerate(judgements) if (s := _within(j.claim.span, len(text)))}
    edges = sorted({0, len(text)} | {edge for span in spans.values() for edge in span})
    pieces = []
    for start, end in pairwise(edges):
        around = [i for i, (first, last) in spans.items() if first <= start and end <= last]
        # The shortest claim around a piece owns it, so a claim inside another can still be reached.
        owner = min(around, key=lambda i: (spans[i][1] - spans[i][0], i), default=None)
        ending = [i for i in around if spans[i][1] == end]
        pieces.append(_piece(text[start:end], owner, ending, (judgements, prefix)))
    return Markup("").join(pieces)


def claims_html(judgements: Sequence[Judgement], prefix: str, shelf: Shelf, *, opened: bool = False) -> Markup:
    """Give the claims of a text as a list of panels that open, or stand open, in the order of their numbers."""
    return Markup("").join(
        h(
            '<details class="claim-card {v}"{state}><summary><span class="number">{n}</span> {badge} '
            '<span class="said">“{text}”</span></summary><div id="{p}{n}" class="claim-body" tabindex="-1">'
            "<p>{reason}</p>{sure}{evidence}</div></details>",
            v=judgement.verdict.value, p=prefix, n=number, text=judgement.claim.text,
            state=Markup(" open") if opened else "",
            badge=badge(judgement.verdict), reason=judgement.reason or VERDICT_MEANINGS[judgement.verdict],
            sure=certainty_html(judgement.certainty), evidence=evidence_html(judgement.evidence, shelf),
        )
        for number, judgement in enumerate(judgements, 1)
    )  # fmt: skip


def _within(span: Span | None, length: int) -> Span | None:
    if span is None:
        return None
    start, end = max(0, span[0]), min(length, span[1])
    return (start, end) if start < end else None


def _piece(words: str, owner: int | None, ending: list[int], context: tuple[Sequence[Judgement], str]) -> Markup:
    judgements, prefix = context
    chips = {i: _chip(judgements[i].verdict, i + 1) for i in ending}
    if owner is None:
        return Markup.escape(words)
    own = h(
        '<a class="claim {v}" href="#{p}{n}"><span class="words">{words}</span>{chip}</a>',
        v=judgements[owner].verdict.value, p=prefix, n=owner + 1, words=words, chip=chips.pop(owner, ""),
    )  # fmt: skip
    others = [
        h(
            '<a class="claim {v}" href="#{p}{n}">{chip}</a>',
            v=judgements[i].verdict.value, p=prefix, n=i + 1, chip=chip,
        )
        for i, chip in chips.items()
    ]  # fmt: skip
    return Markup("").join([own, *others])


def _chip(verdict: Verdict, number: int) -> Markup:
    return h(
        '<sup class="chip"><span aria-hidden="true">{shape}</span>{n}'
        '<span class="unseen"> ({words})</span></sup>',
        shape=VERDICT_SHAPES[verdict], n=number, words=VERDICT_WORDS[verdict],
    )  # fmt: skip
