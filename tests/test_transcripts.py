import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_web import ScriptedAssistant

from rag.errors import UsageError
from rag.settings import Settings
from rag.store import Store, TranscriptFilter
from rag.store.commands import add_staff, export_text, list_lines, show_lines

PASSWORD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(data_dir=tmp_path))
    for number in range(30):
        opened.save(f"c{number}", ScriptedAssistant(None).ask(f"Is it permanent? \x1b[31mRed {number}\nline"))
    yield opened
    opened.close()


def test_the_list_goes_over_all_pages(store: Store) -> None:
    lines = list(list_lines(store, TranscriptFilter()))
    assert len(lines) == 30
    objects = [json.loads(line) for line in list_lines(store, TranscriptFilter(), as_json=True)]
    assert {o["id"] for o in objects} == {f"c{n}" for n in range(30)}


def test_a_terminal_is_not_steered_by_what_a_patient_wrote(store: Store) -> None:
    for line in [*list_lines(store, TranscriptFilter()), *show_lines(store, "c1")]:
        assert line.isprintable()


def test_a_conversation_shows_flags_claims_and_passages(store: Store) -> None:
    text = "\n".join(show_lines(store, "c1"))
    assert "(limited)" in text
    assert "Claim (contradicted): the results are permanent" in text
    answers = [json.loads(line)["answer"] for line in show_lines(store, "c1", as_json=True)]
    assert [a["schema"] for a in answers] == ["answer/1"]
    with pytest.raises(UsageError, match="no such conversation"):
        list(show_lines(store, "none"))


def test_an_export_is_recorded_under_the_command(store: Store) -> None:
    assert len("".join(export_text(store, TranscriptFilter(), "jsonl")).splitlines()) == 30
    assert store.audit(1)[0].who.startswith("command")


def test_a_password_comes_from_a_pipe_without_its_line_end(store: Store) -> None:
    add_staff(store, "anna", io.StringIO(f"{PASSWORD}\n"))
    assert store.verify("anna", PASSWORD)
    with pytest.raises(UsageError, match="at least 12"):
        add_staff(store, "bert", io.StringIO(""))
