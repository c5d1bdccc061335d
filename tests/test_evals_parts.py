"""The suite on messages that ask several things: what counts as answered, and that its cases are whole."""

from evals.cases import DATA, load_cases
from evals.messages import Ask, MessageCase, message_case
from evals.suites import parts


def case(*asks: Ask) -> MessageCase:
    return MessageCase(id="a", split="dev", turns=("Is it safe? And the price?",), asks=asks)


def reply(*texts: str, kind: str = "answer", cited: tuple[str, ...] = ()) -> dict[str, object]:
    return {"kind": kind, "statements": [{"text": t} for t in texts], "citations": [{"passage_id": c} for c in cited]}


TOPICS = parts.Topics(
    saying={"It is safe.": frozenset({"safety"}), "It costs 3.": frozenset({"cost"})},
    citing={"a#1": frozenset({"cost"})},
)
SAFE, PRICE, UNHELD = (Ask(words=w, topics=t) for w, t in (("safe", ("safety",)), ("price", ("cost",)), ("x", ())))


def test_a_question_is_answered_by_a_sentence_of_its_topic_or_a_passage_of_it():
    assert parts.audit(case(SAFE, PRICE), reply("It is safe."), TOPICS).answered == (True, False)
    assert parts.audit(case(SAFE, PRICE), reply("It is safe.", "3.", cited=("a#1",)), TOPICS).answered == (True, True)


def test_what_no_topic_answers_is_not_counted_and_what_nobody_asked_is():
    heard = parts.audit(case(SAFE, UNHELD), reply("It is safe.", "It costs 3."), TOPICS)
    assert heard.answered == (True, None) and heard.counted == [True]
    assert heard.beside == 0.5


def test_a_reply_of_one_text_answers_nothing():
    heard = parts.audit(case(SAFE), reply("It is safe.", kind="out_of_scope"), TOPICS)
    assert heard.answered == (False,) and heard.beside is None


def test_the_words_of_every_question_stand_in_its_message_and_its_topics_in_the_corpus(corpus):
    for message in load_cases(DATA / "parts.jsonl", message_case).cases:
        assert all(ask.words in message.turns[-1] for ask in message.asks), message.id
        assert {topic for ask in message.asks for topic in ask.topics} <= {topic.id for topic in corpus.topics}
