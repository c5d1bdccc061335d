"""Weigh passages on one treatment and outcome: direction and certainty, informed by GRADE.

Certainty is after Guyatt 2008 (BMJ 336:924): start from the design; down for few people, no control group,
indirectness and disagreement; up to high only for large consistent trials or their reviews, or an official source in
its own domain. The numbers that directions are weighed with are ours: no paper gives them and no suite measures them
one by one; ``python -m evals run claims`` measures the verdicts that come of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evidence import Passage, Source, is_preclinical
from rag.kinds import Certainty, Direction, Role, StudyDesign

# How much one source of a design counts when directions disagree, set by us.
_WEIGHT = {
    StudyDesign.META_ANALYSIS: 4.0,
    StudyDesign.SYSTEMATIC_REVIEW: 3.5,
    StudyDesign.RANDOMIZED: 3.0,
    StudyDesign.GUIDELINE: 3.0,
    StudyDesign.REGULATOR: 3.0,
    StudyDesign.CONTROLLED: 2.0,
    StudyDesign.COHORT: 2.0,
    StudyDesign.PATIENT_PAGE: 1.5,
    StudyDesign.NARRATIVE_REVIEW: 1.5,
    StudyDesign.CASE_SERIES: 1.0,
    StudyDesign.SURVEY: 1.0,
    StudyDesign.CASE_REPORT: 0.5,
    StudyDesign.LABORATORY: 0.3,
    StudyDesign.ANIMAL: 0.3,
    StudyDesign.ARTICLE: 0.0,
}
SURE = (Certainty.HIGH, Certainty.MODERATE)
_TRIALS = (StudyDesign.META_ANALYSIS, StudyDesign.SYSTEMATIC_REVIEW, StudyDesign.RANDOMIZED)
_FEW_PEOPLE, _MANY_PEOPLE = 100, 400  # GRADE's imprecision: 400 is its rule of thumb for a continuous outcome
_CLEAR_MARGIN = 2.0  # one direction must outweigh the other twice before studies count as agreeing


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """The direction of several passages on one outcome, how sure that is, and why."""

    direction: Direction
    certainty: Certainty | None
    why: str
    deciding: tuple[Passage, ...]


def weigh(outcome: str, pairs: Sequence[tuple[Passage, Source]]) -> Weighed | None:
    """Weigh passages that bear on an outcome; None when none does."""
    bearing = [(p, s) for p, s in pairs if p.direction(outcome) not in (None, Direction.NONE)]
    if not bearing:
        return None
    sums = dict.fromkeys(Direction, 0.0)
    for passage, source in bearing:
        direction = passage.direction(outcome)
        if direction is not None:
            sums[direction] += weight(passage, source, outcome)
    direction = _direction(sums)
    deciding = [(p, s) for p, s in bearing if direction in (p.direction(outcome), Direction.MIXED)]
    deciding.sort(key=lambda pair: (-weight(pair[0], pair[1], outcome), pair[0].id))
    certainty, why = certainty_of(outcome, deciding or bearing, agree=direction is not Direction.MIXED)
    return Weighed(direction=direction, certainty=certainty, why=why, deciding=tuple(p for p, _ in deciding[:6]))


def weight(passage: Passage, source: Source, outcome: str) -> float:
    """Give how much a passage counts on an outcome."""
    base = _WEIGHT[source.study_design]
    if outcome == "approval" and source.official:
        base = 6.0  # a regulator speaks with authority of its own law
    if outcome in ("safety", "warning_signs") and source.study_design in (
        StudyDesign.CASE_REPORT,
        StudyDesign.CASE_SERIES,
    ):
        base = max(base, 1.5)  # a few cases are enough to show that a harm happens
    if is_preclinical(passage, source):
        base = min(base, 0.3)
    if source.n is not None and source.n < 40:
        base *= 0.7
    if not (source.peer_reviewed or source.official):
        base *= 0.5
    return base * (0.5 if passage.role is Role.LIMITATION else 1.0)


def _direction(sums: dict[Direction, float]) -> Direction:
    good, bad = sums[Direction.FOR], sums[Direction.AGAINST]
    if sums[Direction.MIXED] > max(good, bad):
        return Direction.MIXED
    if good == bad == 0.0:
        return Direction.UNCLEAR
    if good >= _CLEAR_MARGIN * bad:
        return Direction.FOR
    return Direction.AGAINST if bad >= _CLEAR_MARGIN * good else Direction.MIXED


def certainty_of(outcome: str, pairs: Sequence[tuple[Passage, Source]], agree: bool) -> tuple[Certainty, str]:
    """Give the certainty of passages that decide, with the reason in plain words."""
    sources = {s.id: s for _, s in pairs}.values()
    if outcome == "approval" and any(s.official for s in sources):
        return Certainty.HIGH, "An official body said so about its own rules."
    people = max((s.n or 0 for s in sources), default=0)
    indirect = all(is_preclinical(p, s) for p, s in pairs)
    if indirect:
        return Certainty.VERY_LOW, "This was seen only in animals or in the laboratory."
    trials = [s for s in sources if s.study_design in _TRIALS and s.peer_reviewed]
    if not agree:
        return Certainty.LOW if trials else Certainty.VERY_LOW, "Studies do not agree."
    return _by_trials(trials, people, len(sources))


def _by_trials(trials: Sequence[Source], people: int, sources: int) -> tuple[Certainty, str]:
    if not trials:
        few = "one source" if sources == 1 else f"{sources} sources"
        return Certainty.VERY_LOW, f"It rests on {few} without a randomized comparison."
    if people >= _MANY_PEOPLE and len(trials) > 1:
        return Certainty.HIGH, f"{len(trials)} trials or reviews agree, the largest with {people} people."
    if people >= _FEW_PEOPLE:
        return Certainty.MODERATE, f"The largest study had {people} people."
    return Certainty.LOW, "The studies were small or short."
