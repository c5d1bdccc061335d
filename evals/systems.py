"""The system under test behind one small interface: the product, any LangChain Runnable, or an HTTP endpoint.

A question goes in as ``{"question": ...}`` or ``{"turns": [first, ..., last]}`` and ``answer/1`` comes out; a text as
``{"text": ...}`` and ``check/1`` comes out; a search as ``{"query": ..., "count": ...}`` and ``{"passages": [...]}``
comes out, best first, each with its ``source_id``. A LangChain retriever is given the query alone, and its documents
name their source in their metadata. A reply of another shape is an error of that case, never a pass.
"""

import importlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from evals.records import Unscored
from rag.assistant import Assistant
from rag.contract import answer_json, claim_json, search_json
from rag.errors import UsageError
from rag.kinds import Kind, Verdict
from rag.text import sentence_texts
from rag.types import Turn

Json = dict[str, Any]
PRODUCT = "product"
_TIMEOUT_SECONDS = 120.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_URL = re.compile(r"^https?://\S+$")
_ANSWER_KEYS = ("kind", "statements", "citations")


class System(Protocol):
    """Answers questions, checks texts and searches in the contract's JSON.

    Each raises Unscored for what the system does not do at all, and ValueError for a reply of another shape.
    """

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

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give at most ``count`` passages for the last of some turns, best first, each with its ``source_id``."""
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

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give the passages that an answer to the last turn would rest on."""
        question = self.understood(turns)
        found = self.assistant.conversation.answerer.find(question)[:count]
        passages: list[Json] = search_json(question, found, self.assistant.corpus.sources)["passages"]
        return passages

    def understood(self, turns: Sequence[str]) -> str:
        """Give the last turn as the product understands it after its own answers to the turns before."""
        return self.assistant.conversation.understood(turns[-1], self._before(tuple(turns)))

    def _before(self, turns: tuple[str, ...]) -> list[Turn]:
        return [self._turn(turns[:length]) for length in range(1, len(turns))]

    def _turn(self, turns: tuple[str, ...]) -> Turn:
        if turns not in self._held:
            self._held[turns] = self.assistant.ask(turns[-1], self._before(turns))
        return self._held[turns]


@dataclass(frozen=True, kw_only=True)
class Called:
    """A system that takes one JSON object and gives one: a Runnable's ``invoke``, or a request to a server.

    ``remote`` where calling it uses the network.
    """

    name: str
    call: Callable[[Json], Any]
    remote: bool = False

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

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give the passages that the system finds; Unscored where it answers and names none."""
        return passages_of(self.call({"query": turns[-1], "turns": list(turns), "count": count}))[:count]


@dataclass(frozen=True, kw_only=True)
class Retrieving:
    """A LangChain retriever: it finds passages and does nothing else."""

    name: str
    invoke: Callable[[str], Any]

    def ask(self, turns: Sequence[str]) -> Json:
        """Answer nothing."""
        raise Unscored(f"{self.name} is a retriever; it answers no question")

    def check(self, text: str) -> list[Json]:
        """Check nothing."""
        raise Unscored(f"{self.name} is a retriever; it checks no text")

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give the documents found for the last turn as passages."""
        return passages_of(self.invoke(turns[-1]))[:count]


def passages_of(reply: Any) -> list[Json]:
    """Give the passages of a reply, each with its ``source_id``: of a search object or of LangChain documents.

    Raises Unscored for an answer or a text, which names no passages, and ValueError for anything else.
    """
    if isinstance(reply, Mapping) and "passages" in reply:
        reply = reply["passages"]
    elif isinstance(reply, str) or hasattr(reply, "content") or (isinstance(reply, Mapping) and "statements" in reply):
        raise Unscored("the reply names no passages, so its search cannot be scored")
    passages = [_passage(part) for part in reply] if isinstance(reply, Sequence) else [None]
    if None in passages:
        raise ValueError('the reply is no {"passages": [...]} and no list of documents, each with its source_id')
    return [passage for passage in passages if passage]


def _passage(part: Any) -> Json | None:
    """Give a passage as JSON; None where no source is named."""
    told = getattr(part, "metadata", part)
    if not isinstance(told, Mapping):
        return None
    text = part.page_content if hasattr(part, "page_content") else part.get("text", "")
    source = told.get("source_id") or told.get("source")
    return {"source_id": str(source), "passage_id": told.get("passage_id"), "text": text} if source else None


def answer_of(reply: Any, question: str) -> Json:
    """Give a reply as ``answer/1``; raise ValueError when it is neither that nor text."""
    text = reply if isinstance(reply, str) else getattr(reply, "content", None)
    if isinstance(text, str):
        parts = sentence_texts(text)
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
        return Called(name=named, call=_posting(named), remote=True)
    if ":" in named:
        return _imported(named)
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


def _imported(named: str) -> System:
    """Give the Runnable, retriever or function of ``module:object``; modules of the working directory count."""
    module, _, path = named.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"{named} cannot be opened ({error}); give module:object, such as mychain:chain.") from error
    call: Callable[[Any], Any] = getattr(found, "invoke", found)
    if not callable(call):
        raise UsageError(f"{named} is neither a Runnable nor a function; give one that takes a JSON object.")
    # LangChain's retrievers are Runnables that take a text; asking by this method needs no import of LangChain.
    if hasattr(found, "_get_relevant_documents"):
        return Retrieving(name=named, invoke=call)
    return Called(name=named, call=call)


def _bare_statement(text: str) -> Json:
    return {"text": text, "citations": [], "support": Verdict.UNJUDGED.value, "flagged": False, "note": None}
