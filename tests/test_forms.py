"""The pill is the one that was named, the last one spoken of, or that of the person who asks; else both kinds."""

import pytest

from rag.kinds import Kind, Verdict
from rag.language.forms import either_pill, turn_meant, with_meant_named, with_pills_named
from rag.language.vocabulary import Vocabulary
from rag.types import Answer, Statement, Turn


def turn(question: str, *told: str) -> Turn:
    statements = tuple(Statement(text=text, markers=(), support=Verdict.SUPPORTED) for text in told)
    answer = Answer(question=question, kind=Kind.ANSWER, statements=statements)
    return Turn(question=question, understood=question, answer=answer)


@pytest.mark.parametrize(
    ("earlier", "question", "named"),
    [
        ("Does dutasteride work?", "is the pill safe?", "dutasteride"),
        ("Is topical finasteride safe?", "does it work as well as the pill?", "finasteride tablets"),
        ("Does oral minoxidil work?", "can I stop those tablets?", "low-dose minoxidil tablets"),
    ],
)
def test_after_a_talk_on_tablets_the_pill_is_one_of_them(vocabulary, earlier, question, named):
    assert with_pills_named(question, [turn(earlier)], vocabulary).endswith(f"({named})")


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Does the pill make men lose their beard?", "finasteride"),
        ("is the pill good for my hair? I have pcos", "hormones"),
        ("my husband came off the pill and his beard is back", "finasteride"),
    ],
)
def test_with_nothing_named_whom_it_speaks_of_decides(vocabulary, question, key):
    assert with_pills_named(question, [], vocabulary).endswith(f"({vocabulary.treatments[key].name})")


@pytest.mark.parametrize(
    "question",
    [
        "I stopped the pill and my periods are back, will I shed?",
        "came off the pill 3 months ago and shedding like crazy",
    ],
)
def test_the_pill_that_a_woman_is_on_or_off_is_birth_control(vocabulary, question):
    assert with_pills_named(question, [], vocabulary) == question.replace("the pill", "the birth control pill")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("had my little girl four months ago, hair in handfuls", "gave birth four months ago, hair in handfuls"),
        ("I had my son seen about his bald patch", "I had my son seen about his bald patch"),
        ("does dying your hair make it fall out", "does dyeing your hair make it fall out"),
        ("i keep dying my greys", "i keep dyeing my greys"),
        ("is dying it black ok", "is dyeing it black ok"),
        ("my hair is dying", "my hair is dying"),
        ("is it dying at the roots", "is it dying at the roots"),
    ],
)
def test_who_had_a_child_tells_of_a_birth_and_who_is_dying_the_hair_of_dye(question, named):
    assert with_meant_named(question) == named


def test_where_nothing_decides_both_kinds_are_offered(vocabulary, assistant):
    first, second = either_pill(vocabulary)
    assert with_pills_named("Is the pill bad for hair?", [], vocabulary).endswith(f"({first}, {second})")
    text = assistant.ask("Is the pill bad for hair?").answer.text.lower()
    assert "finasteride" in text and "hormone" in text


def test_a_vocabulary_that_knows_neither_pill_leaves_the_question_as_it_is():
    assert either_pill(Vocabulary()) == ()
    assert with_pills_named("Is the pill bad for hair?", [], Vocabulary()) == "Is the pill bad for hair?"


@pytest.mark.parametrize("question", ["Is the hair loss pill any good?", "Does finasteride work?", "Is PRP safe?"])
def test_a_medicine_that_is_named_stays_as_it_is(vocabulary, question):
    assert with_pills_named(question, [], vocabulary) == question


def test_a_wish_on_the_pills_goes_back_to_the_turn_about_them(vocabulary):
    history = [turn("Do JAK pills work?"), turn("Do stem cells work?")]
    assert turn_meant("just the figures on those pills", history, vocabulary) is history[0]
    assert turn_meant("just the figures", history, vocabulary) is history[1]


@pytest.mark.parametrize(
    "question",
    [
        "my mum takes blood pressure tablets, could the tablets make hair fall?",
        "dad went on blood thinners, could it be the tablets?",
        "I take pills for my thyroid. is it those pills?",
        "my mum has thin hair since her stroke tablets, is it the tablets?",
        "thin hair since her Eliquis, is it the tablets and can she stop",
    ],
)
def test_tablets_for_something_else_are_no_hair_tablets(vocabulary, question):
    assert with_pills_named(question, (), vocabulary) == question


def test_the_pill_offered_beside_other_tablets_is_the_one_spoken_of(vocabulary):
    asked = "my doctor wants me on the pill but I take something for blood pressure"
    assert "(low-dose minoxidil tablets)" in with_pills_named(
        asked, [turn("is minoxidil better as a pill?")], vocabulary
    )


def test_the_pills_are_both_that_one_question_named(vocabulary):
    talk = [turn("what is the difference between dutasteride and finasteride?")]
    understood = with_pills_named("what about her touching the pills", talk, vocabulary)
    assert "dutasteride" in understood and "finasteride" in understood


@pytest.mark.parametrize(
    "question",
    ["she fills my pill box every sunday", "the minoxidil then, the liquid or the tablet, which is safer"],
)
def test_what_holds_pills_and_a_form_to_choose_from_name_no_medicine(question, vocabulary):
    earlier = [turn("Does finasteride work?")]
    assert with_pills_named(question, earlier, vocabulary) == question


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("baby is 4 months and my hair is coming out", "I gave birth 4 months ago and my hair is coming out"),
        ("My baby is six weeks old, I'm shedding", "I gave birth six weeks ago, I'm shedding"),
    ],
)
def test_a_babys_age_beside_the_own_hair_tells_of_a_birth(told, meant):
    assert with_meant_named(told) == meant


def test_a_baby_that_loses_its_own_hair_stays_the_one_spoken_of():
    told = "my baby is 4 months old and losing his hair"
    assert with_meant_named(told) == told


def test_shorthand_is_spelt_out_in_what_is_meant():
    assert with_meant_named("is TE permanent?") == "is telogen effluvium permanent?"
