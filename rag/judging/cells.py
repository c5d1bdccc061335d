"""Which cell of the evidence map answers an assertion, and whether it is about the same condition and people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.evidence import Cell, Found, Passage
from rag.judging.weighing import weigh
from rag.kinds import Certainty, Direction
from rag.language.reading import Reading, affinity, people_in, treatment_fit
from rag.language.vocabulary import ANY
from rag.library.corpus import Corpus

_RELATED = 0.45  # cosine below which a passage says nothing of a claim; set by hand, no measurement backs it
_ABOUT_CONDITIONS = ("cause", "recovery", "feelings", "diagnosis", "children", "pregnancy", "warning_signs")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Finds cells: from the map, else weighed from tagged passages, else from the passages near a claim."""

    corpus: Corpus

    def find(self, reading: Reading, outcome: str, found: Sequence[Found]) -> Cell | None:
        """Give the cell for an outcome that a text speaks of; None where nothing bears on it."""
        cell = self.mapped(reading, outcome)
        if cell is None or cell.direction is Direction.NONE:
            return self._near(reading, outcome, found)
        return cell

    def mapped(self, reading: Reading, outcome: str) -> Cell | None:
        """Give the map's cell for the first subject that has one, else one weighed from tagged passages.

        Where nobody studied the very product, what is known of its kind stands in: indirect, so never more than low.
        """
        cells = self.corpus.cell_of
        for treatment in reading.subjects:
            cell = cells.get((treatment, outcome)) or self._weighed(treatment, outcome)
            broader = self.corpus.vocabulary.treatments[treatment].broader
            kind = cells.get((broader, outcome)) if broader else None
            if kind and kind.direction is not Direction.NO_STUDY and (cell is None or not cell.passage_ids):
                return replace(kind, certainty=indirect(kind.certainty))
            if cell:
                return cell
        return None

    def same_condition(self, cell: Cell, reading: Reading) -> bool:
        """Tell whether a cell's passages speak of the kind of hair loss that a claim names, where it names one."""
        asked = reading.kinds
        held = {c for id_ in cell.passage_ids for c in self.corpus.passages[id_].conditions}
        return not (asked and held) or ANY in held or bool(asked & held)

    def other_people(self, cell: Cell, reading: Reading) -> str | None:
        """Name whom the studies were in, where that is only men or only women and the claim speaks of others."""
        held = [people_in(self.corpus.passages[id_].text) - {"children"} for id_ in cell.passage_ids]
        studied = frozenset().union(*held) if held and all(held) else frozenset()
        asked = reading.people - {"children"}
        return " and ".join(sorted(studied)) if studied and asked and not asked & studied else None

    def on_topic(self, passage: Passage, reading: Reading) -> bool:
        """Tell whether a passage is about what a text names, whatever outcome it bears on."""
        if not reading.subjects:
            return True
        return affinity(passage, replace(reading, assertions=()), self.corpus.vocabulary) > 0.2

    def _near(self, reading: Reading, outcome: str, found: Sequence[Found]) -> Cell | None:
        """Weigh the passages near a claim, for causes, prices and whatever else the map does not hold.

        A claim whose agent we do not know is not judged by what others do, unless it speaks of a kind of hair loss.
        """
        if not reading.subjects and outcome not in _ABOUT_CONDITIONS:
            return None
        near = [f.passage for f in found if f.similarity >= _RELATED and self.on_topic(f.passage, reading)]
        return self._cell_of(reading.subjects[0] if reading.subjects else "", outcome, near)

    def _weighed(self, treatment: str, outcome: str) -> Cell | None:
        """Weigh the passages tagged with a treatment, for a cell that the map does not hold."""
        tagged = [
            p
            for p in self.corpus.passages.values()
            if self.corpus.may_decide(p) and treatment_fit(p.treatments, (treatment,), self.corpus.vocabulary) >= 0.75
        ]
        return self._cell_of(treatment, outcome, tagged)

    def _cell_of(self, treatment: str, outcome: str, passages: Sequence[Passage]) -> Cell | None:
        weighed = weigh(outcome, self.corpus.sourced(passages))
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


def indirect(certainty: Certainty | None) -> Certainty:
    """Give what remains of a certainty when the evidence is about another product or other people."""
    return Certainty.VERY_LOW if certainty is Certainty.VERY_LOW else Certainty.LOW
