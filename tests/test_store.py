import csv
import io
import json
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import StoreUnavailable, UsageError
from rag.evidence import Found, Passage
from rag.kinds import Kind, Origin, Role, Verdict
from rag.settings import Settings
from rag.store import NoteKind, Store, TranscriptFilter
from rag.store.export import safe_cell
from rag.types import Answer, Claim, Judgement, Statement, Turn

PASSWORD = "correct horse battery"
EVERYTHING = TranscriptFilter()
PASSAGE = Passage(id="kuka2020#1", source_id="kuka2020", number=1, role=Role.FINDING, text="71 people took part.")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def turn(
    question: str = "Is it permanent?", *, said: str = "No study shows that.", generator: str = "extractive",
    support: Verdict = Verdict.SUPPORTED, kind: Kind = Kind.ANSWER, claims: tuple[Judgement, ...] = (),
) -> Turn:  # fmt: skip
    answer = Answer(
        question=question, kind=kind, generator=generator, claims=claims,
        statements=(Statement(text=said, markers=(), support=support),),
    )  # fmt: skip
    found = (Found(passage=PASSAGE, score=1.5, similarity=0.7),)
    return Turn(question=question, understood=question, answer=answer, retrieved=found)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(Settings(data_dir=tmp_path), clock)
    yield opened
    opened.close()


def test_a_saved_turn_comes_back_as_it_was(store: Store, clock: Clock) -> None:
    number = store.save("c1", turn())
    found = store.conversation("c1", reader="anna")
    assert [t.id for t in found.turns] == [number]
    kept = found.turns[0]
    assert (kept.question, kept.kind, kept.flagged, kept.asked) == (
        "Is it permanent?",
        Kind.ANSWER,
        False,
        clock.now,
    )
    assert json.loads(kept.answer_json)["text"] == "No study shows that."
    assert (kept.retrieved[0].passage_id, kept.retrieved[0].score, kept.retrieved[0].similarity) == (
        "kuka2020#1",
        1.5,
        0.7,
    )


def test_nothing_personal_reaches_the_disk(store: Store, tmp_path: Path) -> None:
    question = "My name is Jane Roe, call 020 7946 0958 or jane@roe.org. Are results permanent?"
    claim = Claim(text="results permanent", origin=Origin.QUESTION, span=(60, 77))
    judged = Judgement(claim=claim, verdict=Verdict.NO_EVIDENCE, certainty=None, reason="You, Jane Roe, asked.")
    number = store.save("c1", turn(question, said="Jane Roe, we will not call 020 7946 0958.", claims=(judged,)))
    store.give_feedback(number, False, "Wrong, write to jane@roe.org")
    store.comment(number, "anna", "Patient is at jane@roe.org")
    store.conversations(TranscriptFilter(text="jane@roe.org"), reader="anna")
    store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("transcripts.db*"))
    for secret in (b"Jane", b"7946", b"jane@roe"):
        assert secret not in kept


def test_a_claim_of_a_redacted_question_keeps_its_place(store: Store) -> None:
    claim = Claim(text="it is permanent", origin=Origin.QUESTION, span=(22, 37))
    judged = Judgement(claim=claim, verdict=Verdict.NO_EVIDENCE, certainty=None, reason="")
    store.save("c1", turn("I am jane@roe.org and it is permanent", claims=(judged,)))
    kept = store.conversation("c1", reader="anna").turns[0]
    start, end = json.loads(kept.answer_json)["claims"][0]["span"]
    assert kept.question[start:end] == "it is permanent"
    assert kept.removed == 1


def test_a_helpline_in_the_answer_is_kept(store: Store) -> None:
    store.save("c1", turn("I feel low", said="Call 116 123 or 020 7946 0000.", kind=Kind.CRISIS))
    assert "020 7946 0000" in store.conversation("c1", reader="anna").turns[0].answer_json


def test_a_number_that_a_chat_model_writes_and_no_passage_holds_is_removed(store: Store) -> None:
    store.save("c1", turn("Hello", said="Call (555) 123-4567.", generator="ollama:x"))
    assert "123-4567" not in store.conversation("c1", reader="anna").turns[0].answer_json


def test_text_that_no_database_holds_is_stored_all_the_same(store: Store) -> None:
    store.save("c1", turn("a\0b \ud800 ü 漢"))
    assert store.conversation("c1", reader="anna").turns[0].question == "ab ? ü 漢"


@pytest.mark.parametrize("number", [10**23, 2**31, 0, -1])
def test_a_turn_number_that_no_turn_has_is_refused_in_one_sentence(store: Store, number: int) -> None:
    with pytest.raises(UsageError, match="no such answer"):
        store.comment(number, "anna", "x")
    with pytest.raises(UsageError, match="no such answer"):
        store.correct(number, "anna", "x")
    with pytest.raises(UsageError, match="no such answer"):
        store.give_feedback(number, True)


