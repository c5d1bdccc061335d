"""Slips of the keyboard, mended: in the field's long names, in all of its words, in the words of danger.

Pure but for what it keeps. How near a slip must lie differs with what a wrong mending costs.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache

from rag.recent import Recent

LONG_NAME = 8  # letters; a slip in a shorter name too often makes another word
_LONG_NAME = re.compile(rf"[a-z]{{{LONG_NAME},}}")
_LEAST_LETTERS = 5  # shorter words are too often names or slang to be mended
_SWAPPED_LETTERS = 4  # but two letters that changed places are no slang: "wrok", "hiar"
_LONG_LETTERS = 8  # a slip may put any letter more into a word of so many
_CLOSE = 0.88  # Ratcliff-Obershelp ratio: one slip in nine letters; 0.8 made "exciting" of "expecting"
_WORD = re.compile(rf"[A-Za-z]{{{_SWAPPED_LETTERS},}}")
_TWICE = re.compile(r"(.)\1")
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers")
_KEPT = 4_096
_TWO_SLIPS = 9  # letters of a word of danger from which on two slips still leave one reading


def with_names_mended(low: str, names: tuple[str, ...]) -> str:
    """Mend slips in long names: "minoxodil" -> "minoxidil"; words that are names already stay as they are."""
    return _LONG_NAME.sub(lambda match: _name(match.group(), names), low)


@lru_cache(maxsize=8_192)
def _name(word: str, names: tuple[str, ...]) -> str:
    if any(word.startswith(name) for name in names):
        return word
    return close_to(word, names) or word


def close_to(word: str, known: Sequence[str]) -> str | None:
    """Give the word that one is nearly the same as, letter for letter; None where there is none."""
    near = [other for other in known if _may_be_close(word, other)]
    return next(iter(get_close_matches(word, near, n=1, cutoff=_CLOSE)), None)


def _may_be_close(word: str, other: str) -> bool:
    """Tell whether two words share letters enough to be close: a bound, found in a tenth of the time."""
    own, others = _letters(word), _letters(other)
    most = min(len(word) - (own & ~others).bit_count(), len(other) - (others & ~own).bit_count())
    return 2 * most >= _CLOSE * (len(word) + len(other))


@lru_cache(maxsize=16_384)
def _letters(word: str) -> int:
    """Give the set of a word's letters as the bits of a number."""
    return sum(1 << ord(letter) for letter in set(word))


@lru_cache(maxsize=8_192)  # the screen reads the same words several times
def mended_into(word: str, known_words: tuple[str, ...]) -> str:
    """Give the word that one is a slip or, where it is long, two slips away from, else the word itself."""
    slips = 2 if len(word) >= _TWO_SLIPS else 1
    near = ((_distance(word, known, slips), known) for known in known_words if known[0] == word[0])
    count, best = min(near, default=(slips + 1, word))
    return best if count <= slips else word


def _distance(a: str, b: str, limit: int) -> int:
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Slips:
    """Mends a word that neither the field nor the language knows into the field's nearest word, if one is near."""

    lexicon: frozenset[str]  # the field's words
    knows: Callable[[str], bool]  # whether a word is one of the language's common ones
    stem: Callable[[str], str]
    _kept: Recent[str, str] = field(default_factory=lambda: Recent(most=_KEPT), repr=False)

    def mended(self, text: str) -> str:
        """Give a text with its slips mended.

        Example: "does minoxidl regrow hair on my scalpp" -> "does minoxidil regrow hair on my scalp"
        """
        return _WORD.sub(lambda match: self._kept.of(match.group(), lambda: self._word(match.group())), text)

    def _word(self, word: str) -> str:
        low = word.lower()
        # Without the language's own words "compete" became "complete" and "window" "widow".
        if low in self.lexicon or self.knows(word):
            return word
        nearest = self._nearest(low)
        return nearest if nearest and self._is_slip(low, nearest) else word

    def _nearest(self, low: str) -> str | None:
        if swapped := [w for w in _swaps(low) if w in self.lexicon]:
            return swapped[0]
        if len(low) < _LEAST_LETTERS:
            return None
        return close_to(low, [w for w in self._by_initial.get(low[0], ()) if abs(len(w) - len(low)) <= 2])

    @cached_property
    def _by_initial(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = {}
        for word in sorted(self.lexicon):
            words.setdefault(word[0], []).append(word)
        return words

    def _is_slip(self, low: str, nearest: str) -> bool:
        """Tell whether a word is a slip of its nearest one and no word of its own.

        A form of a known word is none: "thins" became "things", "swells" "sells". Nor is a short word with a letter
        more, unless it stands twice: "broth" became "both", "needn't" "need't"; "scalpp" is one.
        """
        if any(low == nearest + ending for ending in _ENDINGS):
            return False
        if self.stem(low) == self.stem(nearest):
            return True
        if any(self.knows(low.removesuffix(end)) for end in _ENDINGS if low.endswith(end)):
            return False
        more = len(nearest) < len(low) < _LONG_LETTERS
        return not more or _TWICE.sub(r"\1", low) == _TWICE.sub(r"\1", nearest)


def lexicon(texts: Iterable[str]) -> frozenset[str]:
    """Give the words of texts that are long enough to be mended into."""
    words = re.findall(r"[a-z]+", " ".join(texts).lower())
    return frozenset(word for word in words if len(word) >= _SWAPPED_LETTERS)


def _swaps(word: str) -> list[str]:
    """Give a word with each two neighbouring letters changed round."""
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
