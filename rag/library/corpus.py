"""What the system knows, loaded and validated as a whole: every fault of every file is reported at once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rag.errors import CorpusError, UsageError
from rag.evidence import Cell, Passage, Source, Topic
from rag.files import Fault, parse_mapping, read_text
from rag.ids import numbered
from rag.kinds import Role, StudyDesign
from rag.language.vocabulary import ANY, Vocabulary, load_vocabulary
from rag.library.asked import Way, load_ways
from rag.library.evidence_map import load_map
from rag.library.sources import load_source, source_of
from rag.library.topics import load_topic
from rag.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Sources by id (the article among them), the vocabulary, the evidence map, the topics and the ways of asking."""

    sources: dict[str, Source]
    article: Source
    vocabulary: Vocabulary
    cells: tuple[Cell, ...] = field(default=())
    topics: tuple[Topic, ...] = field(default=())
    ways: tuple[Way, ...] = field(default=())

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """Give every passage of every source by id, in the order of the sources."""
        return {p.id: p for source in self.sources.values() for p in source.passages}

    @cached_property
    def sentences(self) -> dict[str, Passage]:
        """Give every sentence of the topics by id."""
        return {p.id: p for topic in self.topics for p in topic.sentences}

    @cached_property
    def cell_of(self) -> dict[tuple[str, str], Cell]:
        """Give the evidence map by (treatment, outcome)."""
        return {(cell.treatment, cell.outcome): cell for cell in self.cells}

    @cached_property
    def cell_by_id(self) -> dict[str, Cell]:
        """Give each cell of the map by its id."""
        return {cell.id: cell for cell in self.cells}

    @cached_property
    def topic_of(self) -> dict[str, Topic]:
        """Give the topics by the ``source_id`` of their sentences."""
        return {topic.source_id: topic for topic in self.topics}

    @cached_property
    def topic_by_id(self) -> dict[str, Topic]:
        """Give each topic by its id."""
        return {topic.id: topic for topic in self.topics}

    def select(self, design: str | None = None, treatment: str | None = None) -> list[Source]:
        """Give the sources of a kind of study or on a treatment; raise UsageError for a word that is not known."""
        designs = sorted(StudyDesign)
        if design and design not in designs:
            raise UsageError(f"The kind of study {design!r} is unknown; give one of {', '.join(designs)}.")
        if treatment and treatment not in self.vocabulary.treatments:
            raise UsageError(
                f"The treatment {treatment!r} is unknown; give one of {', '.join(self.vocabulary.treatments)}."
            )
        return [
            source
            for source in self.sources.values()
            if (not design or source.study_design == design)
            and (not treatment or any(treatment in p.treatments for p in source.passages))
        ]

    def sourced(self, passages: Iterable[Passage]) -> list[tuple[Passage, Source]]:
        """Give passages, each with its source."""
        return [(p, self.sources[p.source_id]) for p in passages]

    def may_decide(self, passage: Passage) -> bool:
        """Tell whether a passage may carry a verdict: evidence that staff have reviewed."""
        return self.is_evidence(passage) and self.sources[passage.source_id].reviewed_on is not None

    def is_evidence(self, passage: Passage) -> bool:
        """Tell whether a passage may support or refute a claim: not the article's, not retracted, not a summary."""
        return passage.source_id in self.sources and self.sources[passage.source_id].is_evidence


def open_corpus(settings: Settings) -> Corpus:
    """Load the corpus that the settings name, with the sources that were added on this machine."""
    return load_corpus(settings.corpus_dir, settings.local_corpus)


def load_corpus(directory: Path, local: Path | None = None) -> Corpus:
    """Read and validate a corpus directory; ``local`` holds sources that were added on this machine.

    Raises CorpusError that lists every fault with its file and mend.
    """
    faults: list[str] = []
    vocabulary = load_vocabulary(directory / "vocabulary.yaml", faults)
    article = _load_article(directory / "article", faults)
    sources = {article.id: article} if article else {}
    for path in _source_files(directory / "sources", local, faults):
        if source := load_source(path, vocabulary, faults):
            if source.id in sources:
                faults.append(f"{path.name}: id {source.id} is used twice; give one of the two another id.")
            sources[source.id] = source
    faults += _missing_successors(sources.values())
    evidence = {p.id for source in sources.values() if source.is_evidence for p in source.passages}
    cells = load_map(directory / "evidence_map.yaml", vocabulary, evidence, faults)
    paths = sorted((directory / "topics").glob("*.md"))
    topics = [load_topic(path, vocabulary, evidence, faults) for path in paths]
    ways = load_ways(directory / "asked.yaml", vocabulary, faults)
    if faults or article is None:
        raise CorpusError(faults or ["article: nothing could be read."])
    return Corpus(
        sources=sources,
        article=article,
        vocabulary=vocabulary,
        cells=cells,
        topics=tuple(topic for topic in topics if topic),
        ways=ways,
    )


def _source_files(directory: Path, local: Path | None, faults: list[str]) -> list[Path]:
    files = sorted(directory.glob("*.md")) if directory.is_dir() else []
    if not files:
        faults.append(f"{directory}: no source files found; restore the directory from the repository.")
    return files + (sorted(local.glob("*.md")) if local and local.is_dir() else [])


def _missing_successors(sources: Iterable[Source]) -> Iterator[str]:
    known = {source.id: source for source in sources}
    for source in known.values():
        if source.superseded_by and source.superseded_by not in known:
            yield f"{source.id}.md: superseded_by {source.superseded_by} is not in the corpus; add it or set null."


def _load_article(directory: Path, faults: list[str]) -> Source | None:
    """Read the one article under review: its description (YAML) and its text, one passage a paragraph."""
    path = next(iter(sorted(directory.glob("*.yaml"))), directory / "article.yaml")
    try:
        raw = parse_mapping(read_text(path))
        missing = [name for name in ("id", "title", "text", "type") if not raw.get(name)]
        if missing:
            raise Fault(f"lacks {', '.join(missing)}; add it.")
        text = read_text(directory / str(raw["text"]))
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
        return None
    paragraphs = article_paragraphs(text, str(raw["title"]))
    topic = tuple(raw.get("topic") or ())
    passages = tuple(
        Passage(
            id=numbered(raw["id"], number),
            source_id=raw["id"],
            number=number,
            role=Role.PARAGRAPH,
            text=paragraph,
            treatments=topic,
            conditions=(ANY,),
        )
        for number, paragraph in enumerate(paragraphs, 1)
    )
    front = {"peer_reviewed": False, **raw, "study_design": "article", "population": None}
    return source_of(front, passages)


def article_paragraphs(text: str, title: str) -> list[str]:
    """Cut an article into its paragraphs, exactly as they stand; a first line that is the title is left out."""
    paragraphs = [p.strip("\r\n ") for p in re.split(r"\n\s*\n", text) if p.strip()]
    return paragraphs[1:] if paragraphs and paragraphs[0].strip() == title.strip() else paragraphs
