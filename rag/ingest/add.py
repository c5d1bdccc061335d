"""Bring documents into the local corpus: read, recognise duplicates, cut, write; all of a call, or nothing.

What is added was not reviewed, and shows it: ``reviewed_on`` is null. Its passages carry no ``bears on`` tags, so they
can be found and quoted, but move no cell of the evidence map; staff give those tags when they approve a source. An
unreviewed document must never carry a verdict alone: whoever judges by nearness of meaning looks at ``reviewed_on``.
A retracted document is kept, says so, and is never evidence. Text inside a document is data: it ends up on one line
of one passage, whatever it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.evidence import Source
from rag.ingest.client import Client
from rag.ingest.corpus_file import file_text, put, source_id, writing
from rag.ingest.draft import Draft, FetchFailed, clean, settled
from rag.ingest.files import read_file
from rag.ingest.lookup import Identifier, fetch, identifier
from rag.ingest.passages import passages_of
from rag.ingest.shelf import Held, Shelf, held_of
from rag.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    """A document that is already there: what was given, the source that it is, and the sentence to show."""

    given: str
    source_id: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What one call brought: new sources with the directory they are in, and what was already there."""

    directory: Path
    sources: tuple[Source, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """Give one sentence a document, for people."""
        return [*map(_sentence, self.sources), *(d.sentence for d in self.duplicates)]

    @property
    def json(self) -> dict[str, Any]:
        """Give the same for programs."""
        return {
            "added": [
                {
                    "id": s.id,
                    "title": s.title,
                    "path": str(self.directory / f"{s.id}.md"),
                    "passages": len(s.passages),
                    "study_design": s.study_design.value,
                    "peer_reviewed": s.peer_reviewed,
                    "status": s.status,
                    "retracted": s.retracted,
                    "retracted_on": s.retracted_on,
                }
                for s in self.sources
            ],
            "duplicates": [
                {"given": d.given, "source_id": d.source_id, "message": d.sentence} for d in self.duplicates
            ],
        }


def add(paths_or_ids: Sequence[str | Path], settings: Settings, client: Client | None = None) -> Added:
    """Add files, PMIDs, PMCIDs and DOIs to ``settings.local_corpus``; a fault of one leaves all out.

    Raises UsageError for what cannot be used as given, FetchFailed when a service does not answer.
    """
    if not paths_or_ids:
        raise UsageError("Give a file, a PMID, a PMCID or a DOI to add.")
    drafts = _drafts([str(given) for given in paths_or_ids], client)
    directory = settings.local_corpus
    with writing(settings):
        return _shelved(drafts, Shelf.load(settings.corpus_dir, directory), directory)


def _drafts(given: Sequence[str], client: Client | None) -> list[tuple[str, Draft]]:
    """Read everything before anything is written; every fault is told, and any fault ends the call."""
    drafts: list[tuple[str, Draft]] = []
    usage: list[str] = []
    network: list[str] = []
    own = client or Client()
    try:
        for one in given:
            try:
                drafts += [(clean(one), settled(draft)) for draft in _read(one, own)]
            except UsageError as error:
                usage.append(str(error))
            except FetchFailed as error:
                network.append(str(error))
    finally:
        if client is None:
            own.close()
    if usage or network:
        ending = [] if len(given) == 1 else ["Nothing was added."]
        raise (UsageError if usage else FetchFailed)(" ".join([*dict.fromkeys(usage + network), *ending]))
    return drafts


def _read(given: str, client: Client) -> list[Draft]:
    """Read a path or fetch an identifier; a file that exists is never taken for a number."""
    path = Path(given)
    if "\x00" not in given and _exists(path):
        return read_file(path)
    wanted: Identifier | None = identifier(given)
    if wanted is None:
        raise UsageError(f"{clean(given)} is not there; check the path, or give a PMID, PMCID or DOI.")
    return [fetch(wanted, client)]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no disk can hold
        return False


def _shelved(drafts: Sequence[tuple[str, Draft]], shelf: Shelf, directory: Path) -> Added:
    taken, held = shelf.taken, shelf.held
    files: dict[str, tuple[str, Sequence[str]]] = {}
    duplicates: list[Duplicate] = []
    for given, draft in drafts:
        texts = passages_of(draft, given)
        known = Shelf(held=held, taken=taken, vocabulary=shelf.vocabulary)
        if found := known.find(draft, texts):
            duplicates.append(_duplicate(given, draft, *found))
            continue
        id_ = source_id(draft, taken)
        files[id_] = (file_text(draft, id_, texts, shelf.vocabulary), texts)
        taken, held = taken | {id_}, (*held, held_of(draft, id_, texts))
    sources = put(files, directory, shelf.vocabulary) if files else []
    return Added(directory=directory, sources=tuple(sources), duplicates=tuple(duplicates))


def _duplicate(given: str, draft: Draft, held: Held, why: str) -> Duplicate:
    if held.is_article:
        sentence = f"{given} holds the article under review ({held.id}), which is never evidence; it was not added."
    else:
        sentence = f"{given} is already in the corpus as {held.id} (same {why}): “{held.title}”."
    if draft.retracted and not held.retracted:
        when = f" on {draft.retracted_on}" if draft.retracted_on else ""
        sentence += f" Its record says that it was RETRACTED{when}: set `retracted: true` in {held.id}.md."
    return Duplicate(given=given, source_id=held.id, sentence=sentence)


def _sentence(source: Source) -> str:
    count = len(source.passages)
    what = f"Added {source.id}: “{source.title}” ({count} passage{'s' if count != 1 else ''}, {source.status})."
    if source.retracted:
        when = f" on {source.retracted_on}" if source.retracted_on else ""
        return f"{what} It was RETRACTED{when}, so it is shown as such and is never evidence."
    return what
