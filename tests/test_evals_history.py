"""Runs are kept by name, and compared only where the same cases ran."""

import json

import pytest
from fakes_evals import ABOUT, result, saved

from evals import history
from evals.__main__ import main
from rag.errors import UsageError


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path))
    directory = history.runs_directory(tmp_path)
    for name, right in (("before", 20), ("now", 30)):
        history.save(history.place_of(directory, name), name, [result(right, 40 - right)], ABOUT)
    return directory


def test_a_saved_run_is_read_back_with_what_it_was_a_run_of(runs):
    run = history.load(runs, "now")
    assert run.name == "now"
    assert run.of("claims")["about"] == ABOUT
    assert run.of("safety") is None


def test_a_path_names_a_run_as_a_name_does(runs):
    assert history.load(runs, str(runs / "now.json")) == history.load(runs, "now")


def test_the_last_run_of_each_suite_is_kept_with_the_one_before(tmp_path):
    history.keep_last(tmp_path, [result(10, 30), result() | {"suite": "safety"}], ABOUT)
    history.keep_last(tmp_path, [result(30, 10)], ABOUT)
    last, previous = history.load(tmp_path), history.load(tmp_path, history.PREVIOUS)
    assert {r["suite"] for r in last.results} == {"claims", "safety"}
    change = history.changes(last.of("claims"), previous.of("claims"))["accuracy"]
    assert change.difference == pytest.approx(0.5) and change.clear


def test_runs_over_other_cases_have_no_change():
    before = saved(result() | {"settings": {"split": "all", "limit": None, "seed": 0, "files": []}}).of("claims")
    assert history.changes(saved(result()).of("claims"), before) == {}


def test_a_figure_that_was_not_measured_in_both_has_no_change():
    both = saved(result()).of("claims"), saved(result(20, 20)).of("claims")
    assert set(history.changes(*both)) == {"accuracy"}


@pytest.mark.parametrize("name", ["a b", "", "-x", "last", "previous", "x" * 90])
def test_a_name_that_cannot_be_a_file_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="cannot name a run"):
        history.place_of(tmp_path, name)


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "other/1"}', '{"schema": "evals-run/1"}', "\xff"])
def test_a_file_that_is_no_run_gives_one_sentence(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match="is not a saved run"):
        history.load(tmp_path, "x")


def test_the_command_shows_a_run_with_its_change(runs, capsys):
    assert main(["report", "now", "--baseline", "before"]) == 0
    assert "+0.250 *" in capsys.readouterr().out


def test_the_command_gives_json_with_the_changes(runs, capsys):
    assert main(["report", "now", "--baseline", "before", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown["changes"]["accuracy"]["difference"] == 0.25
    assert shown["changes"]["accuracy"]["p_holm"] < 0.05


def test_the_command_writes_a_page(runs, tmp_path, capsys):
    place = tmp_path / "new" / "report.html"
    assert main(["report", "now", "--baseline", "before", "--html", str(place)]) == 0
    shown = capsys.readouterr()
    assert shown.out == "" and str(place) in shown.err
    assert place.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_saved_runs_can_be_compared_case_by_case(runs, capsys):
    assert main(["compare", str(runs / "before.json"), str(runs / "now.json")]) == 0
    assert "McNemar" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "nowhere"], "is not a saved run"),
        (["report", "now", "--baseline", "nowhere"], "is not a saved run"),
        (["report", "a b"], "cannot name a run"),
        (["run", "safety", "--save", "a b"], "cannot name a run"),
    ],
)
def test_wrong_use_gives_one_clear_sentence(runs, capsys, arguments, words):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert words in shown.err and shown.out == "" and len(shown.err.strip().splitlines()) == 1


def test_a_page_that_cannot_be_written_gives_one_clear_sentence(runs, tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["report", "now", "--html", str(tmp_path / "file" / "x.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err
