"""The command line: exit codes, one sentence per error, batches in order, and any bad input."""

import io
import json
import shutil
import socket

import pytest

from rag.__main__ import main
from rag.assistant import Assistant
from rag.batch import run_batch
from rag.console import answer_text
from rag.settings import Settings
from rag.store import Store

LONG = "Is it permanent? " * 1200  # over 20,000 characters


pytestmark = pytest.mark.usefixtures("real_data")


@pytest.fixture
def run(capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def assert_one_sentence(error: str) -> None:
    assert error.count("\n") == 1, error
    assert error.strip().endswith((".", "!")), error
    assert "Traceback" not in error
    assert len(error) < 700


# ------------------------------------------------------------------ used wrongly: 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", ""),
        ("ask", " \t\n "),
        ("ask", "\x00\x07\u200b"),
        ("ask", "???!"),
        ("ask", LONG),
        ("ask",),
        ("check", ""),
        ("check", "x" * 100_001),
        ("check",),
        ("search", ""),
        ("search", "hair", "-k", "0"),
        ("search", "hair", "-k", "100000"),
        ("search", "hair", "-k", "many"),
        ("review", "/nowhere/at/all.txt"),
        ("frobnicate",),
        ("ask", "--frobnicate"),
        ("ask", "--input", "/nowhere/in.jsonl"),
        ("ask", "--output", "/nowhere/out.jsonl"),
        ("ask", "--input", "/nowhere/in.jsonl", "--output", "/nowhere/out.jsonl"),
        ("transcripts", "export", "--format", "xml"),
        ("serve", "--port", "99999"),
    ],
    ids=lambda arguments: " ".join(arguments)[:40],
)
def test_wrong_use_is_exit_code_2_and_one_sentence(run, arguments):
    code, out, error = run(*arguments)
    assert (code, out) == (2, "")
    assert_one_sentence(error)


@pytest.fixture
def never_opened(monkeypatch):
    def opened(*_):
        raise AssertionError("the assistant was opened")

    monkeypatch.setattr(Assistant, "open", opened)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("check",),
        ("ask", "Is it safe?", "--references", "word"),
        ("ask", "Is it safe?", "--references", "ris", "--json"),
        ("ask", "Is it safe?", "--input", "in.jsonl", "--output", "out.jsonl"),
        ("ask", "--references", "ris", "--input", "in.jsonl", "--output", "out.jsonl"),
        ("check", "It is safe.", "--input", "in.jsonl", "--output", "out.jsonl"),
        ("ask", "--input", "missing.jsonl", "--output", "out.jsonl"),
        ("ask", "--input", "in.jsonl", "--output", "missing/out.jsonl"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_before_minutes_of_work(run, never_opened, monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text('{"question": "Is it safe?"}\n', encoding="utf-8")
    code, out, error = run(*arguments)
    assert (code, out) == (2, "")
    assert_one_sentence(error)


def test_a_port_that_is_taken_is_told_before_minutes_of_work(run, never_opened):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, error = run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, out) == (2, "") and "--port" in error
    assert_one_sentence(error)


def test_long_question_is_sent_to_the_claim_check(run):
    _, _, error = run("ask", LONG)
    assert "2,000" in error
    assert "claim check" in error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_MODEL", "gpt"),
        ("RAG_MIN_SIMILARITY", "7"),
        ("RAG_MIN_SIMILARITY", "high"),
        ("RAG_TRANSCRIPT_RETENTION_DAYS", "0"),
        ("RAG_MODLE", "ollama:llama3.2"),
        ("RAG_DATABASE_URL_", "x"),
    ],
)
def test_bad_setting_is_exit_code_2_and_names_the_setting(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    code, out, error = run("ask", "Is it permanent?")
    assert (code, out) == (2, "")
    assert name in error
    assert_one_sentence(error)


def test_empty_setting_is_unset(run, monkeypatch):
    monkeypatch.setenv("RAG_MODEL", "")
    assert run("ask", "Is it permanent?")[0] == 0


# ------------------------------------------------------------------ cannot be done: 1


@pytest.mark.parametrize("command", ["ask", "check", "search"])
def test_broken_corpus_is_exit_code_1_and_names_every_file(run, monkeypatch, tiny_corpus, command):
    directory = tiny_corpus({"sources/bad1.md": "x", "sources/bad2.md": b"\xff"})
    monkeypatch.setenv("RAG_CORPUS_DIR", str(directory))
    code, out, error = run(command, "Is it permanent?")
    assert (code, out) == (1, "")
    assert "bad1.md" in error
    assert "bad2.md" in error
    assert "Traceback" not in error


def test_missing_corpus_is_exit_code_1(run, monkeypatch, tmp_path):
    monkeypatch.setenv("RAG_CORPUS_DIR", str(tmp_path / "nowhere"))
    code, _, error = run("ask", "Is it permanent?")
    assert code == 1
    assert "nowhere" in error


def test_data_directory_that_cannot_be_written_is_exit_code_1_and_one_sentence(run, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("a regular file", encoding="utf-8")
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path / "file" / "data"))
    for command in (("ask", "Is it permanent?"), ("index",)):
        code, out, error = run(*command)
        assert (code, out) == (1, "")
        assert "RAG_DATA_DIR" in error
        assert_one_sentence(error)


