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
_MYSELF = re.compile(r"\b(?:i|me|my|mine|myself)\b", re.IGNORECASE)
# "My wife and I want a baby and I take finasteride"; not "my partner takes it and I want to get pregnant".
_HER = re.compile(
    r"\b(?:wife|girlfriend|gf|fianc[eé]e|missus|partner)\b|\bi(?:'?m| am) (?:a|the) (?:man|guy|husband)\b"
)
_A_CHILD_TO_COME = re.compile(
    r"\b(?:pregnan\w*|expecting|conceiv\w*|conception|ttc|father|sperm)\b"
    r"|\b(?:try\w*|plan\w*|want\w*|hop\w*|have|having) (?:\w+ ){0,3}(?:bab(?:y|ies)|child|kids?)\b"
)
_OF_HIS_OWN = re.compile(
    r"\bi(?:'?m|'?ve| am| have)? (?:\w+ ){0,2}(?:take|taking|took|use|using|used|on|apply|started)\b"
    r"|\bme and (?:my|the)\b|(?<!she has )(?<!she's )\bbeen on\b"
    r"|\bmy (?:own )?(?:\w+ )?(?:finasteride|propecia|fin|dutasteride|minoxidil|sperm|tablets?|pills?|foam)\b"
)
_SHE_USES = re.compile(
    r"\b(?:she|her|wife|girlfriend|gf|fianc[eé]e|missus|partner)(?:'s)? (?:(?!(?:i|me|but|while)\b)\w+ ){0,4}"
    r"(?:takes?|taking|uses?|using|used|on|started)\b|\bfor (?:her|my (?:\w+ )?(?:wife|girlfriend|partner))\b"
)
_I_EXPECT = re.compile(r"\bi(?:'?m| am| might be| could be| may be)? (?:\w+ ){0,4}(?:pregnant|conceive)\b")
_BABY = re.compile(r"\b(?:bab(?:y|ies)|newborns?|infants?|toddlers?)\b|\b\d+ (?:weeks?|months?)[ -]old\b")
_OF_A_MOTHER = re.compile(
    r"\b(?:pregnan\w*|breast ?-?fe\w*|nursing|(?:gave|giving|after) birth|postpartum|baby (?:shampoo|hairs?|fluff)"
    r"|(?:had|having|have|after|for|trying for|want\w*|harm) (?:a|my|the|our) (?:\w+ )?baby)\b"
)
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


def is_father_to_be(text: str) -> bool:
    """Tell whether a man asks of what he uses while he and his partner expect or wish for a child."""
    low = normalise(text).lower()
    if _I_EXPECT.search(low) or _SHE_USES.search(low):
        return False
    return all(sign.search(low) for sign in (_HER, _A_CHILD_TO_COME, _OF_HIS_OWN))


def is_of_a_baby(text: str) -> bool:
    """Tell whether a text asks of the hair of a baby, and not of what its mother uses."""
    low = normalise(text).lower()
    return bool(_BABY.search(low)) and not (_OF_MYSELF.search(low) or _OF_A_MOTHER.search(low))


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


def people_within(piece: str, before: str) -> frozenset[str]:
    """Give whom a piece of a message is about: those it names, else those of whom the message tells ``before`` it.

    Example: "my son is 9, and is PRP for him" -> children; "and can I use it" -> nobody
    """
    named = people_in(piece)
    if named or for_somebody_else(piece):
        return named
    told = people_of(before)
    return frozenset() if "children" in told and _MYSELF.search(piece) else told
