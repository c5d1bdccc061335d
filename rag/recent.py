"""What was worked out last, kept for the next step that needs the same."""

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recent(Generic[K, V]):
    """Keeps the last few results by what they were made from; safe to share between threads."""

    most: int
    _held: dict[K, V] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        """Give how many are kept."""
        return len(self._held)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()

    def of(self, key: K, make: Callable[[], V]) -> V:
        """Give what was made from a key, making it when it is not kept; the oldest goes first."""
        found = self._held.get(key)
        if found is None:
            found = make()
            self._keep(key, found)
        return found

    def of_all(self, keys: Sequence[K], make: Callable[[list[K]], Iterable[V]]) -> dict[K, V]:
        """Give what was made from each key, making at once all that are not kept."""
        known = {key: found for key in keys if (found := self._held.get(key)) is not None}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        made = dict(zip(missing, make(missing), strict=True)) if missing else {}
        for key, value in made.items():
            self._keep(key, value)
        return known | made

    def _keep(self, key: K, value: V) -> None:
        with self._lock:
            if key not in self._held and len(self._held) >= self.most:
                del self._held[next(iter(self._held))]
            self._held[key] = value
