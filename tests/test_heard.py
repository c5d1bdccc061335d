"""What a reader found that heard passages say of their claims, as it is stored and taught."""

import json

import pytest

from evals.heard import HEARD, heard_pairs, shares
from evals.training.pairs import json_lines
from rag.judging.stance import LABELS
from rag.kinds import Stance


def written(path, stances: str, passages: list[str]):
    line = {"id": "a-1", "split": "train", "claim": "PRP is permanent", "passages": passages, "stances": stances}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


def test_letters_name_stances_and_small_ones_a_leaning(corpus, tmp_path):
    held = [*corpus.passages][:4]
    pairs = [*heard_pairs(corpus, "train", written(tmp_path / "heard.jsonl", "SRNs", held))]
    assert [p.stance for p in pairs] == [Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL, Stance.SUPPORTS]
    assert [p.leaning for p in pairs] == [False, False, False, True]


def test_a_passage_that_the_corpus_lost_is_left_out_and_the_others_keep_their_stance(corpus, tmp_path):
    held = next(iter(corpus.passages))
    pairs = [*heard_pairs(corpus, "train", written(tmp_path / "heard.jsonl", "SR", ["gone#1", held]))]
    assert [(p.passage.id, p.stance) for p in pairs] == [(held, Stance.REFUTES)]


def test_a_line_with_too_few_letters_is_an_error(corpus, tmp_path):
    held = [*corpus.passages][:2]
    with pytest.raises(ValueError, match="shorter"):
        list(heard_pairs(corpus, "train", written(tmp_path / "heard.jsonl", "S", held)))


def test_a_leaning_pair_teaches_part_of_its_stance_and_the_rest_neutral(corpus, tmp_path):
    held = [*corpus.passages][:2]
    sure, leaning = map(shares, heard_pairs(corpus, "train", written(tmp_path / "heard.jsonl", "Rr", held)))
    refutes, neutral = LABELS.index(Stance.REFUTES), LABELS.index(Stance.NEUTRAL)
    assert sum(sure) == pytest.approx(1, abs=1e-3) and sum(leaning) == pytest.approx(1, abs=1e-3)
    assert sure[refutes] > 0.9 > leaning[refutes] > leaning[neutral] > sure[neutral]


def test_no_claim_measures_that_also_taught():
    split: dict[str, set[str]] = {"train": set(), "dev": set()}
    for record in json_lines(HEARD):
        split[record["split"]].add(record["claim"].lower())
    assert split["train"] and split["dev"] and not split["train"] & split["dev"]


def test_every_passage_read_is_still_held(corpus):
    assert {p for record in json_lines(HEARD) for p in record["passages"]} <= {*corpus.passages}
