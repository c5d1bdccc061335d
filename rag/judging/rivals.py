"""Which of two rivals a sentence puts first, treatments or strengths of one: a claim may have it turned. Pure."""

import re
from collections.abc import Iterable, Iterator

from rag.language.vocabulary import Vocabulary
from rag.text import normalise, sentence_texts

Pair = tuple[str, str]  # the better one, and the other

_UP = re.compile(r"\b(?:more|better|greater|higher|denser|thicker|fuller|stronger|superior|larger|bigger)\b")
_DOWN = re.compile(r"\b(?:less|fewer|worse|lower|thinner|weaker|inferior|smaller)\b")
_ON = re.compile(r"\b(?:than|superior to|inferior to|outperform\w*|beats?)\b")
_COUNTED = re.compile(r"\b(?:more|less|fewer) than \d[\d.,]*")  # "more than 75%" sets nothing against it
_STRENGTH = re.compile(r"\b\d+(?:\.\d+)? ?(?:%|mg\b|percent\b)(?! (?:more|better|of|had|got))")
_OF_HAIR = re.compile(
    r"\b(?:hairs?|(?:re)?grow\w*|(?:re)?grew|densit\w+|counts?|works?|effective\w*|does|do|did|helps?|better)\b"
)
# "More hair loss" puts nothing first, "no better than" puts neither, and what is dearer or itches is no gain.
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:loss|losing|lose|shed\w*|fall|side|harm\w*|risks?|pain\w*|itch\w*|irritat\w*|cost\w*|cheap\w*|dht|blood|safer"
    r"|hurts?|fac(?:e|ial)|unwanted|tested|enzyme|grafts?|salt|dummy|placebo|sham|problems?|plus|added|adding|combin\w*"
    r"|together|alone|no|not|neither|nor|never|cannot|whether|if|unclear|may have|or)\b|n't\b"
)
_WHOSE = re.compile(r"\b(?:with|in|for|of|against) (?:\w+ ){0,3}(?:hair ?loss|balding|baldness)\b")
_REACH = 60  # characters behind "than" in which the other one stands


def puts_first(text: str, vocabulary: Vocabulary) -> set[Pair]:
    """Give what each sentence of a text says does better than what, in growing hair.

    Example: "5% minoxidil regrew more hair than 2% minoxidil." -> {("5%", "2%")}
    """
    return {pair for sentence in sentence_texts(text) for pair in _pairs(normalise(sentence).lower(), vocabulary)}


def turns(claim: str, texts: Iterable[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the texts that put first what a claim puts behind; none where any says the same as the claim."""
    claimed = puts_first(claim, vocabulary)
    told = [(text, puts_first(text, vocabulary)) for text in texts] if claimed else []
    if not any(claimed & pairs for _, pairs in told):
        yield from (text for text, pairs in told if any((other, first) in pairs for first, other in claimed))


def _pairs(low: str, vocabulary: Vocabulary) -> Iterator[Pair]:
    low = _COUNTED.sub(" ", _WHOSE.sub(" ", low))
    on = _ON.search(low)
    if on is None or _OF_SOMETHING_ELSE.search(low) or not _OF_HAIR.search(low):
        return
    before, behind = low[: on.start()], low[on.end() : on.end() + _REACH]
    falls = on.group().startswith("inferior") or (on.group() == "than" and _last(_DOWN, before) > _last(_UP, before))
    if on.group() == "than" and max(_last(_DOWN, before), _last(_UP, before)) < 0:
        return
    one, other = _rivals(before, behind, vocabulary)
    if one and other and one != other:
        yield (other, one) if falls else (one, other)


def _rivals(before: str, behind: str, vocabulary: Vocabulary) -> tuple[str | None, str | None]:
    """Give the one treatment named before and the one behind; where it is the same, the strengths nearest to "than"."""
    named, against = vocabulary.treatments_in(before), vocabulary.treatments_in(behind)
    if named and against and named != against:
        return (named[0], against[0]) if len(named) == len(against) == 1 else (None, None)
    strengths = [[s.replace(" ", "").replace("percent", "%") for s in _STRENGTH.findall(t)] for t in (before, behind)]
    return (strengths[0][-1] if strengths[0] else None), (strengths[1][0] if strengths[1] else None)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
