"""Learn whether a sentence states something that evidence could answer, and measure it on authors left out.

usage: python -m evals.training.stating   (writes rag/weights/stating.npz; two minutes)
Claims of ``claims_train.jsonl`` and the marked sentences of ``texts_train.jsonl`` state something; the sentences of
``texts_train.jsonl`` that nobody marked, the texts of ``nonclaims_train.jsonl`` and open questions do not. What ends in
a question mark is left to the rules. Run it again when ``rag.language.grammar`` or the vocabulary changed much.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from evals.cases import DATA
from evals.training.joints import TEXTS, marks_of
from evals.training.pairs import json_lines
from rag.judging.claims import extract
from rag.kinds import Origin
from rag.language.questions import asks_openly
from rag.language.stating import BUCKETS, SHARE, WEIGHTS, buckets, signs
from rag.language.vocabulary import Vocabulary
from rag.library.corpus import load_corpus
from rag.settings import Settings
from rag.text import sentence_texts, sentences

FREEDOM = 3.0  # of 0.3, 1 and 3 the best on authors left out
_KNOWN = 0.5  # what a sentence counts that the rules find a claim in: the learned part is for the others
LEFT_OUT = ("f2", "f5", "f9", "e4", "d6", "p5", "p2", "n3")  # authors who measure


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One sentence: who wrote it, whether it states something, and whether the rules find a claim in it."""

    author: str
    text: str
    states: bool
    found: bool


def samples(vocabulary: Vocabulary) -> Iterator[Sample]:
    """Yield every sentence that teaches."""
    for author, text, states in (*_claims(), *_marked(), *_without_claims(), *_questions()):
        if not text.rstrip().endswith("?"):
            found = bool(extract(text, vocabulary, Origin.QUESTION))  # by the rules alone
            yield Sample(author=author, text=text, states=states, found=found)


def _claims() -> Iterator[tuple[str, str, bool]]:
    for record in json_lines(DATA / "claims_train.jsonl"):
        if not record["id"].startswith("p") and len(sentences(record["text"])) == 1:
            yield record["id"].partition("-")[0], record["text"], True


def _marked() -> Iterator[tuple[str, str, bool]]:
    for record in json_lines(TEXTS):
        text = record["text"]
        marks = marks_of(record)
        for start, end in sentences(text):
            states = any(mark[0] < end and start < mark[1] for mark in marks)
            yield record["id"].partition("-")[0], text[start:end], states


def _without_claims() -> Iterator[tuple[str, str, bool]]:
    for record in json_lines(DATA / "nonclaims_train.jsonl"):
        for sentence in sentence_texts(record["text"]):
            yield record["id"].partition("-")[0], sentence, False


def _questions() -> Iterator[tuple[str, str, bool]]:
    for record in json_lines(DATA / "questions_train.jsonl"):
        asked = record["question"]
        if record["split"] == "train" and asks_openly(asked) and len(sentences(asked)) == 1:
            yield record["id"].partition("-")[0], asked.rstrip("?"), False


def rows(taught: Sequence[Sample], vocabulary: Vocabulary) -> Any:
    """Give one row for each sentence: what the rules see in it, then its hashed words, each counting the same."""
    held = [list(buckets(sample.text, vocabulary)) for sample in taught]
    counts = np.concatenate([np.full(len(own), 1 / math.sqrt(max(1, len(own)))) for own in held])
    ends = np.cumsum([0, *map(len, held)])
    words = csr_matrix((counts, np.concatenate(held).astype(int), ends), shape=(len(taught), BUCKETS))
    return hstack([csr_matrix(np.stack([signs(sample.text, vocabulary) for sample in taught])), words]).tocsr()


def fit(taught: Sequence[Sample], table: Any) -> Any:
    """Fit the regression."""
    weights = [_KNOWN if sample.found else 1.0 for sample in taught]
    return LogisticRegression(C=FREEDOM, max_iter=400).fit(table, [s.states for s in taught], sample_weight=weights)


def measured(taught: Sequence[Sample], table: Any) -> dict[str, object]:
    """Give, of the sentences of authors left out in which the rules find nothing, what shares are taken for claims."""
    apart = np.array([sample.author in LEFT_OUT for sample in taught])
    model = fit([s for s, out in zip(taught, apart, strict=True) if not out], table[~apart])
    told = model.predict_proba(table[apart])[:, 1] >= SHARE
    left = [sample for sample, out in zip(taught, apart, strict=True) if out]
    over = {
        states: [bool(t) for t, s in zip(told, left, strict=True) if not s.found and s.states is states]
        for states in (True, False)
    }
    return {
        "passed_over_claims": {"n": len(over[True]), "found": round(float(np.mean(over[True])), 3)},
        "no_claims": {"n": len(over[False]), "taken_for_claims": round(float(np.mean(over[False])), 3)},
    }


def main() -> int:
    """Gather, measure, fit on everything, write."""
    vocabulary = load_corpus(Settings.load().corpus_dir).vocabulary
    taught = list(samples(vocabulary))
    table = rows(taught, vocabulary)
    print(json.dumps({"sentences": len(taught), **measured(taught, table)}, indent=1))
    model = fit(taught, table)
    weights = np.concatenate([model.coef_[0], model.intercept_]).astype(np.float16)
    np.savez_compressed(WEIGHTS, allow_pickle=False, weights=weights)
    return 0


if __name__ == "__main__":
    sys.exit(main())
