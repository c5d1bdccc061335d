"""A claim by the passages nearest to it, where it asserts nothing that the evidence map knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.cells import RELATED_SIMILARITY, Cells
from rag.corpus import Corpus
from rag.evidence import Cell, Found, Passage
from rag.guards import same_polarity
from rag.kinds import Certainty, Direction, Stance, StudyDesign, Verdict
from rag.reading import Reading
from rag.types import Claim, Evidence
from rag.weighing import SURE, certainty_of

# Cosine above which a passage says the same thing, if figures and denials agree; set by hand, not yet measured.
NEAR_SIMILARITY = 0.62
_ADVICE = (StudyDesign.GUIDELINE, StudyDesign.PATIENT_PAGE)
_CAUTIONS = ("safety", "pregnancy", "children", "interactions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """What the evidence says of one assertion of a claim."""

    verdict: Verdict
    certainty: Certainty | None
    reason: str
    evidence: tuple[Evidence, ...] = ()
    cell: Cell | None = None  # of the evidence map, where it gave the opinion


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """Judges by meaning alone."""

    corpus: Corpus
    cells: Cells

    def judge(self, claim: Claim, reading: Reading, found: Sequence[Found]) -> Opinion:
        """Give what the nearest passages on the same subject say of a claim."""
        near = [f for f in found if f.similarity >= RELATED_SIMILARITY and self.cells.on_topic(f.passage, reading)]
        if not near:
            return Opinion(
                verdict=Verdict.NO_EVIDENCE,
                certainty=None,
                reason="We found no study on this in our library.",
            )
        best = max(near, key=lambda f: (f.similarity, f.passage.id))
        agrees = same_polarity(claim.text, best.passage.text)
        weighed = self.certainty(best.passage)
        if best.similarity >= NEAR_SIMILARITY and agrees:
            sure = (weighed in SURE or cautions(best.passage)) and not reading.absolute
            verdict = Verdict.SUPPORTED if sure else Verdict.LIMITED
            reason = f"The nearest finding says: {best.passage.text}"
        else:
            verdict = Verdict.NO_EVIDENCE
            reason = "We found no study that says this; the nearest finding is about something else."
        stance = Stance.SUPPORTS if verdict is not Verdict.NO_EVIDENCE else Stance.NEUTRAL
        evidence = [
            Evidence(
                passage_id=f.passage.id,
                stance=stance if f is best else Stance.NEUTRAL,
                score=round(max(0.0, min(1.0, f.similarity)), 3),
            )
            for f in sorted(near, key=lambda f: (-f.similarity, f.passage.id))
        ]
        return Opinion(verdict=verdict, certainty=weighed, reason=reason, evidence=tuple(evidence))

    def certainty(self, passage: Passage) -> Certainty:
        """Give how sure one passage alone lets us be."""
        source = self.corpus.sources[passage.source_id]
        if source.official or source.study_design in _ADVICE:
            return Certainty.MODERATE
        return certainty_of("works", [(passage, source)], agree=True)[0]


def cautions(passage: Passage) -> bool:
    """Tell whether a passage warns: a warning needs no large trial to be worth repeating."""
    return any(
        b.outcome == "warning_signs" or (b.outcome in _CAUTIONS and b.direction is Direction.AGAINST)
        for b in passage.bearings
    )
