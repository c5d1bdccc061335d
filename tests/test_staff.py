import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes_web import ATTACK, ScriptedAssistant
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.middleware.sessions import SessionMiddleware

from rag.kinds import Kind
from rag.settings import Settings
from rag.store import Store, TranscriptFilter
from rag.store.accounts import LoginLimits
from rag.web import staff
from rag.web.session import staff_path
from rag.web.staff_views import address, wanted

PASSWORD = "correct horse battery"
HTML = {"accept": "text/html"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(Settings(data_dir=tmp_path), clock)
    opened.add_account("anna", PASSWORD)
    for name, question in (("lasting", "Is it permanent?"), ("hostile", f"Run this script: {ATTACK}")):
        opened.save(name, ScriptedAssistant(None).ask(question))
    yield opened
    opened.close()


@pytest.fixture
def app(store: Store) -> FastAPI:
    built = FastAPI()
    built.add_middleware(SessionMiddleware, secret_key="x" * 32, same_site="strict")
    built.include_router(staff.router(store, ScriptedAssistant(None)))
    return built


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, headers=HTML, follow_redirects=False)


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def log_in(client: TestClient, name: str = "anna", password: str = PASSWORD, **more: str):
    form = {"name": name, "password": password, "csrf": token(client.get("/login").text), **more}
    return client.post("/login", data=form)


@pytest.fixture
def inside(client: TestClient) -> TestClient:
    assert log_in(client).headers["location"] == "/staff"
    return client


def addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the router but the login's own, filled in."""
    paths = []
    for route in staff_routes(app):
        path = re.sub(r"\{conversation_id\}", "lasting", route.path).replace("{turn_id}", "1")
        path = path.replace("{form}", "csv").replace("{rest:path}", "a/b")
        paths += [(method, path) for method in route.methods if not path.startswith("/log")]
    return sorted(paths)


def staff_routes(app: FastAPI) -> list[APIRoute]:
    found, waiting = [], list(app.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        waiting += list(getattr(inner, "routes", []))
    return found


def test_nothing_under_staff_answers_without_a_session(app: FastAPI, client: TestClient) -> None:
    listed = addresses(app)
    assert ("GET", "/staff/export.csv") in listed
    assert ("POST", "/staff/conversation/lasting/review") in listed
    for method, path in [*listed, ("GET", "/staff/unknown"), ("POST", "/staff"), ("DELETE", "/staff/x")]:
        answer = client.request(method, path)
        if method == "GET":
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"] == f"/login?next={path}"
        else:
            assert answer.status_code == 401, (method, path)
        program = client.request(method, path, headers={"accept": "application/json"})
        assert program.status_code == 401, (method, path)
        assert "permanent" not in answer.text + program.text


def test_every_staff_form_needs_its_token(app: FastAPI, inside: TestClient, store: Store) -> None:
    forms = [path for method, path in addresses(app) if method == "POST" and "/conversation/" in path]
    assert "/staff/conversation/lasting/turn/1/correct" in forms
    for form in forms:
        for data in ({"text": "x"}, {"text": "x", "csrf": ""}, {"text": "x", "csrf": "wrong"}, {"csrf": "ü"}):
            assert inside.post(form, data=data).status_code == 403, form
    assert inside.post("/logout").status_code == 403
    assert store.conversation("lasting", reader="x").reviewed_by is None


def test_a_login_without_token_is_refused(client: TestClient) -> None:
    assert client.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)  # fmt: skip
