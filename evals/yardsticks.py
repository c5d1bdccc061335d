"""Systems that a good one must beat: those that copy what was found, and those that always or never warn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from evals.systems import System
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.evidence import Passage
from rag.kinds import Kind, Verdict
from rag.retrieval import EVIDENCE
from rag.types import Answer, Citation, Statement

Json = dict[str, Any]
_COPIED = 3  # passages


@dataclass(frozen=True, kw_only=True)
class Copying:
    """Copies the first passages that a search finds, each cited to itself: wholly cited, and no answer.

    ``search`` is ``hybrid`` (the product's own), ``sparse`` (words alone) or ``dense`` (meaning alone).
    """

    assistant: Assistant
    search: str
    name: str

    def ask(self, turns: Sequence[str]) -> Json:
        """Give the passages found for the last turn as an answer."""
        statements, citations = [], []
        for marker, passage in enumerate(self._found(turns[-1]), 1):
            source = self.assistant.corpus.sources[passage.source_id]
            citations.append(Citation(marker=marker, passage_id=passage.id, quote=passage.text, source=source))
            statements.append(Statement(text=passage.text, markers=(marker,), support=Verdict.SUPPORTED))
        kind = Kind.ANSWER if statements else Kind.NO_EVIDENCE
        answer = Answer(question=turns[-1], kind=kind, statements=tuple(statements), citations=tuple(citations))
        return answer_json(replace(answer, generator=self.name))

    def check(self, text: str) -> list[Json]:
        """Find no claim."""
        return []

    def _found(self, question: str) -> list[Passage]:
        retriever, passages = self.assistant.retriever, self.assistant.corpus.passages
        if self.search == "hybrid":
            return [found.passage for found in retriever.find(question, _COPIED)]
        if self.search == "sparse":
            ranked = retriever.index.sparse(question, _COPIED, (EVIDENCE,))
        else:
            ranked = retriever.index.dense(retriever.embed(question), _COPIED, (EVIDENCE,))
        return [passages[id_] for id_, _ in ranked]


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Gives every text the same verdict: the yardsticks "always flag" and "never flag"."""

    verdict: Verdict
    name: str

    def ask(self, turns: Sequence[str]) -> Json:
        """Answer nothing."""
        return answer_json(Answer(question=turns[-1], kind=Kind.NO_EVIDENCE, statements=()))

    def check(self, text: str) -> list[Json]:
        """Give the text as one claim with the verdict."""
        return [
            {
                "text": text, "origin": "text", "span": [0, len(text)], "verdict": self.verdict.value,
                "certainty": None, "flagged": self.verdict.flagged, "reason": f"{self.name}.", "evidence": [],
            }
        ]  # fmt: skip


def _copying(search: str, name: str, assistant: Assistant) -> System:
    return Copying(assistant=assistant, search=search, name=name)


def _constant(verdict: Verdict, name: str, assistant: Assistant) -> System:
    return Constant(verdict=verdict, name=name)


YARDSTICKS: dict[str, Callable[[Assistant], System]] = {
    "top-passages": partial(_copying, "hybrid", "top-passages"),
    "top-passages-sparse": partial(_copying, "sparse", "top-passages-sparse"),
    "top-passages-dense": partial(_copying, "dense", "top-passages-dense"),
    "always-flag": partial(_constant, Verdict.NO_EVIDENCE, "always-flag"),
    "never-flag": partial(_constant, Verdict.SUPPORTED, "never-flag"),
}
