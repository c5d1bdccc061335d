"""Which reviewed sentences answer a question: its topic, its cell of the evidence map, and the findings to quote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.corpus import Corpus
from rag.reading import Reading, affinity, treatment_fit
from rag.retrieval import Retriever, passage_lines
from rag.types import Cell, Direction, Found, Passage, Population, Role, Source, StudyDesign, Topic, Verdict
from rag.weighing import weight

TOPIC_SIMILARITY = 0.60  # cosine of the question and a topic's question above which the topic answers it
_FIT, _MISFIT = 0.1, 0.3  # how much tags may move that cosine
_FINDINGS = 3
_SAME = 0.86  # cosine above which two sentences say the same
_REVIEWED_BONUS = 0.3  # a reviewed sentence of the topic goes before a quotation that is as near
_UNCONTROLLED = (StudyDesign.CASE_SERIES, StudyDesign.CASE_REPORT, StudyDesign.SURVEY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence that may enter the answer: a line of a passage, or a reviewed sentence on several passages."""

    id: str
    text: str
    passage_ids: tuple[str, ...]
    relevance: float
    reviewed: bool = False


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Finds the topic and the cell that answer a question, and the sentences that bear on it."""

    corpus: Corpus
    retriever: Retriever

    def topic(self, question: str, reading: Reading) -> Topic | None:
        """Give the topic that answers the question: near in wording, and on the same treatment or condition."""
        best = max(
            ((self._topic_fit(id_, cosine, reading), id_) for id_, cosine in self.retriever.topics(question, 6)),
            default=(0.0, ""),
        )
        return self.corpus.topic_of[f"topic-{best[1]}"] if best[0] >= TOPIC_SIMILARITY else None

    def _topic_fit(self, topic_id: str, cosine: float, reading: Reading) -> float:
        """Give the cosine, raised for the outcome asked about and lowered for another treatment or condition."""
        topic = self.corpus.topic_of[f"topic-{topic_id}"]
        vocabulary = self.corpus.vocabulary
        specific = set(reading.conditions) - {"any", "pattern"}
        asked = vocabulary.conditions_in(" ".join((topic.question, *topic.also_asked)))
        score = cosine + (_FIT if set(topic.outcomes[:1]) & set(reading.focus) else 0.0)
        if specific:
            score += _FIT if specific & set(asked) else -_MISFIT
        if reading.subjects and topic.treatments:
            fit = treatment_fit(topic.treatments, reading.subjects, vocabulary)
            score -= 0.0 if fit > 0.5 else _MISFIT
        elif bool(reading.subjects) != bool(topic.treatments) and not specific:
            score -= _FIT
        return score

    def cell(self, reading: Reading) -> Cell | None:
        """Give the evidence map's cell for the outcome and treatment asked about, or None."""
        cells = self.corpus.cell_of
        pairs = ((t, o) for o in reading.focus for t in reading.subjects)
        return next((cells[pair] for pair in pairs if pair in cells), None)

    def choose(
        self, question: str, reading: Reading, found: Sequence[Found], topic: Topic | None, taken: list[str]
    ) -> list[Candidate]:
        """Choose sentences that bear on the question and repeat nothing; most certain evidence first."""
        candidates = [*self._reviewed(topic, question), *self._quotable(found, reading, question)]
        candidates.sort(key=lambda c: (-c.relevance, c.id))
        chosen: list[Candidate] = []
        for candidate in candidates:
            if len(chosen) == _FINDINGS or candidate.relevance < self.retriever.settings.min_similarity:
                break
            if self._new(candidate, chosen, taken):
                chosen.append(candidate)
        return sorted(chosen, key=lambda c: (-self._weight(c, reading), -c.relevance))

    def _reviewed(self, topic: Topic | None, question: str) -> Iterator[Candidate]:
        """Give what the topic says that studies found; reviewed wording goes before a bare quotation."""
        vector = self.retriever.embed(question)
        for sentence in topic.parts.get("studies", ()) if topic else ():
            cosine = self.retriever.similarity(sentence.id, vector)
            yield Candidate(
                id=sentence.id,
                text=sentence.text,
                passage_ids=sentence.cites,
                relevance=cosine + _REVIEWED_BONUS,
                reviewed=True,
            )

    def _quotable(self, found: Sequence[Found], reading: Reading, question: str) -> Iterator[Candidate]:
        """Give the lines of the passages found; up to 0.25 more for the treatment and outcome asked about."""
        vector = self.retriever.embed(question)
        for item in found:
            if item.passage.role not in (Role.FINDING, Role.ADVICE):
                continue
            bonus = 0.25 * affinity(item.passage, reading, self.corpus.vocabulary)
            for line in passage_lines(item.passage):
                cosine = self.retriever.similarity(line.id, vector)
                yield Candidate(id=line.id, text=line.text, passage_ids=(item.passage.id,), relevance=cosine + bonus)

    def _new(self, candidate: Candidate, chosen: Sequence[Candidate], taken: Sequence[str]) -> bool:
        """Tell whether a sentence repeats nothing chosen and leaves room for other sources."""
        vector = self.retriever.index.vector(candidate.id)
        if vector is None or candidate.text in taken:
            return False
        source = candidate.passage_ids[0].partition("#")[0]
        if sum(source == c.passage_ids[0].partition("#")[0] for c in chosen) >= 2:
            return False
        return all(self.retriever.similarity(c.id, vector) < _SAME for c in chosen) and all(
            float(self.retriever.embed(text) @ vector) < _SAME for text in taken
        )

    def _weight(self, candidate: Candidate, reading: Reading) -> float:
        outcome = reading.focus[0] if reading.focus else "works"
        passages = [self.corpus.passages[id_] for id_ in candidate.passage_ids]
        return max(weight(p, self.corpus.sources[p.source_id], outcome) for p in passages)

    def unsaid(self, sentence: Passage, taken: Sequence[str]) -> bool:
        """Tell whether a reviewed sentence repeats nothing that was said."""
        vector = self.retriever.index.vector(sentence.id)
        return vector is None or all(float(self.retriever.embed(text) @ vector) < _SAME for text in taken)


def quote_support(passage: Passage, source: Source) -> tuple[Verdict, str | None]:
    """Tell how far a quoted finding carries: a weak design is flagged in words, with the reason."""
    if not source.reviewed_on:
        return Verdict.LIMITED, "Our staff have not reviewed this source yet."
    positive = any(b.direction is Direction.FOR and b.outcome != "approval" for b in passage.bearings)
    population = passage.population or source.population
    if population in (Population.ANIMAL, Population.LABORATORY) and positive:
        return Verdict.LIMITED, "Seen only in animals or in the laboratory, not in people."
    if not positive:
        return Verdict.SUPPORTED, None
    if source.study_design in _UNCONTROLLED:
        return (
            Verdict.LIMITED,
            "Early evidence: nobody was compared with people who did not have the treatment.",
        )
    if not (source.peer_reviewed or source.official):
        return Verdict.LIMITED, "This source was not checked by other researchers (not peer reviewed)."
    return Verdict.SUPPORTED, None
