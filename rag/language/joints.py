"""Where one sentence says two things: whether a joint ("and", "but", a comma) parts two claims, learned from texts.

People marked every claim of promotional and informational texts; what stood between two marks taught where to part
(``evals/training/joints.py``). The signs are what stands on either side: verbs, subjects, outcomes, figures.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag import paths
from rag.language import grammar
from rag.language.reading import Reading, read
from rag.language.vocabulary import Vocabulary
from rag.models.perceptron import Perceptron
from rag.types import Span

Signs = NDArray[np.float64]
WEIGHTS = paths.WEIGHTS / "joints.json"
KINDS = (
    ("semicolon", re.compile(r"^\s*;\s*$")),
    ("comma_and", re.compile(r"^,\s+(?:and|plus)\b")),
    ("and", re.compile(r"^\s+(?:and|plus)\b")),
    ("comma_but", re.compile(r"^,\s+(?:but|yet)\b")),
    ("but", re.compile(r"^\s+(?:but|yet)\b")),
    ("while", re.compile(r"^,?\s+(?:while|whereas)\b")),
    ("dash", re.compile(r"^\s+[-–—]\s+$")),
    ("relative", re.compile(r"^,?\s+(?:that|which)\b")),
    ("comma", re.compile(r"^,\s+$")),
)
_SIDE = (
    "verb", "first_verb", "asserts", "outcomes", "treatments", "conditions", "figures", "absolute", "hedged", "words",
    "first_person", "evidence",
)  # fmt: skip
FEATURES = (
    *(name for name, _ in KINDS),
    *(f"left_{name}" for name in _SIDE), *(f"right_{name}" for name in _SIDE),
    "right_subject", "right_pronoun", "right_leans", "right_ends_list", "left_unfinished", "left_starts",
    "other_outcomes", "other_treatments", "joints",
)  # fmt: skip
# Of 1,244 joints in texts by authors not learned from, .91 of those with this share part two claims, and .94 of those
# that do have it; with .7 it is .95 and .88.
_PARTS = 0.5
_REACH = 300  # characters; a clause is shorter
PRONOUN = re.compile(
    r"^(?:it|its|it's|they|their|them|this|these|those|that|you|your|we|our|he|she|there)\b", re.IGNORECASE
)
# What follows these is a noun, whatever verb it looks like.
_NOUN_NEXT = re.compile(r"\b(?:its|the|an?|their|his|her|no|any|every)\s+$", re.IGNORECASE)
# Behind a comma: "density, thickness and growth rate had risen".
_LISTS_ON = re.compile(
    r"(?:[\w-]+ ){1,2}(?:and|or) (?:[\w-]+ ){1,2}(?:had|has|have|is|are|was|were|can|may|will|all)\b"
)
_LISTED = re.compile(r", [\w-]+(?: [\w-]+)?$")  # and before its "and": "by six months density, thickness"
# Behind the right side of a joint: "and" in "safe, cheap and quick".
_LIST_GOES_ON = re.compile(r"^(?:,|\s+(?:and|or|plus)\b)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A place where a sentence may be parted, with the clause on either side of it."""

    span: Span
    words: str  # that join
    left: str
    right: str
    count: int  # joints in the sentence
    starts: bool  # nothing was joined on before it
    ends_list: bool  # the right side is followed by one more joint of a list


def _joining(text: str, start: int, end: int) -> list[re.Match[str]]:
    return [*grammar.RELATIVE.finditer(text, start, end), *grammar.JOINT.finditer(text, start, end)]


def joints_of(text: str, span: Span) -> Iterator[Joint]:
    """Yield the joints of a sentence in order, each side reaching to the next one."""
    start, end = span
    spans = sorted({joint.span("joint") for joint in _joining(text, start, end)})
    spans = [own for place, own in enumerate(spans) if not place or own[0] >= spans[place - 1][1]]
    for place, (left_end, right_start) in enumerate(spans):
        opening = spans[place - 1][1] if place else start
        closing = spans[place + 1][0] if place + 1 < len(spans) else end
        if opening < left_end and right_start < closing:
            yield Joint(
                span=(left_end, right_start),
                words=text[left_end:right_start],
                left=text[max(opening, left_end - _REACH) : left_end],
                right=text[right_start : min(closing, right_start + _REACH)],
                count=len(spans),
                starts=not place,
                ends_list=bool(_LIST_GOES_ON.match(text[closing:end])),
            )


def signs(joint: Joint, vocabulary: Vocabulary) -> Signs:
    """Give the signs of a joint, in the order of ``FEATURES``."""
    left, right = read(joint.left, vocabulary), read(joint.right, vocabulary)
    other_treatments = bool(right.treatments and left.treatments and set(right.treatments) != set(left.treatments))
    values = (
        *(bool(pattern.search(joint.words)) for _, pattern in KINDS),
        *_side(joint.left, left),
        *_side(joint.right, right),
        own_subject(joint.right),
        bool(PRONOUN.match(joint.right)),
        bool(grammar.LEANS.match(joint.right)),
        joint.ends_list,
        bool(grammar.UNFINISHED.search(joint.left.rstrip())),
        joint.starts,
        not set(right.focus) <= set(left.focus),
        other_treatments,
        math.log(joint.count),
    )
    return np.array([float(value) for value in values], dtype=np.float64)


