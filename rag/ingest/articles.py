"""JATS full texts and PubMed records (XML) -> drafts, with publication types and retraction."""

from collections.abc import Iterator

from rag.errors import UsageError
from rag.evidence import Author
from rag.ingest.designs import is_reviewed, population, study_design
from rag.ingest.draft import Block, Draft, date_in, digits, first_doi, plausible_year, pmc_number
from rag.ingest.trees import Node, paragraphs, parse_xml, words_of

# What a reader of the running text does not need, or what would become a wrong figure.
_SKIP = frozenset(
    "xref fn fn-group table-wrap fig fig-group disp-formula inline-formula tex-math math ref-list graphic media "
    "supplementary-material inline-supplementary-material object-id label".split()
)
_BREAKS = frozenset("p title sec list-item abstract body disp-quote def-item boxed-text".split())
_RETRACTED = "retracted publication"


def read_articles(data: bytes, name: str) -> list[Draft]:
    """Read JATS or PubMed XML; raise UsageError for any other XML, and for a set without an article."""
    root = parse_xml(data, name)
    jats = [root] if root.tag == "article" else root.findall(".//article")
    if jats and all(a.find("front") is not None for a in jats):
        return [_jats(article) for article in jats]
    pubmed = [root] if root.tag == "PubmedArticle" else root.findall(".//PubmedArticle")
    if pubmed:
        return [_pubmed(article) for article in pubmed]
    if root.tag in ("PubmedArticleSet", "pmc-articleset"):
        raise UsageError(f"{name} holds no article; check the number or export it again.")
    raise UsageError(f"{name} is XML of another kind (<{root.tag}>); add JATS or PubMed XML, or the text itself.")


def _pubmed(article: Node) -> Draft:
    citation = article.find("MedlineCitation")
    paper = citation.find("Article") if citation is not None else None
    if paper is None:
        raise UsageError("A PubMed record has no article in it; export it again.")
    title = words_of(paper.find("ArticleTitle")) or ""
    types = [t for node in paper.iter("PublicationType") if (t := words_of(node))]
    retracted_in = citation.find(".//CommentsCorrections[@RefType='RetractionIn']")
    ids = {n.get("IdType"): words_of(n) or "" for n in article.findall("PubmedData/ArticleIdList/ArticleId")}
    doi = ids.get("doi") or words_of(paper.find("ELocationID[@EIdType='doi']")) or ""
    return Draft(
        title=title.rstrip(".") if title.endswith(".") and not title.endswith("..") else title,
        type="article-journal",
        blocks=tuple(_abstract(paper)),
        authors=tuple(_pubmed_authors(paper)),
        container=words_of(paper.find("Journal/Title")),
        year=plausible_year(
            _first_words(paper, "Journal/JournalIssue/PubDate/Year", "Journal/JournalIssue/PubDate/MedlineDate")
        ),
        volume=words_of(paper.find("Journal/JournalIssue/Volume")),
        issue=words_of(paper.find("Journal/JournalIssue/Issue")),
        page=words_of(paper.find("Pagination/MedlinePgn")),
        doi=first_doi(doi),
        pmid=digits(words_of(citation.find("PMID")) or ""),
        pmcid=pmc_number(ids.get("pmc", "")),
        study_design=study_design(types, title),
        peer_reviewed=is_reviewed(types) and any(t.lower() == "journal article" for t in types),
        population=population(t for n in citation.iter("DescriptorName") if (t := words_of(n))),
        retracted=retracted_in is not None or any(t.lower() == _RETRACTED for t in types),
        retracted_on=date_in(_first_words(retracted_in, "RefSource")) if retracted_in is not None else None,
    )


def _abstract(paper: Node) -> Iterator[Block]:
    for node in paper.findall("Abstract/AbstractText"):
        if text := words_of(node):
            yield Block(text=text)


def _pubmed_authors(paper: Node) -> Iterator[Author]:
    for node in paper.findall("AuthorList/Author"):
        family = words_of(node.find("LastName"))
        body = words_of(node.find("CollectiveName"))
        if family:
            yield Author(family=family, given=_first_words(node, "Initials", "ForeName") or None)
        elif body:
            yield Author(literal=body)


def _jats(article: Node) -> Draft:
    meta = article.find("front/article-meta")
    if meta is None:
        raise UsageError("A JATS article has no article-meta; download it again.")
    title = words_of(meta.find("title-group/article-title"), frozenset({"xref", "fn"})) or ""
    journal = _first_words(article, "front/journal-meta//journal-title", "front/journal-meta/journal-id")
    kind = article.get("article-type") or ""
    types = [kind, *(w for n in meta.findall("article-categories//subject") if (w := words_of(n)))]
    ids = {n.get("pub-id-type"): words_of(n) or "" for n in meta.findall("article-id")}
    forward = meta.find("related-article[@related-article-type='retraction-forward']")
    return Draft(
        title=title,
        type="article-journal" if journal else "article",
        blocks=tuple(_jats_blocks(article, meta)),
        authors=tuple(_jats_authors(meta)),
        container=journal or None,
        year=_jats_year(meta),
        volume=words_of(meta.find("volume")),
        issue=words_of(meta.find("issue")),
        page=_jats_pages(meta),
        doi=first_doi(ids.get("doi", "")),
        pmid=digits(ids.get("pmid", "")),
        pmcid=pmc_number(ids.get("pmcid") or ids.get("pmc", "")),
        study_design=study_design(types, title),
        peer_reviewed=bool(journal) and is_reviewed(types) and kind not in ("retraction", "correction"),
        retracted=forward is not None,
    )


def _jats_blocks(article: Node, meta: Node) -> Iterator[Block]:
    parts = [n for n in meta.findall("abstract") if n.get("abstract-type") not in ("graphical", "teaser")]
    body = article.find("body")
    for part in [*parts, *([body] if body is not None else [])]:
        yield from (Block(text=p) for p in paragraphs(part, _SKIP, _BREAKS))


def _jats_authors(meta: Node) -> Iterator[Author]:
    for node in meta.findall("contrib-group/contrib"):
        if node.get("contrib-type") not in (None, "author"):
            continue
        family = words_of(node.find("name/surname"))
        body = words_of(node.find("collab"), frozenset({"contrib-group"}))
        if family:
            yield Author(family=family, given=words_of(node.find("name/given-names")))
        elif body:
            yield Author(literal=body)


def _jats_year(meta: Node) -> int | None:
    """Give the year of the printed issue, else the first year that stands there."""
    dates = meta.findall("pub-date")
    printed = [d for d in dates if d.get("pub-type") in ("ppub", "collection")]
    return next((y for d in [*printed, *dates] if (y := plausible_year(words_of(d.find("year"))))), None)


def _jats_pages(meta: Node) -> str | None:
    first, last = words_of(meta.find("fpage")), words_of(meta.find("lpage"))
    if first:
        return f"{first}-{last}" if last and last != first else first
    return words_of(meta.find("elocation-id"))


def _first_words(node: Node, *paths: str) -> str:
    return next((w for path in paths if (w := words_of(node.find(path)))), "")
