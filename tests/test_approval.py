"""An added document is shown as not reviewed, and carries no verdict until staff approve it."""

import threading
import time
from datetime import date

import pytest

from rag.errors import UsageError
from rag.ingest import add
from rag.ingest.approval import approve
from rag.ingest.corpus_file import writing
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


@pytest.mark.parametrize(
    ("held", "instead", "told"),
    [("reviewed_on: null\n", "", "reviewed_on: null"), ("study_design: ", "study_design: un", "study_design")],
)
def test_a_file_that_would_not_hold_stays_as_it_was_and_its_mend_is_told(added, held, instead, told):
    settings, source_id = added
    path = settings.local_corpus / f"{source_id}.md"
    broken = path.read_text(encoding="utf-8").replace(held, instead) + "\nreviewed_on: in the text\n"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        approve(source_id, settings)
    assert path.read_text(encoding="utf-8") == broken
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_an_approval_waits_for_another_writer(added):
    settings, source_id = added
    approving = threading.Thread(target=approve, args=(source_id, settings))
    with writing(settings):
        approving.start()
        time.sleep(0.3)
        assert "reviewed_on: null" in (settings.local_corpus / f"{source_id}.md").read_text(encoding="utf-8")
    approving.join()
    assert "reviewed_on: 2" in (settings.local_corpus / f"{source_id}.md").read_text(encoding="utf-8")
