"""How a text stands to a claim, as named measures: words, figures, denials, direction, strength, people, products.

Pure. Nothing here decides; ``stance`` learns from labelled pairs which measures support, refute or say nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.opposites import opposites
from rag.language.reading import Reading, people_in, read
from rag.language.vocabulary import Vocabulary
from rag.quantities import COUNTING, Quantity, counted, digits
from rag.search.sparse import stem
from rag.text import normalise, sentence_texts, words

_SCOPE_WORDS = 5  # how far a denial reaches
_CONTEXT_WORDS = 3  # around a figure
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for with from by and or but is are was were be been being it its this that these those as "
    "than then so such there their they them he she his her you your we our i my who which what when where how do does "
    "did has have had can could may might will would should not no nor also into over under about between during very "
    "any each study trial review say said find found people person patient".split()
)
_DENIERS = frozenset(
    "not no never nobody none cannot without neither nor hardly unlikely fail fails failed lack lacks lacked false "
    "myth unproven untested unknown unclear absent free instead nothing".split()
)
_NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "twelve": "12", "twenty": "20", "thirty": "30", "half": "50",
}  # fmt: skip
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][A-Za-z]{2,}\b")

# Words that set how strongly, of whom and of what a text speaks.
_MARKERS = {
    "hedge": r"may|might|could|possibly|perhaps|suggest\w*|unclear|not sure|probably|likely|seem\w*|appear\w*",
    "most": r"most|many|majority|usually|often|common\w*",
    "few": r"few|rare\w*|seldom|some|sometimes|minority|hardly",
    "only": r"only|just|alone|solely|exclusively|nothing but",
    "more": r"more|higher|greater|better|larger|longer|faster|sooner|stronger|earlier|outperform\w*|beat\w*",
    "less": r"less|fewer|lower|worse|smaller|shorter|slower|later|weaker",
    "same": r"same|no different|(?:did|does|do) not differ|no difference|equal\w*|similar\w*"
    r"|as (?:good|well|effective) as",
    "proof": r"prov(?:ed|en|es?)|confirm\w*|beyond doubt|certain\w*|guarantee\w*|clearly|definitely|always|every\w*|all"
    r"|never|none|nobody|completely|fully|entirely|permanent\w*|forever|for (?:good|life)|lifelong|irreversibl\w*"
    r"|cure[sd]?|100 ?%|no (?:risk|side)\w*",
    "open": r"no (?:good |clear |direct |human |strong )?(?:evidence|study|studies|trials?|data|proof)|unknown|unclear"
    r"|not (?:been |yet )*(?:shown|proven|tested|studied|known|clear|measured|stated)|untested|not say",
    "animals": r"mouse|mice|rats?|rabbits?|animals?|pigs?|dogs?",
    "dish": r"dish(?:es)?|laborator\w+|in vitro|cultured cells|test tube",
    "approval": r"approv\w+|licen[sc]\w+|authori[sz]\w+|clear(?:ed|ance)|banned|legal",
    "up": r"increas\w+|rais\w+|higher|greater|more|elevat\w+|promot\w+|induc\w+|enhanc\w+|activat\w+|gain\w*|grew"
    r"|grow\w*|upregulat\w+|stimulat\w+|accelerat\w+|improv\w+|longer|up|thick\w+",
    "down": r"decreas\w+|reduc\w+|lower\w*|less|fewer|declin\w+|inhibit\w+|suppress\w+|impair\w+|inactivat\w+|thinn\w+"
    r"|loss|lost|downregulat\w+|block\w*|slow\w*|worse\w*|shorter|fad\w+|down|prevent\w*|fell|drop\w*",
}  # fmt: skip
_PATTERNS = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in _MARKERS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One text, taken apart: its stems, figures, denials, markers and reading."""

    stems: tuple[str, ...]  # content words in order, a brand and its substance told by one word
    said: frozenset[str]  # content words as they were said
    denied: frozenset[str]  # stems within reach of a denial
    deniers: int
    numbers: frozenset[str]
    contexts: dict[str, frozenset[str]]  # the stems around each number
    quantities: tuple[Quantity, ...]
    markers: frozenset[str]
    names: frozenset[str]
    people: frozenset[str]
    reading: Reading


