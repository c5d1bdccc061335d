"""Dates, and the numbers that institutions give a person: records, policies, cards and bank accounts."""

import re

from rag.privacy.rules.shapes import (
    ALONE,
    END,
    FREE,
    GAP,
    SEP,
    YEAR,
    Personal,
    Rule,
    Shape,
    compiled,
    digits_of,
    has_digits,
    is_figure,
)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_NUMERIC_DATE = rf"\d{{1,2}}{GAP}?[/.\-]{GAP}?\d{{1,2}}{GAP}?[/.\-]{GAP}?(?:{YEAR})"

_OFFICIAL = (
    r"(?:FDA|EMA|MHRA|CDC|NHS|(?-i:NICE|WHO)|warn(?:ed|ings?|s)?|publish\w*|approv\w*|licen[cs]ed|stud(?:y|ies)|trials?"
    r"|laws?|guidance|guidelines?|regulations?|recall(?:ed|s)?|rulings?|press release|updated|revised|accessed)"
)
_OWN = r"(?:i|i['’]m|me|my|mine|we|our|us|appointment|visit|surgery|operation|born|birth\w*|dob|he|she|his|her)"
_OFFICIAL_BEFORE = compiled(rf"\b{_OFFICIAL}\b(?:(?!\b{_OWN}\b|[.!?]\s+(?-i:[A-Z])|\n).)*$")
_OFFICIAL_AFTER = compiled(rf"{GAP}+{_OFFICIAL}\b")


def _is_official(text: str, start: int, end: int) -> bool:
    # The day of a warning, a law or a study is nobody's own.
    before = _OFFICIAL_BEFORE.search(text[max(0, start - 70) : start])
    return before is not None or _OFFICIAL_AFTER.match(text, end) is not None


def _calendar(found: str) -> bool:
    numbers = sorted(int(n) for n in re.findall(r"\d+", found))
    return numbers[0] >= 1 and numbers[0] <= 12 and numbers[1] <= 31


DATE_RULES = (
    Rule(  # born 12/03/85, DOB: 12 March 1985, my birthday is 3rd of June
        kind=Personal.BIRTH_DATE,
        shape=Shape(
            rf"\b(?:d\.?o\.?b\b\.?|date of birth|birth{GAP}?date|birthday|born)"
            rf"(?:{GAP}|[:,=(\-]|is\b|was\b|on\b|in\b|the\b|my\b)*"
            rf"(?P<x>{YEAR}[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}|\d{{1,2}}[/.\- ]+\d{{1,2}}[/.\- ]+\d{{2,4}}"
            rf"|{_DAY}{GAP}*(?:of{GAP}+)?[-/]?{_MONTH}(?:[,\s/\-]*(?:\d{{4}}|'?\d\d)\b)?"
            rf"|{_MONTH}{GAP}*{_DAY}\b(?:[,\s]*(?:{YEAR}|'\d\d)\b)?|{_MONTH}[,\s]+{YEAR}"
            rf"|\d{{8}}|\d{{6}})(?!\d)"
        ),
        spared=is_figure,
    ),
    Rule(  # 12 March 2021, March 12, 2021; not "FDA warning of 12 March 2021"
        kind=Personal.DATE,
        shape=Shape(
            rf"{ALONE}(?:{_DAY}{GAP}*(?:of{GAP}+)?[-/]?{_MONTH}[,\s/\-]*{YEAR}"
            rf"|{_MONTH}{GAP}*{_DAY}[,\s]+{YEAR}|{YEAR}{GAP}+{_MONTH}{GAP}+{_DAY})(?!\w)"
        ),
        spared=_is_official,
    ),
    Rule(  # 12/03/2021, 2021-03-12, 1/2/21; not "24/7"
        kind=Personal.DATE,
        shape=Shape(
            rf"{ALONE}(?:{_NUMERIC_DATE}|{YEAR}[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/\d\d)"
            r"(?![\w/]|[.\-]\d)"
        ),
        accept=_calendar,
        spared=_is_official,
    ),
)


def _luhn(text: str) -> bool:
    digits = [int(c) for c in digits_of(text)]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits))]
    # Four years in a row also have sixteen digits.
    return sum(doubled) % 10 == 0 and not _only_years(text)


def _only_years(text: str) -> bool:
    return all(re.fullmatch(YEAR, group) for group in re.findall(r"\d+", text))


def _account(found: str) -> bool:
    # "IL17 2019 2020 2021" has the shape, too.
    return len(digits_of(found)) >= 10 and not _only_years(found[4:])


