"""What a person tells after an answer and does not ask: it joins what was asked before. Pure."""

import re
from collections.abc import Sequence

from rag.language.persons import for_somebody_else
from rag.language.questions import asks_openly, asks_something, asks_yes_no, carrying, split_carried
from rag.language.reading import read
from rag.language.vocabulary import Vocabulary
from rag.types import Turn

_FEW_WORDS = 9
# "It isn't itchy or flaky, no", "no fever": a sign is denied, and nothing is said of it. Not "no I meant PRP".
_DENIES = re.compile(
    r"^\W*(?:(?:no|nope|nah)\b\W+(?!i\b|not?\b|thank)"
    r"|(?:it|they|there|she|he)\W?(?:is|are|s|has|have|was)?\W?(?:n'?t|not|no)\b(?! (?:my|an?|the|what|true)\b))",
    re.IGNORECASE,
)
_SIGNS = frozenset({"safety", "pain", "warning_signs", "diagnosis"})
# "I'm vegetarian by the way": a fact on oneself; not "I'm confused", "I have a question about something else".
_OF_ONESELF = re.compile(
    r"^\W*(?:(?:and|but|oh|also|well|ok|btw)\W+)*(?:i'?m|i am|i'?ve (?:got|had|been)|i have(?! to\b)|i smoke"
    r"|i don'?t (?:eat|drink))\b(?! (?:ok(?:ay)?|fine|good|done|bored|sorry|off|going|leaving|just|not|lost(?=\W*$)"
    r"|confused|curious|wondering|interested|asking|talking)\b)"
    r"(?! (?:(?:an?|another|one|two|some|few|no|more|other|quick|different) )+(?:\w+ )?"
    r"(?:questions?|quer(?:y|ies)|doubts?|ideas?|clues?|things? to ask)\b)",
    re.IGNORECASE,
)
# "I was told it's just menopause" asks whether that explains what was told before.
_AS_TOLD = re.compile(
    r"\b(?:i was|i've been|they|doctor|gp|he|she) (?:told|said|says) (?:me )?(?:that )?(?:it|this)\b", re.I
)


def only_tells(question: str) -> bool:
    """Tell a message that asks nothing."""
    return not (asks_something(question) or asks_yes_no(question) or asks_openly(question))


def adds(question: str, vocabulary: Vocabulary) -> bool:
    """Tell a short message that only says something of the person, and names nothing to answer on."""
    if len(question.split()) > _FEW_WORDS or not only_tells(question) or for_somebody_else(question):
        return False
    reading = read(question, vocabulary)
    if reading.treatments or reading.outcomes:
        return False
    return bool(_AS_TOLD.search(question) or (_OF_ONESELF.search(question) and not reading.certain_kinds))


def denies(question: str, vocabulary: Vocabulary) -> bool:
    """Tell a short message that only denies a sign which an answer spoke of."""
    short = 2 < len(question.split()) <= _FEW_WORDS
    if not (short and _DENIES.search(question) and only_tells(question)):
        return False
    reading = read(question, vocabulary)
    return not reading.treatments and set(reading.outcomes) <= _SIGNS


def joined(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str | None:
    """Give what was asked with what a message tells besides; None for a message that asks something of its own.

    Example: after "Is a ferritin of 18 low?", "I'm vegetarian" -> "Is a ferritin of 18 low? I'm vegetarian"
    """
    if denies(question, vocabulary):
        return history[-1].understood
    if not adds(question, vocabulary):
        return None
    asked, carried = split_carried(_last_named(history, vocabulary).understood)
    asked = asked.rstrip()
    return carrying(f"{asked}{'' if asked[-1] in '.?!' else '.'} {question}", [carried])


def _last_named(history: Sequence[Turn], vocabulary: Vocabulary) -> Turn:
    """Give the last turn that names its subject itself: "what number should it be then" does not."""
    for turn in reversed(history):
        reading = read(split_carried(turn.understood)[0], vocabulary)
        if reading.treatments or reading.conditions:
            return turn
    return history[-1]
