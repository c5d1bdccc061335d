"""Plain text and Markdown -> a draft. Markup becomes words; nothing of it is obeyed."""

import re

from rag.ingest.draft import Block, Draft, clean

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t])")
_INLINE = (
    (re.compile(r"^[ \t]*(?:`{3,}|~{3,}).*$", re.MULTILINE), ""),  # fences go, what stands between them stays
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), " "),
    (re.compile(r"^[ \t]*\|?[ \t:|-]+\|[ \t:|-]*$", re.MULTILINE), ""),  # the ruler of a table
    (re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE), ""),
)


def read_plain(text: str, name: str) -> Draft:
    """Read a plain text: paragraphs stand between empty lines; a short first line is the title."""
    paragraphs = [p for p in re.split(r"\n\s*\n", _unix(text)) if p.strip()]
    title = name
    if paragraphs and len(paragraphs) > 1 and _is_title(paragraphs[0]):
        title = clean(paragraphs.pop(0))
    return Draft(title=title, blocks=tuple(_blocks(paragraphs)))


def read_markdown(text: str, name: str) -> Draft:
    """Read Markdown: the first heading is the title; front matter, comments, scripts and markup go."""
    text = _HIDDEN.sub("\n\n", _FRONT_MATTER.sub("", _unix(text)))
    heading = _HEADING.search(text)
    if heading:
        text = text[: heading.start()] + "\n\n" + text[heading.end() :]
    text = _HEADING.sub(r"\n\n\1\n\n", text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    paragraphs = [p for p in re.split(r"\n\s*\n", text) if p.strip()]
    title = clean(heading[1]) if heading else name
    return Draft(title=title, blocks=tuple(_blocks(paragraphs)))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_title(paragraph: str) -> bool:
    line = paragraph.strip()
    return "\n" not in line and len(line) <= 200 and not line.endswith(".") and any(c.isalpha() for c in line)


def _blocks(paragraphs: list[str]) -> list[Block]:
    return [Block(text=item) for paragraph in paragraphs for item in _ITEM.split(paragraph)]
