"""How easily a text reads: US school grade (Kincaid 1975) and Flesch reading ease (1948); None over no words.

Syllables are counted by sounded vowels and by hyphenation points, whichever is more: hyphenation alone misses the
first and last letters of a word ("very" has no point), and would flatter every text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyphen

_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouyrnw]l)e$|(?<=[^aeiouytd])e(?=d$)|(?<=[^aeiouyscgxzhl])e(?=s$)")
_APART = re.compile(
    r"(?<=[^qg])(?:ia(?!l|n\b)|io(?!n|us)|iu|eo(?!us|pl)|ua(?!r)|uo(?!us))|(?<=[aeiou])ing$|(?<=[dr])ea(?=s?$|ta$)"
)
# Names that nobody can put in plainer words; a reader meets them on the packet.
NAMES = re.compile(
    r"\b(minoxidil|finasteride|dutasteride|spironolactone|ketoconazole|baricitinib|ritlecitinib|deuruxolitinib|"
    r"leqselvi|ryoncil|semaglutide|warfarin|aspirin|biotin|lidocaine|exosomes?|alopecia areata|micrografts?|"
    r"microneedling|liposuction|platelet-rich plasma)\b",
    re.IGNORECASE,
)
_NOTHING_LEFT_OUT = re.compile(r"(?!)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Two figures of one text: the school grade that can read it, and its ease (100 is very easy, 0 very hard)."""

    grade: float
    ease: float
    words: int


def reading(sentences: Iterable[str], leave_out: re.Pattern[str] = _NOTHING_LEFT_OUT) -> Reading | None:
    """Measure some sentences, each given whole; what ``leave_out`` matches is taken out first."""
    kept = [_WORD.findall(leave_out.sub(" ", sentence)) for sentence in sentences]
    kept = [found for found in kept if found]
    words = [word for found in kept for word in found]
    if not words:
        return None
    per_sentence = len(words) / len(kept)
    per_word = sum(map(syllables, words)) / len(words)
    return Reading(
        grade=0.39 * per_sentence + 11.8 * per_word - 15.59,
        ease=206.835 - 1.015 * per_sentence - 84.6 * per_word,
        words=len(words),
    )


def grade(sentences: Iterable[str], leave_out: re.Pattern[str] = _NOTHING_LEFT_OUT) -> float | None:
    """Give the US school grade of some sentences."""
    measured = reading(sentences, leave_out)
    return measured.grade if measured else None


@cache
def syllables(word: str) -> int:
    """Count the syllables of an English word. Example: "very" -> 2, "minoxidil" -> 4, "helped" -> 1"""
    low = word.lower()
    sounded = _SILENT.sub("", low.removesuffix("'s"))
    heard = len(_VOWELS.findall(sounded)) + len(_APART.findall(sounded))
    hyphens = int(_hyphenation().inserted(low).count("-"))
    return max(1, heard, hyphens + 1)


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")
