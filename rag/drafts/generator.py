"""A chat model behind LangChain's ``init_chat_model``: asked for a draft within a budget, believed in nothing.

All calls of a process run on one event loop in a thread of its own, because cancelling a task is the only way to
leave a server that sends one byte a second; a client's own timeout starts again with every byte.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rag.drafts.prompts import CHARACTERS_A_TOKEN, DRAFT_SCHEMA, draft_messages, read_draft
from rag.errors import ModelUnavailable, UsageError
from rag.evidence import Passage, Source
from rag.settings import Settings
from rag.types import Draft

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.5  # before another try: a server that is restarting or over its rate needs a moment
_GRACE_SECONDS = 1.0  # for a task to notice that it was cancelled; a provider that blocks the loop gets no more
_SLACK = 2  # a reply may be this many times longer than its tokens make likely before it counts as endless
_WORTH_ANOTHER_TRY = (408, 409, 425, 429)  # of the answers 4xx; the others would only be given again
_NO_KEY_NEEDED = "not-needed"  # servers on one's own machine ask for no key, but the client insists on one


@dataclass(frozen=True, kw_only=True)
class ChatModel:
    """Drafts answers with a LangChain chat model; ``model`` is a ``BaseChatModel``."""

    name: str
    model: Any
    settings: Settings
    _loops: list[asyncio.AbstractEventLoop] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def draft(self, question: str, passages: Sequence[tuple[Passage, Source]]) -> Draft:
        """Ask for a draft; raise ModelUnavailable when no usable one came within the budget."""
        messages, ids = draft_messages(question, passages, self.settings.model_prompt_tokens)
        deadline = time.monotonic() + self.settings.model_budget_seconds
        for attempt in range(self.settings.model_retries + 1):
            left = deadline - time.monotonic()
            try:
                # The first try streams, so that an endless reply can be left early; a server that cannot stream
                # gets its second chance whole.
                reply = self._wait(self._reply(messages, stream=attempt == 0), left)
                return Draft(sentences=read_draft(reply), shown_ids=ids)
            except Exception as error:  # every provider has its own errors; whatever it is, there is no draft
                log.warning("No draft from %s, try %d: %s", self.name, attempt + 1, type(error).__name__)
                if not _worth_another_try(error) or deadline - time.monotonic() <= _PAUSE_SECONDS:
                    raise ModelUnavailable(f"The model {self.name} gave no usable draft.") from error
                if attempt < self.settings.model_retries:
                    time.sleep(_PAUSE_SECONDS)
        raise ModelUnavailable(f"The model {self.name} gave no usable draft in the tries that it has.")

    @cached_property
    def _writing(self) -> Any:
        """Give the model's half of LangChain's sequence of model and parser.

        Its parser mends broken JSON, so that half a draft would pass for a whole one.
        """
        return self.model.with_structured_output(DRAFT_SCHEMA, method="json_schema").first

    async def _reply(self, messages: list[tuple[str, str]], *, stream: bool) -> str:
        """Give the text of the reply; raise ValueError when it is far longer than was asked for."""
        if not stream:
            return str((await self._writing.ainvoke(messages)).text)
        most = self.settings.model_max_tokens * CHARACTERS_A_TOKEN * _SLACK
        text = ""
        async for part in self._writing.astream(messages):
            text += str(part.text)
            if len(text) > most:
                raise ValueError("the reply does not end")
        return text

    def _wait(self, reply: Coroutine[Any, Any, str], left_seconds: float) -> str:
        """Run a call on the loop for at most its share of the budget, then cancel it."""
        limit = min(self.settings.model_timeout_seconds, left_seconds)
        future: Future[str] = asyncio.run_coroutine_threadsafe(asyncio.wait_for(reply, limit), self._loop())
        try:
            return future.result(limit + _GRACE_SECONDS)
        finally:
            future.cancel()

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if not self._loops:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
                self._loops.append(loop)
            return self._loops[0]


def open_generator(settings: Settings) -> ChatModel | None:
    """Give the chat model that a setting names, or None; raise UsageError when it cannot be set up.

    No request is made: a server that is down is noticed when it is asked.
    """
    if settings.model is None:
        return None
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(settings.model, **_options(settings))
    except ImportError as error:
        raise UsageError(
            f"RAG_MODEL names {settings.model}, whose package is not installed; install the extra of that provider, "
            f"such as `pip install 'hair-evidence[openai]'`, or unset RAG_MODEL."
        ) from error
    except Exception as error:  # each provider refuses a missing key or an unknown name in its own way
        raise UsageError(
            f"RAG_MODEL {settings.model} cannot be set up ({_first_line(error)}); check the name and its API key."
        ) from error
    return ChatModel(name=settings.model, model=model, settings=settings)


def _options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "max_tokens": settings.model_max_tokens,
        "timeout": settings.model_timeout_seconds,
        "max_retries": 0,  # tries are counted here, within one budget
    }
    if settings.model_temperature is not None:
        options["temperature"] = settings.model_temperature
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
        if str(settings.model).startswith("openai:") and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = _NO_KEY_NEEDED
    return options


def _worth_another_try(error: Exception) -> bool:
    status = getattr(error, "status_code", None)
    return not isinstance(status, int) or status >= 500 or status in _WORTH_ANOTHER_TRY


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
