"""Promises of texts in which people marked every claim."""

import pytest

from evals.cases import DATA, load_cases
from evals.marked import marked_text, verdicts_in
from rag.judging.claims import extract
from rag.kinds import Verdict
from rag.types import Judgement

TEXT = "PRP is completely safe. It regrows hair for good."
RECORD = {
    "id": "a",
    "split": "dev",
    "text": TEXT,
    "claims": [
        {"quote": "completely safe", "verdict": "contradicted"},
        {"quote": "regrows hair for good", "verdict": "contradicted"},
    ],
}


def judged(vocabulary, verdicts):
    claims = extract(TEXT, vocabulary)
    return [
        Judgement(claim=claim, verdict=verdict, certainty=None, reason="", evidence=())
        for claim, verdict in zip(claims, verdicts, strict=False)
    ]


def test_a_mark_gets_the_verdict_of_the_claim_that_covers_it(vocabulary):
    given = verdicts_in(marked_text(RECORD, 1), judged(vocabulary, [Verdict.LIMITED, Verdict.CONTRADICTED]))
    assert given == [Verdict.LIMITED, Verdict.CONTRADICTED]


def test_a_mark_that_no_claim_touches_counts_as_not_found(vocabulary):
    given = verdicts_in(marked_text(RECORD, 1), judged(vocabulary, [Verdict.LIMITED]))
    assert given == [Verdict.LIMITED, Verdict.NOT_A_CLAIM]


def test_a_quote_that_is_no_part_of_the_text_is_named():
    with pytest.raises(ValueError, match="no part of the text"):
        marked_text({**RECORD, "claims": [{"quote": "cures all", "verdict": "limited"}]}, 1)


def test_every_article_of_ours_can_be_read():
    loaded = load_cases(DATA / "articles.jsonl", marked_text)
    assert not loaded.bad
    assert len(loaded.cases) == 12
