"""What repeats what is told, and what people wrote is not kept for good."""

import pytest

from rag.sentences.repetition import _KEPT, Repetition


def test_words_that_are_not_ours_are_forgotten_in_the_end(assistant):
    sayables = assistant.conversation.answerer.leads.relevance.sayables
    repetition = Repetition(retriever=assistant.retriever, sayables=sayables)
    repetition.prepare(["A sentence of ours."])
    for number in range(_KEPT):
        assert repetition.new(f"You wrote: my hair fell out {number} weeks ago.", ["A sentence of ours."])
    assert repetition.of("My hair fell out.", ["My hair fell out."])
    assert len(repetition._recent) <= _KEPT and len(repetition._told) <= _KEPT
    assert set(repetition._prepared) == {"A sentence of ours."}


_HARMS = "brief pain, swelling, redness or headache after PRP injections in a"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (
            "Moved hair normally falls out two to eight weeks after a hair transplant.",
            "Weeks 2 to 8: the moved hairs fall out after a hair transplant, which is normal.",
        ),
        (f"There was {_HARMS} review of 24 papers.", f"Only {_HARMS} 2018 review of 24 papers was reported."),
    ],
)
def test_a_figure_in_words_and_the_year_of_a_source_are_no_news(assistant, first, later):
    assert assistant.conversation.answerer.composition.findings.repetition.of(later, [first])


def test_another_figure_is_news(assistant):
    repetition = assistant.conversation.answerer.composition.findings.repetition
    assert repetition.new("In one trial PRP added 43 hairs.", ["In a second small study PRP injections added 9 hairs."])
