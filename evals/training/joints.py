"""Learn where one sentence says two things, and measure it on authors whose texts it has not seen.

usage: python -m evals.training.joints   (writes rag/weights/joints.json; a minute)
``evals/data/texts_train.jsonl`` holds texts in which people marked every claim. A joint between two marks parts them,
one within a mark does not; joints beside what is no claim teach nothing. Run it again when ``rag.language.grammar`` or
the vocabulary changed much.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import DATA
from evals.marked import mark_of
from evals.training.pairs import json_lines
from evals.training.perceptron import Recipe, fit, write
from rag.language.joints import FEATURES, WEIGHTS, Joint, Signs, joints_of, signs
from rag.library.corpus import Corpus, load_corpus
from rag.models.perceptron import Perceptron
from rag.settings import Settings
from rag.text import sentences
from rag.types import Span

TEXTS = DATA / "texts_train.jsonl"
_SLACK = 2  # characters that a mark may lie off a joint: a quotation mark, a bracket
# Cross-author accuracy .885; one layer .869, boosted trees .883, and .76 part.
RECIPE = Recipe(hidden=16, decay=1.0, members=3, passes=60)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lesson:
    """One joint: who wrote the text, its signs, and whether it parts two claims."""

    author: str
    signs: Signs
    parts: bool


def lessons(path: Path, corpus: Corpus) -> Iterator[Lesson]:
    """Yield every joint whose sides are known."""
    for record in json_lines(path):
        text = record["text"]
        marks = marks_of(record)
        for sentence in sentences(text):
            for joint in joints_of(text, sentence):
                parted = parts_marks(joint, marks)
                if parted is not None:
                    author = record["id"].partition("-")[0]
                    yield Lesson(author=author, signs=signs(joint, corpus.vocabulary), parts=parted)


def marks_of(record: Mapping[str, Any]) -> list[Span]:
    """Give where the claims stand that people marked in a text."""
    return [mark_of(record["text"], claim["quote"]) for claim in record["claims"]]


def parts_marks(joint: Joint, marks: Sequence[Span]) -> bool | None:
    """Tell whether a joint stands between two marks or within one; None where it is beside what nobody marked."""
    left_end, right_start = joint.span
    if any(start < left_end and right_start < end for start, end in marks):
        return False
    left = max((end for _, end in marks if end <= left_end + _SLACK), default=-1)
    right = min((start for start, _ in marks if start >= right_start - _SLACK), default=sys.maxsize)
    beside = left > left_end - len(joint.left) and right < right_start + len(joint.right)
    return True if beside else None


def learned(taught: Sequence[Lesson]) -> Perceptron:
    """Fit the networks; their one output is the log odds that a joint parts."""
    labels = ["parts" if lesson.parts else "joins" for lesson in taught]  # in this order the output speaks of "parts"
    network = fit(np.stack([lesson.signs for lesson in taught]), labels, FEATURES, RECIPE)
    return replace(network, classes=("parts",))


def across_authors(taught: Sequence[Lesson]) -> float:
    """Give the share of joints told rightly by networks that learned from other authors."""
    right = 0
    for author in sorted({lesson.author for lesson in taught}):
        network = learned([lesson for lesson in taught if lesson.author != author])
        own = [lesson for lesson in taught if lesson.author == author]
        scores = network.scores(np.stack([lesson.signs for lesson in own]))[:, 0]
        right += sum((score > 0) == lesson.parts for score, lesson in zip(scores, own, strict=True))
    return right / len(taught)


def main() -> int:
    """Gather, measure, fit on everything, write."""
    taught = list(lessons(TEXTS, load_corpus(Settings.load().corpus_dir)))
    card: dict[str, object] = {
        "what": "whether a joint of a sentence parts two claims (rag/language/joints.py)",
        "data": f"{len(taught)} joints of {TEXTS.name}",
        "licence": "CC BY 4.0",
        "parting": round(float(np.mean([lesson.parts for lesson in taught])), 3),
        "right_across_authors": round(across_authors(taught), 3),
    }
    write(learned(taught), WEIGHTS, card)
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
