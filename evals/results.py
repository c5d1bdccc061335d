"""What a suite gives back: figures, what could not be scored, what failed and what was missed; frozen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.metrics import Confusion, Figure
from evals.records import Record, record_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A case and why it is listed."""

    case_id: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows for people to read beside the figures: thresholds, classes; ``timed`` where they follow the machine."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    timed: bool = False

    @classmethod
    def counting(cls, title: str, head: tuple[str, ...], found: Iterable[tuple[str, bool]]) -> "Table":
        """Count in each group how many there are and of how many it is so; ``found`` gives the group of each."""
        groups: dict[str, list[bool]] = {}
        for name, so in found:
            groups.setdefault(name, []).append(so)
        rows = ((name, len(own), sum(own)) for name, own in sorted(groups.items()))
        return cls(title=title, head=head, rows=tuple(rows))


@dataclass(frozen=True, kw_only=True, slots=True)
class Timings:
    """Wall-clock milliseconds of a run, of its cases and of each kind of work: apart, as no two runs share them."""

    elapsed_ms: float | None = None
    cases: Mapping[str, float] = field(default_factory=dict)
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """The least (or, with ``most``, the greatest) value that a figure may have."""

    metric: str
    bound: float
    most: bool = False

    def held(self, figures: Mapping[str, Figure]) -> bool | None:
        """Tell whether the floor holds; None when the figure was not measured."""
        figure = figures.get(self.metric)
        if figure is None or figure.value is None:
            return None
        return figure.value <= self.bound if self.most else figure.value >= self.bound

    @property
    def words(self) -> str:
        """Give the floor as people read it: ``macro_f1 >= 0.6``."""
        return f"{self.metric} {'<=' if self.most else '>='} {self.bound:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteResult:
    """One run of one suite.

    ``n`` counts every case and bad line; ``failed`` the bad lines and the cases that raised; ``unscored`` those
    that ran and could not be scored. ``misses`` are scored cases that were wrong. ``cases`` holds one record per case.
    """

    suite: str
    n: int
    unscored: int
    failed: int
    metrics: dict[str, Figure]
    tables: tuple[Table, ...] = ()
    confusion: Confusion | None = None
    failures: tuple[Note, ...] = ()
    misses: tuple[Note, ...] = ()
    floors: tuple[Floor, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    cases: tuple[Record, ...] = ()
    timings: Timings = field(default=Timings(), compare=False)

    @property
    def floors_missed(self) -> tuple[Floor, ...]:
        """Give the floors that do not hold."""
        return tuple(f for f in self.floors if f.held(self.metrics) is False)


def result_json(result: SuiteResult) -> dict[str, Any]:
    """Give a result in the contract's shape, with what else is known under further keys."""
    return {
        "suite": result.suite,
        "n": result.n,
        "unscored": result.unscored,
        "failed": result.failed,
        "metrics": {
            name: {"value": rounded(f.value), "low": rounded(f.low), "high": rounded(f.high)}
            for name, f in result.metrics.items()
        },
        "counts": {name: f.n for name, f in result.metrics.items()},
        "confusion": confusion_json(result.confusion),
        "tables": [_table_json(table) for table in result.tables],
        "floors": [{"floor": f.words, "held": f.held(result.metrics)} for f in result.floors],
        "failures": [{"case": note.case_id, "reason": note.reason} for note in result.failures],
        "misses": [{"case": note.case_id, "reason": note.reason} for note in result.misses],
        "settings": result.settings,
        "cases": [record_json(record) for record in result.cases],
        "timings": _timings_json(result),
    }


def without_timings(result: Mapping[str, Any]) -> dict[str, Any]:
    """Give a result (as JSON) without what follows the machine: two runs of one version are then byte-identical."""
    timed = result["timings"]
    kept = {name: value for name, value in result.items() if name != "timings"}
    for part in ("metrics", "counts"):
        kept[part] = {name: value for name, value in result[part].items() if name not in timed["metrics"]}
    kept["tables"] = [table for table in result["tables"] if table["title"] not in timed["tables"]]
    kept["floors"] = [floor for floor in result["floors"] if floor["floor"].split()[0] not in timed["metrics"]]
    return kept


def _timings_json(result: SuiteResult) -> dict[str, Any]:
    return {
        "elapsed_ms": _milliseconds(result.timings.elapsed_ms),
        "cases": {id_: _milliseconds(elapsed) for id_, elapsed in result.timings.cases.items()},
        "samples": {name: [round(value, 3) for value in values] for name, values in result.timings.samples.items()},
        "metrics": [name for name, figure in result.metrics.items() if figure.timed],
        "tables": [table.title for table in result.tables if table.timed],
    }


def _milliseconds(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def confusion_json(confusion: Confusion | None) -> dict[str, Any] | None:
    """Give a confusion matrix; rows are the truth."""
    if confusion is None:
        return None
    return {"labels": list(confusion.labels), "rows_are_true": [list(row) for row in confusion.counts]}


def _table_json(table: Table) -> dict[str, Any]:
    rows: Sequence[Sequence[str | int | float | None]] = table.rows
    cells = [[rounded(c) if isinstance(c, float) else c for c in row] for row in rows]
    return {"title": table.title, "head": list(table.head), "rows": cells}


def rounded(value: float | None) -> float | None:
    """Give a figure as it is kept: four decimals."""
    return None if value is None else round(value, 4)
