"""A patient's visit in a real browser: asking, reading flags and sources, by keyboard, on a small screen."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from fakes_web import ATTACK, ScriptedAssistant
from playwright.sync_api import expect
from serving import served

from rag.settings import Settings
from rag.store import Store
from rag.types import Statement, Turn
from rag.web.app import create_app

PAGES = ["/", "/article", "/check", "/sources", "/sources/kuka2020", "/evidence", "/about", "/nowhere"]
SECONDS = 20  # a busy machine answers slowly
expect.set_options(timeout=SECONDS * 1000)


class CountingStore:
    """The real store, with what went into it kept in lists."""

    def __init__(self, store: Store) -> None:
        self.real = store
        self.saved: list[Turn] = []
        self.feedback: list[tuple[bool, str | None]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def save(self, conversation_id: str, turn: Turn) -> int:
        self.saved.append(turn)
        return self.real.save(conversation_id, turn)

    def give_feedback(self, turn_id: int, liked: bool, reason: str | None) -> None:
        self.feedback.append((liked, reason))
        self.real.give_feedback(turn_id, liked, reason)


@dataclass
class PausingAssistant(ScriptedAssistant):
    """Stops in the middle of what it says "slowly", until it may go on."""

    seconds: float = SECONDS  # that it stops for at most, at each statement
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        for part in super().stream(question, history):
            yield part
            if "slowly" in question:
                self.may_go_on.wait(self.seconds)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), model=None)
    return settings, CountingStore(Store.open(settings))


@pytest.fixture(scope="module")
def pausing(store):
    return PausingAssistant(store[0])


@pytest.fixture(scope="module")
def address(store, pausing, serve):
    settings, counting = store
    return serve(create_app(pausing, counting, settings))


@pytest.fixture
def requests():
    return []


@pytest.fixture
def page(browser, address, requests):
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    context.on("request", lambda request: requests.append(request.url))
    yield context.new_page()
    context.close()


def ask(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#conversation .user-row").last).to_contain_text(question.split()[0])
    expect(page.get_by_text("Looking in the studies")).to_have_count(0)
    # Suggestions or their absence come with the last update; the box is free again.
    expect(page.get_by_label("Your question")).to_be_enabled()


def test_a_question_gets_a_cited_and_flagged_answer(page):
    page.goto("/")
    expect(page).to_have_title("Ask – Hair Evidence")
    expect(page.get_by_text("In an emergency, call your local emergency number.").first).to_be_visible()
    ask(page, "Does it last?")
    answer = page.locator("#conversation .bot-row").last
    weights = "all => all.map(e => getComputedStyle(e).fontWeight)"
    assert answer.locator(".statement").evaluate_all(weights) == ["600", "400", "400"]  # the main message stands out
    expect(answer).to_contain_text("Little or early evidence: One small trial")
    expect(answer).to_contain_text("The article says: “the results are permanent once the hair has grown back”")
    expect(answer).to_contain_text("Studies found otherwise: In the one trial that looked at a year")
    expect(answer.locator("details.sources")).not_to_contain_text("16.56", use_inner_text=True)
    answer.get_by_text("Sources (3)").click()
    expect(answer.locator("details.sources")).to_contain_text("16.56", use_inner_text=True)
    expect(answer.locator("details.sources")).to_contain_text("Randomized trial; 71 people.")


def test_a_copied_answer_keeps_its_sources_with_numbers_and_addresses(page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    ask(page, "Does it last?")
    page.get_by_role("button", name="Copy message").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "stays for life. [1]\n" in copied
    assert "\n[1] Gains after one session" in copied
    assert f"Early Androgenetic Alopecia <{address}/sources/kuka2020#p3> (2020)." in copied
    assert "Speaks against this\nGains after" in copied
    assert "BibTeX" not in copied


def test_without_javascript_the_chat_says_so_and_points_to_the_emergency_number(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    words = page.locator("noscript p")  # Playwright finds no text in there
    expect(words).to_be_in_viewport()
    assert words.inner_text() == "This page needs JavaScript. In an emergency, call your local emergency number."
    expect(page.get_by_text("Loading")).to_be_hidden()
    context.close()


def test_until_its_script_has_built_the_page_it_says_that_it_loads(page):
    page.route("**/assets/*.js", lambda _: None)  # never answered
    page.goto("/", wait_until="commit")
    expect(page.get_by_text("Loading …")).to_be_in_viewport()
    page.unroute("**/assets/*.js")
    page.goto("/")
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.get_by_text("Loading …")).to_be_hidden()


def test_a_number_opens_the_very_passage(page):
    page.goto("/")
    ask(page, "Does it last?")
    with page.context.expect_page() as opened:
        page.locator("a.marker").first.click()
    source = opened.value
    source.wait_for_load_state()
    assert source.url.endswith("/sources/kuka2020#p3")
    expect(source.locator(".passage:target")).to_contain_text("16.56")
    expect(source.locator(".passage:target")).to_be_in_viewport()


def test_examples_and_suggestions_can_be_clicked(page):
    page.goto("/")
    page.get_by_role("button", name="Can stem cells cure hair loss?").click()
    expect(page.locator("#conversation .user-row")).to_contain_text("Can stem cells cure hair loss?")
    page.get_by_role("button", name="Is it safe?", exact=True).click()
    expect(page.locator("#conversation .user-row")).to_have_count(2)


def test_the_answer_to_an_emergency_looks_urgent(page):
    page.goto("/")
    ask(page, "swollen and hot")
    heading = page.get_by_role("heading", name="Get medical help now", level=2)
    expect(heading).to_be_visible()
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert heading.evaluate(size) > page.locator(".reply.urgent .statement").first.evaluate(size)
    border = page.locator(".reply.urgent").evaluate("e => getComputedStyle(e).borderTopWidth")
    assert border == "3px"


def test_keyboard_alone_is_enough(page):
    page.goto("/")
    page.get_by_label("Your question").wait_for()
    for _ in range(20):  # while the page is still being put together a key may be lost
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body"):
            break
        page.wait_for_timeout(250)
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(12):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outline").endswith("solid 3px")
    page.keyboard.type("Does it last?")
    page.keyboard.press("Enter")
    expect(page.locator("details.sources")).to_be_visible()
    page.locator("details.sources summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.sources blockquote").first).to_be_visible()


def test_a_claim_in_the_article_opens_by_keyboard_without_scripts(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/article")
    page.set_viewport_size({"width": 390, "height": 844})
    mark = page.locator("a.claim", has_text="the results are permanent once the hair has grown back")
    panel = page.locator(".claim-card", has_text="most of the gain was gone")
    why = panel.locator("> p").first
    expect(why).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    expect(why).to_be_visible()
    expect(why).to_contain_text("most of the gain was gone")
    expect(panel.locator("details summary")).to_contain_text("What decided this (1)")
    expect(panel.locator(".number")).to_be_in_viewport(ratio=1)
    panel.get_by_role("link", name="Back to the text").click()
    expect(mark.locator(".chip")).to_be_in_viewport(ratio=1)
    context.close()


def test_paper_shows_why_of_each_claim_but_no_evidence_that_was_folded(page):
    page.goto("/article")
    page.emulate_media(media="print")
    expect(page.locator("details.claim-card > p").first).to_be_visible()
    assert page.locator("details.evidence blockquote").first.is_hidden()
    page.goto("/sources")
    page.emulate_media(media="print")
    assert page.locator("details:not([open]) .library a").first.is_hidden()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_at_390_pixels(page, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    if path == "/":
        ask(page, "Does it last?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_another_computer_for_anything(page, requests, path):
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(path)
    if path == "/":
        ask(page, "Does it last?")
    outside = [url for url in requests if urlsplit(url).hostname not in ("127.0.0.1", None, "")]
    assert requests
    assert not outside
    assert not [text for text in problems if "404" not in text]


def test_nobodys_words_run_in_the_chat(page):
    page.goto("/")
    ask(page, f"script {ATTACK} **bold**")
    expect(page.locator("#conversation .user-row")).to_contain_text("<script>")
    expect(page.locator("#conversation .user-row")).to_contain_text("**bold**")
    page.get_by_label("dislike").click()
    expect(page.locator(".feedback label").first).to_contain_text("About “script <script>")
    assert page.title() == "Ask – Hair Evidence"
    assert page.locator("#conversation .md img, .feedback img").count() == 0


def test_a_private_conversation_is_not_stored_and_a_public_one_is(page, store):
    counting = store[1]
    page.goto("/")
    page.get_by_label("Do not store my conversation").check()
    expect(page.get_by_text("From your next question on, nothing is stored.")).to_be_visible()
    before = len(counting.saved)
    ask(page, "Does it last?")
    expect(page.get_by_text("This answer is not stored.")).to_be_visible()
    assert len(counting.saved) == before
    page.get_by_label("Do not store my conversation").uncheck()
    ask(page, "And is it safe?")
    assert len(counting.saved) == before + 1


def test_a_thumb_and_a_reason_are_stored(page, store):
    counting = store[1]
    page.goto("/")
    ask(page, "Does it last?")
    ask(page, "And is it safe?")
    page.get_by_label("dislike").first.click()
    reason = page.get_by_label("About “Does it last?”: what was good, wrong or missing?")
    expect(reason).to_be_in_viewport(ratio=1)
    assert reason.evaluate("e => getComputedStyle(e).border") == "1px solid rgb(117, 134, 138)"
    reason.fill("Too long")
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)  # the page tells the server of the words when the box is left
    page.get_by_role("button", name="Send feedback").click()
    expect(page.get_by_text("Your feedback is stored for clinic staff.")).to_be_visible()
    for _ in range(40):  # the thumb alone shows the same thanks; the words come a moment after
        if counting.feedback[-1] == (False, "Too long"):
            break
        page.wait_for_timeout(250)
    assert counting.feedback[-1] == (False, "Too long")


def test_a_conversation_can_be_cleared(page):
    page.goto("/")
    ask(page, "Does it last?")
    page.get_by_role("button", name="Clear from this screen").click()
    expect(page.get_by_role("button", name="Can stem cells cure hair loss?")).to_be_visible()
    expect(page.locator("#conversation .user-row")).to_have_count(0)
    expect(page.get_by_text("This screen is clear. Answers that were stored stay stored.")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()


def test_who_leaves_an_answer_is_asked_and_who_has_none_or_saves_a_reference_is_not(page):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.goto("/")
    page.reload()
    ask(page, "Does it last?")
    page.get_by_text("Sources (3)").click()
    with page.expect_download():
        page.get_by_role("link", name="BibTeX").click()
    assert dialogs == []
    page.reload()
    assert dialogs == ["beforeunload"]


def test_a_small_screen_shows_what_is_stored_before_the_first_question_can_be_chosen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    private = page.get_by_label("Do not store my conversation")
    expect(private).to_be_in_viewport()
    example = page.get_by_role("button", name="Can stem cells cure hair loss?")
    assert private.bounding_box()["y"] < example.bounding_box()["y"]


def test_nothing_can_be_sent_or_cleared_until_the_answer_is_there(page, pausing):
    box, clear = page.get_by_label("Your question"), page.get_by_role("button", name="Clear from this screen")
    pausing.may_go_on.clear()
    page.goto("/")
    ask(page, "Does it last?")
    expect(clear).to_be_visible()
    box.fill("And slowly?")
    box.press("Enter")
    expect(page.locator("#conversation .statement.coming")).to_have_count(1)
    expect(box).to_be_disabled()
    expect(box).to_have_value("")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_hidden()
    expect(clear).to_be_hidden()
    pausing.may_go_on.set()
    expect(box).to_be_enabled()
    expect(box).to_be_focused()
    expect(clear).to_be_visible()


def test_sending_an_empty_box_changes_nothing(page):
    page.goto("/")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_label("Your question").fill("  ")
    page.keyboard.press("Enter")
    ask(page, "Does it last?")
    expect(page.locator("#conversation .user-row")).to_have_count(1)


def test_a_short_question_stays_on_one_line_on_a_small_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    ask(page, "Does PRP hurt?")
    bubble = page.locator("#conversation .user.message")
    one_line = bubble.bounding_box()["height"]
    ask(page, "Hi")
    assert bubble.last.bounding_box()["height"] == one_line


def test_when_the_connection_is_lost_the_box_opens_again(browser, store):
    settings, counting = store
    page = browser.new_page()
    box = page.get_by_label("Your question")
    with served(create_app(PausingAssistant(settings, seconds=4), counting, settings)) as address:
        page.goto(address)
        box.fill("And slowly?")
        box.press("Enter")
        expect(box).to_be_disabled()
    expect(box).to_be_enabled()
    page.close()


def test_on_a_small_screen_the_keyboard_does_not_come_back_by_itself(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    ask(page, "Does it last?")
    expect(page.get_by_label("Your question")).not_to_be_focused()


def test_an_error_keeps_the_question_and_shows_one_sentence(page):
    page.goto("/")
    ask(page, "explode please")
    expect(page.get_by_text("We are sorry: something went wrong on our side.")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("explode please")


def test_nothing_of_the_conversation_stays_in_the_browser(page):
    page.goto("/")
    ask(page, "Does it last?")
    assert "last" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.reload()
    page.get_by_label("Your question").wait_for()
    assert page.locator("#conversation .user-row").count() == 0
