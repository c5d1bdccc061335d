"""The drawings of a report, one function for each kind of panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import LogLocator, NullLocator

from evals.drawing import ACCENT, BAD, INK, PALE, SOFT, drawn
from evals.panels import Bars, Calibration, Coverage, Growth, Spread, Times

_ROW = 0.27  # inches
_LINES = ("-", "--", ":")
_WIDE = 10.6  # inches: both columns of the page


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A figure to draw: its value and interval, the baseline's value, and whether its floor is missed."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    before: float | None = None
    missed: bool = False


def figures(name: str, dots: Sequence[Dot]) -> Markup:
    """Draw figures between 0 and 1 as points with intervals, the baseline as a hollow point."""

    def draw(axes: Any) -> None:
        for row, dot in enumerate(dots):
            colour = BAD if dot.missed else ACCENT
            if dot.low is not None and dot.high is not None:
                axes.plot([dot.low, dot.high], [row, row], color=colour, linewidth=2.2, alpha=0.55)
            if dot.before is not None:
                axes.plot(dot.before, row, "o", markersize=8, markerfacecolor="white", markeredgecolor=SOFT)
            axes.plot(dot.value, row, "X" if dot.missed else "o", color=colour, markersize=7 if dot.missed else 6)
        _rows(axes, [dot.label for dot in dots])
        axes.set_xlim(-0.02, 1.02)

    words = "; ".join(f"{dot.label} {dot.value:.3f}" for dot in dots)
    return drawn(name, f"Figures with 95 % intervals: {words}", 0.55 + _ROW * len(dots), draw)


def bars(name: str, panel: Bars) -> Markup:
    """Draw shares of groups with their intervals and counts."""

    def draw(axes: Any) -> None:
        for row, bar in enumerate(panel.bars):
            axes.barh(row, bar.value, height=0.62, color=PALE)
            axes.plot([bar.low, bar.high], [row, row], color=ACCENT, linewidth=1.6)
            axes.text(1.03, row, f"{bar.value:.2f} (n {bar.n})", va="center", fontsize=9, color=SOFT)
        _rows(axes, [_short(bar.label) for bar in panel.bars])
        axes.set_xlim(0, 1.0)
        axes.set_xlabel(panel.axis, fontsize=9)

    words = "; ".join(f"{bar.label} {bar.value:.2f} of {bar.n}" for bar in panel.bars)
    return drawn(name, f"{panel.title}: {words}", 0.75 + _ROW * len(panel.bars), draw)


def confusion(name: str, matrix: Mapping[str, Any]) -> Markup:
    """Draw a confusion matrix: counts in the cells, the shade a cell's share of its true class."""
    labels = [_short(label) for label in matrix["labels"]]
    counts = np.asarray(matrix["rows_are_true"], dtype=int)
    wholes = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, wholes, out=np.zeros(counts.shape), where=wholes > 0)

    def draw(axes: Any) -> None:
        axes.grid(False)
        for row, column in np.ndindex(*counts.shape):
            share = float(shares[row, column])
            colour = ACCENT if row == column else BAD
            cell = {"color": colour, "alpha": 0.06 + 0.8 * share} if counts[row, column] else {"color": "#f2f5f5"}
            axes.barh(row, 0.94, left=column - 0.47, height=0.94, linewidth=0, **cell)
            weight = "bold" if row == column else "normal"
            tone = "white" if share > 0.6 else INK if counts[row, column] else "#75868a"
            text = {"ha": "center", "va": "center", "color": tone, "fontweight": weight}
            axes.text(column, row, str(counts[row, column]), **text)
        _rows(axes, [f"{label}  ({n})" for label, n in zip(labels, wholes[:, 0], strict=True)])
        axes.set_xlim(-0.5, len(labels) - 0.5)
        axes.set_xticks(range(len(labels)), [label.replace(" ", "\n") for label in labels])
        axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, labelcolor=INK)
        axes.spines[:].set_visible(False)
        axes.set_title("given", fontsize=9, color=SOFT, loc="left")
        axes.set_ylabel("true (n)", fontsize=9)

    pairs = [f"{labels[i]} given as {labels[j]} {counts[i, j]}" for i, j in np.ndindex(*counts.shape) if counts[i, j]]
    words = "Confusion matrix: " + "; ".join(pairs)
    return drawn(name, words, 1.0 + 0.42 * len(labels), draw, width=2.2 + 0.95 * len(labels))


