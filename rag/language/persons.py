"""Whom a talk is about: not the wife who bought the cap, nor the side of the family that it comes from. Pure."""

import re
from collections.abc import Iterator, Sequence

from rag.language.reading import Reading, people_in, read
from rag.language.vocabulary import Vocabulary
from rag.text import normalise
from rag.types import Turn

_RELATIVE = (
    r"(?:wife|husband|partner|mother|mum|mom|father|dad|sister|brother|aunt|uncle|gran\w*|nan|(?:girl|boy)?friend|mate)"
)
_SOMEBODY_ELSE = re.compile(rf"\b(?:my|his|her|our) {_RELATIVE}\b", re.IGNORECASE)
# "The mother's side" is where a trait comes from.
_SIDE = re.compile(rf"\b{_RELATIVE}(?:'?s|s')? side\b")
# "A girl on TikTok says", "the guy at the clinic told me": who tells of it is not who asks.
_TELLS = re.compile(
    r"(?<!\bi am a )(?<!\bi'm a )(?<!\bim a )(?<!\bas a )\b(?:girl|guy|lady|woman|man|lad|she|he)\b"
    r"(?: (?!(?:and|who|i|they|my)\b)\w+){0,4}? "
    r"(?:says?|said|swears?|told|tells|claims?|offer\w*)\b[^.?!]*"
)
# Who speaks of a trouble or a treatment of their own speaks of a relative only in passing.
_OF_MYSELF = re.compile(
    r"\b(?:i'?m|i am) (?:an? )?\d\d\b|\bmy (?:own )?(?:hair\w*|crown|temples?|scalp|parting|edges|beard)\b"
    r"|\bi (?:take|took|use|used|started|have been|got put)\b|\b(?:bought|got|gave|booked) me\b"
    r"|\b(?:wife|husband|partner) and i\b"
)
_OF_A_RELATIVE = re.compile(rf"\b(?:{_RELATIVE}(?:'?s)?|she|her|he|him|his)\b")
_HE_OR_SHE = re.compile(r"\b(?:he|she|him|her|his|they|them)\b", re.IGNORECASE)
# Said by one who is not pregnant: "can I get pregnant on it".
_GETS_PREGNANT = re.compile(r"\b(?:can|could|if|may) (?:i|we|she) (?:get|fall|become) pregnant\b", re.IGNORECASE)


def for_somebody_else(question: str) -> bool:
    """Tell whether a follow-up asks for another grown person: "and my dad, he wants it too"."""
    return bool(_SOMEBODY_ELSE.search(question))


def people_of(text: str) -> frozenset[str]:
    """Give whom a text is about, of "women", "men", "children": who asks, or the one asked for.

    Example: "my wife bought me a cap" -> nobody; "my wife is losing her hair" -> women
    """
    low = _TELLS.sub(" ", _SIDE.sub(" ", normalise(text).lower()))
    return people_in(_OF_A_RELATIVE.sub(" ", low) if _OF_MYSELF.search(low) else low)


def whom(question: str, reading: Reading, history: Sequence[Turn], vocabulary: Vocabulary) -> Iterator[str]:
    """Name whom a talk is about: the person is still pregnant, the child still a child, and women still women."""
    if for_somebody_else(question):
        return
    last = next((turn for turn in reversed(history[1:]) if not for_somebody_else(turn.question)), history[0])
    before = read(last.understood, vocabulary).outcomes
    if "children" in before and _HE_OR_SHE.search(question) and "children" not in reading.outcomes:
        yield vocabulary.outcomes["children"].name
    if (
        "pregnancy" in before
        and not _GETS_PREGNANT.search(last.understood)
        and not set(reading.outcomes) - {"safety", "works"}
    ):
        yield vocabulary.outcomes["pregnancy"].name
    if not people_in(question):
        yield from sorted(people_of(last.understood) - {"children"})
