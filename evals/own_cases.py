"""An evaluator's own cases: a JSON-lines file, or a folder with ``suite.json`` and ``cases.jsonl``."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.cases import Json, Loaded, load_cases, own_id, split_of, text_of, texts_of
from rag.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_ASKS = ("question", "turns", "text")


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCase:
    """A question, a talk or a text to check, what is expected of the reply, and the scorers that judge it.

    {"id", "question" or "turns": [...] or "text", "expect": {"kind", "says": [...], "avoids": [...], "cites": [...],
     "verdict", "flagged"}, "scorers": [name, ...], "groups": {"topic": ...}, "provenance", "split": dev|held_back}
    """

    id: str
    split: str
    turns: tuple[str, ...]
    text: str | None
    expect: Mapping[str, Any]
    scorers: tuple[str, ...]
    groups: Mapping[str, str]
    provenance: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSuite:
    """A folder's name, what it asks, and its cases."""

    name: str
    asks: str
    loaded: Loaded[OwnCase]


def own_case(record: Json, number: int) -> OwnCase:
    """Parse one line of an evaluator's file; raise ValueError with what is wrong."""
    if sum(name in record for name in _ASKS) != 1:
        raise ValueError('give exactly one of "question", "turns" and "text"')
    expect = record.get("expect", {})
    groups = record.get("groups", {})
    if not isinstance(expect, dict) or not isinstance(groups, dict):
        raise ValueError('"expect" and "groups" must be JSON objects')
    if any(value in ([], "", None) for value in expect.values()):
        raise ValueError('"expect" holds an empty expectation; remove it')
    turns = texts_of(record, "turns") if "turns" in record else ()
    if "turns" in record and not turns:
        raise ValueError('"turns" is empty')
    return OwnCase(
        id=own_id(record, number),
        split=split_of(record),
        turns=(text_of(record, "question"),) if "question" in record else turns,
        text=text_of(record, "text") if "text" in record else None,
        expect=expect,
        scorers=texts_of(record, "scorers") if "scorers" in record else (),
        groups={str(name): str(value) for name, value in groups.items()},
        provenance=str(record.get("provenance", "")),
    )


def read_suite(path: Path) -> OwnSuite:
    """Read a file of cases, or a folder: ``suite.json`` may give a name, what it asks, its file and its scorers.

    Raises UsageError that names what cannot be used.
    """
    if not path.is_dir():
        loaded = load_cases(path, own_case)
        return OwnSuite(name="own", asks="", loaded=loaded)
    about = _about(path / "suite.json")
    loaded = load_cases(path / str(about.get("cases", "cases.jsonl")), own_case)
    named = tuple(map(str, about.get("scorers", ())))
    cases = tuple(c if c.scorers or not named else replace(c, scorers=named) for c in loaded.cases)
    name = str(about.get("name") or path.resolve().name)
    if not _NAME.fullmatch(name):
        raise UsageError(f"{path}: {name!r} cannot name a suite; use letters, digits, dots and dashes.")
    return OwnSuite(name=name, asks=str(about.get("asks", "")), loaded=replace(loaded, cases=cases))


def _about(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not valid JSON ({error}); correct it.") from error
    if not isinstance(about, dict) or not isinstance(about.get("scorers", []), list):
        raise UsageError(f'{path} must be an object such as {{"name": "mine", "scorers": ["kind", "says"]}}.')
    return about
