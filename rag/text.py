"""Sentences, normal forms, and the quantities in a text: pure functions with exact spans."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
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
_NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "hundred": 100,
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_WORD_NUMBER = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<low>{_NUMBER}|\b(?:{_WORD_NUMBER})\b)"
    rf"(?:\s*(?:-|–|—|to|or)\s*(?P<high>{_NUMBER}|\b(?:{_WORD_NUMBER})\b))?"
    r"[\s-]*(?P<unit>%|percent\b|per cent\b|(?:hours?|days?|weeks?|wks?|months?|mos?|years?|yrs?)\b"
    r"|(?:sessions?|treatments?|injections?|visits?|rounds?|times|procedures?)\b"
    r"|(?:people|patients|men|women|participants|adults|volunteers|children)\b"
    r"|(?:mg|ml|mm|cm|µm|hairs?)\b|(?:x|fold)\b)?",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"\b(?P<part>{_NUMBER}|{_WORD_NUMBER}) (?:in|out of|of(?: every)?) (?P<whole>{_NUMBER}|{_WORD_NUMBER})\b"
    r"(?! (?:weeks?|months?|days?|years?|sessions?))",
    re.IGNORECASE,
)
_ROUGH_SHARE = 6.0  # percentage points: "one in three" may tell of 36 %
_MONEY = re.compile(rf"(?P<sign>[$£€])\s?(?P<low>{_NUMBER})|(?P<code>\b(?:USD|GBP|EUR))\s?(?P<amount>{_NUMBER})")


class Unit(StrEnum):
    """What a number counts."""

    PERCENT = "percent"
    TIME = "time"  # in days
    SESSIONS = "sessions"
    PEOPLE = "people"
    MEASURE = "measure"
    MONEY = "money"
    BARE = "bare"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number or range with what it counts; time is in days whatever unit was written."""

    low: float
    high: float
    unit: Unit
    span: Span

    def overlaps(self, other: "Quantity", tolerance: float = 0.0) -> bool:
        """Tell whether the two ranges of one unit meet; ``tolerance`` is a share of the larger bound."""
        if self.unit is not other.unit:
            return False
        slack = tolerance * max(abs(self.high), abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack


_DAYS = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "wk": 7.0,
    "month": 30.44,
    "mo": 30.44,
    "year": 365.25,
    "yr": 365.25,
}
_UNIT_OF = {
    **dict.fromkeys(("%", "percent", "per cent"), Unit.PERCENT),
    **dict.fromkeys(_DAYS, Unit.TIME),
    **dict.fromkeys(["session", "treatment", "injection", "visit", "round", "time", "procedure"], Unit.SESSIONS),
    **dict.fromkeys(
        ["people", "patient", "men", "women", "participant", "adult", "volunteer", "children"], Unit.PEOPLE
    ),
    **dict.fromkeys(["mg", "ml", "mm", "cm", "µm", "hair", "x", "fold"], Unit.MEASURE),
}


# Words before a figure, and what they make of its lower and upper bound.
_LEAST = r"no (?:less|fewer) than|at least|(?<!no )(?<!not )more than|over|above|upwards of|exceed(?:s|ed|ing)?"
_MOST = r"(?:no|not) more than|(?<!no )(?:less|fewer) than|under|below|at most|up to|within|nearly|almost"
_ABOUT = r"about|around|roughly|approximately|approx\.?|some|circa|close to"
_ROOM = tuple(
    (re.compile(rf"\b(?:{told})\s*$|{sign}\s*$"), low, high)
    for told, sign, low, high in ((_LEAST, "[>≥]", 1.0, 2.0), (_MOST, "[<≤]", 0.5, 1.0), (_ABOUT, "~", 0.9, 1.1))
)
# The same of the words behind it.
_ROOM_BEHIND = tuple(
    (re.compile(rf"\s?(?:{told})"), low, high)
    for told, low, high in (
        (r"or more\b|plus\b|\+", 1.0, 2.0),
        (r"or (?:less|fewer)\b", 0.5, 1.0),
        (r"or so\b", 0.9, 1.1),
    )
)
_AROUND = 16  # characters
_NO_COUNT = re.compile(r"\b(?:no|any|each|every)\s+$", re.IGNORECASE)  # "no one treatment is best"
_TIMES_AS = re.compile(
    r"\s+(?:as|the|more|less|fewer|greater|higher|lower|better|larger|bigger|likelier)\b", re.IGNORECASE
)
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
    text = unicodedata.normalize("NFKC", text)
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2011: "-", 0x2010: "-"})
    text = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in text)
    return " ".join(text.split())


