"""Transcripts, reviews, accounts and the audit trail; with ``rag/migrations`` the home of SQLAlchemy."""

from rag.store.records import (
    Account,
    AuditEntry,
    Conversation,
    Note,
    NoteKind,
    RetrievedPassage,
    StoredTurn,
    Summary,
    SummaryPage,
    TranscriptFilter,
)
from rag.store.store import Store

__all__ = [
    "Account",
    "AuditEntry",
    "Conversation",
    "Note",
    "NoteKind",
    "RetrievedPassage",
    "Store",
    "StoredTurn",
    "Summary",
    "SummaryPage",
    "TranscriptFilter",
]
