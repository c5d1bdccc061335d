"""A draft -> a file in the corpus format, proven by reading it back before it is moved into the corpus."""

import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import UsageError
from rag.evidence import Source
from rag.ingest.draft import Draft
from rag.kinds import Role
from rag.language.vocabulary import ANY, Vocabulary
from rag.library.orders import without_orders
from rag.library.sources import load_source
from rag.settings import Settings

_LOCK_SECONDS = 30


def source_id(draft: Draft, taken: frozenset[str]) -> str:
    """Give an id such as ``kuka2020`` (author and year) or three words of the title; a letter keeps it unique."""
    family = draft.authors[0].family if draft.authors else None
    stem = f"{_slug(family)}{draft.year or ''}" if family and _slug(family) else ""
    if not stem:
        words = [w for w in (_slug(word) for word in draft.title.split()) if len(w) > 2][:4]
        stem = "_".join(words)[:40].strip("_") or "document"
    stem = f"added_{stem}" if stem.startswith("topic") else stem
    names = (stem, *(f"{stem}{c}" for c in "bcdefghijklmnopqrstuvwxyz"), *(f"{stem}_{n}" for n in range(2, 10_000)))
    return next(name for name in names if name not in taken)


def _slug(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", word).lower())[:30]


def file_text(draft: Draft, id_: str, texts: Sequence[str], vocabulary: Vocabulary) -> str:
    """Give the whole file. Every value is one JSON string or list, so no value can end the front matter."""
    named = [vocabulary.treatments_in(text) for text in texts]
    subject = vocabulary.treatments_in(draft.title) or _commonest(named)
    condition = vocabulary.conditions_in(draft.title) or ((ANY,) if ANY in vocabulary.conditions else ())
    front = "\n".join(f"{key}: {_value(value)}" for key, value in _front(draft, id_, subject, condition).items())
    # a record without text only describes itself; it is no finding
    role = Role.FINDING if draft.blocks else Role.LIMITATION
    passages = [
        f"## {number} {role}\n"
        f"treatments: [{', '.join(own or subject)}]\n"
        f"conditions: [{', '.join(vocabulary.conditions_in(text) or condition)}]\n\n"
        f"{text}\n"
        for number, (text, own) in enumerate(zip(texts, named, strict=True), 1)
    ]
    return f"---\n{front}\n---\n\n" + "\n".join(passages)


def _front(draft: Draft, id_: str, subject: Sequence[str], condition: Sequence[str]) -> dict[str, Any]:
    return {
        "id": id_,
        "type": draft.type,
        "title": draft.title,
        "author": [a.csl for a in draft.authors] or None,
        "container-title": draft.container,
        "issued": draft.year,
        "volume": draft.volume,
        "issue": draft.issue,
        "page": draft.page,
        "DOI": draft.doi,
        "PMID": draft.pmid,
        "PMCID": draft.pmcid,
        "URL": draft.url,
        "study_design": draft.study_design.value,
        "peer_reviewed": draft.peer_reviewed,
        "official": False,
        "population": draft.population.value if draft.population else None,
        "n": None,
        **dict.fromkeys(("participants", "intervention", "comparator", "follow_up", "funding")),
        "treatments": list(subject),
        "conditions": list(condition),
        "retracted": draft.retracted,
        "retracted_on": draft.retracted_on,
        "superseded_by": None,
        "reviewed_on": None,
    }


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _commonest(named: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Give the one treatment that at least a third of the passages name, or none."""
    counts = Counter(key for keys in named for key in keys)
    return tuple(key for key, count in counts.most_common(1) if count * 3 >= len(named))


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Keep other writers out of the local corpus; raise UsageError when one does not end, or the disk refuses."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.data_dir / "corpus.lock", timeout=_LOCK_SECONDS):
            yield
    except Timeout as error:
        raise UsageError("Another `add` or `approve` is still running; wait and try again.") from error
    except OSError as error:
        raise UsageError(
            f"{settings.local_corpus} cannot be written ({error.strerror}); check its permissions."
        ) from error


def put(files: Mapping[str, tuple[str, Sequence[str]]], directory: Path, vocabulary: Vocabulary) -> list[Source]:
    """Write the files (id -> whole text and its passages) into the corpus: all of them, or none.

    Each is read back as the corpus reads it first; raises UsageError when that gives anything but its passages,
    or when the disk refuses.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".adding-", dir=directory))
        try:
            sources = [_staged(stage / f"{id_}.md", *file, vocabulary) for id_, file in files.items()]
            _move(sorted(stage.glob("*.md")), directory)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            f"{directory} cannot be written ({error.strerror}); check its permissions and the disk."
        ) from error
    return sources


def _staged(path: Path, text: str, passages: Sequence[str], vocabulary: Vocabulary) -> Source:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    faults: list[str] = []
    source = load_source(path, vocabulary, faults)
    if source is None or [p.text for p in source.passages] != [
        without_orders(text, reviewed=False) for text in passages
    ]:
        why = faults[0] if faults else "its passages are not read back as they were written."
        raise UsageError(f"The document cannot be kept as a source: {why}")
    return source


def _move(paths: Sequence[Path], directory: Path) -> None:
    """Move the files in; when one fails, take the others out again."""
    done: list[Path] = []
    try:
        for path in paths:
            target = directory / path.name
            path.replace(target)
            done.append(target)
    except OSError:
        for target in done:
            target.unlink(missing_ok=True)
        raise
