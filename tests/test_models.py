"""MiniLM served lean: the same vectors as its reference, and no heavy library on the path that answers."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelUnavailable
from rag.models.conversion import in_place
from rag.models.embedders import (
    MIN_SELF_TEST_COSINE,
    MiniLM,
    SentenceTransformerModel,
    open_embedder,
    reference_vectors,
)

ROOT = Path(__file__).parents[1]
TEXTS = [
    "Is the regrowth permanent?",
    "In 65 people with pattern hair loss, gains from one injection lasted until 9 months.",
    "12.5 % é 🙂 £1,000",
    "幹細胞",
    "hair " * 400,
    "a",
]


def subprocess_environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    return {**kept, "RAG_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}


def test_vectors_are_those_of_sentence_transformers(embedder):
    cosines = (embedder.embed(TEXTS) * reference_vectors(TEXTS)).sum(axis=1)
    assert cosines.min() > MIN_SELF_TEST_COSINE > 0.9998


def test_rows_have_length_one_and_the_order_of_the_texts(embedder):
    together = embedder.embed(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    apart = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert (together * apart).sum(axis=1).min() > 0.9999


def test_no_texts_give_no_rows(embedder):
    assert embedder.embed([]).shape == (0, 384)


def test_near_meanings_are_nearer_than_far_ones(embedder):
    asked, near, far = embedder.embed(["Does it last for ever?", "Is the effect permanent?", "Bread needs yeast."])
    assert asked @ near > asked @ far + 0.3


def test_fingerprint_names_the_weights(embedder, data_dir):
    assert embedder.fingerprint == MiniLM.open(data_dir).fingerprint
    assert "all-MiniLM-L6-v2" in embedder.fingerprint


def test_converted_model_is_opened_without_converting_again(data_dir):
    model = data_dir / "models" / "all-MiniLM-L6-v2" / "model.onnx"
    before = model.stat().st_mtime_ns
    MiniLM.open(data_dir).embed(["hair"])
    assert model.stat().st_mtime_ns == before


def test_directory_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("a regular file", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="RAG_DATA_DIR"):
        MiniLM.open(tmp_path / "file" / "data")


def test_two_that_write_the_same_model_at_once_both_leave_it_whole(tmp_path, monkeypatch):
    target = tmp_path / "model.onnx"
    with in_place(target) as slow:
        slow.write_text("slow", encoding="utf-8")
        monkeypatch.setattr(os, "getpid", lambda: -1)
        with in_place(target) as quick:
            quick.write_text("quick", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "quick"
    assert target.read_text(encoding="utf-8") == "slow"
    assert list(tmp_path.iterdir()) == [target]


def test_a_model_that_fails_half_way_leaves_nothing_behind(tmp_path):
    with pytest.raises(ModelUnavailable), in_place(tmp_path / "model.onnx") as part:
        part.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_other_model_is_named_by_setting_and_a_missing_one_is_one_sentence(tmp_path):
    model = open_embedder(str(tmp_path / "no-such-model"), tmp_path)
    assert isinstance(model, SentenceTransformerModel)
    with pytest.raises(ModelUnavailable, match="RAG_EMBEDDING_MODEL"):
        model.embed(["hair"])


PROBE = """
import sys
from rag.__main__ import main
codes = [main(["ask", "--json", "Is it permanent?"]), main(["check", "PRP is permanent."]), main(["search", "safety"])]
heavy = {"torch", "transformers", "sentence_transformers", "gradio", "fastapi", "sqlalchemy", "onnx"} & set(sys.modules)
sys.exit(f"codes {codes}, heavy {sorted(heavy)}" if any(codes) or heavy else 0)
"""


def test_path_that_answers_imports_no_heavy_library(data_dir, retriever):
    environment = subprocess_environment(data_dir)
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


IMPORTS = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("rag").rglob("*.py")):
    if path.stem != "__init__" and "migrations" not in path.parts:  # these run only within a migration
        importlib.import_module(".".join(path.with_suffix("").parts))
heavy = {"torch", "transformers", "sentence_transformers", "onnxruntime", "chromadb", "bm25s"} & set(sys.modules)
sys.exit(f"heavy {sorted(heavy)}" if heavy else 0)
"""


def test_importing_any_module_loads_no_model_and_no_heavy_library(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], env=subprocess_environment(tmp_path), cwd=ROOT, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(tmp_path.iterdir()) == []
