"""What a run was a run of: the program, the models, the corpus, the index, the machine, the day."""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals.cases import DATA
from rag.errors import RagError
from rag.models.embedders import open_embedder
from rag.paths import REPOSITORY
from rag.search.index import read_manifest
from rag.settings import Settings

PRODUCT = "hair-evidence"
_LIBRARIES = ("chromadb", "langchain-core", "numpy", "onnxruntime", "tokenizers")
_SHORT = 12
# Where the settings name a place or a secret they say nothing about the figures.
_LEFT_OUT = {"data_dir", "corpus_dir", "database_url", "chroma_url", "model_base_url", "transcript_retention_days"}


def provenance(settings: Settings, command: Sequence[str]) -> dict[str, Any]:
    """Describe a run for its file and its reporting sheet; what cannot be found out is None."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(command),
        "product": {"name": PRODUCT, "version": _version(PRODUCT), "commit": _commit()},
        "models": {"embedding": _embedding(settings), "generator": settings.model},
        "corpus": corpus_version(settings.corpus_dir),
        "index": _index(settings),
        "cases": {path.relative_to(DATA).as_posix(): _checksum(path) for path in sorted(DATA.rglob("*.jsonl"))},
        "settings": {k: v for k, v in settings.model_dump(mode="json").items() if k not in _LEFT_OUT},
        "machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "processors": os.cpu_count(),
            "libraries": {name: _version(name) for name in _LIBRARIES},
        },
    }


def corpus_version(directory: Path) -> dict[str, Any]:
    """Give the checksum of all corpus files (names and contents) and how many sources they hold."""
    digest = hashlib.sha256()
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    sources = sum(1 for _ in (directory / "sources").glob("*.md"))
    return {"sha256": digest.hexdigest()[:_SHORT], "sources": sources}


def _index(settings: Settings) -> dict[str, Any] | None:
    try:
        manifest = read_manifest(settings.index_dir)
    except RagError:
        return None
    if manifest is None:
        return None
    content = "".join(f"{id_}={hash_}\n" for id_, hash_ in sorted(manifest.hashes.items()))
    return {
        "sha256": hashlib.sha256(content.encode()).hexdigest()[:_SHORT],
        "passages": len(manifest.hashes),
        "model": manifest.model,
    }


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_SHORT]


def _embedding(settings: Settings) -> str:
    try:
        return open_embedder(settings.embedding_model, settings.data_dir).fingerprint
    except RagError:
        return settings.embedding_model


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Give the commit of the working copy, with ``+`` where files were changed; None outside of one."""
    commit = _git("rev-parse", f"--short={_SHORT}", "HEAD")
    return None if commit is None else commit + ("+" if _git("status", "--porcelain") else "")


def _git(*arguments: str) -> str | None:
    if not (REPOSITORY / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def command_line() -> list[str]:
    """Give the command as a person would type it."""
    return ["python", "-m", "evals", *sys.argv[1:]]
