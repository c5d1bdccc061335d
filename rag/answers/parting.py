"""What a question asks: one thing or two, each with its own findings and with what it goes on about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answers.leads import Leads
from rag.answers.message import Messages
from rag.evidence import Found
from rag.language.forms import either_pill
from rag.language.persons import is_of_a_baby
from rag.language.questions import asking_pieces, carrying, parts_of, points_back, split_carried, thing_asked_of
from rag.language.twofold import of_each
from rag.language.vocabulary import ANY, USUAL
from rag.library.corpus import Corpus
from rag.sentences.following import Earlier
from rag.sentences.inquiry import Asked

Find = Callable[[str], tuple[Found, ...]]
_MOST_NAMES = 2
_SURELY_OF_IT = 0.3  # share of the belief in a topic from which a piece of a message asks of it


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Takes a question apart; ``find`` searches for a part of it."""

    corpus: Corpus
    leads: Leads
    messages: Messages
    find: Find

    def parts(self, question: str, found: Sequence[Found], earlier: Earlier | None = None) -> list[Asked]:
        """Give what is asked, each thing with its own findings; the second part keeps the subject of the first."""
        whole, question = question, self.leads.condensed(question)
        pieces = parts_of(question, self.corpus.vocabulary)
        if len(pieces) == 1:
            pieces = self._kinds_of_pill(question) or of_each(question, self.corpus.vocabulary) or pieces
        if len(pieces) == 1:
            pieces = self._on_two_topics(whole) or pieces
        undivided = self.leads.asked(question, found or self.find(question), whole, earlier)
        if len(pieces) == 1:
            return [self.messages.led(undivided)]
        alone = [carrying(piece, self._carried_to(piece, pieces[:i], question)) for i, piece in enumerate(pieces)]
        asked = [self.leads.asked(piece, self.find(piece), earlier=earlier) for piece in alone]
        if _only_asked_together(undivided, asked):
            return [self.messages.led(undivided)]
        return [self.messages.led(replace(part, alone=False)) for part in asked]

    def _on_two_topics(self, question: str) -> tuple[str, ...]:
        """Give two pieces of a message that ask of two topics, each surely; nothing where it asks of one."""
        pieces = asking_pieces(split_carried(question)[0])
        chosen: dict[str, str] = {}
        for place, piece in enumerate(pieces if len(pieces) > 1 else ()):
            found = self.leads.chosen(carrying(piece, self._carried_to(piece, pieces[:place], question)))
            if found and found.share >= _SURELY_OF_IT:
                chosen.setdefault(found.topic.id, piece)
        return tuple(chosen.values())[:_MOST_NAMES] if len(chosen) > 1 else ()

    def _kinds_of_pill(self, question: str) -> tuple[str, ...]:
        """Give the question once for each medicine that "the pill" may be; nothing where it is clear."""
        bare, carried = split_carried(question)
        names = either_pill(self.corpus.vocabulary)
        return tuple(carrying(bare, [name]) for name in names) if carried == ", ".join(names) else ()

    def _carried_to(self, piece: str, before: Sequence[str], question: str) -> list[str]:
        """Give the names that a part goes on with where it names no treatment: of what was named up to it.

        "Will it grow back after chemo, and do cold caps work?" asks first of hair, and not of caps.
        """
        whom = ["baby"] if is_of_a_baby(question) and not is_of_a_baby(piece) else []
        if self.leads.read(piece).treatments:
            return whom
        reading, vocabulary = self.leads.read(question), self.corpus.vocabulary
        bare, carried = split_carried(question)
        heard = f"{bare[: bare.find(piece) + len(piece)] if piece in bare else bare} {carried}"
        treatments = [key for key in reading.treatments if key in vocabulary.treatments_in(heard)][:_MOST_NAMES]
        kinds = [key for key in vocabulary.conditions_in(heard) if key not in (ANY, USUAL)]
        names = [vocabulary.treatments[key].name for key in treatments]
        names += [vocabulary.conditions[key].name for key in kinds if key in reading.conditions]
        things = [thing for thing in map(thing_asked_of, before) if thing]
        return [*whom, *(names or (things if points_back(piece) else []))]


def _only_asked_together(undivided: Asked, parts: Sequence[Asked]) -> bool:
    """Tell whether a message surely asks of a topic that no part of it asks of.

    Example: "which one works, and would either clash with warfarin" asks of one of them with warfarin
    """
    heard = {topic.id for part in parts for topic in (part.topic, part.second) if topic}
    return undivided.topic is not None and undivided.opens and undivided.topic.id not in heard
