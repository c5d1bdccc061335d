"""Claims with the passages that the judge hears for them, and what a reader found that each says of its claim.

Written pairs show what a stance model can tell apart; these show what it meets: most of what lies near a claim neither
supports nor refutes it.

usage: python -m evals.heard FILE   (writes the training split for evals.training.crossing)
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.cases import DATA, PairCase
from rag.evidence import Passage
from rag.judging.stance import LABELS
from rag.kinds import Stance
from rag.library.corpus import Corpus, load_corpus
from rag.settings import Settings

HEARD = DATA / "stance" / "heard.jsonl"
LEANS = 0.6  # share of the stance that a reader leans to; the rest is neutral
_SMOOTHING = 0.05
_LETTERS = {"S": Stance.SUPPORTS, "R": Stance.REFUTES, "N": Stance.NEUTRAL}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardPair:
    """A claim as it is judged, a passage heard for it, and the stance; ``leaning`` where a colleague may differ."""

    id: str
    split: str
    claim: str
    passage: Passage
    stance: Stance
    leaning: bool

    @property
    def case(self) -> PairCase:
        """Give the pair as it is measured."""
        return PairCase(id=self.id, split=self.split, claim=self.claim, evidence=self.passage.text, label=self.stance)


def heard_pairs(corpus: Corpus, split: str, path: Path = HEARD) -> Iterator[HeardPair]:
    """Yield the pairs of a split; those whose passage the corpus no longer has are left out.

    A line holds {"id", "split", "claim", "passages": [ids], "stances": one letter each}: S, R or N, small where the
    reader leaned that way and a colleague might have said N.
    """
    with path.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["split"] != split:
                continue
            for place, (id_, letter) in enumerate(zip(record["passages"], record["stances"], strict=True), 1):
                if passage := corpus.passages.get(id_):
                    yield HeardPair(
                        id=f"{record['id']}.{place}",
                        split=split,
                        claim=record["claim"],
                        passage=passage,
                        stance=_LETTERS[letter.upper()],
                        leaning=letter.islower(),
                    )


def shares(pair: HeardPair) -> list[float]:
    """Give the share of each stance that a pair teaches, in the order of ``LABELS``."""
    stance = LEANS if pair.leaning else 1.0
    given = {pair.stance: stance, Stance.NEUTRAL: 1.0 - stance} if pair.leaning else {pair.stance: 1.0}
    rest = _SMOOTHING / len(LABELS)
    return [round(rest + (1 - _SMOOTHING) * given.get(label, 0.0), 4) for label in LABELS]


def main() -> int:
    """Write the training split, one pair a line."""
    corpus = load_corpus(Settings.load().corpus_dir)
    rows = (
        {"claim": pair.claim, "evidence": pair.passage.text, "shares": shares(pair)}
        for pair in heard_pairs(corpus, "train")
    )
    Path(sys.argv[1]).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
