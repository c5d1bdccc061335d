"""Two runs of a suite over the same cases, compared case by case: every measure with its n, its interval and its p."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Json
from evals.metrics import macro_f1
from evals.results import rounded
from evals.significance import Difference, Share, decisions, holm, labels, means
from rag.errors import UsageError

CLASSES = ("truth", "given")  # what a breakdown may go by beside a case's groups


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The differences by measure, over all cases or over one group of them.

    ``only_first`` and ``only_second`` count the cases that stand in one run alone and are left out.
    """

    suite: str
    differences: Mapping[str, Difference]
    adjusted: Mapping[str, float]  # Holm's p over the measures of this comparison
    only_first: int
    only_second: int
    group: str | None = None


def compare(first: Json, second: Json, seed: int = 0) -> Comparison:
    """Compare two runs (as JSON); raise UsageError when they are not of one suite or share no case."""
    if first["suite"] != second["suite"]:
        raise UsageError(f"One run is of {first['suite']} and the other of {second['suite']}; give two of one suite.")
    if "cases" not in first or "cases" not in second:
        raise UsageError("A run holds no cases; run it again with this version.")
    pairs, only_first, only_second = _paired(first["cases"], second["cases"])
    if not pairs:
        raise UsageError(f"The two runs of {first['suite']} share no case; run both on the same cases.")
    return _compared(first["suite"], pairs, seed, only=(only_first, only_second))


def by_group(first: Json, second: Json, group: str, seed: int = 0) -> list[Comparison]:
    """Compare two runs within each value of a group (topic, voice, kind ...) or class (truth), in order of name."""
    pairs, _, _ = _paired(first["cases"], second["cases"])
    values = sorted({value for a, _ in pairs if (value := group_of(a, group))})
    if not values:
        raise UsageError(f"No case has a {group}; choose from {', '.join(groups_in(first['cases'])) or 'nothing'}.")
    parts = {value: [(a, b) for a, b in pairs if group_of(a, group) == value] for value in values}
    return [_compared(first["suite"], part, seed, group=f"{group} {value}") for value, part in parts.items()]


def group_of(case: Json, group: str) -> str | None:
    """Give the group's value of a case; its classes count as groups."""
    value = case.get(group) if group in CLASSES else case.get("groups", {}).get(group)
    return None if value is None else str(value)


def groups_in(cases: Iterable[Json]) -> list[str]:
    """Name what these cases can be broken down by."""
    cases = list(cases)
    classes = [name for name in CLASSES if any(name in case for case in cases)]
    return [*classes, *sorted({name for case in cases for name in case.get("groups", {})})]


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison as JSON."""
    return {
        "suite": comparison.suite,
        "group": comparison.group,
        "only_first": comparison.only_first,
        "only_second": comparison.only_second,
        "differences": {
            name: {
                "first": rounded(d.first),
                "second": rounded(d.second),
                "difference": rounded(d.value),
                "low": rounded(d.low),
                "high": rounded(d.high),
                "n": d.n,
                "test": d.test,
                "p": rounded(d.p),
                "p_holm": rounded(comparison.adjusted.get(name)),
            }
            for name, d in comparison.differences.items()
        },
    }


def _paired(first: Sequence[Json], second: Sequence[Json]) -> tuple[list[tuple[Json, Json]], int, int]:
    one = {case["id"]: case for case in first if case["status"] == "scored"}
    two = {case["id"]: case for case in second if case["status"] == "scored"}
    pairs = [(case, two[id_]) for id_, case in one.items() if id_ in two]
    return pairs, len(one) - len(pairs), len(two) - len(pairs)


def _compared(
    suite: str, pairs: list[tuple[Json, Json]], seed: int, *, group: str | None = None, only: tuple[int, int] = (0, 0)
) -> Comparison:
    # What one of the two never has (a yardstick of the other's, say) cannot be compared.
    had = [dict.fromkeys(name for case in run for name in case["scores"]) for run in zip(*pairs, strict=True)]
    names = [name for name in had[0] if name in had[1]]
    differences = {name: _difference(name, pairs, seed) for name in names}
    if any("truth" in a and "given" in a for a, _ in pairs):
        differences["macro_f1"] = _class_difference(pairs, seed)
    tested = {name: d.p for name, d in differences.items() if d.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return Comparison(
        suite=suite,
        differences=differences,
        adjusted=adjusted,
        only_first=only[0],
        only_second=only[1],
        group=group,
    )


def _difference(name: str, pairs: list[tuple[Json, Json]], seed: int) -> Difference:
    """Compare one measure over the cases in which either run has it; decisions that both have by McNemar."""
    kept = [(_share(a, name), _share(b, name)) for a, b in pairs if name in a["scores"] or name in b["scores"]]
    if all(share in ((0.0, 1.0), (1.0, 1.0)) for pair in kept for share in pair):
        return decisions([bool(a[0]) for a, _ in kept], [bool(b[0]) for _, b in kept], seed)
    return means([a for a, _ in kept], [b for _, b in kept], seed)


def _share(case: Json, name: str) -> Share:
    if name not in case["scores"]:
        return 0.0, 0.0
    weight = float(case.get("weights", {}).get(name, 1))
    return case["scores"][name] * weight, weight


def _class_difference(pairs: list[tuple[Json, Json]], seed: int) -> Difference:
    known = [(a["truth"], a["given"], b["given"]) for a, b in pairs if "truth" in a and "given" in a and "given" in b]
    names = sorted({label for triple in known for label in triple})
    number = {name: i for i, name in enumerate(names)}
    triples = [(number[t], number[a], number[b]) for t, a, b in known]
    return labels(triples, len(names), macro_f1, seed)
