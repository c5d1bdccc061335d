"""From what is known about one claim to a verdict: the map's opinion and the passages' stances, weighed together.

How much each sign counts was learned from claims whose verdict was reasoned out beforehand (the weights carry a card);
what no sign may overrule stands as plain rules in ``rag.judging.verdicts``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import paths
from rag.evidence import Passage
from rag.judging.comparison import content, finds_none, not_people
from rag.judging.grounds import Grounds, Heard, Summary
from rag.judging.impression import CLASSES, Impression
from rag.judging.precedents import Precedent
from rag.judging.weighing import SURE
from rag.kinds import Certainty, Direction, Stance, StudyDesign, Verdict
from rag.language.vocabulary import Assertion, denies
from rag.models.embedders import onnx_session
from rag.models.perceptron import Perceptron
from rag.quantities import counted
from rag.text import normalise, words

_SURENESS = {None: 0.0, Certainty.VERY_LOW: 1.0, Certainty.LOW: 2.0, Certainty.MODERATE: 3.0, Certainty.HIGH: 4.0}
_FULLY_READ = 0.25  # share of unread words below which a claim counts as read
_PRECEDENT_FADES = 0.05  # cosine over which a precedent's weight falls to a third; 0.03 and 0.1 did no better
_HEAD = 3  # words of a claim that mostly name what acts
_OUTCOMES = ("works", "safety", "approval", "comparison", "evidence", "lasts", "cause")
_WEAK = (StudyDesign.ANIMAL, StudyDesign.LABORATORY, StudyDesign.CASE_REPORT, StudyDesign.CASE_SERIES)
FEATURES = (
    *(f"map_{v.value}" for v in CLASSES), "map_silent", "map_certainty", "map_sure",
    *(f"cell_{d.value}" for d in Direction), "cell_agrees", "cell_disagrees",
    "promises", "cautions", "sided", *(f"on_{o}" for o in _OUTCOMES),
    "absolute", "hedged", "denies", "finds_none", "not_people", "figures", "figures_met", "figures_rivalled",
    "treatments", "names_condition", "in_text", "assumed_topic", "other_agent", "unheard_words", "head_unheard",
    "length",
    "nearest_cosine", "likest_cosine", "nearest_supports", "nearest_refutes", "nearest_on_topic", "nearest_certainty",
    "nearest_official", "nearest_weak", "nearest_new_words", "new_words",
    "support", "support_cosine", "support_certainty", "refutation", "refutation_cosine", "refutation_certainty",
    "support_mean", "refutation_mean", "tags_agree", "tags_disagree", "best_cosine_on_topic", "near_count",
    "cell_cosine", "cell_supports", "cell_refutes", "cell_sureness", "cell_same_treatment",
    *(f"near_cell_{d.value}" for d in Direction), "cells_support", "cells_refute", "no_study_ahead",
    "summary_cosine", "summary_supports", "summary_refutes", "summaries_support", "summaries_refute",
    "unread", *(f"read_{v.value}" for v in CLASSES), "read_and_sure",
    "absolute_promise", "hedged_promise", "hedged_weak", "hedged_support", "caution_agrees", "plain_promise_weak",
    *(f"precedents_{v.value}" for v in CLASSES), *(f"precedent_{v.value}" for v in CLASSES), "precedent",
    *(f"precedents_near_{v.value}" for v in CLASSES), *(f"impression_{v.value}" for v in CLASSES),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Gives the share of each verdict by two readers of the signs; trained by ``evals.training.deciding``.

    One weighs each sign by itself, the other, boosted trees, one in the light of others.
    """

    weights: Path = paths.WEIGHTS / "verdict_signs.json"
    trees: Path = paths.WEIGHTS / "verdict_trees.onnx"

    @cached_property
    def _network(self) -> Perceptron:
        return Perceptron.load(self.weights, FEATURES)

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self.trees)

    def shares(self, grounds: Grounds) -> dict[Verdict, float]:
        """Give the share of each verdict, summing to 1."""
        row = signs(grounds)
        weighed = self._network.shares(row)[[self._network.classes.index(verdict) for verdict in CLASSES]]
        scores = self._session.run(["scores"], {"signs": row[np.newaxis].astype(np.float32)})[0]
        both = agreed(weighed[np.newaxis], np.round(scores.astype(np.float64), 4))[0]
        return {verdict: float(share) for verdict, share in zip(CLASSES, both, strict=True)}


