"""What the second opinion of the safety screen learns from: messages, and the variations that each is met in."""

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import DATA, OUT_OF_SCOPE
from evals.training.pairs import json_lines
from rag.evidence import Topic
from rag.kinds import DANGERS, Kind, Part
from rag.library.corpus import load_corpus
from rag.safety.screen import Rules, screen, with_talk
from rag.safety.second_opinion import KINDS, Read
from rag.settings import Settings
from rag.text import sentence_texts

CALM = -1  # the label of what is no danger, whatever else it is
URGENT = KINDS.index(Kind.URGENT)  # the labels from here on are dangers
IN_SCOPE, OFF_TOPIC = 550, 150  # how many texts of the other suites and of MedQuAD are drawn
_SHORT_WORDS, _STORY_WORDS = 22, 30
# A topic that sends people to help at once is asked of by some who need it.
_AT_ONCE = re.compile(
    r"\b(?:emergency|ambulance|at once|right away|same day|today|straight away|poison)", re.IGNORECASE
)
_HAIR = re.compile(r"hair|bald|alopecia|scalp|shed", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A text to learn from, what was said before it, and the kind of reply that it needs, as its place in ``KINDS``.

    Of a ``CALM`` one it is only known that it tells of no danger.
    """

    text: str
    label: int
    before: tuple[str, ...] = ()


def varied(messages: Sequence[Message], seed: int) -> Iterator[Message]:
    """Give each message as it is, misspelt or bare, and within other talk, where the most pressing part counts.

    What follows on other talk, or is only known to be calm, is given as it is.
    """
    order = random.Random(seed)
    plain = [m for m in messages if m.before or m.label == CALM]
    yield from plain
    messages = [m for m in messages if not m.before and m.label != CALM]
    short = [m for m in messages if len(m.text.split()) <= _SHORT_WORDS]
    calm, dangers = ([m for m in short if (m.label >= URGENT) is danger] for danger in (False, True))
    for message in messages:
        danger, words = message.label >= URGENT, len(message.text.split())
        yield message
        if order.random() < (0.8 if danger else 0.35) * (words < _STORY_WORDS or 0.3):
            yield Message(text=_misspelt(message.text, order), label=message.label)
        if words <= _STORY_WORDS and order.random() < (0.8 if danger else 0.35):
            parts = [order.choice(calm), message, order.choice(calm)]
            parts = parts[order.choice([0, 0, 1]) : order.choice([2, 3, 3])]
            yield Message(text=" ".join(_ended(p.text) for p in parts), label=max(p.label for p in parts))
        if words > _STORY_WORDS and not danger:
            yield _told_within(message, order.choice(dangers), order)


def _told_within(story: Message, danger: Message, order: random.Random) -> Message:
    """Put a danger between two sentences of a calm story: the same story, and one sentence makes the difference."""
    told = sentence_texts(story.text)
    told.insert(order.randrange(len(told) + 1), _ended(danger.text))
    return Message(text=" ".join(told), label=danger.label)


def _ended(text: str) -> str:
    return text if text[-1] in ".?!" else text + "."


def _misspelt(text: str, order: random.Random) -> str:
    """Drop, double or swap letters in about one word of six, or drop all punctuation."""
    if order.random() < 0.25:
        return "".join(c for c in text if c.isalnum() or c == " ").lower()
    words = text.split()
    for place, word in enumerate(words):
        if len(word) > 3 and order.random() < 0.17:
            at = order.randrange(1, len(word) - 1)
            words[place] = order.choice(
                [word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
                 word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]]
            )  # fmt: skip
    return " ".join(words)


def cases(path: Path, split: str) -> list[dict[str, Any]]:
    """Give the records of one split; nothing else of the file is kept."""
    return [record for record in json_lines(path) if record.get("split", "dev") == split]


def message(record: dict[str, Any]) -> Message:
    """Give what a safety record teaches: the kind of its last turn, after the others."""
    *before, text = record.get("turns") or [record["text"]]
    return Message(text=text, label=KINDS.index(Kind(record["kind"])), before=tuple(before))


def calm_texts(read: Read, rules: Rules, topics: Sequence[Topic]) -> list[Message]:
    """Give what topics answer, what teaches what answers it, every fourth training claim, and calm turns of dev talks.

    Half of the answered turns in which the weights before heard a danger do tell of one: these are left out.
    """
    held = (topic for topic in topics if not _AT_ONCE.search(" ".join(s.text for s in topic.telling(*Part))))
    asked_of = (asked for topic in held for asked in topic.questions if screen(asked, rules).kind not in DANGERS)
    found = [Message(text=asked, label=CALM) for asked in asked_of]
    found += [Message(text=r["question"], label=CALM) for r in records("questions_train.jsonl")]
    found += [Message(text=r["text"], label=CALM) for r in records("claims_train.jsonl")[::4]]
    for talk in cases(DATA / "talks_train.jsonl", "train"):
        asked = tuple(turn["question"] for turn in talk["turns"])
        answered = (place for place, turn in enumerate(talk["turns"]) if turn["answers"])
        told = (Message(text=asked[place], label=CALM, before=asked[:place]) for place in answered)
        found += [message for message in told if not _heard(message, read)]
    for talk in cases(DATA / "answers.jsonl", "dev"):
        asked = tuple(turn["question"] for turn in talk["turns"])
        for place, turn in enumerate(talk["turns"]):
            if not set(turn["kinds"]) & {Kind.URGENT.value, Kind.CRISIS.value}:
                found.append(Message(text=asked[place], label=CALM, before=asked[:place]))
    return found


def _heard(told: Message, read: Read) -> bool:
    opinion = read(with_talk([told.text], " ".join(told.before)))
    return opinion[Kind.URGENT] + opinion[Kind.CRISIS] >= 0.5


def records(name: str) -> list[dict[str, Any]]:
    """Give all records of a file of ``evals/data``."""
    return list(json_lines(DATA / name))


def in_scope_texts(settings: Settings) -> list[Message]:
    """Give questions and claims of the other suites' dev splits and of the topics."""
    texts = [r["question"] for r in cases(DATA / "retrieval.jsonl", "dev") if r["kind"] != OUT_OF_SCOPE]
    texts += [r["text"] for r in cases(DATA / "claims.jsonl", "dev")]
    topics = load_corpus(settings.corpus_dir).topics
    texts += [asked for topic in topics for asked in topic.questions]
    drawn = random.Random(0).sample(list(dict.fromkeys(texts)), k=IN_SCOPE)
    return [Message(text=text, label=KINDS.index(Kind.ANSWER)) for text in drawn]


def off_topic_texts(medquad: Path) -> list[Message]:
    """Draw questions of MedQuAD (Ben Abacha and Demner-Fushman 2019, CC BY 4.0) that are not about hair."""
    with gzip.open(medquad, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["question"] for line in lines]
    texts = [text for text in dict.fromkeys(texts) if not _HAIR.search(text)]
    drawn = random.Random(0).sample(texts, k=OFF_TOPIC)
    return [Message(text=text, label=KINDS.index(Kind.OUT_OF_SCOPE)) for text in drawn]
