"""The chat model's promises: one draft of the shape asked for, within the budget, or a plain refusal. Real HTTP."""

import asyncio
import json
import threading
import time

import pytest
from model_server import ModelServer

from rag import paths
from rag.drafts.generator import ChatModel, open_generator
from rag.drafts.prompts import DRAFT_SCHEMA
from rag.errors import ModelUnavailable, UsageError
from rag.settings import Settings

PASSAGES = (("kuka2020#5", "The gain faded after a year."),)
DRAFT = (("The gain faded after a year.", ["kuka2020#5"]), ("Ask your doctor.", []))
BROKEN = "malformed other_shape empty no_sentences killed half_closed not_json status_429 status_500".split()
NEVER_DONE = "hangs drips endless".split()


def opened(server: ModelServer, **changes: object) -> ChatModel:
    settings = Settings(
        **{"model": "openai:scripted", "model_base_url": server.url, "model_timeout_seconds": 20.0,
           "model_budget_seconds": 40.0, **changes}
    )  # fmt: skip
    generator = open_generator(settings)
    assert generator
    return generator


def pairs(corpus):
    return [(p := corpus.passages[id_], corpus.sources[p.source_id]) for id_, _ in PASSAGES]


def test_the_model_is_asked_for_the_very_shape_that_the_schema_file_promises():
    promised = json.loads((paths.SCHEMAS / "draft.schema.json").read_text(encoding="utf-8"))
    asked = {key: value for key, value in DRAFT_SCHEMA.items() if key != "description"}
    assert asked == {key: value for key, value in promised.items() if key != "$schema"}


def test_a_draft_comes_back_with_the_passages_that_were_shown(corpus):
    with ModelServer(lambda shown: DRAFT).running() as server:
        draft = opened(server).draft("Does it last?", pairs(corpus))
    assert [(s.text, list(s.passage_ids)) for s in draft.sentences] == [(t, i) for t, i in DRAFT]
    assert draft.shown_ids == ("kuka2020#5",)
    assert server.asked[0]["response_format"]["type"] == "json_schema"
    assert server.asked[0]["model"] == "scripted" and server.asked[0]["stream"] is True


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_reply_gets_one_more_try_and_then_counts_as_no_draft(corpus, fault):
    with ModelServer(lambda shown: DRAFT, fault).running() as server:
        start = time.monotonic()
        with pytest.raises(ModelUnavailable, match="openai:scripted"):
            opened(server).draft("Does it last?", pairs(corpus))
    assert len(server.asked) == 2 and time.monotonic() - start < 30


@pytest.mark.parametrize("fault", [*BROKEN, "cannot_stream"])
def test_a_server_that_recovers_is_believed_at_the_second_try(corpus, fault):
    with ModelServer(lambda shown: DRAFT, fault, faults_left=1).running() as server:
        assert opened(server).draft("Does it last?", pairs(corpus)).sentences[0].text == DRAFT[0][0]


def test_a_server_that_cannot_stream_is_asked_for_the_whole(corpus):
    with ModelServer(lambda shown: DRAFT, "cannot_stream").running() as server:
        assert opened(server).draft("Does it last?", pairs(corpus)).sentences
    assert [bool(body.get("stream")) for body in server.asked] == [True, False]


@pytest.mark.parametrize("fault", NEVER_DONE)
def test_a_reply_that_never_ends_is_left_within_the_budget(corpus, fault):
    with ModelServer(lambda shown: DRAFT, fault).running() as server:
        start = time.monotonic()
        with pytest.raises(ModelUnavailable):
            opened(server, model_timeout_seconds=1.0, model_budget_seconds=2.0).draft("Does it last?", pairs(corpus))
        assert time.monotonic() - start < 2.0 + 3.0  # the budget, and a busy machine


def test_a_server_that_was_left_is_left_for_good(corpus):
    """A task that lived on would hold its connection for minutes."""
    with ModelServer(lambda shown: DRAFT, "drips").running() as server:
        generator = opened(server, model_timeout_seconds=1.0, model_budget_seconds=2.0)
        with pytest.raises(ModelUnavailable):
            generator.draft("Does it last?", pairs(corpus))
        time.sleep(1.0)
        assert asyncio.all_tasks(generator._loops[0]) == set()


def test_a_refusal_is_not_asked_again(corpus):
    with ModelServer(lambda shown: DRAFT, "status_401").running() as server, pytest.raises(ModelUnavailable):
        opened(server).draft("Does it last?", pairs(corpus))
    assert len(server.asked) == 1


def test_a_server_that_is_down_is_no_draft(corpus):
    server = ModelServer(lambda shown: DRAFT)
    server._http.server_close()
    with pytest.raises(ModelUnavailable):
        opened(server).draft("Does it last?", pairs(corpus))


def test_many_callers_share_one_loop_and_each_gets_its_draft(corpus):
    with ModelServer(lambda shown: DRAFT).running() as server:
        generator = opened(server)
        drafts: list[object] = []
        asking = [
            threading.Thread(target=lambda: drafts.append(generator.draft("Does it last?", pairs(corpus))))
            for _ in range(8)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(40)
    assert len(drafts) == 8 and len(set(map(str, drafts))) == 1


def test_the_prompt_holds_its_budget(corpus):
    long = [(p, corpus.sources[p.source_id]) for p in corpus.passages.values()][:200]
    with ModelServer(lambda shown: DRAFT).running() as server:
        draft = opened(server, model_prompt_tokens=1_500).draft("Does it last?", long)
    assert 0 < len(draft.shown_ids) < 40
    assert len(server.prompts[0]) <= 1_500 * 4


@pytest.mark.parametrize("model", ["nobody:such", "openai"])
def test_a_provider_that_cannot_be_set_up_is_said_at_the_start(model):
    with pytest.raises((UsageError, ValueError), match=r"RAG_MODEL|provider:model"):
        open_generator(Settings(model=model))


def test_a_missing_key_is_said_at_the_start(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match="RAG_MODEL openai:gpt"):
        open_generator(Settings(model="openai:gpt-9"))


def test_without_a_model_there_is_no_generator():
    assert open_generator(Settings()) is None
