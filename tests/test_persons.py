"""Whom a talk is about: who asks or is asked for, and nobody who is only spoken of."""

import pytest

from rag.language.followups import standalone
from rag.language.persons import people_of
from tests.test_followups import turn


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("so it doesn't come from the mother's side?", set()),
        ("my wife bought me a laser cap, is it a gimmick", set()),
        ("I take finasteride. Now problem in bed with wife", set()),
        ("a girl on tiktok says that salmon injections doubled her hair", set()),
        ("My wife's cousin had exosomes. I'm 41 and thinning", set()),
        ("my wife is losing her hair, does minoxidil help", {"women"}),
        ("I'm a woman of 52", {"women"}),
        ("my daughter is 8 and she has a bald spot", {"women"}),
    ],
)
def test_a_relative_or_a_teller_is_not_who_asks(text, people):
    assert people_of(text) == people


def test_the_sex_of_a_relative_does_not_stick(vocabulary):
    talk = [turn("I'm 19 and my hairline is going back"), turn("so it doesn't come from the mother's side?")]
    assert "women" not in standalone("does it stop by itself?", talk, vocabulary)


def test_after_a_word_on_a_friend_the_talk_is_about_who_asks(vocabulary):
    talk = [turn("I'm a woman, will chemo take my hair?"), turn("my friend says he kept his hair")]
    assert "women" in standalone("will it be soon?", talk, vocabulary)


def test_who_asks_if_she_can_get_pregnant_is_not_pregnant(vocabulary):
    talk = [turn("can i get pregnant on spironolactone?")]
    assert "pregnancy" not in standalone("does it work?", talk, vocabulary)
    assert "pregnancy" in standalone("is it safe?", [turn("I'm pregnant, can I use minoxidil?")], vocabulary)
