"""A second opinion beside the safety rules: what kind of reply a message needs, read for its meaning.

MiniLM with small trained corrections (low-rank, ``rag/weights/opinion.npz``), run in NumPy on the packaged weights. How
it was trained and how good it is stands in ``rag/weights/opinion.md``. Knows nothing of rules and replies.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from rag.errors import ModelUnavailable
from rag.kinds import Kind
from rag.models import minilm_tensors, minilm_tokenizer

WINDOW_WORDS = 40  # a danger sign and what is said around it; longer messages are read in windows that overlap
_WEIGHTS = Path(__file__).parent / "weights" / "opinion.npz"
_LAYERS, _HEADS, _MAX_TOKENS = 6, 12, 96
_EPSILON = 1e-12
# In the order of the head's rows, the least pressing first.
KINDS = (Kind.OUT_OF_SCOPE, Kind.ANSWER, Kind.NEEDS_CLINICIAN, Kind.URGENT, Kind.CRISIS)
# The six weight matrices of a layer, which the corrections may change.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)

Matrix = NDArray[np.float32]
Opinion = Mapping[Kind, float]  # how likely each kind of reply is what a message needs; they sum to 1
Read = Callable[[Sequence[str]], Opinion]  # prepared sentences -> an opinion


class SecondOpinion:
    """Reads prepared sentences; the same words give the same figures."""

    def read(self, said: Sequence[str]) -> Opinion:
        """Give the probability of each kind of reply for a message; they sum to 1."""
        return self._read(tuple(said))

    @lru_cache(maxsize=256)  # noqa: B019 - one lives as long as the process; the screen asks several times
    def _read(self, said: tuple[str, ...]) -> Opinion:
        with self._threads.limit(limits=1):  # two threads on such small matrices cost ten times the time of one
            logits = np.stack([self._logits(window) for window in windows(said) or ["."]])
        scaled = np.exp(pooled(logits))
        return {kind: round(float(p), 4) for kind, p in zip(KINDS, scaled / scaled.sum(), strict=True)}

    @lru_cache(maxsize=256)  # noqa: B019 - a story is read whole and window by window
    def _logits(self, window: str) -> Matrix:
        state = encode(self._tokenizer.encode(window).ids, self._tensors)
        return np.asarray(state @ self._tensors["head.weight"].T + self._tensors["head.bias"], dtype=np.float32)

    @cached_property
    def _threads(self) -> ThreadpoolController:
        return ThreadpoolController()

    @cached_property
    def _tokenizer(self) -> Any:
        return minilm_tokenizer(_MAX_TOKENS)

    @cached_property
    def _tensors(self) -> Mapping[str, Matrix]:
        try:
            with np.load(_WEIGHTS) as file:
                trained = {name: file[name].astype(np.float32) for name in file.files}
        except OSError as error:
            raise ModelUnavailable(f"{_WEIGHTS} cannot be read; restore it from the repository.") from error
        return corrected(minilm_tensors(), trained)


def pooled(logits: Matrix) -> Matrix:
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


def corrected(base: Mapping[str, Matrix], trained: Mapping[str, Matrix]) -> Mapping[str, Matrix]:
    """Add each trained low-rank correction (up @ down; Hu et al. 2022, LoRA) to its matrix."""
    tensors = dict(base)
    for name in (name.removesuffix(".down") for name in trained if name.endswith(".down")):
        tensors[f"{name}.weight"] = base[f"{name}.weight"] + trained[f"{name}.up"] @ trained[f"{name}.down"]
    return tensors | {name: trained[name] for name in ("head.weight", "head.bias")}


def encode(ids: Sequence[int], tensors: Mapping[str, Matrix]) -> Matrix:
    """Give the mean of a text's last states, 384 numbers."""
    return np.asarray(states(ids, tensors).mean(axis=0), dtype=np.float32)


def states(ids: Sequence[int], tensors: Mapping[str, Matrix], layers: int = _LAYERS) -> Matrix:
    """Run the lowest layers of BERT (Devlin et al. 2019) on one text's token ids: (tokens, 384) states."""
    x = tensors["embeddings.word_embeddings.weight"][list(ids)]
    x = x + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    x = _normal(x + tensors["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm", tensors)
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        seen = _linear(_attention(x, layer, tensors), f"{layer}.attention.output.dense", tensors)
        x = _normal(x + seen, f"{layer}.attention.output.LayerNorm", tensors)
        inner = _gelu(_linear(x, f"{layer}.intermediate.dense", tensors))
        x = _normal(x + _linear(inner, f"{layer}.output.dense", tensors), f"{layer}.output.LayerNorm", tensors)
    return x


def _attention(x: Matrix, layer: str, tensors: Mapping[str, Matrix]) -> Matrix:
    query, key, value = (
        _linear(x, f"{layer}.attention.self.{name}", tensors).reshape(len(x), _HEADS, -1).transpose(1, 0, 2)
        for name in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1], dtype=np.float32)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
    return np.asarray(mixed.transpose(1, 0, 2).reshape(len(x), -1), dtype=np.float32)


def _linear(x: Matrix, name: str, tensors: Mapping[str, Matrix]) -> Matrix:
    return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]


def _normal(x: Matrix, name: str, tensors: Mapping[str, Matrix]) -> Matrix:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
    scaled: Matrix = centred / spread * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
    return scaled


def _gelu(x: Matrix) -> Matrix:
    """Give GELU by its tanh form, as in training."""
    bent: Matrix = 0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x**3)))
    return bent
