"""What leads an answer: the topic and the cell of the evidence map that bear on a question, and its main message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.cells import Cells
from rag.corpus import Corpus
from rag.evidence import Cell, Found, Passage, Topic
from rag.kinds import Direction
from rag.reading import DEFAULT_TOPIC, Reading, asked_agent, people_in, read, treatment_fit
from rag.retrieval import Retriever
from rag.text import normalise, sentences, words

# Set by hand from a few dozen questions; the citations, retrieval and answers suites measure what comes of them.
TOPIC_SIMILARITY = 0.60  # cosine of the question and a topic's question above which the topic answers it
_LAST_RESORT = 0.45  # and above which it does where the evidence map has nothing to say
_FIT, _MISFIT = 0.1, 0.3  # how much tags may move that cosine
_ITS_WORDS = 0.75  # cosine above which a question is asked in a topic's own words
_IN_SCOPE = 0.75  # questions on other illnesses reach 0.73 ("are stem cells used to treat leukaemia?")
_MAIN_BONUS = 0.25  # another sentence leads only when it is clearly nearer than the main one
_ADVICE_LOSS = 0.1  # a next step leads only where it is nearer still ("do I need somebody with me?")
_NEAR_ENOUGH = 0.68  # cosine of the whole question and a passage above which we hold something on it
_HELD = 0.42  # cosine of the very thing asked and a line above which we hold something on it
_ASKED_SO = 0.50  # cosine to a way of asking above which a question without a known outcome is taken to ask so
# The person's own times ("since 3 months", "54 year old") are not how soon a treatment acts.
_OWN_TIME = re.compile(
    r"\b\d+[ -]?(?:years?|yrs?|yo|y/o)[ -]?olds?\b|\b(?:\w+|\d+) (?:days?|weeks?|wks?|months?|years?|yrs?) ago\b"
    r"|\b(?:been|for|since|on|took|used|using|taking)\b[^.?!]{0,24}?\b\d+ (?:days?|weeks?|wks?|months?|years?|yrs?)\b"
)
# Where nobody studied an outcome under its own name, this one answers.
_STANDS_IN = {"evidence": "works", "how_much": "works"}
# "Can I fly two days after ...": the words after the modal are the very thing asked.
_ACTIVITY = re.compile(
    r"\b(?:(?:can|could|may|should) (?:i|we|he|she|my \w+)|am i allowed to|do i (?:have|need) to"
    r"|(?:is it|it's) (?:ok|okay|fine|alright|safe) to)\s+(?:still |just |also |safely )?(?P<thing>[a-z' -]{3,60})"
)
_COMMON_ACTS = frozenset(
    "use take get have do try start stop keep go make see be give trust join find tell know expect still with this "
    "that these those them they the a an my me to on in for and or of it him her his after before during while if "
    "when same treatment treatments hair loss scalp one more some any day days week weeks month months two three first "
    "cheap good best proper real help treat pay ask wear about from at".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as the answer needs it: how it reads, what was found, and what may lead."""

    question: str
    reading: Reading
    found: tuple[Found, ...]
    topic: Topic | None
    cell: Cell | None

    @property
    def empty(self) -> bool:
        """Tell whether nothing at all is near."""
        return not self.found and self.topic is None and self.cell is None


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Finds the topic and the cell that answer a question."""

    corpus: Corpus
    retriever: Retriever

    def read(self, question: str) -> Reading:
        """Read a question; one that names neither treatment nor kind of hair loss is taken to mean stem cells."""
        reading = read(_OWN_TIME.sub(" ", self.retriever.respelt(question)), self.corpus.vocabulary)
        general = not (reading.subjects or set(reading.conditions) - {"any"} or "cause" in reading.outcomes)
        return replace(reading, topic=DEFAULT_TOPIC) if general and reading.outcomes else reading

    def clarified(self, question: str) -> str:
        """Give the question with the outcome that it asks about, where it names none and is put like one we know.

        Example: "what would it set me back?" -> "what would it set me back? (cost)"
        """
        if self.read(question).focus or self.near_topic(question):
            return question
        bare, _, carried = question.partition(" (")
        outcome, cosine = self.retriever.outcome(self._without_names(bare))
        if cosine < _ASKED_SO:
            return question
        name = self.corpus.vocabulary.outcomes[outcome].name
        return f"{bare} ({carried.rstrip(')')}, {name})" if carried else f"{bare} ({name})"

    def _without_names(self, question: str) -> str:
        """Give a question with "it" for every treatment named, so that only what is asked of it is compared."""
        low = normalise(question).lower()
        for key in self.corpus.vocabulary.treatments_in(low):
            low = self.corpus.vocabulary.treatments[key].pattern.sub("it", low)
        return low

    def condensed(self, question: str) -> str:
        """Give what a long story asks, with what it is about; a plain question as it is."""
        core = self.retriever.asked_in(question)
        if core is None:
            return question
        whole, own = self.read(question), self.read(core)
        vocabulary = self.corpus.vocabulary
        about = [vocabulary.treatments[t].name for t in whole.treatments[:2] if not own.treatments]
        about += [vocabulary.conditions[c].name for c in whole.conditions if c not in ("any", *own.conditions)]
        return self.clarified(f"{core} ({', '.join(about)})" if about else core)

    def asked(self, question: str, found: Sequence[Found]) -> Asked:
        """Read a question and find what may lead its answer."""
        reading = self.read(question)
        topic = self.topic(question, reading)
        # Without an outcome the topic says better what is meant than "does it work".
        cell = self.cell(reading) if reading.focus or topic is None else None
        if topic is None and (cell is None or found_nothing(cell)):
            topic = self.topic(question, reading, _LAST_RESORT)
        return Asked(question=question, reading=reading, found=tuple(found), topic=topic, cell=cell)

    def topic(self, question: str, reading: Reading, least: float = TOPIC_SIMILARITY) -> Topic | None:
        """Give the topic that answers the question: near in wording, and on the same treatment or condition."""
        best = max(
            ((self._topic_fit(id_, cosine, reading), id_) for id_, cosine in self.retriever.topics(question, 6)),
            default=(0.0, ""),
        )
        topic = self.corpus.topic_of[f"topic-{best[1]}"] if best[0] >= least else None
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
        if not reading.focus and reading.treatments and topic.treatments[:1] == reading.treatments[:1]:
            score += _FIT
        if specific:
            score += _FIT if specific & set(asked) else -_MISFIT
        if reading.subjects and topic.treatments:
            fit = treatment_fit(topic.treatments, reading.subjects, vocabulary)
            named = _MISFIT if reading.treatments else _FIT  # what is only assumed to be meant weighs less
            score -= 0.0 if fit > 0.5 else named
        elif topic.treatments and not reading.subjects and not specific:
            score -= _FIT
        if topic.outcomes[:1] == ("children",) and "children" not in (*reading.outcomes, *reading.people):
            score -= _MISFIT
        return score

    def cell(self, reading: Reading) -> Cell | None:
        """Give the evidence map's cell for the outcome and treatment asked about, or None."""
        if not reading.subjects:
            return None
        cells = self.corpus.cell_of
        outcomes = reading.focus or ("works",)
        outcomes += tuple(_STANDS_IN[o] for o in outcomes if o in _STANDS_IN)
        pairs = ((t, o) for o in outcomes for t in reading.subjects)
        direct = next((cells[pair] for pair in pairs if pair in cells), None)
        return direct or next((c for o in outcomes if (c := self._cells.mapped(reading, o))), None)

    def is_reviewed(self, cell: Cell) -> bool:
        """Tell whether a cell's sentence was written and reviewed, and not only weighed from passages."""
        return (cell.treatment, cell.outcome) in self.corpus.cell_of

    @cached_property
    def _cells(self) -> Cells:
        return Cells(corpus=self.corpus)

    def leads(self, topic: Topic, cell: Cell, asked: Asked) -> bool:
        """Tell whether a topic, and not the cell, gives the message: same subject, or asked in nearly its words."""
        if cell.outcome in topic.outcomes[:1] and topic.treatments[:1] == (cell.treatment,):
            return True
        if " (" in asked.question:  # what was carried over brings any question nearer to the topic of its subject
            return False
        nearest = self.retriever.topics(asked.question, 1)
        its_words = bool(nearest) and nearest[0][0] == topic.id and nearest[0][1] >= _ITS_WORDS
        return its_words and (not asked.reading.focus or bool(set(topic.outcomes) & set(asked.reading.focus)))

    def message(self, topic: Topic, question: str) -> Passage:
        """Give the topic's sentence that answers the question: its main one unless another is clearly nearer."""
        vector = self.retriever.embed(question)
        asked = people_in(question)

        def fit(sentence: Passage) -> float:
            spoken = people_in(sentence.text)
            others = _MISFIT if asked and spoken and not asked & spoken else 0.0
            main = _MAIN_BONUS if sentence in topic.parts["main"] else 0.0
            advice = _ADVICE_LOSS if sentence in topic.parts.get("next", ()) else 0.0
            return self.retriever.similarity(sentence.id, vector) + main - others - advice

        parts = (topic.parts.get(name, ()) for name in ("main", "studies", "unknown", "next"))
        return max((sentence for part in parts for sentence in part), key=fit)

    def near_topic(self, question: str) -> bool:
        """Tell whether a question is asked in nearly the words of a topic, and so is in scope."""
        nearest = self.retriever.topics(question, 1)
        return bool(nearest) and nearest[0][1] >= _IN_SCOPE

    def fits(self, tagged: tuple[str, ...], named: tuple[str, ...]) -> bool:
        """Tell whether what is tagged is about a treatment that was named, or of its kind."""
        return treatment_fit(tagged, named, self.corpus.vocabulary) > 0.0

    def missing(self, asked: Asked) -> str | None:
        """Name the very thing asked about when nothing that we hold speaks of it: a remedy, or something to do."""
        return self._unknown_agent(asked) or self._unheld_activity(asked)

    def _unknown_agent(self, asked: Asked) -> str | None:
        agent = asked_agent(asked.question, self.corpus.vocabulary)
        if agent is None:
            return None
        held = set(words(" ".join(item.passage.text for item in asked.found)))
        return None if any({word, word.rstrip("s")} & held for word in agent.split()) else agent

    def _unheld_activity(self, asked: Asked) -> str | None:
        """Name an activity ("fly two days after ...") that stands in no passage found and lies near none."""
        match = _ACTIVITY.search(normalise(asked.question).lower())
        if match is None or max((f.similarity for f in asked.found), default=-1.0) >= _NEAR_ENOUGH:
            return None
        vocabulary = self.corpus.vocabulary
        thing = " ".join(match["thing"].split()[:7])
        telling = [w for w in words(thing) if len(w) > 2 and w not in _COMMON_ACTS and not vocabulary.treatments_in(w)]
        telling = [w for w in telling if not vocabulary.conditions_in(w) and not vocabulary.assertions_in(w)]
        texts = [f.passage.text for f in asked.found]
        texts += [s.text for s in asked.topic.sentences] if asked.topic else []
        texts += list(asked.topic.also_asked) if asked.topic else []
        held = " ".join(words(" ".join(texts)))
        if not telling or any(re.search(rf"\b{re.escape(w[:5])}", held) for w in telling):
            return None
        vector = self.retriever.embed(" ".join(telling))
        near = (self.retriever.similarity(f.passage.id, vector) for f in asked.found)
        return None if max(near, default=-1.0) >= _HELD else thing

    def unstudied_condition(self, asked: Asked) -> str | None:
        """Say that nobody studied the treatment named for the kind of hair loss named, where that is so."""
        kinds = [c for c in asked.reading.conditions if c not in ("any", "pattern")]
        if not (asked.reading.treatments and kinds):
            return None
        treatment = asked.reading.treatments[0]
        studied = any(
            set(kinds) & set(passage.conditions) and self.fits(passage.treatments, (treatment,))
            for passage in self.corpus.passages.values()
            if self.corpus.is_evidence(passage)
        )
        vocabulary = self.corpus.vocabulary
        names = vocabulary.treatments[treatment].name, vocabulary.conditions[kinds[0]].name
        return None if studied else f"We found no study of {names[0]} for {names[1]}."

    def first_line(self, cell: Cell) -> str:
        """Give the sentence of a cell that an answer may open with: the first of it where it is a whole passage."""
        if self.is_reviewed(cell):
            return cell.sentence
        start, end = sentences(cell.sentence)[0]
        return cell.sentence[start:end]


def found_nothing(cell: Cell) -> bool:
    """Tell whether a cell says that nobody looked."""
    return cell.direction is Direction.NO_STUDY or not cell.passage_ids
