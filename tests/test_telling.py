"""What a person tells after an answer joins what was asked, and asks nothing new."""

import pytest

from rag.language.followups import standalone
from rag.language.telling import joined
from tests.test_followups import turn


def test_a_denied_sign_is_not_asked_about(vocabulary):
    talk = [turn("My daughter has a smooth bald spot. What could it be?")]
    assert standalone("It isn't itchy or flaky, no.", talk, vocabulary) == talk[0].understood
    assert standalone("no fever at all", talk, vocabulary) == talk[0].understood


def test_a_fact_on_oneself_joins_the_last_question_that_names_its_subject(vocabulary):
    talk = [turn("my ferritin is 18 and my hair is shedding"), turn("what number should it be then")]
    told = standalone("I'm vegetarian by the way", talk, vocabulary)
    assert told == "my ferritin is 18 and my hair is shedding. I'm vegetarian by the way"


def test_what_others_said_it_is_leaves_the_signs_told_of_before(vocabulary):
    talk = [turn("my scalp burns and is shiny, the brows went thin")]
    assert "burns" in standalone("I was told it's just menopause", talk, vocabulary)


@pytest.mark.parametrize(
    "question",
    [
        "I'm vegetarian, does that matter?",
        "I'm taking warfarin",
        "I have alopecia areata",
        "my mum says it never came back",
        "no I meant minoxidil",
        "it isn't working, what else is there?",
        "I am breastfeeding though",
        "im ok thanks",
        "I have to go now",
        "he isn't my doctor",
        "I have a question about something else",
        "ok I've got one more quick question",
        "I have no idea",
        "im confused now",
    ],
)
def test_what_asks_or_names_something_of_its_own_stands_for_itself(vocabulary, question):
    assert joined(question, [turn("Does PRP work?")], vocabulary) is None


def test_what_names_no_subject_at_all_is_joined_to_the_last_question(vocabulary):
    assert standalone("I'm vegetarian", [turn("is that low?")], vocabulary) == "is that low? I'm vegetarian"