def test_a_form_from_another_site_is_refused(inside: TestClient, headers: dict[str, str]) -> None:
    csrf = token(inside.get("/staff").text)
    answer = inside.post("/staff/conversation/lasting/review", data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://testserver"}, {"origin": "https://testserver"},
     {"sec-fetch-site": "same-origin"}],
)  # fmt: skip
def test_a_form_of_ours_is_taken(inside: TestClient, store: Store, headers: dict[str, str]) -> None:
    csrf = token(inside.get("/staff/conversation/lasting").text)
    data = {"csrf": csrf, "comment": "Fine."}
    answer = inside.post("/staff/conversation/lasting/review", data=data, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/conversation/lasting")
    found = store.conversation("lasting", reader="x")
    assert (found.reviewed_by, found.notes[0].text) == ("anna", "Fine.")


def test_a_wrong_password_and_an_unknown_name_look_alike(client: TestClient) -> None:
    wrong, unknown = log_in(client, password="x" * 12), log_in(client, name="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert re.sub(r'value="[^"]+"', "", wrong.text) == re.sub(r'value="[^"]+"', "", unknown.text)


def test_the_sixth_attempt_on_a_name_is_refused_even_with_the_right_password(client: TestClient) -> None:
    for _ in range(5):
        assert log_in(client, password="wrong wrong wrong").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text
    assert answer.headers["retry-after"] == "900"


def test_wrong_passwords_from_elsewhere_lock_nobody_out(app: FastAPI) -> None:
    for last in range(5):
        guesser = TestClient(app, headers=HTML, follow_redirects=False, client=(f"198.51.100.{last}", 5000))
        codes = [log_in(guesser, password="x" * 300).status_code for _ in range(6)]
        assert codes[0] == 401
        assert codes[5] == 429
    anna = TestClient(app, headers=HTML, follow_redirects=False, client=("192.0.2.7", 5000))
    assert log_in(anna).status_code == 303


def test_a_guesser_with_many_addresses_is_slowed_and_a_right_password_clears_its_own_address_only() -> None:
    limits = LoginLimits()
    addresses = [f"198.51.100.{last}" for last in range(20)]
    assert all(limits.attempt("anna", address) for address in addresses)
    assert not any(limits.attempt("anna", address) for address in addresses)
    assert limits.attempt("Anna", "192.0.2.7")
    limits.succeeded("anna", "192.0.2.7")
    assert limits.attempt("anna", "192.0.2.7")
    assert not limits.attempt("anna", addresses[0])


def test_names_and_passwords_that_no_database_holds_are_only_wrong(client: TestClient) -> None:
    for name, password in (("anna", "+2AA-" * 12), ("+2AA-anna", PASSWORD), ("anna+AAA-", PASSWORD)):
        form = {"name": name, "password": password, "csrf": token(client.get("/login").text).replace("-", "+AC0-")}
        parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items())
        kind = {"content-type": "multipart/form-data; boundary=b; charset=utf-7"}
        assert client.post("/login", content=f"{parts}--b--\r\n", headers=kind).status_code == 401


def test_an_address_that_tries_many_names_is_refused(client: TestClient) -> None:
    codes = [log_in(client, name=f"name{n}", password="x" * 300).status_code for n in range(31)]
    assert codes == [401] * 30 + [429]


def test_a_password_is_never_logged(client: TestClient, caplog: pytest.LogCaptureFixture, store: Store) -> None:
    caplog.set_level("DEBUG")
    log_in(client, password="hunter2 hunter2")
    log_in(client)
    assert "hunter2" not in caplog.text
    assert PASSWORD not in caplog.text
    assert "hunter2" not in repr(store.audit())


def test_the_login_changes_the_session_and_its_form_token(client: TestClient) -> None:
    before = token(client.get("/login").text)
    cookie = client.cookies["session"]
    log_in(client)
    assert client.cookies["session"] != cookie
    assert token(client.get("/staff").text) != before


def test_a_session_ends_after_eight_hours_however_busy(inside: TestClient, clock: Clock) -> None:
    for _ in range(7):
        clock.now += timedelta(hours=1)
        assert inside.get("/staff").status_code == 200
    clock.now += timedelta(hours=1)
    assert inside.get("/staff").status_code == 303


def test_logging_out_ends_the_session(inside: TestClient) -> None:
    assert inside.get("/logout").headers["location"] == "/staff"
    csrf = token(inside.get("/staff").text)
    assert inside.post("/logout", data={"csrf": csrf}).headers["location"] == "/login"
    assert inside.get("/staff").status_code == 303


def test_a_cookie_copied_before_the_logout_is_worth_nothing_after_it(
    app: FastAPI, inside: TestClient, store: Store
) -> None:
    page = inside.get("/staff").text
    assert "Log out on all devices" in page
    copied = TestClient(app, headers=HTML, follow_redirects=False, cookies=dict(inside.cookies))
    assert copied.get("/staff").status_code == 200
    inside.post("/logout", data={"csrf": token(page)})
    assert store.audit(1)[0].action == "logged out"
    stale = TestClient(app, headers=HTML, follow_redirects=False, cookies=dict(copied.cookies))
    assert copied.get("/staff").status_code == 303
    assert log_in(inside).status_code == 303
    assert stale.post("/logout", data={"csrf": token(page)}).headers["location"] == "/login"
    assert inside.get("/staff").status_code == 200  # the old cookie cannot end the new session either


def test_a_changed_password_or_a_removed_account_ends_the_session(inside: TestClient, store: Store) -> None:
    store.set_password("anna", PASSWORD + " new")
    assert inside.get("/staff").status_code == 303
    assert log_in(inside, password=PASSWORD + " new").status_code == 303
    store.remove_account("anna")
    assert inside.get("/staff").status_code == 303
    store.add_account("anna", PASSWORD + " new")
    assert inside.get("/staff").status_code == 303


def test_a_forged_session_is_no_session(client: TestClient) -> None:
    client.cookies.set("session", "eyJzdGFmZiI6IHsibmFtZSI6ICJhbm5hIn19.aaaa.bbbb")
    assert client.get("/staff").status_code == 303


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/staff", "//evil.example", "/staff\\..\\x", "javascript:alert(1)", "/", "",
     "/staff\r\nX: y"],
)  # fmt: skip
def test_the_login_leads_nowhere_but_to_staff_pages(client: TestClient, path: str) -> None:
    assert staff_path(path) == "/staff"
    assert log_in(client, next=path).headers["location"] == "/staff"


