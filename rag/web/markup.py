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
from rag.text import sentence_texts
from rag.types import Claim, Judgement, Span

_SAID = 8  # words of a claim that its panel repeats


def readable(text: str) -> str:
    """Give a text as it can be sent: halves of characters, which no page can hold, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def text_html(text: str, judgements: Sequence[Judgement], first: int = 1) -> Markup:
    """Give a text with each claim marked at its span, linked to ``#c<number>`` from ``first`` on; spans may overlap."""
    spans = {i: s for i, j in enumerate(judgements) if (s := _within(j.claim.span, len(text)))}
    edges = sorted({0, len(text)} | {edge for span in spans.values() for edge in span})
    pieces = []
    for start, end in pairwise(edges):
        around = [i for i, (first, last) in spans.items() if first <= start and end <= last]
        # The shortest claim around a piece owns it, so a claim inside another can still be reached.
        owner = min(around, key=lambda i: (spans[i][1] - spans[i][0], i), default=None)
        ending = [i for i in around if spans[i][1] == end]
        pieces.append(_piece(text[start:end], owner, ending, (judgements, first)))
    return Markup("").join(pieces)


def claims_html(judgements: Sequence[Judgement], shelf: Shelf, first: int = 1, *, open_flags: bool = False) -> Markup:
    """Give the claims of a text as panels numbered from ``first``; flagged ones may stand open."""
    return Markup("").join(
        _panel(judgement, number, shelf, opened=open_flags and judgement.flagged)
        for number, judgement in enumerate(judgements, first)
    )


def _panel(judgement: Judgement, number: int, shelf: Shelf, *, opened: bool) -> Markup:
    reason = judgement.reason or VERDICT_MEANINGS[judgement.verdict]
    return h(
        '<details class="claim-card {v}"{state}><summary><span class="number">{n}</span> {badge} '
        '<span class="said">“{said}”</span> <span class="gist">{gist}</span></summary>'
        '<span id="c{n}" class="claim-top"></span><p>{reason}</p>{sure}{evidence}{back}</details>',
        v=judgement.verdict.value, n=number, state=Markup(" open") if opened else "", badge=badge(judgement.verdict),
        said=_said(judgement.claim), gist=next(iter(sentence_texts(reason)), reason), reason=reason,
        sure=certainty_html(judgement.certainty), evidence=evidence_html(judgement.evidence, shelf),
        back=h('<p class="to-text"><a href="#m{n}">Back to the text</a></p>', n=number) if judgement.claim.span else "",
    )  # fmt: skip


def _said(claim: Claim) -> str:
    words = claim.text.split()
    # Marked in the text it stands there whole.
    return claim.text if claim.span is None or len(words) <= _SAID else " ".join(words[:_SAID]) + "\u00a0…"


def _within(span: Span | None, length: int) -> Span | None:
    if span is None:
        return None
    start, end = max(0, span[0]), min(length, span[1])
    return (start, end) if start < end else None


def _piece(words: str, owner: int | None, ending: list[int], context: tuple[Sequence[Judgement], int]) -> Markup:
    judgements, first = context
    chips = {i: _chip(judgements[i].verdict, i + first) for i in ending}
    if owner is None:
        return Markup.escape(words)
    own = h(
        '<a class="claim {v}" href="#c{n}"><span class="words">{words}</span>{chip}</a>',
        v=judgements[owner].verdict.value, n=owner + first, words=words, chip=chips.pop(owner, ""),
    )  # fmt: skip
    others = [
        h('<a class="claim {v}" href="#c{n}">{chip}</a>', v=judgements[i].verdict.value, n=i + first, chip=chip)
        for i, chip in chips.items()
    ]
    return Markup("").join([own, *others])


def _chip(verdict: Verdict, number: int) -> Markup:
    return h(
        '<sup class="chip" id="m{n}"><span aria-hidden="true">{shape}</span>{n}'
        '<span class="unseen"> ({words})</span></sup>',
        shape=VERDICT_SHAPES[verdict], n=number, words=VERDICT_WORDS[verdict],
    )  # fmt: skip
