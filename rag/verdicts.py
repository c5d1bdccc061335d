"""One definition of "supported": a claim against the evidence map and the passages, whoever made the claim."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus import Corpus
from rag.guards import check_figures, same_polarity
from rag.reading import DEFAULT_TOPIC, Reading, affinity, names_another_agent, people_in, read, treatment_fit
from rag.retrieval import Retriever
from rag.types import (
    Cell,
    Certainty,
    Claim,
    Direction,
    Evidence,
    Found,
    Judgement,
    Passage,
    Stance,
    Verdict,
)
from rag.vocabulary import Assertion
from rag.weighing import certainty_of, weigh

# Cosine of claim and passage, chosen on the development half of evals/data/claims.jsonl.
NEAR_SIMILARITY = 0.62  # a passage this close says the same thing, if its figures and denials agree
RELATED_SIMILARITY = 0.45  # below it a passage says nothing of the claim
_ABOUT_CONDITIONS = ("cause", "recovery", "feelings", "diagnosis", "children", "pregnancy", "warning_signs")
_CAUTIONS = ("safety", "pregnancy", "children", "interactions")
_MOST_EVIDENCE = 6
_SURE = (Certainty.HIGH, Certainty.MODERATE)
# The gravest finding decides a claim that asserts several things.
_GRAVITY = (Verdict.CONTRADICTED, Verdict.MIXED, Verdict.NO_EVIDENCE, Verdict.LIMITED, Verdict.SUPPORTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Finding:
    """What the evidence says of one assertion of a claim."""

    verdict: Verdict
    certainty: Certainty | None
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceJudge:
    """Judges by the claim's reading, the evidence map, the passages' tags and guards on figures and strength."""

    corpus: Corpus
    retriever: Retriever

    def judge(self, claim: Claim) -> Judgement:
        """Give the verdict on one claim with its reason and deciding passages; deterministic."""
        reading = self._read(claim)
        found = [
            f for f in self.retriever.find(claim.text, 20, topic=reading.subjects) if self.corpus.may_decide(f.passage)
        ]
        findings = [f for outcome in _asserted(reading) if (f := self._by_outcome(reading, outcome, found))]
        if not findings:
            findings = [self._by_meaning(claim, reading, found)]
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

    # ------------------------------------------------------------ a typed assertion

    def _by_outcome(self, reading: Reading, assertion: Assertion, found: Sequence[Found]) -> _Finding | None:
        """Hold one assertion against its cell of the map; None where no cell and no tagged passage bears on it."""
        cell = self._cell(reading, assertion.outcome)
        if cell is None or cell.direction is Direction.NONE:
            cell = self._near(reading, assertion.outcome, found)
        if cell is None or assertion.positive is None:
            return None
        if not self._same_condition(cell, reading):
            return self._other_condition(cell, reading)
        if assertion.outcome == "evidence":
            return self._by_proof(reading, bool(assertion.positive))
        verdict = _verdict(cell, assertion.positive, reading)
        if verdict is Verdict.SUPPORTED and (others := self._other_people(cell, reading)):
            cell = replace(cell, why=f"The studies were in {others}.", certainty=_indirect(cell.certainty))
            verdict = Verdict.LIMITED
        evidence = self._evidence(cell, assertion, found)
        return _Finding(verdict=verdict, certainty=cell.certainty, reason=_reason(cell, verdict), evidence=evidence)

    def _cell(self, reading: Reading, outcome: str) -> Cell | None:
        """Give the map's cell for the first subject that has one, else one weighed from tagged passages.

        Where nobody studied the very product, what is known of its kind stands in: indirect, so never more than low.
        """
        cells = self.corpus.cell_of
        for treatment in reading.subjects:
            cell = cells.get((treatment, outcome)) or self._weighed(treatment, outcome)
            broader = self.corpus.vocabulary.treatments[treatment].broader
            kind = cells.get((broader, outcome)) if broader else None
            if kind and kind.direction is not Direction.NO_STUDY and (cell is None or not cell.passage_ids):
                return replace(kind, certainty=_indirect(kind.certainty))
            if cell:
                return cell
        return None

    def _by_proof(self, reading: Reading, claimed: bool) -> _Finding | None:
        """Judge "proven" or "not proven" by how sure we are that the treatment works."""
        cell = self._cell(reading, "works")
        if cell is None:
            return None
        proven = cell.direction is Direction.FOR and cell.certainty in _SURE
        agrees = Verdict.LIMITED if claimed and reading.absolute else Verdict.SUPPORTED
        against = Verdict.CONTRADICTED if proven or cell.direction is Direction.AGAINST else Verdict.LIMITED
        verdict = agrees if proven == claimed else against
        assertion = Assertion(outcome="works", positive=claimed, span=(0, 0))
        return _Finding(
            verdict=verdict,
            certainty=cell.certainty,
            reason=_reason(cell, verdict),
            evidence=self._evidence(cell, assertion, ()),
        )

    def _same_condition(self, cell: Cell, reading: Reading) -> bool:
        """Tell whether a cell's passages speak of the kind of hair loss that a claim names, where it names one."""
        asked = set(reading.conditions) - {"any"}
        held = {c for id_ in cell.passage_ids for c in self.corpus.passages[id_].conditions}
        return not (asked and held) or "any" in held or bool(asked & held)

    def _other_condition(self, cell: Cell, reading: Reading) -> _Finding:
        vocabulary = self.corpus.vocabulary
        asked = ", ".join(vocabulary.conditions[c].name for c in reading.conditions if c != "any")
        treatment = vocabulary.treatments[cell.treatment].name if cell.treatment else "this"
        evidence = tuple(Evidence(passage_id=i, stance=Stance.NEUTRAL, score=0.5) for i in cell.passage_ids)
        reason = f"We found no study of {treatment} for {asked}; what we hold is about another kind of hair loss."
        return _Finding(verdict=Verdict.NO_EVIDENCE, certainty=None, reason=reason, evidence=evidence)

    def _other_people(self, cell: Cell, reading: Reading) -> str | None:
        """Name whom the studies were in, where that is only men or only women and the claim speaks of others."""
        held = [people_in(self.corpus.passages[id_].text) - {"children"} for id_ in cell.passage_ids]
        studied = frozenset().union(*held) if held and all(held) else frozenset()
        asked = reading.people - {"children"}
        return " and ".join(sorted(studied)) if studied and asked and not asked & studied else None

    def _near(self, reading: Reading, outcome: str, found: Sequence[Found]) -> Cell | None:
        """Weigh the passages near a claim, for causes, prices and whatever else the map does not hold.

        A claim whose agent we do not know is not judged by what others do, unless it speaks of a kind of hair loss.
        """
        if not reading.subjects and outcome not in _ABOUT_CONDITIONS:
            return None
        near = [f.passage for f in found if f.similarity >= RELATED_SIMILARITY and self._on_topic(f.passage, reading)]
        return self._cell_of(reading.subjects[0] if reading.subjects else "", outcome, near)

    def _weighed(self, treatment: str, outcome: str) -> Cell | None:
        """Weigh the passages tagged with a treatment, for a cell that the map does not hold."""
        tagged = [
            p
            for p in self.corpus.passages.values()
            if self.corpus.is_evidence(p) and treatment_fit(p.treatments, (treatment,), self.corpus.vocabulary) >= 0.75
        ]
        return self._cell_of(treatment, outcome, tagged)

    def _cell_of(self, treatment: str, outcome: str, passages: Sequence[Passage]) -> Cell | None:
        weighed = weigh(outcome, [(p, self.corpus.sources[p.source_id]) for p in passages])
        if weighed is None:
            return None
        return Cell(
            treatment=treatment,
            outcome=outcome,
            direction=weighed.direction,
            certainty=weighed.certainty,
            why=weighed.why,
            studies=len({p.source_id for p in weighed.deciding}),
            people=None,
            passage_ids=tuple(p.id for p in weighed.deciding),
            sentence=weighed.deciding[0].text if weighed.deciding else weighed.why,
        )

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

    # ------------------------------------------------------------ meaning alone

    def _by_meaning(self, claim: Claim, reading: Reading, found: Sequence[Found]) -> _Finding:
        """Judge by the nearest passages where the claim asserts no outcome that the map knows."""
        near = [f for f in found if f.similarity >= RELATED_SIMILARITY and self._on_topic(f.passage, reading)]
        if not near:
            return _Finding(
                verdict=Verdict.NO_EVIDENCE,
                certainty=None,
                reason="We found no study on this in our library.",
            )
        best = max(near, key=lambda f: (f.similarity, f.passage.id))
        agrees = same_polarity(claim.text, best.passage.text)
        weighed = self._certainty(best.passage)
        if best.similarity >= NEAR_SIMILARITY and agrees:
            sure = (weighed in _SURE or _cautions(best.passage)) and not reading.absolute
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
        return _Finding(verdict=verdict, certainty=weighed, reason=reason, evidence=tuple(evidence))

    def _on_topic(self, passage: Passage, reading: Reading) -> bool:
        if not reading.subjects:
            return True
        return affinity(passage, replace(reading, assertions=()), self.corpus.vocabulary) > 0.2

    def _certainty(self, passage: Passage) -> Certainty:
        source = self.corpus.sources[passage.source_id]
        if source.official or source.study_design in ("guideline", "patient_page"):
            return Certainty.MODERATE
        return certainty_of("works", [(passage, source)], agree=True)[0]

    # ------------------------------------------------------------ figures

    def _guard_figures(self, finding: _Finding, reading: Reading, found: Sequence[Found]) -> _Finding:
        """Take back support from a claim whose figures stand in no passage."""
        if finding.verdict is not Verdict.SUPPORTED:
            return finding
        ids = {e.passage_id for e in finding.evidence}
        ids |= {f.passage.id for f in found if self._on_topic(f.passage, reading)}
        check = check_figures(reading, (self.corpus.passages[i] for i in sorted(ids)))
        if check.all_met:
            return finding
        if check.rivals and set(check.rivals) & {e.passage_id for e in finding.evidence}:
            return replace(
                finding, verdict=Verdict.CONTRADICTED, reason=f"Studies give another figure. {finding.reason}"
            )
        return replace(finding, verdict=Verdict.LIMITED, reason=f"We found no study with this figure. {finding.reason}")


def _indirect(certainty: Certainty | None) -> Certainty:
    return Certainty.VERY_LOW if certainty is Certainty.VERY_LOW else Certainty.LOW


def _cautions(passage: Passage) -> bool:
    """Tell whether a passage warns: a warning needs no large trial to be worth repeating."""
    return any(
        b.outcome == "warning_signs" or (b.outcome in _CAUTIONS and b.direction is Direction.AGAINST)
        for b in passage.bearings
    )


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
        weak = cell.certainty not in _SURE and not positive and not reading.absolute
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
    return Verdict.SUPPORTED if (cell.certainty in _SURE or careful) and not reading.absolute else Verdict.LIMITED


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
