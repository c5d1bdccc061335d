"""How the index grows: building, opening, searching, disk and memory over 1,000, 10,000 and 100,000 passages.

    python -m evals.scale PASSAGES DIRECTORY SECONDS      one size in this process, within a time: one JSON line

The passages are made from the corpus' own sentences, the same for the same number. Each size has a process of its
own, so that its peak memory is its own; a size that would not end within the time is left out and named.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import DATA, load_cases, retrieval_case
from evals.metrics import Figure, quantile_figure, ratio_figure
from evals.panels import GROWTH
from evals.processes import ran
from evals.results import Table
from evals.runner import Context
from rag.library.corpus import Corpus, load_corpus
from rag.models.embedders import open_embedder
from rag.search.index import Entry, Index
from rag.search.indexing import build_index
from rag.search.retrieval import EVIDENCE, fuse, passage_lines
from rag.settings import Settings

SIZES = (1_000, 10_000, 100_000)
LIMIT_SECONDS = 1_200.0
_WORDS = 45  # of a passage, as in the corpus
_DEPTH = 60  # how far the product reads each list
_SEARCHES, _WARM_UP = 25, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """One size: milliseconds of building by passage, of opening, of searches and embeddings; None: not measured."""

    passages: int
    build_ms: float | None = None
    embedding_ms: float | None = None
    open_ms: float | None = None
    search_ms: tuple[float, ...] = ()
    embed_ms: tuple[float, ...] = ()
    disk_bytes: int | None = None
    peak_bytes: int | None = None


class OutOfTime(Exception):
    """Raised by a build that has used up its time."""


# ------------------------------------------------------------------ one size, in its own process


def made(corpus: Corpus, count: int) -> Iterator[Entry]:
    """Make passages of the corpus' own sentences, each another mixture; the same for the same number."""
    lines = [line.text for p in corpus.passages.values() if corpus.is_evidence(p) for line in passage_lines(p)]
    random = np.random.default_rng(count)
    for number in range(count):
        text = f"Report {number}."
        while len(text.split()) < _WORDS:
            text += f" {lines[int(random.integers(len(lines)))]}"
        yield Entry(id=f"made{number:06}#1", shelf=EVIDENCE, text=text)


def grow(count: int, directory: Path, limit_seconds: float) -> dict[str, Any]:
    """Build, open and search an index of made passages; raise OutOfTime when it takes too long."""
    settings = Settings.load()
    corpus = load_corpus(settings.corpus_dir)
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    embedder.embed(["warm up"])
    start = embedded = time.perf_counter()

    def watch(what: str, done: int, total: int) -> None:
        nonlocal embedded
        embedded = time.perf_counter()
        if embedded - start > limit_seconds:
            raise OutOfTime

    build_index(directory, list(made(corpus, count)), embedder, progress=watch)
    built = time.perf_counter()
    index = Index.open(directory)
    opened = time.perf_counter()
    searches, embeds = [], []
    for question in _questions():
        began = time.perf_counter()
        vector = embedder.embed([question])[0]
        embeds.append((time.perf_counter() - began) * 1000)
        dense = [id_ for id_, _ in index.dense(vector, _DEPTH, (EVIDENCE,))]
        sparse = [id_ for id_, _ in index.sparse(question, _DEPTH, (EVIDENCE,))]
        fuse([(1.0, dense), (settings.sparse_weight, sparse)])
        searches.append((time.perf_counter() - began) * 1000)
    return {
        "build_ms": (built - start) * 1000 / count,
        "embedding_ms": (embedded - start) * 1000 / count,
        "open_ms": (opened - built) * 1000,
        "search_ms": searches[_WARM_UP:],
        "embed_ms": embeds[_WARM_UP:],
        "disk_bytes": sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()),
    }


def _questions() -> list[str]:
    cases = load_cases(DATA / "retrieval.jsonl", retrieval_case).cases
    return [c.question for c in cases if c.split == "dev" and c.in_scope][: _SEARCHES + _WARM_UP]


# ------------------------------------------------------------------ all sizes


def measure(
    context: Context, place: Path, sizes: Sequence[int] = SIZES, limit_seconds: float = LIMIT_SECONDS
) -> tuple[Grown, ...]:
    """Measure each size in a process of its own while the time lasts; the others are given without figures."""
    grown: list[Grown] = []
    end = time.perf_counter() + limit_seconds
    for number, count in enumerate(sizes):
        context.progress("Growing", number, len(sizes))
        left = end - time.perf_counter()
        expected = (grown[-1].build_ms or 0.0) * count / 1000 if grown else 0.0
        if left < expected or (grown and grown[-1].build_ms is None):
            grown.append(Grown(passages=count))
            continue
        done = ran(["-m", "evals.scale", str(count), str(place / f"grown-{count}"), f"{left:.0f}"], context.settings)
        found = json.loads(done.last_line)
        peak = done.peak_bytes if found else None
        searches, embeds = (tuple(found.pop(name, ())) for name in ("search_ms", "embed_ms"))
        grown.append(Grown(passages=count, peak_bytes=peak, search_ms=searches, embed_ms=embeds, **found))
    context.progress("Growing", len(sizes), len(sizes))
    return tuple(grown)


def figures(growth: Sequence[Grown], seed: int) -> dict[str, Figure]:
    """Give the figures of each size that was measured."""
    found: dict[str, Figure] = {}
    for g in growth:
        if g.build_ms is None:
            continue
        name = f"at_{g.passages}"
        pairs = list(zip(g.search_ms, g.embed_ms, strict=True))
        found |= {
            f"{name}_build_ms_per_passage": Figure(value=g.build_ms, n=g.passages),
            f"{name}_search_ms": quantile_figure(g.search_ms, 0.5, seed),
            f"{name}_search_p95_ms": quantile_figure(g.search_ms, 0.95, seed),
            f"{name}_search_per_embedding": ratio_figure(pairs, seed),
            f"{name}_disk_megabytes": Figure(value=_mega(g.disk_bytes), n=1),
            f"{name}_peak_megabytes": Figure(value=_mega(g.peak_bytes), n=1),
        }
    return found


def tables(growth: Sequence[Grown]) -> Iterator[Table]:
    """Give one row a size; a size that the time did not allow has dashes."""
    if growth:
        head = ("passages", "build ms each", "embedding", "open ms", "search p50", "search p95", "disk MB", "peak MB")
        rows = []
        for g in growth:
            build = (g.build_ms, g.embedding_ms, g.open_ms)
            rows.append((str(g.passages), *build, *_spread(g), _mega(g.disk_bytes), _mega(g.peak_bytes)))
        yield Table(title=GROWTH, head=head, rows=tuple(rows), timed=True)


def _spread(grown: Grown) -> tuple[float | None, float | None]:
    if not grown.search_ms:
        return None, None
    middle, high = np.quantile(grown.search_ms, (0.5, 0.95))
    return float(middle), float(high)


def _mega(count: int | None) -> float | None:
    return None if count is None else count / 1e6


if __name__ == "__main__":
    try:
        print(json.dumps(grow(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))))
    except OutOfTime:
        print(json.dumps({}))
