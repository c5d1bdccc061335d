"""Mend what people type before the safety rules read it: small letters, open contractions, misspelt danger words."""

import re
from functools import lru_cache

from rag.language.forms import with_meant_named
from rag.language.slips import mended_into
from rag.safety.rules import Rules
from rag.text import normalise, sentence_texts

_IN_CODE = re.compile(r"(?<![\w/.@-])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9+/]{16,}={0,2}(?![\w/.@-])")


@lru_cache(maxsize=256)  # the screen reads a message, and each before it, several times
def prepare(text: str, rules: Rules) -> tuple[str, ...]:
    """Give a text's sentences in small letters, contractions opened and misspelt danger words mended.

    What is written in code (base64) says nothing to a reader and is left out.
    """
    return tuple(_mended(sentence, rules) for sentence in sentence_texts(_IN_CODE.sub(" ", text)))


def _mended(text: str, rules: Rules) -> str:
    low = re.sub(r"[^\w\s.,:;!?'\"()/%-]", " ", with_meant_named(normalise(text).lower()))
    low = " ".join(re.sub(r"([a-z])\1{2,}", r"\1\1", low).split())
    for pattern, new in rules.rewrite:
        low = pattern.sub(new, low)
    return re.sub(r"[a-z]{5,}", lambda m: _spelt(m.group(), rules), low)


def _spelt(word: str, rules: Rules) -> str:
    if word in rules.keep or word in rules.spelling:
        return word
    return mended_into(word, rules.spelling)
