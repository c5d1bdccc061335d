"""MiniLM with small trained corrections (low-rank) and a head: one text -> logits.

Written once as an ONNX graph from the packaged weights and served without torch. What its classes mean is for those who
use it.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailable
from rag.files import stored_arrays
from rag.models import conversion
from rag.models.embedders import minilm_tokenizer, onnx_session, packaged_weights, word_vectors
from rag.types import Vectors

_MAX_TOKENS = 96


class Corrected:
    """Reads one text at a time; the same words give the same figures."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def open(cls, weights: Path, directory: Path, *, in_bytes: bool = False) -> "Corrected":
        """Give the network, written into its directory, there ``in_bytes`` or not, when it is not there or out of date.

        Raises ModelUnavailable when the weights are missing or the directory cannot be written.
        """
        trained = _checksum(weights)
        if not conversion.is_current(directory, trained):
            _convert(weights, trained, directory, in_bytes)
        return cls(directory)

    def logits(self, text: str) -> Vectors:
        """Give how strongly a text, cut after 96 tokens, speaks for each class."""
        words = word_vectors()[self._tokenizer.encode(text).ids]
        return np.asarray(self._session.run(None, {"words": words[np.newaxis]})[0][0], dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        return minilm_tokenizer(_MAX_TOKENS)

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self._directory / "model.onnx")


def _checksum(weights: Path) -> str:
    """Give the checksum of trained weights."""
    try:
        return hashlib.sha256(weights.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnavailable(f"{weights} cannot be read; restore it from the repository.") from error


def _convert(weights: Path, trained: str, directory: Path, in_bytes: bool) -> None:
    """Write the graph and, last, the record of what it was written from."""
    matrices = {name: matrix.astype(np.float32) for name, matrix in stored_arrays(weights).items()}
    with conversion.in_place(directory / "model.onnx") as part:
        conversion.write_corrected(packaged_weights(), matrices, part, in_bytes=in_bytes)
    conversion.record(directory, trained)
