"""Question or claim -> ranked passages, or nothing."""

import pytest
from fakes import WordOverlapEmbedder
from hypothesis import given
from hypothesis import strategies as st

from rag.library.corpus import load_corpus
from rag.search.index import Index
from rag.search.indexing import build_index
from rag.search.retrieval import (
    _KEPT,
    ARTICLE,
    EVIDENCE,
    Retriever,
    corpus_entries,
    fuse,
    lead_with_sources,
    passage_lines,
)
from rag.settings import Settings


@pytest.fixture
def small(tiny_corpus, tmp_path):
    """A retriever over the small corpus, without weights."""
    corpus, embedder = load_corpus(tiny_corpus()), WordOverlapEmbedder()
    build_index(tmp_path / "index", corpus_entries(corpus), embedder)
    settings = Settings(data_dir=tmp_path, min_similarity=0.2)
    return Retriever(corpus=corpus, index=Index.open(tmp_path / "index"), embedder=embedder, settings=settings)


def ids(found):
    return [item.passage.id for item in found]


def test_fused_score_adds_the_weighted_reciprocal_ranks():
    assert fuse([(1.0, ["a", "b"]), (0.5, ["b"])]) == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 0.5 / 61})
    assert fuse([]) == {}


RANKING = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(RANKING)
def test_leading_with_sources_loses_nothing_and_keeps_the_order_within_a_source(ordered):
    sources = {id_: "one" if id_ in "abcd" else "two" for id_ in "abcdefgh"}
    result = lead_with_sources(ordered, {id_: 1 / (rank + 1) for rank, id_ in enumerate(ordered)}, sources)
    assert sorted(result) == sorted(ordered)
    for source in ("one", "two"):
        mine = [id_ for id_ in ordered if sources[id_] == source]
        assert [id_ for id_ in result if sources[id_] == source] == mine


def test_second_passage_of_a_source_comes_after_the_best_of_the_others():
    sources = {"a1": "a", "a2": "a", "b1": "b"}
    assert lead_with_sources(["a1", "a2", "b1"], {"a1": 3.0, "a2": 2.0, "b1": 1.0}, sources) == ["a1", "b1", "a2"]


def test_several_passages_of_a_source_outweigh_a_single_one_that_is_hardly_better():
    sources = {"a1": "a", "a2": "a", "b1": "b"}
    assert lead_with_sources(["b1", "a1", "a2"], {"b1": 1.0, "a1": 0.9, "a2": 0.8}, sources)[0] == "a1"
    assert lead_with_sources(["b1", "a1", "a2"], {"b1": 1.0, "a1": 0.5, "a2": 0.4}, sources)[0] == "b1"


def test_retracted_source_is_neither_indexed_nor_found(small):
    assert not any("gone2015" in id_ for id_ in small.index.ids)
    assert "gone2015" not in {f.passage.source_id for f in small.find("stem_cells in 40 people", 50)}
    assert "gone2015" not in {f.passage.source_id for f in small.nearest("stem_cells in 40 people", 50)}


def test_article_is_found_only_where_it_is_asked_for(small):
    query = "The results are permanent"
    assert "article" not in {f.passage.source_id for f in small.find(query, 50)}
    assert "article" in {f.passage.source_id for f in small.find(query, 50, shelves=(EVIDENCE, ARTICLE))}


def test_nothing_is_found_below_the_threshold(small):
    assert small.find("quantum chromodynamics lattice", 5) == ()
    assert len(small.nearest("quantum chromodynamics lattice", 3)) == 3


def test_similarity_of_an_unknown_entry_is_the_lowest(small):
    assert small.similarity("unheard-of", small.embed("hair")) == -1.0


def test_one_question_is_embedded_once(small):
    before = len(small.embedder.embedded)
    for _ in range(3):
        small.find("Does stem_cells help hair to grow?", 5)
    assert len(small.embedder.embedded) == before + 1


