"""Laws of the measures: bounds, nothing over nothing, order, and intervals that repeat."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.metrics import (
    Confusion,
    accuracy,
    auroc,
    capped_recall_at,
    confusion_figure,
    f1,
    hit_at,
    macro_f1,
    mean,
    mean_figure,
    ndcg_at,
    precision,
    quantile_figure,
    ratio_figure,
    recall,
    recall_at,
    reciprocal_rank,
    share,
)

IDS = st.lists(st.sampled_from("abcdefghij"), unique=True)
RELEVANT = st.sets(st.sampled_from("abcdefghij"), min_size=1)
LABELS = st.sampled_from(["x", "y", "z"])
PAIRS = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40)


def test_a_figure_over_nothing_is_none():
    assert mean([]) is None
    assert share(1, 0) is None
    assert recall_at(["a"], [], 5) is None
    assert reciprocal_rank(["a"], []) is None
    assert ndcg_at(["a"], {}, 10) is None
    assert auroc([], [0.1]) is None
    for figure in (mean_figure([], 0), mean_figure([None], 0), ratio_figure([], 0), quantile_figure([], 0.5, 0)):
        assert (figure.value, figure.low, figure.high, figure.n) == (None, None, None, 0)


@given(IDS, RELEVANT, st.integers(1, 12))
def test_ranking_measures_stay_between_0_and_1(ranked, relevant, depth):
    gains = dict.fromkeys(relevant, 1.0)
    for value in (
        recall_at(ranked, relevant, depth),
        capped_recall_at(ranked, relevant, depth),
        hit_at(ranked, relevant, depth),
        reciprocal_rank(ranked, relevant),
        ndcg_at(ranked, gains, depth),
    ):
        assert value is not None and 0.0 <= value <= 1.0 + 1e-12


@given(IDS, RELEVANT)
def test_looking_deeper_never_lowers_recall(ranked, relevant):
    values = [recall_at(ranked, relevant, depth) for depth in range(1, 11)]
    assert values == sorted(values)


@given(RELEVANT, st.integers(1, 12))
def test_all_relevant_first_is_a_perfect_ranking(relevant, depth):
    ranked = [*sorted(relevant), "other"]
    assert ndcg_at(ranked, dict.fromkeys(relevant, 1.0), depth) == pytest.approx(1.0)
    assert reciprocal_rank(ranked, relevant) == 1.0
    assert capped_recall_at(ranked, relevant, depth) == 1.0


def test_ndcg_agrees_with_the_worked_example():
    # gains 3, 0, 1 found; ideal 3, 2, 1: (3 + 1/2) / (3 + 2/log2(3) + 1/2)
    expected = 3.5 / (3 + 2 / math.log2(3) + 0.5)
    assert ndcg_at(["a", "q", "c"], {"a": 3.0, "b": 2.0, "c": 1.0}, 3) == pytest.approx(expected)


def test_a_repeated_id_gains_once():
    assert ndcg_at(["a", "a"], {"a": 1.0, "b": 1.0}, 2) < 1.0


@given(PAIRS)
def test_class_measures_stay_between_0_and_1_and_f1_lies_between_precision_and_recall(pairs):
    confusion = Confusion.of(("x", "y", "z"), pairs)
    assert confusion.n == len(pairs)
    assert 0.0 <= accuracy(confusion.matrix) <= 1.0
    assert 0.0 <= macro_f1(confusion.matrix) <= 1.0
    for i in range(3):
        p, r, f = (measure(confusion.matrix, i) for measure in (precision, recall, f1))
        if p is not None and r is not None:
            assert min(p, r) - 1e-12 <= f <= max(p, r) + 1e-12


@given(st.lists(LABELS, min_size=1))
def test_being_always_right_scores_1(labels):
    confusion = Confusion.of(("x", "y", "z"), [(label, label) for label in labels])
    assert accuracy(confusion.matrix) == macro_f1(confusion.matrix) == 1.0


def test_a_class_that_neither_occurs_nor_is_given_has_no_f1():
    confusion = Confusion.of(("x", "y"), [("x", "x")])
    assert f1(confusion.matrix, 1) is None
    assert macro_f1(confusion.matrix) == 1.0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 5))
def test_an_interval_holds_its_value_and_repeats_with_the_seed(values, seed):
    figure = mean_figure(values, seed)
    assert figure.low <= figure.value <= figure.high
    assert figure == mean_figure(values, seed)


@settings(max_examples=10, deadline=None)
@given(PAIRS)
def test_an_interval_of_a_confusion_holds_its_value(pairs):
    figure = confusion_figure(Confusion.of(("x", "y", "z"), pairs), macro_f1, 0)
    assert figure.low <= figure.value <= figure.high


def test_more_cases_give_a_narrower_interval():
    few, many = mean_figure([0.0, 1.0] * 10, 0), mean_figure([0.0, 1.0] * 500, 0)
    assert many.high - many.low < few.high - few.low


def test_auroc_of_perfect_and_even_scores():
    assert auroc([0.9, 0.8], [0.1]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5


@pytest.mark.parametrize("right", [1.0, 0.0])
def test_an_interval_of_cases_that_are_all_alike_is_the_exact_one(right):
    figure = mean_figure([right] * 7, seed=0)
    low, high = (figure.low, figure.high) if right else (1 - figure.high, 1 - figure.low)
    assert (round(low, 3), high) == (0.590, 1.0)  # Clopper and Pearson for 7 of 7


def test_the_exact_interval_counts_cases_not_what_they_hold():
    assert ratio_figure([(50.0, 50.0)] * 7, seed=0).low == mean_figure([1.0] * 7, seed=0).low


def test_always_right_labels_have_an_open_end_too():
    figure = confusion_figure(Confusion.of(("a", "b"), [("a", "a")] * 3 + [("b", "b")] * 4), accuracy, seed=0)
    assert figure.low == mean_figure([1.0] * 7, seed=0).low


def test_a_quantile_of_one_observation_has_no_interval():
    alone = quantile_figure([4.0], 0.5, 0)
    assert (alone.value, alone.low, alone.high, alone.n) == (4.0, None, None, 1)
    assert quantile_figure([], 0.5, 0).value is None
