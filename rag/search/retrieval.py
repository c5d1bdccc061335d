"""Question or claim -> ranked passages, or nothing when nothing is near enough."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rag.evidence import Found, Passage
from rag.ids import line_id, outcome_of_way, question_id, topic_of_question
from rag.language.questions import asks_something
from rag.language.reading import Reading, read
from rag.language.slips import Slips, lexicon
from rag.library.corpus import Corpus
from rag.recent import Recent
from rag.search.curated import Curated
from rag.search.index import Entry, Index
from rag.search.placing import Placing
from rag.search.reranker import Reranker
from rag.search.sparse import stem
from rag.settings import Settings
from rag.text import sentence_texts
from rag.types import Embedder, Vectors

EVIDENCE, ARTICLE, LINE, SENTENCE, QUESTION, WAY = "evidence", "article", "line", "sentence", "question", "way"
CELL = "cell"
_RANK_CONSTANT = 60  # Cormack, Clarke and Buettcher 2009: reciprocal rank fusion
# In the corpus' own lists the first places must count more. With 60, 30, 20 and 10 the deciding sources are among the
# first five for .82, .85, .86 and .86 of the 76 dev questions in scope, and a right one for 75, 75, 75 and 74 of them.
_STEEP_CONSTANT = 20
_MOST_TOPICS = 6
_QUESTIONS = 32  # in which to look for them
_TOPICS = 3  # how many topics may lend their passages
_KEPT = 512
_NAMED = 0.8  # of the threshold, where the question names a treatment or a kind of hair loss: slang lies far off
_DEPTH = 60  # how far each list is read before fusing
_SOURCES_FIRST = 10  # as many sources as recall is measured over come before a second passage of any
# On the dev half of evals/data/retrieval.jsonl (76 questions in scope) 0.2 finds a right source among the first five in
# 75, 0 in 73; 0.3 to 1 also in 75. Counting two passages of a source finds 73, five 75.
_FURTHER_SHARE = 0.2  # of the score of a source's further passages, added to its best one's
_COUNTED = 3  # passages of a source that count


def corpus_entries(corpus: Corpus) -> list[Entry]:
    """Give what the index holds: passages and their lines, the article, topics (sentences, questions), map cells."""
    entries = []
    for passage in corpus.passages.values():
        shelf = EVIDENCE if corpus.is_evidence(passage) else ARTICLE
        if passage.source_id == corpus.article.id or corpus.is_evidence(passage):
            entries.append(Entry(id=passage.id, shelf=shelf, text=passage.text))
    entries += [Entry(id=line.id, shelf=LINE, text=line.text) for line in lines_of(corpus)]
    entries += [Entry(id=p.id, shelf=SENTENCE, text=p.text) for p in corpus.sentences.values()]
    for topic in corpus.topics:
        for number, asked in enumerate(topic.questions):
            entries.append(Entry(id=question_id(topic.id, number), shelf=QUESTION, text=asked))
    entries += [Entry(id=way.id, shelf=WAY, text=way.text) for way in corpus.ways]
    entries += [Entry(id=c.id, shelf=CELL, text=c.sentence) for c in corpus.cells]
    return entries


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One sentence of an evidence passage, as an answer may quote it."""

    id: str
    passage_id: str
    text: str


def lines_of(corpus: Corpus) -> list[Line]:
    """Give the sentences of every evidence passage with ids ``<passage_id>/<number>``."""
    return [line for p in corpus.passages.values() if corpus.is_evidence(p) for line in passage_lines(p)]


def passage_lines(passage: Passage) -> list[Line]:
    """Give the sentences of one passage."""
    return [
        Line(id=line_id(passage.id, number), passage_id=passage.id, text=text)
        for number, text in enumerate(sentence_texts(passage.text), 1)
    ]


