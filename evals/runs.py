"""Run suites over one system or several: the same cases in one run, each system compared with the first."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.cases import SPLITS
from evals.comparison import compare, comparison_json
from evals.results import SuiteResult, result_json
from evals.runner import Context
from evals.suites import OWN, SUITES, Suite, named
from evals.systems import PRODUCT, Json, open_system
from rag.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What a run gave: the results, the same as JSON, and those of the first system alone (what is kept)."""

    results: tuple[SuiteResult, ...]
    records: tuple[Json, ...]
    first: tuple[Json, ...]


def usable(names: Sequence[str], systems: Sequence[str], context: Context) -> list[Suite]:
    """Give the suites that can run; raise UsageError where a flag fits none of them or a file is missing."""
    if context.split not in SPLITS:
        raise UsageError(f"--split is {context.split!r}; give {', '.join(SPLITS[:-1])} or all.")
    suites = named(list(names) or ([OWN] if context.cases else []))
    only_product = set(systems) == {PRODUCT}
    if not (names or only_product):
        suites = [suite for suite in suites if suite.any_system]
    _check_flags({suite.name for suite in suites}, context)
    if fixed := [suite.name for suite in suites if not (suite.any_system or only_product)]:
        able = ", ".join(suite.name for suite in SUITES.values() if suite.any_system)
        raise UsageError(f"{', '.join(fixed)} can only measure the product; --system fits {able}.")
    if context.beir and not only_product:
        raise UsageError("--beir measures the product's own parts; leave --system out.")
    return suites


def _check_flags(here: Collection[str], context: Context) -> None:
    """Raise UsageError for a flag whose suite does not run, and for a suite without the file that it needs."""
    flags: dict[str, tuple[object, str]] = {
        "--beir": (context.beir, "retrieval"),
        "--pairs": (context.pairs, "stance"),
        "--scale": (context.scale, "speed"),
    }
    for flag, (given, suite) in flags.items():
        if given and suite not in here:
            raise UsageError(f"{flag} is for the suite {suite}; add it.")
    if context.cases and len(here) != 1:
        raise UsageError("--cases is for one suite at a time; name one.")
    if (context.plugins or context.judge or context.reviews) and OWN not in here:
        raise UsageError("--plugin, --judge and --reviews are for cases of your own; add --cases PATH.")
    for name in here:
        if SUITES[name].needs and not context.cases:
            raise UsageError(f"{name} needs {SUITES[name].needs} PATH, a JSON-lines file or folder.")


def run_suites(suites: Sequence[Suite], systems: Sequence[str], context: Context) -> Finished:
    """Run every suite for every system; from the second system on, a result says how it compares with the first."""
    results: list[SuiteResult] = []
    records: list[Json] = []
    first: dict[str, Json] = {}
    for name in dict.fromkeys(systems):
        own = context if name == PRODUCT else context.beside(open_system(name, lambda: context.assistant))
        for suite in suites:
            result = finished(suite, own)
            record = result_json(result)
            if result.suite in first:
                record["compared"] = _compared(first[result.suite], record, context.seed)
            else:
                first[result.suite] = record
            results.append(result)
            records.append(record)
    return Finished(results=tuple(results), records=tuple(records), first=tuple(first.values()))


def finished(suite: Suite, context: Context) -> SuiteResult:
    """Run one suite, with its floors where its own cases ran, and with the time it took."""
    start = time.perf_counter()
    result = suite.run(context)
    elapsed = replace(result.timings, elapsed_ms=(time.perf_counter() - start) * 1000)
    # Floors are set for the project's own cases and the product, not for what an evaluator brings.
    files = _files(suite, context)
    own = not (files or context.under_test)
    settings = context.described | {"files": files} | result.settings
    return replace(result, floors=suite.floors if own else (), settings=settings, timings=elapsed)


def _files(suite: Suite, context: Context) -> list[str]:
    """Give the files that a suite ran on in place of the project's own; runs on others are not compared."""
    own: dict[str, Path | None] = {"retrieval": context.beir, "stance": context.pairs}
    return [str(path) for path in (context.cases, own.get(suite.name)) if path]


def _compared(first: Json, second: Json, seed: int) -> Json | None:
    """Compare with the first system; None where the two share no scored case."""
    scored = [{case["id"] for case in run["cases"] if case["status"] == "scored"} for run in (first, second)]
    if not scored[0] & scored[1]:
        return None
    return {"with": first["settings"]["system"], **comparison_json(compare(first, second, seed))}
