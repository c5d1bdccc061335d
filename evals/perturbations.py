"""The same message written otherwise: slips, capitals, other spellings, other words. Seeded by the text; pure."""

import re
import zlib
from collections.abc import Callable

import numpy as np

_WORD = re.compile(r"[A-Za-z]{5,}")
_SLIP_EVERY = 6  # about one slip in six longer words, as in messages typed on a phone
_IZE = re.compile(r"\b([a-z]{3,})iz(e|es|ed|ing|ation|ations)\b", re.IGNORECASE)
_ISE = re.compile(
    r"\b(random|recogn|stabil|special|normal|steril|hospital|real|organ|minim)is(e|es|ed|ing|ation|ations)\b"
)
_NOT_IZE = ("pr", "se", "s", "cap")  # prize, seize, size and capsize are spelt alike everywhere
# American, British; the first letter's case is kept.
SPELLINGS = (
    ("color", "colour"), ("behavior", "behaviour"), ("favor", "favour"), ("tumor", "tumour"), ("odor", "odour"),
    ("center", "centre"), ("fiber", "fibre"), ("liter", "litre"), ("gray", "grey"), ("estrogen", "oestrogen"),
    ("anesthetic", "anaesthetic"), ("anesthesia", "anaesthesia"), ("pediatric", "paediatric"),
    ("leukemia", "leukaemia"), ("anemia", "anaemia"), ("edema", "oedema"), ("diarrhea", "diarrhoea"),
    ("fetus", "foetus"), ("mom", "mum"), ("labeled", "labelled"), ("skeptical", "sceptical"), ("aging", "ageing"),
)  # fmt: skip
# Each says the other's meaning in ordinary speech; neither adds strength, number or direction.
SYNONYMS = (
    ("hair loss", "loss of hair"), ("side effects", "unwanted effects"), ("doctor", "physician"),
    ("doctors", "physicians"), ("shots", "injections"), ("shot", "injection"), ("medicine", "medication"),
    ("kids", "children"), ("children", "kids"), ("women", "females"), ("men", "males"), ("begin", "start"),
    ("start", "begin"), ("quit", "stop"), ("regrow", "grow back"), ("pregnant", "expecting a baby"),
    ("need", "require"), ("people", "persons"), ("months", "calendar months"), ("treatment", "therapy"),
    ("therapy", "treatment"), ("bald", "hairless"), ("buy", "purchase"),
)  # fmt: skip

_EMOJI = ("\U0001f62d", "\U0001f64f", "\U0001f633", "\u2757", "\U0001f494")

Perturbation = Callable[[str, int], str]


def slips(text: str, seed: int) -> str:
    """Swap, drop or double a letter inside some longer words. Example: "injection" -> "injetcion" """
    random = _random(text, seed)

    def slipped(found: re.Match[str]) -> str:
        if random.integers(_SLIP_EVERY):
            return found[0]
        return _slip(found[0], int(random.integers(1, len(found[0]) - 2)), int(random.integers(3)))

    changed = _WORD.sub(slipped, text)
    words = list(_WORD.finditer(text))
    if changed != text or not words:
        return changed
    chosen = words[int(random.integers(len(words)))]  # a short message gets one slip at least
    place = int(random.integers(1, len(chosen[0]) - 2))
    return text[: chosen.start()] + _slip(chosen[0], place, 0) + text[chosen.end() :]


def capitals(text: str, seed: int) -> str:
    """Write all in capitals."""
    return text.upper()


def small_letters(text: str, seed: int) -> str:
    """Write all in small letters, without the last mark."""
    return text.lower().rstrip(".?! ")


def spelling(text: str, seed: int) -> str:
    """Change American into British spelling, or else British into American; a text with neither is unchanged."""
    british = text
    for american, other in SPELLINGS:
        british = _swapped(british, american, other)
    british = _IZE.sub(lambda m: m[0] if m[1].lower() in _NOT_IZE else f"{m[1]}is{m[2]}", british)
    if british != text:
        return british
    american_text = text
    for american, other in SPELLINGS:
        american_text = _swapped(american_text, other, american)
    return _ISE.sub(r"\1iz\2", american_text)


def synonyms(text: str, seed: int) -> str:
    """Put ordinary words for ordinary words, each once; a text with none of them is unchanged."""
    found = [(match.start(), match.end(), other) for word, other in SYNONYMS for match in [_find(word, text)] if match]
    changed, end = "", 0
    for start, stop, other in sorted(found, key=lambda place: (place[0], -place[1])):
        if start >= end:
            changed += text[end:start] + _cased(other, text[start])
            end = stop
    return changed + text[end:]


def courtesy(text: str, seed: int) -> str:
    """Put a greeting before and thanks behind."""
    return f"Hello there. {text} Thank you!"


def spacing(text: str, seed: int) -> str:
    """Put two spaces and line ends between the words, as pasted text has them."""
    words = text.split(" ")
    return " ".join(word + ("\n" if number % 7 == 6 else " ") for number, word in enumerate(words)).strip()


def no_marks(text: str, seed: int) -> str:
    """Drop everything but letters, digits and spaces, as dictation does."""
    return " ".join(re.sub(r"[^\w\s]", "", text).split())


def emoji(text: str, seed: int) -> str:
    """Put emoji before, behind and between the words."""
    random, words = _random(text, seed), text.split()
    words.insert(int(random.integers(len(words) + 1)), _EMOJI[int(random.integers(len(_EMOJI)))])
    return f"{_EMOJI[0]}{_EMOJI[0]} {' '.join(words)} {_EMOJI[int(random.integers(len(_EMOJI)))]}"


def curly_quotes(text: str, seed: int) -> str:
    """Write the apostrophe as phones do."""
    return text.replace("'", "\u2019")


PERTURBATIONS: dict[str, Perturbation] = {
    "slips": slips,
    "capitals": capitals,
    "small_letters": small_letters,
    "spelling": spelling,
    "synonyms": synonyms,
    "courtesy": courtesy,
    "spacing": spacing,
}
# The same words in the same order: only how they are typed differs.
TYPINGS: dict[str, Perturbation] = {
    **{way: PERTURBATIONS[way] for way in ("slips", "capitals", "small_letters", "spelling", "spacing")},
    "no_marks": no_marks,
    "emoji": emoji,
    "curly_quotes": curly_quotes,
}


def _random(text: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(text.encode())])


def _slip(word: str, place: int, how: int) -> str:
    if how == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :] if how == 1 else word[: place + 1] + word[place:]


def _find(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)


def _swapped(text: str, word: str, other: str) -> str:
    return re.sub(rf"\b{word}(?=s?\b)", lambda m: _cased(other, m[0][0]), text, flags=re.IGNORECASE)


def _cased(word: str, letter: str) -> str:
    return word[0].upper() + word[1:] if letter.isupper() else word
