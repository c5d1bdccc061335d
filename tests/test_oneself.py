"""What was told of oneself goes with a question on people like that, and what is left is no treatment spoken of."""

import pytest

from rag.language.followups import standalone
from rag.language.oneself import asks_what_is_left, told_of_oneself
from tests.test_followups import turn


@pytest.mark.parametrize(
    ("earlier", "question", "told"),
    [
        (
            "can cells make hair? im shiny bald for 20 yrs",
            "so whats left for someone like me",
            "im shiny bald for 20 yrs",
        ),
        ("I take apixaban. Is a transplant out?", "has it been done on people like me", "I take apixaban"),
        ("I'm 67, can I have PRP?", "what would you do in my situation", None),
        ("I take apixaban", "i had cancer in 2015. did anyone check people like me", None),
        ("I take apixaban", "how many people get it", None),
    ],
)
def test_what_was_told_of_oneself_goes_with_a_question_on_people_like_that(earlier, question, told):
    assert told_of_oneself(question, [turn(earlier)]) == told


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("and if not transplant then what is left for me", True),
        ("what would be the next thing to try", True),
        ("ok. whats the first sensible step then", True),
        ("is there any hair left on the sides", False),
        ("what happens in the first step of the transplant", False),
    ],
)
def test_who_asks_what_is_left_wants_no_treatment_spoken_of(question, left):
    assert asks_what_is_left(question) is left


def test_what_is_left_takes_the_hair_loss_along_and_no_treatment(vocabulary):
    history = [turn("my male pattern baldness got worse on rosemary oil"), turn("and does onion juice work?")]
    understood = standalone("ok whats the first sensible step then", history, vocabulary)
    assert "pattern hair loss" in understood and "rosemary" not in understood and "onion" not in understood
