"""A public retrieval set in BEIR's layout through the product's own index, ranking, fusion and reranker.

The product stops at ``weighed``; ``reranked`` goes one step further, which takes too long for a patient's question.

``corpus.jsonl`` has ``{"_id", "title", "text"}`` a line, ``queries.jsonl`` ``{"_id", "text"}``, and
``qrels/test.tsv`` three columns under a head line: query id, corpus id, relevance (above 0 is relevant).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.cases import Loaded, chosen
from evals.metrics import Figure, mean_figure, ndcg_at, recall_at, reciprocal_rank
from evals.records import Record, present
from evals.results import SuiteResult
from evals.runner import Context, Scored, run_cases
from rag.errors import UsageError
from rag.ids import line_id
from rag.models.embedders import open_embedder
from rag.models.network import StanceNetwork
from rag.search.index import Entry, Index
from rag.search.indexing import Progress, build_index
from rag.search.reranker import Reranker
from rag.search.retrieval import EVIDENCE, LINE, fuse
from rag.settings import Settings
from rag.text import sentence_texts
from rag.types import Embedder, Vectors

# "weighed" are the fused ones in the order of the reranker's four weights; "reranked" these with the first ones read by
# the stance network too. Over 250 training claims that order does better than reading the fused ones (.840, .827).
SYSTEMS = ("sparse", "dense", "hybrid", "weighed", "reranked")
_DEPTH = 100
READ_DEPTH = 20  # texts that the network reads
_PLACE_CONSTANT = 60  # of reciprocal rank fusion, which gave the places
_FLAT = 1e-6  # a score that hardly differs among the texts says nothing
_MEASURES = ("ndcg@10", "recall@10", "mrr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A query with the relevance of the documents judged for it."""

    id: str
    split: str
    text: str
    gains: dict[str, float]


def run(context: Context, folder: Path) -> SuiteResult:
    """Index the folder's corpus in the data directory, search every judged query and measure each system."""
    entries, queries = read_folder(folder)
    kept = chosen(queries, "all", context.limit, context.seed)
    search = open_search(folder, entries, context.settings, context.progress)
    loaded = Loaded(path=folder, cases=kept)
    done = run_cases(loaded, search.ranked, context.progress, "Searching")
    return done.result("retrieval", _figures(done.scored, context.seed), record=_record)


def _record(scored: Scored[Query, dict[str, tuple[str, ...]]]) -> Record:
    case = scored.case
    scores = {
        f"{system}_{name}": value
        for system, ranked in scored.score.items()
        for name, value in measures(ranked, case.gains).items()
    }
    return Record(id=case.id, scores=present(scores))


