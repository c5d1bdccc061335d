"""What is asked of two treatments is asked of each; a choice between them stays one question."""

import pytest

from rag.language.twofold import of_each


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
