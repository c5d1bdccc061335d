"""What the web needs of the assistant and of the store; the real ones and the tests' fit these."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.library.corpus import Corpus
from rag.types import Judgement, Review, Statement, Turn


class Answers(Protocol):
    """Answers questions and judges texts; an ``Assistant`` is one."""

    @property
    def corpus(self) -> Corpus:
        """Give the library."""
        ...

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        """Yield checked statements one by one, then the whole turn."""
        ...

    def check(self, text: str) -> tuple[Judgement, ...]:
        """Judge every checkable claim in a text."""
        ...

    def review(self) -> Review:
        """Give the article, judged claim by claim."""
        ...


class Keeps(Protocol):
    """Keeps turns and what people thought of them; a ``Store`` is one."""

    def save(self, conversation_id: str, turn: Turn) -> int:
        """Store a turn without what could identify a person; give its id."""
        ...

    def give_feedback(self, turn_id: int, liked: bool, reason: str | None) -> None:
        """Store whether an answer helped."""
        ...
