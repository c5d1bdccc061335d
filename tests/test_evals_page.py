"""The report as a page: everything shown, nothing empty, nothing from elsewhere, nobody's words as markup."""

import re
from collections import Counter

import pytest
from fakes_evals import ABOUT, case, empty, result, saved, timed
from lxml import html as markup

from evals import page
from evals.comparison import compare, comparison_json
from evals.results import result_json
from evals.runner import Context
from evals.suites import abstention, citations, claims, retrieval, safety

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def text_of(document: str) -> str:
    return " ".join(markup.fromstring(document).text_content().split())


@pytest.fixture(scope="module")
def full() -> str:
    return page.html(saved(result(), name="now"), [saved(result(20, 20), name="before")])


def test_a_full_result_has_every_panel(full):
    headings = [h.text_content() for h in markup.fromstring(full).iter("h2", "h3")]
    assert headings[:3] == ["At a glance", "Claims", "Figures from 0 to 1"]
    for heading in (
        "Confusion",
        "Recall by class",
        "Precision by class",
        "By topic",
        "Calibration",
        "Risk and coverage",
        "Time of a case",
        "Cases to look at (10)",
        "History",
        "Reporting sheet (CHART)",
    ):
        assert heading in headings


def test_the_times_of_each_kind_of_work_are_drawn_with_their_median_and_p95():
    document = markup.fromstring(page.html(saved(timed())))
    (drawing,) = [f for f in document.iter("figure") if f.xpath("./h3[.='Times of each kind of work']")]
    words = " ".join(drawing.text_content().split())
    assert "32 ms, 42.8 ms (n 25)" in words and "stock: ask" in words and "4 s, 4 s (n 1)" in words
    assert "The stock pipeline is grey." in words
    assert document.xpath("//figure/h3[.='Growth']")


def test_a_result_that_measured_nothing_draws_nothing_and_shows_a_dash():
    document = page.html(saved(empty()))
    assert "<svg" not in document and "<figure" not in document and "Cases to look at" not in document
    row = next(r for r in markup.fromstring(document).iter("tr") if "accuracy" in r.text_content())
    cells = [cell.text_content() for cell in row.iter("td")]
    assert page.NONE in cells and "0.000" not in " ".join(cells)


def test_a_figure_over_nothing_beside_measured_ones_is_a_dash(full):
    row = next(r for r in markup.fromstring(full).iter("tr") if r.text_content().strip().startswith("empty"))
    assert "0.000" not in row.text_content() and page.NONE in row.text_content()


def test_a_figure_stands_with_its_interval_and_n(full):
    row = next(r for r in markup.fromstring(full).iter("tr") if r.text_content().strip().startswith("accuracy"))
    assert [cell.text_content() for cell in row.iter("td")][:3] == ["0.750", "0.650 to 0.850", "40"]


@pytest.mark.parametrize("place", ["id", "given", "groups", "seen", "table", "label", "name", "reason", "settings"])
def test_nobodys_words_become_markup(place):
    wrong = case(40, missed=True)
    changed = result()
    if place in ("id", "given"):
        wrong[place] = ATTACK
    elif place == "groups":
        wrong["groups"] = {ATTACK: ATTACK}
    elif place == "seen":
        wrong["seen"] = {ATTACK: [ATTACK, {ATTACK: ATTACK}, ["a b", ATTACK]]}
    elif place == "table":
        changed["tables"].append({"title": ATTACK, "head": [ATTACK, "n"], "rows": [[ATTACK, ATTACK]]})
    elif place == "label":
        changed["confusion"] = {"labels": [ATTACK, "b"], "rows_are_true": [[3, 1], [1, 2]]}
    elif place == "reason":
        changed["failures"] = [{"case": ATTACK, "reason": ATTACK}]
    elif place == "settings":
        changed["settings"] = {"split": ATTACK, "seed": 0, "files": [ATTACK]}
    changed["cases"] = [*changed["cases"], wrong]
    changed["misses"] = [*changed["misses"], {"case": wrong["id"], "reason": ATTACK}]
    document = page.html(saved(changed, name=ATTACK if place == "name" else "now"))
    parsed = markup.fromstring(document)
    assert not list(parsed.iter("script", "img"))
    assert not [e for e in parsed.iter() if any(key.startswith("on") for key in e.attrib)]
    assert "alert(1)" in document  # shown as words


def test_nothing_comes_from_elsewhere(full):
    for element in markup.fromstring(full).iter():
        for key in ("href", "src", "srcset", "data", "action"):
            assert element.get(key, "#").startswith(("#", "data:,")), (element.tag, key)
    assert "@import" not in full and not re.search(r"url\((?!#)", full)


def test_no_id_stands_twice_and_every_reference_is_met(full):
    parsed = markup.fromstring(full)
    ids = Counter(element.get("id") for element in parsed.iter() if element.get("id"))
    assert max(ids.values()) == 1
    assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", full)) <= set(ids)


def test_the_same_run_gives_the_same_page(full):
    assert full == page.html(saved(result(), name="now"), [saved(result(20, 20), name="before")])


