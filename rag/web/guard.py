"""The door of the web app: which addresses exist, how large a request may be, and the security headers.

Gradio brings many addresses of its own: uploads, monitoring, run history, API descriptions, files, a proxy.
Only what is named here can be reached; everything else does not exist.
"""

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 256_000  # a pasted text of 5,000 characters is below 61,000 even when percent-encoded

_OURS = re.compile(
    r"/(article|check|evidence|about|healthz|readyz|login|logout|sources(/[^/]+)?|references/[a-z-]+|staff(/.*)?|site/[\w.-]+)/?"
)
# What the chat page itself asks for, and nothing more of Gradio.
_CHAT = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/(assets|static|svelte)/.+|"
    r"/gradio_api/(queue/(join|data)|startup-events|heartbeat/\w+|cancel|reset/?|theme\.css|app_id/?)"
)
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Gradio's page starts from inline scripts and styles, and compiles templates in the browser.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def is_ours(path: str) -> bool:
    """Tell whether one of our own pages answers at a path."""
    return _OURS.fullmatch(path) is not None


def exists(path: str) -> bool:
    """Tell whether anything answers at a path."""
    return is_ours(path) or _CHAT.fullmatch(path) is not None


class Guard:
    """ASGI middleware; ``missing`` builds the page shown where nothing is."""

    def __init__(self, app: ASGIApp, missing: Callable[[], Response]) -> None:
        self.app = app
        self.missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here; add the headers either way."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            guarded = self._guarded(scope, receive, send)
            answer = _refusal(scope)
            await (answer or self.app)(scope, receive, guarded)
        # The site uses no WebSocket: such a request gets no answer and the server closes it.

    def _guarded(self, scope: Scope, receive: Receive, send: Send) -> Send:
        replaced = False

        async def guarded(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 404 and _wants_page(scope, headers):
                    replaced = True
                    await self.missing()(scope, receive, guarded_page)
                    return
                _add_headers(headers, page=_is_page(scope["path"]), kept=scope["path"].startswith("/site/"))
            if not replaced:
                await send(message)

        async def guarded_page(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), page=True, kept=False)
            await send(message)

        return guarded


def _refusal(scope: Scope) -> Response | None:
    headers = Headers(scope=scope)
    if not exists(scope["path"]):
        return PlainTextResponse("Not found.", 404)
    if scope["method"] in ("GET", "HEAD"):
        return None
    if headers.get("sec-fetch-site") == "cross-site":
        return PlainTextResponse("Requests from other sites are refused.", 403)
    size = headers.get("content-length", "")
    if not size.isdigit():
        return PlainTextResponse("The length of the request is missing.", 411)
    if int(size) > MAX_BODY_BYTES:
        return PlainTextResponse("The request is too large.", 413)
    return None


def _wants_page(scope: Scope, answer: MutableHeaders) -> bool:
    asked = "text/html" in Headers(scope=scope).get("accept", "")
    return asked and not answer.get("content-type", "").startswith("text/html")


def _is_page(path: str) -> bool:
    return is_ours(path) or not exists(path)


def _add_headers(headers: MutableHeaders, *, page: bool, kept: bool) -> None:
    headers["Content-Security-Policy"] = _PAGE_POLICY if page else _CHAT_POLICY
    for name, value in _HEADERS.items():
        headers[name] = value
    if page and not kept:
        # Answers and staff pages must not stay in a shared computer's cache.
        headers.setdefault("Cache-Control", "no-store")
