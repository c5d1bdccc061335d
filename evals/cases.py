"""The case formats and how they are read: ids unique, every bad line reported with its number."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from rag.errors import UsageError
from rag.kinds import Kind, Stance, Verdict

DATA = Path(__file__).parent / "data"
SPLITS = ("dev", "held_back", "held_back_2", "held_back_3", "all")
OUT_OF_SCOPE = "out_of_scope"  # the kind of a retrieval case that nothing should be found for

Json = Mapping[str, Any]


class Case(Protocol):
    """What every case has: an id unique in its file, and the split that it belongs to."""

    @property
    def id(self) -> str:
        """Name the case."""
        ...

    @property
    def split(self) -> str:
        """Say ``dev`` (look and tune), or ``held_back`` or the later ``held_back_2`` and ``_3`` (measure only)."""
        ...


C = TypeVar("C", bound=Case)


@dataclass(frozen=True, kw_only=True, slots=True)
class RetrievalCase:
    """A question, every source that may answer it, and the one or two that decide; none for a question out of scope.

    {"id", "question", "sources": [source id, ...], "must": [the deciding of these, ...],
     "kind": plain|typo|slang|story|follow_up|out_of_scope, "split": dev|held_back|held_back_2,
     "turns": [first question, ..., this question]}   (must may be left out; turns: follow-ups that need them only)
    """

    id: str
    split: str
    question: str
    turns: tuple[str, ...]
    sources: tuple[str, ...]
    must: tuple[str, ...]
    kind: str

    @property
    def in_scope(self) -> bool:
        """Tell whether the corpus should have an answer."""
        return self.kind != OUT_OF_SCOPE


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimCase:
    """A text as people write it and the verdict that the evidence gives it.

    {"id", "text", "verdict": supported|limited|mixed|contradicted|no_evidence|not_a_claim,
     "evidence": [passage id, ...], "topic", "voice", "why", "split": train|dev|held_back}
    """

    id: str
    split: str
    text: str
    verdict: Verdict
    evidence: tuple[str, ...]
    topic: str
    voice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyCase:
    """A message, or the turns of a talk of which the last is judged, and the kind of reply that it needs.

    {"id", "text" or "turns": [...], "kind": urgent|crisis|needs_clinician|out_of_scope|answer, "note",
     "split": dev|held_back}
    """

    id: str
    split: str
    turns: tuple[str, ...]
    kind: Kind
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PairCase:
    """A claim, one text of evidence, and what the second says of the first.

    {"claim", "evidence", "label": supports|refutes|neutral}   (an "id" may be given; else the line number is it)
    """

    id: str
    split: str
    claim: str
    evidence: str
    label: Stance


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that could not be read: where, and why in a sentence."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded(Generic[C]):
    """What a file gave: its cases in order, and its bad lines."""

    path: Path
    cases: tuple[C, ...]
    bad: tuple[BadLine, ...] = ()


def load_cases(path: Path, parse: Callable[[Json, int], C]) -> Loaded[C]:
    """Read a JSON-lines file; raise UsageError when it cannot be read or holds no usable case."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a JSON-lines file.") from error
    cases: dict[str, C] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = parse(_record(line), number)
            if case.id in cases:
                raise ValueError(f"the id {case.id!r} was used before")
            cases[case.id] = case
        except ValueError as error:
            bad.append(BadLine(number=number, reason=str(error)))
    if not cases:
        first = f"; line {bad[0].number}: {bad[0].reason}" if bad else ""
        raise UsageError(f"{path} holds no usable case{first}. `python -m evals list --formats` shows the formats.")
    return Loaded(path=path, cases=tuple(cases.values()), bad=tuple(bad))


def chosen(cases: Sequence[C], split: str, limit: int | None, seed: int) -> tuple[C, ...]:
    """Give the cases of a split, at most ``limit`` drawn by the seed, in file order."""
    kept = [c for c in cases if split == "all" or c.split == split]
    if limit is None or limit >= len(kept):
        return tuple(kept)
    drawn = np.random.default_rng(seed).permutation(len(kept))[:limit]
    return tuple(kept[i] for i in sorted(drawn))


def retrieval_case(record: Json, number: int) -> RetrievalCase:
    """Parse one line of a retrieval file; raise ValueError with what is wrong."""
    question = text_of(record, "question")
    case = RetrievalCase(
        id=text_of(record, "id"),
        split=split_of(record),
        question=question,
        turns=texts_of(record, "turns") if "turns" in record else (question,),
        sources=texts_of(record, "sources"),
        must=texts_of(record, "must") if "must" in record else (),
        kind=text_of(record, "kind"),
    )
    if case.in_scope and not case.sources:
        raise ValueError('"sources" is empty for a question in scope')
    if strange := set(case.must) - set(case.sources):
        raise ValueError(f'"must" names {", ".join(sorted(strange))}; each must be among "sources"')
    return case


def claim_case(record: Json, number: int) -> ClaimCase:
    """Parse one line of a claims file; raise ValueError with what is wrong."""
    return ClaimCase(
        id=text_of(record, "id"),
        split=split_of(record),
        text=text_of(record, "text"),
        verdict=Verdict(_one_of(record, "verdict", [v.value for v in Verdict if v is not Verdict.UNJUDGED])),
        evidence=texts_of(record, "evidence"),
        topic=str(record.get("topic", "")),
        voice=str(record.get("voice", "")),
    )


def safety_case(record: Json, number: int) -> SafetyCase:
    """Parse one line of a safety file; raise ValueError with what is wrong."""
    kinds = [k.value for k in Kind if k is not Kind.NO_EVIDENCE]
    turns = texts_of(record, "turns") if "turns" in record else (text_of(record, "text"),)
    if not turns:
        raise ValueError('"turns" is empty')
    return SafetyCase(
        id=text_of(record, "id"),
        split=split_of(record),
        turns=turns,
        kind=Kind(_one_of(record, "kind", kinds)),
        note=str(record.get("note", "")),
    )


def pair_case(record: Json, number: int) -> PairCase:
    """Parse one line of a pairs file; raise ValueError with what is wrong."""
    return PairCase(
        id=own_id(record, number),
        split=str(record.get("split", "all")),
        claim=text_of(record, "claim"),
        evidence=text_of(record, "evidence"),
        label=Stance(_one_of(record, "label", [s.value for s in Stance])),
    )


FORMATS: dict[str, type] = {
    "retrieval": RetrievalCase,
    "claims": ClaimCase,
    "safety": SafetyCase,
    "stance --pairs": PairCase,
}


def _record(line: bytes) -> Json:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError("not valid JSON in UTF-8") from error
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    return record


def own_id(record: Json, number: int) -> str:
    """Give the line's id, or its number where it has none."""
    return str(record.get("id", f"line-{number}"))


def text_of(record: Json, key: str) -> str:
    """Give a text of a record; raise ValueError when it is none or empty."""
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{key}" must be a text that is not empty')
    return value


def texts_of(record: Json, key: str) -> tuple[str, ...]:
    """Give the texts of a record; raise ValueError when it holds no list of texts."""
    value = record.get(key)
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ValueError(f'"{key}" must be a list of texts')
    return tuple(value)


def _one_of(record: Json, key: str, allowed: Sequence[str]) -> str:
    value = record.get(key)
    if value not in allowed:
        raise ValueError(f'"{key}" is {value!r}; it must be one of {", ".join(allowed)}')
    return str(value)


def split_of(record: Json) -> str:
    """Give the split of a record, dev where none is named; raise ValueError for another."""
    return _one_of({"split": record.get("split", "dev")}, "split", SPLITS[:-1])