def measures(ranked: Sequence[str], gains: dict[str, float]) -> dict[str, float | None]:
    """Give each measure of one ranking."""
    relevant = {id_ for id_, gain in gains.items() if gain > 0}
    return {
        "ndcg@10": ndcg_at(ranked, gains, 10),
        "recall@10": recall_at(ranked, relevant, 10),
        "mrr": reciprocal_rank(ranked, relevant),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Ranks documents as the product's retriever ranks passages, without its corpus' tags."""

    index: Index
    reranker: Reranker
    network: StanceNetwork
    texts: Mapping[str, str]
    embedder: Embedder
    settings: Settings

    def ranked(self, query: Query) -> dict[str, tuple[str, ...]]:
        """Give the ids that each system finds, best first."""
        vector = self.embedder.embed([query.text])[0]
        dense, sparse, scores = self.fused(query.text, vector)
        hybrid = sorted(scores, key=lambda id_: (-scores[id_], id_))
        weighed = self.reranker.order(query.text, vector, scores)
        return {
            "sparse": tuple(sparse),
            "dense": tuple(dense),
            "hybrid": tuple(hybrid),
            "weighed": tuple(weighed),
            "reranked": tuple(read_anew(query.text, weighed, self.texts, self.network)),
        }

    def fused(self, text: str, vector: Vectors) -> tuple[list[str], list[str], dict[str, float]]:
        """Give the ids found by meaning, those found by words, and the fused score of each id."""
        dense = [id_ for id_, _ in self.index.dense(vector, _DEPTH, (EVIDENCE,))]
        sparse = [id_ for id_, _ in self.index.sparse(text, _DEPTH, (EVIDENCE,))]
        return dense, sparse, fuse([(1.0, dense), (self.settings.sparse_weight_of(text), sparse)])


def read_anew(query: str, ordered: Sequence[str], texts: Mapping[str, str], network: StanceNetwork) -> list[str]:
    """Give an order anew: the first ones by their place and by what the network says when it reads them, half each."""
    near = [id_ for id_ in ordered if id_ in texts][:READ_DEPTH]
    if len(near) < 2:
        return list(ordered)
    place = 1 / (_PLACE_CONSTANT + np.arange(len(near), dtype=np.float32))
    heard = network.relevance(query, [texts[id_] for id_ in near])
    scores = sum((v - v.mean()) / max(float(v.std()), _FLAT) for v in (place, heard))
    read = set(near)
    return [near[i] for i in np.argsort(-scores, kind="stable")] + [id_ for id_ in ordered if id_ not in read]


def open_search(folder: Path, entries: Sequence[Entry], settings: Settings, progress: Progress) -> Search:
    """Index documents and their lines in the data directory and open both.

    The place follows the folder, so that a second run embeds only what changed. The lines have an index of their own:
    beside the documents they would change BM25's count of how rare a word is.
    """
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    place = settings.data_dir / "evals" / f"beir-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    lines = [
        Entry(id=line_id(entry.id, number), shelf=LINE, text=text)
        for entry in entries
        for number, text in enumerate(sentence_texts(entry.text), 1)
    ]
    build_index(place, entries, embedder, progress=progress)
    build_index(place / "lines", lines, embedder, progress=progress)
    index = Index.open(place)
    reranker = Reranker.load(index, Index.open(place / "lines"), LINE)
    return Search(
        index=index,
        reranker=reranker,
        network=StanceNetwork(embedder=embedder),
        texts={entry.id: entry.text for entry in entries},
        embedder=embedder,
        settings=settings,
    )


def read_folder(folder: Path) -> tuple[list[Entry], list[Query]]:
    """Read a BEIR folder; raise UsageError that names the file and line that cannot be used."""
    entries = [
        Entry(id=id_, shelf=EVIDENCE, text=f"{record.get('title') or ''} {record.get('text') or ''}".strip())
        for id_, record in _records(folder / "corpus.jsonl")
    ]
    texts = {id_: str(record.get("text") or "") for id_, record in _records(folder / "queries.jsonl")}
    gains = _judgements(folder / "qrels" / "test.tsv")
    queries = [
        Query(id=id_, split="all", text=texts[id_], gains=gains[id_])
        for id_ in texts
        if any(gain > 0 for gain in gains.get(id_, {}).values())
    ]
    if len({entry.id for entry in entries}) != len(entries):
        raise UsageError(f"{folder / 'corpus.jsonl'} uses an _id twice; make them unique.")
    if not entries or not queries:
        raise UsageError(f"{folder} has no document or no judged query; check corpus.jsonl and qrels/test.tsv.")
    return entries, queries


def _figures(scored: Sequence[Scored[Query, dict[str, tuple[str, ...]]]], seed: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for system in SYSTEMS:
        measured = [measures(s.score[system], s.case.gains) for s in scored]
        for name in _MEASURES:
            figures[f"{system}_{name}"] = mean_figure([values[name] for values in measured], seed)
    return figures


def _records(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    for number, line in _lines(path):
        try:
            record = json.loads(line)
            yield str(record["_id"]), record
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f'{path} line {number} is not a JSON object with an "_id"; correct it.') from error


def _judgements(path: Path) -> dict[str, dict[str, float]]:
    gains: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        columns = line.rstrip("\r\n").split("\t")
        if number == 1 and not _is_number(columns[-1]):
            continue  # the head line
        if len(columns) != 3 or not _is_number(columns[2]):
            raise UsageError(f"{path} line {number} needs query id, corpus id and relevance between tabs.")
        gains.setdefault(columns[0], {})[columns[1]] = float(columns[2])
    return gains


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read; a BEIR folder has corpus.jsonl, queries.jsonl and qrels/test.tsv."
        ) from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
