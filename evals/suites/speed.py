"""How long things take: as distributions, and as ratios to one embedding of the same text and to the stock pipeline.

Absolute times follow the machine; the ratios are measured side by side in the same run and are what floors hold.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evals.cases import DATA, Loaded, RetrievalCase, claim_case, load_cases, retrieval_case
from evals.metrics import Figure, quantile_figure, ratio_figure, timings
from evals.results import SuiteResult, Table
from evals.runner import Context, run_cases
from rag.assistant import Assistant
from rag.errors import RagError, UsageError
from rag.index import build_index
from rag.models import open_embedder
from rag.retrieval import EVIDENCE, corpus_entries
from rag.settings import REPOSITORY, Settings

_STARTS = 3  # each about ten seconds for the stock pipeline
_QUESTIONS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """A question to ask and search, and a claim to check."""

    id: str
    split: str
    question: str
    claim: str


def run(context: Context) -> SuiteResult:
    """Time the product in this process, and process starts beside the stock pipeline's."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    claims = [case.text for case in load_cases(DATA / "claims.jsonl", claim_case).cases if case.split == "dev"]
    single = [c for c in loaded.cases if c.in_scope and len(c.turns) == 1][:_QUESTIONS]
    texts = [_texts(case, claims[i % len(claims)]) for i, case in enumerate(single)]
    if not texts:
        raise UsageError("speed needs at least one question in scope without earlier turns; raise --limit.")
    asked = Loaded(path=loaded.path, cases=tuple(texts), bad=loaded.bad)
    assistant = context.assistant
    for text in texts[:3]:
        timed(assistant, text)  # the first calls load the model
    done = run_cases(asked, lambda t: timed(assistant, t), context.progress, "Timing")
    times = {name: [s.score[name] for s in done.scored] for name in ("embed", "ask", "search", "embed_claim", "check")}
    metrics = _own_figures(times, context.seed) | _review(assistant, times["embed"])
    with tempfile.TemporaryDirectory(prefix="evals-speed-") as place:
        beside = _beside(context, assistant, [t.question for t in texts], Path(place))
    return done.result("speed", timings(metrics | beside), tables=[_distribution(times)])


def _texts(case: RetrievalCase, claim: str) -> Texts:
    return Texts(id=case.id, split=case.split, question=case.question, claim=claim)


def timed(assistant: Assistant, texts: Texts) -> dict[str, float]:
    """Give the milliseconds of each kind of work beside one embedding of its text; no vector kept earlier is used."""
    retriever = assistant.retriever
    works: dict[str, Callable[[], object]] = {
        "embed": lambda: retriever.embedder.embed([texts.question]),
        "ask": lambda: assistant.ask(texts.question),
        "search": lambda: assistant.search(texts.question, 10),
        "embed_claim": lambda: retriever.embedder.embed([texts.claim]),
        "check": lambda: assistant.check(texts.claim),
    }
    milliseconds = {}
    for name, work in works.items():
        retriever._recent.clear()  # otherwise searching after asking would not embed at all
        start = time.perf_counter()
        work()
        milliseconds[name] = (time.perf_counter() - start) * 1000
    return milliseconds


def _own_figures(times: dict[str, list[float]], seed: int) -> dict[str, Figure]:
    figures = {f"{name}_ms": quantile_figure(values, 0.5, seed) for name, values in times.items()}
    for name, base in (("ask", "embed"), ("search", "embed"), ("check", "embed_claim")):
        figures[f"{name}_per_embedding"] = ratio_figure(list(zip(times[name], times[base], strict=True)), seed)
    return figures


def _review(assistant: Assistant, embeds: Sequence[float]) -> dict[str, Figure]:
    """Time a review of the article that no earlier step has kept."""
    fresh = replace(assistant, _reviews={})
    start = time.perf_counter()
    fresh.review()
    elapsed = (time.perf_counter() - start) * 1000
    per_embedding = elapsed / (sum(embeds) / len(embeds)) if embeds else None
    return {"review_ms": Figure(value=elapsed, n=1), "review_per_embedding": Figure(value=per_embedding, n=1)}


