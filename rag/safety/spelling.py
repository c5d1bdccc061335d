"""Mend what people type before the safety rules read it: small letters, open contractions, misspelt danger words."""

import re
from functools import lru_cache

from rag.safety.rules import Rules
from rag.text import normalise, sentences

_LONG_WORD = 9  # from here on two slips still leave one reading


def prepare(text: str, rules: Rules) -> tuple[str, ...]:
    """Give a text's sentences in small letters, contractions opened and misspelt danger words mended."""
    return tuple(_mended(text[start:end], rules) for start, end in sentences(text))


def _mended(text: str, rules: Rules) -> str:
    low = re.sub(r"[^\w\s.,:;!?'\"()/%-]", " ", normalise(text).lower())
    low = " ".join(re.sub(r"([a-z])\1{2,}", r"\1\1", low).split())
    for pattern, new in rules.rewrite:
        low = pattern.sub(new, low)
    return re.sub(r"[a-z]{5,}", lambda m: _spelt(m.group(), rules), low)


def _spelt(word: str, rules: Rules) -> str:
    if word in rules.keep or word in rules.spelling:
        return word
    return _nearest(word, rules.spelling)


@lru_cache(maxsize=8_192)  # the screen reads the same words several times
def _nearest(word: str, known_words: tuple[str, ...]) -> str:
    slips = 2 if len(word) >= _LONG_WORD else 1
    near = ((_slips(word, known, slips), known) for known in known_words if known[0] == word[0])
    count, best = min(near, default=(slips + 1, word))
    return best if count <= slips else word


def _slips(a: str, b: str, limit: int) -> int:
    """Count letters added, dropped, changed or swapped with their neighbour; more than ``limit`` is not counted out."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
