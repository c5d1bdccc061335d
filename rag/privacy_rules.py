"""The shapes of personal details: what an address, a telephone number or a record number looks like.

Rules look at shapes and the words around them. Study figures, ages, doses, years, DOIs and PMIDs match none.
A name that nothing introduces is not caught.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """What kind of personal detail was found; the value is what the placeholder says."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    BIRTH_DATE = "date of birth"
    DATE = "date"
    RECORD = "record number"
    CARD = "card number"
    ADDRESS = "address"
    NAME = "name"

    @property
    def placeholder(self) -> str:
        """Give the words that stand in its place; no rule matches them again."""
        return f"[{self.value} removed]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern; where it has a group ``x``, only that part is personal. ``accept`` has the last word."""

    kind: Personal
    pattern: re.Pattern[str]
    accept: Callable[[str], bool] = lambda found: True


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:18|19|20)\d\d"
_GAP = r"[\s\u00a0\u202f]"
# Space, dots, dashes of every width, slashes, brackets, invisible characters: all are typed in phone numbers.
_SEP = r"[ \t\u00a0\u2009\u202f\u200b-\u200d\u2060.\-\u2010-\u2015\u2212()/]"
_FREE = r"(?<!\d)(?<!\d[.,/\u2010-\u2015-])"  # not the tail of a longer number or decimal
_ALONE = rf"{_FREE}(?<!\w)"  # nor of a code such as NCT01234567
_END = r"(?![\w%]|[.,/\u2010-\u2015-]\d)"
_NUMERIC_DATE = rf"\d{{1,2}}{_GAP}?[/.\-]{_GAP}?\d{{1,2}}{_GAP}?[/.\-]{_GAP}?(?:{_YEAR})"
_LINK = r"(?:number|no\.?|num\.?|id|code|card|is|was|it's|:|=|\#|-|\()"


def _compile(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _luhn(text: str) -> bool:
    digits = [int(c) for c in _digits(text)]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits))]
    # Four years in a row also have sixteen digits.
    years = all(re.fullmatch(_YEAR, group) for group in re.findall(r"\d+", text))
    return sum(doubled) % 10 == 0 and not years


def _has_digits(low: int, high: int) -> Callable[[str], bool]:
    return lambda found: low <= len(_digits(found)) <= high


def _long_number(found: str) -> bool:
    # Round figures ("10000000000 cells") are counts, not telephone numbers.
    return not _digits(found).endswith("0000")


def _calendar(found: str) -> bool:
    numbers = sorted(int(n) for n in re.findall(r"\d+", found))
    return numbers[0] >= 1 and numbers[0] <= 12 and numbers[1] <= 31


# Words of this subject that follow "this is" with capitals and are no names.
_NO_NAME = re.compile(
    r"(?:the|a|an|not|no|it|i|and|or|but|in|on|at|my|your|for|from|with|stem|hair|cells?|platelet|exosomes?"
    r"|minoxidil|finasteride|prp|fda|nhs|so|just|about|because|that|what|when|how|why|losing|going|having|often|by|names?|back|to)",
    re.IGNORECASE,
)


def _a_name(found: str) -> bool:
    words = re.findall(r"[^\W\d_]+", found)
    return bool(words) and not _NO_NAME.fullmatch(words[0])


_WORD = r"[^\W\d_][\w'’\-]*"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])[^\W\d_'’\-]*(?:['’\-][^\W\d_]+)*"
_FULL_NAME = rf"(?P<x>{_CAPITAL}(?:{_GAP}+{_CAPITAL}){{0,3}}|{_WORD}(?:{_GAP}+(?!{{stop}}){_WORD})?)".replace(
    "{stop}",
    r"(?:and|i|i'm|im|from|but|my|a|an|the|is|am|was|have|has|who|with|born|dob|here|to|of|or|can|will)\b",
)
_STREET = (
    r"(?:Street|Road|Avenue|Lane|Drive|Close|Court|Boulevard|Terrace|Crescent|Gardens|Square|Highway"
    r"|St|Rd|Ave|Ln|Dr|Ct|Blvd|Sq|Hwy|Way|Place|Pl)"
)
_ID = r"(?P<x>[A-Z]{0,4}[ \-]?\d[A-Z0-9]*(?:[ \-/]\d[A-Z0-9]*)*)"
# Numbers of the literature that look like a telephone number; no rule may touch them.
LITERATURE = re.compile(
    r"\b10\.\d{4,9}/\S+|https?://(?:\w+\.)*(?:doi\.org|nih\.gov|clinicaltrials\.gov)/\S*"
    r"|\bISBN[-\s:0-9]{0,5}[\s:][\dX-]{10,17}|\bISSN[\s:]*\d{4}-\d{3}[\dX]|\b\d{4}-\d{6}-\d\d\b",
    re.IGNORECASE,
)

