"""Which treatment spoken of a follow-up means: one to be stopped, switched to, or called by a part of it. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from rag.kinds import Verdict
from rag.language.questions import asking, carrying, split_carried
from rag.language.reading import Reading, read
from rag.language.vocabulary import Vocabulary
from rag.text import normalise
from rag.types import Turn

# "If I stop": of two treatments it is the one that was to be stopped, "PRP so I can come off the pill".
_STOPS = re.compile(r"\b(?:stop|stopping|quit|quitting|com(?:e|ing) off)\b")
_STOPPED = re.compile(
    r"\b(?:stop\w*|quit\w*|(?:com(?:e|ing)|came|get|go) off|give up|replaces?|instead of)(?: \w+){1,2}"
)
# "Switched from fin to dutasteride": what one left is not what one takes.
_SWITCHED = re.compile(
    r"\b(?:switch\w*|chang\w+|mov\w+|swap\w*|gone|went) (?:me |him |her )?(?:over |across )?from "
    r"(?P<left>[^.?!]{2,40}?) (?:on)?to\b",
    re.IGNORECASE,
)
# Words of many names, by which none of them is meant.
_OF_MANY = frozenset("hair loss scalp the and for own with therapy treatment treatments tablets tablet drugs".split())
_LEADING = 3  # the short answer, the correction and the main message come first


def named_in_part(question: str, turn: Turn, vocabulary: Vocabulary) -> list[str]:
    """Give the treatments of a turn that a follow-up calls by a word of theirs.

    Example: after "my steroid cream or umbilical cord stem cells?", "are cord cells young" -> the donor cells
    """
    told, words = normalise(split_carried(turn.understood)[0]).lower(), _telling(normalise(question).lower())
    patterns = {key: vocabulary.treatments[key].pattern for key in vocabulary.treatments_in(told)}
    return [key for key, pattern in patterns.items() if any(words & _telling(m[0]) for m in pattern.finditer(told))]


def _telling(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{3,}", text) if word not in _OF_MANY}


def stopped(question: str, turn: Turn, before: Reading, vocabulary: Vocabulary) -> Sequence[str]:
    """Give the treatments of a turn; where a follow-up says "if I stop", those that the turn spoke of stopping."""
    told_of = _STOPPED.findall(turn.understood.lower()) if _STOPS.search(question.lower()) else ()
    named = {key for words in told_of for key in vocabulary.treatments_in(words)}
    return [key for key in before.treatments if key in named] or _taken_now(turn, before, vocabulary)


def _taken_now(turn: Turn, before: Reading, vocabulary: Vocabulary) -> Sequence[str]:
    """Give the treatments of a turn without one that it tells of having left for another."""
    switched, treatments = _SWITCHED.search(turn.understood), cited_first(before, turn, vocabulary)
    left = vocabulary.treatments_in(switched["left"]) if switched else ()
    return [key for key in treatments if key not in left] or treatments


def cited_first(reading: Reading, turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments of a turn: what it asks about first, and of these what its answer is about."""
    bare, carried = split_carried(turn.understood)
    asked = asking(bare)
    reading_asked = read(carrying(asked, [carried]), vocabulary) if asked else reading
    own = reading_asked.treatments if "comparison" not in reading_asked.outcomes else reading.treatments
    cited = {t for c in turn.answer.citations for p in c.source.passages if p.id == c.passage_id for t in p.treatments}
    named = own or reading.treatments
    return tuple(t for t in named if t in cited) or named


def led_with(turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments that an answer put first, for a question that named none.

    What one sentence behind the first names is an example: "ask the FDA before stem cells", of deposits.
    """
    told = [s.text for s in turn.answer.statements if s.support is not Verdict.NOT_A_CLAIM][:_LEADING]
    times = Counter(key for text in told for key in vocabulary.treatments_in(text))
    return vocabulary.treatments_in(told[0] if told else "") or tuple(key for key, n in times.items() if n > 1)


def the_other(named: set[str], history: Sequence[Turn], vocabulary: Vocabulary) -> str | None:
    """Give the treatment spoken of before the latest one, in questions first, then in answers."""
    latest = next((ts for t in reversed(history) if (ts := read(t.understood, vocabulary).treatments)), ())
    current = {latest[-1]} if latest else set()
    asked = [key for turn in reversed(history) for key in reversed(read(turn.understood, vocabulary).treatments)]
    told = [key for turn in reversed(history) for key in vocabulary.treatments_in(turn.answer.text)]
    return next((key for key in [*asked, *told] if key not in current | named), None)
