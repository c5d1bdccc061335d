"""The conversations suite: its cases are whole, and each seeded fault lowers the figure that guards it."""

from collections import Counter
from dataclasses import replace

import pytest

from evals.cases import DATA, load_cases
from evals.suites.answers import audit
from evals.talks import talk_case
from rag.contract import answer_json
from rag.kinds import Kind, Verdict, Wish
from rag.types import Answer, Statement

TURN = {"question": "Is it safe?", "kinds": ["answer"], "facts": [["12 of 100", "twelve"]], "never": ["harmless"]}


def expected(**changes):
    return talk_case({"id": "a", "turns": [TURN | changes]}, 1).turns[0]


def reply(*texts: str, kind: Kind = Kind.ANSWER) -> Answer:
    statements = tuple(Statement(text=text, markers=(1,), support=Verdict.SUPPORTED) for text in texts)
    return Answer(question="Is it safe?", kind=kind, statements=statements)


GOOD = reply("It harmed 12 of 100 people.")


@pytest.fixture(scope="module")
def talks():
    return load_cases(DATA / "answers.jsonl", talk_case)


def test_the_shipped_conversations_are_whole_and_thirty_are_held_back(talks):
    assert talks.bad == ()
    assert len(talks.cases) >= 60 and sum(len(talk.turns) for talk in talks.cases) >= 200
    halves = Counter(talk.split for talk in talks.cases)
    assert halves["held_back"] >= 30 and halves["dev"] >= halves["held_back"]


def test_every_shipped_turn_expects_something(talks):
    assert all(turn.facts for talk in talks.cases for turn in talk.turns)


def test_a_whole_answer_has_no_fault():
    audited = audit(expected(), answer_json(GOOD))
    assert audited.faults == () and audited.facts == (1, 1) and audited.kind_right


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (reply("It harmed some people."), "does not say"),
        (reply("It harmed 12 of 100 people.", "It is harmless."), "must not"),
        (replace(GOOD, kind=Kind.URGENT), "is urgent, not answer"),
        (reply("It harmed 12 of 100 people.", "It harmed 12 of 100 people."), "said before"),
        (
            replace(GOOD, statements=(replace(GOOD.statements[0], markers=()),)),
            "neither cited nor flagged",
        ),
    ],
)
def test_each_seeded_fault_is_seen(answer, fault):
    assert any(fault in found for found in audit(expected(), answer_json(answer)).faults)


@pytest.mark.parametrize(
    ("wish", "answer", "met"),
    [
        (Wish.MORE, reply("A trial had 71 people."), True),
        (Wish.MORE, GOOD, False),
        (Wish.NUMBERS, reply("A trial had 71 people."), True),
        (Wish.NUMBERS, reply("A trial had few people."), False),
        (Wish.SIMPLER, reply("It can harm."), True),
        (Wish.SIMPLER, reply(" ".join(["It can harm."] * 40)), False),
    ],
)
def test_a_wish_about_form_is_held_against_what_came_before(wish, answer, met):
    assert audit(expected(wants=wish.value), answer_json(answer), [answer_json(GOOD)]).wish_met is met


@pytest.mark.parametrize(
    "broken", [{"facts": [[]]}, {"kinds": []}, {"kinds": ["nonsense"]}, {"facts": [["("]]}, {"question": " "}]
)
def test_a_broken_turn_is_refused_in_words(broken):
    with pytest.raises(ValueError):
        expected(**broken)
