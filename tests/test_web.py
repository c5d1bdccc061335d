"""The web app over HTTP: every page works, nothing else is reachable, nobody's words run, nothing leaks."""

import re
import stat
from dataclasses import replace

import pytest
from fakes_web import ANSWERS, ATTACK, ListStore, ScriptedAssistant, SmallCorpus
from fastapi.testclient import TestClient
from gradio import EventData, LikeData

from rag.errors import ModelUnavailable, RagError, UsageError
from rag.kinds import Kind
from rag.settings import Settings
from rag.store import Store
from rag.types import Turn
from rag.web import chat, pages, staff
from rag.web.app import allowed_hosts, create_app, session_key
from rag.web.dialogue import APOLOGY, MAX_TURNS, NOT_STORED, UNREADABLE, Conversation, Dialogue
from rag.web.guard import exists
from rag.web.visitors import CHAT, LIMITS, TOO_OFTEN, visitor

PAGES = ["/", "/article", "/check", "/sources", "/sources/kuka2020", "/evidence", "/about"]
AS_BROWSER = {"accept": "text/html,*/*"}
OURS = "http://localhost"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data_dir=tmp_path_factory.mktemp("data"), model=None)


@pytest.fixture(scope="module")
def app(settings):
    return create_app(ScriptedAssistant(settings), Store.open(settings), settings)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, OURS, headers=AS_BROWSER, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def dialogue():
    return Dialogue(ScriptedAssistant(None), ListStore())


def last(dialogue, question, conversation=None, private=False):
    *_, shown = dialogue.reply(question, conversation or Conversation(), private)
    return shown


