"""A PMID, PMCID or DOI -> a draft with its retraction status, put together from the services that know it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from rag.errors import UsageError
from rag.ingest.articles import read_articles
from rag.ingest.client import Client, NotFound
from rag.ingest.draft import Draft, FetchFailed, date_of_parts, first_doi
from rag.ingest.records import draft_of_csl
from rag.kinds import StudyDesign

_FORMS = "a PMID such as 12196747, a PMCID such as PMC123456, or a DOI such as 10.1000/abc"
_PREFIX = re.compile(
    r"https?://(?:www\.)?(?:dx\.)?doi\.org/|https?://pubmed\.ncbi\.nlm\.nih\.gov/"
    r"|https?://(?:www\.)?(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/",
    re.IGNORECASE,
)
_RETRACTING = {"retraction", "withdrawal", "removal", "partial_retraction"}


class Kind(StrEnum):
    """What an identifier identifies."""

    PMID = "PMID"
    PMCID = "PMCID"
    DOI = "DOI"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identifier:
    """A well-formed identifier."""

    kind: Kind
    value: str


def identifier(given: str) -> Identifier | None:
    """Read an identifier, also with its prefix or as a web address; None when it looks like none.

    Raises UsageError for what was meant as one and is malformed, and for other web addresses.
    """
    bare = _PREFIX.sub("", given.strip()).rstrip("/")
    labelled = re.fullmatch(r"(pmid|pmcid|doi)\s*:?\s*(.*)", bare, re.IGNORECASE)
    label, value = (labelled[1].upper(), labelled[2]) if labelled else ("", bare)
    if label in ("", "PMID") and re.fullmatch(r"\d{1,8}", value):
        return Identifier(kind=Kind.PMID, value=value)
    if label in ("", "PMCID") and (found := re.fullmatch(r"PMC(\d{1,9})", value, re.IGNORECASE)):
        return Identifier(kind=Kind.PMCID, value=f"PMC{found[1]}")
    if label in ("", "DOI") and re.fullmatch(r"10\.\d{4,9}/[^\s\"<>]+", value):
        return Identifier(kind=Kind.DOI, value=value)
    if re.match(r"https?://", given.strip(), re.IGNORECASE) and bare == given.strip().rstrip("/"):
        raise UsageError(f"{given} is a web address; save the page as a file and add that, or give {_FORMS}.")
    if label or re.fullmatch(r"\d+", value) or re.match(r"10\.\d|PMC\d", value, re.IGNORECASE):
        raise UsageError(f"{given} is malformed; give {_FORMS}.")
    return None


def fetch(wanted: Identifier, client: Client) -> Draft:
    """Fetch one record.

    Raises UsageError when no service has it, FetchFailed when one does not answer.
    """
    try:
        if wanted.kind is Kind.PMID:
            return _pubmed(wanted.value, client)
        return _full_text(wanted.value, client) if wanted.kind is Kind.PMCID else _work(wanted.value, client)
    except NotFound as error:
        raise UsageError(f"No record of {wanted.kind} {wanted.value} was found; check the number.") from error


def _pubmed(pmid: str, client: Client) -> Draft:
    data = client.pubmed(pmid)
    if b"<PubmedArticle>" not in data:
        raise NotFound
    found = next((d for d in _read(data, "PubMed") if d.pmid == pmid), None)
    if found is None:
        raise FetchFailed(f"PubMed answered with another record than PMID {pmid}; try again later.")
    return replace(found, url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/")


def _full_text(pmcid: str, client: Client) -> Draft:
    """Give the open text of a PMCID with PubMed's word on its kind and retraction; else only its abstract."""
    try:
        text: Draft | None = _read(client.full_text(pmcid), "Europe PMC")[0]
    except NotFound:
        text = None
    pmid = text.pmid if text else _pmid_of(client.europepmc(f"PMCID:{pmcid}"))
    record = _pubmed(pmid, client) if pmid else None
    found = _joined(text, record) if text and record else text or record
    if found is None:
        raise NotFound
    return replace(found, pmcid=pmcid, url=f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/")


def _work(doi: str, client: Client) -> Draft:
    """Give Crossref's work for a DOI with its notices of retraction, and PubMed's record where there is one."""
    work = client.crossref(doi)
    try:
        draft = draft_of_csl(work, "The record at Crossref")
    except UsageError as error:
        raise FetchFailed(f"Crossref's record of {doi} has no title; add the document as a file.") from error
    draft = replace(draft, doi=first_doi(str(work.get("DOI") or doi)), url=f"https://doi.org/{doi}")
    own = work.get("updated-by")
    retracted, when = _retraction([*_updates(own), *_notices(doi, client.crossref_notices(doi))])
    draft = replace(draft, retracted=draft.retracted or retracted, retracted_on=draft.retracted_on or when)
    pmid = _pmid_of(client.europepmc(f'DOI:"{doi}"'))
    return _joined(draft, _pubmed(pmid, client)) if pmid else draft


def _read(data: bytes, service: str) -> list[Draft]:
    try:
        return read_articles(data, f"{service}'s answer")
    except UsageError as error:
        raise FetchFailed(f"{service} gave an answer that cannot be read; try again later.") from error


def _pmid_of(record: Mapping[str, Any] | None) -> str | None:
    found = str((record or {}).get("pmid") or "")
    return found if re.fullmatch(r"\d{1,8}", found) else None


def _updates(raw: Any) -> list[Mapping[str, Any]]:
    return [u for u in raw if isinstance(u, dict)] if isinstance(raw, list) else []


def _notices(doi: str, notices: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give what the notices say about this DOI; a notice may be about several."""
    return [u for n in notices for u in _updates(n.get("update-to")) if str(u.get("DOI")).lower() == doi.lower()]


def _retraction(updates: Iterable[Mapping[str, Any]]) -> tuple[bool, str | None]:
    """Tell whether any update takes the work back, and since when."""
    taken_back = [u for u in updates if str(u.get("type")).lower() in _RETRACTING]
    dates = []
    for update in taken_back:
        parts = (update.get("updated") or {}).get("date-parts") or [[]]
        dates.append(date_of_parts(parts[0] if parts else None))
    return bool(taken_back), min((d for d in dates if d), default=None)


def _joined(first: Draft, record: Draft) -> Draft:
    """Fill the gaps of one draft from PubMed's record; what either says of a retraction holds."""
    guessed = first.study_design is StudyDesign.NARRATIVE_REVIEW
    return replace(
        first,
        blocks=first.blocks or record.blocks,
        authors=first.authors or record.authors,
        container=first.container or record.container,
        year=first.year or record.year,
        volume=first.volume or record.volume,
        issue=first.issue or record.issue,
        page=first.page or record.page,
        doi=first.doi or record.doi,
        pmid=first.pmid or record.pmid,
        pmcid=first.pmcid or record.pmcid,
        study_design=record.study_design if guessed else first.study_design,
        peer_reviewed=record.peer_reviewed,
        population=record.population,
        retracted=first.retracted or record.retracted,
        retracted_on=first.retracted_on or record.retracted_on,
    )
