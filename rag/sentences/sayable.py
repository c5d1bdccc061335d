"""Every sentence that an answer may say: of the topics, of the evidence map, and the lines of the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np

from rag.evidence import Passage
from rag.ids import place_of_line, topic_of_question
from rag.kinds import Direction, Role
from rag.language.reading import read
from rag.language.vocabulary import ANY
from rag.library.corpus import Corpus
from rag.search.index import Index
from rag.search.retrieval import QUESTION, lines_of
from rag.sentences.quotes import has_figure
from rag.types import Column, Vectors

OUTCOMES = ("tagged", "spoken", "about", "sided")  # how an outcome belongs to a sentence
_UNSAID = (Role.FUNDING, Role.PARAGRAPH)


class Form(StrEnum):
    """What a sentence is a part of: a cell of the map, a line of a passage by its role, or a topic by its part."""

    CELL = "cell"
    SILENT_CELL = "cell_silent"
    LINE_ADVICE = "line_advice"
    LINE_DESIGN = "line_design"
    LINE_FINDING = "line_finding"
    LINE_LIMITATION = "line_limitation"
    TOPIC_MAIN = "topic_main"
    TOPIC_NEXT = "topic_next"
    TOPIC_STUDIES = "topic_studies"
    TOPIC_SURE = "topic_sure"
    TOPIC_UNKNOWN = "topic_unknown"

    @property
    def of_the_map(self) -> bool:
        """Tell whether it is the sentence of a cell."""
        return self.startswith("cell")

    @property
    def of_a_line(self) -> bool:
        """Tell whether it is a line of a passage."""
        return self.startswith("line")

    @property
    def of_a_topic(self) -> bool:
        """Tell whether it is a sentence of a topic."""
        return self.startswith("topic")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sayable:
    """A sentence that an answer may say, as it is stored: where it stands and what its tags and words are about."""

    entry_id: str
    text: str
    passages: tuple[Passage, ...]
    form: Form
    owners: tuple[str, ...]  # the entries that it is a part of: a passage, or a topic's questions
    first: bool
    tagged: frozenset[str]  # outcomes
    sided: frozenset[str]  # outcomes on which it takes a side, or that it is first of all about
    treatments: tuple[str, ...]
    conditions: frozenset[str]

    @property
    def name(self) -> str:
        """Name it as those do who choose what answers: its passage, or ``cell:treatment/outcome`` for the map."""
        if self.form.of_a_line:
            return self.passages[0].id
        return f"cell:{self.entry_id.removeprefix('cell-')}" if self.form.of_the_map else self.entry_id


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Told:
    """What a sentence says by its own words, beside its tags."""

    said: Sayable
    row: int  # in the index
    outcomes: Column  # a line for each of ``OUTCOMES``, a column for each outcome that the vocabulary knows
    treatments: tuple[str, ...]
    conditions: frozenset[str]
    people: frozenset[str]
    length: float
    figure: bool
    official: bool
    forms: tuple[bool, ...]  # whether it is of each ``Form``


@dataclass(frozen=True, kw_only=True)
class Sayables:
    """Holds them in one order, each with its place and its row in the index."""

    corpus: Corpus
    index: Index
    _kept: dict[int, Told] = field(default_factory=dict, repr=False)

    @cached_property
    def all(self) -> tuple[Sayable, ...]:
        """Give every sentence that an answer may say."""
        found = (*self._lines(), *self._of_topics(), *self._of_the_map())
        return tuple(said for said in found if self.index.vector(said.entry_id) is not None)

    @cached_property
    def rows(self) -> Column:
        """Give where each stands in the index."""
        return self.index.rows([said.entry_id for said in self.all])

    @cached_property
    def by_text(self) -> dict[str, Sayable]:
        """Give them by their words."""
        return {said.text: said for said in self.all}

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Give the places of the sentences that bear each name."""
        places: dict[str, list[int]] = {}
        for place, said in enumerate(self.all):
            places.setdefault(said.name, []).append(place)
        return places

    def vector(self, text: str) -> Vectors | None:
        """Give the stored vector of a sentence; None where it is not among them."""
        said = self.by_text.get(text)
        return self.index.vector(said.entry_id) if said else None

    def told(self, place: int) -> Told:
        """Give what a sentence says by its words; kept, since it is read only when it first comes near."""
        if place not in self._kept:
            said, vocabulary = self.all[place], self.corpus.vocabulary
            own = read(said.text, vocabulary)
            outcomes = (said.tagged, set(own.outcomes), set(own.focus), said.sided)
            self._kept[place] = Told(
                said=said,
                row=int(self.rows[place]),
                outcomes=np.array([[name in held for name in vocabulary.outcomes] for held in outcomes]),
                treatments=own.treatments or said.treatments,
                conditions=frozenset((*said.conditions, *own.conditions)) - {ANY},
                people=own.people,
                length=float(np.log(len(said.text.split()))),
                figure=has_figure(said.text),
                official=any(self.corpus.sources[p.source_id].official for p in said.passages),
                forms=tuple(said.form is form for form in Form),
            )
        return self._kept[place]

    def _lines(self) -> Iterable[Sayable]:
        for line in lines_of(self.corpus):
            passage = self.corpus.passages[line.passage_id]
            if passage.role not in _UNSAID:
                yield Sayable(
                    entry_id=line.id,
                    text=line.text,
                    passages=(passage,),
                    form=Form(f"line_{passage.role}"),
                    owners=(passage.id,),
                    first=place_of_line(line.id) == 1,
                    tagged=frozenset(b.outcome for b in passage.bearings),
                    sided=frozenset(b.outcome for b in passage.bearings if b.direction is not Direction.NONE),
                    treatments=passage.treatments,
                    conditions=frozenset(passage.conditions),
                )

    def _of_topics(self) -> Iterable[Sayable]:
        asked: dict[str, list[str]] = {}
        for _, id_ in self.index.on_shelf(QUESTION):
            asked.setdefault(topic_of_question(id_), []).append(id_)
        for topic in self.corpus.topics:
            questions = tuple(asked.get(topic.id, ()))
            for part, sentences in topic.parts.items():
                for sentence in sentences:
                    passages = tuple(self.corpus.passages[id_] for id_ in sentence.cites)
                    yield Sayable(
                        entry_id=sentence.id,
                        text=sentence.text,
                        passages=passages,
                        form=Form(f"topic_{part}"),
                        owners=questions,
                        first=True,
                        tagged=frozenset((*topic.outcomes, *(b.outcome for p in passages for b in p.bearings))),
                        sided=frozenset(topic.outcomes[:1]),
                        treatments=topic.treatments,
                        conditions=frozenset(),
                    )

    def _of_the_map(self) -> Iterable[Sayable]:
        for cell in self.corpus.cells:
            passages = tuple(self.corpus.passages[id_] for id_ in cell.passage_ids)
            yield Sayable(
                entry_id=cell.id,
                text=cell.sentence,
                passages=passages,
                form=Form.SILENT_CELL if cell.silent else Form.CELL,
                owners=cell.passage_ids or (cell.id,),
                first=True,
                tagged=frozenset({cell.outcome}),
                sided=frozenset({cell.outcome}),
                treatments=(cell.treatment,),
                conditions=frozenset(),
            )
