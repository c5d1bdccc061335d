"""What a question takes for granted is corrected where it is a claim, and never where it is somebody's own report."""

import pytest

from rag.answers.leads import Leads
from rag.answers.premise import Premises, correction
from rag.kinds import Origin, Verdict
from rag.types import Claim, Judgement

FIRST = "One thing first"


@pytest.mark.parametrize(
    "question",
    [
        "3 weeks after hair transplant and all the new hairs are falling out. paid 4 grand for this. is it failed",
        "I have been losing hair for six years, started with finasteride from my GP which I stopped because of low"
        " mood, and then I did minoxidil foam on and off. He says 85% respond to SVF. Does this fat thing work?",
        "Read about 'stem cell educator' therapy where everyone got hair back. How good is that evidence?",
    ],
)
def test_what_happened_to_somebody_is_never_called_wrong(assistant, question):
    assert FIRST not in assistant.ask(question).answer.text


def test_what_was_given_up_is_not_asked_of_while_something_else_is(corpus, retriever):
    premises = Premises(corpus=corpus, leads=Leads(corpus=corpus, retriever=retriever))
    told = "I tried finasteride which I stopped. "
    assert "finasteride" not in premises.rest(f"{told}Does PRP work?", None)
    for asked in ("Will it grow back?", "PRP is next. Will I lose hair after stopping?"):
        assert premises.rest(told + asked, None) == told + asked


def test_of_two_things_told_in_one_breath_not_both_are_called_wrong(assistant):
    question = "A spa says their exosomes are FDA approved and come from umbilical cords. is that true? any infections?"
    first = assistant.ask(question).answer.statements[0].text
    assert first.startswith("One thing first: not all of “their exosomes are FDA approved and come from")


def test_a_premise_is_quoted_without_where_it_was_seen(assistant):
    advert = "'Our A.A.A. stem cells regrow a full head of hair in 2-4 weeks, no surgery, 100% natural'"
    assert (
        "“Our A.A.A. stem cells regrow"
        in assistant.ask(f"saw this on insta: {advert}. true??").answer.statements[0].text
    )


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("The nearest finding says: A health page says that hair may fall out.", "A health page says that"),
        ("A finding says otherwise: Hair grew in 3 of 40 people.", "A finding says otherwise: Hair grew"),
    ],
)
def test_who_says_what_was_found_is_told_once(reason, told):
    claim = Claim(text="cells regrow edges", origin=Origin.QUESTION, span=(0, 18))
    judged = Judgement(claim=claim, verdict=Verdict.CONTRADICTED, certainty=None, reason=reason, evidence=())
    assert list(correction(judged))[1].text.startswith(told)
