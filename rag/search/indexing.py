"""Build the search index by content hash and switch it in at the end.

Every build makes a new generation: unchanged texts bring their vectors along, changed ones are embedded, and only
when all is written does the manifest name the new generation. A crash half way leaves the old one serving.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from rag.errors import IndexUnavailable
from rag.search.index import FORMAT, Entry, Manifest, open_client, read_manifest, stored_entries, translated
from rag.search.sparse import write_sparse
from rag.types import Embedder, Vectors

Progress = Callable[[str, int, int], None]  # what, done, total

_WRITE_BATCH = 2_000  # Chroma takes at most 5,461 at once
_EMBED_BATCH = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildReport:
    """What a build did, in entries."""

    embedded: int
    kept: int
    removed: int
    built: bool


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
    with translated(directory):
        directory.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(directory / "build.lock", timeout=0):
                place = _Place(directory=directory, client=open_client(directory, chroma_url), shared=bool(chroma_url))
                return _build(place, entries, embedder, rebuild, progress or (lambda *_: None))
        except Timeout as error:
            raise IndexUnavailable(f"Another build is writing {directory}; wait until it ends.") from error


def is_stale(directory: Path, entries: Sequence[Entry], fingerprint: str) -> bool:
    """Tell whether the serving index differs from the entries or from the model."""
    manifest = read_manifest(directory)
    return (
        manifest is None
        or manifest.model != fingerprint
        or manifest.hashes != {entry.id: entry.hash for entry in entries}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where an index is written: its directory and the Chroma client, ``shared`` with other directories or not."""

    directory: Path
    client: Any
    shared: bool


def _build(
    place: _Place, entries: Sequence[Entry], embedder: Embedder, rebuild: bool, progress: Progress
) -> BuildReport:
    old = read_manifest(place.directory)
    if old and not rebuild and not is_stale(place.directory, entries, embedder.fingerprint):
        return BuildReport(embedded=0, kept=len(entries), removed=0, built=False)
    reusable = old if old and not rebuild and old.model == embedder.fingerprint else None
    known = _stored_vectors(place.client, reusable) if reusable else {}
    new = Manifest(
        owner=old.owner if old else secrets.token_hex(4),
        generation=(old.generation if old else 0) + 1,
        model=embedder.fingerprint,
        hashes={entry.id: entry.hash for entry in entries},
    )
    vectors, embedded = _vectors(entries, known, embedder, progress)
    _write_collection(place.client, new, entries, vectors)
    ordered = [entry.text for entry in sorted(entries, key=lambda entry: entry.place)]
    write_sparse(place.directory / f"sparse-{new.generation}", ordered)
    _switch(place.directory, new)
    _drop_older(place, kept=(new, replace(new, generation=new.generation - 1)))
    gone = len(set(old.hashes) - set(new.hashes)) if old else 0
    return BuildReport(embedded=embedded, kept=len(entries) - embedded, removed=gone, built=True)


def _vectors(
    entries: Sequence[Entry], known: Mapping[str, Vectors], embedder: Embedder, progress: Progress
) -> tuple[Vectors, int]:
    """Give one row per entry, taking known vectors by content hash, and how many were embedded."""
    missing = [i for i, entry in enumerate(entries) if entry.hash not in known]
    missing.sort(key=lambda i: len(entries[i].text))  # a batch is padded to its longest text
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
        ids, vectors, _ = stored_entries(client.get_collection(manifest.collection, embedding_function=None))
    except Exception as error:  # chromadb raises NotFoundError, and ValueError in older servers
        if type(error).__name__ not in ("NotFoundError", "ValueError", "InvalidCollectionException"):
            raise
        return {}
    return {manifest.hashes[id_]: vector for id_, vector in zip(ids, vectors, strict=True) if id_ in manifest.hashes}


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
        "format": FORMAT,
        "owner": manifest.owner,
        "generation": manifest.generation,
        "model": manifest.model,
        "hashes": manifest.hashes,
    }
    part = directory / "manifest.part.json"
    part.write_text(json.dumps(record), encoding="utf-8")
    Path(part).replace(directory / "manifest.json")


def _drop_older(place: _Place, kept: Sequence[Manifest]) -> None:
    """Delete generations that nobody opens any more; the previous one may still serve another process."""
    own = f"passages-{kept[0].owner}-" if place.shared else "passages-"
    for collection in place.client.list_collections():
        if collection.name.startswith(own) and collection.name not in {manifest.collection for manifest in kept}:
            place.client.delete_collection(collection.name)
    for path in place.directory.glob("sparse-*"):
        if path.name not in {f"sparse-{manifest.generation}" for manifest in kept}:
            shutil.rmtree(path, ignore_errors=True)
