"""Nearness among judged texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.models.neighbours import foremost


@given(scores=st.lists(st.integers(-3, 3), max_size=40), count=st.integers(0, 45))
def test_the_foremost_are_those_of_a_stable_sort(scores: list[int], count: int) -> None:
    """Many ties: the earlier place goes first, as everywhere in the product."""
    held = np.array(scores, dtype=np.float32)

    assert foremost(held, count).tolist() == np.argsort(-held, kind="stable")[:count].tolist()