@lru_cache(maxsize=16_384)  # a passage is held against many claims
def side(text: str, vocabulary: Vocabulary) -> Side:
    """Take a text apart."""
    low = normalise(text).lower()
    plain = words(low)
    stems = [stem(word) for word in plain]
    denials = [i for i, word in enumerate(plain) if word in _DENIERS or word.endswith("n't")]
    reached = {s for i in denials for s in stems[i + 1 : i + 1 + _SCOPE_WORDS]}
    figures = [(i, n) for i, word in enumerate(plain) if (n := _NUMBER_WORDS.get(word) or _digits(word))]
    return Side(
        stems=tuple(stem(word) for word in words(vocabulary.plain(text)) if _carries_meaning(word)),
        said=frozenset(stem(word) for word in plain if _carries_meaning(word)),
        denied=frozenset(reached),
        deniers=len(denials),
        numbers=frozenset({*digits(low), *(n for _, n in figures)}),
        contexts={n: frozenset(_around(stems, i)) for i, n in figures},
        quantities=counted(text),
        markers=frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(low)),
        names=frozenset(name.lower() for name in _NAME.findall(text)),
        people=people_in(text),
        reading=read(text, vocabulary),
    )


def compare(claim: str, evidence: str, near: Sequence[tuple[float, str]], vocabulary: Vocabulary) -> dict[str, float]:
    """Give the measures of a claim against a text; ``near`` holds its sentences with their cosines, nearest first.

    Every measure is finite; their names and order are always the same.
    """
    asked, whole = side(claim, vocabulary), side(evidence, vocabulary)
    best = side(near[0][1], vocabulary)
    two = side(" ".join(text for _, text in near[:2]), vocabulary)
    coverage = _share(asked.stems, set(whole.stems))
    measures = {
        "cosine": near[0][0],
        "cosine_second": near[1][0] if len(near) > 1 else near[0][0] - 0.1,
        "sentences": min(len(near), 8),
        "coverage": coverage,
        "words": min(len(asked.stems), 25),
        "words_best": min(len(best.stems), 40),
        "missing": min(len(set(asked.stems) - set(whole.stems)), 8),
    }
    measures |= _wording(asked, best, whole) | _figures(asked, best, two, whole) | _denials(asked, best, two)
    measures |= _strength(asked, two) | _subjects(asked, best, whole)
    measures |= {
        f"{name}_covered": measures[name] * coverage
        for name in ("denial_parts", "opposite", "rival", "number_rival", "proof_only_claim", "outcome_turned")
    }
    return {name: float(value) for name, value in measures.items()}


def content(text: str) -> frozenset[str]:
    """Give the stems of the words that carry meaning: "The hairs regrew" -> {"hair", "regrew"}."""
    return frozenset(stem(word) for word in words(text) if word not in _FUNCTION_WORDS)


def finds_none(low: str) -> bool:
    """Tell whether a lower-case text says that something is not known or made no difference."""
    return bool(_PATTERNS["open"].search(low) or _PATTERNS["same"].search(low))


def not_people(low: str) -> bool:
    """Tell whether a lower-case text speaks of animals or of cells in a dish."""
    return bool(_PATTERNS["animals"].search(low) or _PATTERNS["dish"].search(low))


def evidence_sentences(text: str) -> list[str]:
    """Give the sentences of an evidence text; the text itself where none can be cut."""
    return sentence_texts(text) or [text]


# ------------------------------------------------------------------ groups of measures


def _wording(asked: Side, best: Side, whole: Side) -> dict[str, float]:
    pairs = set(zip(asked.stems, asked.stems[1:], strict=False))
    held = set(zip(whole.stems, whole.stems[1:], strict=False))
    shared = [s for s in dict.fromkeys(asked.stems) if s in best.stems]
    turned = [s for s in asked.said - best.said if _OPPOSITES.get(s, _NONE) & best.said]
    places = [best.stems.index(s) for s in shared]
    swaps = [a > b for i, a in enumerate(places) for b in places[i + 1 :]]
    return {
        "coverage_best": _share(asked.stems, set(best.stems)),
        "coverage_back": _share(best.stems, set(asked.stems)),
        "pairs": len(pairs & held) / max(1, len(pairs)),
        "opposite": min(len(turned), 3),
        "swapped": sum(swaps) / len(swaps) if swaps else 0.0,
        "names_missing": min(len(asked.names - set(whole.names) - set(whole.stems)), 3),
    }


def _figures(asked: Side, best: Side, two: Side, whole: Side) -> dict[str, float]:
    own = asked.numbers
    met = [q for q in asked.quantities if q.met_by(whole.quantities)]
    open_ = [q for q in asked.quantities if q not in met]
    rivals = [q for q in open_ if any(o.unit is q.unit for o in two.quantities)]
    around = [_share(asked.contexts[n], whole.contexts[n]) for n in own if n in asked.contexts and n in whole.contexts]
    figures = {
        "numbers": min(len(own), 4),
        "numbers_met": len(own & whole.numbers) / len(own) if own else 1.0,
        "numbers_missing": min(len(own - whole.numbers), 3),
        "number_rival": float(bool(own - best.numbers) and bool(best.numbers - own)),
        "number_context": min(around) if around else 1.0,
        "met": min(len(met), 3),
        "rival": min(len(rivals), 3),
        "unmatched": min(len(open_) - len(rivals), 3),
    }
    for unit in COUNTING:
        figures[f"rival_{unit}"] = float(any(q.unit is unit for q in rivals))
    return figures