def test_the_last_day_of_the_calendar_is_refused_before_anything_is_recorded(store: Store) -> None:
    wanted = TranscriptFilter(last_day=date.max)
    with pytest.raises(UsageError, match="earlier day"):
        store.conversations(wanted, reader="anna")
    with pytest.raises(UsageError, match="earlier day"):
        store.export(wanted, "csv", reader="anna")
    assert store.audit() == ()


def test_ending_the_sessions_changes_the_version_once(store: Store) -> None:
    old = store.add_account("anna", PASSWORD)
    store.end_sessions(old)
    new = store.account("anna")
    assert new is not None
    assert new.version != old.version
    store.end_sessions(old)  # a session that has ended ends no other
    assert store.account("anna") == new
    assert store.verify("anna", PASSWORD) == new


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 65, "../x", "a/b"])
def test_a_strange_conversation_id_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(ValueError, match="conversation id"):
        store.save(wrong, turn())


def test_each_filter_finds_its_conversations_only(store: Store, clock: Clock) -> None:
    one = store.save("plain", turn("Does PRP work?"))
    clock.now += timedelta(days=1)
    two = store.save("flagged", turn("Is it 100% safe?", support=Verdict.CONTRADICTED))
    store.save("urgent", turn("I have chest pain", kind=Kind.URGENT))
    store.give_feedback(one, True)
    store.give_feedback(two, False, "Too long")
    store.review("plain", "anna")
    for wanted, ids in {
        EVERYTHING: {"plain", "flagged", "urgent"},
        TranscriptFilter(first_day=date(2026, 11, 23)): {"flagged", "urgent"},
        TranscriptFilter(last_day=date(2026, 11, 22)): {"plain"},
        TranscriptFilter(kind=Kind.URGENT): {"urgent"},
        TranscriptFilter(flagged=True): {"flagged"},
        TranscriptFilter(flagged=False): {"plain", "urgent"},
        TranscriptFilter(liked=True): {"plain"},
        TranscriptFilter(liked=False): {"flagged"},
        TranscriptFilter(reviewed=True): {"plain"},
        TranscriptFilter(reviewed=False): {"flagged", "urgent"},
        TranscriptFilter(text="prp"): {"plain"},
        TranscriptFilter(text="100%"): {"flagged"},
        TranscriptFilter(text="too LONG"): {"flagged"},
        TranscriptFilter(text="_"): set(),
    }.items():
        page = store.conversations(wanted, reader="anna")
        assert {s.id for s in page.summaries} == ids, wanted
        assert page.conversations == len(ids)
    page = store.conversations(EVERYTHING, reader="anna")
    assert (page.flagged, page.disliked, page.unreviewed) == (1, 1, 2)


def test_each_condition_may_hold_on_a_turn_of_its_own_within_the_days(store: Store, clock: Clock) -> None:
    store.save("both", turn("I have chest pain", kind=Kind.URGENT))
    clock.now += timedelta(days=1)
    store.save("both", turn("Is it safe?", support=Verdict.CONTRADICTED))
    urgent = TranscriptFilter(kind=Kind.URGENT, flagged=True, text="safe")
    assert [s.id for s in store.conversations(urgent, reader="anna").summaries] == ["both"]
    later = replace(urgent, first_day=date(2026, 11, 23))
    assert store.conversations(later, reader="anna").summaries == ()


def test_pages_hold_every_conversation_once(store: Store, clock: Clock) -> None:
    for number in range(60):
        clock.now += timedelta(minutes=1)
        store.save(f"c{number}", turn())
    pages = [store.conversations(TranscriptFilter(page=n), reader="anna") for n in (1, 2, 3)]
    assert [p.pages for p in pages] == [3, 3, 3]
    assert [s.id for p in pages for s in p.summaries] == [f"c{n}" for n in reversed(range(60))]
    assert store.conversations(TranscriptFilter(page=99), reader="anna").page == 3


def test_notes_come_back_at_their_turn_and_a_new_turn_asks_for_a_new_review(store: Store) -> None:
    number = store.save("c1", turn())
    store.comment(number, "anna", "Well put.")
    store.correct(number, "bert", "Call 020 7946 0000 for the helpline.")
    store.review("c1", "anna", "Fine.")
    found = store.conversation("c1", reader="anna")
    assert [(n.kind, n.author, n.text) for n in found.turns[0].notes] == [
        (NoteKind.COMMENT, "anna", "Well put."),
        (NoteKind.CORRECTION, "bert", "Call 020 7946 0000 for the helpline."),
    ]
    assert [(n.kind, n.text) for n in found.notes] == [(NoteKind.REVIEW, "Fine.")]
    assert found.reviewed_by == "anna"
    store.save("c1", turn())
    assert store.conversation("c1", reader="anna").reviewed_by is None


