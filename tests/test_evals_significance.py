"""Paired tests against closed forms, and two runs compared case by case."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.__main__ import main
from evals.comparison import by_group, compare, comparison_json, groups_in
from evals.metrics import macro_f1
from evals.report import comparison_text
from evals.significance import decisions, holm, kappa, labels, mcnemar, means, p_words
from rag.errors import UsageError

DECISIONS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)
SCORES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


def plain(values):
    return [(float(v), 1.0) for v in values]


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_two_sided_binomial_test(only_first, only_second):
    n, k = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(n, i) * 0.5**n for i in range(k + 1))
    assert mcnemar(only_first, only_second) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar(only_first, only_second) == mcnemar(only_second, only_first)


@given(DECISIONS)
def test_counting_every_swap_of_decisions_is_mcnemars_exact_test(pairs):
    apart = sum(a != b for a, b in pairs)
    if apart > 13:
        return
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    assert means(plain(first), plain(second), 0).p == pytest.approx(decisions(first, second, 0).p)


@settings(max_examples=15)
@given(st.integers(14, 60), st.integers(0, 60))
def test_random_swaps_come_near_the_exact_test(only_first, only_second):
    first = [1.0] * only_first + [0.0] * only_second
    second = [0.0] * only_first + [1.0] * only_second
    found = means(plain(first), plain(second), seed=1)
    assert found.p == pytest.approx(mcnemar(only_first, only_second), abs=0.03)


@settings(max_examples=30)
@given(SCORES)
def test_swapping_the_runs_turns_the_sign_and_keeps_p(pairs):
    first, second = plain(a for a, _ in pairs), plain(b for _, b in pairs)
    one, two = means(first, second, 3), means(second, first, 3)
    assert one.value == pytest.approx(-two.value)
    assert one.p == pytest.approx(two.p, abs=0.03)
    assert one.low <= one.value <= one.high


@settings(max_examples=30)
@given(SCORES)
def test_a_run_against_itself_differs_by_nothing(pairs):
    same = plain(a for a, _ in pairs)
    found = means(same, same, 0)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_constant_gain_on_every_case_has_the_sign_tests_p():
    scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    found = means(plain(scores), plain(s + 0.1 for s in scores), 0)
    assert found.p == pytest.approx(2 / 2**8)
    assert found.value == pytest.approx(0.1) and found.test == "randomisation, all swaps"


def test_shares_are_compared_as_sums_over_sums():
    first, second = [(1.0, 4.0), (0.0, 0.0)], [(3.0, 4.0), (1.0, 1.0)]
    found = means(first, second, 0)
    assert (found.first, found.second) == (0.25, 0.8)


def test_nothing_compared_is_none_and_never_zero():
    found = means([], [], 0)
    assert (found.first, found.value, found.p, found.n) == (None, None, None, 0)


def test_labels_that_are_all_better_are_seen_and_equal_ones_are_not():
    triples = [(i % 3, (i + 1) % 3, i % 3) for i in range(60)]
    better = labels(triples, 3, macro_f1, 0, rounds=300)
    assert better.second == 1.0 and better.p < 0.01
    equal = labels([(t, a, a) for t, a, _ in triples], 3, macro_f1, 0, rounds=300)
    assert equal.value == 0.0 and equal.p == 1.0


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(values):
    adjusted = holm(values)
    assert all(a >= p and a <= 1 for a, p in zip(adjusted, values, strict=True))
    assert all(
        adjusted[i] <= adjusted[j] for i in range(len(values)) for j in range(len(values)) if values[i] < values[j]
    )
    if values:
        assert min(adjusted) == pytest.approx(min(1.0, len(values) * min(values)))


def test_kappa_has_its_textbook_value():
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([]) is None and kappa([("y", "y")]) is None


# ------------------------------------------------------------------ two runs


def a_run(right: dict[str, bool], suite: str = "claims") -> dict:
    cases = [
        {
            "id": id_, "status": "scored", "missed": not good, "scores": {"accuracy": float(good)},
            "truth": "supported", "given": "supported" if good else "mixed",
            "groups": {"voice": "doctor" if number % 2 else "patient"},
        }
        for number, (id_, good) in enumerate(right.items())
    ]  # fmt: skip
    return {"suite": suite, "cases": cases}


def test_two_runs_are_paired_by_case_and_the_unpaired_are_counted():
    first = a_run({"a": False, "b": False, "c": True, "x": True})
    second = a_run({"a": True, "b": True, "c": True, "y": True, "z": False})
    found = compare(first, second)
    accuracy = found.differences["accuracy"]
    assert (accuracy.first, accuracy.second, accuracy.n, accuracy.test) == (1 / 3, 1.0, 3, "McNemar exact")
    assert accuracy.p == 0.5
    assert (found.only_first, found.only_second) == (1, 2)
    assert comparison_json(found)["differences"]["macro_f1"]["n"] == 3


def test_a_breakdown_has_the_n_of_each_group():
    first, second = a_run(dict.fromkeys("abcde", False)), a_run(dict.fromkeys("abcde", True))
    parts = by_group(first, second, "voice")
    assert [(p.group, p.differences["accuracy"].n) for p in parts] == [("voice doctor", 2), ("voice patient", 3)]
    assert groups_in(first["cases"]) == ["truth", "given", "voice"]


def test_runs_that_cannot_be_compared_give_one_sentence():
    with pytest.raises(UsageError, match="one suite"):
        compare(a_run({"a": True}), a_run({"a": True}, suite="safety"))
    with pytest.raises(UsageError, match="share no case"):
        compare(a_run({"a": True}), a_run({"b": True}))
    with pytest.raises(UsageError, match="choose from truth"):
        by_group(a_run({"a": True}), a_run({"a": True}), "colour")


def test_the_same_seed_gives_the_same_interval():
    rng = np.random.default_rng(5)
    first, second = plain(rng.random(50)), plain(rng.random(50))
    assert means(first, second, 7) == means(first, second, 7)


def test_a_p_is_shown_in_the_same_words_in_the_terminal_as_on_the_page():
    cases = [f"c{number}" for number in range(30)]
    found = comparison_json(compare(a_run(dict.fromkeys(cases, False)), a_run(dict.fromkeys(cases, True))))
    assert [p_words(0.0001), p_words(0.0421)] == ["< 0.001", "0.042"]
    assert p_words(found["differences"]["accuracy"]["p"]) in comparison_text(found)


def test_the_command_compares_two_files_of_runs(tmp_path, capsys):
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, run in zip(files, (a_run({"a": True, "b": False}), a_run({"a": True, "b": True})), strict=True):
        path.write_text(json.dumps(run | {"metrics": {}}), encoding="utf-8")
    assert main(["compare", *map(str, files), "--by", "voice", "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)
    assert [part["group"] for part in parts] == [None, "voice doctor", "voice patient"]
    assert parts[0]["differences"]["accuracy"]["difference"] == 0.5
    assert main(["compare", *map(str, files)]) == 0
    assert "+0.500" in capsys.readouterr().out
    files[0].write_text("[1]", encoding="utf-8")
    assert main(["compare", *map(str, files)]) == 2
    assert "holds no run" in capsys.readouterr().err
