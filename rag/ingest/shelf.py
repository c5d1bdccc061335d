"""What the corpus holds, and whether a new document is among it: by DOI, PMID, PMCID, address, title or text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorpusError
from rag.evidence import Source
from rag.files import Fault, parse_mapping, read_text
from rag.ingest.draft import Draft, first_doi, pmc_number
from rag.ingest.passages import sentence_keys
from rag.language.vocabulary import Vocabulary, load_vocabulary
from rag.library.corpus import article_paragraphs
from rag.library.sources import load_source
from rag.text import words

_SAME_TEXT = 0.8  # share of a new document's sentences that an old one holds; a reprint with a new footer is the same
_FROM_ARTICLE = 0.5  # the article under review must not come back as evidence for its own claims
_MIN_TITLE_WORDS = 5  # shorter titles ("Hair loss") are shared by different pages


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One source on the shelf, with what it is recognised by."""

    id: str
    title: str
    year: int | None
    keys: frozenset[str]
    sentences: frozenset[str]
    retracted: bool = False
    is_article: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Everything held, the ids that are taken, and the words of the field."""

    held: tuple[Held, ...]
    taken: frozenset[str]
    vocabulary: Vocabulary

    @classmethod
    def load(cls, corpus_dir: Path, local: Path) -> "Shelf":
        """Read both directories of sources; a file with faults only takes its id, `index` reports the faults.

        Raises CorpusError when the vocabulary, which every tag comes from, cannot be read.
        """
        faults: list[str] = []
        vocabulary = load_vocabulary(corpus_dir / "vocabulary.yaml", faults)
        if faults:
            raise CorpusError(faults)
        paths = sorted([*(corpus_dir / "sources").glob("*.md"), *local.glob("*.md")])
        loaded = [source for path in paths if (source := load_source(path, vocabulary, []))]
        held = [*_article(corpus_dir / "article"), *(held_of(s, s.id, (p.text for p in s.passages)) for s in loaded)]
        return cls(
            held=tuple(held), taken=frozenset({h.id for h in held} | {p.stem for p in paths}), vocabulary=vocabulary
        )

    def find(self, draft: Draft, texts: Iterable[str]) -> tuple[Held, str] | None:
        """Give the source that is this document and by what it was recognised, or None."""
        keys, sentences = keys_of(draft), sentence_keys(texts) if draft.blocks else frozenset()
        for held in self.held:
            if shared := sorted(keys & held.keys):
                return held, shared[0].partition(":")[0]
            if sentences and len(sentences & held.sentences) / len(sentences) >= _share(held):
                return held, "text"
        for held in self.held:
            if _same_title(draft, held):
                return held, "title"
        return None


def _share(held: Held) -> float:
    return _FROM_ARTICLE if held.is_article else _SAME_TEXT


def held_of(record: Source | Draft, id_: str, texts: Iterable[str]) -> Held:
    """Give what a record with these passages is recognised by."""
    return Held(
        id=id_,
        title=record.title,
        year=record.year,
        keys=keys_of(record),
        sentences=sentence_keys(texts),
        retracted=record.retracted,
    )


def keys_of(record: Source | Draft) -> frozenset[str]:
    """Give the identifiers of a record; those that its address carries count too."""
    url = record.url or ""
    found = {("DOI", record.doi), ("DOI", first_doi(url)), ("PMID", record.pmid), ("PMCID", record.pmcid)}
    if in_url := re.search(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d+)", url):
        found.add(("PMID", in_url[1]))
    if in_url := re.search(r"/(PMC\d+)", url):
        found.add(("PMCID", pmc_number(in_url[1])))
    bare = re.sub(r"^https?://(?:www\.)?|/?(?:[?#].*)?$", "", url)
    if "/" in bare:
        found.add(("address", bare))
    return frozenset(f"{kind}:{_plain(kind, value)}" for kind, value in found if value)


def _plain(kind: str, value: str) -> str:
    """Give an identifier as all spellings share it; journals hang /full, /pdf and the like on a DOI in an address."""
    low = value.lower()
    return re.sub(r"/(?:full|pdf|abstract|fulltext|html|epub)$", "", low) if kind == "DOI" else low


def _same_title(draft: Draft, held: Held) -> bool:
    ours, theirs = words(draft.title), words(held.title)
    near = draft.year is None or held.year is None or abs(draft.year - held.year) <= 1
    return near and len(ours) >= _MIN_TITLE_WORDS and ours == theirs


def _article(directory: Path) -> list[Held]:
    """Give the article under review, so that its text is recognised; nothing when it cannot be read."""
    path = next(iter(sorted(directory.glob("*.yaml"))), None)
    if path is None:
        return []
    try:
        raw = parse_mapping(read_text(path))
        paragraphs = article_paragraphs(read_text(directory / str(raw.get("text"))), str(raw.get("title")))
    except Fault:
        return []
    return [
        Held(
            id=str(raw.get("id")),
            title=str(raw.get("title")),
            year=None,
            keys=frozenset(),
            sentences=sentence_keys(paragraphs),
            is_article=True,
        )
    ]
