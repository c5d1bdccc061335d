"""Results and comparisons as tables in the terminal."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.history import Change, Result, changes, scored
from evals.significance import p_words
from rag.errors import UsageError

NONE = "—"
_SHOWN = 10  # misses and failures printed; the JSON holds all
_WIDTH = 110


def paired_runs(first: Path, second: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Give the runs of the suites that two files share; raise UsageError when a file holds no run or none is shared."""
    one, two = _runs_in(first), _runs_in(second)
    shared = [(one[name], two[name]) for name in one if name in two]
    if not shared:
        raise UsageError(f"{first} holds {', '.join(one)} and {second} holds {', '.join(two)}; give two of one suite.")
    return shared


def _runs_in(path: Path) -> dict[str, dict[str, Any]]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(read, dict) and "results" in read:  # a saved run
            read = read["results"]
        runs = read if isinstance(read, list) else [read]
        return {run["suite"]: run for run in runs if run["metrics"] is not None}
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a file of `run SUITE --json`.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path} holds no run; write one with `python -m evals run SUITE --json > FILE`.") from error


def comparison_text(comparison: Mapping[str, Any], first: str = "first run", second: str = "second run") -> str:
    """Give a comparison of two runs (as JSON) as a table for people."""
    group = f", {comparison['group']}" if comparison["group"] else ""
    rows = []
    for name, d in comparison["differences"].items():
        change = "" if d["difference"] is None else f"{d['difference']:+.3f}"
        values = (_number(d["first"]), _number(d["second"]), change, _interval(d), str(d["n"]))
        rows.append((name, *values, _p(d["p"]), _p(d["p_holm"]), d["test"]))
    columns = ("figure", "first", "second", "change", "95 % interval", "n", "p", "p (Holm)", "test")
    lines = [f"{comparison['suite']}: {second} against {first}{group}", "", *_columns(columns, rows)]
    left_out = comparison["only_first"] + comparison["only_second"]
    return "\n".join([*lines, f"  Left out: {left_out} cases that stand in one run alone."] if left_out else lines)


def compared_text(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give, for the runs of several systems, how each compares with the first."""
    return [
        comparison_text(compared, compared["with"], record["settings"]["system"])
        for record in records
        if (compared := record.get("compared"))
    ]


def _p(value: float | None) -> str:
    return NONE if value is None else p_words(value)


def text(result: Result, before: Result | None = None) -> str:
    """Give a result (as JSON) as a table for people, with the change since the run before."""
    lines = [_headline(result), ""]
    changed = changes(result, before)
    rows = []
    for name, figure in result["metrics"].items():
        change = _change(changed.get(name))
        rows.append((name, _number(figure["value"]), _interval(figure), str(result["counts"][name]), change))
    lines += _columns(("figure", "value", "95 % interval", "n", "change"), rows)
    if any(change.clear for change in changed.values()):
        lines.append("  * more than chance: p < 0.05 in a paired test, adjusted for the number of figures")
    if result.get("confusion"):
        lines += ["", "Confusion (rows: true, columns: given)"]
        lines += _confusion(result["confusion"])
    for table in result.get("tables", []):
        lines += ["", table["title"], *_columns(table["head"], [[_cell(c) for c in row] for row in table["rows"]])]
    lines += _floors(result.get("floors", []))
    lines += _notes("Failed or could not be scored", result.get("failures", []))
    lines += _notes("Missed", result.get("misses", []))
    return "\n".join(lines)


def _headline(result: Mapping[str, Any]) -> str:
    settings = result.get("settings", {})
    about = ", ".join(
        f"{key} {settings[key]}" for key in ("system", "split", "limit", "seed") if settings.get(key) is not None
    )
    return (
        f"{result['suite']}: {scored(result)} of {result['n']} scored; {result['unscored']} unscored; "
        f"{result['failed']} failed" + (f"   ({about})" if about else "")
    )


def _floors(floors: Iterable[Mapping[str, Any]]) -> list[str]:
    words = {True: "held", False: "MISSED", None: "not measured"}
    lines = [f"  {words[floor['held']]:<13}{floor['floor']}" for floor in floors]
    return ["", "Floors", *lines] if lines else []


def _notes(title: str, notes: list[Mapping[str, str]]) -> list[str]:
    if not notes:
        return []
    lines = ["", f"{title}: {len(notes)}"]
    lines += [_short(f"  {note['case']}  {note['reason']}") for note in notes[:_SHOWN]]
    if len(notes) > _SHOWN:
        lines.append(f"  ... and {len(notes) - _SHOWN} more; --json and `report --html FILE` have them all.")
    return lines


def _confusion(confusion: Mapping[str, Any]) -> list[str]:
    labels = confusion["labels"]
    rows = [(label, *map(str, row)) for label, row in zip(labels, confusion["rows_are_true"], strict=True)]
    return _columns(("", *labels), rows)


def _columns(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Set rows in columns: the first to the left, figures to the right."""
    table = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return [
        (
            "  "
            + row[0].ljust(widths[0])
            + "".join("  " + c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
        ).rstrip()
        for row in table
    ]


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:,.3f}"


def _cell(value: str | int | float | None) -> str:
    return _number(value) if value is None or isinstance(value, float) else str(value)


def _interval(figure: Mapping[str, float | None]) -> str:
    return NONE if figure["low"] is None else f"{_number(figure['low'])} to {_number(figure['high'])}"


def _change(change: Change | None) -> str:
    return "" if change is None else f"{change.difference:+.3f}{' *' if change.clear else ''}"


def _short(line: str) -> str:
    return line if len(line) <= _WIDTH * 2 else line[: _WIDTH * 2 - 1] + "…"
