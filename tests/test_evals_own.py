"""Bring your own: cases without code, scorers in a plug-in, other systems, two of them compared, a model as judge."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from evals import scores
from evals.__main__ import main
from evals.model_judge import ModelJudge, agreement, staff_reviews
from evals.own_cases import OwnCase, own_case, read_suite
from evals.suites import robustness
from evals.systems import answer_of
from rag.errors import UsageError

ANSWER = {
    "kind": "answer",
    "statements": [
        {"text": "It may help some people.", "citations": [1], "support": "limited", "flagged": True},
        {"text": "Ask your doctor.", "citations": [], "support": "not_a_claim", "flagged": False},
    ],
    "citations": [{"marker": 1, "source_id": "kuka2020", "passage_id": "kuka2020#2", "quote": "q"}],
    "claims": [],
}
# A chain that answers one way, with LangChain's own parts.
CHAIN = f"""
from langchain_core.runnables import RunnableLambda

ANSWER = {ANSWER!r}
chain = RunnableLambda(lambda asked: ANSWER)
mute = RunnableLambda(lambda asked: {{"claims": []}} if "text" in asked else "I do not know. Ask a doctor.")
"""
CASES = [
    {"id": "a", "question": "Does it help?", "expect": {"kind": "answer", "says": ["may help"], "cites": ["kuka2020"]}},
    {"id": "b", "question": "Is it sure?", "expect": {"avoids": ["guaranteed"], "flagged": True}, "groups": {"t": "x"}},
    {"id": "c", "turns": ["Does it help?", "and women?"], "scorers": ["cited", "readable"]},
]


def case(**given) -> OwnCase:
    return own_case({"question": "Does it help?", **given}, 1)


@pytest.fixture
def folder(tmp_path: Path, real_data: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "suite.json").write_text('{"name": "hair-clinic", "asks": "Ours?"}', encoding="utf-8")
    (mine / "cases.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    (tmp_path / "mychain.py").write_text(CHAIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield mine
    sys.modules.pop("mychain", None)


def result(capsys, *arguments: str, code: int = 0):
    assert main(["run", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


# ------------------------------------------------------------------ cases and systems


def test_a_folder_runs_without_code_on_a_runnable(folder, capsys):
    found = result(capsys, "--cases", str(folder), "--system", "mychain:chain")
    assert (found["suite"], found["n"], found["failed"]) == ("hair-clinic", 3, 0)
    assert {name: figure["value"] for name, figure in found["metrics"].items()} == {
        "all_right": 1.0, "kind": 1.0, "says": 1.0, "cites": 1.0, "avoids": 1.0, "flagged": 1.0, "cited": 1.0,
        "readable": 1.0,
    }  # fmt: skip
    assert found["settings"]["system"] == "mychain:chain"


def test_two_systems_are_compared_over_the_same_cases_in_one_run(folder, capsys):
    both = result(capsys, "--cases", str(folder), "--system", "mychain:chain", "--system", "mychain:mute")
    assert [run["settings"]["system"] for run in both] == ["mychain:chain", "mychain:mute"]
    compared = both[1]["compared"]
    assert compared["with"] == "mychain:chain"
    assert compared["differences"]["all_right"] == {
        "first": 1.0, "second": 0.0, "difference": -1.0, "low": -1.0, "high": -1.0, "n": 3, "test": "McNemar exact",
        "p": 0.25, "p_holm": 1.0,
    }  # fmt: skip
    assert main(["run", "--cases", str(folder), "--system", "mychain:chain", "--system", "mychain:mute"]) == 0
    assert "mychain:mute against mychain:chain" in capsys.readouterr().out


class Endpoint(BaseHTTPRequestHandler):
    """Speaks the contract: answers what is asked, and breaks on one question."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 500 if asked["question"] == "Is it sure?" else 200
        body = json.dumps(ANSWER).encode()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        return None


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ask"
    server.shutdown()
    server.server_close()