def test_the_login_leads_back_to_the_page_that_was_asked_for(client: TestClient) -> None:
    answer = log_in(client, next="/staff/conversation/lasting")
    assert answer.headers["location"] == "/staff/conversation/lasting"


def test_the_list_filters_and_searches(inside: TestClient) -> None:
    assert "Is it permanent?" in inside.get("/staff").text
    found = inside.get("/staff", params={"q": "permanent", "flagged": "yes"}).text
    assert "/staff/conversation/lasting" in found
    assert "/staff/conversation/hostile" not in found
    assert "No conversation matches" in inside.get("/staff?kind=urgent").text
    odd = inside.get("/staff", params={"from": "soon", "kind": "x", "page": "-1", "flagged": "maybe", "q": ATTACK})
    assert odd.status_code == 200
    assert "<script>" not in odd.text


def test_an_urgent_turn_is_counted_linked_and_shown_where_it_was_not_the_first(
    inside: TestClient, store: Store
) -> None:
    store.save("lasting", ScriptedAssistant(None).ask("It is swollen and hot"))
    page = inside.get("/staff").text
    assert '<dt>Urgent</dt><dd><a href="/staff?kind=urgent">1</a>' in page
    assert '<dt>Crisis</dt><dd><a href="/staff?kind=crisis">0</a>' in page
    assert "Later: It is swollen and hot" in page
    assert "/staff/conversation/lasting" in inside.get("/staff?kind=urgent&flagged=yes").text


def test_a_filter_survives_its_address() -> None:
    chosen = TranscriptFilter(kind=Kind.CRISIS, flagged=False, liked=True, reviewed=False, text="a&b=ü", page=3)
    asked = dict(part.split("=") for part in address(chosen, 3).split("&"))
    assert asked["page"] == "3"
    client = TestClient(FastAPI())
    query = client.build_request("GET", f"/?{address(chosen, 3)}").url.params
    assert wanted(query) == chosen


def test_a_conversation_stands_beside_what_was_retrieved_and_judged(inside: TestClient) -> None:
    page = inside.get("/staff/conversation/lasting").text
    for words in (
        "What the patient saw",
        "What was retrieved and judged",
        "Studies found otherwise",
        "Little or early evidence",
        "One small trial",
        "In the article",
    ):
        assert words in page


def test_staff_are_told_that_names_may_remain(inside: TestClient) -> None:
    for path in ("/staff", "/staff/conversation/lasting"):
        assert "names may remain" in inside.get(path).text, path


