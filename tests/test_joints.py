"""Promises of where one sentence says two things."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.training.joints import TEXTS, marks_of, parts_marks
from evals.training.pairs import json_lines
from rag.judging.claims import extract
from rag.language.joints import FEATURES, joints_of, parts, signs

HEAD = "Our clinic opened last spring. "


def claims_in(text: str, vocabulary) -> list[str]:
    return [claim.text for claim in extract(text, vocabulary)]


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        (
            "PRP has been shown to be safe, the results are permanent, and it is approved by the FDA.",
            ["PRP has been shown to be safe", "the results are permanent", "it is approved by the FDA"],
        ),
        (
            "Exosomes make hair denser, but nobody knows how long that lasts.",
            ["Exosomes make hair denser", "nobody knows how long that lasts"],
        ),
        (
            "Stem cell injections are completely painless and work within two weeks.",
            ["Stem cell injections are completely painless", "work within two weeks"],
        ),
    ],
)
def test_a_sentence_of_running_text_gives_each_of_its_claims(vocabulary, sentence, claims):
    assert claims_in(HEAD + sentence, vocabulary)[-len(claims) :] == claims


@pytest.mark.parametrize(
    "sentence",
    [
        "Men and women lose hair for other reasons.",
        "Minoxidil is a foam or lotion that you rub on the scalp in the morning and in the evening.",
        "PRP is made from your own blood and plasma.",
    ],
)
def test_what_is_one_claim_stays_whole(vocabulary, sentence):
    assert claims_in(HEAD + sentence, vocabulary)[-1:] == [sentence.rstrip(".")]


def test_one_sentence_by_itself_is_taken_as_it_stands(vocabulary):
    text = "Two-thirds of patients look visibly fuller and men and women respond equally well to PRP"
    assert claims_in(text, vocabulary) == [text]


@given(
    st.lists(
        st.sampled_from(["PRP works", ", and ", " but ", ", ", "; ", "it is safe", " which ", "for men"]), max_size=9
    )
)
def test_joints_lie_in_their_sentence_in_order_and_apart(pieces):
    text = "".join(pieces)
    found = list(joints_of(text, (0, len(text))))
    ends = [0, *(joint.span[1] for joint in found)]
    assert all(before <= joint.span[0] < joint.span[1] <= len(text) for before, joint in zip(ends, found, strict=False))
    assert all(text[joint.span[0] : joint.span[1]] == joint.words and joint.left and joint.right for joint in found)


def test_every_sign_has_a_value(vocabulary):
    text = "PRP is safe, and it lasts for years"
    for joint in joints_of(text, (0, len(text))):
        found = signs(joint, vocabulary)
        assert found.shape == (len(FEATURES),)
        assert np.isfinite(found).all()


def test_a_joint_between_two_marks_parts_and_one_within_a_mark_does_not():
    text = "PRP is safe and sound, and it lasts"
    within, between = joints_of(text, (0, len(text)))
    marks = [(0, 21), (27, 35)]
    assert parts_marks(within, marks) is False
    assert parts_marks(between, marks) is True
    assert parts_marks(between, marks[:1]) is None


def test_most_claims_that_people_marked_are_met_one_by_one(vocabulary):
    """Of every tenth text: a claim is met where what was found covers it and no other mark."""
    met = marked = 0
    for record in list(json_lines(TEXTS))[::10]:
        text = record["text"]
        spans = [claim.span for claim in extract(text, vocabulary) if claim.span]
        marks = marks_of(record)
        for span in spans:
            covered = [m for m in marks if min(span[1], m[1]) - max(span[0], m[0]) > (m[1] - m[0]) / 2]
            met += len(covered) == 1
        marked += len(marks)
    assert met / marked > 0.6


def test_a_list_of_people_parts_nothing(vocabulary):
    text = "It suits men and women"
    assert not any(parts(joint, vocabulary) for joint in joints_of(text, (0, len(text))))
