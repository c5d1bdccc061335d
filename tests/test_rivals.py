"""A claim that turns a finding around is never backed by it."""

import pytest

from rag.judging.rivals import puts_first, turns
from rag.kinds import Verdict

FINDING = "In a trial of 393 men with pattern hair loss, 5% minoxidil gave 45% more regrowth than 2% minoxidil."


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        (FINDING, ("5%", "2%")),
        ("More hair regrew with 5% than with 2% minoxidil.", ("5%", "2%")),
        ("Dutasteride grows fewer hairs than finasteride", ("finasteride", "dutasteride")),
        ("Stem cells beat minoxidil hands down for hair", ("stem_cells", "minoxidil")),
    ],
)
def test_what_does_better_stands_first(vocabulary, text, pair):
    assert puts_first(text, vocabulary) == {pair}


@pytest.mark.parametrize(
    "text",
    [
        "PRP is no better than minoxidil",
        "Minoxidil 5% had more side effects than 2%",
        "PRP plus minoxidil gave more hair than minoxidil alone",
        "Hair loss was greater with PRP than with minoxidil",
        "PRP kept more than 75% of the hairs",
    ],
)
def test_what_sets_neither_first_gives_no_pair(vocabulary, text):
    assert puts_first(text, vocabulary) == set()


def test_a_finding_turns_the_claim_that_says_the_reverse_and_no_other(vocabulary):
    assert [*turns("2% minoxidil regrows more hair than 5%", [FINDING], vocabulary)] == [FINDING]
    assert [*turns("5% minoxidil regrows more hair than 2%", [FINDING], vocabulary)] == []


def test_findings_that_do_not_agree_turn_nothing(vocabulary):
    other = "In 90 men, 2% minoxidil gave more hair than 5% minoxidil."
    assert [*turns("2% minoxidil regrows more hair than 5%", [FINDING, other], vocabulary)] == []


@pytest.mark.parametrize(
    "claim",
    [
        "For men, 2% minoxidil solution regrows more hair than the 5% solution",
        "Dutasteride grows fewer hairs than finasteride",
    ],
)
def test_a_turned_comparison_is_contradicted_with_the_finding_in_front(assistant, claim):
    (judged,) = assistant.check(claim)
    assert judged.verdict is Verdict.CONTRADICTED
    assert judged.evidence[0].stance == "refutes"


@pytest.mark.parametrize(
    "claim",
    ["Scalp cooling during chemotherapy raises the chance of losing your hair", "Finasteride lowers hair counts"],
)
def test_a_gain_told_as_a_loss_is_never_called_supported(assistant, claim):
    assert all(judged.verdict is not Verdict.SUPPORTED for judged in assistant.check(claim))
