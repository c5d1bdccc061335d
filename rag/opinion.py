"""A second opinion beside the safety rules: what kind of reply a message needs, read for its meaning.

MiniLM with small trained corrections (low-rank, ``rag/weights/opinion.npz``), written once as an ONNX graph and served
without torch. How it was trained and how good it is stands in ``rag/weights/opinion.md``. Knows nothing of rules and
replies.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag import conversion
from rag.errors import ModelUnavailable
from rag.kinds import Kind
from rag.models import minilm_tokenizer, onnx_session, packaged_weights
from rag.types import Vectors

WINDOW_WORDS = 40  # a danger sign and what is said around it; longer messages are read in windows that overlap
_WEIGHTS = Path(__file__).parent / "weights" / "opinion.npz"
_MAX_TOKENS = 96
_SELF_TEST = "My chest hurts since the liposuction on Tuesday."
_MOST_APART = 1e-3  # logits; a share moves by less than a thousandth
# In the order of the head's rows, the least pressing first.
KINDS = (Kind.OUT_OF_SCOPE, Kind.ANSWER, Kind.NEEDS_CLINICIAN, Kind.URGENT, Kind.CRISIS)

Opinion = Mapping[Kind, float]  # how likely each kind of reply is what a message needs; they sum to 1
Read = Callable[[Sequence[str]], Opinion]  # prepared sentences -> an opinion


class SecondOpinion:
    """Reads prepared sentences; the same words give the same figures."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def open(cls, data_dir: Path) -> "SecondOpinion":
        """Give the second opinion, written into the data directory when it is not there or others were trained.

        Raises ModelUnavailable when the weights are missing or the graph differs from its reference.
        """
        directory = data_dir / "models" / "opinion"
        if not _is_current(directory):
            _convert(directory)
        return cls(directory)

    def read(self, said: Sequence[str]) -> Opinion:
        """Give the probability of each kind of reply for a message; they sum to 1."""
        return self._read(tuple(said))

    @lru_cache(maxsize=256)  # noqa: B019 - one lives as long as the process; the screen asks several times
    def _read(self, said: tuple[str, ...]) -> Opinion:
        scaled = np.exp(pooled(np.stack([self.logits(window) for window in windows(said) or ["."]])))
        return {kind: round(float(p), 4) for kind, p in zip(KINDS, scaled / scaled.sum(), strict=True)}

    @lru_cache(maxsize=256)  # noqa: B019 - a story is read whole and window by window
    def logits(self, window: str) -> Vectors:
        """Give how strongly one window speaks for each of ``KINDS``."""
        ids = np.array([self._tokenizer.encode(window).ids], dtype=np.int64)
        return np.asarray(self._session.run(None, {"input_ids": ids})[0][0], dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        return minilm_tokenizer(_MAX_TOKENS)

    @cached_property
    def _session(self) -> Any:
        return onnx_session(self._directory / "model.onnx")


def _is_current(directory: Path) -> bool:
    """Tell whether the graph of a directory was written from these weights."""
    try:
        return bool(json.loads((directory / "model.json").read_text(encoding="utf-8"))["trained_sha256"] == _trained())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _trained() -> str:
    """Give the checksum of the trained weights."""
    try:
        return hashlib.sha256(_WEIGHTS.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnavailable(f"{_WEIGHTS} cannot be read; restore it from the repository.") from error


def _convert(directory: Path) -> None:
    """Write the graph and, last, the record that says that it gives what its reference gives."""
    checksum = _trained()
    with np.load(_WEIGHTS) as file:
        network = conversion.corrected(packaged_weights(), {name: file[name].astype(np.float32) for name in file.files})
    with conversion.in_place(directory / "model.onnx") as part:
        conversion.write_corrected(network, part)
    expected = conversion.output(network, minilm_tokenizer(_MAX_TOKENS).encode(_SELF_TEST).ids)
    apart = float(np.abs(SecondOpinion(directory).logits(_SELF_TEST) - expected).max())
    if apart > _MOST_APART:
        raise ModelUnavailable(
            f"The converted second opinion differs from its reference (by {apart:.5f}); "
            f"delete {directory} and try again."
        )
    record = {"trained_sha256": checksum, "self_test_apart": round(apart, 6)}
    (directory / "model.json").write_text(json.dumps(record), encoding="utf-8")


def pooled(logits: Vectors) -> Vectors:
    """Join the logits of a message's windows, each against ``answer``: the most pressing window counts for each kind.

    A message is out of scope only where all of it is. Shape (windows, kinds) -> (kinds,), the highest being 0.
    """
    against = logits - logits[:, [KINDS.index(Kind.ANSWER)]]
    joined = against.max(axis=0)
    joined[0] = against[:, 0].min()
    return np.asarray(joined - joined.max(), dtype=np.float32)


def windows(said: Sequence[str]) -> list[str]:
    """Give runs of whole sentences of at most ``WINDOW_WORDS`` words that together cover a message, in order.

    Example: one short message -> [the message]
    """
    parts = [piece.split() for sentence in said for piece in pieces(sentence)]
    found: list[str] = []
    start = end = 0
    while end < len(parts):
        end, count = start, 0
        while end < len(parts) and (count + len(parts[end]) <= WINDOW_WORDS or end == start):
            count += len(parts[end])
            end += 1
        found.append(" ".join(word for part in parts[start:end] for word in part))
        start = max(start + 1, end - 1)  # the last sentence of a window opens the next
    return found


def pieces(sentence: str) -> Iterator[str]:
    """Give a sentence whole, or cut into halves of a window where it fills more than one, so that windows overlap."""
    words = sentence.split()
    width = len(words) if len(words) <= WINDOW_WORDS else WINDOW_WORDS // 2
    yield from (" ".join(words[start : start + width]) for start in range(0, len(words), width or 1))
