"""Promises of a claim of running text told as it would stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.judging.claims import extract, extract_each
from rag.kinds import Origin
from rag.language import standing
from rag.language.standing import about, named, parts, subject

TEXT = "PRP is made from your own blood. It makes each hair thicker. Egg yolk also grows hair. Side effects are rare."


@pytest.fixture(scope="module")
def claims(corpus):
    return {claim.text: claim for claim in extract(TEXT, corpus.vocabulary)}


def test_a_pronoun_gives_way_to_the_treatment_that_the_text_is_about(claims, corpus):
    told_of = subject(claims["It makes each hair thicker"], corpus.vocabulary)
    assert named("It makes each hair thicker", told_of) == f"{told_of} makes each hair thicker"
    assert "PRP" in told_of


def test_what_has_no_pronoun_is_told_behind_its_subject():
    assert named("side effects are rare", "PRP") == "PRP: side effects are rare"


def test_what_names_its_own_subject_stays(claims, corpus):
    assert subject(claims["PRP is made from your own blood"], corpus.vocabulary) is None


def test_what_is_about_something_unknown_is_not_told_of_the_treatment(claims, corpus):
    assert subject(claims["Egg yolk also grows hair"], corpus.vocabulary) is None


def test_a_single_sentence_stands_by_itself(corpus):
    claim = extract("It makes each hair thicker.", corpus.vocabulary, topic=("prp",))[0]
    assert claim.around is None
    assert subject(claim, corpus.vocabulary) is None
    assert parts(claim) == {}


def test_a_claim_knows_the_sentence_before_it_and_the_first(claims):
    around = claims["It makes each hair thicker"].around
    assert around.previous == around.opening == "PRP is made from your own blood."
    assert around.lead.endswith("It makes each hair thicker")


def test_a_paragraph_goes_on_from_the_one_before(corpus):
    first, second = extract_each(
        ["PRP is made from your own blood.", "It makes each hair thicker."], corpus.vocabulary, Origin.ARTICLE
    )
    assert second[0].around.previous == "PRP is made from your own blood."
    assert second[0].span == (0, len("It makes each hair thicker"))
    assert first[0].around is None


POINTING = st.builds("{} {}".format, st.sampled_from(["it", "but they", "The treatment"]), st.text())


@given(st.text(min_size=1) | POINTING, st.sampled_from(["PRP", "minoxidil"]))
def test_the_subject_comes_first_and_only_words_that_point_to_it_are_lost(text, treatment):
    told = named(text, treatment)
    assert told.startswith(treatment)
    rest = told.removeprefix(treatment)
    lost = text.removesuffix(rest)
    assert rest == f": {text}" or (lost + rest == text and standing._POINTS.fullmatch(lost))


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Together with PRP, the cells make hair denser.", ()),
        ("It grows more hair than minoxidil.", ()),
        ("Unlike finasteride, it has no side effects.", ()),
        ("PRP beats minoxidil.", ("prp",)),
        ("Minoxidil is a lotion.", ("minoxidil",)),
    ],
)
def test_a_treatment_that_is_only_held_against_another_is_not_the_subject(corpus, sentence, kept):
    assert about(sentence, corpus.vocabulary) == kept
