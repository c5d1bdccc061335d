"""Which topic answers a question, learned from messages whose topics people chose.

Long stories are full of words that nobody asks of, so no single nearness finds the topic. Each topic near the question
is scored by all of them together: how near the question lies to its questions and sentences, read in several ways; how
much of the belief falls on its sentences (``rag/sentences/relevance.py``); what answered questions like it; and how its
treatments, outcomes and people fit. ``evals/training/topic_choice.py`` learns the weights; what was measured stands in
``rag/weights/topic_choice.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import paths
from rag.evidence import Topic
from rag.ids import owner_of, question_id
from rag.kinds import Part
from rag.language.places import places_in
from rag.language.questions import split_carried
from rag.language.reading import Reading, people_in, treatment_fit
from rag.language.vocabulary import ANY, USUAL
from rag.models.neighbours import foremost
from rag.models.perceptron import Perceptron
from rag.sentences.relevance import Relevance, Relevant, Sought
from rag.text import words
from rag.types import Column, Vectors

WEIGHTS = paths.WEIGHTS / "topic_choice.json"
_SIGNS = (
    "asked_whole", "asked_core", "asked_bare", "asked_placed", "asked_alone",
    "main_placed", "nearest_placed", "main_sought", "nearest_sought",
    "asked_own", "asked_after", "asked_earlier", "nearest_own", "nearest_after",
    "share", "share_log", "share_most", "share_cited", "answered_alike", "words_asked", "words_said",
    "treatment", "treatment_first", "treatment_none", "treatment_unasked", "outcome_first", "outcome",
    "kind", "kind_mentioned", "kind_other", "for_others", "for_children",
)  # fmt: skip
_AFTER = ("asked_own", "asked_after", "asked_earlier", "nearest_own", "nearest_after")
_ASKED = ("asked_whole", "asked_core", "asked_bare")
FEATURES = (*_SIGNS, *(f"{name}_less_best" for name in _SIGNS))
# A topic that any of these puts among its first so many is a candidate: a right one is, for 994 of 1,000 messages.
_CANDIDATES, _NEAR = 30, ("asked_whole", "asked_bare", "asked_alone", "asked_placed", "nearest_placed", "share")
_LEAST_SHARE = 0.003  # added before the logarithm
# A question that stands under a topic word for word asks of it: without this 33 of 700 such got another.
_VERY_WORDS, _SURER, _CERTAIN = 0.98, 1.0, 4.0  # the last where marks and capitals alone differ
_OTHER_PEOPLE, _ABROAD = 0.1, 0.3  # of a topic on other people, and on another country


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """A topic with the share of the belief that it answers: all shares of one question sum to 1."""

    topic: Topic
    share: float
    nearness: float  # of the question and the nearest of the topic's: a cosine


@dataclass(frozen=True, kw_only=True)
class TopicChoice:
    """Chooses the topic of a question."""

    relevance: Relevance
    weights: Path = WEIGHTS

    def best(self, sought: Sought, relevant: Sequence[Relevant], count: int) -> list[Chosen]:
        """Give the topics that answer best, best first; ``relevant`` are the sentences that do."""
        if not self._topics:
            return []
        candidates, rows = self.candidates(sought, relevant)
        scores = self._network.scores(rows)[:, 0]
        if sought.earlier is None:  # a follow-up means what it follows, whatever it is put like
            scores[rows[:, FEATURES.index("asked_whole")] >= _VERY_WORDS] = scores.max() + _SURER
            scores[candidates == self._of_words.get(tuple(words(sought.whole)))] = scores.max() + _CERTAIN
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        nearness = rows[:, [FEATURES.index(name) for name in _ASKED]].max(axis=1)
        return [
            Chosen(topic=self._topics[candidates[row]], share=float(shares[row]), nearness=float(nearness[row]))
            for row in foremost(shares, count)
        ]

    def candidates(self, sought: Sought, relevant: Sequence[Relevant]) -> tuple[Column, Column]:
        """Give the places of the topics that may answer, and one row of ``FEATURES`` for each."""
        signs = {**self._nearness(sought), **self._belief(sought, relevant)}
        near = {int(place) for name in _NEAR for place in foremost(signs[name], _CANDIDATES)}
        places = np.array(sorted(near | set(np.flatnonzero(signs["answered_alike"]).tolist())))
        fits = self._fits(sought, places)
        table = np.column_stack([fits[name] if name in fits else signs[name][places] for name in _SIGNS])
        return places, np.hstack([table, table - table.max(axis=0)])

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    # ------------------------------------------------------------------ what a question brings

    def _nearness(self, sought: Sought) -> dict[str, Column]:
        """Give how near the question lies to each topic's questions and sentences: cosines."""
        index, embed = self.relevance.retriever.index, self.relevance.retriever.embed
        alone = self.relevance.alone(sought)
        placed = self.relevance.placed(sought)
        placed = alone if placed is None else placed  # where another embedding model serves
        texts = {"whole": sought.whole, "core": sought.core, "bare": split_carried(sought.core)[0]}
        vectors = {name: embed(text) for name, text in texts.items()} | {"placed": placed, "alone": alone}
        asked = {f"asked_{name}": self._most(index.cosines(v), self._asked) for name, v in vectors.items()}
        aims = {"placed": index.cosines(placed), "sought": index.cosines(self.relevance.aim(sought))}
        main = {f"main_{name}": cosines[self._main] for name, cosines in aims.items()}
        nearest = {f"nearest_{name}": self._most(cosines, self._said) for name, cosines in aims.items()}
        covered = index.coverage(sought.core)
        words_of = {"words_asked": self._most(covered, self._asked), "words_said": self._most(covered, self._said)}
        return {**asked, **main, **nearest, **self._following(sought), **words_of}

    def _following(self, sought: Sought) -> dict[str, Column]:
        """Give how near a follow-up lies by itself, behind what it follows, and what it follows: cosines, else 0."""
        signs = dict.fromkeys(_AFTER, np.zeros(len(self._topics)))
        if sought.earlier is None:
            return signs
        index, texts = self.relevance.retriever.index, sought.earlier.texts(sought.whole)
        for name in signs:
            cosines = index.cosines(self.relevance.retriever.embed(texts[name.partition("_")[2]]))
            signs[name] = self._most(cosines, self._asked if name.startswith("asked") else self._said)
        return signs

    def _belief(self, sought: Sought, relevant: Sequence[Relevant]) -> dict[str, Column]:
        """Give how much of the belief falls on a topic's sentences and on what it cites, and what answered before."""
        share, most, cited, alike = np.zeros((4, len(self._topics)))
        for one in relevant:
            for place in self._citing(one):
                cited[place] += one.share
            if (own := self._place_of.get(owner_of(one.said.entry_id))) is not None:
                share[own] += one.share
                most[own] = max(most[own], one.share)
        for name, (bears, *_) in self.relevance.alike(sought).told.items():
            if (own := self._place_of.get(owner_of(name))) is not None:
                alike[own] += bears
        log = np.log(share + _LEAST_SHARE)
        return {"share": share, "share_log": log, "share_most": most, "share_cited": cited, "answered_alike": alike}

    def _citing(self, one: Relevant) -> set[int]:
        return {place for passage in one.said.passages for place in self._cited_in.get(passage.id, ())}

    def _fits(self, sought: Sought, places: Column) -> dict[str, Column]:
        """Give how the treatments, outcomes, kinds of hair loss and people of some topics fit what is asked."""
        there = places_in(sought.whole)
        table = [self._fit(self._topics[place], sought.reading, there) for place in places]
        return dict(zip(_SIGNS[-len(table[0]) :], np.array(table, dtype=np.float64).T, strict=True))

    def _fit(self, topic: Topic, reading: Reading, places: frozenset[str]) -> tuple[float, ...]:
        named, kinds, focus = reading.treatments, reading.certain_kinds, set(reading.focus)
        about, mentioned = self._kinds_of[topic.id]
        both = bool(named and topic.treatments)
        return (
            treatment_fit(topic.treatments, named, self.relevance.corpus.vocabulary) if both else 0.0,
            both and topic.treatments[0] == named[0],
            bool(named) and not topic.treatments,
            bool(topic.treatments) and not named,
            bool(focus & {*topic.outcomes[:1]}),
            bool(focus & {*topic.outcomes}),
            bool(kinds & about),
            bool(kinds & mentioned),
            bool(about - {ANY, USUAL}) and not kinds & about,
            _for_others(topic, reading, places),
            topic.outcomes[:1] == ("children",) and "children" not in (*reading.outcomes, *reading.people),
        )

    # ------------------------------------------------------------------ what stands fast

    def prepare(self) -> None:
        """Read ahead what is the same for every question."""
        _ = self._of_words, self._kinds_of, self._asked, self._said, self._main, self._cited_in

    @property
    def _topics(self) -> Sequence[Topic]:
        return self.relevance.corpus.topics

    @cached_property
    def _place_of(self) -> Mapping[str, int]:
        return {topic.source_id: place for place, topic in enumerate(self._topics)}

    @cached_property
    def _of_words(self) -> Mapping[tuple[str, ...], int]:
        """Give the topic of each question by its words: marks alone move a short one by more than ``_VERY_WORDS``."""
        return {tuple(words(asked)): place for place, topic in enumerate(self._topics) for asked in topic.questions}

    @cached_property
    def _kinds_of(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        """Give the kinds of hair loss that each topic's question names, and those that its other questions do."""
        kinds = self.relevance.corpus.vocabulary.conditions_in
        return {
            topic.id: (frozenset(kinds(topic.question)), frozenset(kinds(" ".join(topic.also_asked))))
            for topic in self._topics
        }

    @cached_property
    def _asked(self) -> "_Rows":
        """Give the rows of each topic's questions."""
        return self._rows([[question_id(t.id, n) for n in range(len(t.questions))] for t in self._topics])

    @cached_property
    def _said(self) -> "_Rows":
        """Give the rows of each topic's sentences."""
        return self._rows([[sentence.id for sentence in topic.sentences] for topic in self._topics])

    @cached_property
    def _main(self) -> NDArray[np.intp]:
        """Give the row of each topic's main message."""
        return self.relevance.retriever.index.rows([topic.parts[Part.MAIN][0].id for topic in self._topics])

    @cached_property
    def _cited_in(self) -> dict[str, list[int]]:
        """Give for each passage the places of the topics that cite it."""
        cited: dict[str, list[int]] = {}
        for place, topic in enumerate(self._topics):
            for id_ in {id_ for sentence in topic.sentences for id_ in sentence.cites}:
                cited.setdefault(id_, []).append(place)
        return cited

    def _rows(self, ids: Sequence[Sequence[str]]) -> "_Rows":
        starts = np.cumsum([0, *map(len, ids[:-1])])
        rows = self.relevance.retriever.index.rows([id_ for own in ids for id_ in own])
        return _Rows(rows=rows, starts=np.asarray(starts, dtype=np.intp))

    @staticmethod
    def _most(values: Vectors, held: "_Rows") -> Column:
        return np.maximum.reduceat(values[held.rows], held.starts)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Rows:
    """Rows of the index, topic by topic, and where each topic's begin."""

    rows: NDArray[np.intp]
    starts: NDArray[np.intp]


def _for_others(topic: Topic, reading: Reading, places: frozenset[str]) -> float:
    """Give what a topic on other people or another country than those that are named loses."""
    people, there = people_in(topic.question) - {"children"}, places_in(topic.question)
    abroad = there and places and not there & places
    return _OTHER_PEOPLE * bool(people and not people & reading.people) + _ABROAD * bool(abroad)
