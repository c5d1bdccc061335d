"""The staff pages: login, the list of conversations, one conversation, exports. Plain forms, no scripts."""

from collections.abc import Callable
from typing import Annotated, Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from fastapi.routing import APIRoute

from rag import render
from rag.errors import RagError, StoreUnavailable
from rag.store import Account, Store
from rag.store.accounts import LoginLimits
from rag.store.store import MAX_NOTE_CHARACTERS
from rag.web import pages
from rag.web.session import Sessions, check_form, form_token, staff_path
from rag.web.staff_views import KIND_WORDS, ORIGIN_WORDS, address, alarms, moment, view, wanted
from rag.web.visitors import visitor

WRONG = "That name and password do not belong together. Check both and try again."
TOO_MANY = "Too many attempts to log in. Wait 15 minutes, then try again, or ask whoever runs this site."
MEDIA_TYPES = {"jsonl": "application/x-ndjson; charset=utf-8", "csv": "text/csv; charset=utf-8"}
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Field = Annotated[str, Form()]


class Library(Protocol):
    """Where the staff pages look up sources; an ``Assistant`` is one."""

    @property
    def corpus(self) -> render.Shelf:
        """Give the passages and sources."""
        ...


class StaffRoute(APIRoute):
    """A route that says in the staff pages' own words what went wrong."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Wrap the handler, its dependencies included."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except RagError as error:
                return _message(request, str(error), _status(request, error))
            except HTTPException as error:
                if error.status_code not in (400, 403, 404):
                    raise
                return _message(request, str(error.detail), error.status_code)
            response.headers["Cache-Control"] = "no-store"
            return response

        return handled


def router(store: Store, assistant: Library) -> APIRouter:
    """Give the routes of the staff pages; they need SessionMiddleware."""
    sessions = Sessions(store, store.clock)
    routes = APIRouter(route_class=StaffRoute)
    _add_login(routes, store, sessions)
    # The login is asked for here, once, so that no page can forget it.
    inner = APIRouter(route_class=StaffRoute, dependencies=[Depends(sessions.required)])
    _add_reading(inner, store, assistant)
    _add_writing(inner, store)
    _add_rest(inner)
    routes.include_router(inner)
    return routes


def _add_login(routes: APIRouter, store: Store, sessions: Sessions) -> None:
    limits = LoginLimits()

    @routes.get("/login")
    def login_form(request: Request, next: str = "/staff") -> Response:
        if sessions.current(request):
            return RedirectResponse(staff_path(next), 303)
        return _login_page(request, next)

    @routes.post("/login")
    def login(
        request: Request, name: Field = "", password: Field = "", csrf: Field = "", next: Field = "/staff"
    ) -> Response:
        check_form(request, csrf)
        if not limits.attempt(name, visitor(request.scope)):
            return _login_page(request, next, TOO_MANY, 429)
        account = store.verify(name, password)
        if account is None:
            return _login_page(request, next, WRONG, 401)
        limits.succeeded(name, visitor(request.scope))
        sessions.start(request, account)
        store.record(account.name, "logged in")
        return RedirectResponse(staff_path(next), 303)

    @routes.post("/logout")
    def logout(request: Request, csrf: Field = "") -> Response:
        check_form(request, csrf)
        sessions.end(request)
        return RedirectResponse("/login", 303)

    @routes.get("/logout")
    def logout_link() -> Response:
        # A link or an image elsewhere must not log anyone out; the button on the staff pages does.
        return RedirectResponse("/staff", 303)


def _add_reading(routes: APIRouter, store: Store, library: Library) -> None:
    @routes.get("/staff")
    @routes.get("/staff/")
    def listing(request: Request) -> Response:
        chosen = wanted(request.query_params)
        found = store.conversations(chosen, reader=_who(request))
        return _page(
            request, "staff_list.html", found=found, chosen=chosen, kinds=KIND_WORDS, address=address,
            filtered=bool(address(chosen)), alarms=alarms(found, chosen),
        )  # fmt: skip

    @routes.get("/staff/export.{form}")
    def export(request: Request, form: str) -> Response:
        lines = store.export(wanted(request.query_params), form, reader=_who(request))
        name = f"transcripts-{store.clock():%Y-%m-%d}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(lines, headers=headers, media_type=MEDIA_TYPES[form])

    @routes.get("/staff/conversation/{conversation_id}")
    def conversation(request: Request, conversation_id: str) -> Response:
        found = store.conversation(conversation_id, reader=_who(request))
        return _page(
            request, "staff_conversation.html", conversation=found, kinds=KIND_WORDS, origins=ORIGIN_WORDS,
            turns=[view(turn, library.corpus) for turn in found.turns], stances=render.STANCE_WORDS,
            certainties=render.CERTAINTY_WORDS, passage_url=render.passage_url, limit=MAX_NOTE_CHARACTERS,
            saved=request.query_params.get("saved"),
        )  # fmt: skip


def _add_writing(routes: APIRouter, store: Store) -> None:
    @routes.post("/staff/conversation/{conversation_id}/review")
    def review(request: Request, conversation_id: str, comment: Field = "", csrf: Field = "") -> Response:
        check_form(request, csrf)
        store.review(conversation_id, _who(request), comment)
        return _back(conversation_id)

    @routes.post("/staff/conversation/{conversation_id}/turn/{turn_id}/comment")
    def comment(request: Request, turn_id: int, text: Field = "", csrf: Field = "") -> Response:
        check_form(request, csrf)
        store.comment(turn_id, _who(request), text)
        return _back(request.path_params["conversation_id"], turn_id)

    @routes.post("/staff/conversation/{conversation_id}/turn/{turn_id}/correct")
    def correct(request: Request, turn_id: int, text: Field = "", csrf: Field = "") -> Response:
        check_form(request, csrf)
        store.correct(turn_id, _who(request), text)
        return _back(request.path_params["conversation_id"], turn_id)


def _add_rest(routes: APIRouter) -> None:
    # Without these, an address that is not ours would reach the chat behind the staff pages, login or not.
    @routes.api_route("/staff", methods=ALL_METHODS, include_in_schema=False)
    @routes.api_route("/staff/{rest:path}", methods=ALL_METHODS, include_in_schema=False)
    def nothing() -> Response:
        raise HTTPException(404, "There is no such staff page. The address may be old or misspelled.")


def _who(request: Request) -> str:
    account: Account = request.state.staff
    return account.name


def _back(conversation_id: str, turn_id: int | None = None) -> Response:
    place = f"?saved={turn_id}#notes-{turn_id}" if turn_id else ""
    return RedirectResponse(f"/staff/conversation/{quote(conversation_id, safe='')}{place}", 303)


def _page(request: Request, template: str, **values: object) -> Response:
    frame = {"account": _who(request), "csrf": form_token(request), "moment": moment, "words": _count}
    return pages.page(template, "/staff", 200, **{**frame, **values})


def _login_page(request: Request, next_path: str, fault: str | None = None, status: int = 200) -> Response:
    response = pages.page(
        "login.html", "/login", status, csrf=form_token(request), next=staff_path(next_path), fault=fault,
        account=None,
    )  # fmt: skip
    if status == 429:
        response.headers["Retry-After"] = "900"
    return response


def _message(request: Request, text: str, status: int) -> Response:
    known: Account | None = getattr(request.state, "staff", None)  # nobody yet where the login itself failed
    response = pages.page(
        "staff_message.html", "", status, text=text, account=known and known.name, csrf=form_token(request)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _status(request: Request, error: RagError) -> int:
    if isinstance(error, StoreUnavailable):
        return 503
    # A page that is not there; a filter or a form that cannot be used.
    return 404 if request.method == "GET" and not request.query_params else 400


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
