"""The quantities in a text: numbers and ranges with what they count, and exact spans. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.text import normalise
from rag.types import Span

ROUNDED = 0.02  # share of a figure by which it may be told otherwise: 18.7 as 19, not as 25
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
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Unit(StrEnum):
    """What a number counts."""

    PERCENT = "percent"
    TIME = "time"  # in days
    SESSIONS = "sessions"
    PEOPLE = "people"
    MEASURE = "measure"
    MONEY = "money"
    BARE = "bare"


# In the order in which the stance model learned of them.
COUNTING = (Unit.PERCENT, Unit.TIME, Unit.SESSIONS, Unit.PEOPLE, Unit.MONEY, Unit.MEASURE)


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

    def met_by(self, others: Iterable["Quantity"], tolerance: float = ROUNDED) -> bool:
        """Tell whether one of several quantities gives this figure, rounded or not."""
        return any(self.overlaps(other, tolerance) for other in others)


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


def counted(text: str) -> tuple[Quantity, ...]:
    """Give the quantities of a text that count something."""
    return tuple(q for q in quantities(normalise(text)) if q.unit in COUNTING)


def digits(text: str) -> list[str]:
    """Give the numbers of a text that are written in digits, without their commas: "2,896 men" -> ["2896"]."""
    return [number.replace(",", "") for number in _DIGITS.findall(text)]


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
