"""Every case of a run leaves a record, and two runs differ in their timings alone."""

import json

import pytest

from evals.__main__ import main
from evals.cases import BadLine, Loaded
from evals.metrics import Figure, timings
from evals.records import Record, Status, Unscored, record_json, shares
from evals.results import result_json, without_timings
from evals.runner import Context, run_cases
from evals.suites import abstention, citations, claims, retrieval, safety


class Numbered:
    """A case that is only its number."""

    split = "dev"

    def __init__(self, number: int) -> None:
        self.id = f"n{number}"
        self.number = number


def halved(case: Numbered) -> int:
    if case.number == 3:
        raise RuntimeError("broken")
    if case.number == 2:
        raise Unscored("odd one out")
    return case.number // 2


def silent(what: str, done: int, total: int) -> None:
    return None


SUITES = (retrieval, claims, citations, safety, abstention)


@pytest.fixture(scope="module", params=SUITES, ids=lambda suite: suite.__name__.rpartition(".")[2])
def runs(request, assistant):
    """Two runs of a suite over the same few cases."""
    context = Context(settings=assistant.settings, opened=assistant, limit=8)
    return request.param.run(context), request.param.run(context)


def test_every_case_and_every_bad_line_has_one_record_in_order(tmp_path):
    cases = tuple(Numbered(i) for i in range(5))
    bad = (BadLine(number=7, reason="not JSON"),)
    done = run_cases(Loaded(path=tmp_path / "c.jsonl", cases=cases, bad=bad), halved, silent, "Halving")
    result = done.result("halves", {}, record=lambda s: Record(id=s.case.id, scores={"half": s.score}))
    assert [(r.id, r.status.value) for r in result.cases] == [
        ("c.jsonl line 7", "failed"),
        ("n0", "scored"),
        ("n1", "scored"),
        ("n2", "unscored"),
        ("n3", "failed"),
        ("n4", "scored"),
    ]
    assert result.cases[4].seen == {"reason": "RuntimeError: broken"}
    assert set(result.timings.cases) == {"n0", "n1", "n2", "n3", "n4"}


def test_a_record_without_scores_says_so_and_never_gives_zero():
    shape = record_json(Record(id="a", status=Status.UNSCORED))
    assert shape == {"id": "a", "status": "unscored", "missed": False, "scores": {}}
    assert shares({"cited": (0, 0), "quoted": (1, 2)}) == ({"quoted": 0.5}, {"quoted": 2})


def test_two_runs_are_byte_identical_apart_from_timings(runs):
    assert runs[0].n >= 5 and runs[0].failed == 0
    shown = [json.dumps(without_timings(result_json(result))) for result in runs]
    assert shown[0] == shown[1]


def test_the_records_hold_the_same_figures_as_the_run(runs):
    result = runs[0]
    assert len(result.cases) == result.n
    names = {name for record in result.cases for name in record.scores} & set(result.metrics)
    assert len(names) >= 2
    for name in names:
        weighted = [(r.scores[name], r.weights.get(name, 1)) for r in result.cases if name in r.scores]
        total = sum(weight for _, weight in weighted)
        expected = sum(value * weight for value, weight in weighted) / total
        assert result.metrics[name].value == pytest.approx(expected), name


def test_only_a_missed_case_carries_what_was_seen(runs):
    for record in runs[0].cases:
        assert bool(record.seen) is record.missed


def test_the_timings_of_a_run_stand_in_one_place(real_data, tmp_path, capsys):
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"claim": "It works.", "evidence": "It works well.", "label": "supports"}\n', encoding="utf-8")
    shown = []
    for _ in range(2):
        assert main(["run", "stance", "--pairs", str(pairs), "--json"]) == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert shown[0]["timings"]["metrics"] == ["pairs_per_second"]
    assert shown[0]["timings"]["elapsed_ms"] > 0
    bare = [without_timings(result) for result in shown]
    assert bare[0] == bare[1]
    assert "pairs_per_second" not in bare[0]["metrics"] and "pairs_per_second" in shown[0]["metrics"]


def test_a_figure_marked_as_a_time_keeps_its_value():
    figures = timings({"ask_ms": Figure(value=4.0, n=1)})
    assert figures["ask_ms"] == Figure(value=4.0, n=1, timed=True)
