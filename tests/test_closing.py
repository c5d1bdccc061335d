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