def calibration(name: str, panel: Calibration) -> Markup:
    """Draw how often cases of a confidence were right; on the diagonal the two agree."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--")
        axes.text(0.02, 0.06, "as sure as right", color=SOFT, fontsize=9, rotation=0)
        for part in panel.bins:
            axes.plot([part.confidence] * 2, [part.right.low, part.right.high], color=ACCENT, linewidth=1.6, alpha=0.6)
        axes.plot([b.confidence for b in panel.bins], [b.right.value for b in panel.bins], "o-", color=ACCENT)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("mean confidence")
        axes.set_ylabel("share right")

    words = "; ".join(f"confidence {b.confidence:.2f}, right {b.right.value:.2f}" for b in panel.bins)
    return drawn(name, f"Calibration: {words}", 4.2, draw)


def coverage(name: str, panel: Coverage) -> Markup:
    """Draw the risk when only the surest share is answered."""

    def draw(axes: Any) -> None:
        # A risk holds for the cases up to its coverage, the first of them from 0 on.
        share = [0.0, *(at for at, _ in panel.points)]
        risks = [panel.points[0][1], *(risk for _, risk in panel.points)]
        axes.fill_between(
            share, [r.low for r in risks], [r.high for r in risks], color=PALE, alpha=0.4, linewidth=0, step="pre"
        )
        axes.plot(share, [r.value for r in risks], color=ACCENT, linewidth=1.8, drawstyle="steps-pre")
        axes.axhline(panel.overall, color=SOFT, linewidth=1, linestyle="--")
        axes.text(0.0, panel.overall, " if all are answered", color=SOFT, fontsize=9, va="bottom")
        axes.set_xlim(0, 1.0)
        axes.set_ylim(0, max(0.1, *(r.high for r in risks if r.n >= len(risks) / 10)) * 1.02)
        axes.set_xlabel(f"share answered, {panel.axis}")
        axes.set_ylabel("share of those that is wrong")

    some = panel.points[:: len(panel.points) // 5 or 1]
    words = "; ".join(f"{at:.0%} answered, {risk.value:.2f} wrong" for at, risk in some)
    return drawn(name, f"Risk against coverage: {words}", 3.6, draw)


def times(name: str, panel: Times) -> Markup:
    """Draw how the times of the cases are spread, on a scale of powers of ten."""

    def draw(axes: Any) -> None:
        low, high = panel.values[0], panel.values[-1]
        edges = np.geomspace(low * 0.98, high * 1.02, 31) if high > low else np.array([low * 0.9, low * 1.1])
        axes.hist(panel.values, bins=edges, color=PALE, edgecolor="white", linewidth=0.6)
        axes.set_xscale("log")
        for (_, value), line in zip(panel.quantiles, _LINES, strict=True):
            axes.axvline(value, color=ACCENT, linewidth=1.4, linestyle=line)
        _time_axis(axes, low, high)
        axes.set_ylabel("cases")
        axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)

    return drawn(name, f"Times of {len(panel.values)} cases: {time_words(panel)}", 2.5, draw)


def time_words(panel: Times) -> str:
    """Give the quantiles with the strokes that mark them. Example: "p50 5 ms (solid line), ..." """
    strokes = zip(panel.quantiles, ("solid", "dashed", "dotted"), strict=True)
    return ", ".join(f"{name} {_milliseconds(value)} ({stroke})" for (name, value), stroke in strokes)


def spreads(name: str, rows: Sequence[Spread]) -> Markup:
    """Draw how the times of several kinds of work are spread: each time as a dot, on a scale of powers of ten."""

    def draw(axes: Any) -> None:
        for row, spread in enumerate(rows):
            colour = SOFT if spread.beside else ACCENT
            lift = [row + 0.22 * ((place % 3) - 1) for place in range(len(spread.values))]  # dots lie side by side
            axes.plot(spread.values, lift, "o", color=colour, alpha=0.3, markersize=3.5, markeredgewidth=0)
            axes.plot([spread.p50, spread.p95], [row, row], color=colour, linewidth=1.8)
            axes.plot([spread.p50] * 2, [row - 0.3, row + 0.3], color=colour, linewidth=2.6)
            axes.plot(spread.p95, row, "D", color=colour, markersize=5)
            words = f"{_milliseconds(spread.p50)}, {_milliseconds(spread.p95)} (n {len(spread.values)})"
            axes.text(1.02, row, words, va="center", fontsize=9, color=SOFT, transform=axes.get_yaxis_transform())
        _rows(axes, [_short(spread.label) for spread in rows])
        axes.set_xscale("log")
        low, high = min(s.values[0] for s in rows), max(s.values[-1] for s in rows)
        axes.set_xlim(low * 0.7, high * 1.4)
        _time_axis(axes, low, high)
        axes.set_xlabel("bar: median, diamond: 95th percentile", fontsize=9)

    words = "; ".join(f"{s.label} median {_milliseconds(s.p50)}, p95 {_milliseconds(s.p95)}" for s in rows)
    return drawn(name, f"Times by kind of work: {words}", 0.8 + _ROW * len(rows), draw, width=_WIDE)


def growth(name: str, panel: Growth) -> Markup:
    """Draw times over the number of passages, both on scales of powers of ten."""

    def draw(axes: Any) -> None:
        for (label, values), line in zip(panel.lines, _LINES, strict=True):
            axes.plot(panel.passages, values, "o", linestyle=line, color=ACCENT, linewidth=1.6, markersize=4)
            axes.annotate(label, (panel.passages[-1], values[-1]), (6, 0), textcoords="offset points", va="center")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(panel.passages[0] * 0.8, panel.passages[-1] * 12)  # room for the words
        axes.set_xticks(panel.passages, [f"{count:,}" for count in panel.passages])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(lambda value, _: _milliseconds(value))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("passages")

    words = "; ".join(f"{label} {', '.join(map(_milliseconds, values))}" for label, values in panel.lines)
    return drawn(name, f"Over {', '.join(map(str, panel.passages))} passages: {words}", 3.0, draw)


def _rows(axes: Any, labels: Sequence[str]) -> None:
    """Put rows from the top, each with its label."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def _time_axis(axes: Any, low: float, high: float) -> None:
    """Mark 1, 2 and 5 of each power of ten, or only the powers on a long axis."""
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 50 * low else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: _milliseconds(value))


def _milliseconds(value: float) -> str:
    """Give a time as people read it. Example: 1250.0 -> "1.25 s" """
    if value >= 1000:
        return f"{value / 1000:.3g} s"
    return f"{value:.3g} ms"


def _short(label: str) -> str:
    words = label.replace("_", " ")
    return words if len(words) <= 30 else f"{words[:29]}…"
