"""Serve the web pages on one address; one process, since the chat's queue lives in it."""

import socket
import threading
from collections.abc import Callable

from rag.assistant import Assistant
from rag.errors import UsageError
from rag.store import Store


def serve(open_assistant: Callable[[], Assistant], host: str, port: int) -> None:
    """Serve until stopped; raise UsageError, before anything is opened, when the address cannot be used."""
    _ensure_free(host, port)
    assistant = open_assistant()
    store = Store.open(assistant.settings)

    import uvicorn

    from rag.web.app import create_app

    threading.Thread(target=assistant.warm, daemon=True).start()
    web = create_app(assistant, store, assistant.settings, host)
    shown = f"[{host}]" if ":" in host else host
    print(f"Ready at http://{shown}:{port} (stop with Ctrl+C)", flush=True)
    uvicorn.run(web, host=host, port=port, log_level="warning")


def _ensure_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise UsageError(
            f"Cannot listen on {host}:{port} ({error.strerror}); stop what uses it or give another --port."
        ) from error