_EMAIL_RULES = (
    Rule(
        kind=Personal.EMAIL,
        pattern=_compile(
            r"(?<![\w.!#$%&'*+/=?^`{|}~\-])[\w.!#$%&'*+/=?^`{|}~\-]+[@＠][\w\-]+(?:\.[\w\-]+)+"
            r"|(?<![\w.+\-])[\w.+\-]+\s*[\[({]\s*at\s*[\])}]\s*[\w\-]+(?:\s*(?:\.|[\[({]\s*dot\s*[\])}])\s*[\w\-]+)+"
            r"|(?<![\w.+\-])[\w.+\-]+\s+at\s+[\w\-]+(?:\s+dot\s+[\w\-]+)+"
        ),
    ),
)

_DATE_RULES = (
    Rule(
        kind=Personal.BIRTH_DATE,
        pattern=_compile(
            rf"\b(?:d\.?o\.?b\b\.?|date of birth|birth{_GAP}?date|birthday|born)"
            rf"(?:{_GAP}|[:,=(\-]|is\b|was\b|on\b|in\b|the\b|my\b)*"
            rf"(?P<x>{_YEAR}[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}|\d{{1,2}}[/.\- ]+\d{{1,2}}[/.\- ]+\d{{2,4}}"
            rf"|{_DAY}{_GAP}*(?:of{_GAP}+)?[-/]?{_MONTH}(?:[,\s/\-]*(?:\d{{4}}|'?\d\d)\b)?"
            rf"|{_MONTH}{_GAP}*{_DAY}\b(?:[,\s]*(?:{_YEAR}|'\d\d)\b)?|{_MONTH}[,\s]+{_YEAR}"
            rf"|\d{{8}}|\d{{6}})(?!\d)"
        ),
    ),
    Rule(
        kind=Personal.DATE,
        pattern=_compile(
            rf"{_ALONE}(?:{_DAY}{_GAP}*(?:of{_GAP}+)?[-/]?{_MONTH}[,\s/\-]*{_YEAR}"
            rf"|{_MONTH}{_GAP}*{_DAY}[,\s]+{_YEAR}|{_YEAR}{_GAP}+{_MONTH}{_GAP}+{_DAY})(?!\w)"
        ),
    ),
    Rule(
        kind=Personal.DATE,
        pattern=_compile(
            rf"{_ALONE}(?:{_NUMERIC_DATE}|{_YEAR}[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/\d\d)"
            r"(?![\w/]|[.\-]\d)"
        ),
        accept=_calendar,
    ),
)

_NUMBER_WORD = rf"(?:{_GAP}*(?:number\b|no\b\.?|num\b\.?|id\b|code\b|\#))"
_RECORD_RULES = (
    Rule(
        kind=Personal.RECORD,
        pattern=_compile(
            rf"\b(?:(?:MRN|SSN|social security|national insurance|passport)(?:{_NUMBER_WORD}|{_GAP}|:)"
            rf"|(?:NHS|CHI|medicare|medicaid)(?:{_NUMBER_WORD}|{_GAP}*:)"
            r"|(?:(?:medical|health|hospital|patient|insurance|policy|member(?:ship)?|account|case|chart|file|record"
            rf"|driving licen[cs]e|driver'?s licen[cs]e)(?:{_GAP}+(?:record|insurance|card|policy|file))?)"
            rf"{_NUMBER_WORD})(?:{_GAP}*{_LINK})*{_GAP}*{_ID}(?!\w)"
        ),
        accept=_has_digits(4, 24),
    ),
    Rule(
        kind=Personal.RECORD,
        pattern=_compile(rf"{_FREE}\d{{3}}[-\u2010-\u2015]\d\d[-\u2010-\u2015]\d{{4}}{_END}"),
    ),
    Rule(  # a United Kingdom national insurance number
        kind=Personal.RECORD,
        pattern=_compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", 0),
    ),
    Rule(kind=Personal.CARD, pattern=_compile(rf"{_FREE}\d(?:{_SEP}?\d){{12,18}}(?!\d)"), accept=_luhn),
)

