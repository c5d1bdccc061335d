"""Cases, runner, report and command line of the evaluation suites."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from evals import report
from evals.__main__ import main
from evals.cases import DATA, chosen, claim_case, load_cases, pair_case, retrieval_case, safety_case
from evals.metrics import Figure
from evals.records import Unscored
from evals.results import Floor, SuiteResult, result_json
from evals.runner import run_cases
from evals.suites import SUITES

GOOD = {"id": "a", "text": "PRP works.", "verdict": "limited", "evidence": [], "split": "dev"}
NEXT = GOOD | {"id": "b"}


def lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records), encoding="utf-8")
    return path


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def silent(what: str, done: int, total: int) -> None:
    return None


@pytest.mark.parametrize(
    ("name", "parse"), [("claims", claim_case), ("retrieval", retrieval_case), ("safety", safety_case)]
)
def test_every_line_of_the_shipped_cases_is_good(name, parse):
    loaded = load_cases(DATA / f"{name}.jsonl", parse)
    assert loaded.bad == ()
    assert {case.split for case in loaded.cases} >= {"dev", "held_back"}


def test_every_evidence_id_and_source_id_of_the_shipped_cases_is_in_the_corpus(corpus):
    for case in load_cases(DATA / "claims.jsonl", claim_case).cases:
        assert set(case.evidence) <= set(corpus.passages), case.id
    for question in load_cases(DATA / "retrieval.jsonl", retrieval_case).cases:
        assert set(question.sources) <= set(corpus.sources), question.id
        assert set(question.must) <= set(question.sources), question.id
        assert bool(question.must) is question.in_scope and len(question.must) <= 2, question.id


def test_a_source_that_must_be_found_is_one_that_may_be_found():
    question = {"id": "r1", "question": "Does PRP work?", "sources": ["a", "b"], "kind": "plain"}
    assert retrieval_case(question | {"must": ["b"]}, 1).must == ("b",)
    assert retrieval_case(question, 1).must == ()
    with pytest.raises(ValueError, match='"must" names c'):
        retrieval_case(question | {"must": ["b", "c"]}, 1)


def test_no_claim_and_no_question_of_the_shipped_cases_is_there_twice():
    claims = [plain(case.text) for case in load_cases(DATA / "claims.jsonl", claim_case).cases]
    questions = [" ".join(map(plain, c.turns)) for c in load_cases(DATA / "retrieval.jsonl", retrieval_case).cases]
    assert [text for text, count in Counter(claims + questions).items() if count > 1] == []


def test_every_bad_line_is_reported_with_its_number(tmp_path):
    path = lines(
        tmp_path / "cases.jsonl",
        GOOD,
        "{not json",
        "[1]",
        GOOD,
        NEXT | {"verdict": "true"},
        "",
        NEXT | {"text": " "},
        NEXT,
    )
    loaded = load_cases(path, claim_case)
    assert [case.id for case in loaded.cases] == ["a", "b"]
    assert [bad.number for bad in loaded.bad] == [2, 3, 4, 5, 7]
    assert "used before" in loaded.bad[2].reason and "verdict" in loaded.bad[3].reason


def test_bad_lines_and_raising_cases_are_failures_and_the_unscored_are_counted_apart(tmp_path):
    path = lines(tmp_path / "c.jsonl", GOOD, NEXT, GOOD | {"id": "c"}, "{")

    def score(case):
        if case.id == "a":
            raise RuntimeError("broken")
        if case.id == "b":
            raise Unscored("nothing to compare")
        return 1.0

    run = run_cases(load_cases(path, claim_case), score, silent, "Testing")
    assert run.n == 4
    assert [scored.case.id for scored in run.scored] == ["c"]
    assert [note.case_id for note in run.failures] == ["c.jsonl line 4", "a"]
    assert run.failures[1].reason == "RuntimeError: broken"
    assert [note.reason for note in run.unscored] == ["nothing to compare"]


def test_a_limit_draws_the_same_cases_twice_in_file_order(tmp_path):
    path = lines(tmp_path / "c.jsonl", *(GOOD | {"id": f"{i:02}"} for i in range(30)))
    cases = load_cases(path, claim_case).cases
    first = chosen(cases, "dev", 7, seed=3)
    assert first == chosen(cases, "dev", 7, seed=3) != chosen(cases, "dev", 7, seed=4)
    assert [c.id for c in first] == sorted(c.id for c in first)
    assert chosen(cases, "held_back", None, 0) == ()


def result(value: float | None = 0.5) -> SuiteResult:
    figures = {"macro_f1": Figure(value=value, low=0.4, high=0.6, n=9), "empty": Figure(value=None)}
    return SuiteResult(suite="claims", n=9, unscored=0, failed=0, metrics=figures)


def test_the_json_has_the_contracts_shape():
    shape = result_json(result())
    assert {key: shape[key] for key in ("suite", "n", "unscored", "failed")} == {
        "suite": "claims",
        "n": 9,
        "unscored": 0,
        "failed": 0,
    }
    assert shape["metrics"] == {
        "macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6},
        "empty": {"value": None, "low": None, "high": None},
    }


def test_a_figure_over_nothing_is_shown_as_a_dash():
    assert report.NONE in report.text(result_json(result()))


@pytest.mark.parametrize(
    ("floor", "held"),
    [
        (Floor(metric="macro_f1", bound=0.5), True),
        (Floor(metric="macro_f1", bound=0.6), False),
        (Floor(metric="macro_f1", bound=0.4, most=True), False),
        (Floor(metric="empty", bound=0.1), None),
        (Floor(metric="absent", bound=0.1), None),
    ],
)
def test_a_floor_over_nothing_is_neither_held_nor_missed(floor, held):
    assert floor.held(result().metrics) is held


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "own"], "own needs --cases"),
        (["run", "claims", "--judge", "fake:model"], "--judge"),
        (["run", "speed", "--system", "top-passages"], "can only measure the product"),
        (["run", "retrieval", "--beir", "x", "--system", "top-passages"], "--beir"),
        (["run", "claims", "--system", "nobody"], "no system 'nobody'"),
        (["run", "claims", "--system", "nomodule:chain"], "cannot be opened"),
        (["run", "nonsense"], "no suite nonsense"),
        (["run", "claims", "--pairs", "x.jsonl"], "--pairs is for"),
        (["run", "claims", "--beir", "x"], "--beir is for"),
        (["run", "claims", "--scale"], "--scale is for"),
        (["run", "claims", "--split", "train"], "--split"),
        (["run", "claims", "--limit", "0"], "--limit"),
        (["run", "claims", "--cases", "missing.jsonl"], "missing.jsonl"),
        (["run", "retrieval", "--beir", "missing"], "corpus.jsonl"),
        (["run", "stance", "--pairs", "missing.jsonl"], "missing.jsonl"),
        (["report"], "No run is saved"),
        (["walk"], "walk"),
    ],
)
def test_wrong_use_gives_one_clear_sentence_and_exit_code_2(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path))
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err and "Traceback" not in shown.err and len(shown.err.strip().splitlines()) == 1


def test_list_names_every_suite_and_the_formats(capsys):
    assert main(["list", "--formats"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in SUITES)
    assert '"claim"' in shown and '"sources"' in shown


def test_list_gives_json(capsys):
    assert main(["list", "--json"]) == 0
    assert {s["name"] for s in json.loads(capsys.readouterr().out)["suites"]} == set(SUITES)


def test_a_pair_without_an_id_is_named_by_its_line():
    pair = pair_case({"claim": "c", "evidence": "e", "label": "neutral"}, 7)
    assert pair.id == "line-7"
