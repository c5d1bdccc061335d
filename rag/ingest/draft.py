"""What every reader of a format gives: a bibliographic record and the blocks of its text; neither is trusted."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from rag.errors import RagError
from rag.evidence import Author
from rag.kinds import Population, StudyDesign

# Letters that PDF writers glue together. Full compatibility forms are not used: they turn 10⁶ into 106.
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_RETRACTED_TITLE = re.compile(r"^\W*(?:retracted(?:\s+article)?|withdrawn)\b\s*[:.\]]+\s*", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
MAX_TITLE_CHARACTERS = 400
MAX_AUTHORS = 200
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_WORDS = re.compile(r"\b((?:19|20)\d\d)(?:[\s-]+([A-Za-z]{3})[a-z]*(?:[\s-]+(\d{1,2})\b)?)?")


class FetchFailed(RagError):
    """A record could not be fetched: the service did not answer, or asked to wait too long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph or list item; ``page`` is its page, counted from 1, where the format has pages."""

    text: str
    page: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A document before it is a source: bibliographic fields in CSL terms, and its text as blocks."""

    title: str
    blocks: tuple[Block, ...] = ()
    type: str = "document"
    authors: tuple[Author, ...] = ()
    container: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    page: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    # the weakest kind; a page is a "patient page", which weighs more, only when staff say so
    study_design: StudyDesign = StudyDesign.NARRATIVE_REVIEW
    peer_reviewed: bool = False
    population: Population | None = None
    retracted: bool = False
    retracted_on: str | None = None


def clean(text: str) -> str:
    """Give a text on one line: control, invisible and private characters go, ligatures become letters."""
    text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in _INVISIBLE).split())


_INVISIBLE = ("Cf", "Cs", "Co", "Cn")


def plausible_year(value: object) -> int | None:
    """Give a year from 1900 on that stands at the start of a value, or None."""
    found = re.match(r"\s*(\d{4})(?!\d)", str(value))
    return int(found[1]) if found and 1900 <= int(found[1]) <= date.today().year + 1 else None


def first_doi(text: str) -> str | None:
    """Give the first DOI in a text, without the punctuation that follows it."""
    found = _DOI.search(text)
    return found[0].rstrip(".,;:)]}'") if found else None


def digits(value: object) -> str | None:
    """Give a PubMed number as digits, or None."""
    found = re.fullmatch(r"(?:PMID:?)?\s*(\d{1,8})", clean(str(value)), re.IGNORECASE)
    return found[1] if found else None


def pmc_number(value: object) -> str | None:
    """Give a PubMed Central number as ``PMC123``, or None."""
    found = re.fullmatch(r"(?:PMCID:?\s*)?(?:PMC)?(\d{1,9})", clean(str(value)), re.IGNORECASE)
    return f"PMC{found[1]}" if found else None


def date_in(text: str) -> str | None:
    """Give the first date in words as an ISO date as exact as it was written: "2010 Feb 6" -> "2010-02-06"."""
    found = _DATE_WORDS.search(text)
    if found is None:
        return None
    year, month, day = found.groups()
    if not month or month.lower() not in _MONTHS:
        return year
    written = f"{year}-{_MONTHS.index(month.lower()) + 1:02}"
    return f"{written}-{int(day):02}" if day and 1 <= int(day) <= 31 else written


def date_of_parts(parts: object) -> str | None:
    """Give CSL date parts such as ``[2010, 2, 6]`` as an ISO date."""
    if not isinstance(parts, list) or not parts or plausible_year(parts[0]) is None:
        return None
    rest = [int(p) for p in parts[1:3] if str(p).isdigit()]
    return "-".join([str(parts[0]), *(f"{p:02}" for p in rest)])


def person(name: str) -> Author:
    """Read one written name: "Olsen, Elise A", "Olsen EA" or "Elise A Olsen"; a body stays as it is."""
    name = clean(name)
    if "," in name:
        family, _, given = name.partition(",")
        return Author(family=family.strip(), given=given.strip() or None)
    words = name.split()
    if len(words) in (2, 3) and re.fullmatch(r"[A-Z]{1,3}", words[-1]):
        return Author(family=" ".join(words[:-1]), given=words[-1])
    return Author(literal=name)


def settled(draft: Draft) -> Draft:
    """Give the draft with one-line fields; a title that begins with "Retracted:" marks it as retracted."""
    title = clean(draft.title)
    marked = _RETRACTED_TITLE.match(title)
    title = title[marked.end() :] if marked else title
    return replace(
        draft,
        title=title[:MAX_TITLE_CHARACTERS].strip() or "Untitled document",
        type=draft.type if re.fullmatch(r"[a-z]+(?:[-_][a-z]+)*", draft.type) else "document",
        authors=draft.authors[:MAX_AUTHORS],
        retracted=draft.retracted or bool(marked),
        doi=first_doi(draft.doi or ""),
    )
