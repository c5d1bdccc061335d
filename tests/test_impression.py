"""Promises of the impression: the packaged model plus small corrections, reading a claim word for word."""

import numpy as np
import pytest

from rag.errors import ModelUnavailable
from rag.judging.impression import CLASSES, Impressions
from rag.kinds import Verdict


@pytest.fixture(scope="module")
def impressions(data_dir) -> Impressions:
    return Impressions.open(data_dir)


def test_an_impression_is_a_share_for_each_verdict_and_the_same_each_time(impressions, data_dir):
    found = impressions.of("Stem cells regrow a full head of hair in two weeks.")

    assert tuple(found) == CLASSES
    assert np.exp(list(found.values())).sum() == pytest.approx(1)
    assert Impressions.open(data_dir).of("Stem cells regrow a full head of hair in two weeks.") == found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Stem cells regrow a full head of hair in two weeks, guaranteed.", Verdict.CONTRADICTED),
        ("Finasteride can cause sexual side effects.", Verdict.SUPPORTED),
    ],
)
def test_plain_claims_leave_the_impression_that_their_like_were_given(impressions, text, verdict):
    found = impressions.of(text)

    assert max(found, key=found.__getitem__) is verdict


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"impression\.npz cannot be read; restore"):
        Impressions.open(tmp_path, tmp_path / "impression.npz")


def test_a_claim_that_no_precedent_may_speak_for_makes_no_impression(judge, corpus):
    from rag.judging.claims import extract

    (known,) = extract("PRP regrows hair in most people.", corpus.vocabulary)
    (unknown,) = extract("Goat milk regrows hair.", corpus.vocabulary)

    assert judge.grounds(known).impression is not None
    assert judge.grounds(unknown).precedents == () and judge.grounds(unknown).impression is None
