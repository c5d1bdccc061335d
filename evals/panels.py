"""What a report draws of a result, as plain numbers; pure. A panel that nothing was measured for is None or left out.

Shares have Wilson's 95 % intervals (Wilson 1927); the risk-coverage curve is El-Yaniv and Wiener's (2010).
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.history import Result

_Z = 1.959964  # 95 %
_MOST_GROUPS = 18  # a taller chart is not read
_LEAST_IN_GROUP = 3  # a share of one or two cases says nothing
_LEAST_TIMES = 5
_LEAST_RANKED = 20
_LEAST_IN_BIN, _MOST_BINS = 8, 10
GROWTH = "Growth"  # the table of sizes, and what is drawn of it
GROWTH_LINES = {"search p50": "search, median", "search p95": "search, p95", "build ms each": "build, a passage"}
YARDSTICK = "stock: "  # before the name of a kind of work that the stock pipeline did

Record = Mapping[str, Any]  # a case record as JSON


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A share of a group, 0 to 1, with its interval and how many it is a share of."""

    label: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """Shares of groups side by side; ``left_out`` counts the groups that found no room."""

    title: str
    axis: str
    bars: tuple[Bar, ...]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Cases of like confidence: their mean confidence and the share that was right."""

    confidence: float
    right: Bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Confidence against the share that was right, with the expected calibration error."""

    bins: tuple[Bin, ...]
    error: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Answering only the surest share (coverage) against the share of those that is wrong (risk)."""

    axis: str
    wrong: str  # what counts as wrong
    points: tuple[tuple[float, Bar], ...]
    overall: float  # the risk when all are answered
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Milliseconds of each case, with their quantiles by name."""

    values: tuple[float, ...]
    quantiles: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Milliseconds of one kind of work, shortest first; ``beside`` where a yardstick did it."""

    label: str
    values: tuple[float, ...]
    p50: float
    p95: float
    beside: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """Milliseconds over the number of passages, one line for each kind of work."""

    passages: tuple[int, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """By which score a suite's cases can be put in order of sureness, and when acting on one is right."""

    score: str
    axis: str
    wrong: str
    right: Callable[[Record], bool]
    probability: bool = False  # only a probability can be calibrated


def wilson(label: str, right: int, n: int) -> Bar:
    """Give a share with Wilson's interval. Example: 9 of 10 -> 0.9, 0.596 to 0.982"""
    share, spread = right / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # Rounding must not put the share beside its interval.
    low, high = min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))
    return Bar(label=label, value=share, low=low, high=high, n=n)


def scored(result: Result) -> list[Record]:
    """Give the records of the cases that were scored."""
    return [record for record in result.get("cases", ()) if record["status"] == "scored"]


# ------------------------------------------------------------------ groups and classes


def group_bars(result: Result) -> Iterator[Bars]:
    """Give the share of cases without a miss for each way the cases are grouped (topic, voice, kind ...)."""
    records = scored(result)
    for key in dict.fromkeys(key for record in records for key in record.get("groups", {})):
        groups: dict[str, list[bool]] = {}
        for record in records:
            # "treatment/outcome" is put under its treatment: pairs hold a case or two each.
            if name := record.get("groups", {}).get(key, "").split("/")[0]:
                groups.setdefault(name, []).append(not record["missed"])
        large = [name for name in groups if len(groups[name]) >= _LEAST_IN_GROUP]
        if len(large) < 2:
            continue
        largest = sorted(large, key=lambda name: (-len(groups[name]), name))[:_MOST_GROUPS]
        bars = sorted(
            (wilson(name, sum(groups[name]), len(groups[name])) for name in largest), key=lambda b: (b.value, b.label)
        )
        yield Bars(
            title=f"By {key}",
            axis="share of cases without a miss",
            bars=tuple(bars),
            left_out=len(groups) - len(largest),
        )


def class_bars(result: Result) -> Iterator[Bars]:
    """Give recall and precision of each class of the confusion matrix."""
    confusion = result.get("confusion")
    if not confusion:
        return
    labels, matrix = confusion["labels"], np.asarray(confusion["rows_are_true"], dtype=int)
    for title, axis, wholes in (
        ("Recall by class", "share of the true class that was found", matrix.sum(axis=1)),
        ("Precision by class", "share of what was given that is right", matrix.sum(axis=0)),
    ):
        bars = [wilson(name, int(matrix[i, i]), int(wholes[i])) for i, name in enumerate(labels) if wholes[i]]
        if len(bars) > 1:
            yield Bars(title=title, axis=axis, bars=tuple(bars))


