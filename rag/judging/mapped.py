"""A claim by the evidence map: each assertion is held against its cell - direction, certainty, strength, people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.evidence import Cell, Found
from rag.judging.cells import Cells, indirect
from rag.judging.nearest import Opinion
from rag.judging.weighing import SURE
from rag.kinds import GRAVEST_FIRST, Certainty, Direction, Stance, Verdict
from rag.language.reading import Reading, treatment_fit
from rag.language.vocabulary import Assertion
from rag.library.corpus import Corpus
from rag.types import Evidence


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """Judges by the evidence map, or by passages weighed as a cell would be."""

    corpus: Corpus
    cells: Cells

    def judge(self, reading: Reading, found: Sequence[Found]) -> Opinion | None:
        """Give the gravest opinion on what a claim asserts; None where the map is silent on all of it."""
        opinions = [o for assertion in asserted(reading) if (o := self._by_outcome(reading, assertion, found))]
        return min(opinions, key=lambda o: GRAVEST_FIRST.index(o.verdict), default=None)

    def _by_outcome(self, reading: Reading, assertion: Assertion, found: Sequence[Found]) -> Opinion | None:
        """Hold one assertion against its cell of the map; None where no cell and no tagged passage bears on it."""
        cell = self.cells.find(reading, assertion.outcome, found)
        if cell is None or assertion.positive is None:
            return None
        if not self.cells.same_condition(cell, reading):
            return self._other_condition(cell, reading)
        if assertion.outcome == "evidence":
            return self._by_proof(reading, bool(assertion.positive))
        verdict = _verdict(cell, assertion.positive, reading)
        if verdict is Verdict.SUPPORTED and (others := self.cells.other_people(cell, reading)):
            cell = replace(cell, why=f"The studies were in {others}.", certainty=indirect(cell.certainty))
            verdict = Verdict.LIMITED
        evidence = self._evidence(cell, assertion, found)
        return Opinion(
            verdict=verdict, certainty=cell.certainty, reason=_reason(cell, verdict), evidence=evidence, cell=cell
        )

    def _by_proof(self, reading: Reading, claimed: bool) -> Opinion | None:
        """Judge "proven" or "not proven" by how sure we are that the treatment works."""
        cell = self.cells.mapped(reading, "works")
        if cell is None:
            return None
        proven = cell.direction is Direction.FOR and cell.certainty in SURE
        agrees = Verdict.LIMITED if claimed and reading.absolute else Verdict.SUPPORTED
        against = Verdict.CONTRADICTED if proven or cell.direction is Direction.AGAINST else Verdict.LIMITED
        verdict = agrees if proven == claimed else against
        assertion = Assertion(outcome="works", positive=claimed, span=(0, 0))
        return Opinion(
            verdict=verdict,
            certainty=cell.certainty,
            reason=_reason(cell, verdict),
            evidence=self._evidence(cell, assertion, ()),
            cell=cell,
        )

    def _other_condition(self, cell: Cell, reading: Reading) -> Opinion:
        vocabulary = self.corpus.vocabulary
        asked = ", ".join(vocabulary.conditions[c].name for c in reading.conditions if c in reading.kinds)
        treatment = vocabulary.treatments[cell.treatment].name if cell.treatment else "this"
        evidence = tuple(Evidence(passage_id=i, stance=Stance.NEUTRAL, score=0.5) for i in cell.passage_ids)
        reason = f"We found no study of {treatment} for {asked}; what we hold is about another kind of hair loss."
        return Opinion(verdict=Verdict.NO_EVIDENCE, certainty=None, reason=reason, evidence=evidence, cell=cell)

    def _evidence(self, cell: Cell, assertion: Assertion, found: Sequence[Found]) -> tuple[Evidence, ...]:
        similarity = {f.passage.id: f.similarity for f in found}
        passages = [self.corpus.passages[id_] for id_ in cell.passage_ids]
        passages += [
            f.passage for f in found if f.passage.id not in cell.passage_ids and self._bears(f, cell, assertion)
        ]
        evidence = [
            Evidence(
                passage_id=p.id,
                stance=_stance(p.direction(assertion.outcome), bool(assertion.positive)),
                score=round(max(0.5, min(1.0, similarity.get(p.id, 0.5))), 3),
            )
            for p in passages
        ]
        # Deciding passages first, neutral ones last; the sort is stable.
        return tuple(sorted(evidence, key=lambda e: e.stance is Stance.NEUTRAL))

    def _bears(self, found: Found, cell: Cell, assertion: Assertion) -> bool:
        passage = found.passage
        fit = treatment_fit(passage.treatments, (cell.treatment,), self.corpus.vocabulary) if cell.treatment else 1.0
        return fit > 0.5 and passage.direction(assertion.outcome) not in (None, Direction.NONE)


def asserted(reading: Reading) -> tuple[Assertion, ...]:
    """Give what is to be judged: what takes a side; "studies show" only where nothing else is said.

    Where proof is said to be weak, that is what is claimed: "there is little evidence that PRP works".
    """
    sided = tuple(a for a in reading.sided if a.outcome in reading.focus)
    proof = tuple(a for a in sided if a.outcome == "evidence")
    if any(a.positive is False for a in proof) and not any(a.positive is False for a in sided if a not in proof):
        return proof
    return tuple(a for a in sided if a not in proof) or sided


def _verdict(cell: Cell, positive: bool, reading: Reading) -> Verdict:
    """Compare what is asserted with what the cell says."""
    if cell.direction is Direction.NO_STUDY:
        return Verdict.NO_EVIDENCE
    if cell.direction is Direction.MIXED:
        return _against_disagreement(cell, reading)
    if cell.direction is Direction.UNCLEAR:
        return Verdict.LIMITED if positive or not reading.hedged else Verdict.SUPPORTED
    if (cell.direction is Direction.FOR) != positive:
        weak = cell.certainty not in SURE and not positive and not reading.absolute
        return Verdict.MIXED if weak else Verdict.CONTRADICTED
    return _backed(cell, reading) if positive else _warned(cell, reading)


def _against_disagreement(cell: Cell, reading: Reading) -> Verdict:
    if reading.absolute:
        return Verdict.CONTRADICTED
    # "Mixed" means that good studies disagree; where none is good, the evidence is thin.
    return Verdict.LIMITED if cell.certainty in (None, Certainty.VERY_LOW) else Verdict.MIXED


def _backed(cell: Cell, reading: Reading) -> Verdict:
    """Judge a promise that the evidence points to: a promise without exception is more than any study shows."""
    careful = reading.hedged and cell.certainty is Certainty.LOW
    return Verdict.SUPPORTED if (cell.certainty in SURE or careful) and not reading.absolute else Verdict.LIMITED


def _warned(cell: Cell, reading: Reading) -> Verdict:
    """Judge a caution that the evidence points to: it needs less than a promise."""
    return Verdict.SUPPORTED if cell.certainty is not Certainty.VERY_LOW or reading.hedged else Verdict.LIMITED


def _reason(cell: Cell, verdict: Verdict) -> str:
    """Give the deciding fact, and for a weak base why it is weak."""
    if verdict in (Verdict.LIMITED, Verdict.MIXED) and cell.why:
        return f"{cell.sentence} {cell.why}"
    return cell.sentence


def _stance(direction: Direction | None, positive: bool) -> Stance:
    if direction not in (Direction.FOR, Direction.AGAINST):
        return Stance.NEUTRAL
    return Stance.SUPPORTS if (direction is Direction.FOR) == positive else Stance.REFUTES
