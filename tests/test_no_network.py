"""No request leaves the machine: a process in which every look-up and connection is an error does all its work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The hook sees what any Python library does; a violation ends the process at once, so nobody can catch it.
GUARDED = """
import os, sys

def watch(event, arguments):
    seen = ("getaddrinfo", "gethostbyname", "gethostbyaddr", "sendto", "connect")
    if event in {f"socket.{name}" for name in seen}:
        where = arguments[1] if event == "socket.connect" else arguments[0]
        if isinstance(where, (str, bytes)) and event == "socket.connect":
            return  # a Unix socket on this machine
        os.write(2, f"NETWORK {event} {arguments!r}\\n".encode())
        os._exit(86)

sys.addaudithook(watch)
from rag.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def guarded(code: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "HF_", "ANONYMIZED"))}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env={**kept, **settings, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "--json", "Is the regrowth from stem cell injections permanent?"),
        ("check", "PRP cures baldness permanently in two weeks"),
        ("review", "--json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_command_makes_no_look_up_and_no_connection(data_dir, retriever, arguments):
    done = guarded(GUARDED, *arguments, RAG_DATA_DIR=str(data_dir))
    assert done.returncode == 0, done.stderr[-2000:]


def test_building_an_index_makes_no_look_up_and_no_connection(data_dir, tiny_corpus, tmp_path):
    """The whole build, with the model converted before."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(data_dir / "models", target_is_directory=True)
    done = guarded(GUARDED, "index", RAG_DATA_DIR=str(tmp_path / "data"), RAG_CORPUS_DIR=str(tiny_corpus()))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "embedded" in done.stdout


def test_the_hook_would_have_seen_it():
    code = GUARDED.replace("from rag.__main__ import main", "import socket; socket.getaddrinfo('localhost', 80)")
    done = guarded(code)
    assert done.returncode == 86
    assert "NETWORK socket.getaddrinfo" in done.stderr
