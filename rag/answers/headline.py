"""The honest short answer to a yes/no question, from what is known and how surely. Pure."""

from rag.evidence import Cell
from rag.judging.weighing import SURE
from rag.kinds import Certainty, Direction, Verdict

_NOT_SHOWN = "No study shows that."
_AGREES = {
    Certainty.HIGH: "Yes.",
    Certainty.MODERATE: "Probably, yes.",
    Certainty.LOW: "Perhaps, but we are not very sure.",
    Certainty.VERY_LOW: "We are not sure.",
}
SURELY_YES = (_AGREES[Certainty.HIGH], _AGREES[Certainty.MODERATE])
_SPEAKS_AGAINST = {
    Certainty.HIGH: "No.",
    Certainty.MODERATE: "Probably not.",
    Certainty.LOW: "It does not look that way, but we are not very sure.",
    Certainty.VERY_LOW: "We are not sure.",
}
# To "so nobody approved it?" a bare yes or no could mean either.
_AGREES_WITH_A_DENIAL = {
    Certainty.HIGH: "That is right.",
    Certainty.MODERATE: "That is probably right.",
    Certainty.LOW: "That may be right, but we are not very sure.",
    Certainty.VERY_LOW: "We are not sure.",
}
_SPEAKS_AGAINST_A_DENIAL = {
    Certainty.HIGH: "Studies show otherwise.",
    Certainty.MODERATE: "Studies probably show otherwise.",
    Certainty.LOW: "It may, but we are not very sure.",
    Certainty.VERY_LOW: "We are not sure.",
}
# To "is it safe?" a bare no would frighten, and to "is it risky?" a bare yes, where all that studies show is that some
# people had side effects.
_NOT_SAFE = {
    Certainty.HIGH: "Not without risk.",
    Certainty.MODERATE: "Not without risk.",
    Certainty.LOW: "Perhaps not without risk, but we are not very sure.",
    Certainty.VERY_LOW: "We are not sure.",
}
_OF_A_CLAIM = {
    Verdict.CONTRADICTED: "Studies do not show that.",
    Verdict.NO_EVIDENCE: "We found no study that shows that.",
    Verdict.MIXED: "Studies do not agree on that.",
    Verdict.LIMITED: "That is not certain.",
    Verdict.SUPPORTED: "Studies support that.",
}
_NOT_ALL = "Not always, and not in everyone."  # to "does everyone on it become impotent?"
_MIXED = ("We are not sure: studies do not agree.", "It depends: studies do not agree.")  # as sure as we are
_UNCLEAR = "We are not sure."
# All of the above.
_SHORT = (_AGREES, _SPEAKS_AGAINST, _AGREES_WITH_A_DENIAL, _SPEAKS_AGAINST_A_DENIAL, _NOT_SAFE)
SHORT_ANSWERS = (
    _NOT_SHOWN,
    _UNCLEAR,
    _NOT_ALL,
    *_MIXED,
    *(words for kind in _SHORT for words in kind.values()),
    *_OF_A_CLAIM.values(),
)


def claim_answer(verdict: Verdict) -> str | None:
    """Give a few words on what a person was told, by its verdict; None where it could not be judged."""
    return _OF_A_CLAIM.get(verdict)


def short_answer(
    cell: Cell, positive: bool, *, absolute: bool = False, denied: bool = False, danger: bool = False
) -> str | None:
    """Give a few words of yes or no, never surer than the evidence; None where the cell takes no side.

    ``positive`` is the pole that the question names, ``absolute`` one without exception ("completely safe"),
    ``denied`` a question put as a denial ("so it does not work?"), ``danger`` one that wants a thing judged dangerous.
    """
    undecided = cell.direction in (Direction.MIXED, Direction.UNCLEAR)
    if undecided and absolute and positive:
        return _NOT_SHOWN
    if cell.direction is Direction.MIXED:
        return _MIXED[cell.certainty in SURE]
    if cell.direction is Direction.UNCLEAR:
        return _UNCLEAR
    if cell.direction not in (Direction.FOR, Direction.AGAINST) or cell.certainty is None:
        return None
    agrees = (cell.direction is Direction.FOR) == positive
    if absolute and positive:
        return "No." if not agrees and cell.certainty is Certainty.HIGH else _NOT_SHOWN
    if cell.outcome == "safety" and not denied and (harm := _of_harm(cell, positive, absolute=absolute, danger=danger)):
        return harm
    if denied:
        return (_AGREES_WITH_A_DENIAL if agrees else _SPEAKS_AGAINST_A_DENIAL)[cell.certainty]
    return (_AGREES if agrees else _SPEAKS_AGAINST)[cell.certainty]


def _of_harm(cell: Cell, positive: bool, *, absolute: bool, danger: bool) -> str | None:
    """Give a few words on harm that was seen in some; None where a plain yes or no tells it."""
    if cell.direction is not Direction.AGAINST or cell.certainty is None:
        return None
    if absolute and not positive:
        return _NOT_ALL
    return _NOT_SAFE[cell.certainty] if positive or danger else None