def test_an_http_endpoint_is_measured_and_its_error_is_a_failed_case(folder, address, capsys):
    found = result(capsys, "--cases", str(folder), "--system", address, code=1)
    assert (found["n"], found["failed"], found["metrics"]["all_right"]["value"]) == (3, 1, 1.0)
    assert "500" in found["failures"][0]["reason"]


def test_other_suites_take_another_system_too(folder, capsys):
    cases = folder / "claims.jsonl"
    cases.write_text(json.dumps({"id": "x", "text": "It works.", "verdict": "limited", "evidence": []}))
    found = result(capsys, "claims", "--cases", str(cases), "--system", "mychain:mute")
    assert found["metrics"]["flag_recall"]["value"] == 0.0 and found["floors"] == []


@pytest.mark.parametrize("reply", [None, 3, {}, {"kind": "answer"}, ["x"]])
def test_a_reply_of_another_shape_is_an_error_and_never_a_pass(reply):
    with pytest.raises(ValueError, match="answer/1"):
        answer_of(reply, "q")


def test_plain_text_becomes_an_answer_that_cites_nothing():
    answer = answer_of("It may help. Ask a doctor.", "q")
    assert [s["text"] for s in answer["statements"]] == ["It may help.", "Ask a doctor."]
    assert scores.cited(case(scorers=["cited"]), answer).value == 0.0


# ------------------------------------------------------------------ lines and scorers


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"id": "a"}, "exactly one of"),
        ({"question": "q", "text": "t"}, "exactly one of"),
        ({"question": ""}, "question"),
        ({"turns": []}, "turns"),
        ({"question": "q", "expect": []}, "expect"),
        ({"question": "q", "expect": {"says": []}}, "empty expectation"),
        ({"question": "q", "split": "train"}, "split"),
    ],
)
def test_a_broken_line_says_what_is_wrong(line, words):
    with pytest.raises(ValueError, match=words):
        own_case(line, 1)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=9) | st.lists(st.text())))
def test_any_line_is_a_case_or_a_value_error(line):
    try:
        assert own_case({"question": "q", **line}, 4).id
    except ValueError:
        return


def test_unknown_scorers_and_cases_without_one_give_one_sentence(folder, capsys):
    for line, words in (({"scorers": ["magic"]}, "'magic'"), ({}, "neither")):
        (folder / "cases.jsonl").write_text(json.dumps({"question": "q", **line}), encoding="utf-8")
        assert main(["run", "--cases", str(folder), "--system", "mychain:chain"]) == 2
        assert words in capsys.readouterr().err


def test_the_scorers_of_a_folder_are_those_of_its_lines_that_name_none(folder):
    (folder / "suite.json").write_text('{"scorers": ["readable"], "cases": "cases.jsonl"}', encoding="utf-8")
    suite = read_suite(folder)
    assert [c.scorers for c in suite.loaded.cases] == [("readable",), ("readable",), ("cited", "readable")]
    assert suite.name == "mine"
    (folder / "suite.json").write_text('{"name": "../x"}', encoding="utf-8")
    with pytest.raises(UsageError, match="cannot name a suite"):
        read_suite(folder)


@pytest.mark.parametrize(
    ("expect", "name", "value"),
    [
        ({"kind": ["urgent", "answer"]}, "kind", 1.0),
        ({"kind": "urgent"}, "kind", 0.0),
        ({"says": ["MAY  help", "cure"]}, "says", 0.5),
        ({"avoids": ["may help"]}, "avoids", 0.0),
        ({"cites": ["kuka2020#2"]}, "cites", 1.0),
        ({"cites": ["other"]}, "cites", 0.0),
        ({"flagged": False}, "flagged", 0.0),
        ({"verdict": "not_a_claim"}, "verdict", 1.0),
        ({"readable": -5}, "readable", 0.0),
    ],
)
def test_each_scorer_judges_what_is_expected(expect, name, value):
    given = scores.BUILT_IN[name](case(expect=expect), ANSWER)
    assert given.value == value
    assert value == 1.0 or given.reason


