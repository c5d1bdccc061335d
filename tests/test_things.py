"""The very thing that is asked about is named as a thing, and never by a fragment."""

import pytest

from rag.language.things import THINGS, is_everyday, thing_in


def named(question: str) -> list[str]:
    return [thing_in(match) for pattern in THINGS for match in pattern.finditer(question)]


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("can i go to the gym after fue", "gym"),
        ("does minoxidil work on knees?", "knees"),
        ("can finasteride make me taller?", "taller"),
        ("can minoxidil cause brain fog", "brain fog"),
        ("is it fine with my fish oil", "fish oil"),
        ("can i drink kombucha", "kombucha"),
        ("does it work on grey hair", "grey hair"),
        ("can i skydive after a transplant", "skydive"),
        ("can i go horse riding", "horse riding"),
        ("can i have a few beers at the weekend", "beers"),
        ("do i need to boil the combs", "combs"),
        ("should i come off accutane cos of hair fall", "accutane"),
        ("can i mix it with retinol", "retinol"),
        ("can i pop the little boil i got after hair injections", "boil"),
        ("when can i touch or pick the scabs", "scabs"),
        ("does it cause wrinkles or warts", "wrinkles or warts"),
    ],
)
def test_what_is_asked_about_is_named_without_what_stands_around_it(question, thing):
    assert named(question) == [thing]


@pytest.mark.parametrize(
    "question",
    [
        "is it safe to stamp them in",
        "do i need to keep topping it up for the rest of my life",
        "should i bother getting it done here",
        "can i put it in the drawer now",
        "could i catch something nasty from microneedling at a salon",
        "will it make me feel any better about myself",
    ],
)
def test_what_is_done_to_something_named_before_is_no_thing_of_its_own(question):
    assert set(named(question)) <= {""}


@pytest.mark.parametrize("question", ["could it make it angrier?", "will it make the patches worse?"])
def test_what_only_grows_worse_is_no_thing_of_its_own(question):
    assert named(question) == []


def test_a_word_of_any_question_is_everyday_in_each_of_its_forms():
    assert all(map(is_everyday, ("look", "looking", "stopping", "taking", "chemist", "waited", "stopped")))
    assert not any(map(is_everyday, ("skydiving", "seed", "bed")))
