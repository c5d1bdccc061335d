"""What the evidence says of one assertion of a claim, and how sure one passage alone lets us be."""

from dataclasses import dataclass

from rag.evidence import Cell, Passage, Source
from rag.judging.weighing import certainty_of
from rag.kinds import Certainty, StudyDesign, Verdict
from rag.types import Evidence

_ADVICE = (StudyDesign.GUIDELINE, StudyDesign.PATIENT_PAGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """What the evidence says of one assertion of a claim."""

    verdict: Verdict
    certainty: Certainty | None
    reason: str
    evidence: tuple[Evidence, ...] = ()
    cell: Cell | None = None  # of the evidence map, where it gave the opinion


NOTHING_NEAR = Opinion(verdict=Verdict.NO_EVIDENCE, certainty=None, reason="We found no study on this in our library.")


def certainty_alone(passage: Passage, source: Source) -> Certainty:
    """Give how sure one passage alone lets us be."""
    if source.official or source.study_design in _ADVICE:
        return Certainty.MODERATE
    return certainty_of("works", [(passage, source)], agree=True)[0]
