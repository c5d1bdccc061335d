"""What repeats what is told, and what people wrote is not kept for good."""

from rag.sentences.repetition import _KEPT, Repetition


def test_words_that_are_not_ours_are_forgotten_in_the_end(assistant):
    sayables = assistant.conversation.answerer.leads.relevance.sayables
    repetition = Repetition(retriever=assistant.retriever, sayables=sayables)
    repetition.prepare(["A sentence of ours."])
    for number in range(_KEPT):
        assert repetition.new(f"You wrote: my hair fell out {number} weeks ago.", ["A sentence of ours."])
    assert repetition.of("My hair fell out.", ["My hair fell out."])
    assert len(repetition._recent) <= _KEPT and set(repetition._prepared) == {"A sentence of ours."}
