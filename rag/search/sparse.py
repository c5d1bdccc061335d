"""BM25 over the index's texts, by bm25s with English stems and stop words."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.types import Vectors

_K1, _B = 1.2, 0.75  # Robertson's usual values; they give BEIR-SciFact's published .679


class Sparse:
    """An opened BM25 index; its rows follow the order in which the texts were given."""

    def __init__(self, retriever: Any) -> None:
        self._retriever = retriever

    @classmethod
    def load(cls, directory: Path) -> "Sparse":
        """Open what ``write_sparse`` wrote."""
        import bm25s

        return cls(bm25s.BM25.load(str(directory), show_progress=False))

    def scores(self, query: str) -> Vectors:
        """Give one score per text, 0 where no word is shared."""
        known = self._retriever.vocab_dict
        tokens = [token for token in _words(query) if token in known]
        if not tokens:
            return np.zeros(self._retriever.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._retriever.get_scores(tokens), dtype=np.float32)

    def coverage(self, query: str) -> Vectors:
        """Give per text the summed rarity (BM25's idf) of the query's different words that it holds."""
        held = self._retriever.scores  # one column of texts per word
        covered = np.zeros(held["num_docs"], dtype=np.float32)
        for token in sorted(t for t in set(_words(query)) if t in self._retriever.vocab_dict):
            column = self._retriever.vocab_dict[token]
            texts = held["indices"][held["indptr"][column] : held["indptr"][column + 1]]
            covered[texts] += np.log(1 + (len(covered) - len(texts) + 0.5) / (len(texts) + 0.5))
        return covered


def write_sparse(directory: Path, texts: Sequence[str]) -> None:
    """Index texts and write the index."""
    if texts:
        indexed(texts).save(str(directory), show_progress=False)


def indexed(texts: Sequence[str]) -> Any:
    """Give the BM25 index of at least one text."""
    import bm25s

    retriever = bm25s.BM25(k1=_K1, b=_B)
    retriever.index(_tokenize(texts), show_progress=False)
    return retriever


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Give the stem of one lower-case word: "studies" -> "studi"."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=64)  # one question is scored by several steps
def _words(query: str) -> tuple[str, ...]:
    return tuple(_tokenize([query])[0])


def _tokenize(texts: Sequence[str]) -> Any:
    import bm25s

    return bm25s.tokenize(list(texts), stopwords="en", stemmer=_stemmer(), show_progress=False, return_ids=False)
