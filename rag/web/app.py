"""One process, one address: our pages, the staff pages, and the chat at ``/``."""

import logging
import os
import secrets
from pathlib import Path
from threading import Thread

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from rag.errors import RagError, UsageError
from rag.privacy.redaction import redact
from rag.settings import Settings
from rag.store import Store
from rag.web import chat, pages, staff
from rag.web.guard import Guard
from rag.web.ports import Answers
from rag.web.session import SESSION_SECONDS
from rag.web.visitors import VisitorLimit

log = logging.getLogger(__name__)


def create_app(assistant: Answers, store: Store, settings: Settings, host: str | None = None) -> FastAPI:
    """Build the web app; run it in one process only, because the chat's queue lives in memory.

    It answers to loopback names and to ``host``, the one it is served on; ``0.0.0.0`` and ``::`` allow every name.
    """
    # The shapes of names take a second to compile: while the first patient still reads, not when their turn is kept.
    Thread(target=redact, args=("",), daemon=True).start()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_key(settings.data_dir),
        same_site="strict",
        https_only=False,  # served without TLS; a proxy that adds it must refuse plain http
        max_age=SESSION_SECONDS,
    )
    app.add_middleware(VisitorLimit, refusal=_too_often)
    # Another name that leads here could make a visitor's browser read these pages for a foreign site.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(host), www_redirect=False)
    app.add_middleware(Guard, missing=_missing)
    _add_error_pages(app)
    _add_machine_routes(app, assistant)
    app.include_router(pages.router(assistant, settings))
    app.include_router(staff.router(store, assistant))
    app.mount("/site", StaticFiles(directory=Path(__file__).parent / "static"))
    # Last: the chat is mounted at "/" and takes every address that is left.
    return chat.mount(app, assistant, store, settings)


def allowed_hosts(host: str | None) -> list[str]:
    """Give the names that a request may ask for."""
    if host in ("0.0.0.0", "::"):
        return ["*"]
    names = ["127.0.0.1", "localhost", "[::1]"]
    return [*names, f"[{host}]" if ":" in host else host] if host else names


def session_key(data_dir: Path) -> str:
    """Give the secret that signs session cookies, made on first use and readable by the owner alone."""
    path = data_dir / "session.key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path.read_text(encoding="ascii").strip() or _too_short(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _too_short(path: Path) -> str:
    raise RagError(f"{path} is empty; delete it, and a new key is made at the next start.")


def _add_machine_routes(app: FastAPI, assistant: Answers) -> None:
    @app.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"ok": True})

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        passages = len(assistant.corpus.passages)
        return JSONResponse({"ready": passages > 0, "passages": passages}, 200 if passages else 503)


def _add_error_pages(app: FastAPI) -> None:
    @app.exception_handler(RagError)
    def expected(_: Request, error: RagError) -> Response:
        return pages.message("This did not work", str(error), 400 if isinstance(error, UsageError) else 503)

    @app.exception_handler(RequestValidationError)
    def unreadable(_: Request, error: RequestValidationError) -> Response:
        return pages.message("We could not read that", "Please go back and try again with plain text.", 400)

    @app.exception_handler(Exception)
    def unexpected(_: Request, error: Exception) -> Response:
        # The server logs the error itself; the reader gets words, never a traceback.
        return pages.message("Something went wrong", "We are sorry. Please try again in a moment.", 500)


def _too_often(words: str) -> Response:
    return pages.message("Please wait a moment", words, 429)


def _missing() -> Response:
    return pages.message("We could not find that page", "The address may be old or misspelled.", 404)