def fuse(rankings: Sequence[tuple[float, Sequence[str]]], constant: int = _RANK_CONSTANT) -> dict[str, float]:
    """Fuse weighted rankings by reciprocal rank; the best possible score: the weights' sum over ``constant + 1``."""
    scores: dict[str, float] = {}
    for weight, ranking in rankings:
        for rank, id_ in enumerate(ranking, 1):
            scores[id_] = scores.get(id_, 0.0) + weight / (constant + rank)
    return scores


def _ids(found: Sequence[tuple[str, float]]) -> list[str]:
    return [id_ for id_, _ in found]


def _names_its_subject(reading: Reading) -> bool:
    return bool(reading.treatments or reading.kinds)


def lead_with_sources(ordered: Sequence[str], scores: Mapping[str, float], source_of: Mapping[str, str]) -> list[str]:
    """Move the best passage of each of the best ``_SOURCES_FIRST`` sources to the front; the others keep their order.

    A source counts as much as its best passage and a share of its next two: several findings on what was asked
    weigh more than one sentence that happens to share its words. ``ordered`` is best first.
    """
    held: dict[str, list[str]] = {}
    for id_ in ordered:
        held.setdefault(source_of[id_], []).append(id_)
    weight = {
        source: scores[ids[0]] + _FURTHER_SHARE * sum(scores[id_] for id_ in ids[1:_COUNTED])
        for source, ids in held.items()
    }
    best = sorted(held, key=lambda source: (-weight[source], source))[:_SOURCES_FIRST]
    first = [held[source][0] for source in best]
    leading = set(first)
    return first + [id_ for id_ in ordered if id_ not in leading]


