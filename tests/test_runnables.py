"""The product in LangChain's interfaces."""

import asyncio

import numpy as np
import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from model_server import ModelServer

from rag.assistant import Assistant
from rag.runnables import AssistantRunnable, EvidenceRetriever, LangChainEmbeddings
from rag.settings import Settings


class Recorder(BaseCallbackHandler):
    """Keeps what was asked, as a callback sees it."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.tags: list[str] = []
        self.prompts: list[str] = []
        self.parents: list[object] = []

    def on_chain_start(self, serialized, inputs, **kwargs):
        self.asked.append(inputs)
        self.tags += kwargs.get("tags") or []

    def on_chat_model_start(self, serialized, messages, **kwargs):
        self.prompts.append(str(messages))
        self.parents.append(kwargs.get("parent_run_id"))


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


def test_an_async_stream_gives_the_parts_of_the_stream(runnable):
    async def parts():
        return [part async for part in runnable.astream("Is PRP permanent?")]

    assert [list(p) for p in asyncio.run(parts())] == [list(p) for p in runnable.stream("Is PRP permanent?")]


def test_a_batch_answers_in_order_and_async_too(runnable):
    questions = ["Is PRP permanent?", "Does minoxidil work?"]
    texts = [runnable.invoke(question)["text"] for question in questions]
    assert [answer["text"] for answer in runnable.batch(questions, config={"max_concurrency": 2})] == texts
    assert [answer["text"] for answer in asyncio.run(runnable.abatch(questions))] == texts


def test_the_config_passes_through(runnable):
    recorder = Recorder()
    config = {"callbacks": [recorder], "tags": ["clinic-7"], "metadata": {"ward": "3"}}
    list(runnable.stream("Is PRP permanent?", config=config))
    runnable.invoke("Is PRP permanent?", config=config)
    assert recorder.tags.count("clinic-7") == 2


def test_the_runnable_stands_in_a_chain(runnable):
    chain = RunnableLambda(str.strip) | runnable | RunnableLambda(lambda answer: answer["kind"])
    assert chain.invoke("  Is PRP permanent?  ") == "answer"


def test_callbacks_see_the_chat_model_as_a_child_run(data_dir, retriever):
    with ModelServer(lambda shown: [(text, [id_]) for id_, text in shown.items()][:3]).running() as server:
        settings = Settings(data_dir=data_dir, model="openai:scripted", model_base_url=server.url)
        drafting = AssistantRunnable(Assistant.open(settings))
        recorder = Recorder()
        answer = drafting.invoke("Is PRP permanent?", config={"callbacks": [recorder]})
    assert answer["generator"] == "openai:scripted"
    assert len(recorder.prompts) == 1 and recorder.parents[0] is not None


def test_the_retriever_gives_evidence_documents(retriever):
    documents = EvidenceRetriever(retriever=retriever, count=5).invoke("does PRP work")
    assert 1 <= len(documents) <= 5
    assert all(retriever.corpus.is_evidence(retriever.corpus.passages[d.id]) for d in documents)
    assert EvidenceRetriever(retriever=retriever).invoke("zzzz qqqq xxxx") == []


def test_embeddings_are_the_embedders_rows(embedder):
    wrapped = LangChainEmbeddings(embedder)
    assert np.allclose(wrapped.embed_query("hair"), embedder.embed(["hair"])[0])
    assert len(wrapped.embed_documents(["a", "b"])) == 2
