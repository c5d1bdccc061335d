"""Questions whose answers people chose, as the product meets them: what they follow, and where their parts lie."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import DATA
from evals.training.pairs import json_lines
from rag.assistant import Assistant
from rag.sentences.following import Earlier
from rag.sentences.relevance import Sought
from rag.types import Turn, Vectors


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Asked:
    """One question or turn: the sentences that answer it, that bear on it and that only look so, by name."""

    id: str
    split: str
    sought: Sought
    alone: Vectors  # of its wording that stands alone
    parts: Mapping[str, Vectors]  # of a follow-up and what it follows; empty for a question that follows nothing
    answers: tuple[str, ...]
    partly: tuple[str, ...]
    near: tuple[str, ...]

    @property
    def author(self) -> str:
        """Name who wrote it."""
        return self.id.partition("-")[0]


def asked_questions(assistant: Assistant) -> Iterator[Asked]:
    """Yield every question and every turn of a talk; the answers before a turn are those that the product gives."""
    for record in json_lines(DATA / "questions_train.jsonl"):
        yield _asked(assistant, record["id"], record["split"], record, ())
    for talk in json_lines(DATA / "talks_train.jsonl"):
        history: list[Turn] = []
        for place, turn in enumerate(talk["turns"], 1):
            yield _asked(assistant, f"{talk['id']}.{place}", talk["split"], turn, history)
            if place < len(talk["turns"]):
                history.append(assistant.ask(turn["question"], history))


def exemplar_questions(assistant: Assistant) -> Iterator[Asked]:
    """Yield every question and turn without what was said before it, of which an exemplar keeps nothing."""
    for record in json_lines(DATA / "questions_train.jsonl"):
        yield _asked(assistant, record["id"], record["split"], record, ())
    for talk in json_lines(DATA / "talks_train.jsonl"):
        for place, turn in enumerate(talk["turns"], 1):
            yield _asked(assistant, f"{talk['id']}.{place}", talk["split"], turn, ())


def _asked(assistant: Assistant, id_: str, split: str, record: Mapping[str, Any], history: Sequence[Turn]) -> Asked:
    talk = assistant.conversation
    whole, leads = talk.understood(record["question"], history), talk.answerer.leads
    sought = leads.sought(leads.condensed(whole), whole, Earlier.of(history))
    return Asked(
        id=id_,
        split=split,
        sought=sought,
        alone=assistant.retriever.embed(record.get("alone") or record["question"]),
        parts=leads.relevance.parts(sought),
        answers=tuple(record["answers"]),
        partly=tuple(record["partly"]),
        near=tuple(record["near"]),
    )
