"""Starting, answering and indexing beside the stock LangChain pipeline, in turn, so that both meet the same load."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals import stock
from evals.processes import ran
from evals.runner import Context
from rag.assistant import Assistant
from rag.ids import owner_of
from rag.models.embedders import open_embedder
from rag.search.index import Entry
from rag.search.indexing import build_index
from rag.search.retrieval import EVIDENCE, corpus_entries

STARTS = 3  # each about ten seconds for the stock pipeline
_BUILDS = 3
_SOURCES = 20  # of each build: a tenth of the corpus


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A process that was started and asked: seconds to its first answer, and its peak memory in megabytes."""

    seconds: float
    megabytes: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Starts:
    """Starts in turn, and the stock pipeline's milliseconds of each question by kind of work; none where not tried."""

    own: tuple[Process, ...]
    stock: tuple[Process, ...] = ()
    stock_times: dict[str, list[float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Builds:
    """Index builds over the same sources in turn: the product's seconds of embedding and of writing, the other's whole.

    ``entries`` counts what each of the product's builds holds.
    """

    embedding: tuple[float, ...]
    writing: tuple[float, ...]
    entries: tuple[int, ...]
    stock: tuple[float, ...] = ()

    @property
    def whole(self) -> list[float]:
        """Give the product's seconds of each build."""
        return [embedding + writing for embedding, writing in zip(self.embedding, self.writing, strict=True)]


def start_both(context: Context, questions: Sequence[str]) -> Starts:
    """Start the product and, where it is installed, the stock pipeline; let the second answer every question."""
    own, others = [], []
    times: dict[str, list[float]] = {"search": [], "ask": []}
    pipeline = context.stock
    for number in range(STARTS):
        context.progress("Starting", number, STARTS)
        own.append(_process(["-m", "rag", "ask", questions[0], "--json"], context)[0])
        if pipeline:
            asked = [questions[0], *questions] if number == STARTS - 1 else questions[:1]
            process, last = _process(["-m", "evals.stock", "ask", str(pipeline.directory), *asked], context)
            others.append(process)
            times = json.loads(last) if len(asked) > 1 else times
    context.progress("Starting", STARTS, STARTS)
    return Starts(own=tuple(own), stock=tuple(others), stock_times=times)


def _process(command: Sequence[str], context: Context) -> tuple[Process, str]:
    done = ran(command, context.settings)
    megabytes = None if done.peak_bytes is None else done.peak_bytes / 1e6
    return Process(seconds=done.first_seconds, megabytes=megabytes), done.last_line


def build_both(context: Context, assistant: Assistant, place: Path) -> Builds:
    """Index the texts of some sources, drawn by the seed: the product here, the stock pipeline in a process."""
    draws = _draws(assistant, context.seed)
    embedder = open_embedder(context.settings.embedding_model, context.settings.data_dir)
    embedder.embed(["warm up"])
    by_source: dict[str, list[Entry]] = {}
    for entry in corpus_entries(assistant.corpus):
        by_source.setdefault(owner_of(entry.id), []).append(entry)
    seconds, counts = [], []
    for number, sources in enumerate(draws):
        context.progress("Indexing", number, len(draws))
        entries = [entry for source in sources for entry in by_source[source]]
        counts.append(len(entries))
        watch = _Watch()
        build_index(place / f"own-{number}", entries, embedder, progress=watch)
        seconds.append((watch.embedded - watch.start, time.perf_counter() - watch.embedded))
    context.progress("Indexing", len(draws), len(draws))
    return Builds(
        embedding=tuple(embedding for embedding, _ in seconds),
        writing=tuple(writing for _, writing in seconds),
        entries=tuple(counts),
        stock=_stock_builds(context, assistant, draws, place) if context.stock else (),
    )


def _draws(assistant: Assistant, seed: int) -> list[list[str]]:
    corpus = assistant.corpus
    held = sorted({owner_of(e.id) for e in corpus_entries(corpus) if e.shelf == EVIDENCE} & set(corpus.sources))
    random = np.random.default_rng(seed)
    return [sorted(random.permutation(held)[:_SOURCES].tolist()) for _ in range(_BUILDS)]


def _stock_builds(
    context: Context, assistant: Assistant, draws: Sequence[Sequence[str]], place: Path
) -> tuple[float, ...]:
    paths = [place / f"texts-{number}.jsonl" for number in range(len(draws))]
    for path, sources in zip(paths, draws, strict=True):
        path.write_text(stock.documents(assistant.corpus, sources), encoding="utf-8")
    done = ran(["-m", "evals.stock", "index", str(place / "stock"), *map(str, paths)], context.settings)
    return tuple(json.loads(done.last_line)["seconds"])


class _Watch:
    """Notes when a build began and when its last text was embedded."""

    def __init__(self) -> None:
        self.start = self.embedded = time.perf_counter()

    def __call__(self, what: str, done: int, total: int) -> None:
        self.embedded = time.perf_counter()