def _side(clause: str, reading: Reading) -> tuple[float, ...]:
    verb = grammar.VERB.search(clause)
    return (
        float(bool(verb)),
        float(bool(verb and not clause[: verb.start()].strip())),
        float(bool(reading.sided)),
        float(min(len(reading.outcomes), 3)),
        float(bool(reading.treatments)),
        float(bool(reading.conditions)),
        float(bool(reading.quantities)),
        float(reading.absolute),
        float(reading.hedged),
        math.log(1 + len(clause.split())),
        float(bool(grammar.FIRST_PERSON.search(clause))),
        float("evidence" in reading.outcomes),
    )


def own_subject(clause: str) -> bool:
    """Tell whether a clause opens with a subject of its own: a few words and then a verb.

    "Whatever its cause" names no deed, and "redness, which last two days" goes on with a list.
    """
    head = re.sub(r"^unlike [^,]+, ", "", clause, flags=re.IGNORECASE)
    if re.match(r"(?:it's|that's|you're|they're|there's)\b", head, re.IGNORECASE):
        return True
    verb = next((verb for verb in grammar.VERB.finditer(head) if not _NOUN_NEXT.search(head[: verb.start()])), None)
    before = head[: verb.start()].split() if verb else []
    goes_on = bool(before) and before[-1].lower() in ("and", "or", "to")  # "a blood cancer or take blood thinners"
    aside = sum(word.endswith(",") for word in before) == 1
    return 1 <= len(before) <= 6 and not goes_on and not aside


def parts(joint: Joint, vocabulary: Vocabulary) -> bool:
    """Tell whether a joint in running text parts two claims; "once they are collected" is none by itself."""
    if grammar.CONDITION.match(joint.left):
        return False
    score = float(_network().scores(signs(joint, vocabulary)[np.newaxis])[0, 0])
    return 1 / (1 + math.exp(-score)) >= _PARTS


@lru_cache(maxsize=1)
def _network() -> Perceptron:
    return Perceptron.load(WEIGHTS, FEATURES)


# What follows parts a sentence that is given by itself, and is asked about as it stands: by rule, and seldom.


def stated_apart(text: str, span: Span, vocabulary: Vocabulary) -> list[Span]:
    """Split where both sides are statements of their own on different outcomes; otherwise keep the whole.

    Goes through the joints once and reads at most ``_REACH`` characters on either side, so that a text without
    full stops costs no more than its length.
    """
    start, end = span
    pieces = []
    for joint in sorted(_joining(text, start, end), key=lambda j: j.start("joint")):
        left_end, right_start = joint.span("joint")
        if left_end <= start:
            continue
        left = text[max(start, left_end - _REACH) : left_end]
        right = text[right_start : min(end, right_start + _REACH)]
        relative = joint.re is grammar.RELATIVE
        listed = _lists(left, text[left_end:right_start].strip(), right)
        if not listed and _two_statements(left, right, vocabulary, relative=relative):
            pieces.append((start, left_end))
            start = right_start
    return [*pieces, (start, end)]


def _lists(left: str, words: str, right: str) -> bool:
    """Tell whether a joint stands within a list of what the verb behind it tells of."""
    if words == ",":
        return bool(_LISTS_ON.match(right))
    return words in ("and", "or") and bool(_LISTED.search(left)) and not PRONOUN.match(right)


def parted(text: str, span: Span, vocabulary: Vocabulary) -> list[Span]:
    """Split a sentence of running text at every joint that parts two claims."""
    start, end = span
    pieces = []
    for joint in joints_of(text, span):
        if parts(joint, vocabulary) and len(text[joint.span[1] : end].split()) > 1:  # "safe and effective" is one
            pieces.append((start, joint.span[0]))
            start = joint.span[1]
    return [*pieces, (start, end)]


def _two_statements(left: str, right: str, vocabulary: Vocabulary, *, relative: bool) -> bool:
    if not relative and grammar.LEAVES_I_OUT.match(left):  # "Took it last year and minoxidil works for everyone"
        return own_subject(right) and bool(read(right, vocabulary).treatments) and _stands_alone(right, vocabulary)
    if (grammar.UNFINISHED.search(left.rstrip()) and not relative) or grammar.CONDITION.match(left):
        return False
    return (
        (relative or (own_subject(right) and not grammar.LEANS.match(right) and _anchored(left, right, vocabulary)))
        and _stands_alone(left, vocabulary)
        and _stands_alone(right, vocabulary, sided=relative)
        and _distinct(left, right, vocabulary)
    )


def _anchored(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the right side can be judged apart: it names its own subject, or the left side names a treatment.

    "Tight braids cause hair loss, catch it early and it can be reversed" stays whole: "it" is no treatment.
    """
    own, other = read(right, vocabulary), read(left, vocabulary)
    return bool(own.treatments or own.kinds or other.treatments or not other.kinds)


def _stands_alone(clause: str, vocabulary: Vocabulary, *, sided: bool = False) -> bool:
    reading = read(clause, vocabulary)  # "..., which last two days" takes no side by itself
    return bool(grammar.VERB.search(clause)) and bool(reading.sided if sided else reading.assertions)


def _distinct(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Tell whether two clauses speak of different things: other outcomes, or other treatments."""
    a, b = read(left, vocabulary), read(right, vocabulary)
    if set(b.outcomes) <= {"evidence"} or set(a.outcomes) <= {"evidence"}:
        return False  # "..., research shows" adds no statement of its own
    return not set(b.focus) <= set(a.focus) or bool(b.treatments and set(b.treatments) != set(a.treatments))