_PHONE_RULES = (
    Rule(  # any number behind "call me on"
        kind=Personal.PHONE,
        pattern=_compile(
            r"\b(?:call(?:ed|ing)?|phone|tel|telephone|mobile|mob|whats?app|text|ring|fax|reach (?:me|us)"
            r"|contact me|cell[ -]?phone|cell number|my cell)\b"
            rf"(?:{_SEP}|:|,|\#|\b(?:me|us|back|at|on|is|my|number|no|it's|now|please|under|the)\b)*"
            rf"(?P<x>[+(]?\d(?:{_SEP}{{0,3}}\d){{5,14}})(?!\d)"
        ),
        accept=lambda found: not re.fullmatch(rf"{_YEAR}\D+{_YEAR}", found),
    ),
    Rule(
        kind=Personal.PHONE,
        pattern=_compile(rf"(?:\+|{_ALONE}00(?=[1-9]))\(?\d(?:{_SEP}{{0,3}}\d){{7,14}}(?!\d)"),
    ),
    Rule(  # national, with its leading zero: 020 7946 0958, 07700 900123, 06 12 34 56 78
        kind=Personal.PHONE,
        pattern=_compile(rf"{_ALONE}\(?0\d(?:{_SEP}{{0,3}}\d){{7,10}}(?!\d)"),
    ),
    Rule(  # 3-3-4, as in the United States and Canada, and an NHS number
        kind=Personal.PHONE,
        pattern=_compile(
            rf"{_FREE}(?:1{_SEP}{{0,2}})?\(?\d{{3}}{_SEP}{{1,3}}\d{{3}}{_SEP}{{1,3}}\d{{4}}(?!\d)"
            rf"|{_FREE}555-\d{{4}}{_END}"
        ),
    ),
    Rule(
        kind=Personal.PHONE,
        pattern=_compile(rf"{_ALONE}(?:\d{{10,13}}|[6-9]\d{{4}}[ \-]\d{{5}})(?![\d%]|[.,]\d)"),
        accept=_long_number,
    ),
)

_ADDRESS_RULES = (
    Rule(
        kind=Personal.ADDRESS,
        pattern=_compile(
            rf"\b\d{{1,5}}[A-Za-z]?,?{_GAP}+"
            rf"(?:(?:[A-Z][\w'’.\-]*|of|the|\d+(?:st|nd|rd|th)){_GAP}+){{1,4}}{_STREET}\b",
            0,
        ),
    ),
    Rule(
        kind=Personal.ADDRESS,
        pattern=_compile(
            rf"\b(?:liv(?:e|ing)|resid(?:e|ing)|address)(?:{_GAP}|:|at\b|is\b|on\b)+"
            rf"(?P<x>\d{{1,5}}[a-z]?,?{_GAP}+(?:[\w'’.\-]+{_GAP}+){{1,4}}{_STREET})\b"
        ),
    ),
    Rule(
        kind=Personal.ADDRESS,
        pattern=_compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b|(?<=, )[A-Z]{2} \d{5}(?:-\d{4})?\b", 0),
    ),
    Rule(
        kind=Personal.ADDRESS,
        pattern=_compile(
            rf"\b(?:zip|post(?:al)?[ -]?code)(?:{_GAP}|:|is\b|code\b)+"
            rf"(?P<x>\d{{5}}(?:-\d{{4}})?|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})\b"
        ),
    ),
)

_NAME_RULES = tuple(
    Rule(kind=Personal.NAME, pattern=_compile(pattern), accept=_a_name)
    for pattern in (
        rf"\b(?:my{_GAP}+(?:full{_GAP}+)?name(?:{_GAP}+is|['’]s)|i(?:{_GAP}+am|['’]?m){_GAP}+called"
        rf"|(?:patient|full|first|last|sur)[ -]?name{_GAP}*(?::|is\b)):?{_GAP}*{_FULL_NAME}",
        r"\b(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[\s,.!\-]*(?:there\b|all\b)?[\s,.!\-]*"
        rf"(?:this{_GAP}+is|i(?:{_GAP}+am|['’]?m)){_GAP}+(?P<x>{_CAPITAL}(?:{_GAP}+{_CAPITAL}){{0,2}})",
        rf"\bthis{_GAP}+is{_GAP}+(?P<x>{_CAPITAL}(?:{_GAP}+{_CAPITAL}){{0,2}})(?={_GAP}+(?:speaking|here|writing)\b)",
        rf"(?:^|[.!?]{_GAP}+)this{_GAP}+is{_GAP}+(?P<x>{_CAPITAL}{_GAP}+{_CAPITAL})"
        rf"(?={_GAP}*(?:[.,;!]|$|and\b|from\b))",
        rf"\b(?-i:Mr|Mrs|Ms)\b\.?{_GAP}+(?P<x>{_CAPITAL}(?:{_GAP}+{_CAPITAL})?)",
        r"\b(?:regards|sincerely|thanks|thank you|cheers)\s*,\s*"
        rf"(?P<x>{_CAPITAL}(?:{_GAP}+{_CAPITAL})?)\.?\s*$",
    )
)

# Dates come before numbers: 12-03-1985 555 would otherwise read as one long number.
RULES = (*_EMAIL_RULES, *_DATE_RULES, *_RECORD_RULES, *_PHONE_RULES, *_ADDRESS_RULES, *_NAME_RULES)
