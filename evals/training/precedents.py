"""Write the claims that the product holds as precedents, and learn what makes two claims alike.

usage: python -m evals.training.precedents   (writes rag/weights/precedents.npz; about five minutes)
All training claims are held with their verdicts; no development claim and none held back is among them. A projection
of their vectors is learned so that a claim lies near those of its own verdict (neighbourhood components analysis,
Goldberger et al. 2004). It learns from claims that do not teach the verdict, so that ``evals.training.deciding``, which
comes next, sees how much an unseen claim's neighbours tell. Run both again when claims were added to
``claims_train.jsonl`` or the corpus changed in a way that changes verdicts.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evals.cases import DATA
from evals.training.pairs import json_lines
from evals.training.taught import Teaches
from rag.assistant import Assistant
from rag.judging.claims import extract
from rag.judging.impression import CLASSES
from rag.judging.precedents import WEIGHTS
from rag.kinds import Origin
from rag.models.neighbours import packed, unit
from rag.settings import Settings
from rag.types import Claim, Vectors

# Chosen on claims that did not teach it: of 1,276 by other authors .61 get the verdict of their neighbours without a
# projection, .68 to .70 with one, after 50 to 150 steps.
STEPS, RATE, FADES, BATCH, HIDDEN_SHARE = 100, 1e-3, 0.05, 512, 0.3
# Values kept of 384. Of 3,000 claims by other authors .725 get the verdict of their neighbours with all, with 256, and
# with 192, at a mean log loss of .753, .751 and .743; 192 hold .96 of the variance in half the space.
WIDTH = 192


def learned(vectors: Vectors, verdicts: np.ndarray) -> Vectors:
    """Learn the projection (values, values) that brings claims of one verdict near each other.

    In each step a share of the claims is hidden, so that near doubles do not do all the work.
    """
    torch.manual_seed(0)
    points, held = torch.from_numpy(vectors), torch.nn.functional.one_hot(torch.from_numpy(verdicts)).float()
    projection = torch.eye(vectors.shape[1]).requires_grad_(True)
    optimiser = torch.optim.Adam([projection], lr=RATE)
    for _ in range(STEPS):
        drawn = torch.randperm(len(points))[:BATCH]
        placed = torch.nn.functional.normalize(points @ projection, dim=1)
        near = placed[drawn] @ placed.T / FADES
        near[torch.arange(len(drawn)), drawn] = -torch.inf  # no claim is its own neighbour
        near[:, torch.rand(len(points)) < HIDDEN_SHARE] = -torch.inf
        right = (torch.softmax(near, 1) @ held * held[drawn]).sum(1)
        loss = -torch.log(right + 1e-6).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(projection.detach().numpy())


def narrowed(vectors: Vectors, projection: Vectors) -> Vectors:
    """Give the projection onto the ``WIDTH`` directions in which the placed vectors differ most."""
    placed = unit(vectors @ projection)
    axes = np.linalg.eigh(placed.T @ placed)[1][:, ::-1]
    return np.asarray(projection @ axes[:, :WIDTH])


def main() -> int:
    """Embed every training claim as the judge reads it, learn the projection, write."""
    torch.set_num_threads(2)
    assistant = Assistant.open(Settings.load())
    records = [r for r in json_lines(DATA / "claims_train.jsonl") if r["verdict"] in set(CLASSES)]
    vectors = np.stack([as_judged(assistant, record["text"]) for record in records])
    verdicts = np.array([CLASSES.index(record["verdict"]) for record in records])
    teaching = np.array([record.get("teaches") != Teaches.VERDICT for record in records])
    projection = learned(vectors[teaching], verdicts[teaching])
    write(
        WEIGHTS,
        ids=np.array([record["id"] for record in records]),
        verdicts=np.array([record["verdict"] for record in records]),
        **packed(vectors, narrowed(vectors, projection)),
        sources=np.array(sorted(assistant.corpus.sources)),
    )
    print(f"{len(records)} precedents, {WEIGHTS.stat().st_size / 1e6:.1f} MB")
    return 0


def write(path: Path, **arrays: Any) -> None:
    """Write arrays as one compressed file."""
    np.savez_compressed(path, allow_pickle=False, **arrays)


def as_judged(assistant: Assistant, text: str) -> Vectors:
    """Give the vector of a text's one claim as the judge reads it; of the whole text where it holds more or none."""
    claims = extract(text, assistant.corpus.vocabulary)
    claim = claims[0] if len(claims) == 1 else Claim(text=text, origin=Origin.TEXT, span=None, topic=())
    return assistant.retriever.embed(assistant.judge.gathering.as_read(claim).text)


if __name__ == "__main__":
    sys.exit(main())
