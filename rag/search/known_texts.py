"""An embedder that knows the vectors of texts that are in the index, and embeds only what it has not met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.search.index import Index
from rag.types import Embedder, Vectors


@dataclass(frozen=True, kw_only=True)
class KnownTexts:
    """Looks up each text by its words; ``ids`` maps texts to their entries in the index."""

    embedder: Embedder
    index: Index
    ids: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """Name the model behind it."""
        return self.embedder.fingerprint

    def knows(self, word: str) -> bool:
        """Tell whether the model behind it has a lower-case word whole."""
        return self.embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one row of length 1 per text, in order."""
        rows = {text: row for text in texts if (row := self._known(text)) is not None}
        if new := [text for text in dict.fromkeys(texts) if text not in rows]:
            rows.update(zip(new, self.embedder.embed(new), strict=True))
        return np.stack([rows[text] for text in texts]) if texts else self.embedder.embed([])

    def _known(self, text: str) -> Vectors | None:
        return self.index.vector(self.ids[text]) if text in self.ids else None
