"""What the rules are built from: the kinds of personal details, and pieces of patterns that they share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

Around = Callable[[str, int, int], bool]


class Personal(StrEnum):
    """What kind of personal detail was found; the value is what the placeholder says."""

    EMAIL = "e-mail address"
    PROFILE = "online profile"
    NETWORK = "IP address"
    PHONE = "phone number"
    BIRTH_DATE = "date of birth"
    DATE = "date"
    RECORD = "record number"
    CARD = "card number"
    BANK = "bank account"
    ADDRESS = "address"
    NAME = "name"

    @property
    def placeholder(self) -> str:
        """Give the words that stand in its place; no rule matches them again."""
        return f"[{self.value} removed]"


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern that ignores case unless told otherwise.

    It is compiled when it is first looked for: compiling the shapes of names would take a fifth of a start.
    """

    source: str
    flags: int = re.IGNORECASE

    @property
    def pattern(self) -> re.Pattern[str]:
        """Give the compiled pattern."""
        return _compiled(self)


@cache
def _compiled(shape: Shape) -> re.Pattern[str]:
    return re.compile(shape.source, shape.flags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A shape; where it has a group ``x``, only that part is personal. ``accept`` has the last word.

    ``spared`` looks at what stands around: (text, start, end) -> whether that shows a match to be nobody's detail.
    """

    kind: Personal
    shape: Shape
    accept: Callable[[str], bool] = lambda found: True
    spared: Around = lambda text, start, end: False


GAP = r"[\s\u00a0\u202f]"
YEAR = r"(?:18|19|20)\d\d"
# Space, dots, dashes of every width, slashes, brackets, invisible characters: all are typed in phone numbers.
SEP = r"[ \t\u00a0\u2009\u202f\u200b-\u200d\u2060.\-\u2010-\u2015\u2212()/]"
FREE = r"(?<!\d)(?<!\d[.,/\u2010-\u2015-])"  # not the tail of a longer number or decimal
ALONE = rf"{FREE}(?<!\w)"  # nor of a code such as NCT01234567
END = r"(?![\w%]|[.,/\u2010-\u2015-]\d)"

# Numbers of the literature that look like a telephone number; no rule may touch them: 10.1067/mjd.2002.124088,
# ISBN 978-3-16-148410-0, the trial 2015-001234-22.
LITERATURE = re.compile(
    r"\b10\.\d{4,9}/\S+|https?://(?:\w+\.)*(?:doi\.org|nih\.gov|clinicaltrials\.gov)/\S*"
    r"|\bISBN[-\s:0-9]{0,5}[\s:][\dX-]{10,17}|\bISSN[\s:]*\d{4}-\d{3}[\dX]|\b\d{4}-\d{6}-\d\d\b",
    re.IGNORECASE,
)

_COUNTED = (
    r"(?:cells?|hairs?|grafts?|units?|follicles?|people|persons?|patients?|participants?|subjects?|volunteers?"
    r"|men|women|children|adults|platelets?|exosomes?|particles?|vesicles?|injections?|samples?|times"
    r"|ml|mls|mg|mcg|µg|ug|ng|kg|cm2|mm2|iu|dollars?|usd|euros?|pounds?|rupees?|lira|million|billion|percent)"
)
_SORT = (
    r"(?:stem|fat|hair|scalp|follicular|follicle|living|live|viable|cultured|donor|own|new|extra|more|mesenchymal"
    r"|adipose|white|red|blood|male|female|adult|healthy|older|younger|of|the|different|single)"
)
_COUNT = r"(?:[1-9]\d{0,2}(?:[ ,\u00a0\u2009\u202f]\d{3})+|[1-9]\d{0,12}(?:\.\d+)?)"
# 300 400 5000 hairs: three figures that have the shape of a telephone number.
_FIGURE = re.compile(
    rf"(?<![\d+])(?<!\d[.,])(?:{_COUNT}(?:{GAP}?(?:-|\u2013|\bto\b|\bor\b|\band\b){GAP}?{_COUNT})?"
    rf"|[1-9]\d\d[ \-]\d{{3}}[ \-]\d{{4}})[\s\u00a0\u202f\-]{{0,2}}(?:{_SORT}[\s\-]+){{0,3}}{_COUNTED}\b",
    re.IGNORECASE,
)


def compiled(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Compile a pattern that ignores case unless told otherwise."""
    return re.compile(pattern, flags)


def digits_of(text: str) -> str:
    """Give only the digits of a text."""
    return "".join(c for c in text if c.isdecimal())


def has_digits(low: int, high: int) -> Callable[[str], bool]:
    """Build a test: has a match between ``low`` and ``high`` digits?"""
    return lambda found: low <= len(digits_of(found)) <= high


def is_figure(text: str, start: int, end: int) -> bool:
    """Tell whether the number at these places counts something: 1 000 000 000 cells."""
    near = _FIGURE.finditer(text, max(0, start - 30), end + 60)
    return any(found.start() <= start and end <= found.end() for found in near)
