"""Saved runs: by name, by path, or the last one of each suite; each result carries what it was a run of."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.comparison import compare
from rag.errors import UsageError

SCHEMA = "evals-run/1"
LAST, PREVIOUS = "last", "previous"  # kept for each suite without being asked
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# Two runs are compared where these are the same: they say which cases ran.
_SAME_CASES = ("split", "limit", "seed", "files")

Result = Mapping[str, Any]  # a result as JSON, with ``about`` once it is saved


def scored(result: Result) -> int:
    """Give how many cases of a result were scored."""
    return int(result["n"] - result["unscored"] - result["failed"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A run that was saved: its name, and a result of each suite in it."""

    name: str
    results: tuple[Result, ...]

    def of(self, suite: str) -> Result | None:
        """Give the result of a suite, or None when the run has none."""
        return next((r for r in self.results if r["suite"] == suite), None)


def runs_directory(data_dir: Path) -> Path:
    """Give where runs are saved."""
    return data_dir / "evals" / "runs"


def place_of(directory: Path, name: str) -> Path:
    """Give the file of a run: a path when it has a folder or ends in .json, else a name in the directory."""
    if "/" in name or "\\" in name or name.endswith(".json"):
        return Path(name)
    if not _NAME.fullmatch(name) or name in (LAST, PREVIOUS):
        raise UsageError(f"{name!r} cannot name a run; use letters, digits, dots and dashes, or give a path.")
    return directory / f"{name}.json"


def save(path: Path, name: str, results: Sequence[Result], about: Mapping[str, Any]) -> None:
    """Write a run; raise UsageError when the file cannot be written."""
    record = {"schema": SCHEMA, "name": name, "about": about, "results": list(results)}
    write(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def write(path: Path, text: str) -> None:
    """Write a run, or a page on one; raise UsageError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); give another place.") from error


def keep_last(directory: Path, results: Sequence[Result], about: Mapping[str, Any]) -> None:
    """Keep each result as its suite's last one, and the one before it as the previous one."""
    for result in results:
        path = _suite_file(directory, result["suite"], LAST)
        try:
            if path.is_file():
                path.replace(_suite_file(directory, result["suite"], PREVIOUS))
        except OSError as error:
            raise UsageError(f"{path} cannot be moved ({error.strerror}); set RAG_DATA_DIR.") from error
        save(path, LAST, [result], about)


def load(directory: Path, name: str = LAST) -> Saved:
    """Read a run; ``last`` and ``previous`` gather one result of each suite. Raise UsageError where there is none."""
    if name not in (LAST, PREVIOUS):
        path = place_of(directory, name)
        saved = read(path)
        if saved is None:
            raise UsageError(f"{path} is not a saved run; save one with `python -m evals run ... --save NAME`.")
        return saved
    found = [read(path) for path in sorted(_suite_file(directory, "*", name).parent.glob(f"*.{name}.json"))]
    results = [result for saved in found if saved for result in saved.results]
    if not results and name == LAST:
        raise UsageError(f"No run is saved in {directory}; start with `python -m evals run claims`.")
    return Saved(name=name, results=tuple(results))


def read(path: Path) -> Saved | None:
    """Read one file; None when it is missing or no saved run."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["schema"] != SCHEMA:
            return None
        results = tuple(dict(result, about=record["about"]) for result in record["results"])
        return Saved(name=str(record["name"]), results=results) if all("suite" in r for r in results) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _suite_file(directory: Path, suite: str, which: str) -> Path:
    return directory / "suites" / f"{suite}.{which}.json"


# ------------------------------------------------------------------ change


_CLEAR = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How a figure moved since a baseline, and Holm's p of the paired test; None for a figure without cases."""

    before: float
    now: float
    p: float | None = None

    @property
    def difference(self) -> float:
        """Give now less before."""
        return self.now - self.before

    @property
    def clear(self) -> bool:
        """Tell whether chance alone would seldom move the figure so far."""
        return self.p is not None and self.p < _CLEAR


def same_cases(result: Result, before: Result | None) -> bool:
    """Tell whether two results are over the same choice of cases."""
    if before is None:
        return False
    old, new = before.get("settings", {}), result.get("settings", {})
    return all(old.get(key) == new.get(key) for key in _SAME_CASES)


def changes(result: Result, before: Result | None) -> dict[str, Change]:
    """Give the change of every figure measured in both; nothing when other cases ran."""
    if before is None or not same_cases(result, before):
        return {}
    chances = _chances(before, result)
    pairs = {name: (figure, before["metrics"].get(name)) for name, figure in result["metrics"].items()}
    return {
        name: Change(before=old["value"], now=new["value"], p=chances.get(name))
        for name, (new, old) in pairs.items()
        if old is not None and None not in (new["value"], old["value"])
    }


def _chances(before: Result, result: Result) -> Mapping[str, float]:
    try:
        return compare(before, result).adjusted
    except UsageError:  # no case was scored in both: the figures still have their change
        return {}


def with_changes(run: Saved, before: Saved | None) -> list[dict[str, Any]]:
    """Give the results of a run with their changes under a further key where there is a baseline."""
    records = [dict(result) for result in run.results]
    if before is None:
        return records
    for record in records:
        record["changes"] = {
            name: {"before": change.before, "difference": round(change.difference, 4), "p_holm": change.p}
            for name, change in changes(record, before.of(record["suite"])).items()
        }
    return records