def paths_of(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from paths_of(inner) if inner else [route.path]


# ---- pages


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_in_english_with_a_title(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert 'lang="en"' in response.text
    assert "Hair Evidence</title>" in response.text or path == "/"


@pytest.mark.parametrize("path", PAGES)
def test_page_loads_nothing_from_elsewhere(client, path):
    html = client.get(path).text
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//[^\"']+", html)
    assert not [tag for tag in loaded if "localhost" not in tag]


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/"])
def test_page_has_the_shared_navigation_and_a_skip_link(client, path):
    html = client.get(path).text
    assert 'class="skip" href="#main"' in html
    for target, words in pages.NAVIGATION:
        assert f'<a href="{target}"' in html
        assert words in html


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/healthz", "/site/site.css", "/config"])
def test_every_answer_has_the_security_headers(client, path):
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/"])
def test_our_own_pages_allow_no_inline_script(client, path):
    response = client.get(path)
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert "<script" not in response.text
    assert " style=" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/openapi.json", "/docs", "/gradio_api/openapi.json", "/gradio_api/info", "/monitoring",
        "/monitoring/summary", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd",
        "/file=/etc/passwd", "/gradio_api/runs", "/gradio_api/proxy=https://example.org",
        "/gradio_api/deep_link", "/gradio_api/vibe-code", "/gradio_api/token", "/gradio_api/upload_progress",
        "/gradio_api/call/reply", "/site/../app.py", "/nowhere", "/sources/nowhere",
    ],
)  # fmt: skip
def test_what_is_not_named_does_not_exist(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "We could not find that page" in response.text


@pytest.mark.parametrize(
    "path",
    [
        "upload",
        "run/predict",
        "api/predict",
        "call/reply",
        "component_server",
        "process_recording",
        "vibe-edit",
    ],
)
def test_nothing_can_be_uploaded_or_called_past_the_page(client, path):
    files = {"files": ("a.txt", b"x")}
    assert client.post(f"/gradio_api/{path}", files=files).status_code == 404


def test_machines_get_short_words_for_a_missing_address(client):
    response = client.get("/nowhere", headers={"accept": "application/json"})
    assert (response.status_code, response.text) == (404, "Not found.")


def test_every_route_of_ours_passes_the_door(settings):
    assistant = ScriptedAssistant(settings)
    routers = [pages.router(assistant, settings), staff.router(Store.open(settings), assistant)]
    paths = {re.sub(r"\{\w+(:\w+)?\}", "a", path) for router in routers for path in paths_of(router)}
    assert {"/article", "/check", "/login"} <= paths
    assert not [path for path in paths if not exists(path)]


def test_requests_from_other_sites_are_refused(client):
    response = client.post("/check", data={"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403


def test_a_huge_request_is_refused(client):
    assert client.post("/check", content=b"x" * 300_000).status_code == 413


@pytest.mark.parametrize("path", ["/", "/check", "/staff", "/healthz", "/site/site.css", "/config"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "[2001:db8::1]", "localhost.evil.example", "testserver"]
)
def test_a_request_for_another_host_is_refused(client, path, host):
    response = client.get(path, headers={"host": host})
    assert response.status_code == 400
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860", "LOCALHOST"])
def test_a_loopback_name_is_served(client, host):
    assert client.get("/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [("clinic.local", "clinic.local"), ("fd00::5", "[fd00::5]"), ("0.0.0.0", "*"), ("::", "*"), (None, "localhost")],
)
def test_the_host_given_to_serve_is_allowed(host, name):
    names = allowed_hosts(host)
    assert name in names
    assert ("*" in names) is (name == "*")


def test_a_visitor_who_asks_too_often_waits_and_others_do_not(settings):
    app = create_app(ScriptedAssistant(settings), Store.open(settings), settings)
    busy, other = (TestClient(app, OURS, headers=AS_BROWSER, client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2"))
    codes = [busy.post("/check", data={"text": "x"}).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    refused = busy.post("/check", data={"text": "x"})
    assert TOO_OFTEN in refused.text
    assert refused.headers["retry-after"] == "60"
    assert "content-security-policy" in refused.headers
    assert busy.get("/check").status_code == 200
    assert other.post("/check", data={"text": "x"}).status_code == 200
    for _ in range(LIMITS[CHAT].amount):
        assert busy.post(CHAT, json={}).status_code != 429
    assert busy.post(CHAT, json={}).json() == {"detail": TOO_OFTEN}


@pytest.mark.parametrize(
    ("address", "name"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::1:2", "2001:db8::/64"), ("x", "x")],
)
def test_one_visitor_is_one_address_or_one_ipv6_network(address, name):
    assert visitor({"client": (address, 1)}) == name
    assert visitor({}) == "unknown"


def test_health_and_readiness(client):
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json()["ready"] is True


def test_session_key_is_kept_and_private(tmp_path):
    key = session_key(tmp_path)
    assert session_key(tmp_path) == key
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "session.key").stat().st_mode) == 0o600


def test_an_empty_session_key_is_refused(tmp_path):
    (tmp_path / "session.key").touch()
    with pytest.raises(RagError, match="delete it"):
        session_key(tmp_path)


# ---- article, check, sources


def test_article_is_marked_as_not_peer_reviewed_and_counted(client):
    html = client.get("/article").text
    assert "This article is not peer reviewed." in html
    assert "We checked 8 claims in this article. 7 of them carry a warning." in html
    assert "the results are permanent once the hair has grown back" in html


def test_every_mark_in_the_article_opens_a_panel(client):
    html = client.get("/article").text
    marks = set(re.findall(r'href="#(c\d+)"', html))
    panels = re.findall(r'id="(c\d+)"', html)
    assert marks
    assert marks <= set(panels)
    assert panels == [f"c{n}" for n in range(1, len(panels) + 1)]  # one count for the whole page


def test_check_marks_claims_and_escapes_the_text(client):
    html = client.post("/check", data={"text": f"This is completely safe. {ATTACK}"}).text
    assert "We found 1 claim." in html
    assert 'action="/check#result"' in html and 'id="result"' in html
    assert "Studies found otherwise" in html
    assert "<script" not in html
    assert "<img" not in html


def test_check_counts_spans_in_the_text_as_shown(client):
    html = client.post("/check", data={"text": "One.\r\nTwo.\r\nThis is completely safe."}).text
    assert re.search(r'<a class="claim contradicted" href="#c1"><span class="words">completely safe<', html)


def test_check_says_plainly_when_there_is_no_claim(client):
    html = client.post("/check", data={"text": "Good morning."}).text
    assert "We found no claim that can be checked." in html


def test_check_refuses_a_text_that_is_too_long_with_one_sentence(client):
    response = client.post("/check", data={"text": "x" * 5001})
    assert response.status_code == 400
    assert "This text has 5,001 characters; please shorten it to 5,000 or fewer." in response.text


def test_what_cannot_be_used_is_not_called_a_failure_of_the_service(settings):
    class Refusing(ScriptedAssistant):
        def check(self, text):
            raise UsageError("The text is empty; write a few words.")

        def review(self):
            raise self.settings

    for error, status in ((UsageError("Not like this."), 400), (ModelUnavailable("Not now."), 503)):
        app = create_app(Refusing(error), Store.open(settings), settings)
        client = TestClient(app, OURS, headers=AS_BROWSER)
        response = client.get("/article")
        assert (response.status_code, str(error) in response.text) == (status, True)
        for text in (".....", "\0\0", "\u200f\u200f"):
            checked = client.post("/check", data={"text": text})
            assert (checked.status_code, "The text is empty; write a few words." in checked.text) == (400, True)


def test_check_refuses_half_a_character_with_one_sentence(client):
    part = 'Content-Disposition: form-data; name="text"\r\n\r\n+2AA- is completely safe\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b; charset=utf-7"}
    response = client.post("/check", content=f"--b\r\n{part}--b--\r\n", headers=kind)
    assert response.status_code == 400
    assert "This text has a character that cannot be read" in response.text
    assert "? is completely safe" in response.text


def test_check_refuses_files_with_a_page(client):
    response = client.post("/check", files={"text": ("a.txt", b"x")})
    assert response.status_code == 400
    assert "We could not read that" in response.text


def test_sources_are_grouped_and_filtered(client):
    html = client.get("/sources").text
    assert html.index("Randomized trial</h2>") < html.index("Animal study</h2>")
    assert "shown." not in html  # one number on the page: the lead's
    assert html.count('<details class="fold" open>') == 1  # the library is long: only what tells most lies open
    found = client.get("/sources", params={"q": "mice FASTER"}).text
    assert "1 source shown." in found and '<details class="fold">' not in found
    only = client.get("/sources", params={"kind": "animal"}).text
    assert "Hair growth in mice" in only
    assert "Aesthetic Surgery Journal" not in only


def test_source_filter_is_escaped(client):
    assert "<script" not in client.get("/sources", params={"q": f'"{ATTACK}', "kind": ATTACK}).text


def test_source_page_shows_facts_gaps_and_anchors(client):
    html = client.get("/sources/kuka2020").text
    assert "2020;40(6):NP328-NP339" in html
    assert "not stated" in html
    assert re.search(r'id="p3"[^>]*>\s*<p class="passage-of">From “Cell Enriched', html)
    assert "Read at example.org" in html
    assert "22 November 2026" in html and "2026-11-22" not in html


@pytest.mark.parametrize(
    ("source_id", "words"),
    [
        ("retracted2015", "This study was retracted on 1 March 2017."),
        ("shin2018", "Not reviewed."),
        ("can-stem-cells-cure-hair-loss", "Not peer reviewed."),
    ],
)
def test_source_page_warns(client, source_id, words):
    assert words in client.get(f"/sources/{source_id}").text


def test_hostile_title_stays_text(client):
    html = client.get("/sources/hostile").text + client.get("/sources").text
    assert "<script" not in html
    assert "<img" not in html


def test_only_web_addresses_become_links():
    source = replace(SmallCorpus().sources["kuka2020"], url="javascript:alert(1)")
    assert pages._links(source) == []


def test_every_linked_passage_exists(client):
    html = "".join(client.get(path).text for path in ("/article", "/evidence"))
    links = set(re.findall(r'href="/sources/([^"#]+)#p(\d+)"', html))
    assert links
    assert all(f"{source_id}#{number}" in SmallCorpus().passages for source_id, number in links)


def test_evidence_map_says_plainly_what_was_found_and_an_empty_map_says_so(client, settings):
    assert "Maybe does not help" in client.get("/evidence").text
    assistant = ScriptedAssistant(settings, corpus=SmallCorpus(cells=()))
    routes = pages.router(assistant, settings)
    endpoint = next(route.endpoint for route in routes.routes if route.path == "/evidence")
    assert "The evidence map is still empty." in endpoint().body.decode()


def test_evidence_map_shows_the_treatment_asked_for(client):
    assert "1 treatment shown." in client.get("/evidence", params={"q": "FAT-derived"}).text
    none = client.get("/evidence", params={"q": f"zinc {ATTACK}"}).text
    assert "0 treatments shown." in none and "<script" not in none


@pytest.mark.parametrize("model", [None, "ollama:llama3.2"])
def test_pages_say_which_model_reads_the_question(settings, model):
    chosen = settings.model_copy(update={"model": model})
    about = pages._about(ScriptedAssistant(chosen), chosen).body.decode()
    page = str(chat.build(ScriptedAssistant(chosen), ListStore(), chosen).get_config_file())
    for text in (about, page):
        assert ("ollama:llama3.2" in text) is bool(model)


def test_only_of_statements_of_fact_the_pages_say_that_each_shows_a_source(client, settings):
    chat_page = str(chat.build(ScriptedAssistant(settings), ListStore(), settings).get_config_file())
    for text in (chat_page, client.get("/about").text):
        assert "Every statement of fact shows its source or carries a warning" in text


def test_a_failure_shows_no_traceback(settings):
    class Broken(ScriptedAssistant):
        def review(self):
            raise RuntimeError("secret internals")

    app = create_app(Broken(settings), Store.open(settings), settings)
    response = TestClient(app, OURS, raise_server_exceptions=False).get("/article", headers=AS_BROWSER)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "We are sorry" in response.text


# ---- the conversation


def test_answer_streams_statement_by_statement_then_whole(dialogue):
    *grown, whole = dialogue.reply("Does it last?", Conversation(), False)
    assert "Looking in the studies" in grown[0].messages[-1]["content"]
    assert [shown.messages[-1]["content"].count('class="statement') for shown in grown[1:]] == [1, 2, 3]
    assert "Little or early evidence" in grown[2].messages[-1]["content"]
    assert "/sources/kuka2020#p3" in whole.messages[-1]["content"]
    assert whole.done


def test_an_answer_has_the_same_parts_while_it_streams_as_when_it_is_whole(dialogue):
    *_, grown, whole = (shown.messages[-1]["content"] for shown in dialogue.reply("Is it?", Conversation(), False))
    parts = re.findall(r'class="section-(\w+)"', whole)
    assert parts == re.findall(r'class="section-(\w+)"', grown) == ["main", "found", "next"]


@pytest.mark.parametrize("word", ANSWERS)
def test_nobodys_words_become_markup_in_the_chat(dialogue, word):
    shown = last(dialogue, f"{word} {ATTACK}\n\n# *x* ![i](http://evil/i.png)")
    for message in shown.messages:
        assert "<script" not in message["content"]
        assert "<img" not in message["content"]
        assert "\n" not in message["content"]


def test_turns_are_stored_under_one_conversation(dialogue):
    first = last(dialogue, "Does it last?")
    last(dialogue, "Is it safe?", first.conversation)
    (one, turn), (two, _) = dialogue.store.saved
    assert one == two != ""
    assert isinstance(turn, Turn)
    assert last(dialogue, "Does it last?").conversation.id != one


def test_a_private_conversation_is_not_stored(dialogue):
    shown = last(dialogue, "Does it last?", private=True)
    assert dialogue.store.saved == []
    assert NOT_STORED in shown.messages[-1]["content"]
    assert shown.conversation.at(1).turn_id is None


class LeaningAssistant(ScriptedAssistant):
    """Carries everything that was asked before into what it understands and answers."""

    def stream(self, question, history=()):
        understood = " ".join([*(turn.question for turn in history), question])
        for part in super().stream(question, history):
            if isinstance(part, Turn):
                said = replace(part.answer.statements[0], text=f"You asked: {understood}")
                part = replace(part, understood=understood, answer=replace(part.answer, statements=(said,)))
            yield part


def test_nothing_of_a_private_question_is_stored_with_a_later_one(tmp_path):
    store = Store.open(Settings(data_dir=tmp_path))
    dialogue = Dialogue(LeaningAssistant(None), store)
    conversation = last(dialogue, "Does minoxidil help?").conversation
    conversation = last(dialogue, "What about exosomes?", conversation, private=True).conversation
    again = last(dialogue, "And do they hurt?", conversation, private=True)
    assert again.conversation.kept[-1].turn.understood == "Does minoxidil help? What about exosomes? And do they hurt?"
    shown = last(dialogue, "Is that permanent?", again.conversation)
    assert "exosomes" in str(shown.messages)  # the screen keeps it
    assert shown.conversation.kept[-1].turn_id == 2
    stored = store.conversation(conversation.id, reader="anna")
    assert stored.turns[-1].understood == "Does minoxidil help? Is that permanent?"
    store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("transcripts.db*"))
    assert b"minoxidil" in kept
    for secret in (b"exosomes", b"hurt"):
        assert secret not in kept


def test_the_page_says_what_the_box_for_not_storing_does():
    assert "nothing is stored" in chat._say_private(True)
    assert "answers are stored again" in chat._say_private(False)


def test_a_broken_store_does_not_cost_the_answer():
    shown = last(Dialogue(ScriptedAssistant(None), ListStore(broken=True)), "Does it last?")
    assert "We could not store this answer" in shown.messages[-1]["content"]
    assert "No study shows" in shown.messages[-1]["content"]


def test_history_is_bounded(dialogue):
    conversation = Conversation()
    for number in range(MAX_TURNS + 3):
        conversation = last(dialogue, f"Question {number}", conversation).conversation
    assert len(conversation.kept) == MAX_TURNS
    assert max(dialogue.assistant.histories) == MAX_TURNS


def test_an_expected_error_shows_its_sentence_and_keeps_the_history(dialogue):
    before = last(dialogue, "Does it last?").conversation
    shown = last(dialogue, "  ", before)
    assert "The question is empty; type one." in shown.messages[-1]["content"]
    assert shown.failed
    assert shown.conversation == before


def test_an_unexpected_error_shows_an_apology_and_is_logged(dialogue, caplog):
    shown = last(dialogue, "explode")
    assert APOLOGY in shown.messages[-1]["content"]
    assert "secret" not in str(shown.messages)
    assert "RuntimeError" in caplog.text


def test_urgent_and_crisis_look_and_say_so(dialogue):
    assert "Get medical help now" in last(dialogue, "swollen").messages[-1]["content"]
    crisis = last(dialogue, "I want to end it")
    assert crisis.conversation.kept[0].turn.answer.kind is Kind.CRISIS
    assert "help is there for you" in crisis.messages[-1]["content"]


def test_a_thumb_and_its_reason_reach_the_store(dialogue, settings):
    with chat.gr.Blocks():
        do = chat.Callbacks(chat.Layout(None), dialogue)
    conversation = last(dialogue, "Does it last?").conversation
    vote, *_, reason = do.like(conversation, LikeData(None, {"index": 1, "value": "", "liked": False}))
    assert reason["label"].startswith("About “Does it last?”: what was good")
    do.explain(vote, " too long ")
    assert dialogue.store.feedback == [(1, False, None), (1, False, "too long")]


@pytest.mark.parametrize(
    "event",
    [None, {}, [], *({"index": index, "liked": True} for index in (None, "abc", [], ["a"], 1.5, {}, -1, 10**30))],
)
def test_a_thumb_sent_by_hand_is_no_vote(dialogue, event):
    with chat.gr.Blocks():
        do = chat.Callbacks(chat.Layout(None), dialogue)
    conversation = last(dialogue, "Does it last?").conversation
    vote, *_ = do.like(conversation, EventData(None, event))
    do.explain(vote, None)
    assert vote.turn_id is None
    assert dialogue.store.feedback == []


@pytest.mark.parametrize("words", ["", " \n", None, 7, [], {}])
def test_what_is_blank_or_no_text_is_no_question(words):
    assert chat._sent(words) == chat.gr.skip()


@pytest.mark.parametrize("question", ["\ud800", "Is it \udfff safe?"])
def test_half_a_character_in_a_question_gives_one_sentence_that_can_be_sent(dialogue, question, caplog):
    with chat.gr.Blocks():
        page = chat.Layout(None)
    shown = list(chat.Callbacks(page, dialogue).reply(chat._sent(question), Conversation(), False))
    assert UNREADABLE in str(shown[-1][page.chatbot])
    for update in shown:
        assert (str(update[page.chatbot]) + str(update.get(page.box, ""))).encode()
    assert dialogue.store.saved == []
    assert caplog.text == ""


def test_a_vote_on_what_is_not_stored_is_not_kept(dialogue, settings):
    with chat.gr.Blocks():
        do = chat.Callbacks(chat.Layout(None), dialogue)
    conversation = last(dialogue, "Does it last?", private=True).conversation
    vote, _, status, _ = do.like(conversation, LikeData(None, {"index": 1, "value": "", "liked": True}))
    assert vote.turn_id is None
    assert "not stored" in status["value"]
    assert dialogue.store.feedback == []


@pytest.mark.parametrize(
    ("form", "sign"), [("bibtex", "@article{kuka2020"), ("ris", "TY  - JOUR"), ("csl-json", '"id": "kuka2020"')]
)
def test_references_of_an_answer_can_be_saved(client, form, sign):
    response = client.get(f"/references/{form}?ids=kuka2020,nobody")
    assert response.status_code == 200 and sign in response.text
    assert "attachment" in response.headers["content-disposition"]


@pytest.mark.parametrize(
    "path", ["/references/word?ids=kuka2020", "/references/bibtex?ids=", "/references/bibtex?ids=nobody%0d%0ax"]
)
def test_references_that_cannot_be_made_do_not_exist(client, path):
    assert client.get(path).status_code == 404