# ------------------------------------------------------------------ beside the stock pipeline


def _beside(context: Context, assistant: Assistant, questions: Sequence[str], place: Path) -> dict[str, Figure]:
    """Index and start both in turn; ratios are the product's time over the stock pipeline's."""
    context.progress("Beside the stock pipeline", 0, _STARTS + 2)
    own_index = _own_index_seconds(context.settings, assistant, place / "own")
    context.progress("Beside the stock pipeline", 1, _STARTS + 2)
    stock_index = _stock_index_seconds(assistant, place)
    stock = [sys.executable, "-m", "evals.stock", "ask", str(place / "stock"), *questions[:1], *questions]
    own = [sys.executable, "-m", "rag", "ask", questions[0], "--json"]
    starts: list[tuple[float, float]] = []
    stock_times: dict[str, list[float]] = {}
    for number in range(_STARTS):
        context.progress("Beside the stock pipeline", number + 2, _STARTS + 2)
        own_start, _ = first_line_seconds(own, context.settings)
        stock_start, last = first_line_seconds(stock, context.settings)
        starts.append((own_start, stock_start))
        stock_times = json.loads(last)
    context.progress("Beside the stock pipeline", _STARTS + 2, _STARTS + 2)
    figures = {
        "start_seconds": quantile_figure([own_ for own_, _ in starts], 0.5, context.seed),
        "stock_start_seconds": quantile_figure([stock_ for _, stock_ in starts], 0.5, context.seed),
        "start_ratio": ratio_figure(starts, context.seed),
        "stock_ask_ms": quantile_figure(stock_times["ask"], 0.5, context.seed),
        "stock_search_ms": quantile_figure(stock_times["search"], 0.5, context.seed),
        "index_seconds": Figure(value=own_index, n=1),
        "stock_index_seconds": Figure(value=stock_index, n=1),
        "index_ratio": Figure(value=own_index / stock_index, n=1),
    }
    return figures


def _own_index_seconds(settings: Settings, assistant: Assistant, directory: Path) -> float:
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    embedder.embed(["warm up"])
    start = time.perf_counter()
    build_index(directory, corpus_entries(assistant.corpus), embedder)
    return time.perf_counter() - start


def _stock_index_seconds(assistant: Assistant, place: Path) -> float:
    """Index one document per source, the texts that the product holds as evidence."""
    entries = {e.id for e in corpus_entries(assistant.corpus) if e.shelf == EVIDENCE}
    lines = []
    for source in assistant.corpus.sources.values():
        text = "\n\n".join(p.text for p in source.passages if p.id in entries)
        if text:
            lines.append(json.dumps({"id": source.id, "text": text}))
    (place / "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "evals.stock", "index", str(place / "texts.jsonl"), str(place / "stock")]
    _, last = first_line_seconds(command, assistant.settings)
    return float(json.loads(last)["index_seconds"])


def first_line_seconds(command: Sequence[str], settings: Settings) -> tuple[float, str]:
    """Start a process; give the seconds until its first line of output, and its last line."""
    start = time.perf_counter()
    with _process(command, settings) as process:
        first = process.stdout.readline() if process.stdout else ""
        elapsed = time.perf_counter() - start
        rest = process.stdout.read() if process.stdout else ""
        code = process.wait()
    if code or not first:
        raise RagError(f"`{' '.join(command[1:4])}` ended with exit code {code}; run it alone to see why.")
    return elapsed, (rest.strip().splitlines() or [first])[-1]


@contextmanager
def _process(command: Sequence[str], settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {"RAG_DATA_DIR": str(settings.data_dir), "RAG_CORPUS_DIR": str(settings.corpus_dir)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be started ({error.strerror}).") from error
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _distribution(times: dict[str, list[float]]) -> Table:
    rows = []
    for name, values in times.items():
        p50, p90, p99 = (float(q) for q in np.quantile(values, (0.5, 0.9, 0.99))) if values else (None,) * 3
        rows.append((name, len(values), p50, p90, p99, max(values, default=None)))
    return Table(title="Milliseconds", head=("work", "n", "p50", "p90", "p99", "most"), rows=tuple(rows), timed=True)
