"""CSL-JSON and RIS records -> drafts; an abstract becomes the text, and a Crossref work is read as CSL."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.errors import UsageError
from rag.evidence import Author
from rag.ingest.designs import is_reviewed, study_design
from rag.ingest.draft import (
    Block,
    Draft,
    clean,
    date_in,
    date_of_parts,
    digits,
    first_doi,
    person,
    plausible_year,
    pmc_number,
)

MAX_RECORDS = 500  # one file; a library export is cut into parts by the person who owns it
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_RIS_LINE = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
_RIS_TYPES = {
    "JOUR": "article-journal",
    "ELEC": "webpage",
    "BOOK": "book",
    "CHAP": "chapter",
    "RPRT": "report",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "THES": "thesis",
    "STAT": "legislation",
    "NEWS": "article-newspaper",
}
# Crossref's names of types, where CSL has another.
_CSL_TYPES = {"journal-article": "article-journal", "posted-content": "article", "book-chapter": "chapter"}


def read_csl(text: str, name: str) -> list[Draft]:
    """Read one CSL-JSON record, a list of them, or ``{"items": [...]}``; raise UsageError when it is neither."""
    try:
        loaded = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"{name} is not valid JSON; export the record as CSL-JSON again.") from error
    items = loaded.get("items", [loaded]) if isinstance(loaded, dict) else loaded
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        raise UsageError(f"{name} holds no CSL-JSON record; export the record as CSL-JSON again.")
    if len(items) > MAX_RECORDS:
        raise UsageError(f"{name} holds {len(items)} records; at most {MAX_RECORDS} are taken, so cut it into parts.")
    return [draft_of_csl(item, name) for item in items]


def draft_of_csl(item: Mapping[str, Any], name: str) -> Draft:
    """Give the draft of one CSL-JSON record or Crossref work; raise UsageError when it has no title."""
    title = clean(_TAG.sub("", _word(item, "title") or ""))
    if not title:
        raise UsageError(f"{name} has a record without a title; add the title to it.")
    kind = _CSL_TYPES.get(str(item.get("type")), _word(item, "type") or "document")
    container = _word(item, "container-title") or _word(item, "publisher")
    types = [t for t in (_word(item, "genre"), _word(item, "subtype")) if t]
    journal = kind == "article-journal" and bool(_word(item, "container-title"))
    status = (_word(item, "status") or "").lower()
    return Draft(
        title=title,
        type=kind,
        blocks=_abstract(_word(item, "abstract")),
        authors=tuple(_authors(item.get("author"))),
        container=container,
        year=_year(item.get("issued")),
        volume=_word(item, "volume"),
        issue=_word(item, "issue"),
        page=_word(item, "page"),
        doi=first_doi(_word(item, "DOI") or ""),
        pmid=digits(item.get("PMID")),
        pmcid=pmc_number(item.get("PMCID")),
        url=_web_address(_word(item, "URL")),
        study_design=study_design(types, title),
        peer_reviewed=journal and is_reviewed(types),
        retracted=status.startswith("retracted"),
        retracted_on=_iso(status) or date_in(status) if status.startswith("retracted") else None,
    )


def _iso(text: str) -> str | None:
    found = re.search(r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b", text)
    return found[0] if found else None


def _word(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    return (clean(str(value)) or None) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _authors(raw: Any) -> Iterator[Author]:
    for one in raw if isinstance(raw, list) else ():
        if isinstance(one, dict):
            literal = _word(one, "literal") or _word(one, "name")
            particle = _word(one, "non-dropping-particle")
            family = " ".join(p for p in (particle, _word(one, "family")) if p) or None
            if family:
                yield Author(family=family, given=_word(one, "given"))
            elif literal:
                yield Author(literal=literal)


def _year(issued: Any) -> int | None:
    if isinstance(issued, dict):
        parts = issued.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        whole = date_of_parts(first) or issued.get("raw") or issued.get("literal")
        return plausible_year(whole)
    return plausible_year(issued)


def _web_address(url: str | None) -> str | None:
    return url if url and re.match(r"https?://\S+$", url) else None


def _abstract(text: str | None) -> tuple[Block, ...]:
    return (Block(text=_TAG.sub(" ", text)),) if text else ()


def read_ris(text: str, name: str) -> list[Draft]:
    """Read the records of a RIS file; raise UsageError when it holds none or one has no title."""
    records = list(_ris_records(text))
    if not records:
        raise UsageError(f"{name} holds no RIS record (`TY  - JOUR` ... `ER  -`); export it as RIS again.")
    if len(records) > MAX_RECORDS:
        raise UsageError(f"{name} holds {len(records)} records; at most {MAX_RECORDS} are taken, so cut it into parts.")
    return [draft_of_csl(_csl_of_ris(record), name) for record in records]


def _ris_records(text: str) -> Iterator[dict[str, list[str]]]:
    record: dict[str, list[str]] = {}
    last = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found = _RIS_LINE.match(line.lstrip("\ufeff"))
        if found is None:
            if last and line.strip():
                record[last][-1] += f" {line.strip()}"
            continue
        last = found[1]
        if last == "TY":
            record = {}
        if last == "ER":
            if "TY" in record:
                yield record
            record, last = {}, ""
        else:
            record.setdefault(last, []).append(found[2].strip())
    if "TY" in record:
        yield record


def _csl_of_ris(record: Mapping[str, list[str]]) -> dict[str, Any]:
    def first(*tags: str) -> str | None:
        return next((record[t][0] for t in tags if record.get(t) and record[t][0]), None)

    names = [person(n) for tag in ("AU", "A1") for n in record.get(tag, ()) if n]
    pages = "-".join(p for p in (first("SP"), first("EP")) if p)
    pubmed = "pubmed" in " ".join([*record.get("DB", ()), *record.get("UR", ())]).lower()
    notes = " ".join(v for tag in ("C2", "N1", "C1") for v in record.get(tag, ()))
    pmc = re.search(r"\bPMC\d+", notes)
    taken_back = re.search(r"\bRETRACTED\b\s*([\d-]*)", notes)
    number = re.search(r"\bPMID:?\s*(\d{1,8})", notes, re.IGNORECASE)
    return {
        "type": _RIS_TYPES.get(first("TY") or "", "document"),
        "title": first("TI", "T1"),
        "author": [{"family": a.family, "given": a.given, "literal": a.literal} for a in names],
        "container-title": first("JO", "JF", "T2", "JA", "J2"),
        "publisher": first("PB"),
        "issued": first("PY", "Y1", "DA"),
        "volume": first("VL"),
        "issue": first("IS"),
        "page": pages or None,
        "DOI": first("DO"),
        "PMID": number[1] if number else first("AN") if pubmed else None,
        "PMCID": pmc[0] if pmc else None,
        "URL": first("UR"),
        "abstract": first("AB", "N2"),
        "status": f"retracted {taken_back[1]}" if taken_back else None,
    }
