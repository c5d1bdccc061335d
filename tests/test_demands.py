"""A country, a fair test, a count of people: sentences that meet what a question asks gain; whether truth is asked."""

import pytest

from rag.kinds import StudyDesign
from rag.language.demands import asks_if_true, asks_of_a_place, gain, shares_a_place
from rag.language.places import places_in


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a clinic in Antalya", {"Turkey"}),
        ("she had it done in Dubai", {"the United Arab Emirates"}),
        ("Is it approved in Germany?", {"Germany", "the EU"}),
        ("Can I get it on the NHS?", {"the UK"}),
        ("The US FDA warned in 2021.", {"the US"}),
        ("Can you tell us more about it?", set()),
        ("Northern Ireland", {"the UK"}),
        ("Is SVF approved in Norway?", {"Norway"}),
        ("my chilean friend went to Prague", {"Chile", "the Czech Republic", "the EU"}),
        ("a hospital in Indiana", {"the US"}),
        ("a spa in New Mexico", {"the US"}),
        ("a clinic in new south wales", {"Australia"}),
        ("plants from South America and South American herbs", set()),
        ("the New England Journal of Medicine", set()),
        ("a hair polish", set()),
        ("a Polish clinic", {"Poland", "the EU"}),
        ("i went to turkey", {"Turkey"}),
        ("a turkey clinic", {"Turkey"}),
        ("Americans in Bogotá", {"the US", "Colombia"}),
    ],
)
def test_countries_are_told_from_words_that_look_alike(text, places):
    assert places_in(text) == places


def test_rules_of_the_country_asked_about_gain_and_those_of_others_lose():
    question, focus = "Are exosomes legal in the UK?", ("approval",)
    assert asks_of_a_place(question, focus)
    here = gain("Human exosomes are not allowed in UK cosmetics.", (), question, focus)
    there = gain("In 2021, the US FDA named exosomes.", (), question, focus)
    assert here > 0 > there


def test_what_is_alike_everywhere_asks_for_no_country():
    assert not asks_of_a_place("Do stem cells work in the US?", ("works",))
    assert gain("A trial in the US found no gain.", (), "Do stem cells work in the US?", ("works",)) == 0


def test_a_clinic_abroad_that_is_only_told_of_asks_nothing_of_its_country():
    told = "A clinic in Panama says 80 percent success. Can stem cells help my son of 9?"
    assert not asks_of_a_place(told, ("children",))
    assert asks_of_a_place("My son is 9. Is it allowed for children in Panama?", ("children",))
    assert asks_of_a_place("A clinic in Panama takes my son. Is it legal?", ("approval",))


def test_fair_tests_gain_only_where_they_are_asked_for():
    trial = (StudyDesign.RANDOMIZED,)
    assert gain("No gain.", trial, "what do RCTs say of SVF", ()) > 0
    assert gain("No gain.", trial, "does SVF work", ()) == gain("No gain.", (StudyDesign.SURVEY,), "any RCTs?", ()) == 0


def test_counts_of_people_gain_where_one_asks_how_many():
    assert gain("Of 71 people, none improved.", (), "how many people were in the biggest trial", ()) > 0


def test_places_are_shared_by_text_and_question():
    assert shares_a_place("The NHS does not offer it.", "can I get it in England?")
    assert not shares_a_place("The NHS does not offer it.", "can I get it in India?")


@pytest.mark.parametrize(
    ("message", "known"),
    [
        ("An ad says one jab and it all grows back. is that for real??", True),
        ("my barber says PRP works for everyone, true or bs?", True),
        ("They guarantee hair for life. Is it legit or a scam", True),
        ("my mate swears onion juice gave him his hairline back. true?", True),
        ("is it true that PRP hurts", False),
        ("How do I know if the minoxidil I bought is real or fake?", False),
        ("I want my hair back for real", False),
        ("Is this the right dose for stem cells?", False),
    ],
)
def test_whether_only_the_truth_of_what_was_told_is_asked_is_known(message, known):
    assert asks_if_true(message) is known
