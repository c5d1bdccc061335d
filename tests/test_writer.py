"""A drafted answer's promises, over real HTTP: checked, cited or flagged, and never a question without an answer."""

import json
import random
import time
from dataclasses import replace

import pytest
from fakes import ScriptedGenerator
from jsonschema import Draft202012Validator
from model_server import ModelServer

from evals.inventions import facts_of, invention, retelling
from rag import paths
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.drafts.writer import NOT_USED, Writer
from rag.kinds import Kind, Origin, Verdict
from rag.render import answer_html
from rag.settings import Settings

SCHEMA = paths.SCHEMAS / "answer.schema.json"
QUESTION = "Is the regrowth from stem cell injections permanent?"
FAULTS = (
    "malformed other_shape empty no_sentences killed half_closed status_429 status_500 status_401 "
    "wrong_language hangs drips endless".split()
)
DANGER = "My scalp is hot and swollen after the injections and I have a high fever"


def truths(shown):
    return [(text.split(". ")[0].rstrip(".") + ".", [id_]) for id_, text in list(shown.items())[:5]]


@pytest.fixture(scope="module")
def server():
    with ModelServer(truths).running() as running:
        yield running


@pytest.fixture(scope="module")
def drafting(data_dir, retriever, server):
    settings = Settings(
        data_dir=data_dir, model="openai:scripted", model_base_url=server.url, model_timeout_seconds=30.0,
        model_budget_seconds=45.0,
    )  # fmt: skip
    return Assistant.open(settings)


@pytest.fixture
def hurried(drafting):
    """The same assistant with a short budget."""
    writer = drafting.conversation.writer
    settings = drafting.settings.model_copy(update={"model_timeout_seconds": 1.5, "model_budget_seconds": 2.5})
    quick = replace(writer, generator=replace(writer.generator, settings=settings))
    return replace(drafting, conversation=replace(drafting.conversation, writer=quick))


def scripted(assistant, sentences):
    writer: Writer = assistant.conversation.writer
    generator = ScriptedGenerator(sentences)
    talk = replace(assistant.conversation, writer=replace(writer, generator=generator))
    return replace(assistant, conversation=talk), generator


def drafted_of(answer):
    """Give the first sentence of an answer that a model drafted."""
    texts = {c.claim.text for c in answer.claims if c.claim.origin is Origin.ANSWER}
    return next(s.text for s in answer.statements if s.text in texts)


def test_a_draft_stands_between_the_reviewed_message_and_the_next_step(drafting, assistant, server):
    server.script, server.fault = truths, None
    own, answer = assistant.ask(QUESTION).answer, drafting.ask(QUESTION).answer
    assert answer.generator == "openai:scripted"
    assert answer.statements[0].text == own.statements[0].text
    assert own.statements[-1].text in [s.text for s in answer.statements[-2:]]
    assert sum(bool(s.markers) for s in answer.statements) >= 3
    assert any(c.claim.origin is Origin.ANSWER for c in answer.claims)


def test_the_main_message_of_each_thing_asked_stands_in_front_of_the_draft(drafting, assistant, server):
    server.script, server.fault = truths, None
    answer = drafting.ask("How long does PRP last and how much does a session cost?").answer
    own = assistant.ask("How long does PRP last and how much does a session cost?").answer
    opening = [said.text for said in answer.statements[:4]]
    assert answer.generator == "openai:scripted"
    assert opening == [said.text for said in own.statements[:4]]
    assert "last" in opening[0] and any(sign in text for text in opening for sign in "$£")


def test_the_main_message_stands_behind_a_correction_and_in_front_of_the_draft(drafting, assistant, server):
    server.script, server.fault = truths, None
    question = "Since stem cell regrowth is permanent, do I only have to pay once?"
    own, answer = assistant.ask(question).answer, drafting.ask(question).answer
    assert answer.generator == "openai:scripted"
    assert answer.statements[0].text.startswith("One thing first")
    assert [s.text for s in answer.statements[:4]] == [s.text for s in own.statements[:4]]


@pytest.mark.parametrize("question", ["How long does PRP last and how much does a session cost?", QUESTION])
def test_the_stream_gives_the_statements_of_the_answer_in_order_and_each_once(drafting, server, question):
    server.script, server.fault = truths, None
    *parts, turn = drafting.stream(question)
    told = [s.text for s in turn.answer.statements]
    assert [p.text for p in parts] == told and len(told) == len(set(told))


