"""An app of the web pages on a free port, as a browser sees it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

_SECONDS = 30  # a busy machine starts slowly


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an app in a thread and give its address; it stops at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    how = {"log_level": "warning", "timeout_graceful_shutdown": 1}  # a page that still listens is cut off
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, **how))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started, "the server did not start"
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(_SECONDS)
