"""What a passage must hold before it may back a claim: the claim's figures. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.evidence import Passage
from rag.language.reading import Reading
from rag.quantities import COUNTING, Quantity, Unit, digits, quantities
from rag.text import normalise

_TELLING = 20  # a number from here on tells by itself what is counted: "157 of 593 women", "2,896 patients"


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureCheck:
    """How a claim's figures fare: met in a passage, contradicted by another figure of the kind, or not found."""

    met: tuple[Quantity, ...]
    missing: tuple[Quantity, ...]
    rivals: tuple[str, ...]  # ids of passages that give another figure of the same kind

    @property
    def all_met(self) -> bool:
        """Tell whether every figure of the claim stands in a passage."""
        return not self.missing


def check_figures(reading: Reading, passages: Iterable[Passage], claim: str = "") -> FigureCheck:
    """Hold the claim's figures against those of passages on the same treatment and outcome.

    What is written in other order counts as met too: "157 of 593 women" and "of 593 women, 157".
    """
    asked = [q for q in reading.quantities if q.unit in COUNTING and not _is_hundred_percent(q)]
    texts = [(p.id, normalise(p.text)) for p in passages]
    held = [(id_, quantities(text)) for id_, text in texts]
    written, claim = [_numbers(text) for _, text in texts], normalise(claim)
    met = tuple(
        q
        for q in asked
        if q.met_by(other for _, own in held for other in own) or _stands_in(_numbers(claim[slice(*q.span)]), written)
    )
    missing = tuple(q for q in asked if q not in met)
    rivals = tuple(id_ for id_, own in held if any(other.unit is q.unit for q in missing for other in own))
    return FigureCheck(met=met, missing=missing, rivals=rivals)


def _stands_in(numbers: frozenset[float], written: Iterable[frozenset[float]]) -> bool:
    """Tell whether all numbers of a figure stand in one text, one of them large enough to tell what it counts."""
    return max(numbers, default=0.0) >= _TELLING and any(numbers <= own for own in written)


def _numbers(text: str) -> frozenset[float]:
    return frozenset(map(float, digits(text)))


def _is_hundred_percent(quantity: Quantity) -> bool:
    """Tell "100 % natural" from a figure: it is a word of strength, judged as such."""
    return quantity.unit is Unit.PERCENT and quantity.low == quantity.high == 100.0
