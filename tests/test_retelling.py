"""The last answer told in another way: nothing repeated, every figure cited, simple words that keep the sources."""

import pytest

from rag.answers.headline import SHORT_ANSWERS
from rag.answers.retelling import plainly
from rag.kinds import Kind, Verdict

QUESTION = "Is the regrowth from stem cell injections permanent?"


@pytest.fixture(scope="module")
def talk(assistant):
    return [assistant.ask(QUESTION)]


def factual(turn):
    return [s for s in turn.answer.statements if s.support is not Verdict.NOT_A_CLAIM]


def test_more_tells_further_findings_and_repeats_nothing(assistant, talk):
    more = assistant.ask("tell me more", talk)
    again = assistant.ask("more", [*talk, more])
    told = [s.text for turn in (*talk, more, again) for s in factual(turn)]
    assert factual(more) and len(told) == len(set(told))


def test_only_the_numbers_gives_cited_sentences_with_figures(assistant, talk):
    statements = factual(assistant.ask("only the numbers", talk))
    assert statements
    assert all(s.markers and any(c.isdigit() for c in s.text) for s in statements)


def test_simpler_is_shorter_and_still_cited(assistant, talk):
    simple = assistant.ask("simpler please", talk)
    assert len(simple.answer.text.split()) < len(talk[0].answer.text.split()) / 2
    assert all(s.markers or s.flagged for s in factual(simple))
    assert "permanent" in simple.answer.text


@pytest.mark.parametrize("wish", ["simpler please", "why?", "tell me more", "only the numbers", "which study?"])
def test_told_in_another_way_a_hand_over_still_sends_to_the_doctor_first_and_gives_no_bare_yes(assistant, wish):
    told = assistant.ask("I have epilepsy, does minoxidil work?")
    simple = assistant.ask(wish, [told])
    assert simple.answer.kind is Kind.NEEDS_CLINICIAN
    texts = [s.text for s in simple.answer.statements]
    assert texts[0] == told.answer.statements[0].text and "doctor" in texts[0]
    assert not {*texts} & {*SHORT_ANSWERS} and len(texts) == len({*texts})


def test_the_short_answer_of_a_plain_answer_is_kept_in_simple_words(assistant):
    told = assistant.ask("does minoxidil work?")
    assert {s.text for s in assistant.ask("simpler please", [told]).answer.statements} & {*SHORT_ANSWERS}


def test_what_cites_nothing_is_of_the_kind_of_the_answer_that_it_is_about(assistant, talk):
    unheard = assistant.ask("Is there a hair loss treatment from jellyfish venom?")
    assert unheard.answer.kind is assistant.ask("which study?", [unheard]).answer.kind is Kind.NO_EVIDENCE
    history = [*talk]
    while history[-1].answer.citations:
        history.append(assistant.ask("more", history))
    assert history[-1].answer.kind is Kind.ANSWER


def test_which_study_names_kind_size_and_year(assistant, talk):
    told = assistant.ask("which study?", talk).answer
    assert "people" in told.text and "20" in told.text and told.citations


@pytest.mark.parametrize("question", [QUESTION, "Does PRP work?", "Is microneedling safe?"])
def test_are_you_sure_answers_with_the_certainty_and_each_reason_once(assistant, question):
    told = [s.text for s in assistant.ask("are you sure?", [assistant.ask(question)]).answer.statements]
    assert "sure" in told[0] and any(": " in text for text in told)
    reasons = [text.rpartition(": ")[2] for text in told]
    assert len(reasons) == len(set(reasons))


def test_a_wish_keeps_the_question_that_it_is_about(assistant, talk):
    assert assistant.ask("more", talk).understood == talk[0].understood


def test_a_wish_without_a_history_is_an_ordinary_message(assistant):
    assert assistant.ask("simpler please").answer.statements


def test_a_long_sentence_becomes_short_ones_without_asides():
    assert plainly("PRP (platelet-rich plasma) may help, but trials disagree.") == [
        "PRP may help.",
        "But trials disagree.",
    ]
