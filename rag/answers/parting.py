"""What a question asks: one thing or more, each with its own findings and with what it goes on about.

A later piece of a message is read as a follow-up of what stands before it: "PRP at 16? And the price" asks for that of
PRP. Of 152 questions that came second or third in messages by two people, .78 get their topic so, .72 with only the
names carried over, and .41 by the message as a whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answers.leads import Leads
from rag.answers.message import Messages
from rag.evidence import Found
from rag.language.followups import leans
from rag.language.forms import either_pill
from rag.language.persons import is_of_a_baby, people_within
from rag.language.pieces import Piece, asking_pieces, of_other_outcomes
from rag.language.questions import carrying, points_back, split_carried, thing_asked_of
from rag.language.twofold import of_each
from rag.language.vocabulary import ANY, USUAL
from rag.library.corpus import Corpus
from rag.sentences.following import Earlier
from rag.sentences.inquiry import Asked

Find = Callable[[str], tuple[Found, ...]]
_MOST_NAMES = 2
_MOST_PARTS, _MOST_OUTCOMES = 3, 2
_MOST_PIECES = 6  # that are read, each for some 25 ms: none of 900 messages has more than four
# Share of the belief in a topic from which a piece of a message asks of it, and from which the message as a whole does.
# With .18, .22, .26 and .3 a right topic is told for .72, .71, .69 and .66 of 515 second or third questions by six
# people (evals/data/parts.jsonl), and .38, .35, .30 and .26 topics a message that nobody asked of. The rules before, by
# outcomes and by pieces read alone: .60 and .31.
_SURELY_OF_IT, _WHOLLY_OF_IT = 0.26, 0.2


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Takes a question apart; ``find`` searches for a part of it."""

    corpus: Corpus
    leads: Leads
    messages: Messages
    find: Find

    def parts(self, question: str, found: Sequence[Found], earlier: Earlier | None = None) -> list[Asked]:
        """Give what is asked, each thing with its own findings; a later part keeps the subject of those before it."""
        whole, question = question, self.leads.condensed(question)
        undivided = self.leads.asked(question, found or self.find(question), whole, earlier)
        parts = self._of_each(question, earlier) or self._of_pieces(whole, undivided, earlier)
        return [self.messages.led(replace(part, whole=whole)) for part in parts] or [self.messages.led(undivided)]

    def _of_each(self, question: str, earlier: Earlier | None) -> list[Asked]:
        """Give a question once for each thing that it asks the same of; nothing where it asks of one."""
        texts = self._kinds_of_pill(question) or of_each(question, self.corpus.vocabulary)
        return [self._found(self._asked(Piece(text=text), question, earlier)) for text in texts]

    def _of_pieces(self, question: str, undivided: Asked, earlier: Earlier | None) -> list[Asked]:
        """Give the pieces of a message that ask of different topics, else of two outcomes; none where it asks one."""
        pieces = asking_pieces(split_carried(question)[0])[:_MOST_PIECES]
        if len(pieces) < 2:
            return []
        asked = {piece: self._asked(piece, question, earlier) for piece in pieces}
        parts = _on_several_topics(undivided, [*asked.values()])
        if not parts:
            others = of_other_outcomes(pieces, self.corpus.vocabulary)[:_MOST_OUTCOMES]
            parts = _unless_asked_together(undivided, [asked[piece] for piece in others])
        return [self._found(part) for part in parts]

    def _asked(self, piece: Piece, question: str, earlier: Earlier | None) -> Asked:
        """Read a piece of a question as a follow-up of what stands before it."""
        text = carrying(piece.text, self._carried_to(piece, question, earlier))
        part = self.leads.asked(text, (), earlier=Earlier.within(piece.before, earlier))
        people = part.reading.people | people_within(piece.text, piece.before)
        return replace(part, reading=replace(part.reading, people=people))

    def _found(self, part: Asked) -> Asked:
        """Give a part with what is found for it."""
        return replace(part, found=part.found or self.find(part.question))

    def _kinds_of_pill(self, question: str) -> tuple[str, ...]:
        """Give the question once for each medicine that "the pill" may be; nothing where it is clear."""
        bare, carried = split_carried(question)
        names = either_pill(self.corpus.vocabulary)
        return tuple(carrying(bare, [name]) for name in names) if carried == ", ".join(names) else ()

    def _carried_to(self, piece: Piece, question: str, earlier: Earlier | None) -> list[str]:
        """Give the names that a piece goes on with where it names no treatment: of what was named up to it.

        "Will it grow back after chemo, and do cold caps work?" asks first of hair, and not of caps. A piece that leans
        on nothing in its message leans on the question before: "when would I see results, and what of minoxidil".
        """
        whom = ["baby"] if is_of_a_baby(question) and not is_of_a_baby(piece.text) else []
        if self.leads.read(piece.text).treatments:
            return whom
        names = self._named_in(f"{piece.before} {piece.text} {split_carried(question)[1]}", question)
        if earlier and not names and leans(piece.text):
            names = self._named_in(earlier.question, earlier.question)
        if not names and points_back(piece.text):
            names = [thing for one in asking_pieces(piece.before) if (thing := thing_asked_of(one.text))]
        return [*whom, *names]

    def _named_in(self, heard: str, question: str) -> list[str]:
        """Name the treatments and kinds of hair loss of a question that are named in what was heard of it so far."""
        reading, vocabulary = self.leads.read(question), self.corpus.vocabulary
        treatments = [key for key in reading.treatments if key in vocabulary.treatments_in(heard)][:_MOST_NAMES]
        kinds = [key for key in vocabulary.conditions_in(heard) if key not in (ANY, USUAL)]
        names = [vocabulary.treatments[key].name for key in treatments]
        return names + [vocabulary.conditions[key].name for key in kinds if key in reading.conditions]


def _on_several_topics(undivided: Asked, pieces: Sequence[Asked]) -> list[Asked]:
    """Give the pieces that surely ask of different topics, in order; nothing where they ask of one.

    The message as a whole goes in front where no piece by itself asks of its topic: "which one works, and would either
    clash with warfarin" asks of one of them with warfarin.
    """
    sure = [part for part in pieces if part.topic_share >= _SURELY_OF_IT]
    whole = [undivided] if undivided.topic_share >= _WHOLLY_OF_IT else []
    best: dict[str, Asked] = {}
    for part in (*_surest_first(sure), *whole):
        if part.topic:
            best.setdefault(part.topic.id, part)
    kept = _surest_first([*best.values()])[:_MOST_PARTS]
    return [part for part in (undivided, *pieces) if part in kept] if len(kept) > 1 else []


def _surest_first(parts: Sequence[Asked]) -> list[Asked]:
    return sorted(parts, key=lambda part: -part.topic_share)


def _unless_asked_together(undivided: Asked, parts: list[Asked]) -> list[Asked]:
    """Give parts that are more than one, but none where the message surely asks of a topic that no part asks of."""
    heard = {topic.id for part in parts for topic in (part.topic, part.second) if topic}
    together = undivided.topic and undivided.opens and undivided.topic.id not in heard
    return parts if len(parts) > 1 and not together else []
