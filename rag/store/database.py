"""One open database: its transactions and its audit trail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from rag.privacy.redaction import redact
from rag.store.engine import translated
from rag.store.records import AuditEntry
from rag.store.tables import audit

Clock = Callable[[], datetime]
SYSTEM = "system"  # who acts when nobody is logged in: retention, commands


def utc_now() -> datetime:
    """Give the present moment, in UTC."""
    return datetime.now(UTC)


class Database:
    """Transactions on the transcript database; what the database raises becomes StoreUnavailable."""

    def __init__(self, engine: sa.Engine, place: str, clock: Clock) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._place = place
        self.clock = clock

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the database."""
        with translated(self._place), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are all kept or, after an error, all dropped."""
        with translated(self._place), self._writer.begin() as connection:
            yield connection

    def note_audit(self, connection: sa.Connection, who: str, action: str, subject: str) -> None:
        """Add to the audit trail within a transaction."""
        row = {"at": self.clock(), "who": who[:64], "action": action, "subject": redact(subject).text}
        connection.execute(sa.insert(audit).values(row))

    def record(self, who: str, action: str, subject: str = "") -> None:
        """Add to the audit trail what no other method does, such as a login."""
        with self.writing() as connection:
            self.note_audit(connection, who, action, subject)

    def audit(self, limit: int = 100) -> tuple[AuditEntry, ...]:
        """Give the latest entries of the audit trail, newest first."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(limit)).all()
        return tuple(AuditEntry(at=r.at, who=r.who, action=r.action, subject=r.subject) for r in rows)
