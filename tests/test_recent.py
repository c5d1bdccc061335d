"""Promises of what is kept for the next step."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.recent import Recent


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 5))
def test_each_key_gives_what_was_made_from_it_and_no_more_than_the_most_are_kept(keys, most):
    recent = Recent(most=most)
    for key in keys:
        assert recent.of(key, lambda key=key: key * key + 1) == key * key + 1
        assert len(recent) <= most


def test_what_is_kept_is_not_made_again():
    recent, made = Recent(most=2), []
    for key in ("a", "b", "a", "b"):
        recent.of(key, lambda key=key: made.append(key) or key)
    assert made == ["a", "b"]


@given(st.lists(st.integers(0, 9), max_size=20), st.lists(st.integers(0, 9), max_size=20), st.integers(1, 5))
def test_many_are_made_at_once_each_once_and_no_more_than_the_most_are_kept(first, then, most):
    recent, made = Recent(most=most), []
    for keys in (first, then):
        made.clear()
        assert recent.of_all(keys, lambda missing: made.extend(missing) or [k + 1 for k in missing]) == {
            key: key + 1 for key in keys
        }
        assert len(made) == len(set(made)) and len(recent) <= most


def test_the_oldest_goes_first():
    recent, made = Recent(most=2), []
    for key in ("a", "b", "c", "a"):
        recent.of(key, lambda key=key: made.append(key) or key)
    assert made == ["a", "b", "c", "a"]


@pytest.fixture
def many_switches():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_share_it_and_no_more_than_the_most_are_kept(many_switches):
    recent = Recent(most=1)

    def fill(start):
        return all(recent.of(key, lambda key=key: key + 1) == key + 1 for key in range(start, start + 20_000))

    with ThreadPoolExecutor(4) as threads:
        for _ in range(20):
            assert all(threads.map(fill, range(0, 400_000, 100_000)))
    assert len(recent) == 1
