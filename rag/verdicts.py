"""One definition of "supported": a claim against the evidence map and the passages, whoever made the claim."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.cells import Cells, indirect
from rag.corpus import Corpus
from rag.guards import check_figures
from rag.nearest import Nearest, Opinion
from rag.reading import DEFAULT_TOPIC, Reading, names_another_agent, read, treatment_fit
from rag.retrieval import Retriever
from rag.types import (
    Cell,
    Certainty,
    Claim,
    Direction,
    Evidence,
    Found,
    Judgement,
    Stance,
    Verdict,
)
from rag.vocabulary import Assertion
from rag.weighing import SURE

_MOST_EVIDENCE = 6
# The gravest finding decides a claim that asserts several things.
_GRAVITY = (Verdict.CONTRADICTED, Verdict.MIXED, Verdict.NO_EVIDENCE, Verdict.LIMITED, Verdict.SUPPORTED)


@dataclass(frozen=True, kw_only=True)
class EvidenceJudge:
    """Judges by the claim's reading, the evidence map, the passages' tags and guards on figures and strength."""

    corpus: Corpus
    retriever: Retriever

    @cached_property
    def cells(self) -> Cells:
        """Give the finder of cells over the same corpus."""
        return Cells(corpus=self.corpus)

    @cached_property
    def nearest(self) -> Nearest:
        """Give the judge by meaning alone."""
        return Nearest(corpus=self.corpus, cells=self.cells)

    def judge(self, claim: Claim) -> Judgement:
        """Give the verdict on one claim with its reason and deciding passages; deterministic."""
        reading = self._read(claim)
        found = [
            f for f in self.retriever.find(claim.text, 20, topic=reading.subjects) if self.corpus.may_decide(f.passage)
        ]
        findings = [f for outcome in _asserted(reading) if (f := self._by_outcome(reading, outcome, found))]
        if not findings:
            findings = [self.nearest.judge(claim, reading, found)]
        finding = min(findings, key=lambda f: _GRAVITY.index(f.verdict))
        finding = self._guard_figures(finding, reading, found)
        return Judgement(
            claim=claim,
            verdict=finding.verdict,
            certainty=finding.certainty,
            reason=finding.reason,
            evidence=finding.evidence[:_MOST_EVIDENCE],
        )

    def _read(self, claim: Claim) -> Reading:
        reading = read(claim.text, self.corpus.vocabulary, claim.topic)
        if reading.treatments:
            return reading
        if names_another_agent(claim.text, self.corpus.vocabulary):
            return replace(reading, topic=())
        if reading.topic or set(reading.conditions) - {"any"} or "cause" in reading.outcomes:
            return reading
        return replace(reading, topic=DEFAULT_TOPIC)

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
        return Opinion(verdict=verdict, certainty=cell.certainty, reason=_reason(cell, verdict), evidence=evidence)

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
        )

    def _other_condition(self, cell: Cell, reading: Reading) -> Opinion:
        vocabulary = self.corpus.vocabulary
        asked = ", ".join(vocabulary.conditions[c].name for c in reading.conditions if c != "any")
        treatment = vocabulary.treatments[cell.treatment].name if cell.treatment else "this"
        evidence = tuple(Evidence(passage_id=i, stance=Stance.NEUTRAL, score=0.5) for i in cell.passage_ids)
        reason = f"We found no study of {treatment} for {asked}; what we hold is about another kind of hair loss."
        return Opinion(verdict=Verdict.NO_EVIDENCE, certainty=None, reason=reason, evidence=evidence)

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

    def _guard_figures(self, finding: Opinion, reading: Reading, found: Sequence[Found]) -> Opinion:
        """Take back support from a claim whose figures stand in no passage."""
        if finding.verdict is not Verdict.SUPPORTED:
            return finding
        ids = {e.passage_id for e in finding.evidence}
        ids |= {f.passage.id for f in found if self.cells.on_topic(f.passage, reading)}
        check = check_figures(reading, (self.corpus.passages[i] for i in sorted(ids)))
        if check.all_met:
            return finding
        if check.rivals and set(check.rivals) & {e.passage_id for e in finding.evidence}:
            return replace(
                finding, verdict=Verdict.CONTRADICTED, reason=f"Studies give another figure. {finding.reason}"
            )
        return replace(finding, verdict=Verdict.LIMITED, reason=f"We found no study with this figure. {finding.reason}")


def _asserted(reading: Reading) -> list[Assertion]:
    """Give the assertions to judge: those in focus that take a side; "studies show" only where nothing else is said."""
    sided = [a for a in reading.assertions if a.outcome in reading.focus and a.positive is not None]
    return [a for a in sided if a.outcome != "evidence"] or sided


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
