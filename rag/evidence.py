"""What the corpus holds, as frozen records: sources with their passages, cells of the evidence map, topics."""

from dataclasses import dataclass

from rag.ids import source_of_topic
from rag.kinds import Certainty, Direction, Part, Population, Role, StudyDesign


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """A person (family and given names) or a body (literal)."""

    family: str | None = None
    given: str | None = None
    literal: str | None = None

    @property
    def name(self) -> str:
        """Give the name as a reference list prints it: ``Olsen EA``."""
        return self.literal or f"{self.family} {self.given or ''}".strip()

    @property
    def csl(self) -> dict[str, str]:
        """Give the parts of the name that are known, by their names in CSL."""
        parts = {"family": self.family, "given": self.given, "literal": self.literal}
        return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearing:
    """One outcome that a passage bears on, and in which direction."""

    outcome: str
    direction: Direction


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A citable paragraph of a source; ``id`` is ``<source_id>#<number>``."""

    id: str
    source_id: str
    number: int
    role: Role
    text: str
    bearings: tuple[Bearing, ...] = ()
    treatments: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    population: Population | None = None
    cites: tuple[str, ...] = ()

    def direction(self, outcome: str) -> Direction | None:
        """Give the direction for an outcome, or None when the passage does not bear on it."""
        return next((b.direction for b in self.bearings if b.outcome == outcome), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A study, notice or page, with its passages; null facts stay None and show as "not stated"."""

    id: str
    type: str
    title: str
    authors: tuple[Author, ...]
    container: str | None
    year: int | None
    volume: str | None
    issue: str | None
    page: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    study_design: StudyDesign
    peer_reviewed: bool
    official: bool
    population: Population | None
    n: int | None
    participants: str | None
    intervention: str | None
    comparator: str | None
    follow_up: str | None
    funding: str | None
    retracted: bool
    retracted_on: str | None
    superseded_by: str | None
    reviewed_on: str | None
    passages: tuple[Passage, ...]

    @property
    def is_article(self) -> bool:
        """Tell whether this is the document under review, which is never evidence."""
        return self.study_design is StudyDesign.ARTICLE

    @property
    def is_evidence(self) -> bool:
        """Tell whether this source may support or refute a claim."""
        return not (self.is_article or self.retracted or self.superseded_by)

    @property
    def status(self) -> str:
        """Say ``reviewed`` or ``not reviewed``."""
        return "reviewed" if self.reviewed_on else "not reviewed"


def is_preclinical(passage: Passage, source: Source) -> bool:
    """Tell whether a passage tells of what was seen in animals or in the laboratory, not in people."""
    return (passage.population or source.population) in (Population.ANIMAL, Population.LABORATORY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of the evidence map: what is known of a treatment's outcome.

    ``studies`` and ``people`` are None where they were not counted.
    """

    treatment: str
    outcome: str
    direction: Direction
    certainty: Certainty | None
    why: str
    studies: int | None
    people: int | None
    passage_ids: tuple[str, ...]
    sentence: str

    @property
    def id(self) -> str:
        """Give the id under which its sentence is found."""
        return f"cell-{self.treatment}/{self.outcome}"

    @property
    def silent(self) -> bool:
        """Tell whether it says that nobody looked."""
        return self.direction is Direction.NO_STUDY or not self.passage_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A short reviewed summary for one patient question; its sentences are passages with role ``summary``."""

    id: str
    question: str
    also_asked: tuple[str, ...]
    treatments: tuple[str, ...]
    outcomes: tuple[str, ...]
    reviewed_on: str | None
    parts: dict[Part, tuple[Passage, ...]]

    @property
    def source_id(self) -> str:
        """Give the ``source_id`` of its sentences."""
        return source_of_topic(self.id)

    @property
    def sentences(self) -> tuple[Passage, ...]:
        """Give every sentence in reading order."""
        return tuple(p for part in self.parts.values() for p in part)

    def telling(self, *parts: Part) -> tuple[Passage, ...]:
        """Give the sentences of some parts, in the order in which these are named."""
        return tuple(p for part in parts for p in self.parts.get(part, ()))

    @property
    def questions(self) -> tuple[str, ...]:
        """Give its question and the others that it answers."""
        return (self.question, *self.also_asked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A passage that retrieval found; ``score`` orders, ``similarity`` is the cosine to the query."""

    passage: Passage
    score: float
    similarity: float
