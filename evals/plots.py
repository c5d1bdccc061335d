"""Drawings of a report as inline SVG: no outside font, id or address, and the same picture for the same numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lxml import etree
from markupsafe import Markup

from evals.panels import Bars, Calibration, Coverage, Times

_INK, _SOFT, _LINE, _ACCENT, _PALE, _BAD = "#17282c", "#4a5d62", "#d3dcdd", "#0b5c63", "#9cc5c7", "#9c1c1c"
_WIDTH = 5.2  # inches: a column of the page, so that letters are not made smaller
_ROW = 0.27
_LINES = ("-", "--", ":")
_STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "font.size": 10,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _SOFT,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "text.color": _INK,
    "xtick.color": _SOFT,
    "ytick.color": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A figure to draw: its value and interval, the baseline's value, and whether its floor is missed."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    before: float | None = None
    missed: bool = False


def _drawn(name: str, words: str, height: float, draw: Callable[[Any], None], width: float = _WIDTH) -> Markup:
    """Draw on one pair of axes and give the SVG; ``words`` tell what it shows to those who do not see it."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    import io

    # The salt makes ids follow from the drawing alone, and differ from one drawing of a page to the next.
    with matplotlib.rc_context(_STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), name, words)


def _inline(svg: bytes, name: str, words: str) -> Markup:
    """Make a drawing fit for a page that holds several: own ids, no metadata, no style for the whole page."""
    root = etree.fromstring(svg, etree.XMLParser(no_network=True, remove_comments=True, resolve_entities=False))
    for path in ("//*[local-name()='metadata']", "//*[local-name()='style']"):
        for element in root.xpath(path):
            element.getparent().remove(element)
    used = etree.tostring(root, encoding="unicode")
    for element in root.xpath("//*[@id]"):
        id_ = element.attrib.pop("id")
        if f"#{id_})" in used or f'"#{id_}"' in used:
            element.set("id", f"{name}-{id_}")
    for element in root.iter():
        for key, value in element.attrib.items():
            if value.startswith("#") and key.endswith("href"):
                del element.attrib[key]
                element.set("href", f"#{name}-{value[1:]}")
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{name}-"))
    width = root.attrib.pop("width").removesuffix("pt")
    root.attrib.pop("height")
    root.set("style", f"max-width: {float(width) * 4 / 3:.0f}px")
    root.set("role", "img")
    root.set("aria-label", words)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))


# ------------------------------------------------------------------ one function for each kind of panel


def figures(name: str, dots: Sequence[Dot]) -> Markup:
    """Draw figures between 0 and 1 as points with intervals, the baseline as a hollow point."""

    def draw(axes: Any) -> None:
        for row, dot in enumerate(dots):
            colour = _BAD if dot.missed else _ACCENT
            if dot.low is not None and dot.high is not None:
                axes.plot([dot.low, dot.high], [row, row], color=colour, linewidth=2.2, alpha=0.55)
            if dot.before is not None:
                axes.plot(dot.before, row, "o", markersize=8, markerfacecolor="white", markeredgecolor=_SOFT)
            axes.plot(dot.value, row, "X" if dot.missed else "o", color=colour, markersize=7 if dot.missed else 6)
        _rows(axes, [dot.label for dot in dots])
        axes.set_xlim(-0.02, 1.02)

    words = "; ".join(f"{dot.label} {dot.value:.3f}" for dot in dots)
    return _drawn(name, f"Figures with 95 % intervals: {words}", 0.55 + _ROW * len(dots), draw)


def bars(name: str, panel: Bars) -> Markup:
    """Draw shares of groups with their intervals and counts."""

    def draw(axes: Any) -> None:
        for row, bar in enumerate(panel.bars):
            axes.barh(row, bar.value, height=0.62, color=_PALE)
            axes.plot([bar.low, bar.high], [row, row], color=_ACCENT, linewidth=1.6)
            axes.text(1.03, row, f"{bar.value:.2f} (n {bar.n})", va="center", fontsize=9, color=_SOFT)
        _rows(axes, [_short(bar.label) for bar in panel.bars])
        axes.set_xlim(0, 1.0)
        axes.set_xlabel(panel.axis, fontsize=9)

    words = "; ".join(f"{bar.label} {bar.value:.2f} of {bar.n}" for bar in panel.bars)
    return _drawn(name, f"{panel.title}: {words}", 0.75 + _ROW * len(panel.bars), draw)


def confusion(name: str, matrix: Mapping[str, Any]) -> Markup:
    """Draw a confusion matrix: counts in the cells, the shade a cell's share of its true class."""
    labels = [label.replace("_", " ") for label in matrix["labels"]]
    counts = np.asarray(matrix["rows_are_true"], dtype=int)
    wholes = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, wholes, out=np.zeros(counts.shape), where=wholes > 0)

    def draw(axes: Any) -> None:
        axes.grid(False)
        for row, column in np.ndindex(*counts.shape):
            share = float(shares[row, column])
            colour = _ACCENT if row == column else _BAD
            cell = {"color": colour, "alpha": 0.06 + 0.8 * share} if counts[row, column] else {"color": "#f2f5f5"}
            axes.barh(row, 0.94, left=column - 0.47, height=0.94, linewidth=0, **cell)
            weight = "bold" if row == column else "normal"
            tone = "white" if share > 0.6 else _INK if counts[row, column] else "#75868a"
            text = {"ha": "center", "va": "center", "color": tone, "fontweight": weight}
            axes.text(column, row, str(counts[row, column]), **text)
        _rows(axes, [f"{label}  ({n})" for label, n in zip(labels, wholes[:, 0], strict=True)])
        axes.set_xlim(-0.5, len(labels) - 0.5)
        axes.set_xticks(range(len(labels)), [label.replace(" ", "\n") for label in labels])
        axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, labelcolor=_INK)
        axes.spines[:].set_visible(False)
        axes.set_title("given", fontsize=9, color=_SOFT, loc="left")
        axes.set_ylabel("true (n)", fontsize=9)

    pairs = [
        f"{labels[i]} given as {labels[j]} {counts[i, j]}" for i, j in np.ndindex(*counts.shape) if counts[i, j]
    ]
    words = "Confusion matrix: " + "; ".join(pairs)
    return _drawn(name, words, 1.0 + 0.42 * len(labels), draw, width=2.2 + 0.95 * len(labels))


