"""Approve an added source: from then on it may carry a verdict."""

import re
from datetime import date
from pathlib import Path

from rag.errors import CorpusError, UsageError
from rag.ingest.corpus_file import writing
from rag.language.vocabulary import load_vocabulary
from rag.library.sources import load_source
from rag.settings import Settings


def approve(source_id: str, settings: Settings, today: date | None = None) -> str:
    """Write the day of review into an added source's file and say so.

    Raises UsageError when there is no such added source, or its file would not hold.
    """
    path = settings.local_corpus / f"{source_id}.md"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source_id) or not path.is_file():
        raise UsageError(f'No added source {source_id!r}; `python -m rag sources` lists them as "not reviewed".')
    day = (today or date.today()).isoformat()
    with writing(settings):
        part = path.with_suffix(".part")
        text = path.read_text(encoding="utf-8")
        part.write_text(re.sub(r"^reviewed_on:.*$", f"reviewed_on: {day}", text, count=1, flags=re.M), encoding="utf-8")
        try:
            _ensure_reviewed(part, day, settings)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return f"{source_id} is marked as reviewed on {day}."


def _ensure_reviewed(path: Path, day: str, settings: Settings) -> None:
    faults: list[str] = []
    vocabulary = load_vocabulary(settings.corpus_dir / "vocabulary.yaml", faults)
    if faults:
        raise CorpusError(faults)
    source = load_source(path, vocabulary, faults)
    if source is None:
        raise UsageError(f"{path.stem} cannot be approved. {' '.join(faults)}")
    if source.reviewed_on != day:
        raise UsageError(f"{path.stem} cannot be approved: add a line `reviewed_on: null` to the top of its file.")
