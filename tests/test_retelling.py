"""The last answer told in another way: nothing repeated, every figure cited, simple words that keep the sources."""

import re

import pytest

from rag.answers.headline import SHORT_ANSWERS
from rag.answers.retelling import plainly
from rag.kinds import Kind, Verdict
from rag.text import sentence_texts

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


_TWO_ARTICLES = re.compile(r"\b(?:a|an|one|no) an?\b", re.IGNORECASE)
_MANY_FOR_ONE = re.compile(r"\b(?:a|one|each|every) (?:\w+ )?(?:fair tests|combined trials)\b", re.IGNORECASE)


def test_in_plain_words_every_sentence_of_the_corpus_keeps_its_grammar(corpus):
    passages = [p.text for p in (*corpus.passages.values(), *corpus.sentences.values())]
    sentences = {s for text in (*passages, *(c.sentence for c in corpus.cells)) for s in sentence_texts(text)}
    plain = {sentence: " ".join(plainly(sentence)) for sentence in sentences}
    assert [new for old, new in plain.items() if _TWO_ARTICLES.search(new) and not _TWO_ARTICLES.search(old)] == []
    assert [new for new in plain.values() if _MANY_FOR_ONE.search(new)] == []
    assert [new for new in plain.values() if "placebo" in new.lower()] == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Placebo did as well.", "A dummy treatment did as well."),
        ("Only one study had a placebo group.", "Only one study had a dummy group."),
        ("A placebo-controlled trial found no gain.", "A dummy-controlled trial found no gain."),
        ("There is one randomised trial.", "There is one fair test."),
        ("A hair density score was higher.", "A hair density score was higher."),
        ("Dutasteride is off-label for hair loss.", "Dutasteride is outside the approved use for hair loss."),
    ],
)
def test_a_term_of_art_becomes_plain_words_that_fit_where_it_stood(text, plain):
    assert plainly(text) == [plain]