def test_what_is_not_there_is_said_in_one_sentence(store: Store) -> None:
    for act in (
        lambda: store.conversation("none", reader="anna"),
        lambda: store.review("none", "anna"),
        lambda: store.comment(99, "anna", "x"),
        lambda: store.correct(99, "anna", "x"),
        lambda: store.give_feedback(99, True),
        lambda: store.remove_account("nobody"),
        lambda: store.export(EVERYTHING, "xml", reader="anna"),
    ):
        with pytest.raises(UsageError):
            act()


def test_who_read_reviewed_or_exported_what_is_recorded(store: Store, clock: Clock) -> None:
    number = store.save("c1", turn())
    store.conversation("c1", reader="anna")
    store.conversations(TranscriptFilter(flagged=True), reader="anna")
    store.review("c1", "bert")
    store.comment(number, "bert", "x")
    list(store.export(TranscriptFilter(text="hair"), "csv", reader="cleo"))
    entries = [(e.who, e.action, e.subject, e.at) for e in reversed(store.audit())]
    assert entries == [
        ("anna", "read", "c1", clock.now),
        ("anna", "listed", "flagged True, page 1", clock.now),
        ("bert", "reviewed", "c1", clock.now),
        ("bert", "commented", f"c1, answer {number}", clock.now),
        ("cleo", "exported", "csv; text hair, page 1", clock.now),
    ]


def test_retention_deletes_old_turns_from_the_disk(tmp_path: Path, clock: Clock) -> None:
    settings = Settings(data_dir=tmp_path, transcript_retention_days=30)
    first = Store.open(settings, clock)
    first.save("old", turn("Zebra question"))
    number = first.save("old", turn("Zebra again"))
    first.comment(number, "anna", "zebra comment")
    clock.now += timedelta(days=20)
    first.save("both", turn("Younger"))
    first.close()
    clock.now += timedelta(days=11)
    second = Store.open(settings, clock)
    assert {s.id for s in second.conversations(EVERYTHING, reader="anna").summaries} == {"both"}
    assert ("system", "purged") in [(e.who, e.action) for e in second.audit()]
    second.close()
    assert b"ebra" not in b"".join(path.read_bytes() for path in tmp_path.glob("transcripts.db*"))


def test_retention_also_applies_while_the_program_runs(store: Store, clock: Clock) -> None:
    store.save("old", turn())
    clock.now += timedelta(days=366)
    store.save("new", turn())
    assert {s.id for s in store.conversations(EVERYTHING, reader="anna").summaries} == {"new"}


def test_opening_twice_changes_nothing_and_keeps_the_turns(tmp_path: Path, clock: Clock) -> None:
    def schema() -> list[tuple[str]]:
        with sqlite3.connect(tmp_path / "transcripts.db") as connection:
            return connection.execute("select sql from sqlite_master order by name").fetchall()

    settings = Settings(data_dir=tmp_path)
    first = Store.open(settings, clock)
    first.save("c1", turn())
    before = schema()
    second = Store.open(settings, clock)
    assert schema() == before
    assert second.conversations(EVERYTHING, reader="anna").conversations == 1


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Store.open(Settings(data_dir=tmp_path)).close()
    with sqlite3.connect(tmp_path / "transcripts.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer version"):
        Store.open(Settings(data_dir=tmp_path))


