"""Flesch-Kincaid grade, for the tests of patient-facing words."""

import re
from collections.abc import Iterable
from functools import cache

import pyphen


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


def syllables(word: str) -> int:
    return int(_hyphenation().inserted(word).count("-")) + 1


def grade(sentences: Iterable[str], leave_out: re.Pattern[str]) -> float:
    """Give the US school grade of some sentences (Kincaid 1975); names that cannot be helped are left out first."""
    kept = [re.findall(r"[A-Za-z']+", leave_out.sub(" ", sentence)) for sentence in sentences]
    kept = [words for words in kept if words]
    words = [word for sentence in kept for word in sentence]
    per_sentence = len(words) / len(kept)
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59
