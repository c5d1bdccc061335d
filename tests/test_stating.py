"""Promises of what tells a statement where the rules find none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import DATA
from evals.training.pairs import json_lines
from rag.judging.claims import extract
from rag.kinds import Origin
from rag.language.stating import BUCKETS, SIGNS, buckets, signs, stating_share


@pytest.mark.parametrize(
    "text",
    [
        "Nanofat plumps up weedy strands.",
        "Micrografts wipe out bald spots in men.",
        "Surgeons usually refuse patients under twenty.",
        "Rinse the grafts too early and you wash them away.",
    ],
)
def test_a_claim_with_a_verb_that_no_rule_knows_is_found(vocabulary, text):
    assert [claim.text for claim in extract(text, vocabulary)] == [text.rstrip(".")]


@pytest.mark.parametrize(
    "text",
    [
        "Our gallery of before and after pictures",
        "Rosemary tonic for men, 100 ml",
        "Thank you for the lovely chat yesterday",
        "I am going to the clinic on Friday with my sister",
        "In this episode we talk about wigs",
        "What should I ask at my first consultation",
    ],
)
def test_what_states_nothing_stays_out(vocabulary, text):
    assert extract(text, vocabulary) == []


def test_a_patients_message_is_read_by_the_rules_alone(vocabulary):
    text = "Nanofat plumps up weedy strands."
    assert extract(text, vocabulary, Origin.TEXT)
    assert extract(text, vocabulary, Origin.QUESTION) == []


def test_of_texts_that_hold_no_claim_few_are_taken_for_one(vocabulary):
    texts = [record["text"] for record in json_lines(DATA / "nonclaims_train.jsonl")]
    left = [text for text in texts if not extract(text, vocabulary, Origin.QUESTION)]
    assert sum(bool(extract(text, vocabulary)) for text in left) / len(left) < 0.1


@given(st.text(max_size=80))
def test_any_text_has_a_share_between_none_and_all(vocabulary, text):
    assert 0.0 <= stating_share(text, vocabulary) <= 1.0
    assert all(0 <= bucket < BUCKETS for bucket in buckets(text, vocabulary))
    assert signs(text, vocabulary).shape == (len(SIGNS),)


def test_a_treatment_speaks_neither_for_nor_against(vocabulary):
    one, other = (list(buckets(f"{name} fills in thin spots", vocabulary)) for name in ("PRP", "minoxidil"))
    assert one == other
