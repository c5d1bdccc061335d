"""References for people (NLM style, as in Vancouver) and for reference managers (BibTeX, RIS, CSL-JSON); pure.

What a source does not state is left out. A retracted or superseded source says so in every form.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from rag.evidence import Author, Source

_MAX_AUTHORS = 6  # NLM prints six, then "et al."
_TEX = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{c: f"\\{c}" for c in "$&#_%"},
}
_BIBTEX_TYPES = {
    "article-journal": "article",
    "article": "article",
    "chapter": "incollection",
    "book": "book",
    "report": "techreport",
    "paper-conference": "inproceedings",
    "thesis": "phdthesis",
}
_RIS_TYPES = {
    "article-journal": "JOUR",
    "article": "UNPB",
    "webpage": "ELEC",
    "book": "BOOK",
    "chapter": "CHAP",
    "report": "RPRT",
    "paper-conference": "CPAPER",
    "thesis": "THES",
    "legislation": "STAT",
    "article-newspaper": "NEWS",
}
_HOLDER = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle", "techreport": "institution"}


def reference(source: Source, cited_on: str | None = None) -> str:
    """Give a source as one line in NLM style; ``cited_on`` is the day a web page was read, where that is known."""
    names = _names(source.authors)
    online = source.type == "webpage"
    title = _ended(source.title + (" [Internet]" if online else ""))
    parts = [f"{names}." if names else "", title, _online_place(source, cited_on) if online else _place(source)]
    if source.doi:
        parts.append(f"doi:{source.doi}.")
    if source.pmid:
        parts.append(f"PMID: {source.pmid}.")
    if source.pmcid and not online:
        parts.append(f"PMCID: {source.pmcid}.")
    if source.url and (online or not (source.doi or source.pmid or source.pmcid)):
        parts.append(f"Available from: {source.url}")
    return " ".join(filter(None, [_warning(source), *parts]))


def _warning(source: Source) -> str:
    if source.retracted:
        return f"RETRACTED ({source.retracted_on}):" if source.retracted_on else "RETRACTED:"
    return f"SUPERSEDED by {source.superseded_by}:" if source.superseded_by else ""


def _names(authors: tuple[Author, ...]) -> str:
    names = [_name(author) for author in authors[:_MAX_AUTHORS]]
    return ", ".join(names + (["et al"] if len(authors) > _MAX_AUTHORS else [])).rstrip(".")


def _name(author: Author) -> str:
    return author.literal or f"{author.family} {initials(author.given or '')}".strip()


def initials(given: str) -> str:
    """Give the initials of given names: "Elise A." -> "EA"; what is already initials stays."""
    if re.fullmatch(r"[^\W\d_]{1,3}", given) and given.isupper():
        return given
    return "".join(part[0].upper() for part in re.split(r"[\s.\-‐–]+", given) if part and part[0].isalpha())


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith(("?", "!", ".")) else f"{text}."


def _place(source: Source) -> str:
    """Give journal, year, volume, issue and pages: ``J Am Acad Dermatol. 2002;47(3):377-385.``"""
    volume = (source.volume or "") + (f"({source.issue})" if source.issue else "")
    pages = f":{source.page}" if source.page else ""
    numbers = f"{';' if volume else ''}{volume}{pages}"
    year = str(source.year) if source.year else ""
    when = f"{year}{numbers}" if year else numbers.lstrip(";:")
    return " ".join(_ended(part) for part in (source.container, when) if part)


def _online_place(source: Source, cited_on: str | None) -> str:
    """Give publisher and year, and the day of reading only where it is known."""
    place = "; ".join(filter(None, [source.container, str(source.year) if source.year else ""]))
    cited = f"[cited {cited_on}]" if cited_on else ""
    whole = " ".join(filter(None, [place, cited]))
    return _ended(whole) if whole else ""


def csl_json(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Give CSL-JSON items, one a source, in order."""
    return [_csl_item(source) for source in sources]


