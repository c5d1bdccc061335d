"""A follow-up on somebody like the one who asks: what was told of oneself before goes with it. Pure."""

import re
from collections.abc import Sequence

from rag.types import Turn

_LIKE_ME = re.compile(
    r"\b(?:some(?:one|body)|any(?:one|body)|people|those|a (?:man|woman|guy|girl)|men|women|guys) like me\b"
    r"|\bin my (?:case|situation|position|shoes)\b",
    re.IGNORECASE,
)
# "I'm shiny bald on top for 20 yrs", "I take apixaban for my heart"; not "I'm not sure", nor "I have a question".
_TELLS_OF_ONESELF = re.compile(
    r"^(?:\W*(?:hi|hello|and|but|so|well|ok|also)\W+)*(?:i'?m|i am|i'?ve (?:got|had)|i have|i had|i take|i get)\b"
    r"(?! (?:not|just|thinking|wondering|worried|considering|looking|confused|sorry|asking|going|heard|read)\b)"
    r"(?! an? (?:question|query)\b)",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(r"[.,;:!?()]+\s*|\s+(?=(?:and|but|so)\s+(?:i|my|the|what|is|does|can|will)\b)")
_MOST_WORDS = 12  # a longer clause is a story
# "So what's left?", "the first sensible step then", "the next thing to try": no treatment spoken of is meant.
_WHAT_IS_LEFT = re.compile(
    r"\bwhat(?:'?s| is| else is)?(?: there)? left\b(?! (?:over|in|of|on))"
    r"|\b(?:first|next) (?:\w+ )?(?:step|move)\b(?! (?:of|in|after)\b)|\b(?:next|other) thing to try\b"
    r"|\bwhat (?:should|could|can|do|would) (?:i|we|you|he|she|they|people|one) (?:\w+ )?try next\b|\bbest bet\b",
    re.IGNORECASE,
)


def asks_what_is_left(question: str) -> bool:
    """Tell whether a question wants whatever else there is: "so whats left for someone like me"."""
    return bool(_WHAT_IS_LEFT.search(question))


def told_of_oneself(question: str, history: Sequence[Turn]) -> str | None:
    """Give what was last told of oneself, for a question on people like that; None where it says so itself.

    Example: after "can cells help? im bald for 20 yrs", "what's left for someone like me" -> "im bald for 20 yrs"
    """
    if not _LIKE_ME.search(question) or _clauses(question):
        return None
    return next((clauses[-1] for turn in reversed(history) if (clauses := _clauses(turn.question))), None)


def _clauses(text: str) -> list[str]:
    pieces = (piece.strip() for piece in _CLAUSE_ENDS.split(text))
    return [piece for piece in pieces if 2 < len(piece.split()) <= _MOST_WORDS and _TELLS_OF_ONESELF.search(piece)]
