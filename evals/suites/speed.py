"""How long things take: as distributions, and as ratios to one embedding of the same text and to the stock pipeline.

Absolute times follow the machine; the ratios are measured side by side in the same run and are what floors hold.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from evals import scale, works
from evals.beside import Builds, Process, Starts, build_both, start_both
from evals.cases import DATA, Loaded, RetrievalCase, claim_case, load_cases, retrieval_case
from evals.metrics import NOTHING, Figure, quantile_figure, ratio_figure, timings
from evals.panels import YARDSTICK
from evals.processes import ran
from evals.results import SuiteResult, Table
from evals.runner import Context, run_cases
from evals.stock import missing_parts
from evals.works import BASES, WORKS, Texts, Times
from rag.assistant import Assistant
from rag.errors import UsageError

_QUESTIONS, _WARM_UP = 25, 2
_OPENED = 2  # fresh products, since a review is kept; each takes a few seconds
_SAME_WORK = ("search", "ask")  # what the stock pipeline does as well
_SPREAD = (("p50", 0.5), ("p90", 0.9), ("p95", 0.95))


def run(context: Context) -> SuiteResult:
    """Time the product in this process and on one core, and starts and index builds beside the stock pipeline's."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    texts, warm_up = _texts(loaded.cases)
    assistant, whole = _opened(context)
    for text in warm_up:
        works.timed(assistant, text)  # the first calls load the models
    asked = Loaded(path=loaded.path, cases=texts, bad=loaded.bad)
    done = run_cases(asked, lambda text: works.timed(assistant, text), context.progress, "Timing")
    times = whole | {name: [s.score[name] for s in done.scored] for name in WORKS}
    with tempfile.TemporaryDirectory(prefix="evals-speed-") as place:
        one_core = _one_core(context, texts, warm_up, Path(place))
        starts = start_both(context, [text.question for text in texts])
        builds = build_both(context, assistant, Path(place))
        growth = scale.measure(context, Path(place)) if context.scale else ()
    times |= {f"{name}, one core": values for name, values in one_core.items()} | _beside_times(starts, builds)
    figures = _figures(times, context.seed) | _one_core_figures(one_core, context.seed)
    figures |= (
        _process_figures(starts, context.seed)
        | _build_figures(builds, context.seed)
        | scale.figures(growth, context.seed)
    )
    tables = [_distribution(times), *scale.tables(growth), *_not_measured(one_core)]
    result = done.result("speed", timings(figures), tables=tables)
    return replace(result, timings=replace(result.timings, samples=times))


def _texts(cases: Sequence[RetrievalCase]) -> tuple[tuple[Texts, ...], tuple[Texts, ...]]:
    """Give the texts that are timed, and some others to warm up; each with two claims that no other has."""
    claims = [case.text for case in load_cases(DATA / "claims.jsonl", claim_case).cases if case.split == "dev"]
    single = [c for c in cases if c.in_scope and len(c.turns) == 1][: _QUESTIONS + _WARM_UP]
    if not single:
        raise UsageError("speed needs at least one question in scope without earlier turns; raise --limit.")
    half = len(claims) // 2
    texts = tuple(
        Texts(id=c.id, split=c.split, question=c.question, claim=claims[i % half], other_claim=claims[half + i % half])
        for i, c in enumerate(single)
    )
    return texts[:_QUESTIONS], texts[_QUESTIONS:] or texts[:1]


def _opened(context: Context) -> tuple[Assistant, Times]:
    """Open fresh products, which have kept nothing of other suites; give the last, and what opening and review took."""
    context.assistant  # noqa: B018  (the index is there and up to date once this is open)
    times: Times = {"open": [], "review": []}
    for number in range(_OPENED):
        context.progress("Opening and reviewing", number, _OPENED)
        start = time.perf_counter()
        assistant = Assistant.open(context.settings)
        times["open"].append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        assistant.review()
        times["review"].append((time.perf_counter() - start) * 1000)
    assistant.warm()  # as it is served
    context.progress("Opening and reviewing", _OPENED, _OPENED)
    return assistant, times


def _one_core(context: Context, texts: Sequence[Texts], warm_up: Sequence[Texts], place: Path) -> Times:
    """Time the same works in a process that is kept on one core; nothing where the system cannot keep it."""
    context.progress("Timing on one core", 0, 1)
    works.write([*warm_up, *texts], place / "texts.jsonl")
    done = ran(["-m", "evals.works", str(place / "texts.jsonl"), str(len(warm_up))], context.settings)
    context.progress("Timing on one core", 1, 1)
    times: Times = json.loads(done.last_line)
    return times


