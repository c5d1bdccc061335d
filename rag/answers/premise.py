"""What a question wrongly takes for granted: found, corrected kindly, and taken out of what is asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answers.citations import Sentence
from rag.answers.leads import Leads
from rag.kinds import Verdict
from rag.language.grammar import VERB
from rag.language.questions import carrying
from rag.language.reading import read
from rag.library.corpus import Corpus
from rag.text import sentence_texts
from rag.types import Judgement

_OF_SOMEBODY = re.compile(
    r"\b(?:my|our|his|her|i|i'm|i've) \w+|\b(?:baby|daughter|son|wife|husband|mum|mom|dad) (?:is|has|was|had)\b",
    re.IGNORECASE,
)
# What happened to somebody, or happens now, is their own report and no claim: "I stopped it because of low mood", "all
# the new hairs are falling out".
_PAST = (
    r"(?:had|lost|got|took|went|grew|came|fell|felt|began|gave|saw|read|was|were|did|been|started|stopped|tried|used)"
)
_SAYING = r"(?:promis|claim|advis|insist|assur|announc|explain|suggest|recommend|guarante)"  # what is told is a claim
_HAPPENED = re.compile(
    r"\b(?:i|we|he|she|(?:my|our|his|her) \w+)(?:'ve|'d)? "
    rf"(?:(?:have|has|had|also|just|then|never|\w+ly) ){{0,2}}(?:{_PAST}|(?!{_SAYING})\w{{3,}}ed)\b"
    rf"|^(?!used ){_PAST}\b"
    r"|\b(?:hairs?|shedding|parting|crown|temples?|it|i'm|i am|hair's)\b"
    r"(?: (?:am|is|are|was|were|been|keeps?|all|still|now|just|\w+ly))* "
    r"(?:falling|shedding|thinning|growing|coming|losing|receding|getting|going|dropping|breaking|itching|burning)\b",
    re.IGNORECASE,
)
# What somebody once took and gave up is not asked of while something else is: "started finasteride, which I stopped".
_GIVEN_UP = re.compile(
    r"\b(?:started|tried|used|took|went on|was on)\b[^.?!,;]{0,60}"
    r"\b(?:i|we) (?:stopped|quit|gave up|came off)\b[^.?!,;]*",
    re.IGNORECASE,
)
_SEEN_IN = re.compile(r"^(?:i )?(?:saw|read|heard)\b[^:]{0,40}:\W*", re.IGNORECASE)  # "saw this on insta: ..."
# "Are approved and come from umbilical cords"; not "minoxidil and finasteride work".
_TWO = re.compile(rf"{VERB.pattern}[^.?!]*\band {VERB.pattern}", re.IGNORECASE)
_QUOTES = "'\"‘’“” "
_WRONG = "One thing first: “{}” is not what studies show."
_WRONG_IN_PART = "One thing first: not all of “{}” is what studies show."
_FINDING_SAYS = re.compile(r"[^:]*\b(?:finding|One) says(?: otherwise| the same)?: ")
_SAYS = re.compile(r"\b(?:says?|said|warns?|advises?|reports?)\b")
_TAKEN_FOR_GRANTED = re.compile(
    r"\b(?:since|because|given that|now that|seeing as|as)\s+\0"
    r"|\b(?:i|we)(?:'ve| have)? (?:heard|read|saw|been told)[^\0]{0,30}\0",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Premises:
    """Finds what a question wrongly takes for granted."""

    corpus: Corpus
    leads: Leads

    def wrong(self, question: str, premises: Sequence[Judgement]) -> Judgement | None:
        """Give what a question wrongly takes for granted while it asks something else."""
        for judged in premises:
            rest = self.leads.read(_without(question, judged)).focus
            own = read(judged.claim.text, self.corpus.vocabulary, judged.claim.topic)
            general = own.treatments or not _OF_SOMEBODY.search(question)  # that a baby lost its hair is no claim
            claimed = general and (own.subjects or own.kinds) and not _HAPPENED.search(_said(judged))
            if judged.verdict is Verdict.CONTRADICTED and own.sided and claimed and set(rest) - set(own.focus):
                return judged
        return None

    def rest(self, question: str, wrong: Judgement | None) -> str:
        """Give a question without a wrong premise or what was given up, with the treatment that it is about named."""
        vocabulary = self.corpus.vocabulary
        if wrong is None:
            left = _GIVEN_UP.sub(" ", question)
            works = set(self.leads.read(question).focus) == {"works"}  # not what stopping does
            return left if works and vocabulary.treatments_in(left) else question
        rest = _without(question, wrong)
        if vocabulary.treatments_in(rest):
            return rest
        return carrying(rest, [vocabulary.treatments[t].name for t in vocabulary.treatments_in(question)[:1]])


def correction(judged: Judgement) -> Iterator[Sentence]:
    """Correct a premise kindly: what it says, and what studies found instead."""
    ids = tuple(e.passage_id for e in judged.evidence[:2])
    support = Verdict.SUPPORTED if ids else Verdict.CONTRADICTED
    said = _said(judged)
    text = (_WRONG_IN_PART if _TWO.search(said) else _WRONG).format(said)  # one part of two may be so
    yield Sentence(text=text, passage_ids=ids, support=support, note=None if ids else judged.reason)
    first = _without_a_second_says(sentence_texts(judged.reason)[0])
    yield Sentence(text=first, passage_ids=ids, support=support, note=None if ids else judged.reason)


def _without_a_second_says(found: str) -> str:
    """Give a finding without "The nearest finding says:" where it tells itself who says it."""
    lead = _FINDING_SAYS.match(found)
    return found[lead.end() :] if lead and _SAYS.search(found, lead.end()) else found


def _said(judged: Judgement) -> str:
    """Give what a premise states, without where somebody saw it."""
    return _SEEN_IN.sub("", judged.claim.text).strip(_QUOTES)


def _without(question: str, judged: Judgement | None) -> str:
    """Give a question without the premise that it rests on: "since it is permanent, do I pay once?" -> the rest."""
    if judged is None:
        return question
    rest = _TAKEN_FOR_GRANTED.sub(" ", question.replace(judged.claim.text, "\0", 1))
    return rest.replace("\0", " ").strip(" ,.;:") or question
