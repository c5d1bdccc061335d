"""Medicines are known by their names and by what the names of their class end in."""

import pytest

from rag.language.medicines import asks_of_both, medicines_in


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I take Amlodipine and warfarin, and amlodipine again", ("amlodipine", "warfarin")),
        ("on ramipril, a statin and sildenafil", ("ramipril", "statin", "sildenafil")),
        ("the surgeon put me on finasteride in april", ()),
    ],
)
def test_medicines_are_named_once_each_in_order(text, named):
    assert medicines_in(text) == named


@pytest.mark.parametrize(
    ("question", "both"),
    [
        ("do they mix", True),
        ("I am on citalopram, can I use the foam?", True),
        ("is it safe to use minoxidil with losartan", True),
        ("which of my tablets thins my hair", False),
    ],
)
def test_a_question_on_taking_two_things_together_is_told_from_others(question, both):
    assert asks_of_both(question) is both