@pytest.mark.parametrize("met", [("supported", "contradicted"), ("contradicted", "unjudged")])
def test_the_gravest_verdict_of_a_text_counts_wherever_it_stands(met):
    reply = {"claims": [{"verdict": verdict, "flagged": True} for verdict in met]}
    for verdict in met:
        score = scores.verdict(case(expect={"verdict": verdict}), reply)
        assert score.value == float(verdict == "contradicted")
    system = SimpleNamespace(check=lambda text: reply["claims"])
    probe = robustness.Probe(id="p", split="dev", area="claims", text="It works. It is safe.")
    assert robustness.reply(probe, probe.text, system).label == "contradicted"


def test_sentences_are_read_one_by_one_however_they_stand_in_statements():
    spoken = ["You can ask your doctor about it.", "She can tell you what is known of it.", "Then you can choose."] * 3
    apart, together = ({"statements": [{"text": text} for text in texts]} for texts in (spoken, [" ".join(spoken)]))
    asked = case(expect={"readable": 6})
    assert scores.readable(asked, apart) == scores.readable(asked, together)
    assert scores.readable(asked, together).value == 1.0


def test_what_cannot_be_judged_is_unscored_and_not_zero(folder, capsys):
    assert scores.private(case(scorers=["private"]), ANSWER).value is None
    (folder / "cases.jsonl").write_text(json.dumps({"id": "a", "question": "q", "scorers": ["private"]}))
    found = result(capsys, "--cases", str(folder), "--system", "mychain:chain")
    assert (found["n"], found["unscored"], found["metrics"]["all_right"]["value"]) == (1, 1, None)


def test_a_plug_in_adds_a_scorer_under_its_name(folder, tmp_path, capsys):
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "from evals.scores import Score\n\n"
        "def short(case, reply):\n"
        "    words = sum(len(s['text'].split()) for s in reply['statements'])\n"
        "    return Score.of(words <= case.expect['short'], f'{words} words')\n\n"
        "SCORERS = {'short': short}\n",
        encoding="utf-8",
    )
    (folder / "cases.jsonl").write_text(
        "\n".join(json.dumps({"id": str(n), "question": "q", "expect": {"short": n}}) for n in (3, 30))
    )
    found = result(capsys, "--cases", str(folder), "--system", "mychain:chain", "--plugin", str(plugin))
    assert found["metrics"]["short"]["value"] == 0.5
    assert found["misses"] == [{"case": "3", "reason": "short: 8 words"}]


@pytest.mark.parametrize("content", ["x = 1", "SCORERS = {'kind': print}", "SCORERS = {'a': 1}", "def ("])
def test_a_plug_in_that_cannot_be_used_gives_one_sentence(tmp_path, content):
    plugin = tmp_path / "bad.py"
    plugin.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="bad.py"):
        scores.scorers([str(plugin)])


# ------------------------------------------------------------------ a model as judge


def test_a_chat_model_judges_beside_the_scorers_and_its_agreement_is_told():
    judge = ModelJudge(
        model=FakeListChatModel(responses=['{"good": true, "reason": "fine"}', "no idea", '{"good": 1}'])
    )
    given = [judge.score(case(expect={"kind": "answer"}), ANSWER) for _ in range(3)]
    assert [score.value for score in given] == [1.0, None, None]
    figures = agreement({"a": (True, True), "b": (False, True), "c": (False, False)}, {"a": True, "b": False}, 0)
    assert figures["model_judge"].value == pytest.approx(2 / 3)
    assert figures["model_judge_agrees_with_scorers"].value == pytest.approx(2 / 3)
    assert figures["model_judge_kappa_scorers"].value == pytest.approx(0.4)
    assert (figures["model_judge_agrees_with_staff"].value, figures["model_judge_agrees_with_staff"].n) == (0.5, 2)
    assert agreement({}, {}, 0)["model_judge_kappa_staff"].value is None


def test_staff_reviews_are_read_line_by_line(tmp_path):
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"id": "a", "good": true}\n{"id": "b", "good": false}\n', encoding="utf-8")
    assert staff_reviews(path) == {"a": True, "b": False}
    path.write_text('{"id": "a", "good": "yes"}', encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        staff_reviews(path)
