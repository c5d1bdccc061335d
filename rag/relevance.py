"""How well each sentence that an answer may say answers a question, learned from patients' questions.

Of the reviewed sentences of the topics and of the evidence map and the lines of the evidence, the nearest are scored:
by their meaning, their words, and how their tags fit what is asked. ``evals/training/relevance.py`` learns the weights;
``rag/weights/relevance.md`` says from what, and what was measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.corpus import Corpus
from rag.evidence import Passage
from rag.kinds import Direction, Role
from rag.perceptron import Perceptron
from rag.quotes import has_figure
from rag.reading import Reading, read, treatment_fit
from rag.retrieval import QUESTION, WAY, Retriever, lines_of

Column = NDArray[Any]  # one value for each sentence: a number, or whether something holds

CANDIDATES = 150  # sentences that are scored for a question, the nearest by meaning
WEIGHTS = Path(__file__).parent / "weights" / "relevance.json"
_UNSAID = (Role.FUNDING, Role.PARAGRAPH)
_KINDS = (
    "cell", "cell_silent", "line_advice", "line_design", "line_finding", "line_limitation",
    "topic_main", "topic_next", "topic_studies", "topic_sure", "topic_unknown",
)  # fmt: skip
FEATURES = (
    "whole", "core", "core_less_best", "owner", "words", "owner_words", "way_tagged", "way_spoken", "way_sided",
    "asked_tagged", "asked_spoken", "asked_about", "asked_sided", "asked_elsewhere",
    "treatment_spoken", "treatment_tagged", "treatment_other", "treatment_none", "treatment_unasked",
    "asked_of_it", "way_of_it",
    "condition", "condition_other", "people", "people_other", "length", "figure", "figure_asked", "first", "official",
    *_KINDS,
)  # fmt: skip
_COUNTS = ("how_much", "how_soon", "cost", "sessions", "recovery")  # outcomes that are told in figures


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sayable:
    """A sentence that an answer may say, as it is stored: where it stands and what its tags and words are about."""

    entry_id: str
    text: str
    passages: tuple[Passage, ...]
    kind: str
    owners: tuple[str, ...]  # the entries that it is a part of: a passage, or a topic's questions
    first: bool
    tagged: frozenset[str]  # outcomes
    sided: frozenset[str]  # outcomes on which it takes a side, or that it is first of all about
    treatments: tuple[str, ...]
    conditions: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Told:
    """What a sentence says by its own words, beside its tags."""

    said: Sayable
    spoken: frozenset[str]
    about: frozenset[str]
    treatments: tuple[str, ...]
    conditions: frozenset[str]
    people: frozenset[str]
    length: float
    figure: bool
    official: bool
    kinds: tuple[bool, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relevant:
    """A sentence with the share of the belief that it answers: all shares of one question sum to 1."""

    said: Sayable
    share: float


@dataclass(frozen=True, kw_only=True)
class Relevance:
    """Scores sentences against a question."""

    corpus: Corpus
    retriever: Retriever
    weights: Path = WEIGHTS
    _kept: dict[int, _Told] = field(default_factory=dict, repr=False)

    def best(self, whole: str, core: str, reading: Reading, count: int) -> list[Relevant]:
        """Give the sentences that answer best, best first; ``core`` is what a long message asks."""
        places = self.nearest(whole, core)
        scores = self._network.scores(self.features(whole, core, reading, places))[:, 0]
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        order = np.argsort(-shares, kind="stable")[:count]
        return [Relevant(said=self.sayable[places[i]], share=float(shares[i])) for i in order]

    def nearest(self, whole: str, core: str) -> Column:
        """Give the places in ``sayable`` of the candidates: the sentences nearest by meaning."""
        near = sum(self.retriever.index.cosines(self.retriever.embed(text))[self._rows] for text in (whole, core))
        return np.argsort(-near, kind="stable")[:CANDIDATES]

    def features(self, whole: str, core: str, reading: Reading, places: Column) -> Column:
        """Give one row for the sentence at each place in ``sayable``, in the order of ``FEATURES``."""
        index = self.retriever.index
        near, nearer = index.cosines(self.retriever.embed(whole)), index.cosines(self.retriever.embed(core))
        covered, rows, told = index.coverage(core), self._rows[places], [self._told(place) for place in places]
        owners = [self._owner_rows[place] for place in places]
        ways = self._by_ways(told, nearer)
        outcomes, treatments = self._by_outcomes(told, reading), self._by_treatments(told, reading)
        groups = (
            [near[rows], nearer[rows], nearer[rows] - nearer[self._rows].max()],
            [_highest(nearer, owners), covered[rows], _highest(covered, owners)],
            ways,
            outcomes,
            treatments,
            [treatments[1] * outcomes[3], treatments[1] * ways[2]],  # both the treatment and the outcome asked about
            _by_kind_and_people(told, reading),
            _by_form(told, reading),
        )
        return np.column_stack([*(column for group in groups for column in group), [t.kinds for t in told]]).astype(
            np.float32
        )

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    # ------------------------------------------------------------------ what a question brings

    def _by_ways(self, told: Sequence[_Told], cosines: Column) -> list[Column]:
        """Give how near the question is to the ways of asking for a sentence's outcomes, the nearest counting."""
        near = {name: max((cosines[row] for row in rows), default=-1.0) for name, rows in self._way_rows.items()}
        kinds = ([t.said.tagged for t in told], [t.spoken for t in told], [t.said.sided for t in told])
        return [np.array([max((near.get(o, -1.0) for o in own), default=-1.0) for own in held]) for held in kinds]

    def _by_outcomes(self, told: Sequence[_Told], reading: Reading) -> list[Column]:
        asked = frozenset(reading.focus)
        kinds = ([t.said.tagged for t in told], [t.spoken for t in told], [t.about for t in told])
        meet = [np.array([bool(asked & own) for own in held]) for held in (*kinds, [t.said.sided for t in told])]
        return [*meet, ~meet[0] & bool(asked)]

    def _by_treatments(self, told: Sequence[_Told], reading: Reading) -> list[Column]:
        named, vocabulary = bool(reading.treatments), self.corpus.vocabulary
        spoken = np.array([treatment_fit(t.treatments, reading.treatments, vocabulary) for t in told])
        tagged = np.array([treatment_fit(t.said.treatments, reading.subjects, vocabulary) for t in told])
        on_some = np.array([bool(t.treatments) for t in told])
        return [spoken, tagged, on_some & (spoken == 0) & named, ~on_some & named, on_some & (not named)]

    def _told(self, place: int) -> _Told:
        """Give what a sentence says by its words; kept, since it is read only when it first comes near."""
        if place not in self._kept:
            said, vocabulary = self.sayable[place], self.corpus.vocabulary
            own = read(said.text, vocabulary)
            self._kept[place] = _Told(
                said=said,
                spoken=frozenset(own.outcomes),
                about=frozenset(own.focus),
                treatments=own.treatments or said.treatments,
                conditions=frozenset((*said.conditions, *own.conditions)) - {"any"},
                people=own.people,
                length=float(np.log(len(said.text.split()))),
                figure=has_figure(said.text),
                official=any(self.corpus.sources[p.source_id].official for p in said.passages),
                kinds=tuple(said.kind == kind for kind in _KINDS),
            )
        return self._kept[place]

    # ------------------------------------------------------------------ what stands fast

    @cached_property
    def sayable(self) -> tuple[Sayable, ...]:
        """Give every sentence that an answer may say."""
        found = (*self._lines(), *self._of_topics(), *self._of_the_map())
        return tuple(said for said in found if self.retriever.index.vector(said.entry_id) is not None)

    def _lines(self) -> Iterable[Sayable]:
        for line in lines_of(self.corpus):
            passage = self.corpus.passages[line.passage_id]
            if passage.role not in _UNSAID:
                yield Sayable(
                    entry_id=line.id,
                    text=line.text,
                    passages=(passage,),
                    kind=f"line_{passage.role.value}",
                    owners=(passage.id,),
                    first=line.id.endswith("/1"),
                    tagged=frozenset(b.outcome for b in passage.bearings),
                    sided=frozenset(b.outcome for b in passage.bearings if b.direction is not Direction.NONE),
                    treatments=passage.treatments,
                    conditions=frozenset(passage.conditions),
                )

    def _of_topics(self) -> Iterable[Sayable]:
        asked = [id_ for _, id_ in self.retriever.index.on_shelf(QUESTION)]
        for topic in self.corpus.topics:
            questions = tuple(id_ for id_ in asked if id_.partition("#")[0] == f"ask-{topic.id}")
            for part, sentences in topic.parts.items():
                for sentence in sentences:
                    passages = tuple(self.corpus.passages[id_] for id_ in sentence.cites)
                    yield Sayable(
                        entry_id=sentence.id,
                        text=sentence.text,
                        passages=passages,
                        kind=f"topic_{part}",
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
                kind="cell_silent" if cell.silent else "cell",
                owners=cell.passage_ids or (cell.id,),
                first=True,
                tagged=frozenset({cell.outcome}),
                sided=frozenset({cell.outcome}),
                treatments=(cell.treatment,),
                conditions=frozenset(),
            )

    @cached_property
    def _rows(self) -> Column:
        return self.retriever.index.rows([said.entry_id for said in self.sayable])

    @cached_property
    def _owner_rows(self) -> list[list[int]]:
        """Give the rows of what each sentence is a part of; its own where that does not stand in the index."""
        index = self.retriever.index
        held = ([id_ for id_ in said.owners if index.vector(id_) is not None] for said in self.sayable)
        return [index.rows(ids or [said.entry_id]).tolist() for ids, said in zip(held, self.sayable, strict=True)]

    @cached_property
    def _way_rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, id_ in self.retriever.index.on_shelf(WAY):
            rows.setdefault(id_.removeprefix("way-").partition("#")[0], []).append(row)
        return rows


def _highest(values: Column, rows: Sequence[Sequence[int]]) -> Column:
    """Give the highest value of each group of rows."""
    return np.array([max(values[row] for row in group) for group in rows])


def _by_kind_and_people(told: Sequence[_Told], reading: Reading) -> list[Column]:
    kinds, people = set(reading.conditions) - {"any"}, reading.people
    met = [bool(kinds & t.conditions) for t in told]
    other = [bool(kinds and t.conditions and not kinds & t.conditions) for t in told]
    shared = [bool(people & t.people) for t in told]
    apart = [bool(t.people and not people & t.people) for t in told]
    return [np.array(column) for column in (met, other, shared, apart)]


def _by_form(told: Sequence[_Told], reading: Reading) -> list[Column]:
    counts = bool(set(reading.focus) & set(_COUNTS))
    figure = np.array([t.figure for t in told])
    length, first = np.array([t.length for t in told]), np.array([t.said.first for t in told])
    return [length, figure, figure & counts, first, np.array([t.official for t in told])]
