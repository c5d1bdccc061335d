"""Fixtures of all tests: clean settings, the real corpus, a data directory made once, and small broken corpora."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from kept import data_directory
from serving import served
from tiny import write_tiny_corpus

from rag.judging.impression import Impressions
from rag.judging.verdicts import EvidenceJudge
from rag.language.vocabulary import Vocabulary
from rag.library.corpus import Corpus, load_corpus
from rag.models.embedders import MiniLM
from rag.safety.second_opinion import SecondOpinion
from rag.search.index import Index
from rag.search.indexing import build_index
from rag.search.placing import Placing
from rag.search.retrieval import Retriever, corpus_entries
from rag.settings import Settings

pytest_plugins = ["evals.gate", "pytester"]  # `pytest --evals` runs the floors of the evaluation suites

ROOT = Path(__file__).parents[1]
# A busy machine must not turn a law into a failure: laws are about results, benchmarks in evals are about time.
hypothesis.settings.register_profile("product", deadline=None)
hypothesis.settings.load_profile("product")
_CHROMIUM = Path(os.environ.get("RAG_TEST_CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(autouse=True)
def clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads a person's settings or touches a person's data."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path_factory.getbasetemp() / "untouched"))
    yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """A data directory with the written networks, made once a session."""
    directory = data_directory()
    MiniLM.open(directory)
    SecondOpinion.open(directory)
    Impressions.open(directory)
    return directory


@pytest.fixture(scope="session")
def embedder(data_dir: Path) -> MiniLM:
    return MiniLM.open(data_dir)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus(ROOT / "corpus")


@pytest.fixture(scope="session")
def vocabulary(corpus: Corpus) -> Vocabulary:
    return corpus.vocabulary


@pytest.fixture(scope="session")
def retriever(corpus: Corpus, embedder: MiniLM, data_dir: Path) -> Retriever:
    """The real retriever over the real corpus; its index lies where the assistant looks for it."""
    directory = data_dir / "index"
    build_index(directory, corpus_entries(corpus), embedder)
    settings = Settings(data_dir=data_dir)
    index, placing = Index.open(directory), Placing.open(data_dir)
    return Retriever(corpus=corpus, index=index, embedder=embedder, settings=settings, placing=placing)


@pytest.fixture(scope="session")
def judge(corpus: Corpus, retriever: Retriever, data_dir: Path) -> EvidenceJudge:
    return EvidenceJudge(corpus=corpus, retriever=retriever, impressions=Impressions.open(data_dir))


@pytest.fixture(scope="session")
def assistant(data_dir: Path, retriever: Retriever):
    from rag.assistant import Assistant

    return Assistant.open(Settings(data_dir=data_dir))


@pytest.fixture
def real_data(monkeypatch: pytest.MonkeyPatch, data_dir: Path, assistant) -> None:
    """The commands find the index that was built once, and the product opened once; other settings open their own."""
    opens = type(assistant).open

    def opened(settings: Settings, progress: Any = None):
        return assistant if settings == assistant.settings else opens(settings, progress)

    monkeypatch.setenv("RAG_DATA_DIR", str(data_dir))
    monkeypatch.setattr(type(assistant), "open", opened)


# ------------------------------------------------------------------ a real browser


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Any], str]]:
    """Serve an app of the web pages until the module's tests are done; gives its address."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(served(app))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # A browser is no Python package, so the test install cannot bring it; .ci/run does, and there nothing is skipped.
    if not _CHROMIUM.exists():
        pytest.skip("Chromium is not installed; name it in RAG_TEST_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


# ------------------------------------------------------------------ small corpora


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Make a small valid corpus; ``tiny_corpus({"sources/a.md": "text"})`` replaces files, None removes one."""

    def make(changes: dict[str, str | bytes | None] | None = None) -> Path:
        directory = write_tiny_corpus(tmp_path / "corpus")
        for name, content in (changes or {}).items():
            path = directory / name
            if content is None:
                path.unlink()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        return directory

    return make
