"""What leads an answer: the topic and the cell of the evidence map that bear on a question, and its main message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.evidence import Cell, Found
from rag.judging.cells import Cells
from rag.judging.claims import unknown_agent
from rag.language.asides import without_told
from rag.language.followups import OF_THE_LOSS, set_aside
from rag.language.persons import is_father_to_be
from rag.language.questions import asking, asks_what_helps, carrying, of_some_treatment, points_back, split_carried
from rag.language.reading import DEFAULT_TOPIC, Reading, people_in, read, treatment_fit
from rag.library.corpus import Corpus
from rag.search.retrieval import Retriever
from rag.sentences.following import Earlier
from rag.sentences.inquiry import BELONGS, BESIDES, Asked
from rag.sentences.relevance import Relevance, Relevant, Sought
from rag.sentences.topic_choice import Chosen, TopicChoice
from rag.text import normalise

# Set by hand from a few dozen questions; the citations, retrieval and answers suites measure what comes of them.
_MEANT_SIMILARITY = 0.60  # cosine of the question and a topic's above which, alone, its treatment is what is meant
_APART = 0.1  # by how much it lies nearer than any other topic where it alone is meant
_NEAR_ENOUGH = 0.45  # cosine of the question and the nearest of the topic's below which it is on something else
_IN_SCOPE = 0.75  # questions on other illnesses reach 0.73 ("are stem cells used to treat leukaemia?")
_RELEVANT = 40  # sentences that are kept of those that answer best
_ASKED_SO = 0.50  # cosine to a way of asking above which a question without a known outcome is taken to ask so
_ASKED_RATHER = 0.60  # and to one above which it is taken so against what the story around the question speaks of
# Words up to which a message is taken whole. Of 467 by eight authors 250 open with a sentence that answers when none is
# condensed, 223 when those over 18 words are and 234 over 25; of 34 dev ones over 25 words 22 and 13. Over 60: alike.
_TAKEN_WHOLE = 60
# Where nobody studied an outcome under its own name, this one answers.
_STANDS_IN = {"evidence": "works", "how_much": "works"}


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Finds the topic and the cell that answer a question."""

    corpus: Corpus
    retriever: Retriever

    def read(self, question: str) -> Reading:
        """Read a question by what it asks; what is told around it only says what it is about.

        One that names neither treatment nor kind of hair loss is taken to mean stem cells, where it is short or speaks
        of some treatment at all.
        """
        text = self.plain(question)
        reading = self._of_whom(text, self._by_what_it_asks(text, read(text, self.corpus.vocabulary)))
        of_the_loss = "cause" in reading.outcomes or (reading.focus and set(reading.focus) <= OF_THE_LOSS)
        general = not (reading.subjects or reading.kinds or of_the_loss)
        if not (general and reading.outcomes) or asks_what_helps(split_carried(question)[0]):
            return reading
        if not of_some_treatment(text) or unknown_agent(question, self.corpus.vocabulary):
            return reading
        return replace(reading, topic=self._assumed(question))

    def _of_whom(self, text: str, reading: Reading) -> Reading:
        """Give a reading without children who were only set aside, or of whose kind of hair loss we hold nothing.

        "Permanent" of a kind of hair loss, with no treatment named, asks whether the hair comes back. A man who names
        his wife and the baby that they hope for asks for himself.
        """
        kinds = reading.certain_kinds
        if is_father_to_be(text):
            reading = replace(reading, people=frozenset({"men"}))
        left = [a for a in reading.assertions if a.outcome != "children"]
        others = {a.outcome for a in left} - {"works"}
        aside = "children" not in read(set_aside(text), self.corpus.vocabulary).outcomes
        if len(left) < len(reading.assertions) and (aside or (kinds and not self._held_on_children(kinds))):
            reading = replace(reading, assertions=tuple(left))
        if kinds and not reading.treatments and "recovery" not in others:
            named = (replace(a, outcome="recovery") if a.outcome == "lasts" else a for a in reading.assertions)
            reading = replace(reading, assertions=tuple(named))
        return reading

    def _held_on_children(self, kinds: Collection[str]) -> bool:
        """Tell whether a passage is about children with one of some kinds of hair loss."""
        passages = (p for p in self.corpus.passages.values() if set(p.conditions) & set(kinds))
        return any(b.outcome == "children" for p in passages for b in p.bearings)

    def _assumed(self, question: str) -> tuple[str, ...]:
        """Give what is meant where nothing was named: what a topic that alone lies near is about, else stem cells."""
        (topic_id, first), *others = [*self.retriever.topics(split_carried(question)[0], 2), ("", -1.0)][:2]
        topic = self.corpus.topic_by_id.get(topic_id)
        alone = first >= _MEANT_SIMILARITY and first - others[0][1] >= _APART
        return topic.treatments[:1] or DEFAULT_TOPIC if topic and alone else DEFAULT_TOPIC

    def plain(self, text: str) -> str:
        """Give a text without slips of the pen, the person's own times, prices that are only told, and idioms."""
        return without_told(self.retriever.mended(text))

    def _by_what_it_asks(self, text: str, whole: Reading) -> Reading:
        """Give the reading of a text with the outcomes of its asking sentences, and their treatments first.

        Example: "I paid 3,000 for PRP and nothing happened. Is it a scam?" -> PRP and whether it works, not the cost
        """
        bare, carried = split_carried(text)
        if kept := read(set_aside(text), self.corpus.vocabulary).treatments:
            whole = replace(whole, treatments=kept)
        asked = asking(bare)
        if asked is None:
            return whole
        own = read(carrying(asked, [carried]), self.corpus.vocabulary)
        both = not own.treatments or "comparison" in own.outcomes or points_back(asked)
        treatments = tuple(dict.fromkeys((*own.treatments, *(whole.treatments if both else ()))))
        return replace(whole, treatments=treatments).asking(own)

    def clarified(self, question: str) -> str:
        """Give the question with the outcome that it asks about, where it names none and is put like one we know.

        Example: "what would it set me back?" -> "what would it set me back? (cost)"
        """
        bare, carried = split_carried(question)
        asked = asking(bare)
        named = read(self.plain(asked or bare), self.corpus.vocabulary).focus
        if named or self.near_topic(question) or (carried and self.read(question).focus):
            return question
        outcome, cosine = self.retriever.outcome(self._without_names(asked or bare))
        reading = self.read(question)
        of_the_loss = outcome in OF_THE_LOSS and reading.treatments  # "where do exosomes come from?" asks no cause
        of_no_child = outcome == "children" and "children" not in reading.people  # "is it ok at that age?", of 75
        if of_the_loss or of_no_child or cosine < (_ASKED_RATHER if reading.focus else _ASKED_SO):
            return question
        return carrying(question, [self.corpus.vocabulary.outcomes[outcome].name])

    def _without_names(self, question: str) -> str:
        """Give a question with "it" for every treatment named, so that only what is asked of it is compared."""
        low = normalise(question).lower()
        for key in self.corpus.vocabulary.treatments_in(low):
            low = self.corpus.vocabulary.treatments[key].pattern.sub("it", low)
        return low

    def condensed(self, question: str) -> str:
        """Give what a long story asks, with what it is about; a plain question, or a short story, as it is."""
        core = self.retriever.asked_in(question) if len(question.split()) > _TAKEN_WHOLE else None
        if core is None:
            return question
        whole, own = self.read(question), self.read(core)
        vocabulary = self.corpus.vocabulary
        told = read(core, vocabulary)
        if not (told.assertions or told.treatments or whole.treatments or told.conditions or whole.conditions):
            return question  # "who wins this argument?" asks of what was told before it
        about = [vocabulary.treatments[t].name for t in whole.treatments[:2] if not own.treatments]
        about += [vocabulary.conditions[c].name for c in whole.conditions if c in whole.kinds - own.kinds]
        return self.clarified(carrying(core, about))

    def asked(
        self, question: str, found: Sequence[Found], whole: str | None = None, earlier: Earlier | None = None
    ) -> Asked:
        """Read a question and find what may lead its answer; ``whole`` is the message that it was condensed from."""
        sought = self.sought(question, whole, earlier)
        reading, relevant = sought.reading, self.relevant(sought)
        chosen, second = (*self.choice.best(sought, relevant, 2), None, None)[:2]
        held = chosen and chosen.share >= BELONGS and chosen.nearness >= _NEAR_ENOUGH
        topic = chosen.topic if chosen and held else None
        besides = second and chosen and held and second.share >= BESIDES * (1.0 - chosen.share)
        # Without an outcome the topic says better what is meant than "does it work".
        # Nor is a treatment meant that was only assumed where a topic on none is asked of in its words.
        unmeant = topic and not (topic.treatments or reading.treatments)
        return Asked(
            question=question,
            reading=reading,
            found=tuple(found),
            topic=topic,
            topic_share=chosen.share if chosen else 0.0,
            second=second.topic if second and besides and second.nearness >= _NEAR_ENOUGH else None,
            cell=self.cell(reading) if not unmeant and (reading.focus or topic is None) else None,
            relevant=relevant,
            likeness=self.relevance.likeness(sought),
            follows=earlier.sources if earlier else frozenset(),
        )

    def chosen(self, question: str, earlier: Earlier | None = None) -> Chosen | None:
        """Give the topic of a question with how sure it is."""
        sought = self.sought(question, earlier=earlier)
        return next(iter(self.choice.best(sought, self.relevant(sought), 1)), None)

    def relevant(self, sought: Sought) -> tuple[Relevant, ...]:
        """Give the sentences that answer best, best first."""
        return tuple(self.relevance.best(sought, _RELEVANT))

    def sought(self, question: str, whole: str | None = None, earlier: Earlier | None = None) -> Sought:
        """Give a question as what answers it is sought."""
        return Sought(
            whole=whole or question,
            core=question,
            reading=self.read(question),
            earlier=earlier,
            reading_earlier=self.read(earlier.question) if earlier else None,
        )

    @cached_property
    def relevance(self) -> Relevance:
        """Give what tells which sentence answers a question."""
        return Relevance(corpus=self.corpus, retriever=self.retriever)

    @cached_property
    def choice(self) -> TopicChoice:
        """Give what chooses the topic of a question."""
        return TopicChoice(relevance=self.relevance)

    def prepare(self) -> None:
        """Read ahead what is the same for every question."""
        self.choice.prepare()

    def cell(self, reading: Reading) -> Cell | None:
        """Give the evidence map's cell for the outcome and treatment asked about, or None."""
        if not reading.subjects:
            return None
        cells = self.corpus.cell_of
        outcomes = reading.focus or ("works",)
        if {"safety", "lasts"} <= set(outcomes):  # "how long do the side effects last"
            outcomes = ("safety", *(o for o in outcomes if o != "safety"))
        outcomes += tuple(_STANDS_IN[o] for o in outcomes if o in _STANDS_IN)
        pairs = ((t, o) for o in outcomes for t in reading.subjects)
        direct = next((cells[pair] for pair in pairs if pair in cells), None)
        direct = self._on_whom(reading) or self._between(reading) or direct
        return direct or next((c for o in outcomes if (c := self._cells.mapped(reading, o))), None)

    def _on_whom(self, reading: Reading) -> Cell | None:
        """Give the cell that says whether the people asked about were studied, where that is all that is asked.

        Example: "can a woman take that too" of pumpkin seed oil -> nobody tested it in women
        """
        kinds = reading.kinds
        if set(reading.focus) - {"works", "who_benefits", "children"} or not (reading.people or kinds):
            return None
        cells, vocabulary = self.corpus.cell_of, self.corpus.vocabulary
        pairs = ((t, o) for t in reading.treatments[:1] for o in ("children", "who_benefits"))
        spoken = [cells[pair] for pair in pairs if pair in cells]
        meant = [c for c in spoken if people_in(c.sentence) & reading.people]
        meant += [c for c in spoken if c.silent and kinds & set(vocabulary.conditions_in(c.sentence))]
        return meant[0] if meant else None

    def _between(self, reading: Reading) -> Cell | None:
        """Give the cell that compares two treatments that a comparison names; None where none speaks of both."""
        if "comparison" not in reading.focus or len(reading.treatments) < 2:
            return None
        cells = (self.corpus.cell_of.get((t, "comparison")) for t in reading.treatments)
        named = self.corpus.vocabulary.treatments_in
        both = (c for c in cells if c and len(set(named(c.sentence)) & set(reading.treatments)) > 1)
        return next(both, None)

    @cached_property
    def _cells(self) -> Cells:
        return Cells(corpus=self.corpus)

    def near_topic(self, question: str) -> bool:
        """Tell whether a question is asked in nearly the words of a topic, and so is in scope."""
        nearest = self.retriever.topics(question, 1)
        return bool(nearest) and nearest[0][1] >= _IN_SCOPE

    def fits(self, tagged: tuple[str, ...], named: tuple[str, ...]) -> bool:
        """Tell whether what is tagged is about a treatment that was named, or of its kind."""
        return treatment_fit(tagged, named, self.corpus.vocabulary) > 0.0
