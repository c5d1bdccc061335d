"""How people ask of an outcome without any of its words: one file, outcome -> ways of asking."""

from dataclasses import dataclass
from pathlib import Path

from rag.files import Fault, parse_mapping, read_text
from rag.ids import way_id
from rag.language.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to ask of an outcome; "it" stands for the treatment."""

    id: str
    outcome: str
    text: str


def load_ways(path: Path, vocabulary: Vocabulary, faults: list[str]) -> tuple[Way, ...]:
    """Read the ways of asking; a corpus without the file has none."""
    if not path.is_file():
        return ()
    try:
        raw = parse_mapping(read_text(path))
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
        return ()
    own: list[str] = []
    for outcome, texts in raw.items():
        if outcome not in vocabulary.outcomes:
            own.append(f"{path.name}: outcome {outcome!r} is not in vocabulary.yaml.")
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            own.append(f"{path.name}: {outcome} must hold a list of questions.")
    faults += own
    if own:
        return ()
    return tuple(
        Way(id=way_id(outcome, number), outcome=outcome, text=text)
        for outcome, texts in raw.items()
        for number, text in enumerate(texts, 1)
    )
