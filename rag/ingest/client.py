"""Fetch records from NCBI E-utilities, Europe PMC and Crossref: few tries, bounded waits, bounded answers.

Only these three services are ever asked, and only for identifiers that a person named.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from rag.ingest.draft import FetchFailed

ATTEMPTS = 4
MAX_WAIT_SECONDS = 30.0  # a service that asks for more is left alone; the person tries later
MAX_ANSWER_BYTES = 25_000_000
MAX_ANSWER_SECONDS = 90.0
_GAP_SECONDS = 0.35  # NCBI allows three requests a second without a key
_AGAIN = (429, 500, 502, 503, 504)
_AGENT = "hair-evidence/0.1 (adds a named record to a local library)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bases:
    """Where the services are."""

    eutils: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    europepmc: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    crossref: str = "https://api.crossref.org"


class NotFound(Exception):
    """The service answered that it has no such record."""


class _Again(Exception):
    """This try failed in a way that the next may not; ``wait`` is what the service asked for, in seconds."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Client:
    """The three services; ``http`` and ``sleep`` can be replaced in tests."""

    def __init__(
        self, bases: Bases | None = None, http: httpx.Client | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._bases = bases or Bases()
        self._http = http or httpx.Client(timeout=20.0, follow_redirects=True, max_redirects=3)
        self._sleep = sleep
        self._last = 0.0

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pubmed(self, pmid: str) -> bytes:
        """Give the PubMed XML of a PMID; raise NotFound or FetchFailed."""
        query = {"db": "pubmed", "id": pmid, "retmode": "xml", "tool": "hair-evidence"}
        return self._get("PubMed", f"{self._bases.eutils}/efetch.fcgi", query)

    def full_text(self, pmcid: str) -> bytes:
        """Give the JATS XML of an open-access PMCID; raise NotFound or FetchFailed."""
        return self._get("Europe PMC", f"{self._bases.europepmc}/{pmcid}/fullTextXML", {})

    def europepmc(self, query: str) -> Mapping[str, Any] | None:
        """Give Europe PMC's first record for a query, or None; raise FetchFailed."""
        asked = {"query": query, "format": "json", "resultType": "core", "pageSize": "1"}
        answer = self._json("Europe PMC", f"{self._bases.europepmc}/search", asked)
        results = (answer.get("resultList") or {}).get("result") or []
        return results[0] if results and isinstance(results[0], dict) else None

    def crossref(self, doi: str) -> Mapping[str, Any]:
        """Give Crossref's work for a DOI; raise NotFound or FetchFailed."""
        work = self._json("Crossref", f"{self._bases.crossref}/works/{quote(doi, safe='')}", {}).get("message")
        if not isinstance(work, dict):
            raise FetchFailed("Crossref gave an answer that cannot be read; try again later.")
        return work

    def crossref_notices(self, doi: str) -> list[Mapping[str, Any]]:
        """Give the notices (corrections, retractions) that Crossref holds about a DOI; raise FetchFailed."""
        query = {"filter": f"updates:{doi}", "rows": "20"}
        message = self._json("Crossref", f"{self._bases.crossref}/works", query).get("message")
        items = message.get("items") if isinstance(message, dict) else None
        return [item for item in items or [] if isinstance(item, dict)]

    def _json(self, service: str, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        try:
            loaded = json.loads(self._get(service, url, query))
        except (ValueError, RecursionError) as error:
            raise FetchFailed(f"{service} gave an answer that cannot be read; try again later.") from error
        if not isinstance(loaded, dict):
            raise FetchFailed(f"{service} gave an answer that cannot be read; try again later.")
        return loaded

    def _get(self, service: str, url: str, query: Mapping[str, str]) -> bytes:
        tries = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception_type(_Again),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return tries(self._once, service, url, query)
        except _Again as error:
            raise FetchFailed(f"{service} {error}; try again later.") from error

    def _once(self, service: str, url: str, query: Mapping[str, str]) -> bytes:
        self._keep_gap()
        try:
            with self._http.stream("GET", url, params=dict(query) or None, headers={"User-Agent": _AGENT}) as answer:
                _check(answer, service)
                return _body(answer, service)
        except httpx.TimeoutException as error:
            raise _Again(f"did not answer in time ({ATTEMPTS} tries)") from error
        except (httpx.TooManyRedirects, httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.DecodingError) as error:
            raise FetchFailed(f"{service} gave an answer that cannot be used; try again later.") from error
        except httpx.HTTPError as error:
            raise _Again(f"cannot be reached ({ATTEMPTS} tries); check the network") from error

    def _keep_gap(self) -> None:
        rest = self._last + _GAP_SECONDS - time.monotonic()
        if self._last and rest > 0:
            self._sleep(rest)
        self._last = time.monotonic()


def _check(answer: httpx.Response, service: str) -> None:
    """Raise for every status but success; NCBI says 400 for a number that it does not have."""
    code = answer.status_code
    if code in _AGAIN:
        wait = _retry_after(answer.headers.get("Retry-After"))
        if wait is not None and wait > MAX_WAIT_SECONDS:
            raise FetchFailed(f"{service} is busy and asks to wait {round(wait)} seconds; try again then.")
        why = "is busy" if code in (429, 503) else f"has a fault of its own (error {code})"
        raise _Again(f"{why} ({ATTEMPTS} tries)", wait)
    if code in (400, 404, 410):
        raise NotFound
    if code != httpx.codes.OK:
        raise FetchFailed(f"{service} refused the request (error {code}); try again later.")


def _body(answer: httpx.Response, service: str) -> bytes:
    end = time.monotonic() + MAX_ANSWER_SECONDS
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > MAX_ANSWER_BYTES or time.monotonic() > end:
            raise FetchFailed(f"{service} gave an answer that is too large or too slow; add the document as a file.")
    return bytes(data)


def _retry_after(value: str | None) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _pause(state: RetryCallState) -> float:
    """Wait as long as the service asked, else 1, 2, 4 seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _Again) else None
    return asked if asked is not None else float(2 ** (state.attempt_number - 1))
