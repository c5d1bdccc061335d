"""Where a claim and one text of evidence meet and part, as numbers: meaning, words, figures, strength. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.reading import Reading, read
from rag.text import Quantity, Unit, normalise, quantities, words
from rag.vocabulary import Vocabulary, denies

FEATURES = (
    "best_cosine", "whole_cosine", "beyond_near",
    "claim_covered", "claim_covered_by_best", "best_covered", "new_words", "claim_length", "evidence_length",
    "claim_denies", "best_denies", "denials_part", "directions_part", "turned_around",
    "claim_counts", "figures_met", "figures_met_by_best", "figure_rivalled", "figure_missing",
    "claim_has_numbers", "numbers_met", "numbers_missing",
    "claim_absolute", "absolute_alone", "claim_hedged", "evidence_hedged",
    "claim_not_people", "evidence_not_people", "only_evidence_not_people",
    "claim_finds_none", "evidence_finds_none", "finding_none_parts",
    "claim_compares", "comparing_parts",
    "same_treatment", "other_treatment", "treatment_only_in_claim",
    "praise_parts", "claim_praises", "claim_blames", "best_praises", "best_blames",
    "outcomes_shared", "poles_agree", "poles_part", "people_part", "conditions_part",
)  # fmt: skip
_NEAR = 0.60  # cosine from which a sentence usually speaks of the same thing (rag/stance.py)
_TOLERANCE = 0.02  # 18.6 may be told as 19
_FIGURES = (Unit.PERCENT, Unit.TIME, Unit.SESSIONS, Unit.PEOPLE, Unit.MONEY, Unit.MEASURE)
_STOP = frozenset(
    "a an the of in on for to and or is are was were be been it its that this with as at by from than then they them "
    "their he she his her you your i my we our not no do does did has have had will would can could may might about "
    "into out over after before more most less such so if when what which who there here just only also very "
    "one".split()
)
_ENDINGS = ("ingly", "edly", "ing", "ies", "ed", "es", "ly", "s")


def _words(text: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + text.replace("\n", "").replace("  ", "") + r")\b")


NOT_PEOPLE = _words(r"mice|mouse|rats?|animals?|laborator\w+|lab|dish|cells? in|cell culture|test tube|petri")
FINDS_NONE = _words(
    r"no (?:study|studies|trial|trials|evidence|proof|difference|gain|benefit|improvement|change|clear)|"
    r"not (?:known|clear|shown|proven|differ|better|tested|studied)|unclear|unknown|nobody knows|uncertain"
)
_COMPARES = _words(r"more|less|fewer|better|worse|higher|lower|stronger|weaker|safer|faster|slower|larger|smaller|than")
_PRAISE = _words(
    r"works?|worked|help\w*|effective|improv\w+|regr[eo]w\w*|increas\w+|rose|gain\w*|thick\w+|safe\w*|benefit\w*|"
    r"success\w*|better|more|higher|lasts?|permanent\w*|approved|allowed|recommended"
)
_BLAME = _words(
    r"fail\w*|useless|nothing|ineffective|harm\w*|risk\w*|danger\w*|worse|less|fewer|fell|lost|loss|fade\w*|decreas\w+|"
    r"lower|drop\w*|stop\w*|illegal|banned|unapproved|scam|myth|side effects?|temporar\w+|avoid"
)
_UP = _words(
    r"increas\w+|rais\w+|higher|greater|more|elevat\w+|promot\w+|induc\w+|enhanc\w+|activat\w+|gain\w*|upregulat\w+|"
    r"stimulat\w+|accelerat\w+|improv\w+|longer|up"
)
_DOWN = _words(
    r"decreas\w+|reduc\w+|lower\w*|less|fewer|declin\w+|inhibit\w+|suppress\w+|impair\w+|inactivat\w+|loss|lost|"
    r"downregulat\w+|block\w*|slow\w*|worse\w*|shorter|fad\w+|down|prevent\w*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearness:
    """The evidence's sentences with their cosine to the claim, and the cosine of the whole text."""

    sentences: Sequence[tuple[float, str]]
    whole: float

    @property
    def best(self) -> tuple[float, str]:
        """Give the nearest sentence, ties by its words."""
        return max(self.sentences, key=lambda pair: (pair[0], pair[1])) if self.sentences else (self.whole, "")


def content(text: str) -> frozenset[str]:
    """Give the words of a text that carry meaning, without their endings: "The hairs regrew" -> {"hair", "regrew"}."""
    return frozenset(_stem(word) for word in words(text) if word not in _STOP)


