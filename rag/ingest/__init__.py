"""Adding documents to the local corpus: ``add`` is the way in."""

from rag.ingest.add import Added, Duplicate, add
from rag.ingest.client import Bases, Client
from rag.ingest.draft import FetchFailed

__all__ = ["Added", "Bases", "Client", "Duplicate", "FetchFailed", "add"]
