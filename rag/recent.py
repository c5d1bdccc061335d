"""What was worked out last, kept for the next step that needs the same."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recent(Generic[K, V]):
    """Keeps the last few results by what they were made from; safe to share between threads."""

    most: int
    _held: dict[K, V] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Give how many are kept."""
        return len(self._held)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()

    def of(self, key: K, make: Callable[[], V]) -> V:
        """Give what was made from a key, making it when it is not kept; the oldest goes first."""
        found = self._held.get(key)
        if found is None:
            found = make()
            while len(self._held) >= self.most:
                self._held.pop(next(iter(self._held), key), None)
            self._held[key] = found
        return found
