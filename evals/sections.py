"""What a report shows of each suite: its figures, drawings and cases, ready for the page."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from evals import panels, plots
from evals.history import Change, Result, Saved, changes, same_cases
from evals.suites import SUITES
from evals.systems import PRODUCT

_NARROW_LABELS = 4  # a larger confusion matrix takes both columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A figure as it is shown; ``held`` is None where it has no floor or was not measured."""

    name: str
    figure: Mapping[str, float | None]
    n: int
    timed: bool
    change: Change | None
    floor: str | None
    held: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A drawing under its heading, and a line that says how to read it."""

    title: str
    svg: Markup
    note: str = ""
    wide: bool = False  # over both columns of the page


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A case that was missed, failed or could not be scored, with what was seen of it."""

    id: str
    status: str
    truth: str | None
    given: str | None
    groups: Mapping[str, str]
    seen: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything that is shown of one suite, as one system did in it; ``anchor`` is its place on the page."""

    result: Result
    anchor: str
    asks: str
    rows: tuple[Row, ...]
    drawings: tuple[Drawing, ...]
    cases: tuple[Case, ...]
    compared: bool

    @property
    def name(self) -> str:
        """Name the suite."""
        return str(self.result["suite"])

    @property
    def title(self) -> str:
        """Name the suite, with the system where it was not alone the product."""
        system = self.result.get("settings", {}).get("system", PRODUCT)
        return self.name if system == PRODUCT and self.anchor == self.name else f"{self.name}: {system}"

    @property
    def scored(self) -> int:
        """Count the scored cases."""
        return int(self.result["n"] - self.result["unscored"] - self.result["failed"])

    @property
    def choice(self) -> str:
        """Say which cases ran."""
        settings = self.result.get("settings", {})
        limit = "" if settings.get("limit") is None else f", at most {settings['limit']} cases"
        return f"Split {settings.get('split')}{limit}, seed {settings.get('seed')}."

    @property
    def headline(self) -> tuple[Row, ...]:
        """Give the figures that have floors, or the first three where none has."""
        return tuple(row for row in self.rows if row.floor) or self.rows[:3]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One headline figure over the runs, oldest first; None where a run has none or ran other cases."""

    suite: str
    name: str
    timed: bool
    figures: tuple[Mapping[str, float | None] | None, ...]
    change: Change | None


# ------------------------------------------------------------------ one suite


def sections_of(run: Saved, baselines: Sequence[Saved]) -> list[Section]:
    """Gather what is shown of every suite; changes are against the last baseline.

    Where several systems ran, each has its section; those after the first are compared with it and with no baseline.
    """
    seen: Counter[str] = Counter()
    sections = []
    for result in run.results:
        name = result["suite"]
        seen[name] += 1
        first = seen[name] == 1
        anchor = name if first else f"{name}-{seen[name]}"
        sections.append(_section(result, anchor, baselines[-1].of(name) if baselines and first else None))
    return sections


def _section(result: Result, anchor: str, before: Result | None) -> Section:
    suite = SUITES.get(result["suite"])
    rows = tuple(_rows(result, changes(result, before)))
    return Section(
        result=result,
        anchor=anchor,
        asks=suite.asks if suite else "",
        rows=rows,
        # Those over both columns come first, so that the others flow under them.
        drawings=tuple(sorted(_drawings(result, rows, anchor), key=lambda drawing: not drawing.wide)),
        cases=tuple(_cases(result)),
        compared=same_cases(result, before),
    )


def _rows(result: Result, changed: Mapping[str, Change]) -> Iterator[Row]:
    floors = {floor["floor"].split()[0]: floor for floor in result.get("floors", [])}
    timed = set(result.get("timings", {}).get("metrics", ()))
    for name, figure in result["metrics"].items():
        floor = floors.get(name)
        yield Row(
            name=name,
            figure=figure,
            n=result["counts"][name],
            timed=name in timed,
            change=changed.get(name),
            floor=_floor_words(floor["floor"]) if floor else None,
            held=floor["held"] if floor else None,
        )


