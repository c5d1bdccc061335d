"""The search index, opened: vectors from Chroma and BM25 beside them, of the generation that the manifest names."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexUnavailable
from rag.models.neighbours import foremost
from rag.recent import Recent
from rag.search.sparse import Sparse
from rag.types import Vectors

FORMAT = 3  # of the manifest; another one is rebuilt
_KEPT_COSINES = 24
_PAGE = 10_000  # entries read at once; one query of SQLite takes 32,766 values


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

    @property
    def place(self) -> tuple[str, str]:
        """Give what orders the rows: shelf by shelf, so that the vectors of one lie side by side."""
        return self.shelf, self.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Which generation of which directory serves, made by which model, of which texts (id -> content hash).

    ``owner`` tells the directories on one Chroma server apart, so that none writes or deletes what another serves.
    """

    owner: str
    generation: int
    model: str
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def collection(self) -> str:
        """Name the Chroma collection of this generation."""
        return f"passages-{self.owner}-{self.generation}"


class Index:
    """An opened generation: ids, shelves and vectors in memory, shelf by shelf, and BM25 beside them."""

    def __init__(
        self, manifest: Manifest, entries: Sequence[tuple[str, str]], vectors: Vectors, sparse: Sparse
    ) -> None:
        self.manifest = manifest
        self.ids = tuple(id_ for id_, _ in entries)
        self._vectors = vectors
        self._sparse = sparse
        self._position = {id_: i for i, id_ in enumerate(self.ids)}
        self._recent: Recent[bytes, Vectors] = Recent(most=_KEPT_COSINES)
        self._spans = _spans([shelf for _, shelf in entries])

    @classmethod
    def open(cls, directory: Path, chroma_url: str | None = None) -> "Index":
        """Open the serving generation; raise IndexUnavailable when there is none or it cannot be read."""
        manifest = read_manifest(directory)
        if manifest is None:
            raise IndexUnavailable(f"No index in {directory}; run `python -m rag index`.")
        with translated(directory):
            collection = open_client(directory, chroma_url).get_collection(manifest.collection, embedding_function=None)
            ids, vectors, shelves = stored_entries(collection)
            order = sorted(range(len(ids)), key=lambda i: (shelves[i], ids[i]))
            entries, vectors = [(ids[i], shelves[i]) for i in order], vectors[order]
            return cls(manifest, entries, vectors, Sparse.load(directory / f"sparse-{manifest.generation}"))

    def vector(self, entry_id: str) -> Vectors | None:
        """Give the stored vector of an entry, or None."""
        position = self._position.get(entry_id)
        return None if position is None else self._vectors[position]

    def dense(self, vector: Vectors, count: int, shelves: Sequence[str]) -> list[tuple[str, float]]:
        """Give the nearest entries of some shelves with their cosine (-1 to 1), best first, ties by shelf and id."""
        return self._best(self.cosines(vector), count, shelves, floor=-2.0)

    def nearness(self, vector: Vectors) -> Callable[[str], float]:
        """Give what tells the cosine of an entry by its id; -1 for one that is not held."""
        cosines, position = self.cosines(vector), self._position

        def near(entry_id: str) -> float:
            row = position.get(entry_id)
            return -1.0 if row is None else float(cosines[row])

        return near

    def rows(self, entry_ids: Sequence[str]) -> NDArray[np.intp]:
        """Give where entries stand in ``ids``; raise KeyError for an id that is not held."""
        return np.array([self._position[id_] for id_ in entry_ids], dtype=np.intp)

    def on_shelf(self, shelf: str) -> list[tuple[int, str]]:
        """Give row and id of every entry of a shelf, in the order of ids."""
        return [(row, self.ids[row]) for row in self._spans.get(shelf, range(0))]

    def coverage(self, query: str) -> Vectors:
        """Give for every entry how much of a query's words it holds, rare words weighing more."""
        return self._sparse.coverage(query)

    def cosines(self, vector: Vectors) -> Vectors:
        """Give the cosine of every entry; the last few are kept, since one question looks on several shelves."""
        return self._recent.of(vector.tobytes(), lambda: np.asarray(self._vectors @ vector))

    def cosines_of(self, rows: NDArray[np.intp], vector: Vectors) -> Vectors:
        """Give the cosines of the entries at some rows (any shape), each row compared once."""
        once, back = np.unique(rows, return_inverse=True)
        return np.asarray((self._vectors[once] @ vector)[back].reshape(rows.shape))

    def sparse(self, query: str, count: int, shelves: Sequence[str]) -> list[tuple[str, float]]:
        """Give the best BM25 matches of some shelves with their scores, best first, ties by shelf and id."""
        scores = self._sparse.scores(query)
        return self._best(scores, count, shelves, floor=0.0)

    def _best(self, scores: Vectors, count: int, shelves: Sequence[str], floor: float) -> list[tuple[str, float]]:
        spans = sorted((self._spans[s] for s in {*shelves} if s in self._spans), key=lambda span: span.start)
        candidates = np.concatenate([np.arange(span.start, span.stop) for span in spans]) if spans else np.arange(0)
        candidates = candidates[scores[candidates] > floor]
        # Rows are sorted, so ties by place are ties by shelf and id.
        best = candidates[foremost(scores[candidates], count)]
        return [(self.ids[i], float(scores[i])) for i in best]


def _spans(shelves: Sequence[str]) -> dict[str, range]:
    """Give the rows of each shelf, which lie side by side."""
    starts = [row for row, shelf in enumerate(shelves) if row == 0 or shelf != shelves[row - 1]]
    return {shelves[a]: range(a, b) for a, b in zip(starts, [*starts[1:], len(shelves)], strict=True)}


def stored_entries(collection: Any) -> tuple[list[str], Vectors, list[str]]:
    """Give ids, vectors and shelves of a Chroma collection, page by page: a whole large one is too much for SQLite."""
    ids: list[str] = []
    rows: list[Vectors] = []
    shelves: list[str] = []
    for start in range(0, collection.count(), _PAGE):
        page = collection.get(include=["embeddings", "metadatas"], limit=_PAGE, offset=start)
        ids += page["ids"]
        rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        shelves += [str(held["shelf"]) for held in page["metadatas"]]
    return ids, np.concatenate(rows) if rows else np.zeros((0, 1), dtype=np.float32), shelves


def read_manifest(directory: Path) -> Manifest | None:
    """Give the manifest of the serving generation, or None when there is none."""
    path = directory / "manifest.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            return None
        return Manifest(**{name: raw[name] for name in ("owner", "generation", "model", "hashes")})
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnavailable(f"{path} cannot be read ({error.strerror}); check its permissions.") from error
    except (ValueError, KeyError, TypeError):
        return None  # a broken manifest is rebuilt like a missing one


def open_client(directory: Path, url: str | None) -> Any:
    """Open Chroma in a directory or on the server of an address; raise IndexUnavailable when that does not answer."""
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
def translated(directory: Path) -> Iterator[None]:
    """Turn what chromadb, bm25s and the file system raise into one sentence."""
    try:
        yield
    except IndexUnavailable:
        raise
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
