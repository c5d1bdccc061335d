"""Parse XML and HTML without entities, network or huge trees, and read the words that a person would see."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from rag.errors import UsageError

Node = Any  # lxml carries no types
_SPACE = re.compile(r"\s+")
_BREAK = "\n\n"


def parse_xml(data: bytes, name: str) -> Node:
    """Give the root with plain tag names; raise UsageError for broken XML and for declared entities."""
    if b"<!ENTITY" in data.replace(b"\x00", b""):
        raise UsageError(
            f"{name} declares entities, which can hide or multiply text; save it as XML without a DTD and add that."
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise UsageError(f"{name} is not well-formed XML{where}; download or export it again.") from error
    for node in root.iter(etree.Element):
        if "}" in node.tag:
            node.tag = etree.QName(node).localname
    return root


def parse_html(text: str, name: str) -> Node:
    """Give the root of a web page, however untidy; raise UsageError when nothing of it can be read."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{name} is not a web page that can be read; save the page as text and add that.") from error
    if root is None:
        raise UsageError(f"{name} holds nothing to read; save the page again.")
    return root


def words_of(node: Node | None, skip: frozenset[str] = frozenset()) -> str | None:
    """Give all words below a node on one line, or None where there are none."""
    if node is None:
        return None
    return _SPACE.sub(" ", "".join(_pieces(node, skip, frozenset(), lambda _: False))).strip() or None


def paragraphs(
    node: Node, skip: frozenset[str], breaks: frozenset[str], hidden: Callable[[Node], bool] = lambda _: False
) -> list[str]:
    """Give the visible text below a node, cut where a tag of ``breaks`` begins or ends."""
    whole = "".join(_pieces(node, skip, breaks, hidden))
    return [line for part in whole.split(_BREAK) if (line := _SPACE.sub(" ", part).strip())]


def _pieces(root: Node, skip: frozenset[str], breaks: frozenset[str], hidden: Callable[[Node], bool]) -> Iterator[str]:
    """Yield the text in reading order; a stack instead of recursion, because depth is the document's choice."""
    stack: list[Node] = [root]
    last = ""
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            last = node or last
            yield node
            continue
        if not isinstance(node.tag, str) or node.tag in skip or hidden(node):
            continue
        parts: list[Node] = [_SPACE.sub(" ", node.text or "")]
        for child in node:
            parts += [child, _SPACE.sub(" ", child.tail or "")]
        if node.tag in breaks:
            parts = [_BREAK, *parts, _BREAK]
        elif node.tag == "sup" and last[-1:].isdigit():
            parts = ["^", *parts]  # 10 with a raised 6 must not become 106
        stack.extend(reversed(parts))
