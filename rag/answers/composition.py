"""The parts of an answer in order: correction, short answer, main message, findings, certainty, gap, next step."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from rag.answers.citations import Sentence
from rag.answers.closing import Closing
from rag.answers.findings import MOST, Findings
from rag.answers.gaps import Gaps
from rag.answers.headline import SHORT_ANSWERS, claim_answer
from rag.answers.home import NOWHERE, Homes
from rag.answers.leads import Leads
from rag.answers.message import HELD_ANSWER, NOBODY_LOOKED, Messages
from rag.answers.opening import MERE_WORDS, Opening, of_no_study
from rag.answers.parting import Find, Parting
from rag.answers.premise import Premises, correction
from rag.answers.sureness import how_sure, reasons
from rag.evidence import Found
from rag.kinds import Verdict
from rag.language.demands import shares_a_place
from rag.language.grammar import FIRST_PERSON, VERB
from rag.language.places import places_in
from rag.language.questions import asking, asks_itself, is_bare_search
from rag.library.corpus import Corpus
from rag.sentences.following import Earlier
from rag.sentences.inquiry import SURE_ANSWER, Asked
from rag.types import Judgement

_MOST_WORDS = 158  # about one screen of a phone
_FINDING_WORDS = 128  # of these, what the main message and the findings may take
_OF_MONEY = re.compile(r"\b(?:paid|fund\w*|sponsor\w*|industry|interests?)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"(?:Yes|No)[,:] (?!but\b)")
_NO_STUDY = "We found no study in our library that answers this question."
_NOT_TOLD = "None of our sources says so."
_NOT_RECORDED = "Our library does not record who paid for these studies."


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """What the library lacks for a part of a question: the sentence that says so, and the thing where one is named."""

    said: tuple[Sentence, ...] = ()
    thing: str | None = None
    later: bool = False  # something else is asked before it, and answered first


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Puts an answer together from reviewed sentences; ``find`` searches for a part of a question."""

    corpus: Corpus
    leads: Leads
    findings: Findings
    find: Find

    @cached_property
    def gaps(self) -> Gaps:
        """Give what finds the things that the library holds nothing on."""
        return Gaps(leads=self.leads)

    @cached_property
    def premises(self) -> Premises:
        """Give what finds a wrong premise."""
        return Premises(corpus=self.corpus, leads=self.leads)

    @cached_property
    def messages(self) -> Messages:
        """Give what finds the main message."""
        return Messages(corpus=self.corpus, leads=self.leads, findings=self.findings)

    @cached_property
    def parting(self) -> Parting:
        """Give what tells what is asked apart."""
        return Parting(corpus=self.corpus, leads=self.leads, messages=self.messages, find=self.find)

    @cached_property
    def homes(self) -> Homes:
        """Give what finds where a main message is at home."""
        return Homes(corpus=self.corpus, sayables=self.findings.repetition.sayables)

    @cached_property
    def opening(self) -> Opening:
        """Give what finds the first sentences."""
        return Opening(leads=self.leads, findings=self.findings, messages=self.messages)

    @cached_property
    def closing(self) -> Closing:
        """Give what finds the last sentences."""
        return Closing(findings=self.findings)

    def prepare(self, more: Iterable[str]) -> None:
        """Embed ahead what answers say besides the sentences that are stored, and ``more``; read what we hold."""
        self.gaps.prepare()
        sayables, answering = self.findings.repetition.sayables, self.findings.answering
        cells = [(cell, cell.certainty) for cell in self.corpus.cells if cell.certainty and cell.passage_ids]
        sure = (chain(how_sure(cell, certainty), reasons(cell)) for cell, certainty in cells)
        whole = (answering.with_what_it_leans_on(said) for said in sayables.all)
        texts = ((s.text for own in sure for s in own), (said.text for said in whole if said), SHORT_ANSWERS, more)
        self.findings.repetition.prepare(chain(*texts))

    def sentences(
        self,
        question: str,
        found: Sequence[Found],
        premises: Sequence[Judgement],
        before: Sequence[str] = (),
        earlier: Earlier | None = None,
    ) -> Iterator[Sentence]:
        """Yield the sentences of an answer in order; ``before`` was said in front, ``earlier`` in the turns before."""
        premises = [] if is_bare_search(question) else list(filter(_is_told, premises))
        wrong = self.premises.wrong(question, premises)
        parts = self.parting.parts(self.premises.rest(question, wrong), () if wrong else found, earlier)
        if all(part.empty for part in parts):
            yield from self._missing(parts[0], premises).said or (
                Sentence(text=_NO_STUDY, support=Verdict.NOT_A_CLAIM),
            )
            yield Sentence(
                text="The nearest passages that we hold are listed below; they are about something else.",
                support=Verdict.NOT_A_CLAIM,
            )
            return
        said, missing = list(before), [self._missing(part, premises) for part in parts]
        heard = earlier.said if earlier else frozenset()
        for sentence in chain(correction(wrong) if wrong else (), self._body(parts, missing, premises, said, heard)):
            yield _without_yes_or_no(sentence) if said else sentence
            said.append(sentence.text)
        yield from self._closing(parts, missing[0], said)

    # ------------------------------------------------------------- what comes first

    def _body(
        self,
        parts: Sequence[Asked],
        lacking: Sequence[Lack],
        premises: Sequence[Judgement],
        said: list[str],
        heard: Set[str],
    ) -> Iterator[Sentence]:
        """Yield for each part the short answer, the main message and the findings that fit the room left."""
        room = _FINDING_WORDS // len(parts)
        for part, lack in zip(parts, lacking, strict=True):
            missing = () if lack.later else lack.said
            used, adrift = 0, bool(missing and lack.thing) and not part.names_its_subject
            before = tuple(said)
            if adrift and self.messages.direct(part) is None:  # what is said of other things is no answer
                yield from lack.said
                continue
            told, first = () if missing else premises, part is parts[0]
            opening = self.opening.sentences(part, told, short=not missing, first=first)
            for sentence in chain(missing, _freshest_first(list(opening), heard)):
                used += len(sentence.text.split())
                unfit = self.findings.bearing.is_unfit(sentence.text, part)
                if unfit or sentence.text in said or self._is_told(sentence, before):
                    continue  # for others, or the first part told it, or the hand-over in front
                yield sentence
            if not used and (nothing := self._nothing_leads(part)):
                yield nothing
                continue  # what lies near is by then on something else
            count = int(not adrift) if missing else MOST if len(parts) == 1 else 2
            home = self.homes.of(self.messages.lead(part), part)
            for candidate in self.findings.choose(part, count, said, home, heard):
                words = len(candidate.text.split())
                if used + words <= room:  # a shorter one may still fit
                    used += words
                    yield self.messages.quote(candidate)
            yield from (sentence for sentence in lack.said if lack.later and sentence.text not in said)

    def _is_told(self, sentence: Sentence, before: Sequence[str]) -> bool:
        """Tell whether a sentence nearly repeats what was told; "Yes." and "No." are alike and say the opposite."""
        return sentence.text not in SHORT_ANSWERS and self.findings.repetition.of(sentence.text, before)

    def _nothing_leads(self, part: Asked) -> Sentence | None:
        """Say so where neither a topic nor the evidence map speaks of what is asked; None where something near does."""
        ranked = self.findings.ranked(part)
        if ranked and not (ranked[0].beside and not self.findings.is_near(ranked[0], part)):
            return None
        return Sentence(text=_NO_STUDY, support=Verdict.NO_EVIDENCE, note=NOBODY_LOOKED)

    def _missing(self, part: Asked, premises: Sequence[Judgement]) -> Lack:
        """Say that we hold nothing on the very thing asked, before anything near it."""
        if self.messages.funding.is_missing(part) and not _speaks_of_money(self.messages.lead(part)):
            return Lack(said=(Sentence(text=_NOT_RECORDED, support=Verdict.NO_EVIDENCE, note=_NOT_TOLD),))
        if self.messages.direct(part, HELD_ANSWER) and self.gaps.unknown_agent(part) is None:
            return Lack()
        thing = self.gaps.thing(part)
        text = self.gaps.said(thing, part) if thing else None
        text = text or self.gaps.unstudied_condition(part) or self.gaps.unstudied_effect(part)
        text = text or self.gaps.uncompared(part) or self._unheard_of_place(part)
        unfound = (
            p for p in premises if p.verdict is Verdict.NO_EVIDENCE and not of_no_study(p, self.corpus.vocabulary)
        )
        heard = next((p.claim.text for p in unfound if _asks_of_it(part.question, p.claim.text)), None)
        if heard and not (text or part.names_its_subject or self.messages.direct(part, SURE_ANSWER)):
            thing, text = heard, claim_answer(Verdict.NO_EVIDENCE)
        said = (Sentence(text=text, support=Verdict.NO_EVIDENCE, note=NOBODY_LOOKED),) if text else ()
        later = thing is not None and self.messages.lead(part) is not None and self.gaps.comes_later(thing, part)
        return Lack(said=said, thing=thing, later=later)

    def _unheard_of_place(self, part: Asked) -> str | None:
        """Say that we hold nothing on the rules, prices or care of the country asked about, where that is so."""
        local = self.messages.local
        if not local.is_asked_of(part) or local.sentence(part) or local.is_heard_of(part):
            return None
        lead = self.messages.lead(part)
        if lead and shares_a_place(lead.text, part.question):
            return None
        places = sorted(places_in(part.question) - {"the EU"}) or ["the EU"]
        return f"Our library holds nothing on this for {places[0]}, so we cannot say."

    # ------------------------------------------------------------- what comes last

    def _closing(self, parts: Sequence[Asked], lack: Lack, said: Sequence[str]) -> Iterator[Sentence]:
        """Yield how sure we are, what is not known unless it was said, and one next step, as far as the room goes."""
        topic, named = parts[0].topic, parts[0].reading.treatments
        # Where the very thing asked is missing, the nearest topic may be that of something else.
        lacking = lack.thing is not None and not lack.later
        adrift = lacking and not (topic and named and self.leads.fits(topic.treatments, named))
        lead = self.messages.lead(parts[0])
        home = NOWHERE if adrift else self.homes.of(lead, parts[0])
        step = self.closing.next_step(replace(parts[0], topic=None) if adrift else parts[0], said, home)
        used = len(" ".join([*said, step.text]).split())
        if lacking:  # how sure we are of other things is no answer
            yield step
            return
        sure = list(self.closing.sureness(self.messages.of_the_lead(parts[0]), said, lead))
        told = replace(parts[0], topic=home.own or parts[0].topic)
        for sentence in [*sure, *self.closing.unknown(told, [*said, *(s.text for s in sure)])]:
            used += len(sentence.text.split())
            if used <= _MOST_WORDS:
                yield sentence
        yield step


