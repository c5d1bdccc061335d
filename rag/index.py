"""The search index: vectors in Chroma and a BM25 index beside them, built by content hash, switched in at the end.

Every build makes a new generation: unchanged texts bring their vectors along, changed ones are embedded, and only
when all is written does the manifest name the new generation. A crash half way leaves the old one serving.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag.errors import IndexUnavailable
from rag.sparse import Sparse, write_sparse
from rag.types import Embedder, Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[str, int, int], None]  # what, done, total

_FORMAT = 1
_WRITE_BATCH = 2_000  # Chroma takes at most 5,461 at once
_EMBED_BATCH = 64
_KEPT_COSINES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A text to be found: its id, the shelf that it stands on, and its words."""

    id: str
    shelf: str
    text: str

    @property
    def hash(self) -> str:
        """Give the content hash that decides whether the text is embedded again."""
        return hashlib.sha256(f"{self.shelf}\0{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildReport:
    """What a build did, in entries."""

    embedded: int
    kept: int
    removed: int
    built: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Which generation serves, made by which model, of which texts (id -> content hash)."""

    generation: int
    model: str
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def collection(self) -> str:
        """Name the Chroma collection of this generation."""
        return f"passages-{self.generation}"


class Index:
    """An opened generation: ids, shelves and vectors in memory, BM25 beside them."""

    def __init__(
        self, manifest: Manifest, entries: Sequence[tuple[str, str]], vectors: Vectors, sparse: Sparse
    ) -> None:
        self.manifest = manifest
        self.ids = tuple(id_ for id_, _ in entries)
        self._shelves = np.array([shelf for _, shelf in entries])
        self._vectors = vectors
        self._sparse = sparse
        self._position = {id_: i for i, id_ in enumerate(self.ids)}
        self._recent: dict[bytes, Vectors] = {}
        self._on_shelves: dict[frozenset[str], NDArray[np.intp]] = {}  # comparing words for each search is slow

    @classmethod
    def open(cls, directory: Path, chroma_url: str | None = None) -> "Index":
        """Open the serving generation; raise IndexUnavailable when there is none or it cannot be read."""
        manifest = read_manifest(directory)
        if manifest is None:
            raise IndexUnavailable(f"No index in {directory}; run `python -m rag index`.")
        with _translated(directory):
            collection = _client(directory, chroma_url).get_collection(manifest.collection, embedding_function=None)
            stored = collection.get(include=["embeddings", "metadatas"])
            order = sorted(range(len(stored["ids"])), key=lambda i: stored["ids"][i])
            entries = [(stored["ids"][i], str(stored["metadatas"][i]["shelf"])) for i in order]
            vectors = np.asarray(stored["embeddings"], dtype=np.float32)[order]
            return cls(manifest, entries, vectors, Sparse.load(directory / f"sparse-{manifest.generation}"))

    def vector(self, entry_id: str) -> Vectors | None:
        """Give the stored vector of an entry, or None."""
        position = self._position.get(entry_id)
        return None if position is None else self._vectors[position]

    def dense(self, vector: Vectors, count: int, shelves: Sequence[str]) -> list[tuple[str, float]]:
        """Give the nearest entries of some shelves with their cosine (-1 to 1), best first, ties by id."""
        return self._best(self.cosines(vector), count, shelves, floor=-2.0)

    def rows(self, entry_ids: Sequence[str]) -> NDArray[np.intp]:
        """Give where entries stand in ``ids``; raise KeyError for an id that is not held."""
        return np.array([self._position[id_] for id_ in entry_ids], dtype=np.intp)

    def on_shelf(self, shelf: str) -> list[tuple[int, str]]:
        """Give row and id of every entry of a shelf, in the order of ids."""
        return [(int(row), self.ids[row]) for row in np.flatnonzero(self._shelves == shelf)]

    def coverage(self, query: str) -> Vectors:
        """Give for every entry how much of a query's words it holds, rare words weighing more."""
        return self._sparse.coverage(query)

    def cosines(self, vector: Vectors) -> Vectors:
        """Give the cosine of every entry; the last few are kept, since one question looks on several shelves."""
        key = vector.tobytes()
        if key not in self._recent:
            while len(self._recent) >= _KEPT_COSINES:
                self._recent.pop(next(iter(self._recent)), None)
            self._recent[key] = self._vectors @ vector
        return self._recent[key]

    def sparse(self, query: str, count: int, shelves: Sequence[str]) -> list[tuple[str, float]]:
        """Give the best BM25 matches of some shelves with their scores, best first, ties by id."""
        scores = self._sparse.scores(query)
        return self._best(scores, count, shelves, floor=0.0)

    def _best(self, scores: Vectors, count: int, shelves: Sequence[str], floor: float) -> list[tuple[str, float]]:
        wanted = frozenset(shelves)
        if wanted not in self._on_shelves:
            self._on_shelves[wanted] = np.flatnonzero(np.isin(self._shelves, sorted(wanted)))
        candidates = self._on_shelves[wanted]
        candidates = candidates[scores[candidates] > floor]
        # Ids are sorted, so a stable sort on the score alone breaks ties by id.
        best = candidates[np.argsort(-scores[candidates], kind="stable")][:count]
        return [(self.ids[i], float(scores[i])) for i in best]


def build_index(  # noqa: PLR0913 - three of the six are keyword-only
    directory: Path,
    entries: Sequence[Entry],
    embedder: Embedder,
    *,
    chroma_url: str | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the index up to date with the entries, embedding only what changed, and switch it in at the end.

    Raises IndexUnavailable when the directory cannot be written or another build is running.
    """
    with _translated(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / "build.lock", timeout=0):
            place = _Place(directory=directory, client=_client(directory, chroma_url))
            return _build(place, entries, embedder, rebuild, progress or (lambda *_: None))


def is_stale(directory: Path, entries: Sequence[Entry], fingerprint: str) -> bool:
    """Tell whether the serving index differs from the entries or from the model."""
    manifest = read_manifest(directory)
    return (
        manifest is None
        or manifest.model != fingerprint
        or manifest.hashes != {entry.id: entry.hash for entry in entries}
    )


def read_manifest(directory: Path) -> Manifest | None:
    """Give the manifest of the serving generation, or None when there is none."""
    path = directory / "manifest.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != _FORMAT:
            return None
        return Manifest(generation=raw["generation"], model=raw["model"], hashes=raw["hashes"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnavailable(f"{path} cannot be read ({error.strerror}); check its permissions.") from error
    except (ValueError, KeyError, TypeError):
        return None  # a broken manifest is rebuilt like a missing one


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where an index is written: its directory and the Chroma client."""

    directory: Path
    client: Any


def _build(
    place: _Place, entries: Sequence[Entry], embedder: Embedder, rebuild: bool, progress: Progress
) -> BuildReport:
    old = read_manifest(place.directory)
    if old and not rebuild and not is_stale(place.directory, entries, embedder.fingerprint):
        return BuildReport(embedded=0, kept=len(entries), removed=0, built=False)
    reusable = old if old and not rebuild and old.model == embedder.fingerprint else None
    known = _stored_vectors(place.client, reusable) if reusable else {}
    new = Manifest(
        generation=(old.generation if old else 0) + 1,
        model=embedder.fingerprint,
        hashes={entry.id: entry.hash for entry in entries},
    )
    vectors, embedded = _vectors(entries, known, embedder, progress)
    _write_collection(place.client, new, entries, vectors)
    ordered = [entry.text for entry in sorted(entries, key=lambda entry: entry.id)]
    write_sparse(place.directory / f"sparse-{new.generation}", ordered)
    _switch(place.directory, new)
    _drop_older(place.client, place.directory, keep=(new.generation, new.generation - 1))
    gone = len(set(old.hashes) - set(new.hashes)) if old else 0
    return BuildReport(embedded=embedded, kept=len(entries) - embedded, removed=gone, built=True)


def _vectors(
    entries: Sequence[Entry], known: Mapping[str, Vectors], embedder: Embedder, progress: Progress
) -> tuple[Vectors, int]:
    """Give one row per entry, taking known vectors by content hash, and how many were embedded."""
    missing = [i for i, entry in enumerate(entries) if entry.hash not in known]
    rows: dict[int, Any] = {i: known[e.hash] for i, e in enumerate(entries) if e.hash in known}
    for start in range(0, len(missing), _EMBED_BATCH):
        progress("Embedding passages", start, len(missing))
        batch = missing[start : start + _EMBED_BATCH]
        rows.update(zip(batch, embedder.embed([entries[i].text for i in batch]), strict=True))
    progress("Embedding passages", len(missing), len(missing))
    matrix = np.stack([rows[i] for i in range(len(entries))]) if entries else np.zeros((0, 1))
    return matrix.astype(np.float32), len(missing)


def _stored_vectors(client: Any, manifest: Manifest) -> dict[str, Vectors]:
    """Give the vectors of a generation by content hash; none when the collection is gone."""
    try:
        stored = client.get_collection(manifest.collection, embedding_function=None).get(include=["embeddings"])
    except Exception as error:  # chromadb raises NotFoundError, and ValueError in older servers
        if type(error).__name__ not in ("NotFoundError", "ValueError", "InvalidCollectionException"):
            raise
        return {}
    return {
        manifest.hashes[id_]: np.asarray(vector, dtype=np.float32)
        for id_, vector in zip(stored["ids"], stored["embeddings"], strict=True)
        if id_ in manifest.hashes
    }


def _write_collection(client: Any, manifest: Manifest, entries: Sequence[Entry], vectors: Vectors) -> None:
    if manifest.collection in {c.name for c in client.list_collections()}:
        client.delete_collection(manifest.collection)  # left by a build that did not finish
    collection = client.create_collection(
        manifest.collection, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )
    for start in range(0, len(entries), _WRITE_BATCH):
        batch = slice(start, start + _WRITE_BATCH)
        collection.add(
            ids=[e.id for e in entries[batch]],
            embeddings=vectors[batch],
            documents=[e.text for e in entries[batch]],
            metadatas=[{"shelf": e.shelf} for e in entries[batch]],
        )


def _switch(directory: Path, manifest: Manifest) -> None:
    """Name the new generation in one atomic step."""
    record = {
        "format": _FORMAT,
        "generation": manifest.generation,
        "model": manifest.model,
        "hashes": manifest.hashes,
    }
    part = directory / "manifest.part.json"
    part.write_text(json.dumps(record), encoding="utf-8")
    Path(part).replace(directory / "manifest.json")


def _drop_older(client: Any, directory: Path, keep: Sequence[int]) -> None:
    """Delete generations that nobody opens any more; the previous one may still serve another process."""
    kept = {f"passages-{generation}" for generation in keep}
    for collection in client.list_collections():
        if collection.name.startswith("passages-") and collection.name not in kept:
            client.delete_collection(collection.name)
    for path in directory.glob("sparse-*"):
        if path.name not in {f"sparse-{generation}" for generation in keep}:
            shutil.rmtree(path, ignore_errors=True)


# ---------------------------------------------------------------------- Chroma and BM25


def _client(directory: Path, url: str | None) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if url is None:
        return chromadb.PersistentClient(path=str(directory / "chroma"), settings=quiet)
    place = urlsplit(url)
    try:
        host, port = place.hostname, place.port or 8000
        if place.scheme not in ("http", "https") or not host:
            raise ValueError(url)
        return chromadb.HttpClient(host=host, port=port, ssl=place.scheme == "https", settings=quiet)
    except ValueError as error:  # also what chromadb raises when nothing answers
        raise IndexUnavailable(
            f"The Chroma server {url} of RAG_CHROMA_URL does not answer; start it, correct the address or unset it."
        ) from error


@contextmanager
def _translated(directory: Path) -> "Iterator[None]":
    """Turn what chromadb, bm25s and the file system raise into one sentence."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Timeout as error:
        raise IndexUnavailable(f"Another build is writing {directory}; wait until it ends.") from error
    except FileNotFoundError as error:
        raise IndexUnavailable(
            f"The index in {directory} is incomplete; run `python -m rag index --rebuild`."
        ) from error
    except OSError as error:
        raise IndexUnavailable(
            f"The index in {directory} cannot be used ({error.strerror or error}); make the directory writable "
            "or set RAG_DATA_DIR to another one."
        ) from error
    except Exception as error:
        # chromadb's and its Rust core's exceptions share no base class; all mean the same to a person.
        if not type(error).__module__.startswith(("chromadb", "pyo3", "httpx", "bm25s")) and not isinstance(
            error, ValueError | KeyError
        ):
            raise
        raise IndexUnavailable(
            f"The index in {directory} cannot be read ({type(error).__name__}); run `python -m rag index --rebuild`."
        ) from error