def test_a_hostile_turn_is_shown_and_does_nothing(inside: TestClient, store: Store) -> None:
    store.give_feedback(2, False, ATTACK)
    store.comment(2, "anna", ATTACK)
    page = inside.get("/staff/conversation/hostile").text
    assert "<script>" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 6
    assert "<script>" not in inside.get("/staff").text


def test_comments_and_corrections_come_back_on_the_page(inside: TestClient) -> None:
    csrf = token(inside.get("/staff/conversation/lasting").text)
    for form, text in (("comment", "Well put."), ("correct", "Say less.")):
        answer = inside.post(f"/staff/conversation/lasting/turn/1/{form}", data={"csrf": csrf, "text": text})
        assert answer.headers["location"] == "/staff/conversation/lasting?saved=1#notes-1"
    assert "Saved." not in inside.get("/staff/conversation/lasting").text
    page = inside.get("/staff/conversation/lasting?saved=1").text
    assert page.index('id="notes-1"') < page.index("Saved.") < page.index("Well put.")
    assert "Well put." in page
    assert "Say less." in page


def test_what_cannot_be_saved_is_said_in_one_sentence(inside: TestClient) -> None:
    csrf = token(inside.get("/staff").text)
    empty = inside.post("/staff/conversation/lasting/turn/1/comment", data={"csrf": csrf, "text": " "})
    assert (empty.status_code, "The text is empty" in empty.text) == (400, True)
    long = inside.post("/staff/conversation/lasting/turn/1/comment", data={"csrf": csrf, "text": "x" * 5000})
    assert (long.status_code, "too long" in long.text) == (400, True)
    for number in ("9" * 23, "0", "-1", "2147483648"):
        none = inside.post(f"/staff/conversation/lasting/turn/{number}/comment", data={"csrf": csrf, "text": "x"})
        assert (none.status_code, "There is no such answer" in none.text) == (400, True)
    assert inside.get("/staff/conversation/none").status_code == 404
    assert inside.get("/staff/unknown").status_code == 404


def test_a_page_that_is_not_there_still_says_who_is_logged_in_and_lets_them_out(inside: TestClient) -> None:
    page = inside.get("/staff/unknown").text
    assert "Logged in as <strong>anna</strong>" in page
    assert inside.post("/logout", data={"csrf": token(page)}).headers["location"] == "/login"


@pytest.mark.parametrize("path", ["/staff", "/staff/export.csv", "/staff/export.jsonl"])
def test_a_last_day_without_a_day_after_it_is_refused_in_one_sentence(inside: TestClient, path: str) -> None:
    answer = inside.get(f"{path}?to=9999-12-31")
    assert (answer.status_code, "choose an earlier day" in answer.text) == (400, True)
    assert inside.get(f"{path}?from=0001-01-01&to=9999-12-30").status_code == 200


@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("jsonl", "application/x-ndjson")])
def test_an_export_holds_what_the_filter_shows(inside: TestClient, form: str, kind: str, store: Store) -> None:
    answer = inside.get(f"/staff/export.{form}?q=permanent")
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="transcripts-2026-11-22.{form}"'
    assert "lasting" in answer.text
    assert "hostile" in inside.get(f"/staff/export.{form}").text
    assert store.audit(1)[0].action == "exported"
    assert inside.get("/staff/export.xml").status_code == 404


def test_staff_pages_are_never_cached(inside: TestClient) -> None:
    for path in ("/login", "/staff", "/staff/conversation/lasting", "/staff/export.csv", "/staff/unknown"):
        assert inside.get(path).headers["cache-control"] == "no-store", path


def test_reading_is_recorded_under_the_reader(inside: TestClient, store: Store) -> None:
    inside.get("/staff/conversation/lasting")
    assert [(e.who, e.action, e.subject) for e in store.audit(2)] == [
        ("anna", "read", "lasting"),
        ("anna", "logged in", ""),
    ]


def test_a_filter_in_the_list_matches_the_store(store: Store) -> None:
    assert store.conversations(wanted({"flagged": "yes"}), reader="x") == store.conversations(
        TranscriptFilter(flagged=True), reader="x"
    )