def _freshest_first(opening: Sequence[Sentence], heard: Set[str]) -> Sequence[Sentence]:
    """Give how an answer opens with what was heard in the turns before behind what was not: nobody opens twice alike.

    A yes or no stays in front of the message that it belongs to.
    """
    if opening and opening[0].text in SHORT_ANSWERS:
        return opening
    return sorted(opening, key=lambda sentence: sentence.text in heard)


def _without_yes_or_no(sentence: Sentence) -> Sentence:
    """Give a sentence without a yes or no in front, of which nobody can tell behind another what it answers."""
    opening = None if sentence.text in SHORT_ANSWERS else _YES_OR_NO.match(sentence.text)
    rest = sentence.text[opening.end() :] if opening else ""
    return replace(sentence, text=f"{rest[0].upper()}{rest[1:]}") if rest else sentence


def _asks_of_it(question: str, told: str) -> bool:
    """Tell whether a question asks of what was told in it, and not of something else after telling it.

    Nobody asks whether the own story is so: "my dad has all his hair, do I stand a chance?"
    """
    asked = asking(question)
    mere = asked is None or len(asked.split()) <= MERE_WORDS or told in asked
    return mere and not FIRST_PERSON.search(told)


def _speaks_of_money(sentence: Sentence | None) -> bool:
    return sentence is not None and bool(_OF_MONEY.search(sentence.text))


def _is_told(judged: Judgement) -> bool:
    """Tell whether a premise states anything: "finasteride side effects" and "a biopsy, does it hurt" do not."""
    return bool(VERB.search(judged.claim.text)) and not asks_itself(judged.claim.text)
