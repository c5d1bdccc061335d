"""What is asked for: two things or one, a yes or no, or the last answer told in another way."""

import pytest

from rag.kinds import Wish
from rag.language.pieces import asking_pieces, of_other_outcomes
from rag.language.questions import (
    asking,
    asks_either,
    asks_of_self,
    asks_what_helps,
    asks_yes_no,
    carrying,
    closed_part,
    defines,
    is_bare_search,
    of_some_treatment,
    split_carried,
    thing_asked_of,
)
from rag.language.wishes import wish_of


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        ("tell me more", Wish.MORE),
        ("Tell me a bit more about it please", Wish.MORE),
        ("what else?", Wish.MORE),
        ("simpler please", Wish.SIMPLER),
        ("in plain english", Wish.SIMPLER),
        ("i dont understand", Wish.SIMPLER),
        ("Could you make that shorter?", Wish.SIMPLER),
        ("only the numbers", Wish.NUMBERS),
        ("show me the figures", Wish.NUMBERS),
        ("Are you sure?", Wish.SURE),
        ("how certain are you about that", Wish.SURE),
        ("which study?", Wish.SOURCES),
        ("says who?", Wish.SOURCES),
        ("why?", Wish.WHY),
        ("but why is that", Wish.WHY),
    ],
)
def test_a_short_message_asks_something_of_the_last_answer(vocabulary, message, wish):
    assert wish_of(message, vocabulary) is wish


@pytest.mark.parametrize(
    "message",
    [
        "Does PRP work?",
        "is there anything else besides that?",
        "how much more hair does PRP give",
        "why does minoxidil work",
        "why, whats it to do with blood",
        "why does it matter",
        "is it simple to do",
        "how many people were in the biggest trial",
        "what does it cost",
    ],
)
def test_a_question_of_its_own_is_no_wish(vocabulary, message):
    assert wish_of(message, vocabulary) is None


@pytest.mark.parametrize("question", ["Is it safe?", "PRP works, right?", "permanent?", "so nobody approved it?"])
def test_what_yes_or_no_would_answer_is_told_apart(question):
    assert asks_yes_no(question)


@pytest.mark.parametrize(
    "question", ["how soon does it work", "what is PRP", "which one is safer?", "why does it hurt?"]
)
def test_an_open_question_gets_no_yes_or_no(question):
    assert not asks_yes_no(question)


def test_what_is_told_before_a_question_is_no_part_of_it():
    assert closed_part("It made me lose my libido, does it go back?") == "does it go back?"
    assert closed_part("PRP works, right?") == "prp works, right?"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("I paid 3,000 for PRP and nothing happened. Is it a scam?", "Is it a scam?"),
        ("My son is 16. He cries. Is anything approved for his age?", "Is anything approved for his age?"),
        ("Does PRP work?", None),
        ("PRP did nothing for me.", None),
    ],
)
def test_what_is_asked_is_told_from_the_story_around_it(message, asked):
    assert asking(message) == asked


@pytest.mark.parametrize(
    ("question", "bare", "carried"),
    [
        ("is that permanent? (PRP (platelet-rich plasma))", "is that permanent?", "PRP (platelet-rich plasma)"),
        (
            "and the cost? (fat-derived cell mixture (SVF), cost)",
            "and the cost?",
            "fat-derived cell mixture (SVF), cost",
        ),
        ("My grandson (6) has a patch", "My grandson (6) has a patch", ""),
    ],
)
def test_what_was_carried_over_is_told_from_what_was_asked(question, bare, carried):
    assert split_carried(question) == (bare, carried)
    assert carrying(bare, [carried]) == question


def test_names_carried_over_are_joined_once():
    assert carrying("is it safe? (PRP)", ["harms", "PRP"]) == "is it safe? (PRP, harms)"


@pytest.mark.parametrize(
    ("question", "of_self"),
    [
        ("My scalp is sore after PRP, is that normal?", True),
        ("Are these scabs normal?", True),
        ("Am I allergic?", True),
        ("Forehead is puffy since PRP. Normal?", True),
        ("What is a normal hair count?", False),
        ("Is PRP safe?", False),
    ],
)
def test_what_only_the_person_can_show_gets_no_yes_or_no(question, of_self):
    assert asks_of_self(question) is of_self


@pytest.mark.parametrize(
    "question",
    ["is it a cure or will it fall out again?", "does it work or is it all hype", "do laser caps work or scam"],
)
def test_a_question_between_two_things_is_known_and_stays_one(question, vocabulary):
    assert asks_either(question) and len(of_other_outcomes(asking_pieces(question), vocabulary)) < 2


@pytest.mark.parametrize(
    ("question", "of_some"),
    [
        ("does it last?", True),
        ("I have been told by everybody at work that the injections grow hair back, is it so?", True),
        ("straightener every day for ten years, my hair snaps off, is that hair loss", False),
    ],
)
def test_a_question_may_mean_a_treatment_where_it_is_short_or_speaks_of_one(question, of_some):
    assert of_some_treatment(question) is of_some


def test_whether_or_not_is_no_question_between_two_things():
    assert not asks_either("is it safe or not?")


@pytest.mark.parametrize(
    "question", ["is there any medicine she can have", "what helps at my age?", "what else can i try"]
)
def test_a_question_for_whatever_treatment_there_is_is_known(question):
    assert asks_what_helps(question)


@pytest.mark.parametrize("question", ["should i worry about this?", "will it make it come back?"])
def test_what_no_study_can_say_of_oneself_is_known(question):
    assert asks_of_self(question)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("whats a hair follicle", "hair follicle"),
        ("What is stromal vascular fraction?", "stromal vascular fraction"),
        ("so what are exosomes?", "exosomes"),
        ("what does FUE mean", "FUE"),
        ("where do exosomes come from? are they human?", "exosomes"),
        ("how is PRP made", "PRP"),
        ("what is the difference between PRP and PRF", None),
        ("what is my hairline doing", None),
        ("what is the best shampoo", None),
        ("does PRP work", None),
    ],
)
def test_a_question_on_what_a_thing_is_names_the_thing(question, thing):
    assert thing_asked_of(question) == thing


@pytest.mark.parametrize(
    ("text", "thing", "told"),
    [
        ("A hair follicle is the tiny tube in the skin that a hair grows from.", "hair follicle", True),
        ("Exosomes are tiny packets that cells release.", "exosome", True),
        ("Stromal vascular fraction (SVF) is a mix of cells from fat.", "SVF", True),
        ("Exosomes are not approved for hair in the US.", "exosomes", False),
        ("PRP is used by many clinics.", "PRP", False),
        ("A hair follicle is the tiny tube in the skin.", "hair", False),
    ],
)
def test_only_a_sentence_that_opens_with_the_thing_says_what_it_is(text, thing, told):
    assert defines(text, thing) is told


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("olumiant alopecia areata stop relapse", True),
        ("finasteride side effects in women", True),
        ("I heard PRP regrows hair in two weeks", False),
        ("Is it permanent?", False),
    ],
)
def test_search_terms_are_told_from_sentences(question, bare):
    assert is_bare_search(question) is bare
