"""The product in LangChain's interfaces."""

import asyncio

import numpy as np
import pytest
from langchain_core.callbacks import BaseCallbackHandler

from rag.runnables import AssistantRunnable, EvidenceRetriever, LangChainEmbeddings


class Recorder(BaseCallbackHandler):
    """Keeps what was asked, as a callback sees it."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def on_chain_start(self, serialized, inputs, **kwargs):
        self.asked.append(inputs)


@pytest.fixture(scope="module")
def runnable(assistant):
    return AssistantRunnable(assistant)


def test_invoke_batch_and_ainvoke_agree(runnable):
    question = "Is PRP permanent?"
    text = runnable.invoke(question)["text"]
    assert [answer["text"] for answer in runnable.batch([question])] == [text]
    assert asyncio.run(runnable.ainvoke(question))["text"] == text


def test_a_stream_ends_with_the_answer_that_invoke_gives(runnable):
    parts = list(runnable.stream("Is PRP permanent?"))
    assert parts[-1]["answer"]["text"] == runnable.invoke("Is PRP permanent?")["text"]
    assert all(set(part) == {"text"} for part in parts[:-1])


def test_several_turns_make_a_conversation(runnable):
    answer = runnable.invoke({"turns": ["Does PRP work?", "is it permanent?"]})
    assert answer["question"] == "is it permanent?" and answer["citations"]


def test_callbacks_see_what_was_asked(runnable):
    recorder = Recorder()
    runnable.invoke("Is PRP permanent?", config={"callbacks": [recorder]})
    assert recorder.asked == ["Is PRP permanent?"] or recorder.asked == [{"input": "Is PRP permanent?"}]


def test_the_retriever_gives_evidence_documents(retriever):
    documents = EvidenceRetriever(retriever=retriever, count=5).invoke("does PRP work")
    assert 1 <= len(documents) <= 5
    assert all(retriever.corpus.is_evidence(retriever.corpus.passages[d.id]) for d in documents)
    assert EvidenceRetriever(retriever=retriever).invoke("zzzz qqqq xxxx") == []


def test_embeddings_are_the_embedders_rows(embedder):
    wrapped = LangChainEmbeddings(embedder)
    assert np.allclose(wrapped.embed_query("hair"), embedder.embed(["hair"])[0])
    assert len(wrapped.embed_documents(["a", "b"])) == 2