def _denials(asked: Side, best: Side, two: Side) -> dict[str, float]:
    shared = asked.said & best.said
    parted = {s for s in shared if (s in asked.denied) != (s in best.denied)}
    return {
        "denies": min(asked.deniers, 3),
        "denies_best": min(best.deniers, 3),
        "denies_two": min(two.deniers, 4),
        "denial_parts": float(bool(asked.deniers) != bool(best.deniers)),
        "denial_parts_two": float(bool(asked.deniers) != bool(two.deniers)),
        "denied_apart": min(len(parted), 4),
        "denied_share": len(parted) / max(1, len(shared)),
        "denied_together": min(len({s for s in shared if s in asked.denied and s in best.denied}), 3),
    }


def _strength(asked: Side, two: Side) -> dict[str, float]:
    measures: dict[str, float] = {}
    for name in _PATTERNS:
        one, other = name in asked.markers, name in two.markers
        measures[f"{name}_only_claim"] = float(one and not other)
        measures[f"{name}_only_text"] = float(other and not one)
        measures[f"{name}_both"] = float(one and other)
    for first, second in (("up", "down"), ("more", "less"), ("more", "same"), ("most", "few"), ("proof", "hedge")):
        crossed = {first, second} <= asked.markers ^ two.markers and (first in asked.markers) != (
            second in asked.markers
        )
        measures[f"{first}_against_{second}"] = float(crossed)
    return measures | {
        "absolute_apart": float(asked.reading.absolute and not (two.reading.absolute or "proof" in two.markers)),
        "hedged": float(asked.reading.hedged),
        "hedged_text": float(two.reading.hedged),
    }


def _subjects(asked: Side, best: Side, whole: Side) -> dict[str, float]:
    named, held = set(asked.reading.treatments), set(whole.reading.treatments)
    kinds, kinds_held = asked.reading.kinds, whole.reading.kinds
    poles, poles_held = _poles(asked.reading), _poles(whole.reading)
    best_poles = _poles(best.reading)
    return {
        "treatment_shared": float(bool(named & held)),
        "treatment_missing": min(len(named - held), 2),
        "treatment_other": float(bool(named - held) and bool(held - named)),
        "treatment_only_text": float(bool(held) and not named),
        "condition_shared": float(bool(kinds & kinds_held)),
        "condition_missing": min(len(kinds - kinds_held), 2),
        "condition_other": float(bool(kinds - kinds_held) and bool(kinds_held - kinds)),
        "people_shared": float(bool(asked.people & whole.people)),
        "people_missing": float(bool(asked.people - whole.people)),
        "people_other": float(bool(asked.people - whole.people) and bool(whole.people - asked.people)),
        "outcome_shared": min(len(set(poles) & set(poles_held)), 3),
        "outcome_missing": min(len(set(poles) - set(poles_held)), 3),
        "outcome_same": _agreeing(poles, poles_held, same=True),
        "outcome_turned": _agreeing(poles, poles_held, same=False),
        "outcome_same_best": _agreeing(poles, best_poles, same=True),
        "outcome_turned_best": _agreeing(poles, best_poles, same=False),
    }


def _poles(reading: Reading) -> dict[str, bool | None]:
    return {a.outcome: a.positive for a in reading.assertions}


def _agreeing(one: dict[str, bool | None], other: dict[str, bool | None], *, same: bool) -> float:
    both = [o for o in one if one[o] is not None and other.get(o) is not None]
    return float(sum((one[o] == other[o]) is same for o in both))


def _carries_meaning(word: str) -> bool:
    return word not in _FUNCTION_WORDS and not word[0].isdigit()


def _share(of: Sequence[str] | frozenset[str], held: set[str] | frozenset[str]) -> float:
    unique = set(of)
    return len(unique & held) / len(unique) if unique else 0.0


def _around(stems: Sequence[str], place: int) -> set[str]:
    return {*stems[max(0, place - _CONTEXT_WORDS) : place], *stems[place + 1 : place + 1 + _CONTEXT_WORDS]}


def _digits(word: str) -> str | None:
    return digits(word)[0] if word[0].isdecimal() else None


_NONE: frozenset[str] = frozenset()
_OPPOSITES = opposites(stem)
