"""The index is built by content hash, switched in at the end, and says in one sentence what is wrong."""

import json
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pytest
from fakes import FailingEmbedder, WordOverlapEmbedder
from filelock import FileLock

from rag.errors import IndexUnavailable
from rag.search import index, indexing
from rag.search.index import Entry, Index, open_client, read_manifest
from rag.search.indexing import build_index, is_stale

SHELF = "evidence"


def entries(count: int = 100, **changed: str) -> list[Entry]:
    texts = {f"e{i:03}": f"passage number {i} about hair and {'cells' if i % 2 else 'foam'}" for i in range(count)}
    return [Entry(id=id_, shelf=SHELF, text=text) for id_, text in {**texts, **changed}.items()]


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "index"


def best(directory, query: str, count: int = 3) -> list[str]:
    index = Index.open(directory)
    return [id_ for id_, _ in index.dense(WordOverlapEmbedder().embed([query])[0], count, (SHELF,))]


def test_first_build_embeds_everything(directory):
    embedder = WordOverlapEmbedder()
    report = build_index(directory, entries(), embedder)
    assert (report.embedded, report.kept, report.removed, report.built) == (100, 0, 0, True)
    assert len(embedder.embedded) == 100
    assert Index.open(directory).ids == tuple(e.id for e in entries())


def test_texts_of_like_length_are_embedded_together_and_keep_their_own_vectors(directory):
    embedder = WordOverlapEmbedder()
    build_index(directory, entries(70, e003="short", e066=f"long {'words ' * 40}"), embedder)
    lengths = [len(text) for text in embedder.embedded]
    assert lengths == sorted(lengths)
    assert best(directory, "short", 1) == ["e003"]


def test_second_build_does_nothing(directory):
    build_index(directory, entries(), WordOverlapEmbedder())
    before = {path: path.stat().st_mtime_ns for path in directory.glob("manifest*")}
    embedder = WordOverlapEmbedder()
    report = build_index(directory, entries(), embedder)
    assert (report.embedded, report.kept, report.built) == (0, 100, False)
    assert embedder.embedded == []
    assert {path: path.stat().st_mtime_ns for path in directory.glob("manifest*")} == before


def test_one_changed_text_embeds_one_text(directory):
    build_index(directory, entries(), WordOverlapEmbedder())
    embedder = WordOverlapEmbedder()
    report = build_index(directory, entries(e007="wholly different words"), embedder)
    assert (report.embedded, report.kept, report.removed) == (1, 99, 0)
    assert embedder.embedded == ["wholly different words"]
    assert best(directory, "wholly different words")[0] == "e007"


def test_removed_and_added_texts_are_counted_and_found(directory):
    build_index(directory, entries(), WordOverlapEmbedder())
    report = build_index(directory, entries(90, new="brand new words"), WordOverlapEmbedder())
    assert (report.embedded, report.kept, report.removed) == (1, 90, 10)
    assert "e095" not in Index.open(directory).ids
    assert best(directory, "brand new words")[0] == "new"


def test_moving_to_another_shelf_is_a_change(directory):
    build_index(directory, entries(3), WordOverlapEmbedder())
    moved = [*entries(2), Entry(id="e002", shelf="article", text=entries(3)[2].text)]
    assert build_index(directory, moved, WordOverlapEmbedder()).built
    assert "e002" not in best(directory, "hair", 10)


def test_another_model_embeds_everything_again(directory):
    build_index(directory, entries(), WordOverlapEmbedder())
    report = build_index(directory, entries(), WordOverlapEmbedder("another model"))
    assert report.embedded == 100


def test_rebuild_embeds_everything_again(directory):
    build_index(directory, entries(), WordOverlapEmbedder())
    assert build_index(directory, entries(), WordOverlapEmbedder(), rebuild=True).embedded == 100
    assert len(best(directory, "hair")) == 3


