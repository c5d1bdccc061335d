"""Approve an added source: from then on it may carry a verdict."""

import pathlib
import re
from datetime import date

from rag.errors import UsageError
from rag.library.corpus import open_corpus
from rag.settings import Settings


def approve(source_id: str, settings: Settings, today: date | None = None) -> str:
    """Write the day of review into an added source's file and say so.

    Raises UsageError when there is no such added source.
    """
    path = settings.local_corpus / f"{source_id}.md"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source_id) or not path.is_file():
        raise UsageError(f'No added source {source_id!r}; `python -m rag sources` lists them as "not reviewed".')
    day = (today or date.today()).isoformat()
    text = re.sub(r"^reviewed_on:.*$", f"reviewed_on: {day}", path.read_text(encoding="utf-8"), count=1, flags=re.M)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    pathlib.Path(part).replace(path)
    open_corpus(settings)  # raises when the file no longer holds
    return f"{source_id} is marked as reviewed on {day}."
