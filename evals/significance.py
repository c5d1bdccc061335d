"""Is the difference between two runs over the same cases more than chance? Paired tests, seeded; pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 10_000  # random reassignments, where not all can be counted
_ENUMERATED = 13  # 2**13 = 8,192 reassignments are counted one by one
_DRAWS = 1_000  # of the bootstrap
_TAIL = 0.025
_CLOSE = 1e-9  # equal differences must not fall apart by rounding

Share = tuple[float, float]  # (part, whole): a plain score is (score, 1); (0, 0) where the measure does not apply
Shares = NDArray[np.float64]  # (cases, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Second minus first over ``n`` paired cases, its 95 % bootstrap interval, and the two-sided p of no difference.

    ``test`` names how p was found. All are None over nothing.
    """

    first: float | None
    second: float | None
    n: int
    test: str
    low: float | None = None
    high: float | None = None
    p: float | None = None

    @property
    def value(self) -> float | None:
        """Give second minus first."""
        return None if self.first is None or self.second is None else self.second - self.first


def mcnemar(only_first: int, only_second: int) -> float:
    """Give the exact two-sided p of McNemar's test: the binomial test of the cases that one alone got right.

    Example: 0, 0 -> 1.0; 0, 5 -> 0.0625
    """
    apart = only_first + only_second
    lesser = min(only_first, only_second)
    return min(1.0, 2 * sum(math.comb(apart, k) for k in range(lesser + 1)) / (1 << apart))


def decisions(first: Sequence[bool], second: Sequence[bool], seed: int) -> Difference:
    """Compare two runs of right-or-wrong decisions by McNemar's exact test."""
    pairs = list(zip(first, second, strict=True))
    p = mcnemar(sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs))
    shares = [[(float(value), 1.0) for value in run] for run in (first, second)]
    return _difference(_array(shares[0]), _array(shares[1]), "McNemar exact", p, seed)


def means(first: Sequence[Share], second: Sequence[Share], seed: int, rounds: int = ROUNDS) -> Difference:
    """Compare two means (or sums of parts over sums of wholes) by approximate randomisation (Noreen 1989).

    Under no difference the two results of a case may be swapped: p is the share of swaps that part the means as far.
    Where few cases differ, every swap is counted and p is exact.
    """
    a, b = _array(first), _array(second)
    apart = (a != b).any(axis=1)
    same, p = a[~apart].sum(axis=0), None
    if len(a):
        p = _swapped(a[apart], b[apart], same, seed, rounds)
    exact = int(apart.sum()) <= _ENUMERATED
    return _difference(a, b, "randomisation, all swaps" if exact else "randomisation", p, seed)


def labels(
    triples: Sequence[tuple[int, int, int]], classes: int, statistic: Callable[[NDArray[np.int64]], float | None],
    seed: int, rounds: int = 1_000,
) -> Difference:  # fmt: skip
    """Compare a statistic of two confusion matrices over (truth, first, second) by approximate randomisation."""
    table = np.asarray(triples, dtype=np.int64).reshape(-1, 3)

    def part(truth: NDArray[np.int64], given: NDArray[np.int64]) -> float | None:
        counts = np.bincount(truth * classes + given, minlength=classes * classes)
        return statistic(counts.reshape(classes, classes))

    def gap(rows: NDArray[np.int64], swap: NDArray[np.bool_]) -> float | None:
        first, second = np.where(swap, rows[:, 2], rows[:, 1]), np.where(swap, rows[:, 1], rows[:, 2])
        one, two = part(rows[:, 0], first), part(rows[:, 0], second)
        return None if one is None or two is None else two - one

    no_swap = np.zeros(len(table), dtype=bool)
    observed = gap(table, no_swap)
    if observed is None:
        return Difference(first=None, second=None, n=len(table), test="randomisation")
    random = np.random.default_rng(seed)
    swaps = [gap(table, random.random(len(table)) < 0.5) for _ in range(rounds)]
    as_far = sum(value is not None and abs(value) >= abs(observed) - _CLOSE for value in swaps)
    draws = [gap(table[random.integers(0, len(table), len(table))], no_swap) for _ in range(rounds)]
    low, high = _interval([value for value in draws if value is not None], observed)
    first, second = part(table[:, 0], table[:, 1]), part(table[:, 0], table[:, 2])
    p = (as_far + 1) / (rounds + 1)
    return Difference(first=first, second=second, n=len(table), test="randomisation", low=low, high=high, p=p)


def holm(values: Sequence[float]) -> list[float]:
    """Give p-values adjusted for how many were looked at (Holm 1979), in order.

    Example: [0.01, 0.04] -> [0.02, 0.04]
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, highest = [0.0] * len(values), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = highest
    return adjusted


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Give Cohen's kappa of two raters' labels; None over nothing, or where chance alone agrees wholly."""
    if not pairs:
        return None
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    names = {label for pair in pairs for label in pair}
    chance = sum(
        (sum(a == name for a, _ in pairs) / len(pairs)) * (sum(b == name for _, b in pairs) / len(pairs))
        for name in names
    )
    return None if chance >= 1 - _CLOSE else (agreed - chance) / (1 - chance)


def p_words(p: float) -> str:
    """Give a p as it is shown. Example: 0.0001 -> "< 0.001" """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _swapped(a: Shares, b: Shares, same: NDArray[np.float64], seed: int, rounds: int) -> float:
    """Give the share of swaps of the rows in which the two ratios part as far as they do unswapped."""
    count = len(a)
    if count <= _ENUMERATED:
        masks = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    else:
        masks = np.random.default_rng(seed).integers(0, 2, (rounds, count))
    moved = masks @ (b - a)  # (swaps, 2): what the first run gains
    first, second = same + a.sum(axis=0) + moved, same + b.sum(axis=0) - moved
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.abs(second[:, 0] / second[:, 1] - first[:, 0] / first[:, 1])
    whole = np.nan_to_num(gaps, nan=0.0)
    observed = abs(_ratio(same + b.sum(axis=0)) - _ratio(same + a.sum(axis=0)))
    as_far = int((whole >= observed - _CLOSE).sum())
    return as_far / len(whole) if count <= _ENUMERATED else (as_far + 1) / (len(whole) + 1)


def _difference(a: Shares, b: Shares, test: str, p: float | None, seed: int) -> Difference:
    if not len(a) or not a[:, 1].sum() or not b[:, 1].sum():
        return Difference(first=None, second=None, n=len(a), test=test)
    first, second = _ratio(a.sum(axis=0)), _ratio(b.sum(axis=0))
    random = np.random.default_rng(seed)
    rows = random.integers(0, len(a), (_DRAWS, len(a)))
    one, two = a[rows].sum(axis=1), b[rows].sum(axis=1)  # (draws, 2)
    usable = (one[:, 1] > 0) & (two[:, 1] > 0)
    gaps = two[usable, 0] / two[usable, 1] - one[usable, 0] / one[usable, 1]
    low, high = _interval([float(gap) for gap in gaps], second - first)
    return Difference(first=first, second=second, n=len(a), test=test, low=low, high=high, p=p)


def _interval(drawn: Sequence[float], value: float) -> tuple[float | None, float | None]:
    if not drawn:
        return None, None
    low, high = np.quantile(drawn, [_TAIL, 1 - _TAIL])
    return min(float(low), value), max(float(high), value)


def _ratio(sums: NDArray[np.float64]) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def _array(shares: Sequence[Share]) -> Shares:
    return np.asarray(shares, dtype=float).reshape(-1, 2)
