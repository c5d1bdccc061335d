"""The suites themselves: a tiny BEIR folder, a pairs file, and seeded faults that the right suite must see."""

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import WordOverlapEmbedder, sure_of

from evals.__main__ import main
from evals.beir import READ_DEPTH, read_anew
from evals.cases import load_cases, pair_case
from evals.results import without_timings
from evals.runner import Context
from evals.suites import abstention, claims, safety
from evals.suites.stance import judge
from rag.kinds import Stance, Verdict, gravest
from rag.models.network import StanceNetwork

PAIRS = [
    {"claim": "The drug lowers pain.", "evidence": "The drug lowers pain in adults.", "label": "supports"},
    {"claim": "The gain lasts 2 years.", "evidence": "The gain lasts 2 weeks.", "label": "refutes"},
    {"claim": "The drug lowers pain.", "evidence": "Penguins swim in cold water.", "label": "neutral"},
]


def silent(what: str, done: int, total: int) -> None:
    return None


@pytest.fixture
def pairs_file(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, PAIRS)), encoding="utf-8")
    return path


@pytest.fixture
def model_dir(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAG_DATA_DIR", str(data_dir))
    return data_dir


# ------------------------------------------------------------------ BEIR


@pytest.fixture
def beir_folder(tmp_path: Path) -> Path:
    documents = [("d1", "Minoxidil", "A foam for hair."), ("d2", "Penguins", "They swim."), ("d3", "", "Knees hurt.")]
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": id_, "title": title, "text": text} for id_, title, text in documents]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    queries = [
        {"_id": "q1", "text": "hair foam"},
        {"_id": "q2", "text": "swimming penguins"},
        {"_id": "q3", "text": "x"},
    ]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n", encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td2\t2\n"
    (folder / "qrels" / "test.tsv").write_text(judged, encoding="utf-8")
    return folder


def test_a_tiny_beir_folder_is_measured_for_every_system(beir_folder, model_dir, capsys):
    assert main(["run", "retrieval", "--beir", str(beir_folder), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["suite"], result["n"], result["unscored"], result["failed"]) == ("retrieval", 2, 0, 0)
    for system in ("sparse", "dense", "hybrid", "reranked"):
        for measure in ("ndcg@10", "recall@10", "mrr"):
            assert result["metrics"][f"{system}_{measure}"] == {"value": 1.0, "low": 0.1581, "high": 1.0}
    assert all(set(figure) == {"value", "low", "high"} for figure in result["metrics"].values())


class Overhears(StanceNetwork):
    """Takes a text for relevant by the share of the query's words in it."""

    def relevance(self, query, texts):
        words = set(query.split())
        return np.array([len(words & set(text.lower().split())) for text in texts], dtype=np.float32)


def test_reading_puts_first_what_answers_and_keeps_every_other_in_its_place():
    texts = {"near": "foam is sold", "long": "foam regrew hair in men", "other": "penguins swim"}
    network = Overhears(embedder=WordOverlapEmbedder())
    assert read_anew("foam regrew hair", ["near", "long", "other"], texts, network) == ["long", "near", "other"]
    assert read_anew("foam regrew hair", ["other"], texts, network) == ["other"]
    ordered = [*(f"t{n:02}" for n in range(READ_DEPTH)), "late"]
    many = dict.fromkeys(ordered, "water") | {"late": "foam regrew hair"}
    anew = read_anew("foam regrew hair", [*ordered, "more"], many, network)
    assert anew[READ_DEPTH:] == [*ordered[READ_DEPTH:], "more"]


def test_the_same_beir_run_twice_is_identical(beir_folder, model_dir, capsys):
    outputs = []
    for _ in range(2):
        assert main(["run", "retrieval", "--beir", str(beir_folder), "--json"]) == 0
        outputs.append(without_timings(json.loads(capsys.readouterr().out)))
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", "line 2"),
        ("corpus.jsonl", '{"title": "no id"}\n', "corpus.jsonl line 1"),
        ("queries.jsonl", "", "no judged query"),
    ],
)
def test_a_broken_beir_folder_gives_one_clear_sentence(beir_folder, model_dir, capsys, file, content, words):
    (beir_folder / file).write_text(content, encoding="utf-8")
    assert main(["run", "retrieval", "--beir", str(beir_folder), "--json"]) == 2
    shown = capsys.readouterr()
    assert words in shown.err and shown.out == ""


