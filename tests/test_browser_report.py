"""The report as a file in a real browser: whole at 1280 pixels, on paper and on a phone, and alone."""

import pytest
from fakes_evals import result, saved, timed

from evals import history
from evals import page as pages


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    history.write(path, pages.html(saved(result(), timed()), [saved(result(20, 20), name="before")]))
    return path.as_uri()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_the_report_opens_without_an_error_a_request_or_a_sideways_scroll(page, report):
    problems, asked = [], []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report)
    assert problems == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_drawing_is_seen_and_its_letters_can_be_read(page, report):
    page.goto(report)
    drawings = page.locator("figure svg")
    assert drawings.count() >= 7
    for drawing in drawings.all():
        box = drawing.bounding_box()
        assert box["width"] > 250 and box["height"] > 60
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
        heights = drawing.locator("text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
        assert min(heights) >= 9  # pixels


def test_no_word_of_a_drawing_lies_outside_of_it(page, report):
    page.goto(report)
    outside = page.evaluate(
        """() => [...document.querySelectorAll("figure svg")].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")].filter(t => {
                const box = t.getBoundingClientRect();
                return box.left < frame.left - 2 || box.right > frame.right + 2;
            }).map(t => t.textContent);
        })"""
    )
    assert outside == []


def test_folded_cases_are_printed(page, report):
    page.goto(report)
    page.emulate_media(media="print")
    assert page.locator("details table").first.is_visible()


def test_a_phone_shows_the_report_without_a_sideways_scroll(page, report):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(report)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
