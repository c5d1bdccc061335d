"""What befell a person on a treatment is kept while a follow-up asks on about it."""

import pytest

from rag.language.befallen import befallen
from rag.language.followups import standalone
from tests.test_followups import turn


@pytest.mark.parametrize(
    ("earlier", "question", "trouble"),
    [
        ("does finasteride lower your sex drive?", "and is that permanent??", "sexual problems"),
        ("Stopped finasteride, still no libido. I'm broken", "is there any treatment for it", "sexual problems"),
        ("does finasteride lower sperm count", "does it come back", "sperm and fertility"),
        ("lump under my nipple, been on propecia 2 years", "would every other day fix it", "breast changes"),
        ("can finasteride make you depressed?", "how common is that", "low mood"),
        ("after my prp my eyelids are swollen", "how many days until it goes down", "swelling"),
        ("had PRP, more hair is coming out than before", "how many weeks before i worry", "the shed"),
        ("5 weeks on finasteride, more hair in the shower", "how long does that last", "the shed"),
        ("is it permanent? (finasteride tablets, sexual problems)", "how common is it", "sexual problems"),
    ],
)
def test_what_befell_is_named_when_asked_on_about(vocabulary, earlier, question, trouble):
    assert befallen(question, earlier, vocabulary) == trouble


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("does finasteride lower your sex drive?", "how much does it cost"),
        ("does finasteride lower your sex drive?", "if i stop it what happens"),
        ("5 weeks on finasteride, more hair in the shower", "if i stop will it go back to how it was"),
        ("does finasteride lower your sex drive?", "is minoxidil permanent"),
        ("my libido went on finasteride. does PRP work?", "is that permanent"),
        ("PRP after my baby was born, hair in handfuls?", "when does it stop"),
        ("my hair is thinning", "is that permanent"),
    ],
)
def test_what_asks_of_something_else_takes_no_trouble_along(vocabulary, earlier, question):
    assert befallen(question, earlier, vocabulary) is None


def test_a_trouble_goes_with_the_treatment_and_with_no_kind_of_hair_loss(vocabulary):
    earlier = "Had PRP 3 weeks ago and now shedding in handfuls"
    understood = standalone("how long does that go on", [turn(earlier)], vocabulary)
    assert "PRP" in understood and "the shed" in understood and "stress" not in understood


def test_the_shed_of_a_treatment_is_carried_on_as_no_kind_of_hair_loss(vocabulary):
    talk = [turn("how long does that last (finasteride tablets, the shed)")]
    assert standalone("if i stop will it go back to how it was", talk, vocabulary).endswith("(finasteride tablets)")


def test_a_cure_for_a_trouble_is_none_for_the_hair(vocabulary):
    earlier = "Stopped finasteride, still no libido. I'm broken"
    understood = standalone("is there any treatment for it", [turn(earlier)], vocabulary)
    assert "finasteride" in understood and "works" not in understood
