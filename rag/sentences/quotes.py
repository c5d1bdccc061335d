"""A finding as it is quoted: whether it counts something, and how far its study carries. Pure."""

from collections.abc import Iterable
from functools import lru_cache

from rag.evidence import Passage, Source, is_preclinical
from rag.kinds import Direction, StudyDesign, Verdict
from rag.quantities import Unit, quantities
from rag.text import normalise

_FIGURE_BONUS = 0.05
_UNCONTROLLED = (StudyDesign.CASE_SERIES, StudyDesign.CASE_REPORT, StudyDesign.SURVEY)


@lru_cache(maxsize=8_192)  # the lines of the corpus do not change
def has_figure(text: str) -> bool:
    """Tell whether a sentence gives a figure that counts something: people, a share, a time, money."""
    counted = any(q.unit is not Unit.BARE or q.low >= 10 for q in quantities(normalise(text)))
    return counted and any(c.isdigit() for c in text)


def figure_bonus(text: str) -> float:
    """Give what a sentence gains in relevance for such a figure."""
    return _FIGURE_BONUS if has_figure(text) else 0.0


def best_support(pairs: Iterable[tuple[Passage, Source]]) -> tuple[Verdict, str | None]:
    """Tell how far a finding carries that stands in several passages: as far as the best of them."""
    supports = [quote_support(passage, source) for passage, source in pairs]
    return next((s for s in supports if not s[0].flagged), supports[0])


def quote_support(passage: Passage, source: Source) -> tuple[Verdict, str | None]:
    """Tell how far a quoted finding carries: a weak design is flagged in words, with the reason."""
    if not source.reviewed_on:
        return Verdict.LIMITED, "Our staff have not reviewed this source yet."
    positive = any(b.direction is Direction.FOR and b.outcome != "approval" for b in passage.bearings)
    if is_preclinical(passage, source) and positive:
        return Verdict.LIMITED, "Seen only in animals or in the laboratory, not in people."
    if not positive:
        return Verdict.SUPPORTED, None
    if source.study_design in _UNCONTROLLED:
        return (
            Verdict.LIMITED,
            "Early evidence: nobody was compared with people who did not have the treatment.",
        )
    if not (source.peer_reviewed or source.official):
        return Verdict.LIMITED, "This source was not checked by other researchers (not peer reviewed)."
    return Verdict.SUPPORTED, None
