"""What each case of a run came to: its scores, the groups it belongs to, and what was seen where it was missed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Unscored(Exception):
    """Raised for a case that ran and cannot be scored; its text says why."""


class Status(StrEnum):
    """How a case ended."""

    SCORED = "scored"
    UNSCORED = "unscored"  # ran, and could not be scored
    FAILED = "failed"  # raised, or its line could not be read


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One case after a run.

    ``scores`` holds a number by measure, 0 to 1 for decisions; a measure that does not apply to the case is absent.
    ``weights`` holds, for a score that is a share (3 of 4 statements), how many it is a share of; 1 where absent.
    ``truth`` and ``given`` are the labels where the suite decides between classes. ``groups`` says what the case is
    (topic, voice, kind ...), for breakdowns. ``seen``, of a missed case, tells what was asked and judged.
    """

    id: str
    status: Status = Status.SCORED
    missed: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    truth: str | None = None
    given: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)


def shares(parts: Mapping[str, tuple[int, int]]) -> tuple[dict[str, float], dict[str, int]]:
    """Give the scores and weights of counts (good, all) by measure; a measure over nothing is left out.

    Example: {"quoted": (3, 4), "marked": (0, 0)} -> {"quoted": 0.75}, {"quoted": 4}
    """
    counted = {name: (good, whole) for name, (good, whole) in parts.items() if whole}
    return {n: good / whole for n, (good, whole) in counted.items()}, {n: whole for n, (_, whole) in counted.items()}


def present(scores: Mapping[str, float | None]) -> dict[str, float]:
    """Give the scores that were measured."""
    return {name: value for name, value in scores.items() if value is not None}


def record_json(record: Record) -> dict[str, Any]:
    """Give a record as JSON; what is empty is left out, the id, status and scores never."""
    shape: dict[str, Any] = {"id": record.id, "status": record.status.value, "missed": record.missed}
    shape["scores"] = {name: round(value, 4) for name, value in record.scores.items()}
    optional = {
        "weights": dict(record.weights),
        "truth": record.truth,
        "given": record.given,
        "groups": {name: value for name, value in record.groups.items() if value},
        "seen": dict(record.seen),
    }
    return shape | {name: value for name, value in optional.items() if value not in (None, {})}
