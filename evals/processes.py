"""A command run in a process of its own: how long until it says something, what it says last, and its peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import RagError, UsageError
from rag.settings import REPOSITORY, Settings

_BYTES = 1 if sys.platform == "darwin" else 1_024  # what one unit of a peak is


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """Seconds until the first line of output, the last line, and the peak resident size (None where unknown)."""

    first_seconds: float
    last_line: str
    peak_bytes: int | None


def ran(command: Sequence[str], settings: Settings) -> Ran:
    """Run this interpreter with some arguments over the same data; raise RagError when it fails or says nothing."""
    start = time.perf_counter()
    with _started([sys.executable, *command], _environment(settings)) as process:
        out = process.stdout
        first = out.readline() if out else ""
        elapsed = time.perf_counter() - start
        rest = out.read() if out else ""
        peak = _waited(process)
    if process.returncode or not first:
        raise RagError(f"`{' '.join(command[:3])}` ended with exit code {process.returncode}; run it to see why.")
    return Ran(first_seconds=elapsed, last_line=(rest.strip().splitlines() or [first])[-1], peak_bytes=peak)


def _environment(settings: Settings) -> dict[str, str]:
    given: Mapping[str, str] = {"RAG_DATA_DIR": str(settings.data_dir), "RAG_CORPUS_DIR": str(settings.corpus_dir)}
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return os.environ | given | {"PYTHONPATH": path}


def _started(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=environment
        )
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be started ({error.strerror}).") from error


def _waited(process: "subprocess.Popen[str]") -> int | None:
    """Wait for the end and give the peak; systems without ``wait4`` do not tell it."""
    if not hasattr(os, "wait4"):
        process.wait()
        return None
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return int(used.ru_maxrss) * _BYTES
