"""The sentences of a text, its words and its normal forms: pure functions with exact spans."""

import re
import unicodedata
from functools import lru_cache

from rag.types import Span

# A full stop after these ends no sentence.
_ABBREVIATIONS = frozenset("dr mr mrs ms prof st vs approx e.g i.e eg ie cf ca b.i.d q.d jr sr dept inc ltd".split())
_BEFORE_NUMBERS = frozenset({"no", "fig", "vol"})  # "No. 5", but "The answer is no."
_OFTEN_LAST = frozenset({"etc", "al", "a.a.a"})
_INITIAL = re.compile(r"[A-Z]|[Uu]\.[SsKk]")
_WHOLE_WORD = re.compile(r"\b(?:I|[Vv]itamin [A-K])\.$")  # a capital that is no initial
_OPENER = re.compile(  # no name starts like this: "in the U.S. The FDA warned", but "the U.S. Food and Drug Act"
    r"\s+(?:After|And|An?|As|Ask|At|But|For|He|How|If|In|Its?|My|Most|No|Not|On|One|Our|She|Some|So|That|Then|There"
    r"|These|They|The|This|Those|To|We|What|When|With|Your?)\b(?![.-])"
)
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
        if mark.group().startswith(".") and _shortens(piece, text[mark.end() :]):
            continue
        spans.append((start, mark.end()))
        start = mark.end()
    spans.append((start, len(text)))
    return tuple(trimmed for span in spans if (trimmed := _trim(text, span)))


def _shortens(piece: str, rest: str) -> bool:
    """Tell whether the full stop at the end of a piece only shortens its last word. Example: "Dr." before " Lee" """
    last = _LAST_WORD.search(piece)
    if not last:
        return False
    word, follows = last[1].lower(), rest.lstrip()[:1]
    if word in _BEFORE_NUMBERS:
        return follows.isdigit()
    if word in _OFTEN_LAST:
        return follows.islower() or follows.isdigit()
    if _INITIAL.fullmatch(last[1]):
        return not (_OPENER.match(rest) or (_WHOLE_WORD.search(piece) and follows.isupper()))
    return word in _ABBREVIATIONS


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
