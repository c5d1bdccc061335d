"""How well each sentence that an answer may say answers a question, learned from patients' questions.

Every reviewed sentence of the topics and of the evidence map and every line of the evidence is scored at once: by its
meaning, its words, and how its tags fit what is asked. ``evals/training/relevance.py`` learns the weights;
``rag/weights/relevance.md`` says from what, and what was measured.
"""

from collections.abc import Callable, Iterable, Sequence
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
from rag.reading import Reading, people_in, read, treatment_fit
from rag.retrieval import CELL, QUESTION, WAY, Retriever, lines_of

Column = NDArray[Any]  # one value for each sentence: a number, or whether something holds

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Relevant:
    """A sentence with the share of the belief that it answers: all shares of one question sum to 1."""

    said: Sayable
    share: float


@dataclass(frozen=True, kw_only=True)
class Relevance:
    """Scores every sentence against a question."""

    corpus: Corpus
    retriever: Retriever
    weights: Path = WEIGHTS
    _fits: dict[tuple[str, str], Column] = field(default_factory=dict, repr=False)

    def best(self, whole: str, core: str, reading: Reading, count: int) -> list[Relevant]:
        """Give the sentences that answer best, best first; ``core`` is what a long message asks."""
        scores = self._network.scores(self.features(whole, core, reading))[:, 0]
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        order = np.argsort(-shares, kind="stable")[:count]
        return [Relevant(said=self.sayable[i], share=float(shares[i])) for i in order]

    def features(self, whole: str, core: str, reading: Reading) -> Column:
        """Give one row for each of ``sayable`` in the order of ``FEATURES``."""
        index = self.retriever.index
        near, nearer = index.cosines(self.retriever.embed(whole)), index.cosines(self.retriever.embed(core))
        covered = index.coverage(core)
        near_core = nearer[self._rows]
        ways, outcomes, treatments = self._by_ways(nearer), self._by_outcomes(reading), self._by_treatments(reading)
        groups = (
            [near[self._rows], near_core, near_core - near_core.max()],
            [self._of_owners(nearer), covered[self._rows], self._of_owners(covered)],
            ways,
            outcomes,
            treatments,
            [treatments[1] * outcomes[3], treatments[1] * ways[2]],  # both the treatment and the outcome asked about
            self._by_kind_and_people(reading),
            self._by_form(reading),
        )
        return np.column_stack([*(column for group in groups for column in group), self._kinds]).astype(np.float32)

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    # ------------------------------------------------------------------ what a question brings

    def _of_owners(self, values: Column) -> Column:
        """Give each sentence the highest value of what it is a part of."""
        return np.asarray(np.maximum.reduceat(values[self._owner_rows], self._owner_starts), dtype=np.float32)

    def _by_ways(self, cosines: Column) -> list[Column]:
        """Give how near the question is to the ways of asking for a sentence's outcomes, the nearest counting."""
        near = np.array([max((cosines[row] for row in rows), default=-1.0) for rows in self._way_rows])
        return [np.where(table, near, -1.0).max(axis=1) for table in (self._tagged, self._spoken, self._sided)]

    def _by_outcomes(self, reading: Reading) -> list[Column]:
        asked = self._mark(reading.focus)
        meet = [table @ asked > 0 for table in (self._tagged, self._spoken, self._about, self._sided)]
        return [*meet, ~meet[0] & bool(asked.any())]

    def _by_treatments(self, reading: Reading) -> list[Column]:
        named = bool(reading.treatments)
        spoken = self._fit("spoken", reading.treatments)
        tagged = self._fit("tagged", reading.subjects)
        other = self._on_some & (spoken == 0) & named
        return [spoken, tagged, other, ~self._on_some & named, self._on_some & (not named)]

    def _by_kind_and_people(self, reading: Reading) -> list[Column]:
        kinds, people = set(reading.conditions) - {"any"}, reading.people
        told = [said.conditions - {"any"} for said in self.sayable]
        met = [bool(kinds & own) for own in told]
        other = [bool(kinds and own and not kinds & own) for own in told]
        shared = [bool(people & own) for own in self._people]
        apart = [bool(own and not people & own) for own in self._people]
        return [np.array(column) for column in (met, other, shared, apart)]

    def _by_form(self, reading: Reading) -> list[Column]:
        counts = bool(set(reading.focus) & set(_COUNTS))
        return [self._length, self._figure, self._figure & counts, self._first, self._official]

    def _fit(self, which: str, names: Sequence[str]) -> Column:
        """Give how well the treatments of each sentence fit some names, the best counting; kept for each name."""
        columns = [np.zeros(len(self.sayable), dtype=np.float32)]
        for name in names:
            if (which, name) not in self._fits:
                held = self._treatments_spoken if which == "spoken" else [s.treatments for s in self.sayable]
                fits = [treatment_fit(own, (name,), self.corpus.vocabulary) for own in held]
                self._fits[which, name] = np.array(fits, dtype=np.float32)
            columns.append(self._fits[which, name])
        return np.asarray(np.max(columns, axis=0))

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
                    conditions=frozenset((*passage.conditions, *self._conditions(line.text))),
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
                        conditions=frozenset(self._conditions(sentence.text)),
                    )

    def _of_the_map(self) -> Iterable[Sayable]:
        for cell in self.corpus.cells:
            passages = tuple(self.corpus.passages[id_] for id_ in cell.passage_ids)
            silent = cell.direction is Direction.NO_STUDY or not passages
            yield Sayable(
                entry_id=f"{CELL}-{cell.treatment}/{cell.outcome}",
                text=cell.sentence,
                passages=passages,
                kind="cell_silent" if silent else "cell",
                owners=cell.passage_ids or (f"{CELL}-{cell.treatment}/{cell.outcome}",),
                first=True,
                tagged=frozenset({cell.outcome}),
                sided=frozenset({cell.outcome}),
                treatments=(cell.treatment,),
                conditions=frozenset(self._conditions(cell.sentence)),
            )

    def _conditions(self, text: str) -> tuple[str, ...]:
        return self.corpus.vocabulary.conditions_in(text)

    @cached_property
    def _rows(self) -> Column:
        return self.retriever.index.rows([said.entry_id for said in self.sayable])

    @cached_property
    def _owner_rows(self) -> Column:
        owners = [id_ for said in self.sayable for id_ in self._held(said)]
        return self.retriever.index.rows(owners)

    @cached_property
    def _owner_starts(self) -> Column:
        counts = [len(self._held(said)) for said in self.sayable]
        return np.cumsum([0, *counts[:-1]])

    def _held(self, said: Sayable) -> Sequence[str]:
        """Give the owners that stand in the index; the sentence itself where none does."""
        held = [id_ for id_ in said.owners if self.retriever.index.vector(id_) is not None]
        return held or [said.entry_id]

    @cached_property
    def _way_rows(self) -> list[list[int]]:
        ways = [(row, id_.removeprefix("way-").partition("#")[0]) for row, id_ in self.retriever.index.on_shelf(WAY)]
        return [[row for row, outcome in ways if outcome == name] for name in self._outcomes]

    @cached_property
    def _outcomes(self) -> list[str]:
        return sorted(self.corpus.vocabulary.outcomes)

    def _mark(self, outcomes: Iterable[str]) -> Column:
        held = set(outcomes)
        return np.array([name in held for name in self._outcomes])

    def _table(self, outcomes: Callable[[Sayable], Iterable[str]]) -> Column:
        return np.array([self._mark(outcomes(said)) for said in self.sayable])

    @cached_property
    def _tagged(self) -> Column:
        return self._table(lambda said: said.tagged)

    @cached_property
    def _sided(self) -> Column:
        return self._table(lambda said: said.sided)

    @cached_property
    def _spoken(self) -> Column:
        return self._table(lambda said: read(said.text, self.corpus.vocabulary).outcomes)

    @cached_property
    def _about(self) -> Column:
        return self._table(lambda said: read(said.text, self.corpus.vocabulary).focus)

    @cached_property
    def _treatments_spoken(self) -> list[tuple[str, ...]]:
        named = self.corpus.vocabulary.treatments_in
        return [named(said.text) or said.treatments for said in self.sayable]

    @cached_property
    def _on_some(self) -> Column:
        return np.array([bool(own) for own in self._treatments_spoken])

    @cached_property
    def _people(self) -> list[frozenset[str]]:
        return [people_in(said.text) for said in self.sayable]

    @cached_property
    def _length(self) -> Column:
        return np.log([len(said.text.split()) for said in self.sayable])

    @cached_property
    def _figure(self) -> Column:
        return np.array([has_figure(said.text) for said in self.sayable])

    @cached_property
    def _first(self) -> Column:
        return np.array([said.first for said in self.sayable])

    @cached_property
    def _official(self) -> Column:
        sources = self.corpus.sources
        return np.array([any(sources[p.source_id].official for p in said.passages) for said in self.sayable])

    @cached_property
    def _kinds(self) -> Column:
        return np.array([[said.kind == kind for kind in _KINDS] for said in self.sayable])
