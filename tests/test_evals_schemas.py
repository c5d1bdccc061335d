"""The documented shapes of cases and results, and what the code reads and writes, are the same."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evals import cases
from evals.attacks import injection_case
from evals.cases import DATA
from evals.inventions import draft_case
from evals.messages import message_case
from evals.metrics import Figure
from evals.own_cases import own_case
from evals.records import Record
from evals.results import Note, SuiteResult, result_json
from evals.talks import talk_case

SCHEMAS = Path(cases.__file__).parent / "schemas"
PARSERS = {
    "claims": cases.claim_case,
    "retrieval": cases.retrieval_case,
    "safety": cases.safety_case,
    "pairs": cases.pair_case,
    "own": own_case,
    "answers": talk_case,
    "parts": message_case,
    "drafts": draft_case,
    "injection": injection_case,
}
TURN = {"question": "q", "kinds": ["answer"], "facts": [["12 of 100", "twelve"]], "never": ["cure"]}
GOOD = {
    "claims": {"id": "a", "text": "It works.", "verdict": "limited", "evidence": []},
    "retrieval": {"id": "a", "question": "q", "sources": ["s"], "kind": "plain"},
    "safety": {"id": "a", "text": "t", "kind": "urgent"},
    "pairs": {"claim": "c", "evidence": "e", "label": "neutral"},
    "own": {"question": "q", "expect": {"kind": "answer"}},
    "answers": {"turns": [TURN]},
    "parts": {"id": "a", "turns": ["Is it safe? And the price?"], "asks": [{"words": "the price", "topics": ["cost"]}]},
    "drafts": {"text": "t", "passages": ["a#1"], "truth": True, "how": "figure"},
    "injection": {"place": "pasted", "style": "plain", "base": "b", "attack": "a", "never": ["x"]},
}
# What is put into a good line; None takes the key away.
CHANGES = [
    {"id": None}, {"id": ""}, {"text": " "}, {"text": None}, {"verdict": "true"}, {"evidence": "x"}, {"evidence": [1]},
    {"question": 3}, {"sources": []}, {"sources": [], "kind": "out_of_scope"}, {"kind": "none"}, {"turns": []},
    {"turns": ["a", "b"]}, {"label": "maybe"}, {"claim": ""}, {"split": "train"}, {"split": "held_back"},
    {"provenance": "us, 2026"}, {"expect": []}, {"expect": {"says": []}}, {"expect": {"new": 3}}, {"scorers": "kind"},
    {"groups": {"topic": "x"}}, {"note": "n"}, {"passages": []}, {"passages": [" "]}, {"truth": "yes"}, {"how": ""},
    {"place": "letter"}, {"never": "x"}, {"base": None}, {"turns": [TURN | {"kinds": []}]},
    {"turns": [TURN | {"facts": [[]]}]}, {"turns": [TURN | {"question": " "}]}, {"turns": [TURN | {"wants": "less"}]},
    {"turns": [TURN | {"wants": "more"}]}, {"asks": []}, {"asks": "x"}, {"asks": [{"words": "it", "topics": "x"}]},
    {"asks": [{"words": "", "topics": []}]}, {"asks": [{"words": "it", "topics": []}]}, {},
]  # fmt: skip


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", PARSERS)
def test_schema_and_code_take_and_refuse_the_same_lines(name):
    checked = validator(name)
    for change in CHANGES:
        line = {key: value for key, value in {**GOOD[name], **change}.items() if value is not None}
        try:
            PARSERS[name](line, 1)
            read = True
        except ValueError:
            read = False
        assert checked.is_valid(line) is read, (line, read)


@pytest.mark.parametrize("name", ["claims", "retrieval", "safety", "answers", "parts", "drafts", "injection"])
def test_every_shipped_case_fits_its_schema(name):
    checked = validator(name)
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [n for n, line in enumerate(lines, 1) if not checked.is_valid(json.loads(line))] == []


def test_a_result_fits_its_schema():
    result = SuiteResult(
        suite="claims", n=3, unscored=1, failed=1,
        metrics={"accuracy": Figure(value=None), "x": Figure(value=1.0, n=2)},
        failures=(Note(case_id="b", reason="r"),),
        cases=(Record(id="a", scores={"x": 0.5}, weights={"x": 2}, truth="t", given="g"), Record(id="b")),
    )  # fmt: skip
    shape = result_json(result)
    assert list(validator("result").iter_errors(shape)) == []
    assert not validator("result").is_valid({**shape, "metrics": {"x": 1.0}})
