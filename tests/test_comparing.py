"""Where a claim and a text of evidence meet and part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.comparing import FEATURES, Nearness, compare, content


def signs(vocabulary, claim, evidence, cosine=0.8):
    near = Nearness(sentences=[(cosine, evidence)], whole=cosine)
    return dict(zip(FEATURES, compare(claim, evidence, near, vocabulary), strict=True))


@pytest.mark.parametrize(
    ("claim", "evidence", "sign"),
    [
        ("PRP works.", "PRP does not work.", "denials_part"),
        ("Density was improved.", "Density declined.", "directions_part"),
        ("Hair count rose by 40%.", "Hair count rose by 18%.", "figure_rivalled"),
        ("It always works.", "It works.", "absolute_alone"),
        ("PRP grows hair.", "PRP grew hair in mice.", "only_evidence_not_people"),
        ("PRP grows hair.", "Minoxidil grows hair.", "other_treatment"),
        ("It works in women.", "It worked in men.", "people_part"),
        ("PRP is safe.", "PRP caused side effects.", "poles_part"),
        ("Minoxidil helps alopecia areata.", "Minoxidil helps pattern hair loss.", "conditions_part"),
    ],
)
def test_where_the_two_part_a_sign_stands(vocabulary, claim, evidence, sign):
    assert signs(vocabulary, claim, evidence)[sign] >= 1.0
    assert signs(vocabulary, claim, claim)[sign] == 0.0


def test_figure_of_the_claim_that_stands_in_the_evidence_is_met(vocabulary):
    found = signs(vocabulary, "Hair count rose by 18%.", "Hair count rose by 18% in 40 people.")
    assert (found["figures_met"], found["numbers_met"], found["figure_rivalled"]) == (1.0, 1.0, 0.0)


def test_like_words_count_as_shared(vocabulary):
    near = signs(vocabulary, "Rogaine beat a dummy", "Minoxidil beat placebo")
    assert near["claim_covered"] == 1.0


def test_content_keeps_what_carries_meaning():
    assert content("The hairs were growing") == {"hair", "grow"}


@given(claim=st.text(max_size=80), evidence=st.text(max_size=80), cosine=st.floats(-1, 1))
def test_any_two_texts_give_one_finite_value_for_each_name(vocabulary, claim, evidence, cosine):
    near = Nearness(sentences=[], whole=cosine)
    values = compare(claim, evidence, near, vocabulary)
    assert values.shape == (len(FEATURES),)
    assert np.isfinite(values).all()
