"""Claims that teach: how people put them, their reasoned verdict, and what each passage by itself says of them."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rag.kinds import Stance, Verdict


class Teaches(StrEnum):
    """Which part of the judge a claim teaches.

    None teaches both: a stance model is surer of what it was taught than it will be of anything new, and the part that
    weighs its votes must not learn to trust that.
    """

    STANCE = "stance"
    VERDICT = "verdict"
    LIKENESS = "likeness"  # only which claims are alike: what makes a precedent


@dataclass(frozen=True, kw_only=True, slots=True)
class TaughtClaim:
    """One line of ``evals/data/claims_train.jsonl``.

    {"id", "text", "verdict", "evidence": [passage id, ...], "stances": [of each of these, ...],
     "beside": [near passages that say nothing of it, ...], "teaches": stance|verdict|likeness, "why", "topic", "voice"}
    (The first 634 lines name no stances and teach the stance.)
    """

    id: str
    text: str
    verdict: Verdict
    evidence: tuple[str, ...]
    stances: tuple[Stance, ...] | None
    beside: tuple[str, ...]


def taught_claims(path: Path, teaches: Teaches) -> list[TaughtClaim]:
    """Read the claims that teach one part of the judge."""
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        TaughtClaim(
            id=record["id"],
            text=record["text"],
            verdict=Verdict(record["verdict"]),
            evidence=tuple(record["evidence"]),
            stances=tuple(map(Stance, record["stances"])) if "stances" in record else None,
            beside=tuple(record.get("beside", ())),
        )
        for record in records
        if record.get("teaches", Teaches.STANCE) == teaches
    ]
