"""Systems that a good one must beat: stock parts, those that copy what was found, those that always or never warn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from evals.records import Unscored
from evals.stock import open_stock
from evals.systems import Json, Product, System
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.evidence import Passage
from rag.kinds import Kind, Verdict
from rag.search.retrieval import EVIDENCE
from rag.types import Answer, Citation, Statement

_COPIED = 3  # passages


@dataclass(frozen=True, kw_only=True)
class Copying:
    """Copies the first passages that a search finds, each cited to itself: wholly cited, and no answer.

    ``way`` is ``hybrid`` (the product's own search), ``sparse`` (words alone) or ``dense`` (meaning alone).
    """

    assistant: Assistant
    way: str
    name: str

    def ask(self, turns: Sequence[str]) -> Json:
        """Give the passages found for the last turn as an answer."""
        statements, citations = [], []
        for marker, passage in enumerate(self._found(turns[-1], _COPIED), 1):
            source = self.assistant.corpus.sources[passage.source_id]
            citations.append(Citation(marker=marker, passage_id=passage.id, quote=passage.text, source=source))
            statements.append(Statement(text=passage.text, markers=(marker,), support=Verdict.SUPPORTED))
        kind = Kind.ANSWER if statements else Kind.NO_EVIDENCE
        answer = Answer(question=turns[-1], kind=kind, statements=tuple(statements), citations=tuple(citations))
        return answer_json(replace(answer, generator=self.name))

    def check(self, text: str) -> list[Json]:
        """Check nothing."""
        raise Unscored(f"{self.name} checks no claims")

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Give the passages found for the last turn, made to stand alone as the product does."""
        found = self._found(self._product.understood(turns), count)
        return [{"source_id": p.source_id, "passage_id": p.id, "text": p.text} for p in found]

    @cached_property
    def _product(self) -> Product:
        return Product(assistant=self.assistant)

    def _found(self, question: str, count: int) -> list[Passage]:
        retriever, passages = self.assistant.retriever, self.assistant.corpus.passages
        if self.way == "hybrid":
            return [found.passage for found in retriever.find(question, count)]
        if self.way == "sparse":
            ranked = retriever.index.sparse(question, count, (EVIDENCE,))
        else:
            ranked = retriever.index.dense(retriever.embed(question), count, (EVIDENCE,))
        return [passages[id_] for id_, _ in ranked]


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Gives every text the same verdict: the yardsticks "always flag" and "never flag"."""

    verdict: Verdict
    name: str

    def ask(self, turns: Sequence[str]) -> Json:
        """Answer nothing."""
        raise Unscored(f"{self.name} answers no question")

    def search(self, turns: Sequence[str], count: int) -> list[Json]:
        """Find nothing."""
        raise Unscored(f"{self.name} searches nothing")

    def check(self, text: str) -> list[Json]:
        """Give the text as one claim with the verdict."""
        return [
            {
                "text": text, "origin": "text", "span": [0, len(text)], "verdict": self.verdict.value,
                "certainty": None, "flagged": self.verdict.flagged, "reason": f"{self.name}.", "evidence": [],
            }
        ]  # fmt: skip


def _copying(way: str, name: str, assistant: Assistant) -> System:
    return Copying(assistant=assistant, way=way, name=name)


def _constant(verdict: Verdict, name: str, assistant: Assistant) -> System:
    return Constant(verdict=verdict, name=name)


YARDSTICKS: dict[str, Callable[[Assistant], System]] = {
    "stock": open_stock,
    "top-passages": partial(_copying, "hybrid", "top-passages"),
    "top-passages-sparse": partial(_copying, "sparse", "top-passages-sparse"),
    "top-passages-dense": partial(_copying, "dense", "top-passages-dense"),
    "always-flag": partial(_constant, Verdict.NO_EVIDENCE, "always-flag"),
    "never-flag": partial(_constant, Verdict.SUPPORTED, "never-flag"),
}
