"""A saved web page -> a draft: what a reader sees, without scripts, styles, comments, menus or hidden text."""

import re

from rag.ingest.designs import study_design
from rag.ingest.draft import Block, Draft, clean, digits, first_doi, person, plausible_year
from rag.ingest.trees import Node, paragraphs, parse_html, words_of
from rag.kinds import StudyDesign

_SKIP = frozenset(
    "head script style noscript template iframe object embed svg math canvas form button select option textarea "
    "nav footer aside audio video map dialog".split()
)
_BREAKS = frozenset(
    "p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th caption blockquote pre "
    "figure figcaption br hr address details summary fieldset body html".split()
)
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?:;|$|!)|font-size:0(?:\.\d)?(?:p[xt]|r?em|%|;|$)"
    r"|(?<!-)color:(?:transparent|white|#f{3}\b|#f{6}\b|rgba\([^)]*,0\))|clip:rect\(0|clip-path:inset\((?:50|100)%"
    r"|(?:left|top|text-indent|margin-left):-\d{3,}|(?<![-a-z])(?:width|height):0(?:px)?(?:;|$)"
)


def read_html(text: str, name: str) -> Draft:
    """Read a web page; the ``citation_`` fields that journals put into their pages are used where they stand."""
    root = parse_html(text, name)
    meta = _meta(root)
    title = _first(meta, "citation_title", "dc.title", "og:title") or words_of(root.find(".//title"))
    heading = words_of(root.find(".//h1"), _SKIP)
    body = _main(root)
    blocks = tuple(Block(text=p) for p in paragraphs(body, _SKIP, _BREAKS, _is_hidden))
    journal = _first(meta, "citation_journal_title")
    url = _first(meta, "og:url", "citation_public_url") or ""
    draft_title = clean(title or heading or name)
    return Draft(
        title=draft_title,
        type="article-journal" if journal else "webpage",
        blocks=blocks,
        authors=tuple(person(a) for a in meta.get("citation_author", ()) if a),
        container=journal or _first(meta, "og:site_name"),
        year=plausible_year(_first(meta, "citation_publication_date", "citation_date", "dc.date") or ""),
        volume=_first(meta, "citation_volume"),
        issue=_first(meta, "citation_issue"),
        page=_pages(meta),
        doi=first_doi(_first(meta, "citation_doi", "dc.identifier") or ""),
        pmid=digits(_first(meta, "citation_pmid") or ""),
        url=url if re.match(r"https?://\S+$", url) else None,
        study_design=study_design((), draft_title) if journal else StudyDesign.NARRATIVE_REVIEW,
        peer_reviewed=False,  # a page can name any journal as its own; who approves it sets this
    )


def declared_encoding(data: bytes) -> str:
    """Give the encoding that a page names near its top, else UTF-8."""
    found = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", data[:4096])
    return found[1].decode("ascii") if found else "utf-8"


def _meta(root: Node) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        key = (node.get("name") or node.get("property") or "").lower()
        if key and node.get("content"):
            found.setdefault(key, []).append(clean(node.get("content")))
    return found


def _first(meta: dict[str, list[str]], *keys: str) -> str | None:
    return next((meta[key][0] for key in keys if meta.get(key) and meta[key][0]), None)


def _pages(meta: dict[str, list[str]]) -> str | None:
    ends = (_first(meta, "citation_firstpage"), _first(meta, "citation_lastpage"))
    return "-".join(end for end in ends if end) or None


def _main(root: Node) -> Node:
    """Give the part that holds the text: the page's ``main`` or only ``article``, else the whole page."""
    mains = root.findall(".//main") or root.findall(".//article")
    return mains[0] if len(mains) == 1 else root


def _is_hidden(node: Node) -> bool:
    if node.get("hidden") is not None or (node.get("aria-hidden") or "").lower() == "true":
        return True
    return bool(_HIDING.search(re.sub(r"\s+", "", node.get("style") or "").lower()))
