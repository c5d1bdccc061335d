"""The floors that figures must keep: one file, with the measurement that each was set from beside it.

``evals/floors.json`` maps a suite to ``{"split", "limit", "floors": [{"figure", "at_least" or "at_most", "measured",
"n"}]}``; ``limit`` is null for all cases. A floor stands just below (or above) what was measured. With
``"gate": false`` the suite is left to people, since its figures follow the machine.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evals.results import Floor
from rag.errors import UsageError

FILE = Path(__file__).parent / "floors.json"
_BOUNDS = ("at_least", "at_most")


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarded:
    """A suite with floors: which cases they were set on, and the floors; ``path`` where the cases are one's own."""

    suite: str
    split: str
    limit: int | None
    floors: tuple[Floor, ...]
    path: Path | None = None
    gate: bool = True


@cache
def read_floors(path: Path = FILE) -> dict[str, Guarded]:
    """Read a file of floors; raise UsageError that names what is wrong with it."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {name: _guarded(name, about, path.parent) for name, about in read.items()}
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a file of floors.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{path} is no file of floors ({error}); compare it with evals/floors.json.") from error


def _guarded(name: str, about: dict[str, Any], folder: Path) -> Guarded:
    return Guarded(
        suite=name,
        split=about.get("split", "dev"),
        limit=about.get("limit"),
        floors=tuple(_floor(floor) for floor in about["floors"]),
        path=folder / about["cases"] if "cases" in about else None,
        gate=bool(about.get("gate", True)),
    )


def _floor(about: dict[str, Any]) -> Floor:
    given = [name for name in _BOUNDS if name in about]
    if len(given) != 1:
        raise ValueError(f"the floor of {about.get('figure')} needs one of at_least and at_most")
    return Floor(metric=str(about["figure"]), bound=float(about[given[0]]), most=given[0] == "at_most")
