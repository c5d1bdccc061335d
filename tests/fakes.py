"""Small real classes against the protocols of ``rag/types.py``: no weights, no network, the same result every time."""

import hashlib
from collections.abc import Sequence

import numpy as np

from rag.errors import ModelUnavailable
from rag.evidence import Bearing, Passage, Source  # fmt: skip
from rag.kinds import Certainty, Direction, Population, Role, Stance, StudyDesign, Verdict
from rag.text import words
from rag.types import Claim, Draft, DraftSentence, Judgement, Vectors

DIMENSIONS = 128


class WordOverlapEmbedder:
    """Two texts are as near as their words are the same; remembers every text that it was given."""

    def __init__(self, fingerprint: str = "word-overlap") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = np.full((len(texts), DIMENSIONS), 1e-6, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1.0
        lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / lengths

    def knows(self, word: str) -> bool:
        return False


class FailingEmbedder(WordOverlapEmbedder):
    """Breaks down after some batches, like a machine that is switched off half way."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.batches == 0:
            raise KeyboardInterrupt
        self.batches -= 1
        return super().embed(texts)


class ScriptedJudge:
    """Gives every claim the same verdict."""

    def __init__(self, verdict: Verdict = Verdict.NO_EVIDENCE) -> None:
        self.verdict = verdict
        self.claims: list[Claim] = []

    def judge(self, claim: Claim) -> Judgement:
        self.claims.append(claim)
        return Judgement(claim=claim, verdict=self.verdict, certainty=Certainty.LOW, reason="Scripted.")


class ScriptedGenerator:
    """Drafts the sentences that it was made with, each with the passages it names; without any it is unavailable."""

    name = "scripted"

    def __init__(self, sentences: Sequence[tuple[str, Sequence[str]]]) -> None:
        self.sentences = sentences
        self.questions: list[str] = []

    def draft(self, question: str, passages: Sequence[tuple[Passage, Source]]) -> Draft:
        self.questions.append(question)
        if not self.sentences:
            raise ModelUnavailable("The model is away.")
        drafted = tuple(DraftSentence(text=text, passage_ids=tuple(ids)) for text, ids in self.sentences)
        return Draft(sentences=drafted, shown_ids=tuple(passage.id for passage, _ in passages))


def sure_of(stance: Stance, share: float = 1.0) -> dict[Stance, float]:
    """Give the shares of a stance model that is this sure of one stance; the rest is "neutral"."""
    return {one: 0.0 for one in Stance} | {Stance.NEUTRAL: 1.0 - share} | {stance: share}


def passage(
    id_: str, text: str = "Hair grew.", *, bears: dict[str, Direction] | None = None, **facts: object
) -> Passage:
    source_id, _, number = id_.partition("#")
    values: dict[str, object] = {
        "id": id_, "source_id": source_id, "number": int(number), "role": Role.FINDING, "text": text,
        "bearings": tuple(Bearing(outcome=o, direction=d) for o, d in (bears or {}).items()),
    }  # fmt: skip
    return Passage(**{**values, **facts})  # type: ignore[arg-type]


def source(id_: str, *passages: Passage, **facts: object) -> Source:
    unknown = dict.fromkeys(
        "container year volume issue page doi pmid pmcid url n participants intervention comparator follow_up "
        "funding retracted_on superseded_by reviewed_on".split()
    )
    values: dict[str, object] = {
        **unknown, "id": id_, "type": "article-journal", "title": id_, "authors": (), "passages": passages,
        "study_design": StudyDesign.RANDOMIZED, "peer_reviewed": True, "official": False,
        "population": Population.HUMAN, "retracted": False,
    }  # fmt: skip
    return Source(**{**values, **facts})  # type: ignore[arg-type]
