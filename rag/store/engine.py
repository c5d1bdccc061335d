"""Open the database, bring its tables up to date, and say in one sentence when it cannot be used."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from rag.errors import StoreUnavailable
from rag.paths import MIGRATIONS
from rag.store.tables import metadata

BUSY_SECONDS = 30  # how long a writer waits for another process; a turn is written in milliseconds
_MIGRATION_LOCK = 7_102_644  # any fixed number: one process migrates PostgreSQL at a time


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn what the database raises into StoreUnavailable with one sentence; ``place`` names the database."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(_sentence(place, _cause(error))) from error


def sqlite_engine(data_dir: Path) -> sa.Engine:
    """Open ``transcripts.db`` in a folder, both readable by this user only; call within ``translated``."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "transcripts.db"
    # Made before SQLite does, so that it is never readable by others; the -wal and -shm files copy its mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    # Web requests run on up to 40 threads.
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), pool_size=8, max_overflow=32)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _write_ahead(engine)
    return engine


def server_engine(url: str) -> sa.Engine:
    """Open a database server; call within ``translated``."""
    parsed = sa.make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    # A server whose own encoding is SQL_ASCII would otherwise answer in bytes.
    spoken = {"client_encoding": "utf8"} if parsed.get_backend_name() == "postgresql" else {}
    try:
        return sa.create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=32, connect_args=spoken)
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            f"RAG_DATABASE_URL needs the Python package {error.name}; install it, or unset it to use SQLite."
        ) from error


def migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date; does nothing when they are. Several processes may call it at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        config.attributes.update(connection=connection, metadata=metadata)
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreUnavailable(
                "The transcript database was made by a newer version of this program; update the program."
            ) from error


def _write_ahead(engine: sa.Engine) -> None:
    # Readers do not wait for the writer. The file keeps the switch; SQLite itself does not wait when two
    # processes switch a new file at the same moment.
    for attempt in range(20):
        try:
            with engine.connect().execution_options(bare=True) as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except sa.exc.OperationalError as error:
            if "locked" not in str(error) or attempt == 19:
                raise
            time.sleep(0.1)


def _prepare_sqlite(connection: object, record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # the driver leaves BEGIN to _begin_sqlite
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what retention deletes is overwritten on disk
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    # A transaction that reads first and writes later fails at once when another process wrote in between;
    # one that announces the write waits its turn.
    if not options.get("bare"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _cause(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    if isinstance(original, OSError) and original.strerror:
        return original.strerror
    lines = str(original).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(original).__name__


def _sentence(place: str, cause: str) -> str:
    return (
        f"Transcripts cannot be kept in {place} ({cause}); check that it exists, has free space"
        " and may be written by this user."
    )