def test_a_drafted_answer_keeps_the_contract(drafting, server):
    server.script, server.fault = truths, None
    record = answer_json(drafting.ask(QUESTION).answer)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(record)
    markers = {c["marker"] for c in record["citations"]}
    assert {m for s in record["statements"] for m in s["citations"]} == markers
    assert all(c["quote"] in drafting.corpus.passages[c["passage_id"]].text for c in record["citations"])


def test_the_page_says_who_wrote_the_draft(drafting, server):
    server.script, server.fault = truths, None
    answer = drafting.ask(QUESTION).answer
    assert "Drafted by openai:scripted" in answer_html(answer, drafting.corpus)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_server_does_the_extractive_answer_comes_within_the_budget(hurried, assistant, server, fault):
    server.script, server.fault = truths, fault
    start = time.monotonic()
    answer = hurried.ask(QUESTION).answer
    elapsed = time.monotonic() - start
    server.fault = None
    own = assistant.ask(QUESTION).answer
    assert [s.text for s in answer.statements] == [*(s.text for s in own.statements), NOT_USED]
    assert answer.generator == "extractive" and answer.citations == own.citations
    assert elapsed < 2.5 + 6.0  # the budget, and the answer itself on a busy machine


def test_an_answer_without_a_usable_sentence_is_extractive_and_says_so(drafting):
    quiet, _ = scripted(drafting, [("Stem cells cure baldness.", ["kuka2020#3"])])
    answer = quiet.ask(QUESTION).answer
    assert answer.generator == "extractive" and answer.statements[-1].text == NOT_USED
    assert "cure baldness" not in answer.text


@pytest.mark.parametrize("question", [DANGER, "I want to kill myself", "Who won the world cup in 1998?"])
def test_danger_and_what_is_out_of_scope_never_reach_the_model(drafting, question):
    quiet, generator = scripted(drafting, [("PRP works.", [])])
    assert quiet.ask(question).answer.kind in (Kind.URGENT, Kind.CRISIS, Kind.OUT_OF_SCOPE)
    assert generator.questions == []


def test_what_could_identify_a_person_is_not_sent(drafting, server):
    server.script, server.fault = truths, None
    server.asked.clear()
    drafting.ask("Does PRP last? Write to jo.miller@example.org or call 020 7946 0958.")
    assert server.prompts and "Does PRP last?" in server.prompts[0]
    assert "jo.miller" not in server.prompts[0] and "7946" not in server.prompts[0]


def test_half_invented_drafts_lose_their_inventions_and_keep_their_truths(drafting, server, corpus):
    """At least 120 of each, over many questions: at most 2 in 100 inventions unflagged, 5 in 100 truths lost."""
    drawn = random.Random(26)
    told: dict[str, list[str]] = {"true": [], "invented": []}

    def half_invented(shown):
        sentences = []
        for id_ in list(shown)[:6]:
            passage = corpus.passages[id_]
            if not (facts := facts_of(passage)):
                continue
            fact = drawn.choice(facts)
            true = retelling(fact, drawn)
            name = corpus.vocabulary.treatments[passage.treatments[0]].name if passage.treatments else "PRP"
            invented = invention(fact, name, drawn)[1]
            told["true"].append(true)
            told["invented"].append(invented)
            sentences += [(true, [id_]), (invented, [id_])]
        return sentences

    server.script, server.fault = half_invented, None
    read: dict[str, bool] = {}
    for topic in corpus.topics[:32]:
        answer = drafting.ask(topic.question).answer
        for statement in answer.statements:
            assert statement.markers or statement.flagged or statement.support is Verdict.NOT_A_CLAIM
            read[statement.text] = read.get(statement.text, True) and statement.flagged
    lost = [t for t in told["true"] if t not in read]
    passed = [t for t in told["invented"] if read.get(t) is False]
    assert min(len(told["true"]), len(told["invented"])) >= 120
    assert len(lost) <= 0.05 * len(told["true"]), lost
    assert len(passed) <= 0.02 * len(told["invented"]), passed
    print(f"{len(told['true'])} true, {len(lost)} lost; {len(told['invented'])} invented, {len(passed)} passed")
