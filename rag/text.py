"""The sentences of a text, its words and its normal forms: pure functions with exact spans."""

import re
import unicodedata
from functools import lru_cache

from rag.types import Span

# A full stop after these does not end a sentence.
_ABBREVIATIONS = [
    "dr",
    "mr",
    "mrs",
    "ms",
    "prof",
    "st",
    "vs",
    "etc",
    "al",
    "approx",
    "fig",
    "no",
    "vol",
    "e.g",
    "i.e",
    "eg",
    "ie",
    "cf",
    "ca",
    "a.a.a",
    "b.i.d",
    "q.d",
    "u.s",
    "u.k",
    "jr",
    "sr",
    "dept",
    "inc",
    "ltd",
]
_TERMINATOR = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•–‣●◦✓✔►]|\d+[.)])\s)|\n(?=[A-Z\"“])")
_ITEM_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,2}\.$")  # "1. Natural" is one item
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*)\.$")
_LEADING = re.compile(r"^[\s\-*•–—‣●◦✓✔✅►>#|·]+|^\s*\d{1,2}[.)]\s+")

# Controls, marks without width, line separators, and halves of broken characters.
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_BLANKS = " \t\u00a0"


def plainly_written(text: str) -> str:
    """Give a text with single spaces, and in small letters where several words are written all in capitals."""
    text = " ".join(text.split())
    return text.lower() if text.isupper() and " " in text else text


def single_spaced(text: str) -> tuple[str, list[int]]:
    """Give a text with one blank for each run of blanks, and the place at which each of its characters stood."""
    kept = [i for i, c in enumerate(text) if not (c in _BLANKS and i and text[i - 1] in _BLANKS)]
    return "".join(text[i] for i in kept), kept


@lru_cache(maxsize=16_384)  # the same sentences are read for every question
def normalise(text: str) -> str:
    """Give the text in NFKC, without control characters, with plain quotes and single spaces.

    Example: "It’s\\u00a0100 %" -> "It's 100 %"
    """
    if text.isascii() and text.isprintable():  # most texts are, and hold nothing to mend but spaces
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", text)
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2011: "-", 0x2010: "-"})
    text = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in text)
    return " ".join(text.split())


def sentences(text: str) -> list[Span]:
    """Give the spans of the sentences, list items and lines of a text, without leading bullets or outer spaces.

    Example: "Dr. Lee said so. It works." -> [(0, 16), (17, 26)]
    """
    return list(_sentences(text))


def sentence_texts(text: str) -> list[str]:
    """Give the sentences of a text in its own words.

    Example: "Dr. Lee said so. It works." -> ["Dr. Lee said so.", "It works."]
    """
    return [text[start:end] for start, end in sentences(text)]


@lru_cache(maxsize=4_096)  # an answer looks at the same passages again and again
def _sentences(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for mark in _TERMINATOR.finditer(text):
        piece = text[start : mark.end()].rstrip("\"'”’)] \n")
        if _ITEM_NUMBER.search(piece):
            continue
        word = _LAST_WORD.search(piece) if mark.group().startswith(".") else None
        if word and (word[1].lower() in _ABBREVIATIONS or re.fullmatch(r"[A-Z]", word[1])):
            follows = text[mark.end() :].lstrip()[:1]
            if follows.islower() or follows.isdigit() or word[1].lower() not in ("etc", "al", "a.a.a"):
                continue
        spans.append((start, mark.end()))
        start = mark.end()
    spans.append((start, len(text)))
    return tuple(trimmed for span in spans if (trimmed := _trim(text, span)))


def _trim(text: str, span: Span) -> Span | None:
    """Cut outer spaces and leading bullets; None when nothing with a letter or digit is left."""
    start, end = span
    piece = text[start:end]
    while lead := _LEADING.match(piece):
        start += lead.end()
        piece = text[start:end]
    end = start + len(piece.rstrip())
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def words(text: str) -> list[str]:
    """Give the lower-case words of a text, apostrophes kept inside: "Don't!" -> ["don't"]."""
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", normalise(text).lower())
