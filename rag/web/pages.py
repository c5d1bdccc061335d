"""The pages without scripts (article, check, sources, evidence map, about) and the frame all pages share."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag import render
from rag.errors import UsageError
from rag.evidence import Source
from rag.kinds import GRAVEST_FIRST, Role, Verdict
from rag.library.references import FORMS, exported, reference
from rag.settings import Settings
from rag.types import Judgement
from rag.web import evidence_map
from rag.web.markup import claims_html, readable, text_html
from rag.web.ports import Answers

MAX_CHECK_CHARACTERS = 5_000  # about two printed pages: more than any advertisement, little enough to read
NAVIGATION = (
    ("/", "Ask"),
    ("/article", "The article"),
    ("/check", "Check a claim"),
    ("/sources", "Sources"),
    ("/evidence", "Evidence map"),
    ("/about", "About"),
)
EXAMPLES = (
    "Stem cells from your own fat are completely safe.",
    "You will see new hair in 2 weeks, and the results are permanent.",
)
ROLE_WORDS = {
    Role.FINDING: "Finding",
    Role.DESIGN: "How it was done",
    Role.LIMITATION: "Limits",
    Role.FUNDING: "Who paid",
    Role.ADVICE: "Advice",
    Role.PARAGRAPH: "Paragraph",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_templates.globals |= {
    "navigation": NAVIGATION,
    "badge": render.badge,
    "meanings": render.VERDICT_MEANINGS,
    "studied": render.studied,
}


def page(template: str, here: str, status: int = 200, **values: object) -> HTMLResponse:
    """Render a template within the shared frame; ``here`` is the navigation entry that is current."""
    return HTMLResponse(_templates.get_template(template).render(here=here, **values), status)


def part(template: str, here: str = "/") -> str:
    """Render a part of the frame (``_header.html``, ``_footer.html``) for a page that is not ours to draw."""
    return _templates.get_template(template).render(here=here)


def message(heading: str, words: str, status: int) -> HTMLResponse:
    """Give a page that says one thing kindly, such as that nothing is at an address."""
    return page("message.html", "", status, heading=heading, words=words)


def router(assistant: Answers, settings: Settings) -> APIRouter:
    """Give the routes of all pages without scripts."""
    routes = APIRouter(default_response_class=HTMLResponse)
    _add_library(routes, assistant)

    @routes.get("/article")
    def article() -> HTMLResponse:
        return _article(assistant)

    @routes.get("/check")
    def check_form() -> HTMLResponse:
        return _check(assistant, None)

    @routes.post("/check")
    def check(text: Annotated[str, Form()] = "") -> HTMLResponse:
        return _check(assistant, text)

    @routes.get("/evidence")
    def evidence(q: str = "") -> HTMLResponse:
        return page("evidence.html", "/evidence", groups=evidence_map.groups(assistant.corpus, q[:200]), q=q[:200])

    @routes.get("/about")
    def about() -> HTMLResponse:
        return _about(assistant, settings)

    return routes


def _add_library(routes: APIRouter, assistant: Answers) -> None:
    @routes.get("/sources")
    def sources(q: str = "", kind: str = "") -> HTMLResponse:
        return _sources(assistant, q[:200], kind)

    @routes.get("/sources/{source_id}")
    def source(source_id: str) -> HTMLResponse:
        return _source(assistant, source_id)

    @routes.get("/references/{form}")
    def references(form: str, ids: str = "") -> Response:
        return _references(assistant, form, ids)


def _article(assistant: Answers) -> HTMLResponse:
    review = assistant.review()
    firsts = accumulate((len(paragraph.claims) for paragraph in review.paragraphs), initial=1)
    paragraphs = [
        {
            "number": paragraph.number,
            "html": text_html(paragraph.text, paragraph.claims, first),
            "claims": claims_html(paragraph.claims, assistant.corpus, first),
        }
        for paragraph, first in zip(review.paragraphs, firsts, strict=False)
    ]
    claims = [claim for paragraph in review.paragraphs for claim in paragraph.claims]
    return page("article.html", "/article", title=review.title, paragraphs=paragraphs, tally=_tally(claims))


def _check(assistant: Answers, text: str | None) -> HTMLResponse:
    # Browsers send line ends as CR LF; the claims' spans must count in the text that is shown.
    written = (text or "").replace("\r\n", "\n")
    claims: tuple[Judgement, ...] = ()
    fault = None
    try:
        claims = _judged(assistant, written) if text is not None else ()
    except UsageError as error:
        fault, written = str(error), readable(written)
    checked = text is not None and fault is None
    return page(
        "check.html", "/check", 400 if fault else 200, text=written, fault=fault, checked=checked,
        html=text_html(written, claims), claims=claims_html(claims, assistant.corpus, open_flags=True),
        limit=MAX_CHECK_CHARACTERS, examples=EXAMPLES, tally=_tally(claims),
    )  # fmt: skip


def _tally(claims: Sequence[Judgement]) -> dict[str, object]:
    counts = Counter(claim.verdict for claim in claims)
    return {
        "total": len(claims),
        "flagged": sum(claim.flagged for claim in claims),
        "summary": [(verdict, counts[verdict]) for verdict in GRAVEST_FIRST if verdict in counts],
    }


def _judged(assistant: Answers, text: str) -> tuple[Judgement, ...]:
    if not text.strip():
        raise UsageError("Please paste a text first.")
    if len(text) > MAX_CHECK_CHARACTERS:
        raise UsageError(
            f"This text has {len(text):,} characters; please shorten it to {MAX_CHECK_CHARACTERS:,} or fewer."
        )
    if readable(text) != text:
        raise UsageError("This text has a character that cannot be read; please type or paste it again.")
    return assistant.check(text)


def _sources(assistant: Answers, words: str, kind: str) -> HTMLResponse:
    every = list(assistant.corpus.sources.values())
    shown = [s for s in every if (not kind or s.study_design == kind) and _mentions(s, words)]
    groups = [
        (name, sorted((s for s in shown if s.study_design is design), key=lambda s: (-(s.year or 0), s.id)))
        for design, name in render.DESIGN_WORDS.items()
        if any(s.study_design is design for s in shown)
    ]
    kinds = [(d.value, name) for d, name in render.DESIGN_WORDS.items() if any(s.study_design is d for s in every)]
    return page(
        "sources.html", "/sources", groups=groups, kinds=kinds, q=words, kind=kind, count=len(shown),
        total=sum(not source.is_article for source in every),
    )  # fmt: skip


def _mentions(source: Source, words: str) -> bool:
    text = " ".join([reference(source), *(passage.text for passage in source.passages)]).casefold()
    return all(word in text for word in words.casefold().split())


def _source(assistant: Answers, source_id: str) -> HTMLResponse:
    source = assistant.corpus.sources.get(source_id)
    if source is None:
        raise HTTPException(404)
    return page(
        "source.html", "/sources", source=source, design=render.DESIGN_WORDS[source.study_design],
        reference=reference(source), forms=render.EXPORT_WORDS, links=_links(source), facts=_facts(source),
        roles=ROLE_WORDS, day=_day,
    )  # fmt: skip


def _references(assistant: Answers, form: str, ids: str) -> Response:
    """Give the references of some sources as a file for a reference manager."""
    held = assistant.corpus.sources
    wanted = [held[id_] for id_ in dict.fromkeys(ids[:2000].split(",")) if id_ in held]
    if form not in FORMS or not wanted:
        raise HTTPException(404)
    ending = {"bibtex": "bib", "csl-json": "json"}.get(form, form)
    headers = {"Content-Disposition": f'attachment; filename="references.{ending}"'}
    return Response(exported(wanted, form), media_type=FORMS[form], headers=headers)


def _links(source: Source) -> list[tuple[str, str]]:
    links = [
        ("DOI", f"https://doi.org/{source.doi}" if source.doi else None),
        ("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else None),
        (
            "Free full text",
            f"https://pmc.ncbi.nlm.nih.gov/articles/{source.pmcid}/" if source.pmcid else None,
        ),
        (f"Read at {_site(source.url)}", source.url),
    ]
    # A source added by hand may hold any address; only web addresses become links.
    return [(words, url) for words, url in links if url and urlsplit(url).scheme in ("http", "https")]


def _site(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")


def _day(written: str) -> str:
    """Give ``2026-11-22`` as ``22 November 2026``, and what is no whole date as it is."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return written
    return f"{found.day} {found:%B %Y}"


def _facts(source: Source) -> list[tuple[str, str | None]]:
    return [
        ("Kind of study", render.DESIGN_WORDS[source.study_design]),
        ("Peer reviewed", "Yes" if source.peer_reviewed else "No"),
        ("Official body", "Yes" if source.official else "No"),
        ("Who was studied", render.studied(source)),
        ("Participants", source.participants),
        ("Treatment", source.intervention),
        ("Compared with", source.comparator),
        ("Followed for", source.follow_up),
        ("Who paid, and conflicts", source.funding),
        ("Summary checked on", source.reviewed_on and _day(source.reviewed_on)),
    ]


def _about(assistant: Answers, settings: Settings) -> HTMLResponse:
    return page(
        "about.html", "/about", sources=sum(not s.is_article for s in assistant.corpus.sources.values()),
        verdicts=[v for v in Verdict if v is not Verdict.NOT_A_CLAIM],
        certainties=[(c.value.replace("_", " "), words) for c, words in render.CERTAINTY_WORDS.items()],
        days=settings.transcript_retention_days, model=settings.model,
    )  # fmt: skip