def test_unreadable_document_is_one_sentence(run, tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("Haarausfall für immer geheilt".encode("latin-1"))
    code, _, error = run("review", str(path))
    assert code == 2
    assert "UTF-8" in error


# ------------------------------------------------------------------ done: 0


@pytest.mark.parametrize("command", [("index",), ("sources",), ("sources", "--map"), ("search", "is it safe")])
def test_plain_text_is_printed_for_people(run, command):
    code, out, _ = run(*command)
    assert code == 0
    assert len(out) > 20
    assert not out.startswith("{")


def test_index_says_that_there_is_nothing_to_do(run):
    code, out, _ = run("index")
    assert code == 0
    assert "up to date" in out


def test_answer_for_people_shows_flags_sources_and_claims(run):
    code, out, _ = run("ask", "Is the regrowth from stem cell injections permanent?")
    assert code == 0
    for words in ("[1]", "Sources:", "The article says:", "Studies found otherwise"):
        assert words in out
    assert max(map(len, out.splitlines())) <= 100


def test_check_for_people_says_when_there_is_no_claim(run):
    assert "No checkable claim" in run("check", "Hello, how are you?")[1]


def test_a_member_of_staff_who_leaves_can_be_removed_and_a_password_changed(run, monkeypatch, tmp_path):
    def staff(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        return run("staff", *arguments)

    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path))
    store = Store.open(Settings.load())
    assert staff("add", "anna", typed="correct horse battery")[0] == 0
    assert staff("password", "anna", typed="another horse battery")[0] == 0
    assert store.verify("anna", "another horse battery") and not store.verify("anna", "correct horse battery")
    assert staff("remove", "anna")[0] == 0
    assert store.account("anna") is None
    for command in ("remove", "password"):
        code, _, error = staff(command, "anna", typed="correct horse battery")
        assert (code, error) == (2, "There is no account named anna.\n")
    store.close()