def compare(claim: str, evidence: str, near: Nearness, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Give one value for each name in ``FEATURES``; truth is 1."""
    best_cosine, best = near.best
    asked, held = read(claim, vocabulary), read(evidence, vocabulary)
    groups = (
        (best_cosine, near.whole, max(0.0, best_cosine - _NEAR)),
        _shared_words(*(plain_content(text, vocabulary) for text in (claim, evidence, best))),
        _denials(claim, best),
        _figures(claim, evidence, best),
        _strength(asked, held),
        _kinds(claim, evidence, best),
        _treatments(asked, held),
        _tone(claim, best),
        _poles(asked, held),
    )
    return np.array([float(value) for group in groups for value in group])


@lru_cache(maxsize=16_384)  # the same evidence meets many claims
def plain_content(text: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Give the words that carry meaning, like words told by one of them."""
    return content(vocabulary.plain(text))


def _shared_words(asked: frozenset[str], held: frozenset[str], nearest: frozenset[str]) -> tuple[float, ...]:
    return (
        len(asked & held) / max(1, len(asked)),
        len(asked & nearest) / max(1, len(asked)),
        len(asked & nearest) / max(1, len(nearest)),
        len(asked - held) / max(1, len(asked)),
        float(np.log1p(len(asked))),
        float(np.log1p(len(held))),
    )


def _denials(claim: str, best: str) -> tuple[bool, ...]:
    first, second = denies(claim), denies(best)
    parted = first != second
    turned = _turned(" ".join(words(claim)), " ".join(words(best)))
    return first, second, parted, turned, turned != parted


def _turned(first: str, second: str) -> bool:
    up = (bool(_UP.search(first)), bool(_UP.search(second)))
    down = (bool(_DOWN.search(first)), bool(_DOWN.search(second)))
    return (up, down) in (((True, False), (False, True)), ((False, True), (True, False)))


def _figures(claim: str, evidence: str, best: str) -> tuple[float, ...]:
    asked, held, nearest = counted(claim), counted(evidence), counted(best)
    met = [_met(figure, held) for figure in asked]
    met_by_best = [_met(figure, nearest) for figure in asked]
    rivalled = [any(other.unit is figure.unit for other in nearest) for figure in asked]
    numbers, known = _numbers(claim), set(_numbers(evidence))
    unknown = [number for number in numbers if number not in known]
    return (
        bool(asked),
        bool(asked) and all(met),
        bool(asked) and all(met_by_best),
        any(rival and not same for rival, same in zip(rivalled, met_by_best, strict=True)),
        any(not rival and not same for rival, same in zip(rivalled, met, strict=True)),
        bool(numbers),
        bool(numbers) and not unknown,
        len(unknown),
    )


def counted(text: str) -> list[Quantity]:
    """Give the figures of a text that count something."""
    return [q for q in quantities(normalise(text)) if q.unit in _FIGURES]


def _met(figure: Quantity, held: Sequence[Quantity]) -> bool:
    return any(figure.overlaps(other, _TOLERANCE) for other in held)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", normalise(text))


def _strength(asked: Reading, held: Reading) -> tuple[bool, ...]:
    return asked.absolute, asked.absolute and not held.absolute, asked.hedged, held.hedged


def _kinds(claim: str, evidence: str, best: str) -> tuple[bool, ...]:
    asked, held, nearest = (normalise(text).lower() for text in (claim, evidence, best))
    beasts = (bool(NOT_PEOPLE.search(asked)), bool(NOT_PEOPLE.search(held)))
    none = (bool(FINDS_NONE.search(asked)), bool(FINDS_NONE.search(held)))
    compares = bool(_COMPARES.search(asked))
    return (
        *beasts,
        beasts == (False, True),
        *none,
        none[0] != bool(FINDS_NONE.search(nearest)),
        compares,
        compares != bool(_COMPARES.search(nearest)),
    )


def _treatments(asked: Reading, held: Reading) -> tuple[bool, ...]:
    first, second = set(asked.treatments), set(held.treatments)
    return bool(first & second), bool(first - second) and bool(second), bool(first) and not second


def _tone(claim: str, best: str) -> tuple[bool, ...]:
    asked, held = normalise(claim).lower(), normalise(best).lower()
    first = (bool(_PRAISE.search(asked)), bool(_BLAME.search(asked)))
    second = (bool(_PRAISE.search(held)), bool(_BLAME.search(held)))
    return ({first, second} == {(True, False), (False, True)}, *first, *second)


def _poles(asked: Reading, held: Reading) -> tuple[float, ...]:
    first, second = _poles_of(asked), _poles_of(held)
    shared = set(first) & set(second)
    agree = sum(first[outcome] == second[outcome] for outcome in shared)
    people = asked.people, held.people
    conditions = set(asked.conditions) - {"any"}, set(held.conditions) - {"any"}
    return (
        len(shared),
        agree,
        len(shared) - agree,
        bool(people[0] and people[1]) and not people[0] & people[1],
        bool(conditions[0] and conditions[1]) and not conditions[0] & conditions[1],
    )


def _poles_of(reading: Reading) -> dict[str, bool]:
    return {a.outcome: a.positive for a in reading.assertions if a.positive is not None}


def _stem(word: str) -> str:
    return next((word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), word)
