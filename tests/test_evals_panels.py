"""What the drawings show, as numbers."""

import pytest
from fakes_evals import case, empty, result

from evals import panels


def test_wilsons_interval_is_the_published_one():
    bar = panels.wilson("", 9, 10)
    assert (bar.value, round(bar.low, 3), round(bar.high, 3)) == (0.9, 0.596, 0.982)


@pytest.mark.parametrize(("right", "n"), [(0, 5), (5, 5), (1, 1000), (1, 3)])
def test_a_share_lies_within_its_interval_and_the_interval_within_0_and_1(right, n):
    bar = panels.wilson("", right, n)
    assert 0 <= bar.low <= bar.value <= bar.high <= 1


def test_groups_are_counted_without_their_misses_lowest_first():
    (bars,) = panels.group_bars(result())
    assert bars.title == "By topic"
    assert [bar.value for bar in bars.bars] == sorted(bar.value for bar in bars.bars)
    assert sum(bar.n for bar in bars.bars) == 40


def test_a_group_that_all_cases_share_is_not_drawn():
    cases = [case(number, missed=False, groups={"topic": "one"}) for number in range(9)]
    assert list(panels.group_bars(result() | {"cases": cases})) == []


def test_unscored_and_failed_cases_count_in_no_group():
    failed = case(0, missed=False, status="failed", groups={"topic": "topic 0"})
    (bars,) = panels.group_bars(result() | {"cases": [failed, *result()["cases"]]})
    assert sum(bar.n for bar in bars.bars) == 40


def test_the_risk_falls_with_the_coverage_when_the_sure_are_right():
    curve = panels.risk_coverage(result())
    assert curve.points[0][1].value == 0.0
    assert curve.points[-1][0] == 1.0
    assert curve.points[-1][1].value == curve.overall == 0.25


def test_cases_of_one_score_are_taken_together():
    cases = [case(n, missed=n % 2 == 0) for n in range(40)]
    for n, record in enumerate(cases):
        record["scores"]["confidence"] = 0.9 if n < 20 else 0.4
    curve = panels.risk_coverage(result() | {"cases": cases})
    assert [round(at, 2) for at, _ in curve.points] == [0.5, 1.0]


def test_the_calibration_error_is_the_mean_distance_of_the_bins():
    cases = [case(n, missed=n % 8 >= 6) for n in range(40)]
    for n, record in enumerate(cases):
        record["scores"]["confidence"] = 0.7 if n < 16 else 0.9
    calibrated = panels.calibration(result() | {"cases": cases})
    assert calibrated.n == 40
    # 0.75 are right in each bin: 16 cases are 0.05 too little sure, 24 cases 0.15 too sure.
    assert calibrated.error == pytest.approx((16 * 0.05 + 24 * 0.15) / 40)


def test_a_similarity_is_ranked_but_not_calibrated():
    cases = [case(n, missed=False) for n in range(40)]
    for n, record in enumerate(cases):
        record["scores"] = {"similarity": n / 40, "hit@5": float(n > 3)}
    ranked = result() | {"suite": "retrieval", "cases": cases}
    assert panels.calibration(ranked) is None
    assert panels.risk_coverage(ranked).overall == 0.1


def test_nothing_measured_gives_no_panel():
    nothing = empty()
    assert list(panels.group_bars(nothing)) == list(panels.class_bars(nothing)) == []
    assert panels.calibration(nothing) is panels.risk_coverage(nothing) is panels.case_times(nothing) is None


def test_the_times_of_few_cases_are_not_drawn_as_a_distribution():
    few = result() | {"timings": {"cases": {"a": 1.0, "b": 2.0}, "metrics": []}}
    assert panels.case_times(few) is None
    assert dict(panels.case_times(result()).quantiles)["p50"] == pytest.approx(24.5)


def test_each_kind_of_work_has_its_own_spread_and_one_that_was_not_timed_has_none():
    samples = {"ask": [3.0, 1.0, 2.0], "review": [], "stock: ask": [9.0]}
    asked, stock = panels.spreads({"timings": {"samples": samples}})
    assert (asked.values, asked.p50, asked.beside) == ((1.0, 2.0, 3.0), 2.0, False)
    assert (stock.values, stock.beside) == ((9.0,), True)
    assert panels.spreads(result()) == ()


def test_growth_is_drawn_over_the_sizes_that_were_measured():
    head = ["passages", "build ms each", "embedding", "open ms", "search p50", "search p95", "disk MB", "peak MB"]
    rows = [["1000", 5.0, 4.0, 90.0, 6.0, 9.0, 8.0, 300.0], ["10000", 5.5, 4.0, 200.0, 8.0, 12.0, 60.0, None]]
    table = {"title": "Growth", "head": head, "rows": [*rows, ["100000", *[None] * 7]]}
    grown = panels.growth({"tables": [table]})
    assert grown.passages == (1000, 10000)
    assert dict(grown.lines)["search, median"] == (6.0, 8.0)
    assert panels.growth({"tables": [table | {"rows": rows[:1]}]}) is panels.growth(result()) is None
