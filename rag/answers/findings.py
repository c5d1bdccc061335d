"""Which sentences an answer may quote: reviewed ones of its topic, lines of the deciding passages, lines near by."""

from collections.abc import Callable, Collection, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from rag.answers.home import Home
from rag.answers.leads import Leads
from rag.evidence import Passage
from rag.ids import owner_of
from rag.judging.weighing import weight
from rag.kinds import Part, Role
from rag.language.demands import gain
from rag.language.questions import speaks_of, split_carried, thing_asked_of
from rag.language.reading import affinity, read, treatment_fit
from rag.library.corpus import Corpus
from rag.recent import Recent
from rag.search.retrieval import SENTENCE, Retriever, passage_lines
from rag.sentences.answering import LIKELY, OF_OUR_READING, Answering, stands_alone
from rag.sentences.bearing import NEAR, Bearing, focus_of
from rag.sentences.inquiry import Asked
from rag.sentences.quotes import figure_bonus
from rag.sentences.repetition import Repetition
from rag.sentences.sayable import Form

# Set by hand on the development half of evals/data/answers.jsonl; what other values give is not recorded.
_ELSEWHERE = 10  # how many sentences of other topics are looked at
_ANSWERS = 0.55  # cosine above which a sentence answers although nobody studied the outcome under its name
_ANSWERS_ALONE = 0.68  # the same for a line found and the few words of a follow-up, without what was carried over
_FEW = 2  # with fewer findings than this, near sentences on another outcome help
# Sentences that are only near come no later than this; a fourth and a fifth must be likely to answer. Of 679 facts that
# dev talks ask for as many are told as with four of any kind, in 117 words at the median in place of 127.
_NEARBY = 3
_NEXT_BEST = 0.5  # if their cosine is above this
_LEAST = 0.40  # cosine below which a line that was neither reviewed nor decides the cell is left out
# What the search puts first is near by meaning, words and tags together: of 34 facts that answers to the talks of
# evals/data/answers.jsonl (dev) left out although a passage found told them, 24 stood in the first three passages.
_FIRST_FOUND = 3  # so many of them may be quoted whatever outcome they are tagged with, where no cell answers
_FIRST_LEAST = 0.30  # if their cosine is above this
_FIRST_BONUS = 0.6  # and the very first goes before what is as near
_SURE = 0.2  # share of the best one above which only what is among those that answer best is said beside it
_BEFORE_ALL = 3.0  # more than nearness and tags together can give
MOST_CITED = 3
MOST = 5  # findings of an answer
_REVIEWED_BONUS = 0.5  # a reviewed sentence of the topic goes before a quotation that is as near
_DECIDING_BONUS = 0.15  # and so does what decides the cell
_TAG_BONUS = 0.25
_WEIGHT_BONUS = 0.03  # of one unit of design weight: a review of trials gains 0.12 on a single case
# From here on a sentence is said that would else be too far off: one on another thing than the one asked of, or on how
# a study was done, which answers seldom. Of 37 such lines that came after the first for 385 dev questions, with a share
# of .05 to .12, one answers and four bear on the question; of findings two in five and two in three.
_LIKELIER = 0.12
# Share from which a sentence that is unlikely to answer is said although it is not of the topics of the main message.
_MAY_ANSWER = 0.005
_PLAIN_WORDS, _LONG_LOSS = 20, 0.01  # what a line loses for each word beyond these: it is hard to read
_LATER_LINE = 0.15  # what a line loses that is not the first of its passage: it was written to follow another
QUOTED_ROLES = (Role.FINDING, Role.ADVICE)
_FIRST_ROLES = (*QUOTED_ROLES, Role.LIMITATION)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence that may enter the answer: a line of a passage, or a reviewed sentence on several passages."""

    id: str
    text: str
    passage_ids: tuple[str, ...]
    relevance: float
    reviewed: bool = False
    beside: bool = False  # found first, though tagged with another outcome than the one asked about


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Finds the sentences that bear on a question."""

    corpus: Corpus
    retriever: Retriever
    leads: Leads
    _ranked: Recent[Asked, list[Candidate]] = field(default_factory=lambda: Recent(most=8), repr=False)

    @cached_property
    def bearing(self) -> Bearing:
        """Give what tells whether a sentence bears on a question."""
        return Bearing(corpus=self.corpus)

    @cached_property
    def answering(self) -> Answering:
        """Give what tells which sentences answer a question."""
        return Answering(corpus=self.corpus, bearing=self.bearing)

    @cached_property
    def repetition(self) -> Repetition:
        """Give what tells whether a sentence was said before."""
        return Repetition(retriever=self.retriever, sayables=self.leads.relevance.sayables)

    def choose(
        self, asked: Asked, count: int, said: Sequence[str], home: Home, heard: Set[str] = frozenset()
    ) -> list[Candidate]:
        """Choose sentences that bear on the question and repeat nothing said; most certain evidence first.

        What was ``heard`` in the turns before is told again only where it likely answers.
        """
        chosen: list[Candidate] = []
        again = heard - {one.said.text for one in asked.relevant if one.share >= LIKELY}
        fresh = (c for c in chain(self.ranked(asked), self._next_best(asked)) if c.text not in again)
        for candidate in filter(self._bearing(asked), fresh):
            if len(chosen) == min(count, _most_with(candidate)):
                break
            if self._new(candidate, chosen, said):
                chosen.append(candidate)
        kept = filter(self._belonging(asked, home), chosen)
        return sorted(kept, key=lambda c: (-self._weight(c, asked), -c.relevance, c.id))

    def _bearing(self, asked: Asked) -> Callable[[Candidate], bool]:
        """Give what tells which sentences bear on a question: those that answer best, where one of them surely does.

        To who asks what a thing is, nothing that may not answer is told of other things.
        """
        near = {one.said.entry_id for one in asked.relevant}
        sure = bool(asked.relevant) and asked.relevant[0].share >= _SURE
        thing, named = thing_asked_of(asked.question), self.corpus.vocabulary.treatments_in

        def on_it(candidate: Candidate) -> bool:
            spoken = thing is None or speaks_of(candidate.text, thing) or set(named(thing)) & set(named(candidate.text))
            return bool(spoken) or candidate.relevance >= _BEFORE_ALL + _LIKELIER

        return lambda candidate: (candidate.id in near or not sure) and on_it(candidate)

    def _belonging(self, asked: Asked, home: Home) -> Callable[[Candidate], bool]:
        """Give what tells which sentences belong beside the main message: those of its home, and what may answer."""
        share = {one.said.text: one.share for one in asked.relevant}
        vocabulary = self.corpus.vocabulary
        meant, vector = asked.reading.treatments or home.treatments, self.retriever.embed(asked.question)

        def belongs(candidate: Candidate) -> bool:
            if candidate.relevance >= _BEFORE_ALL or home.holds(candidate.passage_ids):
                return True
            named = vocabulary.treatments_in(candidate.text)
            same = not named or treatment_fit(named, meant, vocabulary) > 0.0
            near = self.retriever.similarity(candidate.id, vector) >= NEAR
            return same and (near or share.get(candidate.text, 0.0) >= _MAY_ANSWER)

        return belongs

    def _next_best(self, asked: Asked) -> Iterator[Candidate]:
        """Give near sentences on the subject whose tags name another outcome; relevance is negative, best first."""
        loose = replace(asked, reading=replace(asked.reading, assertions=()), topic=None, cell=None)
        vector = self.retriever.embed(asked.question)
        near = [replace(c, relevance=self.retriever.similarity(c.id, vector) - 1.0) for c in self.ranked(loose)]
        near = [c for c in near if c.relevance >= _NEXT_BEST - 1.0]
        yield from sorted(near, key=lambda c: (-c.relevance, c.id))

    def is_near(self, candidate: Candidate, asked: Asked) -> bool:
        """Tell whether a sentence all but answers the question, whatever it is tagged with."""
        return self.retriever.similarity(candidate.id, self.retriever.embed(asked.question)) >= _ANSWERS

    def ranked(self, asked: Asked) -> list[Candidate]:
        """Give every sentence that bears on the question, most relevant first, each text once."""
        return self._ranked.of(asked, lambda: self._rank(asked))

    def _rank(self, asked: Asked) -> list[Candidate]:
        candidates = [*self._answering(asked), *self._reviewed(asked), *self._deciding(asked), *self._quotable(asked)]
        best: dict[str, Candidate] = {}
        for candidate in sorted((self._as_asked(c, asked) for c in candidates), key=lambda c: (-c.relevance, c.id)):
            best.setdefault(candidate.text, candidate)
        return list(best.values())

    def _answering(self, asked: Asked) -> Iterator[Candidate]:
        """Give those of them that are likely enough to answer, before anything that is only near."""
        for one in self.answering.of(asked):
            least = _LIKELIER if one.said.form is Form.LINE_DESIGN else LIKELY
            if one.share >= least and one.said.passages:
                ids = tuple(p.id for p in one.said.passages)
                yield Candidate(
                    id=one.said.entry_id,
                    text=one.said.text,
                    passage_ids=ids[:MOST_CITED],
                    relevance=_BEFORE_ALL + one.share,
                    reviewed=not one.said.form.of_a_line,
                )

    def _as_asked(self, candidate: Candidate, asked: Asked) -> Candidate:
        """Give a sentence with what it gains for the country and the kind of study that the question names."""
        sources = {self.corpus.passages[id_].source_id for id_ in candidate.passage_ids}
        designs = {self.corpus.sources[id_].study_design for id_ in sources}
        more = gain(candidate.text, designs, asked.question, asked.reading.focus)
        return replace(candidate, relevance=candidate.relevance + more) if more else candidate

    def nearest(self, asked: Asked) -> Candidate | None:
        """Give the reviewed sentence that all but answers the question, whatever its tags; None when none is near.

        What was carried over from earlier turns brings any sentence on its subject near, so there a line of what was
        found first must all but answer what was said.
        """
        bare, carried = split_carried(asked.question)
        if carried:
            vector = self.retriever.embed(bare)
            first = [f.passage.id for f in asked.found[:_FIRST_FOUND]]
            lines = (replace(c, relevance=self.retriever.similarity(c.id, vector)) for c in self.lines_of(first, asked))
            near = [c for c in lines if c.relevance >= _ANSWERS_ALONE]
        else:
            near = [c for c in self._elsewhere(asked) if c.relevance >= _ANSWERS]
        near = [c for c in near if not self.bearing.of_another_kind(c.text, asked)]
        return max(near, key=lambda c: (c.relevance, c.id), default=None)

    def _elsewhere(self, asked: Asked) -> Iterator[Candidate]:
        """Give the cited sentences of any topic that are nearest to the question; relevance is their cosine."""
        vector = self.retriever.embed(asked.question)
        for id_, cosine in self.retriever.index.dense(vector, _ELSEWHERE, (SENTENCE,)):
            sentence = self.corpus.sentences[id_]
            topic = self.corpus.topic_of[sentence.source_id]
            if sentence.cites and sentence in topic.telling(Part.STUDIES, Part.NEXT):
                yield Candidate(id=id_, text=sentence.text, passage_ids=sentence.cites, relevance=cosine, reviewed=True)

    def lines_of(self, passage_ids: Collection[str], asked: Asked) -> Iterator[Candidate]:
        """Give the lines of some passages that can stand alone, as candidates."""
        for id_ in dict.fromkeys(passage_ids):
            if id_ in self.corpus.passages:
                yield from self._lines(self.corpus.passages[id_], asked, bonus=0.0, least=-1.0)

    def _reviewed(self, asked: Asked) -> Iterator[Candidate]:
        """Give what the topic says that studies found; reviewed wording goes before a bare quotation."""
        for candidate in self._elsewhere(asked):
            passages = [self.corpus.passages[id_] for id_ in candidate.passage_ids]
            own = set(read(candidate.text, self.corpus.vocabulary).focus)
            if own and not own & focus_of(asked):  # its passages may bear on more than it says
                continue
            near = candidate.relevance
            if near >= _LEAST and self.bearing.bears(candidate.text, passages, asked, near):
                bonus = _REVIEWED_BONUS * (1.0 if asked.topic is None else 0.5) + figure_bonus(candidate.text)
                yield replace(candidate, relevance=candidate.relevance + bonus)
        vector = self.retriever.embed(asked.question)
        for sentence in asked.topic.telling(Part.STUDIES, Part.MAIN) if asked.topic else ():
            cosine = self.retriever.similarity(sentence.id, vector)
            passages = [self.corpus.passages[id_] for id_ in sentence.cites]
            if self.bearing.bears(sentence.text, passages, asked, cosine):
                relevance = cosine + _REVIEWED_BONUS + figure_bonus(sentence.text)
                yield Candidate(
                    id=sentence.id, text=sentence.text, passage_ids=sentence.cites, relevance=relevance, reviewed=True
                )

    def _deciding(self, asked: Asked) -> Iterator[Candidate]:
        """Give the lines of the passages that decide the cell."""
        cells = [asked.cell] if asked.cell else []
        if asked.cell and asked.cell.outcome == "evidence":  # what was found says best what there is
            cells += [c for c in (self.corpus.cell_of.get((asked.cell.treatment, "works")),) if c]
        for id_ in dict.fromkeys(id_ for cell in cells for id_ in cell.passage_ids):
            if self.corpus.passages[id_].role in QUOTED_ROLES:
                yield from self._lines(self.corpus.passages[id_], asked, bonus=_DECIDING_BONUS, least=-1.0)

    def _quotable(self, asked: Asked) -> Iterator[Candidate]:
        """Give the lines of the passages found."""
        first = _FIRST_FOUND if asked.cell is None or not asked.reading.focus else 0
        for place, item in enumerate(asked.found):
            if place < first and item.passage.role in _FIRST_ROLES and self.bearing.about(item, asked):
                bonus = 0.0 if place else _FIRST_BONUS
                yield from self._lines(item.passage, asked, bonus=bonus, least=_FIRST_LEAST, first=True)
            elif item.passage.role in QUOTED_ROLES and self.bearing.about(item, asked):
                yield from self._lines(item.passage, asked, bonus=0.0, least=_LEAST)

    def _lines(
        self, passage: Passage, asked: Asked, *, bonus: float, least: float, first: bool = False
    ) -> Iterator[Candidate]:
        """Give the lines of a passage that bear on the question; of what was found first, whatever the outcome."""
        vector = self.retriever.embed(asked.question)
        bonus += _TAG_BONUS * affinity(passage, asked.reading, self.corpus.vocabulary)
        bonus += _WEIGHT_BONUS * weight(passage, self.corpus.sources[passage.source_id], _outcome(asked))
        for place, line in enumerate(passage_lines(passage)):
            cosine = self.retriever.similarity(line.id, vector)
            if cosine < least or not stands_alone(line.text, place, self.corpus.vocabulary):
                continue
            bears = self.bearing.bears(line.text, [passage], asked, cosine)
            told = first and not OF_OUR_READING.search(line.text)
            if bears or (told and self.bearing.bears(line.text, [passage], asked, NEAR)):
                long = _LONG_LOSS * max(0, len(line.text.split()) - _PLAIN_WORDS)
                relevance = cosine + bonus + figure_bonus(line.text) - (_LATER_LINE if place else 0.0) - long
                yield Candidate(
                    id=line.id, text=line.text, passage_ids=(passage.id,), relevance=relevance, beside=not bears
                )

    def _new(self, candidate: Candidate, chosen: Sequence[Candidate], said: Sequence[str]) -> bool:
        """Tell whether a sentence repeats nothing chosen or said and leaves room for other sources."""
        source = owner_of(candidate.passage_ids[0])
        if sum(source == owner_of(c.passage_ids[0]) for c in chosen) >= 2:
            return False
        mine = set(candidate.passage_ids)
        if any(mine <= set(c.passage_ids) or set(c.passage_ids) <= mine for c in chosen):
            return False
        return self.repetition.new(candidate.text, [*said, *(c.text for c in chosen)])

    def _weight(self, candidate: Candidate, asked: Asked) -> float:
        passages = [self.corpus.passages[id_] for id_ in candidate.passage_ids]
        return max(weight(p, source, _outcome(asked)) for p, source in self.corpus.sourced(passages))


def _most_with(candidate: Candidate) -> int:
    """Give how many findings there may be with this one among them: more where it is likely to answer."""
    likely, near = candidate.relevance >= _BEFORE_ALL, candidate.relevance >= 0.0
    return MOST if likely else _NEARBY if near else _FEW


def _outcome(asked: Asked) -> str:
    """Give the outcome that evidence is weighed on: the first one asked of, else whether it works."""
    return next(iter(asked.reading.focus), "works")
