"""Whether a sentence states something that evidence could answer, learned from claims and from texts that hold none.

The rules of ``rag.judging.claims`` know the verbs and turns that they know; a sentence that they pass over ("nanofat
fills in thin spots") is told by its words, two together, and by what the rules saw in it. ``evals/training/stating.py``
learns the weights: a logistic regression over hashed words (Weinberger et al. 2009).
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag import paths
from rag.files import stored_arrays
from rag.language import grammar
from rag.language.reading import read
from rag.language.vocabulary import Vocabulary
from rag.text import normalise

WEIGHTS = paths.WEIGHTS / "stating.npz"
BUCKETS = 4096
# Chosen on authors left out: of the claims that the rules pass over so many are found, of sentences that claim nothing
# so few are taken for one: .65 and .10 with a share of .5, .57 and .08 with .6, .46 and .05 with .7.
SHARE = 0.6
SIGNS = (
    "verb", "asserts", "outcomes", "treatments", "conditions", "field", "instruction", "opinion", "first_person",
    "story", "absolute", "hedged", "figures", "compares", "labelled", "title", "asks", "tells", "full_stop", "words",
)  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?!%£$€]")


def states(sentence: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a sentence probably states something."""
    return stating_share(sentence, vocabulary) >= SHARE


def stating_share(sentence: str, vocabulary: Vocabulary) -> float:
    """Give the share of belief that a sentence states something: 0 to 1."""
    weights, words = _weights(), list(buckets(sentence, vocabulary))
    score = float(signs(sentence, vocabulary) @ weights[: len(SIGNS)]) + float(weights[-1])
    score += float(weights[len(SIGNS) : -1][words].sum()) / math.sqrt(max(1, len(words)))
    return 1 / (1 + math.exp(-score))


def signs(sentence: str, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Give what the rules see in a sentence, in the order of ``SIGNS``."""
    reading = read(sentence, vocabulary)
    fields = {match.group().lower().rstrip("s") for match in grammar.FIELD.finditer(sentence)}
    values = (
        bool(grammar.VERB.search(sentence)),
        bool(reading.sided),
        min(len(reading.outcomes), 3),
        bool(reading.treatments),
        bool(reading.conditions),
        min(len(fields), 3),
        bool(grammar.INSTRUCTION.match(sentence)),
        bool(grammar.OPINION.search(sentence)),
        bool(grammar.FIRST_PERSON.search(sentence)),
        bool(grammar.STORY.search(sentence)),
        reading.absolute,
        reading.hedged,
        bool(reading.quantities),
        bool(grammar.COMPARES.search(sentence)),
        bool(grammar.LABELLED.match(sentence)),
        bool(grammar.TITLE.match(sentence)),
        bool(grammar.QUESTION_START.match(sentence)),
        bool(grammar.TELLS.match(sentence)),
        sentence.rstrip().endswith("."),
        math.log(1 + len(sentence.split())),
    )
    return np.array([float(value) for value in values])


def buckets(sentence: str, vocabulary: Vocabulary) -> Iterator[int]:
    """Yield the bucket of each word and each two words; treatments by one name, so that none speaks for or against."""
    low = normalise(sentence).lower()
    for key in vocabulary.treatments_in(low):
        low = vocabulary.treatments[key].pattern.sub(" it ", low)
    words = ["^", *_WORD.findall(low), "$"]
    for one, two in zip(words, words[1:], strict=False):
        yield _bucket(one)
        yield _bucket(f"{one} {two}")
        yield _bucket(f"-{one[-3:]}")


def _bucket(text: str) -> int:
    return crc32(text.encode()) % BUCKETS


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.float64]:
    return np.asarray(stored_arrays(WEIGHTS, ("weights",))["weights"], dtype=np.float64)