def _drawings(result: Result, rows: Sequence[Row], anchor: str) -> Iterator[Drawing]:
    """Give the drawings that have something to show, in reading order."""
    if dots := [_dot(row) for row in rows if _is_share(row)]:
        note = "A point is the figure, the line its 95 % interval. A cross misses its floor."
        note += " A hollow point is the baseline." if any(dot.before is not None for dot in dots) else ""
        yield Drawing(title="Figures from 0 to 1", svg=plots.figures(f"{anchor}-figures", dots), note=note)
    if (matrix := result.get("confusion")) and any(map(any, matrix["rows_are_true"])):
        note = "Rows are the truth, with its count; bold cells on the diagonal are right."
        svg = plots.confusion(f"{anchor}-confusion", matrix)
        yield Drawing(title="Confusion", svg=svg, note=note, wide=len(matrix["labels"]) > _NARROW_LABELS)
    for number, bars in enumerate((*panels.class_bars(result), *panels.group_bars(result))):
        note = f"Smaller groups, not drawn: {bars.left_out}." if bars.left_out else ""
        yield Drawing(title=bars.title, svg=plots.bars(f"{anchor}-bars-{number}", bars), note=note)
    yield from _sureness(result, anchor)
    if works := panels.spreads(result):
        note = "Each dot is one time; at the right stand median, 95th percentile and n."
        note += " The stock pipeline is grey." if any(w.beside for w in works) else ""
        yield Drawing(
            title="Times of each kind of work", svg=plots.spreads(f"{anchor}-works", works), note=note, wide=True
        )
        if grown := panels.growth(result):
            yield Drawing(
                title=panels.GROWTH, svg=plots.growth(f"{anchor}-growth", grown), note="Both axes are logarithmic."
            )
    elif spread := panels.case_times(result):
        note = f"{len(spread.values)} cases: {plots.time_words(spread)}."
        yield Drawing(title="Time of a case", svg=plots.times(f"{anchor}-times", spread), note=note)


def _sureness(result: Result, anchor: str) -> Iterator[Drawing]:
    if calibrated := panels.calibration(result):
        note = f"Expected calibration error {calibrated.error:.3f} over {calibrated.n} cases."
        yield Drawing(title="Calibration", svg=plots.calibration(f"{anchor}-calibration", calibrated), note=note)
    if covered := panels.risk_coverage(result):
        note = f"{covered.n} cases. Wrong: {covered.wrong}. The shade is the 95 % interval."
        svg = plots.coverage(f"{anchor}-coverage", covered)
        yield Drawing(title="Risk and coverage", svg=svg, note=note)


def _dot(row: Row) -> plots.Dot:
    return plots.Dot(
        label=row.name.replace("_", " "),
        value=row.figure["value"] or 0.0,
        low=row.figure["low"],
        high=row.figure["high"],
        before=row.change.before if row.change else None,
        missed=row.held is False,
    )


def _is_share(row: Row) -> bool:
    value, low, high = row.figure["value"], row.figure["low"], row.figure["high"]
    if row.timed or value is None or low is None or high is None:
        return False
    return low >= 0 and high <= 1


# ------------------------------------------------------------------ cases


def _cases(result: Result) -> Iterator[Case]:
    """Give what failed, then what was missed in the suite's order, each case once with its record."""
    records = {record["id"]: record for record in result.get("cases", ())}
    own = not result.get("settings", {}).get("files")
    reasons: dict[str, list[str]] = {}
    for note in (*result.get("failures", ()), *result.get("misses", ())):
        reasons.setdefault(note["case"], []).append(note["reason"])
    for id_, why in reasons.items():
        record = records.get(id_, {})
        groups = {k: v for k, v in record.get("groups", {}).items() if v}
        # Nobody may tune to the project's held-back cases: their words are not printed, nor those of unknown split.
        split = groups.get("split") or result.get("settings", {}).get("split") or ""
        hidden = own and split.startswith(("held_back", "all"))
        seen = {k: v for k, v in record.get("seen", {}).items() if v != [record["seen"].get("question")]}
        yield Case(
            id=id_,
            status=record.get("status", "scored"),
            truth=record.get("truth"),
            given=record.get("given"),
            groups=groups,
            seen={"note": "held back: the words of this case are not shown"} if hidden else seen or {"what": why},
        )


# ------------------------------------------------------------------ history


def history_lines(sections: Sequence[Section], runs: Sequence[Saved]) -> list[Line]:
    """Give the headline figures of the sections over the runs."""
    lines = []
    for section in (s for s in sections if s.anchor == s.name):
        results = [run.of(section.name) for run in runs]
        known = [result if same_cases(section.result, result) else None for result in results]
        for row in section.headline:
            figures = tuple(result["metrics"].get(row.name) if result else None for result in known)
            lines.append(Line(suite=section.name, name=row.name, timed=row.timed, figures=figures, change=row.change))
    return lines


def _floor_words(floor: str) -> str:
    return re.sub(r"^\S+ (>=|<=) ", lambda m: "at least " if m[1] == ">=" else "at most ", floor)
