"""Which reviewed sentences answer a question: its topic, its cell of the evidence map, and the findings to quote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.corpus import Corpus
from rag.reading import Reading, affinity, asked_agent, people_in, treatment_fit
from rag.retrieval import Retriever, passage_lines
from rag.text import words
from rag.types import Cell, Direction, Found, Passage, Population, Role, Source, StudyDesign, Topic, Verdict
from rag.weighing import weight

# These were set by hand from a few dozen questions; only what the citations and retrieval suites see is measured.
TOPIC_SIMILARITY = 0.60  # cosine of the question and a topic's question above which the topic answers it
_FIT, _MISFIT = 0.1, 0.3  # how much tags may move that cosine
_ITS_WORDS = 0.75  # cosine above which a question is asked in a topic's own words
_IN_SCOPE = 0.75  # questions on other illnesses reach 0.73 ("are stem cells used to treat leukaemia?")
_NEAR = 0.6  # cosine above which a passage may be quoted although it is tagged with another outcome
_MAIN_BONUS = 0.18  # another sentence leads only when it is clearly nearer than the main one
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
        topic = self.corpus.topic_of[f"topic-{best[1]}"] if best[0] >= TOPIC_SIMILARITY else None
        # One chosen for the kind of hair loss may be about other treatments than the one that was named.
        foreign = topic and topic.treatments and reading.treatments
        return None if foreign and topic and not self.fits(topic.treatments, reading.treatments) else topic

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
            named = _MISFIT if reading.treatments else _FIT  # what is only assumed to be meant weighs less
            score -= 0.0 if fit > 0.5 else named
        elif topic.treatments and not reading.subjects and not specific:
            score -= _FIT
        return score

    def cell(self, reading: Reading) -> Cell | None:
        """Give the evidence map's cell for the outcome and treatment asked about, or None."""
        cells = self.corpus.cell_of
        pairs = ((t, o) for o in reading.focus for t in reading.subjects)
        return next((cells[pair] for pair in pairs if pair in cells), None)

    def answers(self, topic: Topic, cell: Cell, question: str) -> bool:
        """Tell whether a topic, and not the cell, gives the message: same subject, or asked in nearly its words."""
        nearest = self.retriever.topics(question, 1)
        asked = bool(nearest) and nearest[0][0] == topic.id and nearest[0][1] >= _ITS_WORDS
        return asked or (cell.outcome in topic.outcomes and topic.treatments[:1] == (cell.treatment,))

    def message(self, topic: Topic, question: str) -> Passage:
        """Give the topic's sentence that answers the question: its main one unless another is clearly nearer."""
        vector = self.retriever.embed(question)
        asked = people_in(question)

        def fit(sentence: Passage) -> float:
            spoken = people_in(sentence.text)
            others = _MISFIT if asked and spoken and not asked & spoken else 0.0
            main = _MAIN_BONUS if sentence in topic.parts["main"] else 0.0
            return self.retriever.similarity(sentence.id, vector) + main - others

        return max((*topic.parts["main"], *topic.parts.get("studies", ())), key=fit)

    def near_topic(self, question: str) -> bool:
        """Tell whether a question is asked in nearly the words of a topic, and so is in scope."""
        nearest = self.retriever.topics(question, 1)
        return bool(nearest) and nearest[0][1] >= _IN_SCOPE

    def unstudied(self, question: str, found: Sequence[Found]) -> str | None:
        """Name what a question asks about when neither the vocabulary nor any passage found knows it, else None."""
        agent = asked_agent(question, self.corpus.vocabulary)
        if agent is None:
            return None
        held = set(words(" ".join(item.passage.text for item in found)))
        return None if any({word, word.rstrip("s")} & held for word in agent.split()) else agent

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
            if item.passage.role not in (Role.FINDING, Role.ADVICE) or not self._bears(item, reading):
                continue
            bonus = 0.25 * affinity(item.passage, reading, self.corpus.vocabulary)
            for line in passage_lines(item.passage):
                cosine = self.retriever.similarity(line.id, vector)
                yield Candidate(id=line.id, text=line.text, passage_ids=(item.passage.id,), relevance=cosine + bonus)

    def _bears(self, item: Found, reading: Reading) -> bool:
        """Tell whether a passage bears on what is asked: not on another treatment, and on its outcome or very near."""
        passage = item.passage
        if reading.treatments and passage.treatments and not self.fits(passage.treatments, reading.treatments):
            return False
        outcomes = {b.outcome for b in passage.bearings}
        return not reading.focus or bool(outcomes & set(reading.focus)) or item.similarity >= _NEAR

    def fits(self, tagged: tuple[str, ...], named: tuple[str, ...]) -> bool:
        """Tell whether what is tagged is about a treatment that was named, or of its kind."""
        return treatment_fit(tagged, named, self.corpus.vocabulary) > 0.0

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
