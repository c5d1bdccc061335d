"""Learn where what decides a claim and what answers a question lies, and where a claim of a text lies standing alone.

usage: python -m evals.training.seeking   (writes rag/weights/seeking.npz and claim_resolution.npz; about ten minutes)
Each judged claim names the passages that decide it, each question the sentences that answer it: one matrix each moves
its vector nearer to these than to all others (query-side fine-tuning, Lee et al. 2021; the loss is that of noise
contrastive estimation over all entries). People also wrote for each claim of a text how it reads standing alone; what
stands around it is mixed to lie there, and near what decides it. Claims that teach the verdict do not teach the first.
Run ``evals.training.precedents``, ``deciding`` and ``relevance`` after it.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

from evals.cases import DATA
from evals.marked import covering
from evals.training.asked import Asked, asked_questions
from evals.training.exemplars import PARTLY, rewriting
from evals.training.joints import TEXTS, marks_of
from evals.training.pairs import json_lines
from evals.training.precedents import as_judged
from evals.training.taught import TaughtClaim, Teaches
from rag.assistant import Assistant
from rag.judging.claims import extract
from rag.kinds import Origin, Verdict
from rag.language.standing import parts
from rag.search.index import Index
from rag.search.resolution import CLAIM_PARTS, CLAIM_WEIGHTS, joined
from rag.search.retrieval import passage_lines
from rag.search.seeking import WEIGHTS, Seeking
from rag.sentences.sayable import Sayables
from rag.settings import Settings
from rag.types import Claim, Vectors

# Chosen on authors not learned from: see the card (rag/weights/seeking.md).
STEPS, RATE, BATCH, FADES = 300, 1e-3, 256, 0.05
MIXING_STEPS, MIXING_RATE, REWRITING = 100, 3e-4, 5.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lessons:
    """Where things lie that are sought, and what of the entries each should lie near (things, entries; 0 to 1)."""

    vectors: Vectors
    near: Vectors

    @property
    def near_something(self) -> "Lessons":
        """Give those that lie near something."""
        some = self.near.any(axis=1)
        return Lessons(vectors=self.vectors[some], near=self.near[some])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TextClaim:
    """A marked claim of a text: the claim found there, where its parts lie, and where it lies standing alone."""

    text_id: str
    claim: Claim
    verdict: str
    evidence: tuple[str, ...]
    parts: Vectors
    alone: Vectors
    twin: str  # the id of the training claim that says the same standing alone

    @property
    def author(self) -> str:
        """Name who wrote the text."""
        return self.text_id.partition("-")[0]

    @property
    def taught(self) -> TaughtClaim:
        """Give what it teaches the verdict."""
        return TaughtClaim(
            id=f"{self.text_id}/{self.twin}",
            text=self.claim.text,
            verdict=Verdict(self.verdict),
            evidence=self.evidence,
            stances=None,
            beside=(),
        )


@dataclass(frozen=True, kw_only=True)
class Entries:
    """What a claim may be decided by: passages, their lines, and the reviewed sentences that rest on them."""

    assistant: Assistant

    @cached_property
    def rests_on(self) -> Mapping[str, frozenset[str]]:
        """Give for each entry the passages that it says or rests on."""
        corpus, index = self.assistant.corpus, self.assistant.retriever.index
        found: dict[str, frozenset[str]] = {}
        for passage in filter(corpus.may_decide, corpus.passages.values()):
            found |= {id_: frozenset({passage.id}) for id_ in (passage.id, *(ln.id for ln in passage_lines(passage)))}
        found |= {cell.id: frozenset(cell.passage_ids) for cell in corpus.cell_by_id.values()}
        found |= {id_: frozenset(getattr(s, "cites", ())) for id_, s in corpus.sentences.items()}
        return {id_: ids for id_, ids in sorted(found.items()) if ids and index.vector(id_) is not None}

    @cached_property
    def vectors(self) -> Vectors:
        """Give their vectors: (entries, values)."""
        index = self.assistant.retriever.index
        return stored(index, self.rests_on)

    def near(self, evidence: Sequence[Sequence[str]]) -> Vectors:
        """Give for each thing that is sought which entries rest on its evidence: (things, entries)."""
        entry_ids = list(self.rests_on.values())
        by_passage: dict[str, list[int]] = {}
        for place, ids in enumerate(entry_ids):
            for id_ in ids:
                by_passage.setdefault(id_, []).append(place)
        near = np.zeros((len(evidence), len(entry_ids)), dtype=np.float32)
        for row, sought in enumerate(evidence):
            near[row, [place for id_ in sought for place in by_passage.get(id_, ())]] = 1.0
        return near


def stored(index: Index, entry_ids: Iterable[str]) -> Vectors:
    """Give the vectors of entries; raise KeyError for one that the index does not hold."""
    rows = []
    for id_ in entry_ids:
        if (vector := index.vector(id_)) is None:
            raise KeyError(id_)
        rows.append(vector)
    return np.stack(rows)


# ------------------------------------------------------------------ learning


def step(lessons: Lessons, entries: Vectors) -> Vectors:
    """Learn the step (values, values) that brings what is sought near what it should lie near."""
    some = lessons.near_something
    torch.manual_seed(0)
    rows, held = torch.from_numpy(some.vectors), torch.from_numpy(entries)
    matrix = torch.zeros(rows.shape[1], rows.shape[1], requires_grad=True)
    optimiser = torch.optim.Adam([matrix], lr=RATE)
    for _ in range(STEPS):
        drawn = torch.randperm(len(rows))[:BATCH]
        sought = torch.nn.functional.normalize(rows[drawn] + rows[drawn] @ matrix, dim=1)
        loss = _missed(sought, held, torch.from_numpy(some.near[drawn.numpy()]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(matrix.detach().numpy())


def mixing(claims: Sequence[TextClaim], claim_step: Vectors, entries: Entries) -> Vectors:
    """Learn the matrix that places claims of texts where they lie standing alone, and near what decides them."""
    rows, alone = np.stack([one.parts for one in claims]), np.stack([one.alone for one in claims])
    near = entries.near([one.evidence for one in claims])
    torch.manual_seed(0)
    matrix = torch.from_numpy(rewriting(rows, alone)).requires_grad_(True)
    optimiser = torch.optim.Adam([matrix], lr=MIXING_RATE)
    held, moves = torch.from_numpy(entries.vectors), torch.from_numpy(claim_step)
    for _ in range(MIXING_STEPS):
        drawn = torch.randperm(len(rows))[:BATCH]
        placed = torch.nn.functional.normalize(torch.from_numpy(rows[drawn]) @ matrix, dim=1)
        sought = torch.nn.functional.normalize(placed + placed @ moves, dim=1)
        right = torch.from_numpy(near[drawn.numpy()])
        some = right.any(dim=1)
        apart = 1 - (placed * torch.from_numpy(alone[drawn])).sum(1)
        loss = _missed(sought[some], held, right[some]) + REWRITING * apart.mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(matrix.detach().numpy())


def _missed(sought: torch.Tensor, held: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
    """Give how little of the nearness to all entries falls on the right ones (mean minus log)."""
    shares = torch.softmax(sought @ held.T / FADES, dim=1)
    return -torch.log((shares * near).sum(1) + 1e-6).mean()


# ------------------------------------------------------------------ gathering


def judged_claims(assistant: Assistant, entries: Entries) -> Lessons:
    """Give every judged claim that does not teach the verdict, with what decides it."""
    records = [r for r in json_lines(DATA / "claims_train.jsonl") if r.get("teaches") != Teaches.VERDICT]
    vectors = np.stack([as_judged(assistant, record["text"]) for record in records])
    return Lessons(vectors=vectors, near=entries.near([record["evidence"] for record in records]))


def text_claims(assistant: Assistant) -> list[TextClaim]:
    """Give every marked claim of the training texts that is found there and was also judged standing alone."""
    known = {record["text"]: record for record in json_lines(DATA / "claims_train.jsonl")}
    return [found for record in json_lines(TEXTS) for found in _claims_of(assistant, record, known)]


def _claims_of(
    assistant: Assistant, record: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> Iterator[TextClaim]:
    claims = extract(record["text"], assistant.corpus.vocabulary, Origin.TEXT)
    for marked, mark in zip(record["claims"], marks_of(record), strict=True):
        place, judged = covering(mark, [claim.span for claim in claims]), known.get(marked["alone"])
        if place is None or judged is None or (claim := claims[place]).around is None:
            continue
        read = assistant.judge.gathering.as_read(claim)
        vectors = {name: assistant.retriever.embed(text) for name, text in parts(read).items()}
        yield TextClaim(
            text_id=record["id"],
            claim=claim,
            verdict=marked["verdict"],
            evidence=tuple(judged["evidence"]),
            parts=joined(vectors, CLAIM_PARTS),
            alone=as_judged(assistant, marked["alone"]),
            twin=judged["id"],
        )


def questions(asked: Sequence[Asked], sayables: Sayables) -> Lessons:
    """Give questions, as they lie standing alone, with the sentences that answer them or bear on them."""
    near = np.zeros((len(asked), len(sayables.all)), dtype=np.float32)
    for row, one in enumerate(asked):
        for names, gain in ((one.partly, PARTLY), (one.answers, 1.0)):
            near[row, [place for name in names for place in sayables.places.get(name, ())]] = gain
    return Lessons(vectors=np.stack([one.alone for one in asked]), near=near)


def question_step(assistant: Assistant, asked: Sequence[Asked]) -> Vectors:
    """Learn the step of questions."""
    relevance = assistant.conversation.answerer.leads.relevance
    index = assistant.retriever.index
    vectors = stored(index, [said.entry_id for said in relevance.sayables.all])
    return step(questions([one for one in asked if one.answers], relevance.sayables), vectors)


def main() -> int:
    """Gather, learn, write."""
    torch.set_num_threads(2)
    assistant = Assistant.open(Settings.load())
    entries = Entries(assistant=assistant)
    claim_step = step(judged_claims(assistant, entries), entries.vectors)
    matrix = mixing(text_claims(assistant), claim_step, entries)
    np.savez_compressed(CLAIM_WEIGHTS, allow_pickle=False, mixing=matrix.astype(np.float16))
    asked = [one for one in asked_questions(assistant) if one.split == "train"]
    write(Seeking(stored={"claim": claim_step, "question": question_step(assistant, asked)}))
    print(f"{(WEIGHTS.stat().st_size + CLAIM_WEIGHTS.stat().st_size) / 1e6:.1f} MB")
    return 0


def write(seeking: Seeking) -> None:
    """Write the steps in half precision."""
    held = {name: matrix.astype(np.float16) for name, matrix in (seeking.stored or {}).items()}
    np.savez_compressed(WEIGHTS, allow_pickle=False, **held)


if __name__ == "__main__":
    sys.exit(main())
