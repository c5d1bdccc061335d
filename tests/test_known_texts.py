"""Texts of the index are looked up, not embedded again."""

import numpy as np

from rag.search.known_texts import KnownTexts


def test_known_text_has_its_stored_vector_and_a_new_one_is_embedded(retriever, corpus):
    passage = next(p for p in corpus.passages.values() if corpus.is_evidence(p))
    known = KnownTexts(embedder=retriever.embedder, index=retriever.index, ids={passage.text: passage.id})
    rows = known.embed([passage.text, "a text of today", passage.text])
    assert rows.shape[0] == 3
    assert np.array_equal(rows[0], retriever.index.vector(passage.id))
    assert np.array_equal(rows[0], rows[2])
    assert np.allclose(rows[1], retriever.embedder.embed(["a text of today"])[0], atol=1e-5)
    assert known.embed([]).shape[0] == 0
    assert known.fingerprint == retriever.embedder.fingerprint