def _csl_item(source: Source) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": source.id,
        "type": source.type,
        "title": source.title,
        "author": [author.csl for author in source.authors],
        "container-title": source.container,
        "issued": {"date-parts": [[source.year]]} if source.year else None,
        "volume": source.volume,
        "issue": source.issue,
        "page": source.page,
        "DOI": source.doi,
        "PMID": source.pmid,
        "PMCID": source.pmcid,
        "URL": source.url,
        "status": _status(source),
    }
    return {key: value for key, value in item.items() if value}


def _status(source: Source) -> str | None:
    """Give ``retracted 2010-02-06`` or ``superseded by kuka2020``, or None for a source in force."""
    if source.retracted:
        return f"retracted {source.retracted_on or ''}".strip()
    return f"superseded by {source.superseded_by}" if source.superseded_by else None


def bibtex(sources: Iterable[Source]) -> str:
    """Give BibTeX entries, one a source, in UTF-8; the source's id is the key."""
    return "\n".join(_bibtex_entry(source) for source in sources)


def _bibtex_entry(source: Source) -> str:
    kind = _BIBTEX_TYPES.get(source.type, "misc")
    fields = {
        "title": _tex(source.title),
        "author": " and ".join(_bibtex_name(author) for author in source.authors),
        _HOLDER.get(kind, "howpublished" if kind == "misc" else "publisher"): _tex(source.container or ""),
        "year": str(source.year or ""),
        "volume": _tex(source.volume or ""),
        "number": _tex(source.issue or ""),
        "pages": _tex((source.page or "").replace("-", "--")),
        "doi": _raw(source.doi or ""),
        "pmid": _raw(source.pmid or ""),
        "pmcid": _raw(source.pmcid or ""),
        "url": _raw(source.url or ""),
        "note": _tex(_loud_status(source)),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{source.id},\n{lines}}}\n"


def _loud_status(source: Source) -> str:
    """Give the status as nobody overlooks it; empty for a source in force."""
    return (_status(source) or "").replace("retracted", "RETRACTED", 1)


def _bibtex_name(author: Author) -> str:
    """Give ``Family, Given``; a body stands in braces so that BibTeX does not split it."""
    if author.literal:
        return f"{{{_tex(author.literal)}}}"
    return ", ".join(_tex(part) for part in (author.family, author.given) if part)


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in _line(text))


def _raw(text: str) -> str:
    """Give a DOI or address as BibTeX keeps it, unread; only what could end the field is encoded."""
    return "".join(f"%{ord(c):02X}" if c in "{}\\ " else c for c in _line(text))


def ris(sources: Iterable[Source]) -> str:
    """Give RIS records, one a source, lines ended as the format asks (CR LF)."""
    return "".join(_ris_record(source) for source in sources)


def _ris_record(source: Source) -> str:
    first, _, last = (source.page or "").partition("-")
    pairs: list[tuple[str, str | None]] = [
        ("TY", _RIS_TYPES.get(source.type, "GEN")),
        ("ID", source.id),
        ("TI", source.title),
        *(("AU", _ris_name(author)) for author in source.authors),
        ("T2", source.container),
        ("PY", str(source.year) if source.year else None),
        ("VL", source.volume),
        ("IS", source.issue),
        ("SP", first),
        ("EP", last),
        ("DO", source.doi),
        ("AN", source.pmid),
        ("DB", "PubMed" if source.pmid else None),
        ("C2", source.pmcid),
        ("UR", source.url),
        ("N1", _loud_status(source)),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in pairs if value]
    return "".join(f"{line}\r\n" for line in [*lines, "ER  - "])


def _ris_name(author: Author) -> str:
    return author.literal or ", ".join(part for part in (author.family, author.given) if part)


def _line(text: str) -> str:
    return " ".join(text.split())


def exported(sources: Iterable[Source], form: str) -> str:
    """Give the references in a form of ``FORMS``, as one text."""
    if form == "bibtex":
        return bibtex(sources)
    return ris(sources) if form == "ris" else json.dumps(csl_json(sources), ensure_ascii=False, indent=1)


FORMS = {"bibtex": "application/x-bibtex", "ris": "application/x-research-info-systems", "csl-json": "application/json"}
