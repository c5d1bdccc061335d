"""Citation recall and precision as in ALCE (Gao 2023): do the cited passages bear the statement, and each its share?

A statement has recall when its passages together support it. A citation has precision when its statement has recall
and it is not idle: it supports the statement alone, or without it the others no longer do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.judging.stance import StanceModel, stance_of
from rag.kinds import Stance

Cited = tuple[str, tuple[str, ...]]  # a statement and the texts of the passages that it cites


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """Counts (good, all): statements that their passages support, citations that bear their share, and the others."""

    recall: tuple[int, int]
    precision: tuple[int, int]
    unsupported: tuple[str, ...]


def measure(statements: Sequence[Cited], model: StanceModel) -> Support:
    """Measure the statements of one answer; one that cites nothing has no recall and no citation."""
    pairs = list(dict.fromkeys(pair for statement in statements for pair in _pairs(statement)))
    # What stands word for word in the evidence needs no model to be borne by it.
    open_ = [(text, evidence) for text, evidence in pairs if text not in evidence]
    held = dict.fromkeys(pairs, True)
    shares = model.shares(open_)
    held |= {pair: stance_of(share)[0] is Stance.SUPPORTS for pair, share in zip(open_, shares, strict=True)}
    good = [held.get((text, _joined(passages)), False) for text, passages in statements]
    precise = sum(
        _bears(text, passages, place, held)
        for (text, passages), whole in zip(statements, good, strict=True)
        if whole
        for place in range(len(passages))
    )
    return Support(
        recall=(sum(good), len(statements)),
        precision=(precise, sum(len(passages) for _, passages in statements)),
        unsupported=tuple(text for (text, _), whole in zip(statements, good, strict=True) if not whole),
    )


def _bears(text: str, passages: tuple[str, ...], place: int, held: dict[tuple[str, str], bool]) -> bool:
    others = passages[:place] + passages[place + 1 :]
    return held[text, passages[place]] or not (others and held[text, _joined(others)])


def _pairs(statement: Cited) -> list[tuple[str, str]]:
    """Give every (statement, evidence) whose stance is needed: all passages, each alone, all but each."""
    text, passages = statement
    groups = [passages, *((one,) for one in passages)]
    groups += [passages[:place] + passages[place + 1 :] for place in range(len(passages))]
    return [(text, _joined(group)) for group in groups if group]


def _joined(passages: Sequence[str]) -> str:
    return "\n".join(passages)
