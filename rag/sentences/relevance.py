"""How well each sentence that an answer may say answers a question, learned from patients' questions.

Of the reviewed sentences of the topics and of the evidence map and the lines of the evidence, the nearest are scored:
by their meaning, their words, how their tags fit what is asked, how near they lie to where an answer is to be sought
(``rag/search/seeking.py``), and by what answered questions like it. A follow-up is taken as if it stood alone
(``rag/search/resolution.py``). ``evals/training/relevance.py`` learns the weights; ``rag/weights/relevance.md`` says
from what, and what was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from rag import paths
from rag.ids import outcome_of_way
from rag.language.reading import Reading, treatment_fit
from rag.library.corpus import Corpus
from rag.models.neighbours import foremost
from rag.models.perceptron import Perceptron
from rag.recent import Recent
from rag.search.resolution import Resolution
from rag.search.retrieval import WAY, Retriever
from rag.search.seeking import Seeking
from rag.sentences.exemplars import EXEMPLARS, Alike, Exemplars
from rag.sentences.following import FOLLOWING, Earlier, Following, not_following
from rag.sentences.sayable import OUTCOMES, Form, Sayable, Sayables, Told
from rag.types import Column, Vectors

CANDIDATES = 150  # sentences that are scored for a question, the nearest by meaning
CANDIDATES_AFTER = 100  # and those nearest to a follow-up by itself and behind the question before it
CANDIDATES_ALIKE = 40  # and those named by most questions like it
CANDIDATES_SOUGHT = 60  # and those nearest to where an answer is to be sought
# What the cosine to where the question is placed adds to a score. Of 718 dev questions that follow nothing one that
# answers is among the first three for .795 with 0, .819 with 4, .829 with 10, and first for .662, .662 and .659; of 477
# follow-ups .847, .836 and .836, first .706, .700 and .671.
NEARNESS = 4.0
WEIGHTS = paths.WEIGHTS / "relevance.json"
FEATURES = (
    "whole", "core", "core_less_best", "owner", "words", "owner_words", "way_tagged", "way_spoken", "way_sided",
    "asked_tagged", "asked_spoken", "asked_about", "asked_sided", "asked_elsewhere",
    "treatment_spoken", "treatment_tagged", "treatment_other", "treatment_none", "treatment_unasked",
    "asked_of_it", "way_of_it",
    "condition", "condition_other", "people", "people_other", "length", "figure", "figure_asked", "first", "official",
    *Form, *FOLLOWING, "alone", *EXEMPLARS, "sought", "sought_less_best", "owner_sought",
)  # fmt: skip
_COUNTS = ("how_much", "how_soon", "cost", "sessions", "recovery")  # outcomes that are told in figures


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sought:
    """A question to be answered: as it stands alone, what of it is asked, how that reads, and what it follows."""

    whole: str
    core: str
    reading: Reading
    earlier: Earlier | None = None
    reading_earlier: Reading | None = None  # of the question before


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
    exemplars: Exemplars = field(default_factory=Exemplars)
    resolution: Resolution = field(default_factory=Resolution)
    seeking: Seeking = field(default_factory=Seeking)
    _alone: Recent[Sought, Vectors] = field(default_factory=lambda: Recent(most=4), init=False, repr=False)

    def best(self, sought: Sought, count: int) -> list[Relevant]:
        """Give the sentences that answer best, best first."""
        places = self.nearest(sought)
        scores = self._network.scores(self.features(sought, places))[:, 0]
        if (placed := self._placed(sought)) is not None:
            scores = scores + NEARNESS * placed[places]
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        order = foremost(shares, count)
        return [Relevant(said=self.sayables.all[places[i]], share=float(shares[i])) for i in order]

    def nearest(self, sought: Sought) -> Column:
        """Give the places in ``sayables`` of the candidates: the nearest, to question and to what is sought, and what
        answered questions like it.
        """
        alike = self.alike(sought).answering(CANDIDATES_ALIKE)
        named = [place for name in alike for place in self.sayables.places.get(name, ())]
        aimed = foremost(self._aimed(sought), CANDIDATES_SOUGHT)
        places = np.union1d(self._nearest_to((sought.whole, sought.core), CANDIDATES), named).astype(int)
        places = np.union1d(places, aimed)
        if (placed := self._placed(sought)) is not None:
            places = np.union1d(places, foremost(placed, CANDIDATES_SOUGHT))
        if sought.earlier is None:
            return places
        texts = sought.earlier.texts(sought.whole)
        return np.union1d(places, self._nearest_to((texts["own"], texts["after"]), CANDIDATES_AFTER))

    def placed(self, sought: Sought) -> Vectors | None:
        """Give where a question is placed, near what answers it; None where nothing places it."""
        placing = self.retriever.placing
        return placing.of(sought.whole, sought.earlier.question if sought.earlier else "") if placing else None

    def _placed(self, sought: Sought) -> Column | None:
        """Give how near each sentence lies to where the question is placed: a cosine; None where nothing places it."""
        vector = self.placed(sought)
        return None if vector is None else self.retriever.index.cosines(vector)[self.sayables.rows]

    def _nearest_to(self, texts: Sequence[str], count: int) -> Column:
        cosines = (self.retriever.index.cosines(self.retriever.embed(text))[self.sayables.rows] for text in texts)
        return foremost(np.sum(list(cosines), axis=0), count)

    def parts(self, sought: Sought) -> dict[str, Vectors]:
        """Give the vectors of a follow-up and of what it follows, by the names of ``resolution.PARTS``; else none."""
        if sought.earlier is None:
            return {}
        texts = {"whole": sought.whole, **sought.earlier.texts(sought.whole)}
        return {name: self.retriever.embed(text) for name, text in texts.items() if text}

    def alone(self, sought: Sought) -> Vectors:
        """Give where a question lies standing alone."""
        return self._alone.of(sought, lambda: self._resolved(sought))

    def _resolved(self, sought: Sought) -> Vectors:
        parts = self.parts(sought)
        return self.resolution.placed(parts) if parts else self.retriever.embed(sought.core)

    def likeness(self, sought: Sought) -> float:
        """Give how like a question is to the most like one that people asked us: a cosine."""
        return self.alike(sought).likeness

    def alike(self, sought: Sought) -> Alike:
        """Give what the questions most like one were answered with."""
        return self.exemplars.alike(self.alone(sought))

    def features(self, sought: Sought, places: Column) -> Column:
        """Give one row for the sentence at each place in ``sayables``, in the order of ``FEATURES``."""
        index, reading = self.retriever.index, sought.reading
        near, nearer = (index.cosines(self.retriever.embed(text)) for text in (sought.whole, sought.core))
        covered, rows = index.coverage(sought.core), self.sayables.rows[places]
        told, owners = [self.sayables.told(place) for place in places], self._owner_rows[places]
        held = dict(zip(OUTCOMES, np.array([t.outcomes for t in told]).swapaxes(0, 1), strict=True))
        ways = self._by_ways(held, nearer)
        outcomes, treatments = self._by_outcomes(held, reading), self._by_treatments(told, reading)
        groups = (
            [near[rows], nearer[rows], nearer[rows] - nearer[self.sayables.rows].max()],
            [nearer[owners].max(axis=1), covered[rows], covered[owners].max(axis=1)],
            ways,
            outcomes,
            treatments,
            [treatments[1] * outcomes[3], treatments[1] * ways[2]],  # both the treatment and the outcome asked about
            _by_kind_and_people(told, reading),
            _by_form(told, reading),
            np.array([t.forms for t in told]).T,
            self._by_what_it_follows(sought, told),
            self._by_exemplars(sought, told),
            self._by_what_is_sought(sought, places),
        )
        return np.column_stack([column for group in groups for column in group]).astype(np.float32)

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    # ------------------------------------------------------------------ what a question brings

    def _by_ways(self, held: Mapping[str, Column], cosines: Column) -> list[Column]:
        """Give how near the question is to the ways of asking for a sentence's outcomes, the nearest counting."""
        rows = (self._way_rows.get(name, []) for name in self.corpus.vocabulary.outcomes)
        near = np.array([cosines[own].max(initial=-1.0) for own in rows])
        return [np.where(held[how], near, -1.0).max(axis=1, initial=-1.0) for how in ("tagged", "spoken", "sided")]

    def _by_outcomes(self, held: Mapping[str, Column], reading: Reading) -> list[Column]:
        asked = np.array([name in reading.focus for name in self.corpus.vocabulary.outcomes], dtype=bool)
        meet = [(held[how] & asked).any(axis=1) for how in OUTCOMES]
        return [*meet, ~meet[0] & asked.any()]

    def _by_treatments(self, told: Sequence[Told], reading: Reading) -> list[Column]:
        named, vocabulary = bool(reading.treatments), self.corpus.vocabulary
        spoken = np.array([treatment_fit(t.treatments, reading.treatments, vocabulary) for t in told])
        tagged = np.array([treatment_fit(t.said.treatments, reading.subjects, vocabulary) for t in told])
        on_some = np.array([bool(t.treatments) for t in told])
        return [spoken, tagged, on_some & (spoken == 0) & named, ~on_some & named, on_some & (not named)]

    def _by_what_it_follows(self, sought: Sought, told: Sequence[Told]) -> list[Column]:
        if sought.earlier is None or sought.reading_earlier is None:
            return not_following(len(told))
        return self._following.columns(sought.earlier, sought.whole, sought.reading_earlier, told)

    def _by_exemplars(self, sought: Sought, told: Sequence[Told]) -> list[Column]:
        alone = self.alone(sought)
        near = self.retriever.index.cosines(alone)[[t.row for t in told]]
        return [near, *self.exemplars.alike(alone).columns([t.said.name for t in told])]

    def _by_what_is_sought(self, sought: Sought, places: Column) -> list[Column]:
        cosines, owners = self._aimed(sought), self._owner_rows[places]
        owned = self.retriever.index.cosines_of(owners, self.aim(sought)).max(axis=1)
        return [cosines[places], cosines[places] - cosines.max(), owned]

    def _aimed(self, sought: Sought) -> Column:
        """Give how near each sentence lies to where an answer is to be sought: a cosine."""
        return self.retriever.index.cosines(self.aim(sought))[self.sayables.rows]

    def aim(self, sought: Sought) -> Vectors:
        """Give where an answer is to be sought."""
        return self.seeking.of_question(self.alone(sought))

    # ------------------------------------------------------------------ what stands fast

    @cached_property
    def sayables(self) -> Sayables:
        """Give every sentence that an answer may say."""
        return Sayables(corpus=self.corpus, index=self.retriever.index)

    @cached_property
    def _following(self) -> Following:
        return Following(retriever=self.retriever, sayables=self.sayables)

    @cached_property
    def _owner_rows(self) -> Column:
        """Give the rows of what each sentence is a part of, of its own where that does not stand in the index.

        One line for each sentence; where it is part of fewer than another, its first is named again.
        """
        index = self.retriever.index
        held = ([id_ for id_ in said.owners if index.vector(id_) is not None] for said in self.sayables.all)
        rows = [index.rows(ids or [said.entry_id]) for ids, said in zip(held, self.sayables.all, strict=True)]
        table = np.zeros((len(rows), max(map(len, rows), default=1)), dtype=np.intp)
        for line, own in zip(table, rows, strict=True):
            line[:], line[: len(own)] = own[0], own
        return table

    @cached_property
    def _way_rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, id_ in self.retriever.index.on_shelf(WAY):
            rows.setdefault(outcome_of_way(id_), []).append(row)
        return rows


def _by_kind_and_people(told: Sequence[Told], reading: Reading) -> list[Column]:
    kinds, people = reading.kinds, reading.people
    met = [bool(kinds & t.conditions) for t in told]
    other = [bool(kinds and t.conditions and not kinds & t.conditions) for t in told]
    shared = [bool(people & t.people) for t in told]
    apart = [bool(t.people and not people & t.people) for t in told]
    return [np.array(column) for column in (met, other, shared, apart)]


def _by_form(told: Sequence[Told], reading: Reading) -> list[Column]:
    counts = bool(set(reading.focus) & set(_COUNTS))
    figure = np.array([t.figure for t in told])
    length, first = np.array([t.length for t in told]), np.array([t.said.first for t in told])
    return [length, figure, figure & counts, first, np.array([t.official for t in told])]
