"""A run as one HTML file that opens offline: figures, drawings, missed cases, history and reporting sheet."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.chart_sheet import chart_sheet
from evals.history import Saved
from evals.sections import history_lines, sections_of
from evals.significance import p_words

NONE = "—"
_OPEN_CASES = 12  # the others are folded
_TEMPLATES = Path(__file__).parent / "templates"


def html(run: Saved, baselines: Sequence[Saved] = ()) -> str:
    """Give the page of a run; changes are against the last baseline, the history shows all of them in order."""
    sections = sections_of(run, baselines)
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            sections=sections,
            baseline=baselines[-1] if baselines else None,
            history=history_lines(sections, [*baselines, run]) if baselines else [],
            runs=[*baselines, run],
            sheet=chart_sheet(run),
            dates=list(dict.fromkeys(result["about"]["date"][:10] for result in run.results)),
            NONE=NONE,
            OPEN_CASES=_OPEN_CASES,
        )
    )


def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {"figure": figure_words, "interval": interval_words, "signed": signed}
    environment.filters |= {"plain": plain, "chance": p_words}
    environment.tests |= {"words": _are_words, "short_records": _are_short_records}
    return environment


# ------------------------------------------------------------------ words


def figure_words(value: float | None, timed: bool = False) -> str:
    """Give a number as it is shown. Example: None -> "—"; 0.5 -> "0.500"; 1234.5, timed -> "1,234" """
    if value is None:
        return NONE
    if timed and abs(value) >= 10:
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
    return f"{value:,.3f}"


def interval_words(figure: Mapping[str, float | None], timed: bool = False) -> str:
    """Give an interval as it is shown; a dash where there is none."""
    if figure["low"] is None or figure["high"] is None:
        return NONE
    return f"{figure_words(figure['low'], timed)} to {figure_words(figure['high'], timed)}"


def signed(value: float, timed: bool = False) -> str:
    """Give a difference with its sign. Example: 0.02 -> "+0.020" """
    sign = "+" if value >= 0 else "−"
    return sign + figure_words(abs(value), timed)


def plain(name: str) -> str:
    """Give the name of a key as words. Example: "flag_recall" -> "flag recall" """
    return name.replace("_", " ")


def _are_words(value: Sequence[object]) -> bool:
    """Tell whether a list holds only ids and numbers, which fit on one line."""
    return all(
        isinstance(part, int | float) or (isinstance(part, str) and not re.search(r"\s", part)) for part in value
    )


def _are_short_records(value: Sequence[object]) -> bool:
    """Tell whether a list holds only records of a few ids, such as a passage with its stance."""
    return all(isinstance(part, Mapping) and len(part) > 1 and _are_words(list(part.values())) for part in value)
