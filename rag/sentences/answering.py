"""Which of the sentences that probably answer a question may be said to it, each so that it stands by itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.ids import place_of_line
from rag.language.questions import speaks_of
from rag.language.reading import asked_agent, treatment_fit
from rag.language.vocabulary import Vocabulary
from rag.library.corpus import Corpus
from rag.recent import Recent
from rag.search.retrieval import passage_lines
from rag.sentences.bearing import SAME_OR_NARROWER, Bearing
from rag.sentences.inquiry import LIKELY_ANSWER, SURE_ANSWER, Asked
from rag.sentences.relevance import Relevant
from rag.sentences.sayable import Form, Sayable

# Of the second to twelfth sentences for 386 dev questions that follow nothing .13 answer with a share of .03 to .05,
# .27 with .05 to .08, .48 with .08 to .12 (and .35, .48 and .65 bear on the question).
LIKELY = 0.05  # share of the belief from which a sentence is said because it answers
_SURELY = 0.3  # and one from which its tags are not asked whether it does: nine in ten answer
_MOST_TOGETHER = 50  # words of a line and those before it that are said as one
_LEANING = re.compile(
    r"(?:its?|they|their|this|that|these|those|another|both|such|neither|nor|others?|the same|the likely range"
    r"|the figures?|the range|the rate of|the reason given|the other|next in|so far"
    r"|the group(?! of)|the difference was|half (?:had|took)|none of those"
    r"|so (?:is|are|do|does|did|was|were|has|have))\b",
    re.IGNORECASE,
)
# What begins so turns what was said: "a few babies had birth defects" alone frightens, where "the cause is unclear".
_TURN = re.compile(r"(?:but|however|yet|though|even so|the cause is (?:unclear|not known))\b", re.IGNORECASE)
_OF_PRECISION = re.compile(r"\blikely range\b", re.IGNORECASE)  # not what a patient asks for
OF_OUR_READING = re.compile(
    r"\bwe (?:only )?(?:read|know|saw|found|did not|could not|have not)\b|\breached us\b|\bwhat we\b|\bour copy\b"
    r"|\bsecond-hand\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """Chooses among the relevant sentences of a question."""

    corpus: Corpus
    bearing: Bearing
    _answers: Recent[Asked, list[Relevant]] = field(default_factory=lambda: Recent(most=8), repr=False)

    def of(self, asked: Asked) -> list[Relevant]:
        """Give the sentences that answer best, best first.

        A line that leans on the one before it is said with it, and with one behind it that turns it. Those on other
        people, and on what we could read, are left out. Whoever asks whether a thing does something is first told what
        likely answers and names that thing.
        """
        return self._answers.of(asked, lambda: self._on_the_agent(list(self._told_first(asked)), asked))

    def _on_the_agent(self, found: list[Relevant], asked: Asked) -> list[Relevant]:
        """Give sentences with the first likely one that names what the question asks about in front, if any does."""
        agent = asked_agent(asked.question, self.corpus.vocabulary)
        named = [one for one in found if agent and one.share >= LIKELY and speaks_of(one.said.text, agent)]
        return [*named[:1], *(one for one in found if one not in named[:1])]

    def _told_first(self, asked: Asked) -> Iterator[Relevant]:
        likely = (one.said for one in asked.relevant if one.share >= LIKELY)
        wholes = filter(None, map(self.with_what_it_leans_on, likely))
        # Of one passage the longest stays, which holds the lines of the others.
        together = {whole.name: whole for whole in sorted(wholes, key=lambda whole: len(whole.text))}
        told: set[str] = set()
        for one in asked.relevant:
            whole = together.get(one.said.name)
            if whole and one.said.text in whole.text:
                one = replace(one, said=whole)
            if one.said.text not in told and self._may_answer(one, asked):
                told.add(one.said.text)
                yield one

    def with_what_it_leans_on(self, said: Sayable) -> Sayable | None:
        """Give a line with those before it that it leans on and the one behind it that turns it.

        None for a line that needs neither, or where that is long.
        """
        if not said.form.of_a_line or _OF_PRECISION.search(said.text):
            return None
        lines, place = passage_lines(said.passages[0]), place_of_line(said.entry_id)
        leans = not said.first and not stands_alone(said.text, 1, self.corpus.vocabulary)
        turned = place < len(lines) and bool(_TURN.match(lines[place].text))
        if not leans and not turned:
            return None
        text = " ".join(line.text for line in lines[0 if leans else place - 1 : place + turned])
        return replace(said, text=text, first=True) if len(text.split()) <= _MOST_TOGETHER else None

    def _may_answer(self, one: Relevant, asked: Asked) -> bool:
        said, line = one.said, one.said.form.of_a_line
        if line and OF_OUR_READING.search(said.text):
            return False
        if said.form is Form.SILENT_CELL and self._says_nobody_tried_another(said, asked):
            return False
        beside = self.bearing.of_others(said.text, asked) or self.bearing.of_another_kind(said.text, asked)
        if one.share < _SURELY and beside:
            return False
        named = self.corpus.vocabulary.treatments_in(said.text) or said.treatments
        of = asked.reading.treatments
        fit = treatment_fit(named, of, self.corpus.vocabulary) if of else 1.0
        if one.share < _SURELY and asked.cell and asked.cell.silent and not line and fit < SAME_OR_NARROWER:
            return False  # what is known of another treatment is no stand-in: a knee has another price
        # Of 22 such sentences on wholly other treatments 5 answer, of 467 on the one asked about 233.
        if one.share < LIKELY_ANSWER and named and not fit:
            return False
        return said.first or stands_alone(said.text, 1, self.corpus.vocabulary)

    def _says_nobody_tried_another(self, said: Sayable, asked: Asked) -> bool:
        """Tell whether a sentence says that nobody tried what was not asked of: any treatment, or one kind of several.

        Whoever asks for the price of stem cells, on which we hold something, does not ask for that of embryonic ones.
        """
        reading, held = asked.reading, asked.cell is not None and not asked.cell.silent
        if not reading.treatments:
            return bool(reading.certain_kinds) or not set(said.treatments) & set(reading.subjects)
        return held and 0.0 < treatment_fit(said.treatments, reading.treatments, self.corpus.vocabulary) < 1.0


def stands_alone(text: str, place: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a line can be read without the one before it: a passage's first line (0) always can.

    Another can where it names its subject, a treatment or a kind of hair loss, and does not point back.
    """
    if not place:
        return True
    named = bool(vocabulary.treatments_in(text)) or bool(vocabulary.kinds_in(text))
    return named and not _LEANING.match(text)


def fit_to_lead(found: Sequence[Relevant]) -> list[Relevant]:
    """Put what may open an answer first: what states something before what only tells of a lack or of a method."""
    return _what_is_known_first(sorted(found, key=_only_how_it_was_studied))


def _only_how_it_was_studied(one: Relevant) -> bool:
    """Tell a line on how a study was done that does not surely answer: anything else that may answer leads rather.

    Three of 385 dev questions opened with one; one of these answered, and two answer so: too few to be more than sense.
    """
    return one.said.form is Form.LINE_DESIGN and one.share < SURE_ANSWER


def _what_is_known_first(found: Sequence[Relevant]) -> list[Relevant]:
    """Put the best sentence that states something, and may answer, before one on what is not known that leads unsurely.

    Of 71 questions that opened with such a lack, 53 were answered by it and 52 by the best that states something.
    """
    lacks = [one for one in found if one.said.form is Form.TOPIC_UNKNOWN and one.share < SURE_ANSWER]
    stating = next((one for one in found if one not in lacks and one.share >= LIKELY_ANSWER), None)
    return [stating, *found] if stating and found[0] in lacks else list(found)
