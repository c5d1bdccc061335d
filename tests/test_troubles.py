"""What "it" is besides a treatment: the hair, or what befell a person on a treatment."""

import pytest

from rag.language.befallen import befallen
from rag.language.followups import standalone
from tests.test_followups import turn

CHEMO = "I start chemo soon, will I lose all of it"


@pytest.mark.parametrize(
    ("talk", "question", "kept", "left"),
    [
        (
            ["I wore tight braids", "does castor oil help?"],
            "so if I take them out it will come back?",
            "traction",
            "oil",
        ),
        ([CHEMO, "does the cold cap hurt"], "my friend's hair never came back right", "chemotherapy", "cooling"),
        ([CHEMO, "does the cold cap hurt"], "will my eyebrows go too", "chemotherapy", "cooling"),
        (["hair everywhere, post partum", "what about biotin"], "my mum's never came back", "shedding", "biotin"),
    ],
)
def test_hair_that_goes_or_returns_is_that_of_the_trouble_told_of_first(vocabulary, talk, question, kept, left):
    understood = standalone(question, [turn(said) for said in talk], vocabulary)
    assert kept in understood and left not in understood


def test_hair_that_a_treatment_gained_comes_back_with_the_treatment(vocabulary):
    talk = [turn("I have alopecia areata"), turn("do JAK inhibitors work?")]
    assert "JAK" in standalone("does it come back on it?", talk, vocabulary)
    assert "JAK" in standalone("will it grow back", [turn("do JAK inhibitors regrow alopecia areata?")], vocabulary)


@pytest.mark.parametrize(
    ("earlier", "question", "trouble"),
    [
        ("I take finasteride, problem in bed. I stop, problem go away?", "how many week", "after stopping"),
        ("I'm on finasteride and have side effects, is that normal?", "how long does that go on", "effects last"),
        ("week 5 of minoxidil and im losing MORE hair", "how long does that last tho", "losing more hair"),
        ("I started finasteride and my hair is coming out worse", "how long does that go on for", "losing more hair"),
    ],
)
def test_how_long_is_asked_of_what_befell_the_person(vocabulary, earlier, question, trouble):
    assert trouble in standalone(question, [turn(earlier)], vocabulary)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("Is PRP safe?", "how long does it last"),
        ("I take finasteride and have side effects", "how long until it works"),
        ("I take finasteride and have side effects", "how long does PRP last"),
        ("I take finasteride", "how long does that last"),
    ],
)
def test_how_long_a_treatment_takes_or_lasts_is_no_trouble(vocabulary, earlier, question):
    assert befallen(question, earlier, vocabulary) is None


def test_a_drug_that_is_blamed_is_not_the_one_spoken_of(vocabulary):
    talk = [turn("Are minoxidil tablets a bad mix with sertraline?")]
    assert "minoxidil" not in standalone("is it the sertraline making my hair fall?", talk, vocabulary)
