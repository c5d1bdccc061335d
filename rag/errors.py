"""Everything that can go wrong, as one small tree.

    RagError                 a sentence for the person at the screen: what, which, what to do
    ├── UsageError           the command or setting was used wrongly            (exit code 2)
    ├── CorpusError          files of the corpus are missing or broken; every fault is listed
    ├── IndexUnavailable     the index cannot be opened, built or written
    ├── ModelUnavailable     weights or a model server cannot be used
    ├── StoreUnavailable     transcripts or accounts cannot be read or written
    └── FetchFailed          a record could not be fetched from its service (lives in ``rag.ingest.draft``)

Foreign exceptions are translated where they enter (``raise IndexUnavailable(...) from error``), so nothing above
a module sees another library's exception.
"""


class RagError(Exception):
    """Base of every expected failure; its text is shown to people as it stands."""


class UsageError(RagError):
    """A command, question or setting cannot be used as given."""


class CorpusError(RagError):
    """Corpus files are missing or broken; ``faults`` lists each with its mend."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        super().__init__(f"The corpus has {count}: " + " ".join(faults))


class IndexUnavailable(RagError):
    """The search index cannot be opened, built or written."""


class ModelUnavailable(RagError):
    """Model weights or a model server cannot be used."""


class StoreUnavailable(RagError):
    """Transcripts or accounts cannot be read or written."""