@dataclass(frozen=True, kw_only=True)
class Retriever:
    """Finds passages by meaning, by words and by what they are tagged to bear on."""

    corpus: Corpus
    index: Index
    embedder: Embedder
    settings: Settings
    placing: Placing | None = None  # of the packaged embedding model alone
    _recent: Recent[str, Vectors] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)
    _topics: Recent[str, list[tuple[str, float]]] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)
    _mended: Recent[str, str] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    def embed(self, text: str) -> Vectors:
        """Give the vector of one text; the last few are kept, since one question is embedded by several steps."""
        return self._recent.of(text, lambda: self.embedder.embed([text])[0])

    def find(
        self, query: str, count: int, *, shelves: Collection[str] = (EVIDENCE,), topic: tuple[str, ...] = ()
    ) -> tuple[Found, ...]:
        """Give the best passages for a question or claim, best first, the first ten each of another source.

        Gives nothing when no passage is as similar as the measured threshold.
        """
        query = self.mended(query)
        asked = self.asked_in(query)
        vector = self.embed(query)
        reading = self._reading(query, asked, topic)
        known = _names_its_subject(reading)
        dense = self.index.dense(vector, _DEPTH, tuple(shelves))
        if not dense or dense[0][1] < self.settings.min_similarity * (_NAMED if known else 1.0):
            return ()
        sparse = self.index.sparse(query, _DEPTH, tuple(shelves))
        rankings = [(1.0, _ids(dense)), (self.settings.sparse_weight_of(query), _ids(sparse))]
        if asked:
            near = self.index.dense(self.embed(asked), _DEPTH, tuple(shelves))
            rankings.append((self.settings.asked_weight, _ids(near)))
        if EVIDENCE in shelves:
            rankings += self._curated_rankings(query, vector, reading)
        if not known:
            order = self._reranker.order(query, vector, fuse(rankings, _STEEP_CONSTANT))
            rankings.append((self.settings.rerank_weight, order[:_DEPTH]))
        scores = fuse(rankings, _STEEP_CONSTANT)
        ordered = sorted(scores, key=lambda id_: (-scores[id_], id_))
        best = lead_with_sources(ordered, scores, {id_: self._passage(id_).source_id for id_ in ordered})
        return tuple(
            Found(passage=self._passage(id_), score=scores[id_], similarity=self.similarity(id_, vector))
            for id_ in best[:count]
        )

    @cached_property
    def _reranker(self) -> Reranker:
        return Reranker.load(self.index, self.index, LINE)

    def mended(self, query: str) -> str:
        """Mend slips in the field's words."""
        return self._mended.of(query, lambda: self._slips.mended(query))

    @cached_property
    def _slips(self) -> Slips:
        """Give what mends slips, from the words of passages and topics, and how the vocabulary names its terms.

        The vocabulary's other words hold slips, by which it knows a term ("rosmary") and a search does not.
        """
        vocabulary = self.corpus.vocabulary
        texts = [p.text for p in (*self.corpus.passages.values(), *self.corpus.sentences.values())]
        texts += [asked for topic in self.corpus.topics for asked in topic.questions]
        texts += [term.name for term in vocabulary.terms]
        return Slips(lexicon=lexicon(texts), knows=self.embedder.knows, stem=stem)

    def asked_in(self, query: str) -> str | None:
        """Give what a long story asks: its questions, put straight or not, or else its last sentence.

        Gives None for a plain question.
        """
        if not self.settings.is_long(query):
            return None
        parts = sentence_texts(query)
        asked = [part for part in parts if asks_something(part)] or parts[-1:]
        return " ".join(asked) if len(parts) > 1 else None

    def nearest(self, query: str, count: int) -> tuple[Found, ...]:
        """Give the most similar evidence passages whatever their distance, for an answer that abstains."""
        vector = self.embed(query)
        return tuple(
            Found(passage=self._passage(id_), score=cosine, similarity=cosine)
            for id_, cosine in self.index.dense(vector, count, (EVIDENCE,))
        )

    def topics(self, query: str, count: int) -> list[tuple[str, float]]:
        """Give the ids of the topics whose questions are nearest, with their cosine, each topic once; at most six."""
        return self._topics.of(query, lambda: self._nearest_topics(query))[:count]

    def _nearest_topics(self, query: str) -> list[tuple[str, float]]:
        best: dict[str, float] = {}
        for id_, cosine in self.index.dense(self.embed(query), _QUESTIONS, (QUESTION,)):
            best.setdefault(topic_of_question(id_), cosine)
        return list(best.items())[:_MOST_TOPICS]

    def outcome(self, query: str) -> tuple[str, float]:
        """Give the outcome whose ways of asking are nearest, with the cosine; an empty name when there is none."""
        found = self.index.dense(self.embed(query), 1, (WAY,))
        return (outcome_of_way(found[0][0]), found[0][1]) if found else ("", -1.0)

    def similarity(self, entry_id: str, vector: Vectors) -> float:
        """Give the cosine between a stored entry and a vector."""
        stored = self.index.vector(entry_id)
        return -1.0 if stored is None else float(stored @ vector)

    def _curated_rankings(self, query: str, vector: Vectors, reading: Reading) -> list[tuple[float, list[str]]]:
        """Give the weighted lists that rest on tags, topics and the evidence map."""
        near, named = self.index.nearness(vector), _names_its_subject(reading)
        weight = self.settings.tag_weight if named else self.settings.tag_weight_assumed
        on_outcome, on_treatment = self._curated.tagged(reading, near)
        behind = self._curated.behind(self.topics(query, _TOPICS), near)
        return [
            (weight, on_outcome[:_DEPTH]),
            (self.settings.treatment_share * weight, on_treatment[:_DEPTH]),
            (self.settings.topic_weight, behind),
            (self.settings.map_weight, self._curated.deciding(reading)),
        ]

    @cached_property
    def _curated(self) -> Curated:
        return Curated(corpus=self.corpus)

    def _reading(self, query: str, asked: str | None, topic: tuple[str, ...]) -> Reading:
        """Read a question; of a long story only what it asks decides the outcome, but never away from pregnancy."""
        whole = read(query, self.corpus.vocabulary, topic)
        return whole.asking(read(asked, self.corpus.vocabulary, topic)) if asked else whole

    def _passage(self, id_: str) -> Passage:
        return self.corpus.passages.get(id_) or self.corpus.sentences[id_]
