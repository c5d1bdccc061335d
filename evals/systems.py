"""The system under test behind one small interface: the product, any LangChain Runnable, or an HTTP endpoint.

A question goes in as ``{"question": ...}`` or ``{"turns": [first, ..., last]}`` and ``answer/1`` comes out; a text as
``{"text": ...}`` and ``check/1`` comes out. A reply of another shape is an error of that case, never a pass.
"""

import importlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rag.assistant import Assistant
from rag.contract import answer_json, claim_json
from rag.errors import UsageError
from rag.kinds import Kind
from rag.text import sentences
from rag.types import Turn

Json = dict[str, Any]
PRODUCT = "product"
_TIMEOUT_SECONDS = 120.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_URL = re.compile(r"^https?://\S+$")
_ANSWER_KEYS = ("kind", "statements", "citations")


class System(Protocol):
    """Answers questions and checks texts in the contract's JSON."""

    @property
    def name(self) -> str:
        """Name the system in results."""
        ...

    def ask(self, turns: Sequence[str]) -> Json:
        """Give ``answer/1`` to the last of some turns."""
        ...

    def check(self, text: str) -> list[Json]:
        """Give the judged claims of a text."""
        ...


@dataclass(frozen=True, kw_only=True)
class Product:
    """The product itself; a talk that was held before is not held again, since its answers are always the same."""

    assistant: Assistant
    name: str = PRODUCT
    _held: dict[tuple[str, ...], Turn] = field(default_factory=dict, repr=False, compare=False)

    def ask(self, turns: Sequence[str]) -> Json:
        """Give ``answer/1`` to the last of some turns."""
        return answer_json(self._turn(tuple(turns)).answer)

    def check(self, text: str) -> list[Json]:
        """Give the judged claims of a text."""
        return [claim_json(judgement) for judgement in self.assistant.check(text)]

    def _turn(self, turns: tuple[str, ...]) -> Turn:
        if turns not in self._held:
            history = [self._turn(turns[:length]) for length in range(1, len(turns))]
            self._held[turns] = self.assistant.ask(turns[-1], history)
        return self._held[turns]


@dataclass(frozen=True, kw_only=True)
class Called:
    """A system that takes one JSON object and gives one: a Runnable's ``invoke``, or a request to a server."""

    name: str
    call: Callable[[Json], Any]

    def ask(self, turns: Sequence[str]) -> Json:
        """Give ``answer/1`` to the last of some turns; plain text becomes an answer without citations."""
        asked = {"question": turns[0]} if len(turns) == 1 else {"question": turns[-1], "turns": list(turns)}
        return answer_of(self.call(asked), turns[-1])

    def check(self, text: str) -> list[Json]:
        """Give the judged claims of a text."""
        reply = self.call({"text": text})
        claims = reply.get("claims") if isinstance(reply, Mapping) else None
        if not isinstance(claims, list) or not all("verdict" in c and "flagged" in c for c in claims):
            raise ValueError(f"{self.name} gave no check/1 object with claims, each with verdict and flagged")
        return claims


def answer_of(reply: Any, question: str) -> Json:
    """Give a reply as ``answer/1``; raise ValueError when it is neither that nor text."""
    text = reply if isinstance(reply, str) else getattr(reply, "content", None)
    if isinstance(text, str):
        parts = [text[start:end] for start, end in sentences(text)]
        return {
            "schema": "answer/1",
            "question": question,
            "kind": Kind.ANSWER.value,
            "text": text,
            "statements": [_bare_statement(part) for part in parts],
            "citations": [],
            "claims": [],
            "suggestions": [],
        }
    if not isinstance(reply, Mapping) or any(key not in reply for key in _ANSWER_KEYS):
        raise ValueError(f"the reply is no answer/1 object with {', '.join(_ANSWER_KEYS)}, and no text")
    return dict(reply)


def open_system(named: str, assistant: Callable[[], Assistant]) -> System:
    """Open the system that a name stands for: ``product``, a yardstick, a URL, or ``module:object``.

    Raises UsageError for a name that stands for nothing.
    """
    from evals.yardsticks import YARDSTICKS  # these are systems too

    if named == PRODUCT:
        return Product(assistant=assistant())
    if named in YARDSTICKS:
        return YARDSTICKS[named](assistant())
    if _URL.match(named):
        return Called(name=named, call=_posting(named))
    if ":" in named:
        return Called(name=named, call=_invoking(named))
    known = ", ".join((PRODUCT, *YARDSTICKS))
    raise UsageError(f"There is no system {named!r}; give {known}, an http address, or module:object.")


def _posting(url: str) -> Callable[[Json], Any]:
    import httpx

    # A server on this machine is never reached through a proxy of the environment.
    here = httpx.URL(url).host in _THIS_MACHINE
    client = httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=not here)

    def post(asked: Json) -> Any:
        reply = client.post(url, json=asked)
        reply.raise_for_status()
        return reply.json()

    return post


def _invoking(named: str) -> Callable[[Json], Any]:
    """Give what calls the Runnable or function of ``module:object``; modules of the working directory count."""
    module, _, path = named.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"{named} cannot be opened ({error}); give module:object, such as mychain:chain.") from error
    call = getattr(found, "invoke", found)
    if not callable(call):
        raise UsageError(f"{named} is neither a Runnable nor a function; give one that takes a JSON object.")
    return lambda asked: call(asked)


def _bare_statement(text: str) -> Json:
    return {"text": text, "citations": [], "support": "unjudged", "flagged": False, "note": None}
