"""The main message of an answer: the sentence that surely answers, else the topic's or the evidence map's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answers.citations import Sentence, of_topic
from rag.answers.findings import MOST_CITED, Candidate, Findings
from rag.answers.funding import Funding
from rag.answers.leads import Leads
from rag.answers.local import Local
from rag.evidence import Cell, Passage, Topic
from rag.ids import owner_of
from rag.kinds import Part, Verdict
from rag.language.demands import asks_if_true, shares_a_place
from rag.language.questions import defines, split_carried, thing_asked_of
from rag.language.reading import people_in, read, sided_on
from rag.language.twofold import asks_which, sets_against
from rag.library.corpus import Corpus
from rag.search.retrieval import Retriever
from rag.sentences.answering import fit_to_lead
from rag.sentences.inquiry import LIKELY_ANSWER, SURE_ANSWER, SURELY_BELONGS, Asked
from rag.sentences.quotes import best_support
from rag.sentences.relevance import Relevant
from rag.sentences.sayable import Form, Sayable
from rag.text import sentence_texts

# Shares of the belief, as ``rag.sentences.inquiry.LIKELY_ANSWER``.
HELD_ANSWER = 0.5  # and from here on we do hold something on the very thing asked about
# Cosine from which two sentences say nearly the same, among so many of the best. Of 158 questions of other readers 63
# open with a sentence that answers (57 where each share counts alone; .65 and .85: 60 and 61), facts of talks alike.
_ALIKE, _ALIKE_AMONG = 0.75, 16
# The same for sentences that say nearly the same together. Of 862 dev turns 80 have .05 to .14: the best sentence
# answers 22 of them, what the topic or the map would have said 5.
LIKELY_TOGETHER = 0.05
_ITS_WORDS = 0.75  # cosine above which a question is asked in a topic's own words
_ITS_WORDS_CARRIED = 0.60  # the same for a follow-up, whose subject is known
_WHOM = 0.15  # what a sentence on the very people asked about gains where the main one is on others
_MAIN_BONUS = 0.25  # another sentence leads only when it is clearly nearer than the main one
_ADVICE_LOSS = 0.1  # a next step leads only where it is nearer still ("do I need somebody with me?")
_MISFIT = 0.3  # what a sentence on other people loses
# Outcomes that have sentences of their own, so that a topic's word on whether hair grows is no answer to them alone.
# Of 638 messages whose right topic is known, 8 ask so: that word is right for 3, what is told in its place for 7.
_ASKED_ALONE = frozenset({"approval", "sessions", "lasts", "how_soon", "who_benefits", "pain", "cost", "mechanism"})
_OF_EFFECT = frozenset({"works", "how_much", "comparison"})
_SAYS_IT_ALL = 0.6  # share of the belief in a topic from which its message does answer
_LIKELY_OF_IT = 0.1  # of the belief in a sentence on just that
NOBODY_LOOKED = "No study in our library looked at this."


@dataclass(frozen=True, kw_only=True)
class Messages:
    """Finds what an answer opens with."""

    corpus: Corpus
    leads: Leads
    findings: Findings

    @property
    def retriever(self) -> Retriever:
        """Give the retriever of the findings."""
        return self.findings.retriever

    @cached_property
    def local(self) -> Local:
        """Give what finds what is told of a country."""
        return Local(findings=self.findings)

    @cached_property
    def funding(self) -> Funding:
        """Give what finds who paid for a study."""
        return Funding(findings=self.findings)

    def led(self, part: Asked) -> Asked:
        """Give what is asked with the cell and the topic of what surely leads: a topic's message, else a sentence."""
        direct = self._leading(part) if part.opens else self.direct(part)
        if direct is None and (works := self._works(part)):
            return replace(part, cell=works)
        if direct is None or direct.share < SURE_ANSWER:
            return part
        said, cell, topic = direct.said, part.cell, part.topic
        if said.form.of_the_map:
            cell = self.corpus.cell_by_id[said.entry_id]
        elif cell and not _is_on(said, cell, self.leads):
            cell = None
        if said.form.of_a_topic:
            topic = self.corpus.topic_of[owner_of(said.entry_id)]
        return replace(part, cell=cell, topic=topic)

    def direct(self, part: Asked, least: float = LIKELY_ANSWER) -> Relevant | None:
        """Give the sentence that answers what is asked; None where none is by itself likely enough to."""
        best = next(iter(self.findings.answering.of(part)), None)
        return best if best and best.share >= least else None

    def _leading(self, part: Asked) -> Relevant | None:
        """Give the sentence that answers, likely enough together with those that say nearly the same; else None."""
        found, thing = self.findings.answering.of(part), thing_asked_of(part.question)
        if told := next((one for one in found if thing and defines(one.said.text, thing)), None):
            return told
        if opening := self._setting_against(part, found) or self._of_what_was_chosen(part, found):
            return opening
        found = fit_to_lead(found)[:_ALIKE_AMONG]
        if not found or found[0].share >= LIKELY_ANSWER:
            return found[0] if found else None
        best, likeness = found[0], self.findings.repetition.likeness
        if self._works(part):
            return None  # to "is that for real?" one study that lies near is no answer
        if self._is_on_one_of_two(best.said.text, part):
            return None
        shares = [one.share for one in found if likeness(best.said.text, one.said.text) >= _ALIKE]  # its own among them
        return best if sum(shares) >= LIKELY_TOGETHER else None

    def _setting_against(self, part: Asked, found: Sequence[Relevant]) -> Relevant | None:
        """Give the likely sentence that sets one of two treatments against the other, where that is asked."""
        two = {*part.reading.treatments}
        if len(two) != 2 or not ({*part.reading.focus} <= _OF_EFFECT and asks_which(part.question)):
            return None
        named = self.corpus.vocabulary.treatments_in
        told = (one for one in found if one.share >= LIKELY_TOGETHER and sets_against(one.said.text))
        return next((one for one in told if two <= {*(keys := named(one.said.text))} and keys[0] in two), None)

    def _of_what_was_chosen(self, part: Asked, found: Sequence[Relevant]) -> Relevant | None:
        """Give the main message of a topic that surely answers, or its own sentence that does so more exactly."""
        if part.topic is None or not part.opens:
            return None
        main = self._main_of(part.topic, part)
        if part.topic_share < SURELY_BELONGS:
            if found and found[0].share >= SURE_ANSWER:
                return None  # a sentence that surely answers is right more often than a topic that may
            if main and self._is_on_one_of_two(main.text, part):
                return None
        if main and self._says_something_else(main, part):
            return self._on_what_is_asked(found, part)
        own = {sentence.id for sentence in part.topic.sentences}
        exact = next((one for one in found if one.said.entry_id in own and one.share >= SURE_ANSWER), None)
        return exact or (Relevant(said=main, share=part.topic_share) if main else None)

    def _says_something_else(self, main: Sayable, part: Asked) -> bool:
        """Tell whether a topic's message says if a treatment works, where just one other thing is asked of it.

        "Are they approved", of exosomes, is not answered with what grew.
        """
        reading, topic = part.reading, part.topic
        one_thing = reading.treatments and {*reading.outcomes} <= _ASKED_ALONE
        told_apart = one_thing and topic is not None and topic.outcomes[:1] == ("works",)
        return bool(told_apart and part.topic_share < _SAYS_IT_ALL and not {*reading.outcomes} & self._spoken_in(main))

    def _spoken_in(self, said: Sayable) -> set[str]:
        return set(read(said.text, self.corpus.vocabulary).outcomes)

    def _on_what_is_asked(self, found: Sequence[Relevant], part: Asked) -> Relevant | None:
        """Give the first likely sentence that is tagged with an outcome asked of, on a treatment asked of."""
        reading = part.reading
        return next(
            (
                one
                for one in fit_to_lead(found)
                if one.share >= _LIKELY_OF_IT
                and {*reading.outcomes} & {*one.said.tagged}
                and self.leads.fits(one.said.treatments, reading.treatments)
            ),
            None,
        )

    def _main_of(self, topic: Topic, part: Asked) -> Sayable | None:
        """Give the main message of a topic; None where it is on another treatment: one on prices opens with some."""
        sayables = self.leads.relevance.sayables
        main = sayables.all[sayables.places[topic.parts[Part.MAIN][0].id][0]]
        named, asked = self.corpus.vocabulary.treatments_in(main.text), part.reading.treatments
        return None if named and asked and not self.leads.fits(named, asked) else main

    def of_the_second(self, part: Asked) -> Sentence | None:
        """Give the main message of what a message asks of besides; None where it asks of one thing."""
        if part.second is None or thing_asked_of(part.question):  # who asks what a thing is hears of no other
            return None
        main = self._main_of(part.second, part)
        return self._said(main) if main else None

    def _works(self, part: Asked) -> Cell | None:
        """Give the cell on whether a treatment works, where all that is asked is if what was heard of it is so."""
        cells = (self.corpus.cell_of.get((key, "works")) for key in part.reading.treatments)
        return next(filter(None, cells), None) if asks_if_true(part.question) else None

    def _is_on_one_of_two(self, text: str, part: Asked) -> bool:
        """Tell whether a text does not speak of all that a question compares: of one, beside a third."""
        compared = "comparison" in part.reading.focus
        return compared and not {*part.reading.treatments} <= {*self.corpus.vocabulary.treatments_in(text)}

    def lead(self, part: Asked) -> Sentence | None:
        """Give the main message."""
        if here := self.local.sentence(part):
            return self.quote(here)
        direct = self._leading(part)
        return self._said(direct.said) if direct else self._curated(part)

    def besides(self, part: Asked) -> Sentence | None:
        """Give what else would have opened: the likeliest sentence, else what the topic or the map tells first."""
        direct, thing, also = self._leading(part), thing_asked_of(part.question), self.direct(part)
        if direct is None or self.local.sentence(part) or (thing and defines(direct.said.text, thing)):
            return None
        if part.opens and also and also.said is not direct.said:
            return None if also.said.form is Form.SILENT_CELL else self._said(also.said)
        curated = self._curated(part) if direct.share < SURE_ANSWER else None
        return None if curated and curated.support.flagged else curated

    def is_on_the_cell(self, part: Asked) -> bool:
        """Tell whether the main message is about the cell of what is asked, so that the cell's yes or no fits it."""
        direct, topic, cell = self._leading(part), part.topic, part.cell
        if cell is None:
            return direct is None
        if self.local.is_asked_of(part) and not shares_a_place(cell.sentence, part.question):
            return False  # what is so in one country is no yes or no on another
        if direct and not _is_on(direct.said, cell, self.leads):
            return False
        # "Can hair loss be prevented?" names no treatment: not every message is on the one that was assumed.
        if part.reading.treatments or (direct and direct.said.form.of_the_map):
            return True
        if direct:
            return self.leads.fits(self.corpus.vocabulary.treatments_in(direct.said.text), (cell.treatment,))
        return topic is None or cell.treatment in topic.treatments or not self._topic_leads(topic, cell, part)

    def of_the_lead(self, part: Asked) -> Asked:
        """Give what is asked with its topic and its cell only where the main message is of them.

        How sure we are of anything else would vouch for the wrong sentence.
        """
        direct = self._leading(part)
        if direct is None:
            return part if self.is_on_the_cell(part) else replace(part, cell=None)
        topic, sources = part.topic, {p.source_id for p in direct.said.passages}
        cited = {owner_of(id_) for s in topic.telling(Part.SURE) for id_ in s.cites} if topic else set()
        told = topic and (owner_of(direct.said.entry_id) == topic.source_id or sources & cited)
        return replace(part, topic=topic if told else None, cell=part.cell if self.is_on_the_cell(part) else None)

    def _curated(self, part: Asked) -> Sentence | None:
        """Give the topic's message when it is about just this, else the evidence map's."""
        topic, cell = part.topic, part.cell
        if topic and (cell is None or self._topic_leads(topic, cell, part)):
            message = self._of_the_topic(topic, part)
            return of_topic(message, advice=message in topic.telling(Part.NEXT))
        if cell is None:
            near = self.findings.nearest(part)
            return self.quote(near) if near else None
        if cell.silent:
            # "Is it the jab?" asks no "does it grow hair", so that nobody looked at that is no answer.
            assumed = cell.outcome == "works" and not part.reading.focus
            first = next(iter(self.findings.ranked(part)), None) if assumed else None
            if near := self.findings.nearest(part) or first:
                return self.quote(near)
            return Sentence(text=cell.sentence, support=Verdict.NO_EVIDENCE, note=NOBODY_LOOKED)
        ids = cell.passage_ids[:MOST_CITED]
        return Sentence(text=self._first_line(cell), passage_ids=ids, support=Verdict.SUPPORTED)

    def _said(self, said: Sayable) -> Sentence:
        """Give a sentence as it is said: a line as a quotation, one of the map or a topic as reviewed."""
        ids = tuple(p.id for p in said.passages)
        if said.form.of_a_line:
            return self.quote(Candidate(id=said.entry_id, text=said.text, passage_ids=ids, relevance=0.0))
        if said.form is Form.SILENT_CELL:
            return Sentence(text=said.text, support=Verdict.NO_EVIDENCE, note=NOBODY_LOOKED)
        if said.form is Form.CELL:
            return Sentence(text=said.text, passage_ids=ids[:MOST_CITED], support=Verdict.SUPPORTED)
        return of_topic(self.corpus.sentences[said.entry_id], advice=said.form is Form.TOPIC_NEXT)

    def quote(self, candidate: Candidate) -> Sentence:
        """Give a finding as a sentence, flagged in words where its studies are weak."""
        passages = [self.corpus.passages[id_] for id_ in candidate.passage_ids]
        support, note = best_support(self.corpus.sourced(passages))
        return Sentence(text=candidate.text, passage_ids=candidate.passage_ids, support=support, note=note)

    def _topic_leads(self, topic: Topic, cell: Cell, asked: Asked) -> bool:
        """Tell whether a topic, and not the cell, gives the message: same subject, or asked in nearly its words."""
        if cell.outcome in topic.outcomes[:1] and topic.treatments[:1] == (cell.treatment,):
            return True
        people = people_in(asked.question)
        if people and not people & (people_in(cell.sentence) or people):  # the cell is on others
            return any(people & people_in(sentence.text) for sentence in _may_lead(topic))
        bare, carried = split_carried(asked.question)
        # What was carried over brings any question nearer to the topic of its subject.
        nearest = self.retriever.topics(bare, 1)
        least = _ITS_WORDS_CARRIED if carried else _ITS_WORDS
        its_words = bool(nearest) and nearest[0][0] == topic.id and nearest[0][1] >= least
        focus = set(asked.reading.focus) - {"works"}  # which nearly every question has a word of
        if "comparison" in focus and len(set(asked.reading.treatments)) > 1:  # one sentence must speak of both
            named = self.corpus.vocabulary.treatments_in
            both = set(asked.reading.treatments)
            return its_words and any(len(both & set(named(s.text))) > 1 for s in _may_lead(topic))
        if carried or not its_words or not focus:
            return its_words and not focus and cell.outcome in ("works", *asked.reading.focus)
        return any(focus & self._spoken_of(sentence) for sentence in _may_lead(topic))

    def _spoken_of(self, sentence: Passage) -> set[str]:
        """Give the outcomes that a topic's sentence speaks of."""
        return set(read(sentence.text, self.corpus.vocabulary).outcomes)

    def _of_the_topic(self, topic: Topic, asked: Asked) -> Passage:
        """Give the topic's sentence that answers the question: its main one unless another is clearly nearer.

        Where some speak of the outcome asked about, it is one of these: a question on approval is not answered with
        what grew.
        """
        vector = self.retriever.embed(asked.question)
        people, focus = people_in(asked.question), set(asked.reading.focus) - {"works"}

        told = people_in(topic.parts[Part.MAIN][0].text)
        on_them = _WHOM if told and not told & people else 0.0  # only where the main message is on others

        def fit(sentence: Passage) -> float:
            spoken = people_in(sentence.text)
            whom = 0.0 if not (people and spoken) else on_them if people & spoken else -_MISFIT
            main = _MAIN_BONUS if sentence in topic.telling(Part.MAIN) else 0.0
            advice = _ADVICE_LOSS if sentence in topic.telling(Part.NEXT) else 0.0
            return self.retriever.similarity(sentence.id, vector) + main + whom - advice

        fitting = list(_may_lead(topic))
        if focus and not focus & {*topic.outcomes[:1]}:
            stated = [s for s in fitting if s not in topic.telling(Part.NEXT)]
            sided = [s for s in stated if focus & sided_on(s.text, self.corpus.vocabulary)]
            fitting = sided or [s for s in fitting if focus & self._spoken_of(s)] or fitting
        return max(fitting, key=fit)

    def _first_line(self, cell: Cell) -> str:
        """Give the sentence of a cell that an answer may open with: the first of it where it is a whole passage."""
        if (cell.treatment, cell.outcome) in self.corpus.cell_of:
            return cell.sentence
        return sentence_texts(cell.sentence)[0]


def _may_lead(topic: Topic) -> tuple[Passage, ...]:
    """Give the sentences of a topic that an answer may open with."""
    return topic.telling(Part.MAIN, Part.STUDIES, Part.UNKNOWN, Part.NEXT)


def _is_on(said: Sayable, cell: Cell, leads: Leads) -> bool:
    """Tell whether a sentence is on the treatment and the outcome of a cell."""
    return cell.outcome in said.tagged and leads.fits(said.treatments, (cell.treatment,))
