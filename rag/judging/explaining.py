"""Why a verdict was given: the fact that decided it, and the passages behind it in the order of their weight."""

from collections.abc import Sequence
from dataclasses import replace

from rag.judging.grounds import Grounds, Heard
from rag.judging.nearest import Opinion
from rag.kinds import Stance, Verdict
from rag.types import Evidence

_LEADS = {
    Verdict.SUPPORTED: "A finding says the same:",
    Verdict.LIMITED: "The evidence is thin. The nearest finding says:",
    Verdict.MIXED: "Studies do not agree. One says:",
    Verdict.CONTRADICTED: "A finding says otherwise:",
}
# Said where the signs together decide and no single passage does.
_ELSEWHERE = "The nearest finding says:"
_TELLS = {Verdict.CONTRADICTED: Stance.REFUTES, Verdict.SUPPORTED: Stance.SUPPORTS}


def explained(verdict: Verdict, grounds: Grounds, opinion: Opinion | None) -> Opinion:
    """Give the verdict with the fact that decided it: the map's where it says the same, else the telling passage's."""
    if opinion and opinion.verdict is verdict:
        return replace(opinion, evidence=_merged(opinion.evidence, grounds.heard))
    telling = _telling(verdict, grounds.heard)
    evidence = _merged(opinion.evidence if opinion else (), grounds.heard)
    if verdict is Verdict.NO_EVIDENCE:
        reason = "We found no study that says this; the nearest finding is about something else."
        return Opinion(verdict=verdict, certainty=None, reason=reason, evidence=evidence)
    tells = telling.on_topic and telling.stance is _TELLS.get(verdict, telling.stance)
    lead = _LEADS[verdict] if tells else _ELSEWHERE
    reason = f"{lead} {telling.passage.text}"
    return Opinion(verdict=verdict, certainty=telling.certainty, reason=reason, evidence=evidence)


def contradicted_by(heard: Heard, decided: Opinion) -> Opinion:
    """Give the verdict that one passage says the reverse of a claim, with that passage in front of the others."""
    against = Evidence(passage_id=heard.passage.id, stance=Stance.REFUTES, score=1.0)
    others = tuple(e for e in decided.evidence if e.passage_id != against.passage_id)
    reason = f"{_LEADS[Verdict.CONTRADICTED]} {heard.passage.text}"
    return Opinion(verdict=Verdict.CONTRADICTED, certainty=heard.certainty, reason=reason, evidence=(against, *others))


def _telling(verdict: Verdict, heard: Sequence[Heard]) -> Heard:
    """Give the passage on the subject that speaks most strongly for a verdict; else the nearest."""
    stance = Stance.REFUTES if verdict is Verdict.CONTRADICTED else Stance.SUPPORTS
    siding = [h for h in heard if h.stance is stance]
    if siding:
        return max(siding, key=lambda h: (h.on_topic, h.speaks(stance), h.nearness, h.passage.id))
    return max(heard, key=lambda h: (h.on_topic, h.nearness, h.passage.id))


def _merged(known: Sequence[Evidence], heard: Sequence[Heard]) -> tuple[Evidence, ...]:
    """Give the map's passages, then those that take a side, then the rest, each once."""
    rest = sorted(heard, key=lambda h: (h.stance is Stance.NEUTRAL, -h.nearness, h.passage.id))
    evidence = {e.passage_id: e for e in known[:3]}
    for h in rest:
        score = round(max(0.0, min(1.0, h.score)), 3)
        evidence.setdefault(h.passage.id, Evidence(passage_id=h.passage.id, stance=h.stance, score=score))
    for e in known[3:]:
        evidence.setdefault(e.passage_id, e)
    return tuple(evidence.values())
