"""The clauses of a message that ask, each with what the message says before it. Pure.

People put two questions into one sentence, with a comma, an "and" or nothing between them: "is it safe and the price",
"he is 16 can he use it". So a message is cut wherever another question may begin; which of the pieces ask something of
their own is told by what answers them (``rag/answers/parting.py``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.questions import asks_indirectly
from rag.text import sentences
from rag.types import Span

_ASKING = r"what|how|when|where|which|who|why|whats|hows"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|am|may|might)(?:n'?t)?|won't|wont|can't"
)
# "And has a scar", "and did not work", "and is getting worse" tell on.
_BEGINS = (
    rf"(?:(?:{_ASKING})\b|(?:{_AUXILIARY})\s+(?!(?:an?|no|not|never|be|been|have|had|very|so|still|now|all|really|just|only"
    r"|always|too|love|like|rather|[a-z]+ing|[a-z]+ed)\b)\w)"
)
_SOMEBODY = r"i|you|u|they|we|he|she|any(?:one|body)|some(?:one|body)"
_SOMETHING = rf"{_SOMEBODY}|it|this|that|these|those|there"
# "Does the hair", "is it", "has she"; not "it is the one", "he has it".
_ASKED_OF = (
    rf"(?:(?:(?:do|does|did|can|could|will|would|should|may|might)(?:n'?t)?|won'?t|can'?t)\s+"
    rf"(?:{_SOMETHING}|the|my|your|his|her|any|people|women|men|an?)"
    rf"|(?:is|are|was|were)(?:n'?t)?\s+(?:{_SOMETHING})|(?:has|have|had)(?:n'?t)?\s+(?:{_SOMEBODY})|am\s+i)\b"
)
# Behind these the clause goes on: "how much is it", "the one that is the best", "do you know if it is".
_GOES_ON = "".join(
    rf"(?<!\b{word})"
    for word in (
        "how", "what", "when", "where", "which", "who", "why", "if", "so", "and", "or", "much", "long", "many", "soon",
        "often", "that", "i", "it", "this", "they",
    )
)  # fmt: skip
_CUT = re.compile(
    rf"\?+\s*|\s*\n\s*|\s+[-–—]+\s+|\s+(?:also|secondly|lastly|(?:an)?other thing)\b\s*"
    # "Is it safe, and would it hurt", "does it work or should I wait"
    rf"|[,;:]?\s+(?:and|but|also|plus|or|then|so|n|&|as well as)\s+(?:(?:also|then|if so|if not|just|secondly)\s+)*"
    rf"(?={_BEGINS})"
    # "Is it safe and the price", "does it work and if I stop"
    rf"|[,;]?\s+(?:and|also|plus|&)\s+(?=(?:if|the|its?|what)\s)"
    rf"|[,;:]\s+(?={_BEGINS})"
    # "He is 16 can he use it", "I lost it all how long does it take"
    rf"|{_GOES_ON}\s+(?={_ASKED_OF}\s)"
    rf"|\s+(?=how\s+(?:much|many|long|soon|often|do|does)\b)|\s+(?=(?:when|what|which|where|why)\s+(?:{_AUXILIARY})\b)",
    re.IGNORECASE,
)
# "Which blood tests" goes on behind the cut: "should I ask for".
_UNFINISHED = re.compile(
    rf"(?:(?:and|so|but|also|or) )*(?:{_ASKING})\b(?!.*\b(?:{_AUXILIARY})\b)(?:\W+\w+){{0,4}}\W*$", re.IGNORECASE
)
_OPENS = re.compile(rf"(?:(?:so|and|but|also|or|ok|hi|hey|please|then)\s+)*{_BEGINS}", re.IGNORECASE)
# What asks in the middle of a clause: "if not could it be the tablets", "and the price".
_ASKS_WITHIN = re.compile(
    rf"\b{_ASKED_OF}|\b(?:how (?:much|many|long|soon|often)|(?:what|how) about|prices?|same for"
    r"|the cost|any (?:risk|danger|side))\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A clause that asks, and what the message says before it."""

    text: str
    before: str = ""


def asking_pieces(message: str) -> tuple[Piece, ...]:
    """Give the clauses of a message that ask.

    Example: "PRP at 16? And the price" -> ("PRP at 16", before ""), ("And the price", before "PRP at 16?")
    """
    cut = (
        (message[start:end].strip(" ,;"), message[:start].strip(), message[end : end + 1])
        for start, end in _cut(message)
    )
    return tuple(Piece(text=text, before=before) for text, before, mark in cut if _asks(text, mark))


def _asks(text: str, mark: str) -> bool:
    if len(text.split()) < _LEAST_WORDS and mark != "?":
        return False
    if mark == "?" or text.endswith("?") or asks_indirectly(text):
        return True
    return bool(_OPENS.match(text) or _ASKS_WITHIN.search(text))


def _cut(message: str) -> Iterator[Span]:
    """Yield the spans of the clauses of a message."""
    for start, end in sentences(message):
        begun = start
        for cut in _CUT.finditer(message, start, end):
            if cut.start() > begun and not (cut.group().isspace() and _UNFINISHED.match(message[begun : cut.start()])):
                yield begun, cut.start()
                begun = cut.end()
        yield begun, end
