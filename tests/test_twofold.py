"""What is asked of two treatments is asked of each; a choice between them stays one question."""

import pytest

from rag.language.twofold import asks_which, of_each, sets_against


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("Can I still have PRP or micrografts?", ("can i still have prp?", "can i still have micrografts?")),
        ("Does PRP or a transplant hurt?", ("does prp hurt?", "does a transplant hurt?")),
        (
            "My scalp is scarred. Could a hair transplant or stem cells fix it?",
            ("my scalp is scarred. could a hair transplant fix it?", "my scalp is scarred. could stem cells fix it?"),
        ),
    ],
)
def test_the_same_asked_of_two_treatments_is_asked_of_each(vocabulary, question, each):
    assert of_each(question, vocabulary) == each


@pytest.mark.parametrize(
    "question",
    [
        "PRP or minoxidil?",
        "Which is better, PRP or minoxidil?",
        "Should I have PRP or exosomes?",
        "Is finasteride or dutasteride stronger?",
        "Does PRP work or not?",
        "Do PRP and minoxidil work together?",
    ],
)
def test_a_choice_or_anything_else_stays_one_question(vocabulary, question):
    assert of_each(question, vocabulary) == ()


@pytest.mark.parametrize("question", ["PRP vs minoxidil", "is PRP better than minoxidil?", "laser cap or minoxidil"])
def test_which_of_two_does_better_is_heard(question):
    assert asks_which(question)


@pytest.mark.parametrize(
    "question", ["Can I have PRP or micrografts?", "is PRP plus minoxidil better?", "PRP and minoxidil together"]
)
def test_what_two_do_together_or_each_is_no_choice_between_them(question):
    assert not asks_which(question)


def test_what_one_adds_to_the_other_sets_neither_against_the_other():
    assert sets_against("PRP has not been shown to be better than minoxidil.")
    assert not sets_against("PRP plus minoxidil gave denser hair than minoxidil alone.")