def test_kept_vectors_stay_few(small):
    for number in range(_KEPT + 50):
        small.embed(f"question {number}")
    assert len(small._recent) == _KEPT <= 1_000  # 1.5 MB


def test_lines_of_a_passage_are_its_sentences_verbatim(corpus):
    for passage in list(corpus.passages.values())[::7]:
        for line in passage_lines(passage):
            assert line.text in passage.text
            assert line.id.startswith(f"{passage.id}/")


def test_every_entry_has_an_id_of_its_own(corpus):
    entries = corpus_entries(corpus)
    assert len({entry.id for entry in entries}) == len(entries)


# ------------------------------------------------------------------ the real index


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Is the regrowth from stem cell injections permanent?", "tsuboi2020"),
        ("did the FDA approve exosomes", "fda2020_alert"),
        ("does rosemary oil work as well as minoxidil", "panahi2015"),
        ("how long do i have to use minoxidil", "rogaine_ca_stopping"),
        ("baricitinib for alopecia areata", "king2022_baricitinib"),
    ],
)
def test_question_finds_the_source_that_answers_it(retriever, corpus, question, source):
    if source not in corpus.sources:
        source = next(id_ for id_ in corpus.sources if source.rstrip("0123456789") in id_)
    assert source in {f.passage.source_id for f in retriever.find(question, 10)}


@pytest.mark.parametrize("query", ["how do I bake sourdough bread", "capital of Mongolia", "qwertz uiop", "🙂🙂🙂"])
def test_question_about_something_else_finds_nothing(retriever, query):
    assert retriever.find(query, 5) == ()


@pytest.mark.parametrize("query", ["Is it safe?", "PRP", "hair", "stem cells permanent"])
def test_same_question_twice_gives_the_same_passages(retriever, corpus, query):
    fresh = Retriever(corpus=corpus, index=retriever.index, embedder=retriever.embedder, settings=retriever.settings)
    assert retriever.find(query, 20) == fresh.find(query, 20)


def test_first_ten_passages_found_are_evidence_each_of_another_source(retriever, corpus):
    found = retriever.find("Do stem cells regrow hair?", 12)
    assert len(found) == 12
    assert all(corpus.is_evidence(f.passage) for f in found)
    assert len({f.passage.source_id for f in found[:10]}) == 10
    assert all(-1.0 <= f.similarity <= 1.0001 for f in found)


def test_topics_are_given_once_each_nearest_first(retriever):
    near = retriever.topics("Is what stem cells regrow permanent?", 5)
    assert len({id_ for id_, _ in near}) == len(near) == 5
    assert [cosine for _, cosine in near] == sorted((cosine for _, cosine in near), reverse=True)
    assert near[0][0] == "is-it-permanent"


def test_every_topic_is_found_by_its_own_questions(retriever, corpus):
    for topic in corpus.topics:
        for asked in topic.questions:
            near = dict(retriever.topics(asked, 5))
            assert near.get(topic.id, 0.0) > 0.99, asked


STORY = (
    "My mother has worn a wig for years and I have always been afraid of needles and of the cost of such things. "
    "Last spring a friend took me along to a clinic where they told me that minoxidil was dangerous."
)


def test_what_a_long_story_asks_is_found_with_and_without_a_question_mark(retriever):
    assert retriever.asked_in(f"{STORY} Does it wear off?") == "Does it wear off?"
    assert retriever.asked_in(f"{STORY} I'd like to know when it wears off. Thanks.").startswith("I'd like to know")
    assert retriever.asked_in("Does minoxidil wear off?") is None


def test_outcome_told_along_the_way_does_not_lead_a_story_away_from_what_it_asks(retriever):
    found = retriever.find(f"{STORY} If I stop using minoxidil, will I lose the new hair again?", 5)
    assert any(f.passage.direction("lasts") and "minoxidil" in f.passage.treatments for f in found[:2])


def test_a_slip_by_which_the_vocabulary_knows_a_term_is_mended_for_the_search(assistant):
    assert assistant.retriever.mended("does rosmary oil work") == "does rosemary oil work"
