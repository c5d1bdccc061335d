"""The last sentences of an answer are on what was asked or told, and can be read without what stood before."""

from dataclasses import replace

import pytest

from rag.answers.closing import NEXT_STEP
from rag.answers.home import Home


@pytest.fixture(scope="module")
def composition(assistant):
    return assistant.conversation.answerer.composition


def test_a_step_of_any_topic_on_a_treatment_that_nobody_spoke_of_is_not_given(composition):
    (asked,) = composition.parting.parts("why is my hair so thin", ())
    asked = replace(asked, topic=None, cell=None)
    home = Home(topics=(composition.corpus.topic_by_id["minoxidil"],))
    given = composition.closing.next_step(asked, ["Hair thins with age."], home)
    told = composition.closing.next_step(asked, ["Scalp minoxidil helps some."], home)
    assert given.text == NEXT_STEP and "minoxidil" in told.text


@pytest.mark.parametrize(
    "question",
    [
        "Can I have stem cells for hair if I had cancer?",  # a hand-over, which leaves out the bare "We are not sure."
        "does biotin work",
        "Is one session of stem cells enough, and does it last?",
    ],
)
def test_why_follows_how_sure_we_are_and_not_what_is_said_of_something_else(assistant, question):
    told = [s.text for s in assistant.ask(question).answer.statements]
    place = next(place for place, text in enumerate(told) if "sure of the main point" in text)
    assert not any(text.startswith("Why: ") for text in [*told[:place], *told[place + 2 :]])


def test_a_main_message_that_says_itself_that_we_are_not_sure_is_followed_by_why(assistant):
    told = [s.text for s in assistant.ask("Does rubbing your scalp regrow hair?").answer.statements]
    assert told[0].startswith("We are not sure that scalp massage") and any(t.startswith("Why: ") for t in told)


def test_who_shed_after_a_bad_time_hears_no_step_for_a_birth(assistant):
    question = "my hair comes out since i changed my job. is it the stress and will it grow back"
    assert "After a birth" not in assistant.ask(question).answer.text