def test_a_later_run_differs_in_its_date_alone():
    first = page.html(saved(result()))
    second = page.html(saved(result(), about=ABOUT | {"date": "2026-12-24T09:00:00+00:00"}))
    assert first != second
    assert first.replace("2026-11-26", "2026-12-24") == second


def test_a_change_since_the_baseline_is_shown_with_its_p_where_it_is_clear(full):
    row = next(r for r in markup.fromstring(full).iter("tr") if r.text_content().strip().startswith("accuracy"))
    assert "+0.250" in row.text_content() and "p 0.00" in row.text_content().replace("< ", "")
    assert "compared with the run “before”" in text_of(full)


def test_a_small_change_is_shown_without_a_p():
    document = page.html(saved(result(30, 10)), [saved(result(29, 11), name="before")])
    assert "+0.025" in document and 'class="clear"' not in document


def test_no_change_is_shown_when_other_cases_ran():
    other = result(20, 20) | {"settings": {"split": "dev", "limit": 7, "seed": 0, "files": []}}
    document = page.html(saved(result()), [saved(other, name="before")])
    assert "+0.250" not in document
    assert "The baseline has no run of this suite on the same cases." in text_of(document)


def test_the_history_shows_every_run_in_order():
    runs = [saved(result(n, 40 - n), name=f"run {n}") for n in (10, 20)]
    history = markup.fromstring(page.html(saved(result()), runs)).get_element_by_id("history")
    words = " ".join(history.text_content().split())
    assert words.index("run 10") < words.index("run 20") < words.index("now")
    assert all(value in words for value in ("0.250", "0.500", "0.750"))


def test_the_words_of_held_back_cases_are_not_printed():
    hidden = result() | {"cases": [case(n, missed=True, groups={"split": "held_back"}) for n in range(30, 40)]}
    document = page.html(saved(hidden))
    assert "c030" in document and "the words of case" not in document


def test_a_case_without_a_record_is_not_printed_where_it_may_be_held_back():
    settings = {"settings": {"split": "all", "limit": None, "seed": 0, "files": []}}
    notes = {"misses": [{"case": "talk-1 turn 2", "reason": "the words of a held-back case"}]}
    document = page.html(saved(result() | settings | notes))
    assert "talk-1 turn 2" in document and "the words of a held-back case" not in document


def test_a_missed_case_shows_what_was_wanted_given_and_found():
    found = case(39, missed=True, seen={"wanted": ["kuka2020#2"], "found": ["olsen2002#1", "kuka2020#2"]})
    document = page.html(saved(result() | {"cases": [found]}))
    article = next(a for a in markup.fromstring(document).iter("article") if "c039" in a.text_content())
    words = " ".join(article.text_content().split())
    assert "true: contradicted" in words and "given: supported" in words
    assert "olsen2002#1, ✓ kuka2020#2" in words


def test_the_reporting_sheet_is_filled_in_and_leaves_the_rest_to_people(full):
    sheet = markup.fromstring(full).get_element_by_id("sheet")
    words = " ".join(sheet.text_content().split())
    for number in ("1a-b", "2a-b", "3a-b", "4a-c", "5a-b", "6a-d", "7a-b", "8", "9a", "10a-c", "11a-c", "12a-e"):
        assert number in words
    for known in ("abc123def456", "53aa51172d14", "205 sources", "3589 passages", ABOUT["date"], "40 of 40 scored"):
        assert known in words
    assert "to be written by those who report" in words


def test_a_failed_case_is_counted_and_listed_with_its_reason():
    broken = {"failed": 1, "n": 41, "failures": [{"case": "cases.jsonl line 7", "reason": "not valid JSON"}]}
    words = text_of(page.html(saved(result() | broken)))
    assert "40 of 41 cases scored" in words and "1 failed" in words
    assert "cases.jsonl line 7" in words and "not valid JSON" in words


def test_the_results_of_the_products_suites_render(assistant):
    context = Context(settings=assistant.settings, opened=assistant, limit=6)
    results = [result_json(suite.run(context)) for suite in (retrieval, claims, citations, safety, abstention)]
    document = page.html(saved(*results))
    for name in ("retrieval", "claims", "citations", "safety", "abstention"):
        assert markup.fromstring(document).get_element_by_id(name).xpath(".//svg")


def test_two_systems_of_one_run_have_a_section_each_and_the_second_is_compared_with_the_first():
    other = result(20, 20) | {"settings": result()["settings"] | {"system": "mychain:chain"}}
    first, second = (dict(r) for r in (result(), other))
    other["compared"] = {"with": "product", **comparison_json(compare(first, second))}
    document = page.html(saved(result(), other), [saved(result(20, 20), name="before")])
    parsed = markup.fromstring(document)
    ids = Counter(element.get("id") for element in parsed.iter() if element.get("id"))
    assert max(ids.values()) == 1
    words = " ".join(parsed.get_element_by_id("claims-2").text_content().split())
    assert "Claims: mychain:chain" in words and "Compared with product, case by case" in words
    section = parsed.get_element_by_id("claims-2")
    rows = [[cell.text_content() for cell in row.iter("td")] for row in section.iter("tr")]
    assert ["0.750", "0.500", "−0.250"] in [row[:3] for row in rows]
    assert "baseline" not in " ".join(h.text_content() for h in parsed.get_element_by_id("claims-2").iter("th"))