def sentences(text: str) -> list[Span]:
    """Give the spans of the sentences, list items and lines of a text, without leading bullets or outer spaces.

    Example: "Dr. Lee said so. It works." -> [(0, 16), (17, 26)]
    """
    return list(_sentences(text))


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


def quantities(text: str) -> list[Quantity]:
    """Give every number or range in the text with what it counts, in order.

    Example: "in 2-4 weeks" -> [Quantity(low=14, high=28, unit=TIME)]
    """
    found = [_money(m) for m in _MONEY.finditer(text)] + [_ratio(m) for m in _RATIO.finditer(text)]
    taken = [q.span for q in found]
    for match in _QUANTITY.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        if quantity := _quantity(match):
            found.append(quantity)
    return sorted(found, key=lambda q: q.span)


def as_worded(quantity: Quantity, text: str) -> Quantity:
    """Give a quantity of the text the room that the words around it give: "under 20" is 10 to 20, "20 or so" 18 to 22.

    A bound reaches to half or double the figure, no farther: "over 90 %" is not borne out by just any larger number.
    """
    start, end = quantity.span
    before, behind = text[max(0, start - _AROUND) : start].lower(), text[end : end + _AROUND].lower()
    room = [(low, high) for pattern, low, high in _ROOM if pattern.search(before)]
    room += [(low, high) for pattern, low, high in _ROOM_BEHIND if pattern.match(behind)]
    low, high = next(iter(room), (1.0, 1.0))
    return replace(quantity, low=quantity.low * low, high=quantity.high * high)


def _ratio(match: re.Match[str]) -> Quantity:
    """Read "one in three" or "12 of 100 people" as a share; in words it is a rough one, so give it room."""
    share = 100 * _value(match["part"]) / max(_value(match["whole"]), 1.0)
    room = _ROUGH_SHARE if match["part"][0].isalpha() or _value(match["whole"]) <= 10 else 0.5
    return Quantity(low=max(0.0, share - room), high=share + room, unit=Unit.PERCENT, span=match.span())


def _money(match: re.Match[str]) -> Quantity:
    amount = _value(match["low"] or match["amount"])
    return Quantity(low=amount, high=amount, unit=Unit.MONEY, span=match.span())


def _quantity(match: re.Match[str]) -> Quantity | None:
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else low
    unit_word = (match["unit"] or "").lower()
    stem = unit_word if unit_word in _UNIT_OF else unit_word.rstrip("s")
    unit = _UNIT_OF.get(stem, Unit.BARE)
    if unit is Unit.BARE and not match["low"][0].isdigit():
        return None  # "one" and "two" without a unit are words, not figures
    if unit is Unit.SESSIONS:
        if low == high == 1.0 and _NO_COUNT.search(match.string[max(0, match.start() - _AROUND) : match.start()]):
            return None
        if stem == "time" and _TIMES_AS.match(match.string, match.end()):
            unit = Unit.MEASURE  # "three times as much" counts no sessions
    scale = _DAYS.get(stem, 1.0)
    low, high = min(low, high), max(low, high)
    return Quantity(low=low * scale, high=high * scale, unit=unit, span=match.span())


def _value(word: str) -> float:
    return float(_NUMBER_WORDS.get(word.lower(), 0)) if word[0].isalpha() else float(word.replace(",", ""))


def words(text: str) -> list[str]:
    """Give the lower-case words of a text, apostrophes kept inside: "Don't!" -> ["don't"]."""
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", normalise(text).lower())