def test_help_is_exit_code_0(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in ("ask", "check", "review", "search", "index", "sources", "transcripts", "staff"):
        assert command in out


ODD_QUESTIONS = [
    "<img src=x onerror=alert(1)> Is it <b>permanent</b>?",
    "'; DROP TABLE turns; -- is it permanent?",
    "Is it\x00 permanent\x1b[31m?",
    "¿Es permanente el tratamiento con células madre?",
    "幹細胞治療は永久的ですか",
    "هل العلاج دائم؟",
    "🙂 permanent 🙂?",
    "{{7*7}} ${7*7} %s %n is it permanent?",
    "Is it permanent?" + " really" * 250,
    "a",
    "[1] [2] is it permanent [3]",
]


@pytest.mark.parametrize("question", ODD_QUESTIONS[:4], ids=lambda question: ascii(question[:25]))
def test_any_question_prints_one_valid_answer(run, question):
    code, out, error = run("ask", "--json", question)
    assert code == 0, error
    assert json.loads(out)["statements"]
    assert not {"\x00", "\x1b"} & set(out)


@pytest.mark.parametrize("question", ODD_QUESTIONS, ids=lambda question: ascii(question[:25]))
def test_any_question_gets_an_answer_for_people(assistant, question):
    answer = assistant.ask(question).answer
    assert answer.statements
    assert not {"\x00", "\x1b"} & set(answer_text(answer))


def test_twenty_thousand_characters_are_checked(run):
    text = ("The weather was fine and we went for a long walk by the river. " * 15 + "PRP is permanent.\n") * 21
    assert len(text) > 20_000
    code, out, _ = run("check", "--json", text)
    assert code == 0
    claims = json.loads(out)["claims"]
    assert len(claims) == 21
    assert all(text[slice(*claim["span"])] == claim["text"] for claim in claims)


# ------------------------------------------------------------------ batches


@pytest.fixture
def batch(run, tmp_path):
    def batch(command: str, lines: list[bytes | dict]) -> tuple[int, list[dict], str]:
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        (tmp_path / "in.jsonl").write_bytes(b"\n".join(raw) + b"\n")
        target = tmp_path / "out.jsonl"
        code, out, error = run(command, "--input", str(tmp_path / "in.jsonl"), "--output", str(target))
        assert out == ""
        return code, [json.loads(line) for line in target.read_text(encoding="utf-8").split("\n") if line], error

    return batch


def test_batch_answers_every_line_in_order_with_its_id(batch):
    asked = [{"id": i, "question": q} for i, q in enumerate(["Is it permanent?", "Is it safe?", "Does it hurt?"])]
    code, answers, _ = batch("ask", [*asked, {"id": "last", "question": "What does it cost?"}])
    assert code == 0
    assert [a["id"] for a in answers] == [0, 1, 2, "last"]
    assert [a["question"] for a in answers][:3] == [a["question"] for a in asked]
    assert all(a["schema"] == "answer/1" for a in answers)


def test_batch_answers_the_last_turn_after_the_others(batch):
    _, (alone, after), _ = batch(
        "ask",
        [
            {"id": 1, "question": "and is that permanent?"},
            {"id": 2, "turns": ["Does minoxidil work?", "and is that permanent?"]},
        ],
    )
    assert after["question"] == "and is that permanent?"
    assert "minoxidil" in after["text"].lower()
    assert "minoxidil" not in alone["statements"][0]["text"].lower()


BAD_LINES = [
    b"{not json",
    b"[1, 2]",
    b'"text"',
    b"null",
    b'{"id": "a"}',
    b'{"id": "a", "question": 7}',
    b'{"id": "a", "question": ""}',
    b'{"id": "a", "turns": []}',
    b'{"id": "a", "turns": ["Is it safe?", null]}',
    b'{"id": "a", "turns": "Is it safe?"}',
    b'{"id": "a", "question": "\xff"}',
    b'{"id": "a", "question": "' + b"x" * 20_000 + b'"}',
]


def test_bad_line_becomes_an_error_in_its_place_and_the_batch_goes_on(batch):
    good = {"id": "good", "question": "Is it permanent?"}
    code, results, error = batch("ask", [good, *BAD_LINES, good])
    assert code == 1
    assert len(results) == len(BAD_LINES) + 2
    assert [("error" in r) for r in results] == [False, *[True] * len(BAD_LINES), False]
    for number, result in enumerate(results[1:-1], 2):
        assert set(result) == {"id", "error"}
        assert f"Line {number}" in result["error"]
    assert [r["id"] for r in results[5:8]] == ["a", "a", "a"]
    assert str(len(BAD_LINES)) in error


def test_a_fault_of_our_own_is_not_blamed_on_the_line(tmp_path):
    def broken(assistant, record):
        raise ValueError("our own fault")

    (tmp_path / "in.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="our own fault"):
        run_batch(lambda: None, tmp_path / "in.jsonl", tmp_path / "out.jsonl", broken)


def test_check_batch_judges_every_line(batch):
    code, results, _ = batch("check", [{"id": 1, "text": "PRP is permanent."}, {"id": 2, "text": "Hello!"}, {"id": 3}])
    assert code == 1
    assert [len(r.get("claims", "-")) for r in results] == [1, 0, 1]
    assert results[0]["schema"] == "check/1"
    assert "error" in results[2]


def test_line_with_a_unicode_line_separator_is_one_line(batch):
    code, results, _ = batch("check", ['{"id": 1, "text": "PRP is permanent.\u2028It is safe.\u0085"}'.encode()])
    assert (code, len(results)) == (0, 1)


def test_empty_batch_is_done(batch):
    assert batch("ask", [b""])[:2] == (0, [])


def test_batch_target_that_cannot_be_written_is_one_sentence(run, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": 1, "question": "Is it safe?"}\n', encoding="utf-8")
    code, _, error = run("ask", "--input", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "no" / "out.jsonl"))
    assert code == 2
    assert_one_sentence(error)


def test_batch_never_writes_over_its_own_input(run, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 1, "question": "Is it safe?"}\n', encoding="utf-8")
    code, _, _ = run("ask", "--input", str(path), "--output", str(path))
    assert code == 2
    assert json.loads(path.read_text(encoding="utf-8")) == {"id": 1, "question": "Is it safe?"}


# ------------------------------------------------------------------ broken characters, nesting, servers


def test_a_broken_character_in_a_question_is_left_out(run):
    code, out, _ = run("ask", "is PRP safe \udcff", "--json")
    assert code == 0 and json.loads(out)["question"] == "is PRP safe"


def test_a_broken_character_in_a_text_is_named_with_its_place(run):
    code, out, error = run("check", "PRP is safe \udcff")
    assert (code, out) == (2, "") and "place 13" in error
    assert_one_sentence(error)


def test_a_line_nested_too_deeply_does_not_end_the_batch(run, tmp_path):
    lines = ["[" * 100_000, '{"id": "\\ud800", "question": "is PRP safe?"}', '{"id": 2, "question": "is PRP safe?"}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, _, error = run("ask", "--input", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.jsonl"))
    results = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert code == 1 and len(results) == 3
    assert "error" in results[0] and "error" not in results[1] and results[2]["id"] == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://a:b:c", "ftp://somewhere"])
def test_a_chroma_server_that_cannot_be_used_is_named(run, monkeypatch, url):
    monkeypatch.setenv("RAG_CHROMA_URL", url)
    code, out, error = run("ask", "is it safe?")
    assert (code, out) == (1, "") and url in error and "RAG_CHROMA_URL" in error
    assert_one_sentence(error)


def test_references_of_an_answer_are_printed_in_a_form_that_tools_read(run):
    code, out, _ = run("ask", "is PRP permanent?", "--references", "csl-json")
    assert code == 0 and json.loads(out)[0]["title"]
    code, _, error = run("ask", "is PRP permanent?", "--references", "word")
    assert code == 2 and "bibtex" in error


@pytest.mark.parametrize("arguments", [["--design", "guideline"], ["--treatment", "prp"], ["--map"]])
def test_sources_can_be_narrowed_and_mapped(run, arguments):
    code, out, _ = run("sources", *arguments, "--json")
    listed = json.loads(out)
    assert code == 0 and len(listed.get("sources") or listed["cells"]) > 0


def test_a_document_is_added_listed_found_and_approved(run, monkeypatch, tmp_path, data_dir):
    own = tmp_path / "data"
    shutil.copytree(data_dir / "models", own / "models")
    monkeypatch.setenv("RAG_DATA_DIR", str(own))
    (tmp_path / "moon.txt").write_text(
        "Moon light\n\nMoon light regrew hair in every one of 40 people with pattern hair loss.\n", encoding="utf-8"
    )
    code, out, _ = run("add", str(tmp_path / "moon.txt"))
    assert code == 0 and "not reviewed" in out
    code, out, _ = run("add", str(tmp_path / "moon.txt"))
    assert code == 0 and "already" in out
    code, out, _ = run("approve", "moon_light")
    assert code == 0 and "reviewed" in out
    code, _, error = run("approve", "nobody")
    assert code == 2
    assert_one_sentence(error)
