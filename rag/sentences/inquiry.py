"""A question as its answer needs it, and from where on a sentence is taken to answer it."""

from dataclasses import dataclass

from rag.evidence import Cell, Found, Topic
from rag.language.reading import Reading
from rag.sentences.relevance import Relevant

# Shares of the belief. Of the best sentences for 386 dev questions that follow nothing (questions_train.jsonl and
# talks_train.jsonl) with a share below .12 one in three answers, with .12 to .16 two in three, with .16 to .3 four in
# five, above that nine in ten; of those for 469 dev follow-ups two in five, one in two, two in three and nine in ten.
# Where no topic opens (``BELONGS``), it leads from here on, with what the topic or the map would have said behind it;
# where one does, it is said behind the topic's main message.
LIKELY_ANSWER = 0.14
SURE_ANSWER = 0.3  # and from here on it leads alone, or before the main message where it is of the same topic
# Share of the belief in a topic from which it is the question's, and its main message opens. For 449 messages by seven
# people, each chosen for by what was learned from all others, it is a right opening of .73 of those with .35 and more,
# and belongs in the answer to .90; with .2 to .35 of .47 and .83, with less of .29 and .55 (topic_choice.md). What else
# would open is right less often: of 359 messages with a right topic .61 opened with its sentence as long as .35 was
# asked for (.86 with what belongs), .65 with .2, .67 with .14 (.89) and .1; facts in dev answers .943, .946, .944. With
# a sentence that surely answers before a topic of less than .35: .66 (.88) and .946.
BELONGS = 0.14
SURELY_BELONGS = 0.35
# Of the belief that is not in the first topic, what the second one has from here on to be told of as well. Of the same
# 449 messages 185 have a second one of .3 and more: it belongs in the answer to .77 of them (.83 of those with .4 and
# more), as .75 of the sentences behind the first do. With it .38 of the answers to messages on two topics tell of both,
# .25 without.
BESIDES = 0.3
# From this like a question that people asked us, standing alone, a follow-up that the rules cannot place is answered:
# of 43 of the talks of evals/data/talks_train.jsonl (a third) and safety_train.jsonl that the rules keep out wrongly
# 31 are so like one, of 36 on another subject 4.
ASKED_LIKE = 0.62
# A first question that names nothing, is like none that people asked us and has no likely answer is lost: of 20 that
# name nothing (talks of dev and of two other authors) the answers to 2 are so unlikely, and both were wrong.
_LOST_SHARE, _LOST_LIKENESS = 0.05, 0.5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Asked:
    """A question as the answer needs it: how it reads, what was found, and what may lead."""

    question: str
    reading: Reading
    found: tuple[Found, ...]
    topic: Topic | None
    cell: Cell | None
    topic_share: float = 0.0  # of the belief that the topic answers
    second: Topic | None = None  # what the message asks of besides, likely enough
    relevant: tuple[Relevant, ...] = ()  # the sentences that answer it best, best first
    likeness: float = 0.0  # of the most like question that people asked us: a cosine
    follows: frozenset[str] = frozenset()  # the sources that the last answer rests on
    whole: str = ""  # the message that it is a piece of, where that asks more

    @property
    def alone(self) -> bool:
        """Tell whether it is all that a message asks."""
        return not self.whole

    @property
    def told(self) -> str:
        """Give all that is told of who asks: the whole message."""
        return self.whole or self.question

    @property
    def opens(self) -> bool:
        """Tell whether the topic is sure enough for its main message to open the answer."""
        return self.topic is not None and self.topic_share >= BELONGS

    @property
    def may_be_misread(self) -> bool:
        """Tell whether neither a topic nor a sentence surely answers.

        Of 161 turns that three people judged 18 had a topic of less than .2: 11 bad answers, 6 fair, 1 good; of 102
        with .35 and more 8 were bad. The choice that was learned since is less sure of all. A part of a message is
        short of words, and was not among them.
        """
        best = self.relevant[0].share if self.relevant else 0.0
        return self.alone and self.topic_share < BELONGS and best < SURE_ANSWER

    @property
    def names_its_subject(self) -> bool:
        """Tell whether a treatment or a certain kind of hair loss is asked about, which much can be said of."""
        return bool(self.reading.treatments or self.reading.certain_kinds)

    @property
    def empty(self) -> bool:
        """Tell whether nothing at all is near."""
        share = self.relevant[0].share if self.relevant else 0.0
        placed = self.names_its_subject or self.follows or self.topic_share >= SURELY_BELONGS
        if not placed and share < _LOST_SHARE and self.likeness < _LOST_LIKENESS:
            return True
        likely = share >= LIKELY_ANSWER and self.likeness >= ASKED_LIKE
        return not (self.found or self.topic or self.cell or likely)
