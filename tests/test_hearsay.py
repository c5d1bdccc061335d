"""Of a message only what it passes on or takes for granted is checked, in its bare words, and never a story."""

import pytest

from rag.judging.claims import extract
from rag.kinds import Origin
from rag.language.hearsay import passed_on


def told(message, vocabulary):
    claims = passed_on(extract(message, vocabulary, Origin.QUESTION), message, vocabulary)
    assert all(message[slice(*claim.span)] == claim.text for claim in claims)
    return [claim.text for claim in claims]


@pytest.mark.parametrize(
    ("message", "claims"),
    [
        (
            "saw an ad on insta for stem cell therapy, one injection and your own hair grows back. is it real??",
            ["one injection and your own hair grows back"],
        ),
        (
            "One clinic in Ikeja is advertising stem cell therapy that regrows edges in 8 weeks. Is it possible?",
            ["stem cell therapy that regrows edges in 8 weeks"],
        ),
        (
            "lads at the gym are saying creatine makes you bald. is it true",
            ["creatine makes you bald"],
        ),
        ("doc here in dubai says 1 session, permanent, no surgery. 6k", ["1 session, permanent, no surgery"]),
        (
            "my clinic says stem cells will reset my immune system. is that right?",
            ["stem cells will reset my immune system"],
        ),
        ("Exosomes are safe. They are permanent. Should I get them?", ["Exosomes are safe", "They are permanent"]),
        ("my mum says girls arent supposed to go bald", ["girls arent supposed to go bald"]),
        ("PRP is permanent, right?", ["PRP is permanent"]),
    ],
)
def test_what_is_passed_on_is_given_without_who_says_it_and_where_it_was_seen(vocabulary, message, claims):
    assert told(message, vocabulary) == claims


@pytest.mark.parametrize(
    "message",
    [
        "wants PRP bc her friend at church had it. should she?",
        "alopecia areata lost about 70%. what can i do",
        "54, periods stopped two years ago. hair is thin. does minoxidil help?",
        "my mum is 78 and her hair is so thin now she wont go to church",
        "bipolar, been on valproate since 2016",
        "There is a beauty salon in the mall here offering exosome from Korea for the scalp",
        "my brother sent me an article on fat injections to soften the scar first",
        "minoxidil liquid makes my scalp itch like mad",
        "amazon ones are 200, the clinic one is 1800. is the clinic one better?",
        "dutasteride vs finasteride which is stronger, and are the sex side effects worse on dut",
        "prp for women does it actually work",
        "the lady there told me about a growth factor serum, six sessions for 900 dollars",
    ],
)
def test_a_story_an_offer_a_price_and_a_question_pass_nothing_on(vocabulary, message):
    assert told(message, vocabulary) == []
