"""What is only told asks nothing: prices that were named, the person's own times, idioms."""

import pytest

from rag.language.asides import is_an_offer, names_a_price, without_told
from rag.language.reading import read


@pytest.mark.parametrize(
    ("question", "asks_of_cost"),
    [
        ("They want £3,000 for PRP, does it work?", False),
        ("6000 euros for stem cells, worth it?", False),
        ("Is biotin a waste of money?", False),
        ("They want £3,000 for PRP, is that a fair price?", True),
        ("How much is PRP? I was told 2 grand", True),
        ("I had SVF, cost me 6k, did nothing, will it ever kick in?", False),
        ("They charged me £900 a session, does it work?", False),
        ("so it's not worth the extra 900 euro they charge for it?", False),
        ("will PRP cost me 6k in Turkey?", True),
        ("they charge £900, is that too much?", True),
        ("PRP cost me 2 grand. normal?", True),
        ("they charged me £900 and is it normal that it itches?", False),
    ],
)
def test_a_price_that_is_only_told_asks_nothing_of_cost(vocabulary, question, asks_of_cost):
    assert ("cost" in read(without_told(question), vocabulary).outcomes) is asks_of_cost


def test_what_something_is_worth_asks_whether_it_works(vocabulary):
    assert "works" in read(without_told("is it worth the 900 euro they charge?"), vocabulary).outcomes
    assert "works" in read(without_told("does PRP just make me poorer?"), vocabulary).outcomes


@pytest.mark.parametrize(
    ("text", "absolute"),
    [
        ("do dutasteride injections work, my friend gets them twice a year and says no side effects", False),
        ("my friend says it has no side effects, is that true?", True),
        ("the clinic says no side effects, does it work", True),
    ],
)
def test_a_friends_own_luck_is_no_promise_without_exception(vocabulary, text, absolute):
    assert read(without_told(text), vocabulary).absolute is absolute


def test_to_be_safe_asks_nothing_of_harm_and_safe_does(vocabulary):
    assert "safety" not in read(without_told("should I just take zinc to be safe"), vocabulary).outcomes
    assert "safety" in read(without_told("is zinc known to be safe for men"), vocabulary).outcomes


def test_the_persons_own_times_are_left_out():
    assert "3 months" not in without_told("I have used minoxidil for 3 months") + without_told("it began 3 months ago")


@pytest.mark.parametrize(("text", "offer"), [("the clinic wants 6000 euros", True), ("PRP costs 500 dollars", False)])
def test_what_a_clinic_asks_for_is_told_from_a_claim_on_prices(text, offer):
    assert names_a_price(text) is offer


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("a clinic offered my son fat stem cells", True),
        ("they quoted me for PRP", True),
        ("PRP offers more hair", False),
    ],
)
def test_what_somebody_was_offered_is_told_from_what_is_said_of_it(text, offer):
    assert is_an_offer(text) is offer
