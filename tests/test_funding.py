"""Promises on who paid: where somebody asks, what is recorded of the studies meant is told, and nothing is made up."""

import pytest

from rag.kinds import Role
from rag.language.questions import asks_only_who_paid, asks_who_paid


@pytest.mark.parametrize(
    "question",
    [
        "and who paid for it?",
        "Who funded the PRP trials?",
        "Which company sponsored that study",
        "was this industry funded",
        "any conflicts of interest?",
        "How many people were in it, and who sponsored the trial?",
    ],
)
def test_questions_on_a_studys_money_are_known(question):
    assert asks_who_paid(question)


@pytest.mark.parametrize(
    "question", ["who pays for PRP, my insurance?", "does the NHS fund a wig?", "what did people pay?", "who gets it?"]
)
def test_the_bill_of_a_treatment_is_another_matter(question):
    assert not asks_who_paid(question)


def test_what_else_is_asked_is_answered_first(assistant):
    assert not asks_only_who_paid(
        "How many people reached a score of 20 on the drug after 24 weeks and who sponsored it"
    )
    turn = assistant.ask(
        "How many people reached a score of 20 or less on ritlecitinib at week 24, and who sponsored it?"
    )
    texts = [statement.text for statement in turn.answer.statements]
    assert "Pfizer" not in texts[0] and any("Pfizer" in text for text in texts)


def test_who_paid_is_told_with_its_source(assistant, corpus):
    turn = assistant.ask("Who paid for the PRP trial with a booster?")
    first = turn.answer.statements[0]
    cited = {c.marker: c.passage_id for c in turn.answer.citations}
    assert "paid" in first.text
    assert [corpus.passages[cited[marker]].role for marker in first.markers] == [Role.FUNDING]


def test_who_paid_for_the_study_just_told_of_is_told_first(assistant):
    first = assistant.ask("What did the trial of lab-grown follicle cells in 65 people find?")
    turn = assistant.ask("and who paid for it?", [first])
    assert "Shiseido" in turn.answer.statements[0].text


def test_where_nothing_is_recorded_that_is_said(assistant):
    turn = assistant.ask("Who sponsored the microneedling studies?")
    assert "does not record who paid" in turn.answer.statements[0].text
    assert turn.answer.statements[0].support.flagged
