"""Our embedder, retriever and assistant in LangChain's interfaces, for those who build with it.

Kept apart so that the path that answers does not import LangChain.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, SkipValidation

from rag.assistant import Assistant
from rag.contract import Json, answer_json
from rag.search.retrieval import Retriever
from rag.types import Embedder, Turn

Asked = str | Json  # a question, or {"turns": ["first question", ..., "last question"]}


class LangChainEmbeddings(Embeddings):
    """An embedder as LangChain's ``Embeddings``."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give one list of floats per text."""
        return [[float(x) for x in row] for row in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Give the vector of one text."""
        return self.embed_documents([text])[0]


class EvidenceRetriever(BaseRetriever):
    """The product's retriever as LangChain's: evidence passages as documents, best first, or none."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: SkipValidation[Retriever]
    count: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        sources = self.retriever.corpus.sources
        return [
            Document(
                id=found.passage.id,
                page_content=found.passage.text,
                metadata={
                    "passage_id": found.passage.id,
                    "source_id": found.passage.source_id,
                    "title": sources[found.passage.source_id].title,
                    "study_design": sources[found.passage.source_id].study_design.value,
                    "score": found.score,
                },
            )
            for found in self.retriever.find(query, self.count)
        ]


class AssistantRunnable(Runnable[Asked, Json]):
    """The assistant as a Runnable: a question in, an ``answer/1`` object out; config and callbacks pass through.

    Where a chat model drafts, its run is a child of this one: callbacks see its prompt and its tokens.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Json:
        """Answer a question, or the last of several turns."""
        return self._call_with_config(self._answer, input, config)

    async def ainvoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Json:
        """Answer without blocking the event loop."""
        return await asyncio.to_thread(self.invoke, input, config)

    def stream(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any | None) -> Iterator[Json]:
        """Yield ``{"text": statement}`` for each checked statement, then ``{"answer": answer/1}``."""
        yield from self._transform_stream_with_config(iter([input]), self._stream, config)

    async def astream(
        self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any | None
    ) -> AsyncIterator[Json]:
        """Yield the same parts without blocking the event loop; each is handed on as soon as it is there."""
        parts = self.stream(input, config)
        # A copy of the context goes into the thread, so that callbacks of an outer run see this one.
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            yield part

    def _answer(self, asked: Asked) -> Json:
        return answer_json(self._history(asked)[-1].answer)

    def _stream(self, asked: Iterator[Asked]) -> Iterator[Json]:
        turns = _turns(next(asked))
        history = self._history({"turns": turns[:-1]}) if len(turns) > 1 else []
        for part in self._assistant.stream(turns[-1], history):
            yield {"answer": answer_json(part.answer)} if isinstance(part, Turn) else {"text": part.text}

    def _history(self, asked: Asked) -> list[Turn]:
        history: list[Turn] = []
        for question in _turns(asked):
            history.append(self._assistant.ask(question, history))
        return history


def _turns(asked: Asked) -> Sequence[str]:
    return [asked] if isinstance(asked, str) else list(asked.get("turns") or [asked["question"]])
