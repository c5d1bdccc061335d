"""Who paid for the studies that a question is about, where it asks so."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.answers.findings import Candidate, Findings
from rag.evidence import Passage
from rag.kinds import Role
from rag.language.questions import asks_who_paid
from rag.language.reading import treatment_fit
from rag.sentences.bearing import SAME_OR_NARROWER
from rag.sentences.inquiry import Asked

_MOST = 2  # studies that are told of
_LEAST = 0.3  # cosine of what is told of a study's money and the question, below which another study is meant
_FOLLOWS = 0.2  # what one gains that the last answer rests on: "and who paid for it?" names none


@dataclass(frozen=True, kw_only=True)
class Funding:
    """Finds what the corpus records of a study's money: who paid, and whom its authors work for."""

    findings: Findings

    def told(self, asked: Asked) -> list[Candidate]:
        """Give what is recorded of the studies meant, the likeliest first; nothing where nobody asked.

        Where nothing is recorded of what was named, studies of its kind are meant: "fat stem cells" are any from fat.
        """
        if not asks_who_paid(asked.question):
            return []
        terms, named = self.findings.corpus.vocabulary.treatments, asked.reading.treatments
        kind = tuple(broader for name in named if (broader := terms[name].broader))
        found = list(self._near(asked, named)) or (list(self._near(asked, kind)) if kind else [])
        return sorted(found, key=lambda c: (-c.relevance, c.id))[:_MOST]

    def is_missing(self, asked: Asked) -> bool:
        """Tell whether somebody asked and nothing is recorded."""
        return asks_who_paid(asked.question) and not self.told(asked)

    def _near(self, asked: Asked, meant: tuple[str, ...]) -> Iterator[Candidate]:
        corpus, retriever = self.findings.corpus, self.findings.retriever
        vector = retriever.embed(asked.question)
        for passage in corpus.passages.values():
            if passage.role is Role.FUNDING and corpus.is_evidence(passage):
                near = retriever.similarity(passage.id, vector)
                follows = passage.source_id in asked.follows
                if follows or (near >= _LEAST and self._is_meant(passage, asked, meant)):
                    near += _FOLLOWS if follows else 0.0
                    yield Candidate(id=passage.id, text=passage.text, passage_ids=(passage.id,), relevance=near)

    def _is_meant(self, passage: Passage, asked: Asked, meant: tuple[str, ...]) -> bool:
        if meant:
            return treatment_fit(passage.treatments, meant, self.findings.corpus.vocabulary) >= SAME_OR_NARROWER
        return bool(asked.reading.kinds & set(passage.conditions)) or not asked.follows
