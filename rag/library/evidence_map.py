"""The evidence map: treatment x outcome, what is known and how surely (the field's summary-of-findings table)."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from rag.evidence import Cell
from rag.files import Fault, parse_mapping, read_text
from rag.kinds import Certainty, Direction
from rag.language.vocabulary import Vocabulary


def load_map(path: Path, vocabulary: Vocabulary, evidence: Collection[str], faults: list[str]) -> tuple[Cell, ...]:
    """Read the map; ``evidence`` holds the ids of the passages that may decide a cell."""
    try:
        raw = parse_mapping(read_text(path))
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
        return ()
    cells = []
    for treatment, outcomes in raw.items():
        if not isinstance(outcomes, dict):
            faults.append(f"{path.name}: {treatment} must hold `outcome:` entries, each with its fields.")
            continue
        for outcome, entry in outcomes.items():
            try:
                cells.append(_cell(treatment, outcome, entry, vocabulary, evidence))
            except (Fault, KeyError, ValueError, TypeError) as fault:
                missing = f"`{fault.args[0]}` is missing; add it." if isinstance(fault, KeyError) else fault
                faults.append(f"{path.name}: cell {treatment} / {outcome}: {missing}")
    return tuple(cells)


def _cell(
    treatment: str, outcome: str, entry: Mapping[str, Any], vocabulary: Vocabulary, evidence: Collection[str]
) -> Cell:
    if treatment not in vocabulary.treatments or outcome not in vocabulary.outcomes:
        raise Fault("the treatment or outcome is not in vocabulary.yaml.")
    if not isinstance(entry, dict):
        raise Fault("must hold fields such as `direction:` and `sentence:`.")
    unknown = [p for p in entry.get("passages") or () if p not in evidence]
    if unknown:
        raise Fault(f"passages {', '.join(unknown)} are held by no evidence source; restore the file or remove them.")
    certainty = entry.get("certainty")
    return Cell(
        treatment=treatment,
        outcome=outcome,
        direction=Direction(entry["direction"]),
        certainty=Certainty(certainty) if certainty else None,
        why=str(entry["why"]),
        studies=entry.get("studies"),
        people=entry.get("people"),
        passage_ids=tuple(entry.get("passages") or ()),
        sentence=str(entry["sentence"]),
    )
