"""Learn what makes two questions alike, and where a follow-up would lie if it stood alone; write the exemplars.

usage: python -m evals.training.exemplars [--listed]   (writes rag/weights/exemplars.npz and resolution.npz)
It takes about ten minutes; with ``--listed``, after answers were changed or questions added, a minute: what was learned
stays, and only the list is written anew.
Every question of ``questions_train.jsonl`` and turn of ``talks_train.jsonl`` is an exemplar, in the wording in which it
stands alone; none of the development split is. A projection of their vectors is learned so that a question lies near
those that the same sentences answer (neighbourhood components analysis, Goldberger et al. 2004), and then a mixture of
what a follow-up and its conversation mean that lies near the same (after Yu et al. 2021). Questions of one author never
teach what makes each other alike. Run ``evals.training.relevance`` after it.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from evals.training.asked import Asked, asked_questions, exemplar_questions
from rag.assistant import Assistant
from rag.models.neighbours import packed, unit
from rag.search.resolution import WEIGHTS as RESOLUTION
from rag.search.resolution import Resolution, joined
from rag.sentences.exemplars import FADES, WEIGHTS, Exemplars
from rag.settings import Settings
from rag.types import Vectors

PARTLY = 0.3  # what a sentence that bears on a question counts beside one that answers it
LOOKS_SO = -0.1  # and one that only looks as if it did
# Chosen on follow-ups and questions of authors not learned from: after 40 steps as good as after 100 or 200.
STEPS, RATE, BATCH = 60, 1e-3, 512
KEPT = 288  # values of a placed vector: of 1,186 dev questions 871 are answered first by them, 872 by all 384
MIXING_STEPS, MIXING_RATE, RIDGE, REWRITING = 60, 3e-4, 6.0, 2.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Taught:
    """Questions as arrays: who asked, where each lies standing alone, and what answers it (questions, sentences)."""

    asked: Sequence[Asked]
    authors: Vectors
    vectors: Vectors
    answers: Vectors

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Taught":
        """Give the arrays of some questions."""
        place = {name: n for n, name in enumerate(sorted({name for one in asked for name in one.answers}))}
        answers = np.zeros((len(asked), len(place)), dtype=np.float32)
        for row, one in enumerate(asked):
            answers[row, [place[name] for name in one.answers]] = 1.0
        authors = np.array([one.author for one in asked])
        return cls(asked=asked, authors=authors, vectors=np.stack([one.alone for one in asked]), answers=answers)


def learned(asked: Sequence[Asked]) -> tuple[Exemplars, Resolution]:
    """Learn both from the questions given."""
    taught = Taught.of(asked)
    projection = likeness(taught)
    return Exemplars(stored=stored(taught, projection)), Resolution(stored={"mixing": mixing(taught, projection)})


def likeness(taught: Taught) -> Vectors:
    """Learn the projection (values, values) that brings questions with one answer near each other."""
    torch.manual_seed(0)
    points = torch.from_numpy(taught.vectors)
    projection = torch.eye(points.shape[1]).requires_grad_(True)
    optimiser = torch.optim.Adam([projection], lr=RATE)
    for _ in range(STEPS):
        drawn = torch.randperm(len(points))[:BATCH].numpy()
        placed = torch.nn.functional.normalize(points @ projection, dim=1)
        loss = _missed(placed[drawn], placed, *_pairs(taught, drawn))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(projection.detach().numpy())


def mixing(taught: Taught, projection: Vectors) -> Vectors:
    """Learn the matrix that places follow-ups where their rewriting lies, and near questions with the same answer."""
    follow = np.array([place for place, one in enumerate(taught.asked) if one.parts])
    parts = np.stack([joined(taught.asked[place].parts) for place in follow])
    start = rewriting(parts, taught.vectors[follow])
    torch.manual_seed(0)
    matrix = torch.from_numpy(start).requires_grad_(True)
    optimiser = torch.optim.Adam([matrix], lr=MIXING_RATE)
    rows, likely = torch.from_numpy(parts), torch.from_numpy(projection)
    held = torch.nn.functional.normalize(torch.from_numpy(taught.vectors) @ likely, dim=1)
    for _ in range(MIXING_STEPS):
        drawn = torch.randperm(len(follow))[:BATCH].numpy()
        alone = torch.nn.functional.normalize(torch.nn.functional.dropout(rows[drawn], 0.1) @ matrix, dim=1)
        placed = torch.nn.functional.normalize(alone @ likely, dim=1)
        meant = torch.from_numpy(taught.vectors[follow[drawn]])
        loss = _missed(placed, held, *_pairs(taught, follow[drawn])) + REWRITING * (1 - (alone * meant).sum(1)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(matrix.detach().numpy())


def rewriting(parts: Vectors, alone: Vectors) -> Vectors:
    """Give the matrix that best brings follow-ups to their rewritings (ridge regression around one weight a part)."""
    values = alone.shape[1]
    stacked = np.stack([parts[:, at : at + values].ravel() for at in range(0, parts.shape[1], values)], axis=1)
    weights, *_ = np.linalg.lstsq(stacked, alone.ravel(), rcond=None)
    plain = np.vstack([weight * np.eye(values) for weight in weights])
    squares = parts.T @ parts + RIDGE * np.eye(parts.shape[1])
    return np.asarray(plain + np.linalg.solve(squares, parts.T @ (alone - parts @ plain)), dtype=np.float32)


def _pairs(taught: Taught, drawn: Vectors) -> tuple[torch.Tensor, torch.Tensor]:
    """Tell of each question drawn and each held whether they share an answer, and whether one author asked both."""
    alike = torch.from_numpy(taught.answers[drawn] @ taught.answers.T > 0)
    own = torch.from_numpy(taught.authors[drawn][:, None] == taught.authors[None, :])
    return alike, own


def _missed(drawn: torch.Tensor, held: torch.Tensor, alike: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """Give how little of the nearness of questions drawn falls on others with a shared answer (mean minus log)."""
    near = (drawn @ held.T / FADES).masked_fill(own, -torch.inf)
    right, some = (torch.softmax(near, 1) * alike).sum(1), (alike & ~own).any(1)
    return -torch.log(right[some] + 1e-6).mean()


def stored(taught: Taught, projection: Vectors) -> dict[str, Any]:
    """Give the arrays of ``Exemplars``: vectors as signed bytes, gains in tenths."""
    chosen = [
        (row, name, gain)
        for row, one in enumerate(taught.asked)
        for names, gain in ((one.answers, 1.0), (one.partly, PARTLY), (one.near, LOOKS_SO))
        for name in names
    ]
    place = {name: n for n, name in enumerate(sorted({name for _, name, _ in chosen}))}
    return {
        **packed(taught.vectors, narrowed(taught.vectors, projection)),
        "names": np.array(list(place)),
        "asked": np.array([row for row, _, _ in chosen], dtype=np.int32),
        "named": np.array([place[name] for _, name, _ in chosen], dtype=np.int32),
        "gains": np.array([round(gain * 10) for _, _, gain in chosen], dtype=np.int8),
    }


def narrowed(vectors: Vectors, projection: Vectors) -> Vectors:
    """Give a projection to the ``KEPT`` directions in which the vectors that it places differ most."""
    placed = unit(vectors @ projection)
    _, directions = np.linalg.eigh(placed.T @ placed)  # the widest last
    return np.asarray(projection @ directions[:, ::-1][:, :KEPT], dtype=np.float32)


def write(exemplars: Exemplars, resolution: Resolution | None = None) -> None:
    """Write both as compressed files, or the exemplars alone."""
    np.savez_compressed(WEIGHTS, allow_pickle=False, **(exemplars.stored or {}))
    if resolution is not None:
        np.savez_compressed(RESOLUTION, allow_pickle=False, mixing=resolution.mixing.astype(np.float16))


def main() -> int:
    """Gather every question that trains, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listed", action="store_true", help="only list the exemplars anew")
    torch.set_num_threads(2)
    assistant = Assistant.open(Settings.load())
    if parser.parse_args().listed:
        asked = [one for one in exemplar_questions(assistant) if one.split == "train"]
        learned_before = np.load(WEIGHTS)["projection"].astype(np.float32)
        write(Exemplars(stored=stored(Taught.of(asked), learned_before)))
    else:
        asked = [one for one in asked_questions(assistant) if one.split == "train"]
        write(*learned(asked))
    print(f"{len(asked)} exemplars, {(WEIGHTS.stat().st_size + RESOLUTION.stat().st_size) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
