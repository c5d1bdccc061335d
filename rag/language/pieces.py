"""The clauses of a message that ask, each with what the message says before it. Pure.

People put two questions into one sentence, with a comma, an "and" or nothing between them: "is it safe and the price",
"he is 16 can he use it". So a message is cut wherever another question may begin; which of the pieces ask something of
their own is told by what answers them (``rag/answers/parting.py``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.language.questions import asks_indirectly, thing_asked_of
from rag.language.reading import read
from rag.language.vocabulary import Vocabulary
from rag.text import sentences, words
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
# "My doctor wont do it", "she can do it" ask nothing.
_HELPING = (
    "can", "could", "will", "would", "should", "may", "might", "must",
    *(helping + ending for helping in ("wo", "do", "ca", "does", "did", "would", "could") for ending in ("nt", "n't")),
)  # fmt: skip
_SOMEBODY = r"i|you|u|they|we|he|she|any(?:one|body)|some(?:one|body)"
_SOMETHING = rf"{_SOMEBODY}|it|this|that|these|those|there"
# "Does the hair", "is it", "has she"; not "it is the one", "he has it".
_ASKED_OF = (
    rf"(?:(?:(?:do|does|did|can|could|will|would|should|may|might)(?:n'?t)?|won'?t|can'?t)\s+"
    rf"(?:{_SOMETHING}|the|my|your|his|her|any|people|women|men|an?)"
    rf"|(?:is|are|was|were)(?:n'?t)?\s+(?:{_SOMETHING})|(?:has|have|had)(?:n'?t)?\s+(?:{_SOMEBODY})|am\s+i)\b"
)
# Behind these the clause goes on: "how much is it", "the one that is the best", "my doctor wont do it".
_GOES_ON = "".join(
    rf"(?<!\b{word})"
    for word in (
        "how", "what", "when", "where", "which", "who", "why", "if", "so", "and", "or", "much", "long", "many", "soon",
        "often", "that", "i", "it", "this", "they", "we", "you", "he", "she", "to", "not", "never", *_HELPING,
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
_NOT_HELPED = "".join(rf"(?<!\b{word} )" for word in ("to", *_HELPING))
# What asks in the middle of a clause: "if not could it be the tablets", "and the price".
_ASKS_WITHIN = re.compile(
    rf"{_NOT_HELPED}\b{_ASKED_OF}|\b(?:how (?:much|many|long|soon|often)|(?:what|how) about|prices?|same for"
    r"|the cost|any (?:risk|danger|side))\b",
    re.IGNORECASE,
)
_OPEN = re.compile(rf"(?:{_ASKING})\b", re.IGNORECASE)
_LEAST_WORDS = 2
_LEAST_MORE = 4  # words of one more question on a thing: "does it die when you go bald"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A clause that asks, and what the message says before it."""

    text: str
    before: str = ""

    @property
    def is_alternative(self) -> bool:
        """Tell what is asked beside another of the same: "is it a cure or will it fall out again"."""
        return self.before.lower().endswith(" or")


def asking_pieces(message: str) -> tuple[Piece, ...]:
    """Give the clauses of a message that ask.

    Example: "PRP at 16? And the price" -> ("PRP at 16", before ""), ("And the price", before "PRP at 16?")
    """
    cut = (
        (message[start:end].strip(" ,;"), message[:start].strip(), message[end : end + 1])
        for start, end in _cut(message)
    )
    return tuple(Piece(text=text, before=before) for text, before, mark in cut if _asks(text, mark))


def of_other_outcomes(pieces: Sequence[Piece], vocabulary: Vocabulary) -> tuple[Piece, ...]:
    """Give the pieces that ask of an outcome of which none before them asks, and are no alternative to one.

    Example: "Does PRP work, is it effective, and what does it cost?" -> "Does PRP work", "what does it cost"
    """
    asked: list[tuple[Piece, frozenset[str]]] = []
    for piece in pieces:
        outcomes = frozenset(read(piece.text, vocabulary).focus) or _of_a_thing(piece, asked, vocabulary)
        if outcomes and not (piece.is_alternative or any(outcomes & held for _, held in asked)):
            asked.append((piece, outcomes))
    return tuple(piece for piece, _ in asked)


def _of_a_thing(piece: Piece, asked: Sequence[tuple[Piece, frozenset[str]]], vocabulary: Vocabulary) -> frozenset[str]:
    """Give what stands for the outcome of a question on what a thing is, of one more on it, and of an open one.

    "How do they get stem cells out of fat" asks of no outcome that we know, and yet of something by itself.
    """
    long = len(piece.text.split()) >= _LEAST_MORE
    more = long and bool(asked) and thing_asked_of(asked[0][0].text) is not None
    own = long and _OPEN.match(piece.text) and vocabulary.treatments_in(piece.text)
    return frozenset({"definition"} if thing_asked_of(piece.text) else {"more"} if more else {"own"} if own else ())


def _asks(text: str, mark: str) -> bool:
    if len(words(text)) < (1 if mark == "?" else _LEAST_WORDS):
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
