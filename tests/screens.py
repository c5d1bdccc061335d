"""The shipped safety rules and the second opinion, opened once for every test of the screen."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from kept import data_directory

from rag.kinds import Kind
from rag.library.corpus import load_corpus
from rag.safety.rules import Rules
from rag.safety.screen import load_rules
from rag.safety.second_opinion import SecondOpinion

FILE = Path(__file__).parents[1] / "corpus" / "safety.yaml"


@cache
def rules() -> Rules:
    """Give the rules of the corpus."""
    corpus = load_corpus(FILE.parent)
    return load_rules(FILE, corpus.vocabulary, corpus.passages)


def read(said: Sequence[str]) -> Mapping[Kind, float]:
    """Give the second opinion on sentences; the same ones are read once."""
    return _opinion(tuple(said))


@cache
def _opinion(said: tuple[str, ...]) -> Mapping[Kind, float]:
    return _reader().read(said)


@cache
def _reader() -> SecondOpinion:
    return SecondOpinion.open(data_directory())