@pytest.mark.parametrize("batches", [0, 1])
def test_crash_half_way_leaves_the_old_generation_serving(directory, batches):
    build_index(directory, entries(), WordOverlapEmbedder())
    old = read_manifest(directory)
    changed = [replace(entry, text=f"changed {entry.text}") for entry in entries()]
    with pytest.raises(KeyboardInterrupt):
        build_index(directory, changed, FailingEmbedder(batches))
    assert read_manifest(directory) == old
    assert len(best(directory, "passage about foam")) == 3
    report = build_index(directory, changed, WordOverlapEmbedder())
    assert report.embedded == 100


def test_crash_at_the_first_build_leaves_no_index(directory):
    with pytest.raises(KeyboardInterrupt):
        build_index(directory, entries(), FailingEmbedder(1))
    with pytest.raises(IndexUnavailable, match="rag index"):
        Index.open(directory)
    assert build_index(directory, entries(), WordOverlapEmbedder()).built


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 99}', '{"format": 1}', '"text"'])
def test_broken_manifest_is_rebuilt_like_a_missing_one(directory, content):
    build_index(directory, entries(5), WordOverlapEmbedder())
    (directory / "manifest.json").write_text(content, encoding="utf-8")
    assert is_stale(directory, entries(5), "word-overlap")
    assert build_index(directory, entries(5), WordOverlapEmbedder()).built
    assert len(best(directory, "hair")) == 3


def test_opened_index_goes_on_serving_while_another_generation_is_built(directory):
    build_index(directory, entries(5), WordOverlapEmbedder())
    index = Index.open(directory)
    build_index(directory, entries(5, e001="other words"), WordOverlapEmbedder())
    assert len(index.dense(WordOverlapEmbedder().embed(["hair"])[0], 5, (SHELF,))) == 5
    assert len(index.sparse("foam", 5, (SHELF,))) == 3


def test_old_generations_are_cleared_away(directory):
    for word in ("one", "two", "three", "four"):
        build_index(directory, entries(3, e000=word), WordOverlapEmbedder())
    assert sorted(path.name for path in directory.glob("sparse-*")) == ["sparse-3", "sparse-4"]


def test_directories_on_one_server_leave_each_other_s_index_alone(tmp_path, monkeypatch):
    server, url = open_client(tmp_path, None), "http://shared"
    monkeypatch.setattr(indexing, "open_client", lambda *_: server)
    monkeypatch.setattr(index, "open_client", lambda *_: server)
    one, other = tmp_path / "one", tmp_path / "other"
    build_index(one, entries(5), WordOverlapEmbedder(), chroma_url=url)
    for word in ("a", "b", "c", "d"):
        build_index(other, entries(3, e000=word), WordOverlapEmbedder(), chroma_url=url)
    assert len(Index.open(one, url).ids) == 5
    assert len(Index.open(other, url).ids) == 3
    assert len(server.list_collections()) == 3  # of the other, the last two


def test_collections_of_an_earlier_format_are_cleared_away(directory):
    build_index(directory, entries(3), WordOverlapEmbedder())
    (directory / "manifest.json").write_text('{"format": 2}', encoding="utf-8")
    build_index(directory, entries(3), WordOverlapEmbedder())
    assert len(open_client(directory, None).list_collections()) == 1


def test_directory_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("a regular file", encoding="utf-8")
    with pytest.raises(IndexUnavailable) as caught:
        build_index(tmp_path / "file" / "index", entries(2), WordOverlapEmbedder())
    assert "RAG_DATA_DIR" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_index_says_what_to_run(directory):
    with pytest.raises(IndexUnavailable, match="python -m rag index"):
        Index.open(directory)


def test_damaged_database_says_what_to_run(directory):
    build_index(directory, entries(3), WordOverlapEmbedder())
    manifest = directory / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**record, "generation": 77}), encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="--rebuild"):
        Index.open(directory)
    assert build_index(directory, entries(3), WordOverlapEmbedder(), rebuild=True).built
    assert len(best(directory, "hair")) == 3


def test_lost_word_index_says_what_to_run(directory):
    build_index(directory, entries(3), WordOverlapEmbedder())
    for path in (directory / "sparse-1").iterdir():
        path.unlink()
    with pytest.raises(IndexUnavailable, match="--rebuild"):
        Index.open(directory)


