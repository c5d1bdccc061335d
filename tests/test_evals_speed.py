"""Times and their yardsticks: processes, distributions, the stock pipeline, growth; what was not measured is None."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tiny import write_tiny_corpus

from evals import scale
from evals.beside import Builds, Process, Starts
from evals.processes import ran
from evals.records import Unscored
from evals.runner import Context
from evals.stock import documents, open_stock
from evals.suites import speed
from evals.works import BASES, WORKS, Texts, timed
from rag.errors import RagError, UsageError
from rag.library.corpus import load_corpus
from rag.settings import Settings

TEXTS = Texts(
    id="a", split="dev", question="Does PRP help?", claim="PRP cures baldness.", other_claim="Exosomes are approved."
)


# ------------------------------------------------------------------ processes


def test_a_process_is_timed_to_its_first_line_and_its_peak_is_its_own(data_dir):
    words = "import time; print('first', flush=True); kept = b'x' * 90_000_000; time.sleep(0.3); print('last')"
    done = ran(["-c", words], Settings(data_dir=data_dir))
    assert done.last_line == "last" and done.first_seconds > 0
    assert done.peak_bytes is None or 90e6 < done.peak_bytes < 900e6


@pytest.mark.parametrize("words", ["raise SystemExit(3)", "pass", "print(1); raise SystemExit(1)"])
def test_a_process_that_fails_or_says_nothing_is_an_error_in_one_sentence(words, data_dir):
    with pytest.raises(RagError, match="exit code"):
        ran(["-c", words], Settings(data_dir=data_dir))


# ------------------------------------------------------------------ distributions


def test_every_kind_of_work_is_timed_and_has_an_embedding_to_be_held_against(assistant):
    times = timed(assistant, TEXTS)
    assert tuple(times) == WORKS and all(value > 0 for value in times.values())
    assert set(BASES) | set(BASES.values()) == set(WORKS)


def test_a_work_without_a_counterpart_has_no_ratio():
    starts = Starts(own=(Process(seconds=2.0, megabytes=300.0),), stock_times={})
    figures = speed._process_figures(starts, 0)
    assert (figures["start_seconds"].value, figures["peak_megabytes"].value) == (2.0, 300.0)
    assert figures["start_ratio"].value is figures["memory_ratio"].value is figures["stock_start_seconds"].value is None
    alone = Builds(embedding=(1.0,), writing=(1.0,), entries=(200,))
    assert speed._build_figures(alone, 0)["index_ratio"].value is None
    assert {figure.value for figure in speed._one_core_figures({}, 0).values()} == {None}


def test_ratios_to_the_stock_pipeline_are_of_the_same_starts_and_sources():
    both = (Process(seconds=2.0, megabytes=200.0), Process(seconds=4.0, megabytes=200.0))
    other = (Process(seconds=8.0, megabytes=800.0), Process(seconds=4.0, megabytes=800.0))
    figures = speed._process_figures(Starts(own=both, stock=other, stock_times={}), 0)
    assert (figures["start_ratio"].value, figures["memory_ratio"].value) == (0.5, 0.25)
    built = speed._build_figures(Builds(embedding=(3.0,), writing=(1.0,), entries=(400,), stock=(2.0,)), 0)
    assert (built["index_ms_per_entry"].value, built["index_ratio"].value) == (10.0, 2.0)


def test_the_table_holds_n_median_p90_p95_and_the_longest_of_each_kind():
    table = speed._distribution({"ask": [float(n) for n in range(1, 102)], "review": []})
    assert table.head == ("work", "n", "p50", "p90", "p95", "most") and table.timed
    assert table.rows == (("ask", 101, 51.0, 91.0, 96.0, 101.0), ("review", 0, None, None, None, None))


# ------------------------------------------------------------------ the stock pipeline


@dataclass(frozen=True)
class Opened:
    """What the stock pipeline needs of an opened product."""

    corpus: Any
    settings: Settings


@pytest.fixture
def small(tmp_path: Path) -> Opened:
    return Opened(load_corpus(write_tiny_corpus(tmp_path / "corpus")), Settings(data_dir=tmp_path / "data"))


def test_the_stock_pipeline_is_given_the_products_evidence_and_nothing_else(small):
    lines = documents(small.corpus).splitlines()
    assert [line.split('"')[3] for line in lines] == ["cells2020", "foam2018"]  # no article, nothing retracted
    assert documents(small.corpus, ["foam2018"]) == lines[1]


def test_the_stock_pipeline_finds_answers_from_its_context_and_checks_nothing(small):
    stock = open_stock(small)
    assert stock.search(["minoxidil"], 1)[0]["source_id"] == "foam2018"
    answer = stock.ask(["an earlier question", "Did the gain from stem_cells last?"])
    assert "the gain from stem_cells faded" in answer["text"] and answer["citations"] == []
    assert answer["kind"] == "answer" and {s["support"] for s in answer["statements"]} == {"unjudged"}
    with pytest.raises(Unscored, match="checks no claims"):
        stock.check("It works.")
    assert open_stock(small).directory == stock.directory


def test_a_missing_part_is_named_with_what_to_install(small, monkeypatch):
    monkeypatch.setattr("evals.stock.PARTS", ("langchain_nowhere",))
    with pytest.raises(UsageError, match="langchain-nowhere; install the extra"):
        open_stock(small)
    assert Context(settings=small.settings, opened=small).stock is None  # nobody asked for it


# ------------------------------------------------------------------ growth


def test_made_passages_are_the_same_twice_all_different_and_of_the_corpus_own_words(corpus):
    made = list(scale.made(corpus, 300))
    assert made == list(scale.made(corpus, 300))
    assert len({entry.text for entry in made}) == len({entry.id for entry in made}) == 300
    assert all(45 <= len(entry.text.split()) < 120 for entry in made)


def test_a_size_that_the_time_does_not_allow_is_named_and_has_no_figure(data_dir, tmp_path):
    context = Context(settings=Settings(data_dir=data_dir))
    small, large = scale.measure(context, tmp_path, sizes=(40, 10**9), limit_seconds=600)
    assert small.build_ms > small.embedding_ms > 0 and small.disk_bytes > 1000 and len(small.search_ms) == 25
    assert large == scale.Grown(passages=10**9)
    assert set(scale.figures([small, large], 0)) == {
        f"at_40_{name}"
        for name in ("build_ms_per_passage", "search_ms", "search_p95_ms", "search_per_embedding", "disk_megabytes",
                     "peak_megabytes")
    }  # fmt: skip
    (table,) = scale.tables([small, large])
    assert table.timed and table.rows[1] == ("1000000000", *[None] * 7)


def test_a_build_stops_when_its_time_is_up(data_dir, tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_DATA_DIR", str(data_dir))
    with pytest.raises(scale.OutOfTime):
        scale.grow(200, tmp_path / "index", 0.0)
