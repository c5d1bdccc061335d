"""What an answer opens with: the honest short answer where yes or no was asked for, and the main message."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answers.citations import Sentence
from rag.answers.findings import MOST_CITED, Findings
from rag.answers.headline import SURELY_YES, claim_answer, short_answer
from rag.answers.leads import Leads
from rag.answers.message import NOBODY_LOOKED, Messages
from rag.answers.sureness import UNSURE
from rag.kinds import GRAVEST_FIRST, Direction, Verdict
from rag.language.demands import asks_if_true
from rag.language.medicines import medicines_in
from rag.language.questions import (
    asking,
    asks_either,
    asks_of_danger,
    asks_of_self,
    asks_only_who_paid,
    asks_openly,
    asks_yes_no,
    asks_yes_no_twice,
    closed_part,
)
from rag.language.reading import read
from rag.language.things import is_everyday
from rag.language.vocabulary import Vocabulary, denies
from rag.search.sparse import stem
from rag.sentences.inquiry import Asked
from rag.text import words as words_of
from rag.types import Judgement

MERE_WORDS = 3  # "Is that true?" asks of the claim before it
# Whether a thing ever happened is no question of what studies agree on: "has anyone died from it".
_EVER = re.compile(r"^(?:\w+ ){0,2}(?:has|have|did) (?:any ?(?:one|body)|somebody|someone|people) ", re.IGNORECASE)
# "Do I need to take it for ever?" asks of no gain that a study shows or fails to show.
_MUST = re.compile(
    r"\b(?:must|(?:need|have|got) to|(?:am|are|is) \w+ (?:supposed|meant) to)\b"
    r"(?=.*\b(?:for ?ever|for life|always|all my life|rest of my life|lifelong)\b)",
    re.IGNORECASE,
)
# "Can fat injections make you blind", not "can it cause any side effects".
_ONE_HARM = re.compile(
    r"\b(?:causes?|leads? to|triggers?|gives? (?:me|you|people)|makes? (?:me|you|people|us))\b"
    r"(?! (?:any |serious |bad |other )*(?:side|harm|problems?|damage|complications?|trouble))",
    re.IGNORECASE,
)
_FOR_EVER = re.compile(r"\b(?:permanen|for ?ever\b)", re.IGNORECASE)  # which no study shows of what was seen to fade
_MISREAD = "I may not have understood this fully, so here is what our library holds nearest to it."
# A bare yes or no to "does it hurt?", "is it better?", "does it harm the baby?" frightens or misleads; the answer does
# neither.
_TOLD_WHOLE = frozenset({"pain", "comparison", "pregnancy", "interactions", "children", "feelings"})
_SHOWN_BY_NO_STUDY = frozenset({"cost", "access", "approval"})
# "Probably, yes." says more than "Dutasteride injections may help".
_MAY = re.compile(r"\b(?:may|might) (?:help|work|add|raise|slow|thicken|improve)\b")
# A main message that opens so answers for itself.
_ANSWERED = re.compile(
    r"(?:We are not sure|We found no|Nobody knows|No[ :,]|Yes[:,]|Not |Only (?:in part|if)|Partly|In part|Perhaps"
    r"|It depends)"
)
# Words of any question for yes or no.
_EMPTY = re.compile(
    r"\b(?:is|are|was|were|been|does|did|has|have|had|can|could|will|would|should|may|might|not|than|you|your|all|true"
    r"|tablets?|pills?|drugs?)\b"
)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Finds the first sentences of an answer."""

    leads: Leads
    findings: Findings
    messages: Messages

    def sentences(
        self, part: Asked, premises: Sequence[Judgement] = (), *, short: bool = True, first: bool = True
    ) -> Iterator[Sentence]:
        """Yield the honest short answer where yes or no was asked for, and the main message.

        Only the ``first`` part of an answer gets one: further on nobody can tell of what "It does not look so" is said.
        """
        paid = [self.messages.quote(candidate) for candidate in self.messages.funding.told(part)]
        if paid and asks_only_who_paid(part.question):
            yield from paid
            return
        lead = self.messages.lead(part)
        if lead is None:
            yield from paid
            return
        heard = self._of_what_was_heard(part, premises) if short and first else None
        misread = short and not (heard or premises) and self._may_be_misread(part)
        if misread:
            yield Sentence(text=_MISREAD, support=Verdict.NOT_A_CLAIM)
        fits = short and first and not (heard or misread or asks_of_self(part.question))
        words = self._short(part, premises) if fits and self.messages.is_on_the_cell(part) else None
        # A "Yes" of the main message is on something else.
        if heard and (lead.text.startswith("Yes") or not _ANSWERED.match(lead.text)):
            yield _on_what_was_heard(heard)
        if words and self._may_stand(words, lead.text, part.question):
            yield Sentence(text=words, passage_ids=lead.passage_ids, support=lead.support, note=lead.note)
        yield lead
        told = [lead.text]
        for second in (self.messages.besides(part), self.messages.of_the_second(part)) if short else ():
            if second and not self.findings.repetition.of(second.text, told):
                told.append(second.text)
                yield second
        yield from paid

    def _of_what_was_heard(self, part: Asked, premises: Sequence[Judgement]) -> Judgement | None:
        """Give the gravest judgement of what was heard, where only that is asked: "is that for real?"; else None."""
        if not (premises and asks_if_true(part.question)):
            return None
        vocabulary, judged = self.leads.corpus.vocabulary, [p for p in premises if claim_answer(p.verdict)]
        told = [p for p in judged if not of_no_study(p, vocabulary)]
        return min(told, key=lambda p: GRAVEST_FIRST.index(p.verdict), default=None)

    def _may_stand(self, words: str, lead: str, question: str) -> bool:
        """Tell whether a yes or no may stand before a main message that neither says it nor denies it.

        The message must speak of all treatments and medicines that are asked of, and below a plain yes of every thing:
        "would every other day fix the lump?" is not answered by what it does for hair.
        """
        if _ANSWERED.match(lead) or (words.startswith("We are not sure") and UNSURE.search(lead)):
            return False
        if words in SURELY_YES and (_MAY.search(lead) or denies(lead) or not self._names_every_thing(lead, question)):
            return False
        asked, named = closed_part(question), self.leads.corpus.vocabulary.treatments_in
        of_both = len(named(asked)) < 2 or all(self.leads.fits(named(lead), (key,)) for key in named(asked))
        return of_both and {*medicines_in(asked)} <= {*medicines_in(lead)}

    def _names_every_thing(self, lead: str, question: str) -> bool:
        """Tell whether a message has every word asked of that is no treatment, hair loss, outcome or everyday word."""
        vocabulary, asked = self.leads.corpus.vocabulary, closed_part(question)
        for said in vocabulary.assertions_in(asked):
            asked = asked[: said.span[0]] + " " * (said.span[1] - said.span[0]) + asked[said.span[1] :]
        terms = [vocabulary.treatments[key] for key in vocabulary.treatments_in(asked)]
        for term in (*terms, *(vocabulary.conditions[key] for key in vocabulary.conditions_in(asked))):
            asked = term.pattern.sub(" ", asked)
        telling = (word for word in words_of(_EMPTY.sub(" ", asked)) if len(word) > 2 and word.isalpha())
        return {stem(word) for word in telling if not is_everyday(word)} <= {stem(word) for word in words_of(lead)}

    def _short(self, part: Asked, premises: Sequence[Judgement]) -> str | None:
        cell, reading, vocabulary = part.cell, part.reading, self.leads.corpus.vocabulary
        # What is told in front of the question has a pole of its own: "I lost my libido, does it go back to normal?"
        asserted = self.leads.read(closed_part(part.question)).assertion(cell.outcome) if cell else None
        closed = asks_yes_no(part.question) and not (asks_either(part.question) or asks_yes_no_twice(part.question))
        if cell and cell.outcome in _TOLD_WHOLE and not reading.absolute:
            return None
        if _EVER.search(part.question) or _MUST.search(closed_part(part.question)):
            return None
        if cell and cell.outcome == "safety" and ("lasts" in reading.focus or _ONE_HARM.search(part.question)):
            return None  # what is known of all harm says nothing on one, nor on whether it stays
        if (
            asserted
            and not asserted.positive
            and cell
            and (cell.outcome, cell.direction) == ("safety", Direction.MIXED)
        ):
            return None  # studies that do not agree on how safe it is do not doubt that there are side effects
        if cell and asserted and asserted.positive is not None and closed:
            denied = denies(closed_part(self.leads.plain(part.question)))
            danger = asks_of_danger(part.question)
            for_ever = cell.direction is Direction.AGAINST and bool(_FOR_EVER.search(part.question))
            absolute = reading.absolute or for_ever
            return short_answer(cell, asserted.positive, absolute=absolute, denied=denied, danger=danger)
        if asks_openly(part.question) or asks_either(part.question):
            return None
        asked = asking(part.question) or ""
        told = len(asked.split()) > MERE_WORDS  # "Is that the pill?" is no question on what was told before it
        own = [p for p in premises if set(_asks_of(p, vocabulary)) & set(reading.focus)]
        own = [p for p in own if not of_no_study(p, vocabulary)]
        own = [p for p in own if p.claim.text in asked] if told else own
        return claim_answer(own[0].verdict) if own else None

    def _may_be_misread(self, part: Asked) -> bool:
        """Tell whether nothing surely answers: no topic, no sentence, nothing of a country and nothing on who paid."""
        return part.may_be_misread and not (self.messages.local.sentence(part) or self.messages.funding.told(part))


def _on_what_was_heard(heard: Judgement) -> Sentence:
    """Say how what was heard stands, citing what decided it; where no study was found, nothing is cited."""
    words, ids = claim_answer(heard.verdict) or "", tuple(e.passage_id for e in heard.evidence[:MOST_CITED])
    if heard.verdict is Verdict.NO_EVIDENCE or not ids:
        return Sentence(text=words, support=Verdict.NO_EVIDENCE, note=NOBODY_LOOKED)
    return Sentence(text=words, passage_ids=ids, support=Verdict.SUPPORTED)


def of_no_study(judged: Judgement, vocabulary: Vocabulary) -> bool:
    """Tell what is only about a price or a rule, which no study shows or fails to show."""
    asked = set(_asks_of(judged, vocabulary))
    return bool(asked & _SHOWN_BY_NO_STUDY) and asked <= {*_SHOWN_BY_NO_STUDY, "comparison"}


def _asks_of(judged: Judgement, vocabulary: Vocabulary) -> tuple[str, ...]:
    return read(judged.claim.text, vocabulary).focus