def _beside_times(starts: Starts, builds: Builds) -> Times:
    """Give starts, index builds and the stock pipeline's answers in milliseconds by kind of work."""
    times = {
        "start to first answer": [p.seconds * 1000 for p in starts.own],
        "index: embedding": [seconds * 1000 for seconds in builds.embedding],
        "index: writing": [seconds * 1000 for seconds in builds.writing],
        "index 20 sources": [seconds * 1000 for seconds in builds.whole],
        f"{YARDSTICK}start to first answer": [p.seconds * 1000 for p in starts.stock],
        f"{YARDSTICK}index 20 sources": [seconds * 1000 for seconds in builds.stock],
    }
    times |= {f"{YARDSTICK}{name}": starts.stock_times[name] for name in _SAME_WORK}
    return {name: values for name, values in times.items() if values}


# ------------------------------------------------------------------ figures


def _figures(times: Times, seed: int) -> dict[str, Figure]:
    """Give medians and 95th percentiles, and ratios to one embedding of the same text and to the stock pipeline."""
    figures: dict[str, Figure] = {}
    for name in (*WORKS, "open", "review"):
        figures[f"{name}_ms"] = quantile_figure(times[name], 0.5, seed)
        figures[f"{name}_p95_ms"] = quantile_figure(times[name], 0.95, seed)
    for name, base in BASES.items():
        figures[f"{name}_per_embedding"] = _ratio(times[name], times[base], seed)
    embedding = float(np.median(times[works.EMBED])) if times[works.EMBED] else 0.0
    reviews = [(elapsed, embedding) for elapsed in times["review"] if embedding]
    figures["review_per_embedding"] = ratio_figure(reviews, seed)
    for name in _SAME_WORK:
        figures[f"stock_{name}_ms"] = quantile_figure(times.get(f"{YARDSTICK}{name}", []), 0.5, seed)
        figures[f"{name}_ratio"] = _ratio(times[name], times.get(f"{YARDSTICK}{name}", []), seed)
    return figures


def _one_core_figures(times: Times, seed: int) -> dict[str, Figure]:
    """Give what one claim against eight passages and a whole check take on one core."""
    figures: dict[str, Figure] = {}
    for name in ("eight_passages", "check", "ask"):
        values = times.get(name, [])
        figures[f"one_core_{name}_ms"] = quantile_figure(values, 0.5, seed)
        figures[f"one_core_{name}_p95_ms"] = quantile_figure(values, 0.95, seed)
        figures[f"one_core_{name}_per_embedding"] = _ratio(values, times.get(BASES[name], []), seed)
    return figures


def _process_figures(starts: Starts, seed: int) -> dict[str, Figure]:
    own, stock = starts.own, starts.stock
    return {
        "start_seconds": quantile_figure([p.seconds for p in own], 0.5, seed),
        "stock_start_seconds": quantile_figure([p.seconds for p in stock], 0.5, seed),
        "start_ratio": _ratio([p.seconds for p in own], [p.seconds for p in stock], seed),
        "peak_megabytes": quantile_figure(_megabytes(own), 0.5, seed),
        "stock_peak_megabytes": quantile_figure(_megabytes(stock), 0.5, seed),
        "memory_ratio": _ratio(_megabytes(own), _megabytes(stock), seed),
    }


def _megabytes(processes: Sequence[Process]) -> list[float]:
    return [p.megabytes for p in processes if p.megabytes is not None]


def _build_figures(builds: Builds, seed: int) -> dict[str, Figure]:
    per_entry = [(1000 * seconds, n) for seconds, n in zip(builds.whole, builds.entries, strict=True)]
    return {
        "index_ms_per_entry": ratio_figure(per_entry, seed),
        "index_ratio": _ratio(builds.whole, builds.stock, seed),
    }


def _ratio(own: Sequence[float], other: Sequence[float], seed: int) -> Figure:
    """Give the ratio of sums over pairs; nothing where there is no counterpart."""
    if not own or len(own) != len(other):
        return NOTHING
    return ratio_figure(list(zip(own, other, strict=True)), seed)


# ------------------------------------------------------------------ tables


def _distribution(times: Times) -> Table:
    rows = []
    for name, values in times.items():
        spread = [float(np.quantile(values, share)) if values else None for _, share in _SPREAD]
        rows.append((name, len(values), *spread, max(values, default=None)))
    head = ("work", "n", *(name for name, _ in _SPREAD), "most")
    return Table(title="Milliseconds", head=head, rows=tuple(rows), timed=True)


def _not_measured(one_core: Times) -> Iterator[Table]:
    """Say what this machine or installation could not measure, and why."""
    rows = []
    if missing := missing_parts():
        rows.append(("stock pipeline", f"{', '.join(missing)} not installed: pip install -e '.[test]'"))
    if not one_core:
        rows.append(("one core", "this system cannot keep a process on one core"))
    if rows:
        yield Table(title="Could not be measured", head=("what", "why"), rows=tuple(rows), timed=True)