def calibration(name: str, panel: Calibration) -> Markup:
    """Draw how often cases of a confidence were right; on the diagonal the two agree."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle="--")
        axes.text(0.02, 0.06, "as sure as right", color=_SOFT, fontsize=9, rotation=0)
        for part in panel.bins:
            axes.plot([part.confidence] * 2, [part.right.low, part.right.high], color=_ACCENT, linewidth=1.6, alpha=0.6)
        axes.plot([b.confidence for b in panel.bins], [b.right.value for b in panel.bins], "o-", color=_ACCENT)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("mean confidence")
        axes.set_ylabel("share right")

    words = "; ".join(f"confidence {b.confidence:.2f}, right {b.right.value:.2f}" for b in panel.bins)
    return _drawn(name, f"Calibration: {words}", 4.2, draw)


def coverage(name: str, panel: Coverage) -> Markup:
    """Draw the risk when only the surest share is answered."""

    def draw(axes: Any) -> None:
        share = [at for at, _ in panel.points]
        risks = [risk for _, risk in panel.points]
        axes.fill_between(
            share, [r.low for r in risks], [r.high for r in risks], color=_PALE, alpha=0.4, linewidth=0, step="post"
        )
        axes.plot(share, [r.value for r in risks], color=_ACCENT, linewidth=1.8, drawstyle="steps-post")
        axes.axhline(panel.overall, color=_SOFT, linewidth=1, linestyle="--")
        axes.text(0.0, panel.overall, " if all are answered", color=_SOFT, fontsize=9, va="bottom")
        axes.set_xlim(0, 1.0)
        axes.set_ylim(0, max(0.1, *(r.high for r in risks if r.n >= len(risks) / 10)) * 1.02)
        axes.set_xlabel(f"share answered, {panel.axis}")
        axes.set_ylabel("share of those that is wrong")

    words = "; ".join(f"{at:.0%} answered, {risk.value:.2f} wrong" for at, risk in panel.points[:: len(panel.points) // 5 or 1])
    return _drawn(name, f"Risk against coverage: {words}", 3.6, draw)


def times(name: str, panel: Times) -> Markup:
    """Draw how the times of the cases are spread, on a scale of powers of ten."""

    def draw(axes: Any) -> None:
        low, high = panel.values[0], panel.values[-1]
        edges = np.geomspace(low * 0.98, high * 1.02, 31) if high > low else np.array([low * 0.9, low * 1.1])
        axes.hist(panel.values, bins=edges, color=_PALE, edgecolor="white", linewidth=0.6)
        axes.set_xscale("log")
        for (_, value), line in zip(panel.quantiles, _LINES, strict=True):
            axes.axvline(value, color=_ACCENT, linewidth=1.4, linestyle=line)
        _time_axis(axes, low, high)
        axes.set_ylabel("cases")
        axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)

    return _drawn(name, f"Times of {len(panel.values)} cases: {time_words(panel)}", 2.5, draw)


def time_words(panel: Times) -> str:
    """Give the quantiles with the strokes that mark them. Example: "p50 5 ms (solid line), ..." """
    strokes = zip(panel.quantiles, ("solid", "dashed", "dotted"), strict=True)
    return ", ".join(f"{name} {_milliseconds(value)} ({stroke})" for (name, value), stroke in strokes)


def quantiles(name: str, rows: Sequence[tuple[str, float, float, float]]) -> Markup:
    """Draw p50, p90 and p99 of several kinds of work, on a scale of powers of ten."""

    def draw(axes: Any) -> None:
        for row, (_, *values) in enumerate(rows):
            axes.plot(values[::2], [row, row], color=_PALE, linewidth=3)
            for value, mark, size in zip(values, ("o", "D", "|"), (7, 5, 12), strict=True):
                axes.plot(value, row, mark, color=_ACCENT, markersize=size)
            axes.text(values[2], row, f"   {_milliseconds(values[0])} to {_milliseconds(values[2])}", va="center", fontsize=9)
        _rows(axes, [label for label, *_ in rows])
        axes.set_xscale("log")
        low, high = min(r[1] for r in rows), max(r[3] for r in rows)
        axes.set_xlim(low * 0.7, high * 1.5 * (high / low) ** 0.6)  # room for the words
        _time_axis(axes, low, high)
        axes.set_xlabel("round p50, diamond p90, bar p99", fontsize=9)

    words = "; ".join(f"{label} {_milliseconds(p50)} to {_milliseconds(p99)}" for label, p50, _, p99 in rows)
    return _drawn(name, f"p50 to p99: {words}", 0.8 + _ROW * len(rows), draw)


def _rows(axes: Any, labels: Sequence[str]) -> None:
    """Put rows from the top, each with its label."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def _time_axis(axes: Any, low: float, high: float) -> None:
    """Mark 1, 2 and 5 of each power of ten, or only the powers on a long axis."""
    from matplotlib.ticker import LogLocator, NullLocator

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