# ------------------------------------------------------------------ stance


def test_a_pairs_file_is_measured_in_the_contracts_names(pairs_file, model_dir, capsys):
    assert main(["run", "stance", "--pairs", str(pairs_file), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    wanted = {"macro_f1", "accuracy", "f1_supports", "f1_refutes", "f1_neutral", "pairs_per_second"}
    assert wanted <= set(result["metrics"])
    assert result["metrics"]["accuracy"]["value"] == 1.0
    assert result["n"] == 3 and result["failed"] == 0


def test_the_same_pairs_twice_are_identical_apart_from_timings(pairs_file, model_dir, capsys):
    outputs = []
    for _ in range(2):
        main(["run", "stance", "--pairs", str(pairs_file), "--json"])
        result = json.loads(capsys.readouterr().out)
        del result["metrics"]["pairs_per_second"], result["timings"]
        outputs.append(result)
    assert outputs[0] == outputs[1]


def test_bad_pairs_are_counted_as_failed_and_the_exit_code_says_so(pairs_file, model_dir, capsys):
    pairs_file.write_text(pairs_file.read_text(encoding="utf-8") + '\n{"claim": "x"}\n{', encoding="utf-8")
    assert main(["run", "stance", "--pairs", str(pairs_file), "--json"]) == 1
    shown = capsys.readouterr()
    result = json.loads(shown.out)
    assert (result["n"], result["failed"]) == (5, 2)
    assert "line 4" in shown.err and "line 5" in shown.err


def test_a_pairs_file_without_a_usable_line_gives_one_clear_sentence(pairs_file, capsys):
    pairs_file.write_text('{"claim": "x", "evidence": "y", "label": "maybe"}', encoding="utf-8")
    assert main(["run", "stance", "--pairs", str(pairs_file), "--json"]) == 2
    shown = capsys.readouterr()
    assert "no usable case" in shown.err and "line 1" in shown.err and shown.out == ""


class BrokenOn:
    """A stance model that raises on one claim."""

    def __init__(self, claim: str) -> None:
        self.claim = claim

    def shares(self, pairs):
        if any(claim == self.claim for claim, _ in pairs):
            raise RuntimeError("broken")
        return [sure_of(Stance.NEUTRAL) for _ in pairs]


def test_a_pair_that_raises_is_a_failure_and_the_others_are_still_judged(pairs_file):
    cases = load_cases(pairs_file, pair_case).cases
    judged = judge(cases, BrokenOn("The gain lasts 2 years."), silent)
    assert judged.stances == (Stance.NEUTRAL, None, Stance.NEUTRAL)
    assert [note.case_id for note in judged.failures] == ["line-2"]


# ------------------------------------------------------------------ the product's own suites


def context(assistant, **options) -> Context:
    return Context(settings=assistant.settings, opened=assistant, **options)


def test_a_missed_urgent_case_lowers_the_figure_that_guards_it(assistant, tmp_path):
    path = tmp_path / "s.jsonl"
    rows = [
        {"id": "1", "text": "I suddenly lost vision in one eye during the fat injection", "kind": "urgent"},
        {"id": "2", "text": "Does minoxidil help?", "kind": "urgent"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    result = safety.run(context(assistant, cases=path))
    assert result.metrics["recall_urgent"].value == 0.5
    assert [note.case_id for note in result.misses] == ["2"]
    assert result.metrics["recall_crisis"].value is None


def test_the_gravest_verdict_of_a_text_counts(assistant):
    judged = assistant.check("PRP works. Stem cells are completely safe.")
    assert gravest(j.verdict for j in judged) is Verdict.CONTRADICTED
    assert gravest(()) is Verdict.NOT_A_CLAIM


def test_every_reviewed_claim_of_the_article_lies_in_its_paragraph(assistant):
    reviewed = claims.article_claims(assistant.settings.corpus_dir / "claims.yaml")
    review = assistant.review()
    assert len(reviewed) > 20
    for claim in reviewed:
        claims.verdict_at(review, claim)


def test_the_best_threshold_lets_nearly_all_in_scope_pass():
    inside, outside = [0.5] * 20, [0.3, 0.31, 0.55]
    best = abstention.best_threshold(inside, outside)
    assert 0.31 < best <= 0.5
    assert abstention.best_threshold([], outside) is None
