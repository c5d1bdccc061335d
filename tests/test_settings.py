"""Settings: read from RAG_* variables or .env, refused when unknown or malformed, quiet about telemetry."""

import os
import runpy
import shutil

import pytest

from rag import paths
from rag.errors import UsageError
from rag.settings import Settings


def test_an_unknown_name_in_the_file_is_refused_like_one_in_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("RAG_NOPE=1\nOTHER=2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="RAG_NOPE"):
        Settings.load()


def test_the_file_is_read(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("RAG_TRANSCRIPT_RETENTION_DAYS=30\n", encoding="utf-8")
    assert Settings.load().transcript_retention_days == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [("MIN_SIMILARITY", "2"), ("TRANSCRIPT_RETENTION_DAYS", "0"), ("MODEL", "gpt"), ("TRANSCRIPT_RETENTION_DAYS", "x")],
)
def test_a_malformed_value_is_named_with_its_setting(monkeypatch, name, value):
    monkeypatch.setenv(f"RAG_{name}", value)
    with pytest.raises(UsageError, match=f"RAG_{name}"):
        Settings.load()


def test_a_database_address_never_shows_its_password():
    settings = Settings(database_url="postgresql+psycopg://user:secret@host/db")
    assert "secret" not in repr(settings) and "secret" not in str(settings)


def test_settings_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        Settings().min_similarity = 0.1


def test_the_settings_turn_telemetry_off():
    off = ("GRADIO_ANALYTICS_ENABLED", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "ANONYMIZED_TELEMETRY")
    quiet = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")  # which gradio, once imported, spells "True"
    assert {os.environ[name].lower() for name in off} == {"false"}
    assert {os.environ[name].lower() for name in quiet} <= {"1", "true"}


def test_names_for_the_tests_are_no_unknown_settings(monkeypatch):
    monkeypatch.setenv("RAG_TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
    assert Settings.load() == Settings()


def test_an_installed_wheel_reads_the_corpus_that_it_carries(tmp_path):
    package = tmp_path / "rag"
    (package / "_corpus").mkdir(parents=True)
    shutil.copy(paths.__file__, package / "paths.py")
    assert runpy.run_path(str(package / "paths.py"))["CORPUS"] == package / "_corpus"
    (package / "_corpus").rmdir()
    assert runpy.run_path(str(package / "paths.py"))["CORPUS"] == tmp_path / "corpus"
