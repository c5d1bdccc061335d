"""Where one message asks several things: the clauses that ask, and what stands before each."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.language.pieces import asking_pieces, of_other_outcomes


def texts(message: str) -> list[str]:
    return [piece.text for piece in asking_pieces(message)]


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("Does it work? Does it hurt?", ["Does it work", "Does it hurt"]),
        ("does prp hurt and how much is it", ["does prp hurt", "how much is it"]),
        ("so is it safe and the price?", ["so is it safe", "the price"]),
        ("what vitamins should i take, do i need prp or should i wait",
         ["what vitamins should i take", "do i need prp", "should i wait"]),
        ("my son is thinning already can he use minoxidil", ["can he use minoxidil"]),
        ("he takes roaccutane could that be why", ["could that be why"]),
        ("I lost all of it how long does it take", ["how long does it take"]),
        ("what could it be and which blood tests should i ask for",
         ["what could it be", "which blood tests should i ask for"]),
        ("2 grafts died. Also is it normal that it itches", ["is it normal that it itches"]),
    ],
)  # fmt: skip
def test_a_message_is_cut_where_another_question_begins(message, pieces):
    assert texts(message) == pieces


@pytest.mark.parametrize(
    "message",
    [
        "My son is 9 and has a burn scar.",
        "I had it done in May and did not like it, and it is getting worse.",
        "He told me that I should wait.",
        "It is the one that my wife has.",
        "PRP and minoxidil.",
        "?,?",
        "",
    ],
)
def test_what_is_told_asks_nothing(message):
    assert texts(message) == []


def test_a_piece_knows_what_the_message_says_before_it():
    first, second = asking_pieces("I am 16. Can I have PRP? And the price")
    assert first.before == "I am 16."
    assert second.before == "I am 16. Can I have PRP?"


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Does minoxidil work, and what are the side effects?", 2),
        ("are stem cells approved and do they hurt?", 2),
        ("Is it safe? And how much does it cost?", 2),
        ("Does PRP work?", 1),
        ("Does PRP work and is it effective?", 1),
        ("minoxidil and finasteride: do they work?", 1),
    ],
)
def test_a_question_on_two_outcomes_has_two_parts(vocabulary, question, count):
    assert len(of_other_outcomes(asking_pieces(question), vocabulary)) == count


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "JAK inhibitors for alopecia areata - what are the side effects and does the hair fall out again",
            2,
        ),
        ("what is a hair follicle and does it die when you go bald", 2),
        ("what is Rigenera micrografting and is there any good evidence for it", 2),
        ("how do they get stem cells out of fat and does that hurt", 2),
        ("what is minoxidil", 1),
        ("what is a graft and why", 1),
    ],
)
def test_what_a_thing_is_and_one_more_question_on_it_are_two(vocabulary, question, parts):
    assert len(of_other_outcomes(asking_pieces(question), vocabulary)) == parts


@example(" a?a?")
@example("a?,?")
@given(st.text(alphabet="ab ,.?!\n-'and or is it how much the price", max_size=120))
def test_pieces_stand_in_the_message_in_order(message):
    start = 0
    for piece in asking_pieces(message):
        assert piece.text and message.lstrip().startswith(piece.before)
        found = message.index(piece.text, max(start, len(piece.before)))
        assert found >= start
        start = found + len(piece.text)


@pytest.mark.parametrize("told", ["my doctor wont do it because I'm on Eliquis", "she says she can do it at home"])
def test_what_somebody_will_or_can_do_is_told_and_not_asked(told):
    assert [piece.text for piece in asking_pieces(f"{told}. can people on blood thinners have PRP?")] == [
        "can people on blood thinners have PRP"
    ]