def agreed(weighed: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the shares that both readers agree on: (rows, classes) of shares and of raw scores -> shares.

    It is the geometric mean of both readers' shares.
    """
    joint = 0.5 * (np.log(weighed) + scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    return np.asarray(np.exp(joint - np.logaddexp.reduce(joint, axis=1, keepdims=True)))


def signs(grounds: Grounds) -> NDArray[np.float64]:
    """Give one value for each name in ``FEATURES``; truth is 1, and what was not measured is NaN."""
    groups = (
        _map_signs(grounds),
        _claim_signs(grounds),
        _nearest_signs(grounds),
        _stance_signs(grounds),
        _cell_signs(grounds.cells),
        _summary_signs(grounds.summaries),
        _reading_signs(grounds),
        _strength_signs(grounds),
        _precedent_signs(grounds.precedents),
        _impression_signs(grounds.impression),
    )
    return np.array([float(value) for group in groups for value in group])


def _map_signs(grounds: Grounds) -> tuple[float, ...]:
    cell, opinion = grounds.cell, grounds.opinion
    certainty = cell.certainty if cell else None
    sided = [a.positive for a in grounds.asserted if cell and a.outcome == cell.outcome]
    positive = sided[0] if sided else None
    clear = cell is not None and cell.direction in (Direction.FOR, Direction.AGAINST) and positive is not None
    agrees = clear and cell is not None and (cell.direction is Direction.FOR) == positive
    return (
        *(opinion is verdict for verdict in CLASSES),
        opinion is None,
        _SURENESS[certainty],
        certainty in SURE,
        *(cell is not None and cell.direction is direction for direction in Direction),
        agrees,
        clear and not agrees,
    )


def _claim_signs(grounds: Grounds) -> tuple[float, ...]:
    reading, low = grounds.reading, normalise(grounds.claim).lower()
    outcomes = {a.outcome for a in grounds.asserted}
    figures = bool(counted(grounds.claim))
    return (
        grounds.promises,
        grounds.cautions,
        len(grounds.asserted),
        *(outcome in outcomes for outcome in _OUTCOMES),
        reading.absolute,
        reading.hedged,
        denies(grounds.claim),
        finds_none(low),
        not_people(low),
        figures,
        figures and grounds.figures_met,
        figures and grounds.figures_rivalled,
        len(reading.treatments),
        bool(reading.kinds),
        grounds.in_text,
        grounds.assumed_topic,
        grounds.other_agent,
        grounds.unheard,
        _head_unheard(grounds),
        float(np.log1p(len(grounds.claim.split()))),
    )


def _head_unheard(grounds: Grounds) -> float:
    """Give the share of the claim's first words, which mostly name what acts, that nothing near it uses."""
    head = [w for word in words(grounds.claim) for w in content(word)][:_HEAD]
    near = frozenset().union(
        *(content(h.passage.text) for h in grounds.heard), *(content(c.text) for c in grounds.cells)
    )
    return sum(word not in near for word in head) / max(1, len(head))


def _nearest_signs(grounds: Grounds) -> tuple[float, ...]:
    if not grounds.heard:
        return (0.0,) * 8 + (1.0, 1.0)
    asked = content(grounds.claim)
    nearest = max(grounds.heard, key=lambda h: (h.nearness, h.passage.id))
    held = content(nearest.passage.text)
    everything = held.union(*(content(h.passage.text) for h in grounds.heard))
    return (
        nearest.nearness,
        max(h.similarity for h in grounds.heard),
        nearest.shares[Stance.SUPPORTS],
        nearest.shares[Stance.REFUTES],
        nearest.on_topic,
        _SURENESS[nearest.certainty],
        nearest.source.official,
        nearest.source.study_design in _WEAK,
        len(asked - held) / max(1, len(asked)),
        len(asked - everything) / max(1, len(asked)),
    )


def _stance_signs(grounds: Grounds) -> tuple[float, ...]:
    near = [h for h in grounds.heard if h.on_topic] or list(grounds.heard)
    tags = [t for h in near for a in grounds.asserted if (t := _tag(h.passage, a)) is not None]
    return (
        *_strongest(near, Stance.SUPPORTS),
        *_strongest(near, Stance.REFUTES),
        _mean([h.speaks(Stance.SUPPORTS) for h in near]),
        _mean([h.speaks(Stance.REFUTES) for h in near]),
        _mean([float(t) for t in tags]),
        _mean([float(not t) for t in tags]),
        max((h.nearness for h in near if h.on_topic), default=0.0),
        sum(h.nearness >= 0.5 for h in near) / 8,
    )


def _strongest(near: Sequence[Heard], stance: Stance) -> tuple[float, float, float]:
    """Give how strong the best voice for a stance is, how near it is, and how sure its source lets us be."""
    best = max(near, key=lambda h: (h.speaks(stance), h.passage.id), default=None)
    return (best.speaks(stance), best.nearness, _SURENESS[best.certainty]) if best else (0.0, 0.0, 0.0)


def _cell_signs(cells: Sequence[Summary]) -> tuple[float, ...]:
    if not cells:
        return (0.0,) * (8 + len(Direction))
    nearest = cells[0]
    cell = nearest.cell
    held = [c for c in cells if c.cell and c.cell.direction is not Direction.NO_STUDY]
    silent = [c.similarity for c in cells if c.cell and c.cell.direction is Direction.NO_STUDY]
    return (
        nearest.similarity,
        nearest.shares[Stance.SUPPORTS],
        nearest.shares[Stance.REFUTES],
        _SURENESS[cell.certainty if cell else None],
        nearest.same_treatment,
        *(cell is not None and cell.direction is direction for direction in Direction),
        max((c.shares[Stance.SUPPORTS] * c.similarity for c in held), default=0.0),
        max((c.shares[Stance.REFUTES] * c.similarity for c in held), default=0.0),
        max(silent, default=0.0) - max((c.similarity for c in held), default=0.0),
    )


def _summary_signs(summaries: Sequence[Summary]) -> tuple[float, ...]:
    if not summaries:
        return (0.0,) * 5
    nearest = summaries[0]
    return (
        nearest.similarity,
        nearest.shares[Stance.SUPPORTS],
        nearest.shares[Stance.REFUTES],
        max(s.shares[Stance.SUPPORTS] * s.similarity for s in summaries),
        max(s.shares[Stance.REFUTES] * s.similarity for s in summaries),
    )


def _reading_signs(grounds: Grounds) -> tuple[float, ...]:
    """Give how far the claim was read at all: the map's opinion is worth as much as the reading behind it."""
    whole = grounds.unread <= _FULLY_READ
    sure = grounds.cell is not None and grounds.cell.certainty in SURE
    return (
        grounds.unread,
        *(whole and grounds.opinion is verdict for verdict in CLASSES),
        whole and sure,
    )


def _strength_signs(grounds: Grounds) -> tuple[float, ...]:
    """Give where the claim's strength meets the evidence's: what no single sign can show."""
    reading, opinion = grounds.reading, grounds.opinion
    weak = grounds.cell is not None and grounds.cell.certainty not in SURE
    support = max((h.speaks(Stance.SUPPORTS) for h in grounds.heard), default=0.0)
    return (
        reading.absolute and grounds.promises,
        reading.hedged and grounds.promises,
        reading.hedged and weak,
        support if reading.hedged else 0.0,
        grounds.cautions and opinion is Verdict.SUPPORTED,
        grounds.promises and weak and not reading.hedged,
    )


def _precedent_signs(precedents: Sequence[Precedent]) -> tuple[float, ...]:
    """Give how the nearest precedents were judged, the nearer counting more; NaN where there is none to go by."""
    if not precedents:
        return (np.nan,) * (3 * len(CLASSES) + 1)
    first = precedents[0].similarity
    weights = np.exp([(p.similarity - first) / _PRECEDENT_FADES for p in precedents])
    weights /= weights.sum()
    shares = [sum(w for w, p in zip(weights, precedents, strict=True) if p.verdict is verdict) for verdict in CLASSES]
    nearest = [max((p.similarity for p in precedents if p.verdict is verdict), default=0.0) for verdict in CLASSES]
    return (*shares, *nearest, first, *(share * first for share in shares))


def _impression_signs(impression: Impression | None) -> tuple[float, ...]:
    return tuple(impression[verdict] if impression else np.nan for verdict in CLASSES)


def _tag(passage: Passage, assertion: Assertion) -> bool | None:
    """Tell whether a passage's tag agrees with what is asserted; None where it takes no side."""
    direction = passage.direction(assertion.outcome)
    if direction not in (Direction.FOR, Direction.AGAINST) or assertion.positive is None:
        return None
    return (direction is Direction.FOR) == assertion.positive


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
