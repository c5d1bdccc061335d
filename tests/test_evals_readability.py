"""Readability: syllables as they are spoken, the published formulas, and nothing over no words."""

import pytest

from evals.readability import NAMES, grade, reading, syllables

SPOKEN = {
    "hair": 1, "very": 2, "people": 2, "helped": 1, "wanted": 2, "little": 2, "changes": 2, "causes": 2, "months": 1,
    "density": 3, "injections": 3, "minoxidil": 4, "finasteride": 4, "area": 3, "idea": 3, "going": 2, "trial": 2,
    "serious": 3, "million": 2, "experience": 4, "evidence": 3, "comparison": 4, "liposuction": 4, "doctor's": 2,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), SPOKEN.items())
def test_syllables_are_counted_as_spoken(word, count):
    assert syllables(word) == count


def test_the_formulas_are_the_published_ones():
    measured = reading(["The cat sat on the mat."])  # 6 words, 6 syllables, 1 sentence
    assert measured is not None and measured.words == 6
    assert measured.grade == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert measured.ease == pytest.approx(206.835 - 1.015 * 6 - 84.6 * 1)


def test_a_harder_text_has_a_higher_grade_and_less_ease():
    easy = reading(["Some people grew more hair.", "We are not sure why."])
    hard = reading(["Heterogeneous methodological considerations preclude definitive extrapolation of efficacy."])
    assert easy and hard and easy.grade < hard.grade and easy.ease > hard.ease


def test_names_are_left_out_only_where_asked():
    text = ["Scalp minoxidil and finasteride help."]
    assert (grade(text) or 0) > (grade(text, NAMES) or 0)


@pytest.mark.parametrize("nothing", [[], [""], ["12 %", "..."]])
def test_nothing_to_read_has_no_figure(nothing):
    assert reading(nothing) is None and grade(nothing) is None
