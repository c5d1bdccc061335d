"""`pytest --evals`: floors as tests, over an evaluator's own cases and a system that needs no model."""

import json
from pathlib import Path

import pytest

from evals.floors import FILE, read_floors
from evals.suites import SUITES
from rag.errors import UsageError

CASE = {"id": "a", "text": "It works.", "expect": {"flagged": True}}


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An evaluator's folder whose system under test flags everything."""
    monkeypatch.setenv("RAG_DATA_DIR", str(pytester.path / "data"))
    pytester.makefile(".jsonl", cases=json.dumps(CASE))
    pytester.makepyfile(
        conftest="""
        pytest_plugins = ["evals.gate"]

        from evals import gate
        from evals.runner import Context
        from rag.settings import Settings
        from evals.yardsticks import YARDSTICKS

        def pytest_configure(config):
            always = YARDSTICKS["always-flag"](None)
            config.stash[gate._CONTEXT] = Context(settings=Settings.load(), under_test=always)
        """,
        test_other="def test_other(): assert False, 'only floors run'",
    )
    return pytester.path


def floors(folder: Path, *given: dict[str, object]) -> str:
    path = folder / "floors.json"
    path.write_text(json.dumps({"mine": {"cases": "cases.jsonl", "floors": list(given)}}), encoding="utf-8")
    return str(path)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-v", *arguments)


def test_a_floor_that_holds_passes_and_no_other_test_runs(pytester, folder):
    done = run(pytester, "--evals", "--evals-floors", floors(folder, {"figure": "flagged", "at_least": 1.0}))
    done.assert_outcomes(passed=2, deselected=1)
    done.stdout.fnmatch_lines(["*mine::no case failed*PASSED*", "*mine::flagged >= 1*PASSED*"])


def test_a_missed_floor_fails_in_one_sentence(pytester, folder):
    (folder / "cases.jsonl").write_text(json.dumps(CASE | {"expect": {"flagged": False}}), encoding="utf-8")
    done = run(pytester, "--evals", "--evals-floors", floors(folder, {"figure": "flagged", "at_least": 0.9}))
    done.assert_outcomes(passed=1, failed=1, deselected=1)
    done.stdout.fnmatch_lines(["flagged is 0.0000 (n 1); its floor is flagged >= 0.9"])


def test_a_figure_that_was_not_measured_and_a_failed_case_are_no_pass(pytester, folder):
    (folder / "cases.jsonl").write_text(json.dumps(CASE) + "\n{oops", encoding="utf-8")
    done = run(pytester, "--evals", "--evals-floors", floors(folder, {"figure": "says", "at_least": 0.9}))
    done.assert_outcomes(failed=2, deselected=1)
    done.stdout.fnmatch_lines(["1 of 2 cases failed*", "says was not measured*"])


def test_without_the_option_nothing_changes(pytester, folder):
    run(pytester).assert_outcomes(failed=1)


def test_every_floor_of_the_project_names_a_suite_and_its_measurement():
    guarded = read_floors()
    assert set(guarded) <= set(SUITES)
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    for name, about in raw.items():
        for floor in about["floors"] if about.get("gate", True) else []:
            assert floor["measured"] is not None, f"{name} {floor['figure']} has no measurement beside it"
            held = next(f for f in guarded[name].floors if f.metric == floor["figure"])
            assert (floor["measured"] <= held.bound) if held.most else (floor["measured"] >= held.bound), floor


@pytest.mark.parametrize("content", ["{", '{"a": {}}', '{"a": {"floors": [{"figure": "x"}]}}', "[1]"])
def test_a_broken_file_of_floors_gives_one_sentence(tmp_path, content):
    path = tmp_path / "floors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no file of floors"):
        read_floors(path)
