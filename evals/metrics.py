"""Measures and their seeded bootstrap intervals; pure. A figure over nothing is None, never 0."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
_TAIL = 0.025  # 95 % intervals


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A value with its 95 % interval and how many observations it rests on; ``timed`` when it follows the machine."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    timed: bool = False


NOTHING = Figure(value=None)


def timings(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Give the figures marked as times, which no two runs share."""
    return {name: replace(figure, timed=True) for name, figure in figures.items()}


def mean(values: Sequence[float]) -> float | None:
    """Give the mean. Example: [] -> None"""
    return math.fsum(values) / len(values) if values else None


def share(part: float, whole: float) -> float | None:
    """Give part of whole. Example: 1, 0 -> None"""
    return part / whole if whole else None


# ------------------------------------------------------------------ rankings


def recall_at(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float | None:
    """Give the share of the relevant ids among the first ``depth``."""
    return share(len(set(ranked[:depth]) & set(relevant)), len(set(relevant)))


def capped_recall_at(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float | None:
    """Give recall with at most ``depth`` ids to find, so that 1 can be reached."""
    return share(len(set(ranked[:depth]) & set(relevant)), min(depth, len(set(relevant))))


def hit_at(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float | None:
    """Give 1 when any relevant id is among the first ``depth``, else 0."""
    return float(bool(set(ranked[:depth]) & set(relevant))) if relevant else None


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float | None:
    """Give 1 over the rank of the first relevant id; 0 when none was found."""
    if not relevant:
        return None
    return next((1 / rank for rank, id_ in enumerate(ranked, 1) if id_ in relevant), 0.0)


def ndcg_at(ranked: Sequence[str], gains: dict[str, float], depth: int) -> float | None:
    """Give nDCG with linear gains, as trec_eval computes it; an id counts once, at its best rank."""
    ideal = _dcg(sorted((g for g in gains.values() if g > 0), reverse=True)[:depth])
    if not ideal:
        return None
    seen: set[str] = set()
    found = []
    for id_ in ranked[:depth]:
        found.append(0.0 if id_ in seen else gains.get(id_, 0.0))
        seen.add(id_)
    return _dcg(found) / ideal


def _dcg(gains: Iterable[float]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Give the chance that a positive scores above a negative, ties counting half."""
    if not positive or not negative:
        return None
    above = np.asarray(positive)[:, None] - np.asarray(negative)[None, :]
    return float((np.sign(above) + 1).mean() / 2)


# ------------------------------------------------------------------ classes


@dataclass(frozen=True, kw_only=True, slots=True)
class Confusion:
    """Counts of (true, predicted) labels; rows are the truth, in the order of ``labels``."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, labels: Sequence[str], pairs: Iterable[tuple[str, str]]) -> "Confusion":
        """Count pairs of (true, predicted); labels not named beforehand are added at the end."""
        counted = Counter(pairs)
        extra = sorted({label for pair in counted for label in pair} - set(labels))
        order = (*labels, *extra)
        return cls(labels=order, counts=tuple(tuple(counted[t, p] for p in order) for t in order))

    @property
    def n(self) -> int:
        """Count the observations."""
        return sum(map(sum, self.counts))

    @property
    def matrix(self) -> NDArray[np.int64]:
        """Give the counts as an array."""
        return np.asarray(self.counts, dtype=np.int64).reshape(len(self.labels), len(self.labels))


Matrix = NDArray[np.int64]
Statistic = Callable[[Matrix], float | None]


def accuracy(matrix: Matrix) -> float | None:
    """Give the share on the diagonal."""
    return share(float(np.trace(matrix)), float(matrix.sum()))


def recall(matrix: Matrix, label: int) -> float | None:
    """Give the share of a true class that was found; None when the class does not occur."""
    return share(float(matrix[label, label]), float(matrix[label].sum()))


def precision(matrix: Matrix, label: int) -> float | None:
    """Give the share of a predicted class that is right; None when it was never predicted."""
    return share(float(matrix[label, label]), float(matrix[:, label].sum()))


def f1(matrix: Matrix, label: int) -> float | None:
    """Give F1 of a class; None when it neither occurs nor was predicted."""
    return share(2.0 * float(matrix[label, label]), float(matrix[label].sum() + matrix[:, label].sum()))


def macro_f1(matrix: Matrix) -> float | None:
    """Give the mean F1 of the classes that occur or were predicted."""
    return mean([value for i in range(len(matrix)) if (value := f1(matrix, i)) is not None])


# ------------------------------------------------------------------ intervals


def mean_figure(values: Sequence[float | None], seed: int) -> Figure:
    """Give a mean with its interval; None values are left out and not counted."""
    return ratio_figure([(v, 1.0) for v in values if v is not None], seed)


def ratio_figure(parts: Sequence[tuple[float, float]], seed: int) -> Figure:
    """Give sum of parts over sum of wholes, resampling the pairs, which are whole cases (a cluster bootstrap).

    Where every case is all right or all wrong, resampling would give an interval without width; then the open end is
    Clopper and Pearson's exact bound over the cases (1934). Example: 7 of 7 -> 1.0, 0.59 to 1.0
    """
    if not parts:
        return NOTHING
    table = np.asarray(parts, dtype=float)
    random = np.random.default_rng(seed)
    drawn: list[float | None] = []
    for _ in range(RESAMPLES):
        top, bottom = table[random.integers(0, len(table), len(table))].sum(axis=0)
        drawn.append(share(float(top), float(bottom)))
    value = share(math.fsum(table[:, 0]), math.fsum(table[:, 1]))
    counted = bool((table[:, 1] == np.round(table[:, 1])).all())  # wholes that are times count as one each
    figure = _figure(value, drawn, round(float(table[:, 1].sum())) if counted else len(table))
    return _widened(figure, int((table[:, 1] > 0).sum()))


def confusion_figure(confusion: Confusion, statistic: Statistic, seed: int) -> Figure:
    """Give a statistic of a confusion matrix with its interval, resampling the observations."""
    if not confusion.n:
        return NOTHING
    matrix = confusion.matrix
    random = np.random.default_rng(seed)
    flat = matrix.reshape(-1) / confusion.n
    draws = random.multinomial(confusion.n, flat, size=RESAMPLES).reshape(RESAMPLES, *matrix.shape)
    figure = _figure(statistic(matrix), [statistic(draw) for draw in draws], confusion.n)
    return _widened(figure, confusion.n) if figure.value == 1 else figure


def difference_figure(positive: Sequence[float], negative: Sequence[float], seed: int) -> Figure:
    """Give the AUROC of two samples with its interval, resampling each."""
    if not positive or not negative:
        return NOTHING
    random = np.random.default_rng(seed)
    first, second = np.asarray(positive), np.asarray(negative)
    drawn = [
        auroc(list(random.choice(first, len(first))), list(random.choice(second, len(second))))
        for _ in range(RESAMPLES)
    ]
    return _figure(auroc(positive, negative), drawn, len(first) + len(second))


def quantile_figure(values: Sequence[float], quantile: float, seed: int) -> Figure:
    """Give a quantile (0 to 1) of a sample with its interval; one observation has none."""
    if len(values) < 2:
        return Figure(value=float(values[0]), n=1) if values else NOTHING
    sample = np.asarray(values, dtype=float)
    random = np.random.default_rng(seed)
    drawn = [float(np.quantile(random.choice(sample, len(sample)), quantile)) for _ in range(RESAMPLES)]
    return _figure(float(np.quantile(sample, quantile)), drawn, len(sample))


def _widened(figure: Figure, cases: int) -> Figure:
    """Open an interval without width at 0 or 1 to the share that would still give so one-sided a sample."""
    if not cases or figure.low != figure.high or figure.value not in (0, 1):
        return figure
    bound = _TAIL ** (1 / cases)
    return replace(figure, low=bound) if figure.value == 1 else replace(figure, high=1 - bound)


def _figure(value: float | None, drawn: Sequence[float | None], n: int) -> Figure:
    known = [d for d in drawn if d is not None]
    if value is None or not known:
        return Figure(value=value, n=n)
    low, high = np.quantile(known, [_TAIL, 1 - _TAIL])
    # A skewed sample can put the whole interval beside the value; the value always lies within.
    return Figure(value=value, low=min(float(low), value), high=max(float(high), value), n=n)