def _code(found: str) -> bool:
    digits = len(digits_of(found))
    return not _only_years(found) and (digits >= 6 or (digits >= 4 and any(c.isalpha() for c in found)))


_LINK = r"(?:number|no\.?|num\.?|id|code|card|is|was|it's|:|=|\#|-|\()"
_ID = r"(?P<x>[A-Z]{0,4}[ \-]?\d[A-Z0-9]*(?:[ \-/]\d[A-Z0-9]*|[\-/][A-Z0-9]+)*)"
_CODE = r"(?P<x>(?=[A-Z\-/]{0,8}\d)[A-Z0-9]+(?:[\-/][A-Z0-9]+|[ ]\d[A-Z0-9]*)*)"
_NUMBER_WORD = rf"(?:{GAP}*(?:number\b|no\b\.?|num\b\.?|id\b|code\b|\#))"

RECORD_RULES = (
    Rule(  # an international bank account number: DE89 3704 0044 0532 0130 00; not "IL17 2019 2020 2021"
        kind=Personal.BANK,
        shape=Shape(
            r"\b[A-Z]{2}\d\d[ \-]?[A-Z0-9]{4}(?:[ \-]?(?=[A-Z]{0,3}\d)[A-Z0-9]{4}){2,6}"
            r"(?:[ \-]?(?=[A-Z]{0,2}\d)[A-Z0-9]{1,3})?(?!\w)"
        ),
        accept=_account,
    ),
    Rule(  # MRN 1234567, patient ID: 99812, NHS number is 943 476 5919
        kind=Personal.RECORD,
        shape=Shape(
            rf"\b(?:(?:MRN|SSN|social security|national insurance|passport)(?:{_NUMBER_WORD}|{GAP}|:)"
            rf"|(?:NHS|CHI|medicare|medicaid)(?:{_NUMBER_WORD}|{GAP}*:)"
            r"|(?:(?:medical|health|hospital|patient|insurance|policy|member(?:ship)?|account|case|chart|file|record"
            rf"|driving licen[cs]e|driver'?s licen[cs]e)(?:{GAP}+(?:record|insurance|card|policy|file))?)"
            rf"{_NUMBER_WORD})(?:{GAP}*{_LINK})*{GAP}*{_ID}(?!\w)"
        ),
        accept=has_digits(4, 24),
        spared=is_figure,
    ),
    Rule(  # without "number" the code itself has to look like one: policy AB-99-8812-X; not "my policy covers 2024"
        kind=Personal.RECORD,
        shape=Shape(
            r"\b(?:(?:medical|health|hospital|patient)[ \-](?:record|file|chart|card)"
            r"|(?:health |medical )?insurance[ \-](?:policy|card|member)|policy|medicare|medicaid|nhs)\b"
            rf"(?:{GAP}|:|=|\#|\(|\b(?:is|was|it's|card|under|with|id)\b){{1,6}}{_CODE}(?!\w)"
        ),
        accept=_code,
        spared=is_figure,
    ),
    Rule(  # my number plate is AB12 CDE
        kind=Personal.RECORD,
        shape=Shape(
            r"\b(?:(?:number|licen[cs]e|registration) plate|(?:car|vehicle) reg(?:istration)?)\b"
            r"(?:\s|:|\bis\b|\bnumber\b)*"
            r"(?P<x>(?-i:(?=[A-Z \-]{0,4}\d)[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,4}){1,2}))(?!\w)"
        ),
    ),
    Rule(  # a Medicare number: 1EG4-TE5-MK73
        kind=Personal.RECORD,
        shape=Shape(r"\b[1-9][AC-Y][AC-Y0-9]\d[ \-]?[AC-Y][AC-Y0-9]\d[ \-]?[AC-Y]{2}\d\d\b", 0),
    ),
    Rule(  # a United States social security number: 123-45-6789
        kind=Personal.RECORD,
        shape=Shape(rf"{FREE}\d{{3}}[-\u2010-\u2015]\d\d[-\u2010-\u2015]\d{{4}}{END}"),
        spared=is_figure,
    ),
    Rule(  # a United Kingdom national insurance number: AB 12 34 56 C
        kind=Personal.RECORD,
        shape=Shape(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", 0),
    ),
    Rule(  # 4111 1111 1111 1111; not four years in a row, nor where the last digit does not check
        kind=Personal.CARD,
        shape=Shape(rf"{FREE}\d(?:{SEP}?\d){{12,18}}(?!\d)"),
        accept=_luhn,
        spared=is_figure,
    ),
)
