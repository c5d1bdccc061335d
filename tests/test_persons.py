"""Whom a talk is about: who asks or is asked for, and nobody who is only spoken of."""

import pytest

from rag.language.followups import standalone
from rag.language.persons import is_father_to_be, is_of_a_baby, people_of, people_within
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


@pytest.mark.parametrize(
    ("text", "father"),
    [
        ("Me and my wife are trying for a baby. I use finasteride 1 mg and minoxidil, does it have to stop", True),
        ("my girlfriend is 10 weeks pregnant and I'm on minoxidil foam", True),
        ("We want kids next year, me (34m) and my wife. been on propecia 3 years. come off?", True),
        ("My wife is pregnant and uses minoxidil. I take finasteride", False),
        ("Is minoxidil ok for my pregnant wife? I use it too", False),
        ("my partner takes finasteride and I want to get pregnant, I use minoxidil", False),
        ("my wife bought me minoxidil and I use it daily", False),
        ("I'm pregnant, my husband and I use minoxidil", False),
    ],
)
def test_a_man_who_expects_or_wishes_for_a_child_asks_for_himself_alone(text, father):
    assert is_father_to_be(text) is father


@pytest.mark.parametrize(
    ("text", "baby"),
    [
        ("my baby is 5 months and has a bald strip, nan says to shave her head. does that do anything?", True),
        ("8 month old still has no hair, anything to make it grow?", True),
        ("my toddler pulled a patch out", True),
        ("I'm breastfeeding my baby, can I use minoxidil", False),
        ("my hair fell out after I had my baby", False),
        ("we want a baby, do I stop minoxidil", False),
        ("baby hairs at my hairline, is it regrowth", False),
    ],
)
def test_what_a_baby_has_is_not_what_its_mother_uses(text, baby):
    assert is_of_a_baby(text) is baby


@pytest.mark.parametrize(
    ("piece", "before", "people"),
    [
        ("and what does it cost", "We have a child of 7. Is PRP safe?", {"children"}),
        ("and can I use it", "We have a child of 7. Is PRP safe?", set()),
        ("and does it hurt women", "We have a child of 7.", {"women"}),
        ("is it safe", "", set()),
    ],
)
def test_a_later_piece_of_a_message_is_about_those_whom_it_tells_of(piece, before, people):
    assert people_within(piece, before) == people
