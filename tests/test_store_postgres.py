"""The same store on a PostgreSQL server; CI starts one and names it in RAG_TEST_DATABASE_URL."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_store import PASSWORD, turn

from rag.errors import StoreUnavailable
from rag.settings import Settings
from rag.store import Store, TranscriptFilter

URL = os.environ.get("RAG_TEST_DATABASE_URL")
needs_server = pytest.mark.skipif(URL is None, reason="RAG_TEST_DATABASE_URL names no PostgreSQL server")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(data_dir=tmp_path, database_url=URL))
    yield opened
    opened.close()


@needs_server
def test_a_conversation_is_kept_found_and_exported(store: Store):
    first = store.save("pg-one", turn("Is PRP permanent? Write to ann@example.org"))
    store.give_feedback(first, True, "clear")
    found = store.conversations(TranscriptFilter(conversation_id="pg-one"), reader="test")
    assert [s.id for s in found.summaries] == ["pg-one"]
    exported = "".join(store.export(TranscriptFilter(conversation_id="pg-one"), "jsonl", reader="test"))
    assert "ann@example.org" not in exported and "Is PRP permanent?" in exported


@needs_server
def test_many_saves_at_once_all_arrive(store: Store):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: store.save(f"pg-many-{i % 4}", turn(f"Question {i}?")), range(40)))
    assert len(set(numbers)) == 40


@needs_server
def test_an_account_signs_in_only_with_its_password(store: Store):
    name = f"nurse-{os.getpid()}"
    store.add_account(name, PASSWORD)
    assert store.verify(name, PASSWORD) and store.verify(name, PASSWORD + "x") is None
    store.remove_account(name)


def test_a_server_that_does_not_answer_gives_one_sentence(tmp_path: Path):
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    with pytest.raises(StoreUnavailable) as caught:
        Store.open(Settings(data_dir=tmp_path, database_url=nowhere))
    assert "RAG_DATABASE_URL" in str(caught.value) and "\n" not in str(caught.value)