# ------------------------------------------------------------------ sureness

_CONFIDENCE = Ranking(
    score="confidence",
    axis="surest first",
    wrong="given another label than the true one",
    right=lambda record: not record["missed"],
    probability=True,
)
_RANKINGS = {
    "abstention": Ranking(
        score="similarity",
        axis="nearest passage first",
        wrong="a question out of scope",
        right=lambda record: record.get("truth") == "answered",
    ),
    "retrieval": Ranking(
        score="similarity",
        axis="nearest passage first",
        wrong="no right source among the first five, or a question out of scope",
        right=lambda record: record["scores"].get("hit@5") == 1.0,
    ),
}


def ranked(result: Result) -> tuple[Ranking, list[tuple[float, bool]]] | None:
    """Give (score, right) of each case, surest first; None when too few have a score or all are alike."""
    ranking = _RANKINGS.get(result["suite"], _CONFIDENCE)
    records = [record for record in scored(result) if ranking.score in record["scores"]]
    pairs = [(float(record["scores"][ranking.score]), ranking.right(record)) for record in records]
    if len(pairs) < _LEAST_RANKED or len({score for score, _ in pairs}) < 2:
        return None
    return ranking, sorted(pairs, key=lambda pair: -pair[0])


def calibration(result: Result) -> Calibration | None:
    """Put cases into bins of like confidence; None where the suite gives no probability."""
    found = ranked(result)
    if found is None or not found[0].probability:
        return None
    pairs = found[1][::-1]
    parts = np.array_split(np.arange(len(pairs)), max(1, min(_MOST_BINS, len(pairs) // _LEAST_IN_BIN)))
    bins = []
    for part in parts:
        group = [pairs[i] for i in part]
        right = wilson("", sum(good for _, good in group), len(group))
        bins.append(Bin(confidence=math.fsum(score for score, _ in group) / len(group), right=right))
    if len({round(b.confidence, 6) for b in bins}) < 2:
        return None
    error = math.fsum(abs(b.confidence - b.right.value) * b.right.n for b in bins) / len(pairs)
    return Calibration(bins=tuple(bins), error=error, n=len(pairs))


def risk_coverage(result: Result) -> Coverage | None:
    """Give the risk at each coverage, cases of one score taken together; None when nothing can be ranked."""
    found = ranked(result)
    if found is None:
        return None
    ranking, pairs = found
    wrong, points = 0, []
    for place, (score, right) in enumerate(pairs, 1):
        wrong += not right
        if place == len(pairs) or pairs[place][0] != score:
            points.append((place / len(pairs), wilson("", wrong, place)))
    return Coverage(
        axis=ranking.axis, wrong=ranking.wrong, points=tuple(points), overall=wrong / len(pairs), n=len(pairs)
    )


# ------------------------------------------------------------------ times


def case_times(result: Result) -> Times | None:
    """Give how long the cases took; None for fewer than five."""
    values = sorted(value for value in result.get("timings", {}).get("cases", {}).values() if value)
    if len(values) < _LEAST_TIMES:
        return None
    names = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))
    quantiles = tuple((name, float(np.quantile(values, share))) for name, share in names)
    return Times(values=tuple(values), quantiles=quantiles)


def spreads(result: Result) -> tuple[Spread, ...]:
    """Give the spread of each kind of work that was timed, in the suite's order."""
    samples: Mapping[str, list[float]] = result.get("timings", {}).get("samples", {})
    found = []
    for name, values in samples.items():
        if known := sorted(value for value in values if value > 0):
            p50, p95 = (float(np.quantile(known, share)) for share in (0.5, 0.95))
            found.append(Spread(label=name, values=tuple(known), p50=p50, p95=p95, beside=name.startswith(YARDSTICK)))
    return tuple(found)


def growth(result: Result) -> Growth | None:
    """Give how times grow with the index; None for fewer than two sizes that were measured."""
    table = next((table for table in result.get("tables", ()) if table["title"] == GROWTH), None)
    if table is None:
        return None
    columns = [table["head"].index(name) for name in GROWTH_LINES]
    rows = [row for row in table["rows"] if all(row[column] for column in columns)]
    if len(rows) < 2:
        return None
    values = [tuple(row[column] for row in rows) for column in columns]
    return Growth(
        passages=tuple(int(row[0]) for row in rows), lines=tuple(zip(GROWTH_LINES.values(), values, strict=True))
    )
