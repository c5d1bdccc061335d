"""A second opinion beside the safety rules: what kind of reply a message needs, read for its meaning.

MiniLM with small trained corrections (``rag/weights/opinion.npz``). How it was trained and how good it is stands in
``rag/weights/opinion.md``. Knows nothing of rules and replies.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag import paths
from rag.kinds import Kind
from rag.models.corrected import Corrected
from rag.recent import Recent
from rag.types import Vectors

WINDOW_WORDS = 40  # a danger sign and what is said around it; longer messages are read in windows that overlap
_WEIGHTS = paths.WEIGHTS / "opinion.npz"
_KEPT = 256  # messages, and windows: the screen asks several times, and a story is read whole and window by window
# In the order of the head's rows, the least pressing first.
KINDS = (Kind.OUT_OF_SCOPE, Kind.ANSWER, Kind.NEEDS_CLINICIAN, Kind.URGENT, Kind.CRISIS)

Opinion = Mapping[Kind, float]  # how likely each kind of reply is what a message needs; they sum to 1
Read = Callable[[Sequence[str]], Opinion]  # prepared sentences -> an opinion


class SecondOpinion:
    """Reads prepared sentences; the same words give the same figures."""

    def __init__(self, network: Corrected) -> None:
        self._network = network
        self._read_lately: Recent[tuple[str, ...], Opinion] = Recent(most=_KEPT)
        self._logits: Recent[str, Vectors] = Recent(most=_KEPT)

    @classmethod
    def open(cls, data_dir: Path) -> "SecondOpinion":
        """Give the second opinion, written into the data directory when it is not there or others were trained.

        Raises ModelUnavailable when the weights are missing or the data directory cannot be written.
        """
        return cls(Corrected.open(_WEIGHTS, data_dir / "models" / "opinion", in_bytes=True))

    def read(self, said: Sequence[str]) -> Opinion:
        """Give the probability of each kind of reply for a message; they sum to 1."""
        key = tuple(said)
        return self._read_lately.of(key, lambda: self._read(key))

    def _read(self, said: tuple[str, ...]) -> Opinion:
        scaled = np.exp(pooled(np.stack([self.logits(window) for window in windows(said) or ["."]])))
        return {kind: round(float(p), 4) for kind, p in zip(KINDS, scaled / scaled.sum(), strict=True)}

    def logits(self, window: str) -> Vectors:
        """Give how strongly one window speaks for each of ``KINDS``."""
        return self._logits.of(window, lambda: self._network.logits(window))


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