def test_second_build_at_the_same_time_is_refused_in_one_sentence(directory):
    directory.mkdir()
    with FileLock(directory / "build.lock"), pytest.raises(IndexUnavailable, match="Another build"):
        build_index(directory, entries(2), WordOverlapEmbedder())


def test_of_two_builds_at_once_one_wins_and_the_index_is_whole(directory):
    built: list[bool] = []

    def build() -> None:
        try:
            built.append(build_index(directory, entries(50), WordOverlapEmbedder()).built)
        except IndexUnavailable as error:
            assert "Another build" in str(error)
            built.append(False)

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(built) == [False, True]  # the other was refused, or came later and had nothing to do
    assert len(Index.open(directory).ids) == 50


def test_equal_scores_are_ordered_by_id_every_time(directory):
    same = [Entry(id=id_, shelf=SHELF, text="the same words") for id_ in ("c", "a", "d", "b")]
    build_index(directory, same, WordOverlapEmbedder())
    index, vector = Index.open(directory), WordOverlapEmbedder().embed(["the same words"])[0]
    for _ in range(2):
        assert [id_ for id_, _ in index.dense(vector, 4, (SHELF,))] == ["a", "b", "c", "d"]
        assert [id_ for id_, _ in index.sparse("words", 4, (SHELF,))] == ["a", "b", "c", "d"]


def test_cosines_at_some_rows_are_those_of_all(directory):
    rows = [Entry(id=f"{shelf}{i}", shelf=shelf, text=f"words {i} {shelf}") for i in range(4) for shelf in "xyz"]
    build_index(directory, rows, WordOverlapEmbedder())
    opened, vector = Index.open(directory), WordOverlapEmbedder().embed(["words 2 z"])[0]
    everywhere = opened.cosines(vector)
    table = opened.rows(["z2", "y1", "z2", "x0"]).reshape(2, 2)
    assert np.allclose(opened.cosines_of(table, vector), everywhere[table], atol=1e-6)


def test_vectors_come_back_as_they_were_made(directory):
    build_index(directory, entries(5), WordOverlapEmbedder())
    expected = WordOverlapEmbedder().embed([entries(5)[3].text])[0]
    vector = Index.open(directory).vector("e003")
    assert vector is not None
    assert np.allclose(vector, expected, atol=1e-6)
    assert Index.open(directory).vector("unheard-of") is None


def test_index_larger_than_a_page_comes_back_whole(directory, monkeypatch):
    monkeypatch.setattr(index, "_PAGE", 7)
    build_index(directory, entries(50), WordOverlapEmbedder())
    assert Index.open(directory).ids == tuple(e.id for e in entries(50))
    report = build_index(directory, entries(50, e007="wholly different words"), WordOverlapEmbedder())
    assert (report.embedded, report.kept) == (1, 49)
    assert best(directory, "wholly different words")[0] == "e007"


@pytest.mark.parametrize("query", ["", "the", "zzz unknown", "🙂", "\x00", "a" * 5000])
def test_words_that_no_text_holds_find_nothing_by_words(directory, query):
    build_index(directory, entries(5), WordOverlapEmbedder())
    assert Index.open(directory).sparse(query, 5, (SHELF,)) == []


def test_words_are_found_by_their_stem(directory):
    build_index(directory, entries(3, e001="regrowing follicles"), WordOverlapEmbedder())
    assert [id_ for id_, _ in Index.open(directory).sparse("follicle", 5, (SHELF,))] == ["e001"]


def test_progress_is_told_to_its_end(directory):
    steps: list[tuple[str, int, int]] = []
    build_index(directory, entries(100), WordOverlapEmbedder(), progress=lambda *step: steps.append(step))
    assert steps[0][1:] == (0, 100)
    assert steps[-1][1:] == (100, 100)


def test_index_stays_on_this_machine(directory):
    """Chroma keeps its own tables; nothing names an embedding service or a telemetry host."""
    build_index(directory, entries(2), WordOverlapEmbedder())
    with sqlite3.connect(directory / "chroma" / "chroma.sqlite3") as database:
        names = [row[0] for row in database.execute("select name from collections")]
    manifest = read_manifest(directory)
    assert manifest and names == [manifest.collection]
