"""A follow-up made to stand alone: what it leans on is taken from the last turns and spelt out. Pure."""

import re
from collections.abc import Iterator, Sequence

from rag.kinds import Kind
from rag.reading import Reading, people_in, read
from rag.types import Turn
from rag.vocabulary import Vocabulary

HISTORY_TURNS = 6  # how far back a follow-up may point
_LEANS = re.compile(
    r"^\s*(?:and|but|so|what about|how about|ok|okay|then|also|or|no|instead|same)\b"
    r"|\b(?:it|its|that|this|they|them|those|these|the other|the same|one|ones|theirs|mine)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 9  # a question this short with nothing named leans on what came before
# Without a verb of its own it asks the last question again of something else: "and PRP?", "no I meant minoxidil".
_SAME_QUESTION = re.compile(
    r"^\s*(?:ok(?:ay)?[\s,]+)?(?:and\b|what about|how about|or\b|same for|no\b|sorry\b|i (?:meant|mean)|in\b|for\b|"
    r"with\b|vs\b|versus\b|compared|at\b|instead)",
    re.IGNORECASE,
)
_OWN_QUESTION = re.compile(
    r"\b(?:how (?:long|much|many|soon|often)|what (?:is|are|does|do|can|would)|why|when|where|who)\b"
)
_OTHER_ONE = re.compile(r"\b(?:the other(?: one)?|the second(?: one)?|the latter)\b", re.IGNORECASE)
# What a person names only to set it aside: "PRP, not a transplant", "without minoxidil".
_SET_ASIDE = re.compile(
    r"\b(?:without|instead of|rather than|other than|besides|apart from|not)\s+(?:a |an |the |my |any )?[\w-]+"
    r"(?: transplant)?",
    re.IGNORECASE,
)
_BARE_ASK = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|well)\s+)*(?:how (?:long|much|many|soon|often|come)|when|why)\b"
    r"|\b(?:how (?:long|much|many|soon|often)|when|where|which one)\s*\??$",
    re.IGNORECASE,
)
_LAST_NIGHT = re.compile(r"\blast (?:night|week|weekend|month|year|summer|winter|time|\w+day)\b", re.IGNORECASE)
_FOLLOW_UP_WORDS = 12
# "Is there anything else?" asks for other treatments of the same trouble.
_ALTERNATIVES = re.compile(
    r"\b(?:anything|something|what|nothing) (?:else|other)\b|\bother (?:options?|treatments?|things?)\b"
)
# "Compared with minoxidil?" names one side; the other is what was spoken of.
_COMPARES = re.compile(r"\b(?:compared?|versus|vs|better|worse|safer|cheaper|stronger|quicker|instead|most|best)\b")
_LEADING = 3  # the short answer, the correction and the main message come first


def standalone(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """Give the question with what it leaves to its history spelt out.

    Example: after "Does PRP work?", "and is that permanent?" -> "and is that permanent? (PRP (platelet-rich plasma))"
    """
    if not history or not leans(question, vocabulary):
        return question
    reading = read(_SET_ASIDE.sub(" ", question), vocabulary)
    carried = [*_subjects(question, reading, history, vocabulary)]
    if _ALTERNATIVES.search(question.lower()):
        carried.append(vocabulary.outcomes["works"].name)
    elif not reading.outcomes and _SAME_QUESTION.search(question) and not _OWN_QUESTION.search(question.lower()):
        carried += _outcome(history, vocabulary)
    if not people_in(question):
        carried += sorted(people_in(history[-1].understood) - {"children"})
    return f"{question.strip()} ({', '.join(dict.fromkeys(carried))})" if carried else question


def leans(question: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a question points at what came before: a pronoun, an opening "and", or too short to stand alone."""
    return bool(_LEANS.search(question)) or len(question.split()) <= _SHORT_WORDS


def keeps_topic(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> bool:
    """Tell whether a message that names nothing of the field still asks about the last answer.

    "how long before I'd notice anything?" does; "who won the football last night" speaks of no outcome and points
    at nothing.
    """
    if not history or history[-1].answer.kind is Kind.OUT_OF_SCOPE or len(question.split()) > _FOLLOW_UP_WORDS:
        return False
    reading = read(_LAST_NIGHT.sub(" ", question), vocabulary)
    bare = len(question.split()) <= _SHORT_WORDS and bool(_BARE_ASK.search(question.strip()))
    return bool(reading.outcomes) or (bare and bool(_LEANS.search(question) or len(question.split()) <= 6))


def _subjects(question: str, reading: Reading, history: Sequence[Turn], vocabulary: Vocabulary) -> Iterator[str]:
    """Name what a question is about where it does not say so itself: treatments, and the kind of hair loss."""
    named = set(reading.treatments)
    set_aside = set(vocabulary.treatments_in(question)) - named
    specific = set(reading.conditions) - {"any"}
    if _OTHER_ONE.search(question):
        other = _other(named, history, vocabulary)
        if not named and other:
            yield vocabulary.treatments[other].name
        return
    others = bool(_ALTERNATIVES.search(question.lower()))
    for turn in reversed(history):
        before = read(turn.understood, vocabulary)
        treatments = [t for t in _cited_first(before, turn) if t not in set_aside and not others]
        conditions = [c for c in before.conditions if c != "any" and (c != "pattern" or not before.treatments)]
        if not (treatments or set(conditions) - {"pattern"} or others):
            treatments = [t for t in _led_with(turn, vocabulary) if t not in set_aside][:1]
        if not (treatments or conditions or others):
            continue
        one_side = len(named) == 1 and bool(_COMPARES.search(question.lower()))
        if one_side or (not named and (not specific or _SAME_QUESTION.search(question))):
            yield from (vocabulary.treatments[key].name for key in treatments[:2] if key not in named)
        if not specific and (named and _LEANS.search(question) or not named):
            yield from (vocabulary.conditions[key].name for key in conditions[:1])
        return


def _cited_first(reading: Reading, turn: Turn) -> tuple[str, ...]:
    """Give the treatments of a turn that its answer is about; all of them where it is about none."""
    cited = {t for c in turn.answer.citations for p in c.source.passages if p.id == c.passage_id for t in p.treatments}
    return tuple(t for t in reading.treatments if t in cited) or reading.treatments


def _led_with(turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments that an answer put first, for a question that named none."""
    first = " ".join(s.text for s in turn.answer.statements[:_LEADING])
    return vocabulary.treatments_in(first)


def _other(named: set[str], history: Sequence[Turn], vocabulary: Vocabulary) -> str | None:
    """Give the treatment spoken of before the latest one, in questions first, then in answers."""
    latest = next((ts for t in reversed(history) if (ts := read(t.understood, vocabulary).treatments)), ())
    current = {latest[-1]} if latest else set()
    asked = [key for turn in reversed(history) for key in reversed(read(turn.understood, vocabulary).treatments)]
    told = [key for turn in reversed(history) for key in vocabulary.treatments_in(turn.answer.text)]
    return next((key for key in [*asked, *told] if key not in current | named), None)


def _outcome(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    for turn in reversed(history):
        focus = read(turn.understood, vocabulary).focus
        if focus:
            return [vocabulary.outcomes[focus[0]].name]
    return []
