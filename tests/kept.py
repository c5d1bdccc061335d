"""Where the tests keep what takes long to make: the written networks and the index, made once a session."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

# Name a directory here to keep both from one run to the next.
_KEPT = os.environ.get("RAG_TEST_DATA_DIR")


def data_directory() -> Path:
    """Give the data directory of a session."""
    return Path(_KEPT) if _KEPT else Path(_made().name)


@cache
def _made() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="tests-data-")  # cleaned up when the session ends
