"""A bare yes or no stands only where its main message bears it out, and where nobody must guess what it answers."""

import pytest

from rag.answers.headline import SHORT_ANSWERS, SURELY_YES
from rag.kinds import Verdict


def told(assistant, question: str) -> list[str]:
    return [s.text for s in assistant.ask(question).answer.statements]


@pytest.mark.parametrize(
    "question",
    ["Does finasteride work?", "does minoxidil work in women", "Does scalp cooling stop hair loss from chemo?"],
)
def test_a_plain_yes_opens_what_says_the_same(assistant, question):
    first, lead, *_ = told(assistant, question)
    assert first in SURELY_YES and "help" in lead


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Will minoxidil make my existing beard hairs thicker?", "did not get clearly thicker"),
        ("Is low level laser FDA approved?", "not the same as drug approval"),
        ("Did the trans blokes who took finasteride get sexual problems?", "None of 10 trans men"),
    ],
)
def test_no_yes_stands_before_a_message_that_denies(assistant, question, lead):
    assert lead in told(assistant, question)[0]


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Does anyone know how minoxidil tells a follicle to grow?", "minoxidil"),
        ("Are liposuction deaths still as common as in the 1990s survey?", "liposuction"),
        ("can u use viagra with finasteride", "Viagra"),
    ],
)
def test_no_yes_or_no_stands_before_a_message_on_a_part_of_what_was_asked(assistant, question, lead):
    first = told(assistant, question)[0]
    assert first not in SHORT_ANSWERS and lead in first


def test_the_second_of_two_things_asked_gets_no_bare_yes_or_no(assistant):
    texts = told(assistant, "Is that a normal price, 6,500 dollars for SVF, and is one session enough?")
    assert any("one session has not been shown to be enough" in text for text in texts)
    assert not {*texts} & {*SHORT_ANSWERS}


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("A clinic says exosomes turn grey hair dark again. Is this legit?", Verdict.NO_EVIDENCE),
        ("The advert says one shot of stem cells and your own hair grows back. Is that for real??", None),
    ],
)
def test_who_asks_if_what_was_heard_is_so_hears_first_how_it_stands(assistant, question, verdict):
    first, lead = assistant.ask(question).answer.statements[:2]
    assert first.text in SHORT_ANSWERS
    assert verdict is None or first.support is verdict
    honest = ("not sure", "others found no gain", "have not been shown")
    assert any(words in lead.text for words in honest)  # and not what one study found


@pytest.mark.parametrize(
    "question",
    [
        "do i need to be on finasteride for ever after a transplant, surgeon never mentioned it",
        "Do I have to use minoxidil for the rest of my life?",
    ],
)
def test_whether_a_treatment_must_go_on_for_ever_is_told_without_a_bare_yes_or_no(assistant, question):
    assert told(assistant, question)[0] not in SHORT_ANSWERS
