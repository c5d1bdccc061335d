"""What one text says of one claim: the protocol, and two models that need no large network.

``LexicalStance`` knows the nearest sentence of the evidence, and refuses agreement where figures, denials or
directions part. ``ComparingStance`` weighs the same signs as training pairs taught it to. A trained cross-encoder
fulfils the same protocol.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from rag.comparing import FEATURES, Nearness, compare
from rag.guards import same_polarity
from rag.perceptron import Perceptron
from rag.text import Quantity, Unit, normalise, quantities, sentences, words
from rag.types import Embedder, Stance
from rag.vocabulary import Vocabulary

# Cosine of the claim and the nearest sentence, chosen on 260 training pairs of SciFact (0.40 to 0.70 were tried).
RELATED_SIMILARITY = 0.60  # below it a text says nothing of a claim
SAME_SIMILARITY = 0.75  # above it a word of strength in the claim alone does not make it another statement
_TOLERANCE = 0.02  # 18.6 may be told as 19
_FIGURES = (Unit.PERCENT, Unit.TIME, Unit.SESSIONS, Unit.PEOPLE, Unit.MONEY, Unit.MEASURE)
# Words of opposite direction: a claim with one and evidence with the other disagree.
_DIRECTIONS = (
    (
        re.compile(
            r"\b(?:increas\w+|rais\w+|higher|greater|more|elevat\w+|promot\w+|induc\w+|enhanc\w+|activat\w+|gain\w*|"
            r"upregulat\w+|stimulat\w+|accelerat\w+|improv\w+|longer|up)\b"
        ),
        re.compile(
            r"\b(?:decreas\w+|reduc\w+|lower\w*|less|fewer|declin\w+|inhibit\w+|suppress\w+|impair\w+|inactivat\w+|"
            r"loss|lost|downregulat\w+|block\w*|slow\w*|worse\w*|shorter|fad\w+|down|prevent\w*)\b"
        ),
    ),
)
_ABSOLUTE = re.compile(
    r"\b(?:all|every|always|never|none|completely|entirely|permanent(?:ly)?|guarantee\w*|cure[sd]?|everyone|nobody|only)\b"
)


class StanceModel(Protocol):
    """Decides what each evidence text says of its claim."""

    def stances(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Stance, float]]:
        """Give a stance and how sure it is (0 to 1) for each (claim, evidence), in order."""
        ...


class SharingStance(StanceModel, Protocol):
    """A stance model that can also say how its trust is shared out."""

    def shares(self, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
        """Give the share of each stance for each (claim, evidence), in order."""
        ...


def shares_of(model: StanceModel, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
    """Give the share of each stance; a model that names only the best stance leaves the rest to "neutral"."""
    if hasattr(model, "shares"):
        shares: list[dict[Stance, float]] = model.shares(pairs)
        return shares
    return [
        {**dict.fromkeys(Stance, 0.0), Stance.NEUTRAL: 1.0 - score, stance: score}
        if stance is not Stance.NEUTRAL
        else {**dict.fromkeys(Stance, 0.0), stance: 1.0}
        for stance, score in model.stances(pairs)
    ]


@dataclass(frozen=True, kw_only=True)
class LexicalStance:
    """Stance by the nearest sentence, its figures, denials, directions and words of strength; deterministic."""

    embedder: Embedder

    def stances(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Stance, float]]:
        """Give a stance and how sure it is (0 to 1) for each (claim, evidence), in order."""
        split = [evidence_sentences(evidence) for _, evidence in pairs]
        texts = list(dict.fromkeys([claim for claim, _ in pairs] + [s for group in split for s in group]))
        if not texts:
            return []
        row = {text: i for i, text in enumerate(texts)}
        vectors = self.embedder.embed(texts)
        decided = []
        for (claim, _), group in zip(pairs, split, strict=True):
            similarity = vectors[[row[s] for s in group]] @ vectors[row[claim]] if group else []
            near = sorted(zip(similarity, group, strict=True), key=lambda pair: (-pair[0], pair[1]))[:2]
            decided.append(decide(claim, [(float(cosine), s) for cosine, s in near]))
        return decided


@dataclass(frozen=True, kw_only=True)
class ComparingStance:
    """Stance by a small network over what the two texts share and where they part; deterministic."""

    embedder: Embedder
    vocabulary: Vocabulary
    weights: Path = Path(__file__).parent / "weights" / "stance_signs.json"

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    def stances(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Stance, float]]:
        """Give a stance and how sure it is (0 to 1) for each (claim, evidence), in order."""
        best = (max(share.items(), key=lambda item: (item[1], item[0])) for share in self.shares(pairs))
        return [(stance, round(score, 3)) for stance, score in best]

    def shares(self, pairs: Sequence[tuple[str, str]]) -> list[dict[Stance, float]]:
        """Give the share of each stance for each (claim, evidence), in order."""
        if not pairs:
            return []
        rows = np.stack([compare(c, e, near, self.vocabulary) for (c, e), near in nearness(pairs, self.embedder)])
        names = [Stance(name) for name in self._network.classes]
        return [dict(zip(names, map(float, row), strict=True)) for row in self._network.shares(rows)]


def nearness(pairs: Sequence[tuple[str, str]], embedder: Embedder) -> list[tuple[tuple[str, str], Nearness]]:
    """Give each pair with the cosine of the claim to every sentence of the evidence and to the whole."""
    split = [evidence_sentences(evidence) for _, evidence in pairs]
    texts = list(dict.fromkeys([t for pair in pairs for t in pair] + [s for group in split for s in group]))
    vectors = embedder.embed(texts)
    row = {text: i for i, text in enumerate(texts)}
    near = []
    for (claim, evidence), group in zip(pairs, split, strict=True):
        cosines = vectors[[row[s] for s in (*group, evidence)]] @ vectors[row[claim]]
        ranked = [(float(cosine), s) for cosine, s in zip(cosines, group, strict=False)]
        near.append(((claim, evidence), Nearness(sentences=ranked, whole=float(cosines[-1]))))
    return near


def evidence_sentences(text: str) -> list[str]:
    """Give the sentences of an evidence text."""
    return [text[start:end] for start, end in sentences(text)]


def decide(claim: str, near: Sequence[tuple[float, str]]) -> tuple[Stance, float]:
    """Decide from the nearest sentences with their cosines, best first; pure.

    Example: "It lasts 2 years" beside (0.9, "It lasts 2 weeks") -> refutes
    """
    if not near or near[0][0] < RELATED_SIMILARITY:
        return Stance.NEUTRAL, round(1.0 - max(0.0, near[0][0] if near else 0.0), 3)
    cosine, sentence = near[0]
    sure = round(min(1.0, max(0.0, cosine)), 3)
    if figures_part(claim, sentence) or parts_ways(claim, sentence):
        return Stance.REFUTES, sure
    if _ABSOLUTE.search(claim.lower()) and not _ABSOLUTE.search(sentence.lower()) and cosine < SAME_SIMILARITY:
        return Stance.NEUTRAL, sure
    return Stance.SUPPORTS, sure


def figures_part(claim: str, sentence: str) -> bool:
    """Tell whether the sentence gives another figure of a kind that the claim gives."""
    asked, held = _figures(claim), _figures(sentence)
    return any(
        any(other.unit is figure.unit for other in held)
        and not any(figure.overlaps(other, _TOLERANCE) for other in held)
        for figure in asked
    )


def parts_ways(claim: str, sentence: str) -> bool:
    """Tell whether one text denies or turns around what the other says: exactly one of denial and direction differs."""
    turned = _turned(" ".join(words(claim)), " ".join(words(sentence)))
    return turned == same_polarity(claim, sentence)


def _turned(claim: str, sentence: str) -> bool:
    return any(
        (up.search(claim) and down.search(sentence) and not up.search(sentence) and not down.search(claim))
        or (down.search(claim) and up.search(sentence) and not down.search(sentence) and not up.search(claim))
        for up, down in _DIRECTIONS
    )


def _figures(text: str) -> list[Quantity]:
    return [q for q in quantities(normalise(text)) if q.unit in _FIGURES]
