"""Inline SVG for a page that holds several drawings: no outside font, no id twice, the same picture every time."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import matplotlib
from lxml import etree
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

INK, SOFT, LINE, ACCENT, PALE, BAD = "#17282c", "#4a5d62", "#d3dcdd", "#0b5c63", "#9cc5c7", "#9c1c1c"
WIDTH = 5.2  # inches: a column of the page, so that letters are not made smaller
_STYLE: "dict[RcKeyType, object]" = {
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "font.size": 10,
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
}


def drawn(name: str, words: str, height: float, draw: Callable[[Any], None], width: float = WIDTH) -> Markup:
    """Draw on one pair of axes and give the SVG; ``words`` tell what it shows to those who do not see it."""
    # The salt makes ids follow from the drawing alone.
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = etree.fromstring(buffer.getvalue(), etree.XMLParser(no_network=True, remove_comments=True))
    _strip(root)
    _own_ids(root, name)
    _fit(root, words)
    return Markup(etree.tostring(root, encoding="unicode"))


def _strip(root: Any) -> None:
    """Take out metadata, and the style that would reach the whole page."""
    for element in root.xpath("//*[local-name()='metadata' or local-name()='style']"):
        element.getparent().remove(element)


def _own_ids(root: Any, name: str) -> None:
    """Put the drawing's name before the ids that are used, and drop the others: a page must not hold one twice."""
    text = etree.tostring(root, encoding="unicode")
    for element in root.xpath("//*[@id]"):
        id_ = element.attrib.pop("id")
        if f"#{id_})" in text or f'"#{id_}"' in text:
            element.set("id", f"{name}-{id_}")
    for element in root.iter():
        for key, value in element.attrib.items():
            if key.endswith("href"):
                del element.attrib[key]
                element.set("href", value.replace("#", f"#{name}-", 1))
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{name}-"))


def _fit(root: Any, words: str) -> None:
    """Let the drawing shrink with its column, and say what it shows."""
    points = float(root.attrib.pop("width").removesuffix("pt"))
    del root.attrib["height"]
    root.set("style", f"max-width: {points * 4 / 3:.0f}px")
    root.set("role", "img")
    root.set("aria-label", words)
    etree.cleanup_namespaces(root)
