"""The whole way in a real browser with the real assistant: a patient asks, staff find that conversation."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from rag.settings import Settings
from rag.store import Store
from rag.web.app import create_app

NAME, PASSWORD = "nurse", "a long enough password"
QUESTION = "Is the regrowth from stem cell injections permanent? Write to ann@example.org"


@pytest.fixture(scope="module")
def address(assistant, serve, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("served"))
    store = Store.open(settings)
    store.add_account(NAME, PASSWORD)
    return serve(create_app(assistant, store, settings))


def test_a_patient_asks_and_staff_find_the_conversation(browser, address):
    asked: list[str] = []
    context = browser.new_context(base_url=address)
    context.set_default_timeout(30_000)
    context.on("request", lambda request: asked.append(request.url))

    patient = context.new_page()
    patient.goto("/")
    patient.get_by_label("Your question").fill(QUESTION)
    patient.get_by_role("button", name="Send", exact=True).click()
    answer = patient.locator("#conversation .bot-row").last
    expect(answer).to_contain_text("not been shown to be permanent", timeout=30_000)
    expect(answer.locator("a.marker").first).to_be_visible()
    expect(answer).to_contain_text("Studies found otherwise")

    staff = context.new_page()
    staff.goto("/staff")
    expect(staff.get_by_role("heading", name="Staff login")).to_be_visible()
    staff.get_by_label("Name").fill(NAME)
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button", name="Log in").click()
    staff.get_by_role("link", name="Is the regrowth from stem cell injections permanent?").click()
    expect(staff.locator("main")).to_contain_text("not been shown to be permanent")
    expect(staff.locator("main")).to_contain_text("kuka2020#")
    expect(staff.locator("body")).not_to_contain_text("ann@example.org")
    context.close()
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