def test_the_database_is_for_its_owner_only_and_writes_ahead(store: Store, tmp_path: Path) -> None:
    store.save("c1", turn())
    files = list(tmp_path.glob("transcripts.db*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    with sqlite3.connect(tmp_path / "transcripts.db") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


def test_many_threads_save_at_once_without_loss(store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(lambda n: store.save(f"c{n % 10}", turn(f"Question {n}")), range(200)))
    assert len(set(numbers)) == 200
    lines = list(store.export(EVERYTHING, "jsonl", reader="anna"))
    assert sorted(json.loads(line)["turn_id"] for line in lines) == sorted(numbers)


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_store import turn
from rag.settings import Settings
from rag.store import Store
store = Store.open(Settings(data_dir=Path({data!r})))
for number in range(25):
    store.save(sys.argv[1], turn())
"""


def test_processes_that_open_a_new_database_together_lose_nothing(tmp_path: Path) -> None:
    code = WRITER.format(tests=str(Path(__file__).parent), data=str(tmp_path))
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    page = Store.open(Settings(data_dir=tmp_path)).conversations(EVERYTHING, reader="anna")
    assert sorted(s.turns for s in page.summaries) == [25, 25, 25]


def test_a_read_only_folder_is_said_in_one_sentence() -> None:
    code = (
        "import os, sys; from pathlib import Path; from rag.errors import StoreUnavailable\n"
        "from rag.settings import Settings; from rag.store import Store\n"
        "if os.geteuid() == 0: os.setuid(65534)  # root may write anywhere\n"
        "try: Store.open(Settings(data_dir=Path(sys.argv[1])))\n"
        "except StoreUnavailable as error: print(error)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert done.stdout == (
        f"Transcripts cannot be kept in {folder}/transcripts.db (Permission denied); check that it exists,"
        " has free space and may be written by this user.\n"
    )


@pytest.mark.parametrize("broken", ["file", "folder", "text"])
def test_a_place_that_cannot_hold_a_database_is_said_in_one_sentence(tmp_path: Path, broken: str) -> None:
    if broken == "file":
        (tmp_path / "data").write_text("", encoding="utf-8")
    elif broken == "folder":
        (tmp_path / "data" / "transcripts.db").mkdir(parents=True)
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "transcripts.db").write_text("not a database " * 99, encoding="utf-8")
    with pytest.raises(StoreUnavailable) as caught:
        Store.open(Settings(data_dir=tmp_path / "data"))
    assert "\n" not in str(caught.value)
    assert "check that" in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:secret@h/d", "postgresql://u:secret@127.0.0.1:9/d"])
def test_a_bad_database_address_is_said_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Store.open(Settings(data_dir=tmp_path, database_url=url))
    assert "RAG_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.sampled_from("=+-@\t\r") | st.text(max_size=1), st.text(max_size=20))
def test_no_cell_starts_a_formula(first: str, rest: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([safe_cell(first + rest)])
    buffer.seek(0)
    cell = next(csv.reader(buffer), [""])[0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == (first + rest).removeprefix("'")


def test_an_export_holds_every_turn_in_both_formats(store: Store) -> None:
    number = store.save("c1", turn("=HYPERLINK(1)\nsecond, line"))
    store.save("c2", turn("Other"))
    store.comment(number, "anna", "@look")
    rows = list(csv.DictReader(io.StringIO("".join(store.export(EVERYTHING, "csv", reader="anna")), newline="")))
    assert [row["question"] for row in rows] == ["'=HYPERLINK(1)\nsecond, line", "Other"]
    assert rows[0]["comments"] == "anna: @look"
    lines = [json.loads(line) for line in store.export(EVERYTHING, "jsonl", reader="anna")]
    assert [line["answer"]["schema"] for line in lines] == ["answer/1", "answer/1"]
    assert lines[0]["question"] == "=HYPERLINK(1)\nsecond, line"


def test_a_password_is_checked_and_never_stored(store: Store, tmp_path: Path) -> None:
    made = store.add_account(" Anna.Berg ", PASSWORD)
    assert store.verify("ANNA.berg", PASSWORD) == made
    assert store.verify("anna.berg", PASSWORD + "x") is None
    assert store.verify("nobody", PASSWORD) is None
    store.close()
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("transcripts.db*"))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "short"),
        ("anna", "a" * 12),
        ("anna", ""),
        ("", PASSWORD),
        ("a b", PASSWORD),
        ("anna", "x y z w" * 99),
    ],
)
def test_an_unfit_name_or_password_makes_no_account(store: Store, name: str, password: str) -> None:
    with pytest.raises(UsageError) as caught:
        store.add_account(name, password)
    assert not password or password not in str(caught.value)
    assert store.account("anna") is None


def test_a_new_password_or_a_new_account_of_the_same_name_has_another_version(store: Store) -> None:
    versions = {store.add_account("anna", PASSWORD).version}
    store.set_password("anna", PASSWORD + " new")
    versions.add(store.account("anna").version)
    store.remove_account("anna")
    assert store.account("anna") is None
    versions.add(store.add_account("anna", PASSWORD).version)
    assert len(versions) == 3
    with pytest.raises(UsageError, match="already"):
        store.add_account("Anna", PASSWORD)


def test_a_stored_answer_of_every_kind_comes_back(store: Store) -> None:
    for kind in Kind:
        store.save(kind.value, turn(kind=kind))
        assert store.conversation(kind.value, reader="anna").turns[0].kind is kind
    nearest = replace(turn(), answer=replace(turn().answer, nearest=(Found(passage=PASSAGE, score=1, similarity=1),)))
    store.save("near", nearest)
    assert [p.nearest for p in store.conversation("near", reader="anna").turns[0].retrieved] == [True]
