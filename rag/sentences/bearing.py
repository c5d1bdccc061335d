"""Whether a sentence bears on a question: its treatment, its outcome, its kind of hair loss, and its people."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.evidence import Found, Passage
from rag.kinds import Direction
from rag.language.persons import is_of_a_baby
from rag.language.reading import affinity, people_in, treatment_fit
from rag.language.vocabulary import ANY, USUAL
from rag.library.corpus import Corpus
from rag.sentences.inquiry import Asked

# Set by hand on the development half of evals/data/answers.jsonl; what other values give is not recorded.
NEAR = 0.6  # cosine above which a sentence may be quoted although it is tagged with another outcome
SAME_OR_NARROWER = 0.75  # how well tags fit that are about the treatment itself or a kind of it
_TOLD_OF_OTHERS = 0.5  # affinity below which a passage shares neither treatment nor outcome
# Share of the passages on a treatment from which a kind of hair loss is one that it is used for: JAK inhibitors have
# .99 on areata, botox .11 on scarring kinds, dutasteride .13, microneedling .05.
_AT_HOME = 0.15
# Outcomes that answer each other's questions.
_KIN = {"works": {"how_much"}, "how_much": {"works"}, "evidence": {"works"}, "warning_signs": {"safety"}}
# A question on a kind of hair loss that asks none of these is not about treatments.
_OF_TREATMENT = {"works", "how_much", "comparison", "safety", "approval", "cost", "access"}
_YOUNG = re.compile(
    r"\bunder (?:age )?18\b|\b(?:teens?|teenagers?|young people|adolescents?|children|your child|kids)\b", re.IGNORECASE
)
# "Not recommended in pregnancy", said to a man; not "keep a pregnant partner off the wet scalp".
_OF_A_MOTHER = re.compile(r"\b(?:pregnan\w+|breast ?-?fe\w+|midwife)\b", re.IGNORECASE)
_OF_A_FATHER = re.compile(r"\b(?:men|man|partner|wife|semen|sperm|father|couple)\b", re.IGNORECASE)
_LOWEST_AGE = re.compile(
    r"\b(?:lowest age for a hair transplant|before age 25)\b", re.IGNORECASE
)  # of pattern loss, which goes on
_OF_A_SCAR = re.compile(r"\b(?:burn(?:s|t|ed)?|scald\w*|scars?|scarred|scarring)\b", re.IGNORECASE)
_GROWN = re.compile(r"\b(?:i'?m|i am|im|aged?|age of) (?:[3-9]\d)\b", re.IGNORECASE)
_OF_GROWN_PEOPLE = frozenset(
    ("minoxidil", "oral_minoxidil", "finasteride", "dutasteride", "spironolactone", "laser", "prp", "microneedling")
    + ("stem_cells", "exosomes", "transplant", "micrografts")
)
_OF_TRANS_PEOPLE = re.compile(r"\btrans (?:wom[ae]n|m[ae]n)\b", re.IGNORECASE)
_SIGN = re.compile(r"\bstress\w*", re.IGNORECASE)  # of shedding, where no other kind is named


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """Tells what bears on a question."""

    corpus: Corpus

    def bears(self, text: str, passages: Sequence[Passage], asked: Asked, similarity: float) -> bool:
        """Tell whether a sentence on some passages bears on what is asked: its treatment, outcome, kind and people."""
        reading, vocabulary = asked.reading, self.corpus.vocabulary
        named = vocabulary.treatments_in(text) or tuple(t for p in passages for t in p.treatments)
        # Where nobody studied the very thing, what is known of its kind is no stand-in: a knee has another price.
        least = SAME_OR_NARROWER if asked.cell and asked.cell.silent else 0.01
        if reading.treatments and named and treatment_fit(named, reading.treatments, vocabulary) < least:
            return False
        kinds = reading.kinds
        # "Does it grow back" of Botox is not told by what grows back in areata: of 63 such sentences 13 answer.
        if not named and self.of_a_kind_unasked(text, asked):
            return False
        held = {c for p in passages for c in p.conditions}
        if kinds and held and ANY not in held and not kinds & held:
            return False
        if self.of_others(text, asked):
            return False
        focus = focus_of(asked)
        of_treatment = bool(focus & _OF_TREATMENT and kinds & held)
        if reading.certain_kinds and not reading.treatments and vocabulary.treatments_in(text) and not of_treatment:
            return False
        tagged = {b.outcome for p in passages for b in p.bearings if self._takes_side(b.outcome, b.direction)}
        return not focus or bool(focus & tagged) or similarity >= NEAR

    def of_others(self, text: str, asked: Asked) -> bool:
        """Tell whether a sentence is about other people: men for a woman, children where nobody asked about any."""
        spoken, meant = people_in(text), asked.reading.people
        if self.is_unfit(text, asked):
            return True
        if _of_the_young(text) and not {"children", "pregnancy"} & {*asked.reading.outcomes, *meant}:
            return True
        return bool(meant and spoken and not meant & spoken)

    def is_unfit(self, text: str, asked: Asked) -> bool:
        """Tell whether a sentence must not be told to who asks, however near it lies.

        What pregnant women must do is nothing for a man, what trans men saw nothing for a trans woman, no drug of grown
        people is for a baby, and the lowest age for a transplant in pattern hair loss is nothing for a scar nor for who
        is past it.
        """
        if asked.reading.people == {"men"} and _OF_A_MOTHER.search(text) and not _OF_A_FATHER.search(text):
            return True
        if _LOWEST_AGE.search(text) and (_OF_A_SCAR.search(asked.told) or _GROWN.search(asked.told)):
            return True
        if asked.reading.people and _OF_TRANS_PEOPLE.search(text) and not asked.reading.people & people_in(text):
            return True
        grown = _OF_GROWN_PEOPLE.intersection(self.corpus.vocabulary.treatments_in(text))
        return bool(grown) and not asked.reading.treatments and is_of_a_baby(asked.told)

    def of_another_kind(self, text: str, asked: Asked) -> bool:
        """Tell whether a sentence names a kind of hair loss that is not asked about and leaves out one that is.

        Stress is a sign of shedding, so what both share may be no more than that: "is alopecia areata from stress".
        """
        kinds_in = self.corpus.vocabulary.kinds_in
        named, outright = kinds_in(text), kinds_in(_SIGN.sub(" ", asked.question))
        meant = outright & asked.reading.kinds or asked.reading.kinds
        return bool(named - meant and meant - named)

    def of_a_kind_unasked(self, text: str, asked: Asked) -> bool:
        """Tell whether a sentence is on a kind of hair loss where no kind is asked of, and the treatment is of others.

        Example: "microneedling in lichen planopilaris" for who asks whether microneedling is safe
        """
        reading = asked.reading
        if not reading.treatments or reading.kinds:
            return False
        others = self.corpus.vocabulary.kinds_in(text) - {USUAL}
        return bool(others) and bool(others.difference(*(self._kinds_treated.get(t, ()) for t in reading.treatments)))

    @cached_property
    def _kinds_treated(self) -> dict[str, frozenset[str]]:
        """Give for each treatment the kinds of hair loss that a good part of what we hold on it is about."""
        held: dict[str, list[Passage]] = {}
        for passage in self.corpus.passages.values():
            for treatment in passage.treatments:
                held.setdefault(treatment, []).append(passage)
        return {treatment: _kinds_of_many(passages) for treatment, passages in held.items()}

    def about(self, item: Found, asked: Asked) -> bool:
        """Tell whether a passage found is about the subject, where the question names or implies one."""
        fit = affinity(item.passage, asked.reading, self.corpus.vocabulary)
        return not asked.reading.subjects or fit >= _TOLD_OF_OTHERS

    def _takes_side(self, outcome: str, direction: Direction) -> bool:
        """Tell whether a tag says something of an outcome: a plain description does so only where there is no pole."""
        known = self.corpus.vocabulary.outcomes.get(outcome)
        return direction is not Direction.NONE or known is None or known.for_pole is None


@lru_cache(maxsize=8_192)  # the same lines are held against every question
def _of_the_young(text: str) -> bool:
    return bool(_YOUNG.search(text))


def _kinds_of_many(passages: Sequence[Passage]) -> frozenset[str]:
    counts = Counter(kind for passage in passages for kind in passage.conditions)
    return frozenset(kind for kind, count in counts.items() if count >= _AT_HOME * len(passages))


def focus_of(asked: Asked) -> set[str]:
    """Give the outcomes that answer a question: those it names, else those of its topic and cell; and their kin."""
    named = set(asked.reading.focus) or set(asked.topic.outcomes if asked.topic else ())
    named |= {asked.cell.outcome} if asked.cell and not asked.reading.focus else set()
    return named.union(*(_KIN.get(outcome, set()) for outcome in named))
