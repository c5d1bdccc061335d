"""What the evidence map says of a claim: by its cells alone, whatever the search finds."""

import pytest

from rag.judging.cells import Cells
from rag.judging.mapped import Mapped, asserted
from rag.judging.nearest import Opinion
from rag.kinds import Certainty, Stance, Verdict
from rag.language.reading import read
from rag.library.corpus import load_corpus


@pytest.fixture
def said(tiny_corpus):
    """Give what the map of the small corpus says of a claim."""
    corpus = load_corpus(tiny_corpus())
    mapped = Mapped(corpus=corpus, cells=Cells(corpus=corpus))

    def opinion(claim: str) -> Opinion | None:
        return mapped.judge(read(claim, corpus.vocabulary, ()), ())

    return opinion


def test_cell_that_says_no_study_gives_no_evidence(said):
    opinion = said("Exosomes are safe")
    assert (opinion.verdict, opinion.certainty, opinion.reason) == (Verdict.NO_EVIDENCE, None, "We found no study.")


def test_small_trial_makes_limited_and_a_cell_against_makes_contradicted(said):
    works, lasts = said("Stem cells work"), said("Stem cells are permanent")
    assert (works.verdict, works.certainty) == (Verdict.LIMITED, Certainty.LOW)
    assert lasts.verdict is Verdict.CONTRADICTED
    assert lasts.evidence[0].passage_id == "cells2020#2"
    assert lasts.evidence[0].stance is Stance.REFUTES


def test_gravest_finding_decides_a_claim_of_two_parts(said):
    assert said("Stem cells are safe and permanent").verdict is Verdict.CONTRADICTED


def test_the_map_says_nothing_of_what_asserts_nothing(said):
    assert said("The clinic opens at nine") is None


def test_weak_proof_is_what_is_claimed_where_it_is_said(vocabulary):
    (weak,) = asserted(read("There is little evidence that PRP works.", vocabulary))
    assert (weak.outcome, weak.positive) == ("evidence", False)
    (works,) = asserted(read("PRP is proven to work.", vocabulary))
    assert (works.outcome, works.positive) == ("works", True)
