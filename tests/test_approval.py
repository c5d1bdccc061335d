"""An added document is shown as not reviewed, and carries no verdict until staff approve it."""

from datetime import date

import pytest

from rag.errors import UsageError
from rag.ingest import add
from rag.ingest.approval import approve
from rag.library.corpus import load_corpus
from rag.settings import Settings

LEAFLET = """Moon light treatment for hair loss

Moon light treatment regrew hair in every one of 40 people with pattern hair loss within 12 weeks.

No side effects were seen with moon light treatment in 40 people.
"""


@pytest.fixture
def added(tmp_path):
    path = tmp_path / "leaflet.txt"
    path.write_text(LEAFLET, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data")
    source = add([str(path)], settings).sources[0]
    return settings, source.id


def test_an_added_document_decides_nothing_until_it_is_approved(added):
    settings, source_id = added
    local = settings.data_dir / "corpus"
    corpus = load_corpus(settings.corpus_dir, local)
    source = corpus.sources[source_id]
    assert source.status == "not reviewed"
    assert not any(corpus.may_decide(passage) for passage in source.passages)

    said = approve(source_id, settings, date(2026, 11, 22))
    assert "2026-11-22" in said
    corpus = load_corpus(settings.corpus_dir, local)
    assert corpus.sources[source_id].status == "reviewed"
    assert all(corpus.may_decide(passage) for passage in corpus.sources[source_id].passages)


@pytest.mark.parametrize("name", ["nobody2020", "../../etc/passwd", "kuka2020", ""])
def test_only_an_added_source_can_be_approved(added, name):
    settings, _ = added
    with pytest.raises(UsageError, match="No added source"):
        approve(name, settings)
