"""A command run in a process of its own: how long until it says something, what it says last, and its peak memory."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from rag.errors import RagError, UsageError
from rag.paths import REPOSITORY
from rag.settings import Settings

_LOOK = 0.02  # seconds between two looks at a process's memory
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


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
        peak = _Peak(process.pid)
        peak.start()
        out = process.stdout
        first = out.readline() if out else ""
        elapsed = time.perf_counter() - start
        rest = out.read() if out else ""
        process.wait()
        peak_bytes = peak.told()
    if process.returncode or not first:
        raise RagError(f"`{' '.join(command[:3])}` ended with exit code {process.returncode}; run it to see why.")
    return Ran(first_seconds=elapsed, last_line=(rest.strip().splitlines() or [first])[-1], peak_bytes=peak_bytes)


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


class _Peak(Thread):
    """Watches the peak resident size of a process until it ends.

    The kernel's own account (``wait4``) counts what the process held before it became another program: its parent's
    memory. The peak in ``/proc`` only grows, so the last look is right but for the last ``_LOOK`` seconds.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self._ended = Event()
        self._bytes: int | None = None

    def run(self) -> None:
        """Look until told that the process ended."""
        while True:
            with suppress(OSError):  # no such file where the system has none, or when the process is gone
                if peak := _PEAK.search(self._status.read_text(encoding="utf-8")):
                    self._bytes = int(peak.group(1)) * 1_024
            if self._ended.wait(_LOOK):
                return

    def told(self) -> int | None:
        """Stop looking and give the peak; None where the system does not tell it."""
        self._ended.set()
        self.join()
        return self._bytes
