"""Who is logged in, and whether a form was sent by a page of ours."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request

from rag.store import Account, Store

SESSION_SECONDS = 8 * 3600  # one working day, counted from the login however busy the session is
STALE_FORM = "This form was open for too long, or did not come from this site. Reload the page and try again."


class Sessions:
    """Starts, checks and ends staff sessions; what a session holds is in a signed cookie."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def start(self, request: Request, account: Account) -> None:
        """Begin a session; nothing of what the browser held before stays, the form token included."""
        request.session.clear()
        since = int(self._clock().timestamp())
        request.session["staff"] = {"name": account.name, "version": account.version, "since": since}

    def end(self, request: Request) -> None:
        """End every session of the account that is logged in: a copied cookie must not outlive the logout."""
        account = self.current(request)
        if account is not None:
            self._store.end_sessions(account)
        request.session.clear()

    def current(self, request: Request) -> Account | None:
        """Give the account that is logged in; None when none is, or the session has ended."""
        held = request.session.get("staff")
        if not isinstance(held, dict):
            return None
        age = self._clock().timestamp() - held.get("since", 0)
        account = self._store.account(str(held.get("name"))) if 0 <= age < SESSION_SECONDS else None
        if account is None or not hmac.compare_digest(account.version, str(held.get("version"))):
            request.session.clear()
            return None
        return account

    def required(self, request: Request) -> Account:
        """Give the account that is logged in, also as ``request.state.staff``; otherwise refuse.

        A person is sent to the login page, a program gets 401.
        """
        account = self.current(request)
        if account is not None:
            request.state.staff = account
            return account
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            path = quote(request.url.path, safe="/")
            raise HTTPException(303, headers={"Location": f"/login?next={path}", "Cache-Control": "no-store"})
        raise HTTPException(401, "Log in at /login first.", headers={"Cache-Control": "no-store"})


def form_token(request: Request) -> str:
    """Give the token that every form of this session carries."""
    token = request.session.get("csrf")
    if not isinstance(token, str):
        token = request.session["csrf"] = secrets.token_urlsafe(32)
    return token


def check_form(request: Request, token: str) -> None:
    """Refuse (403) a form without the session's token, or one that another site sent."""
    held = request.session.get("csrf")
    right = isinstance(held, str) and hmac.compare_digest(held.encode(), token.encode("utf-8", "replace"))
    if not right or not _same_origin(request):
        raise HTTPException(403, STALE_FORM)


def staff_path(path: str) -> str:
    """Give the page to show after the login: the one asked for if it is a staff page, otherwise the list."""
    parts = urlsplit(path)
    ours = path.startswith("/staff") and not parts.scheme and not parts.netloc and "\\" not in path
    return quote(path, safe="/") if ours and path.isprintable() else "/staff"


def _same_origin(request: Request) -> bool:
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None and fetched not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None or (origin == "null" and fetched == "same-origin"):
        return True
    # The host only: behind a proxy that adds TLS the scheme differs.
    return urlsplit(origin).netloc == request.headers.get("host")
