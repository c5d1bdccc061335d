"""Which hand-overs a message names, and which the talk before it named already. Pure."""

from collections.abc import Iterator, Sequence

from rag.kinds import Kind
from rag.safety.rules import Rule, Rules
from rag.safety.signs import is_named
from rag.safety.spelling import prepare

_SPAN = 250  # "I take X and Y. Is it ok to add Z?" spreads over sentences


def fits(rule: Rule, context: str) -> bool:
    """Tell whether what a rule needs to stand somewhere in a talk does."""
    return rule.context is None or bool(rule.context.search(context))


def hand_overs(text: str, context: str, rules: Rules) -> Iterator[Rule]:
    """Give the hand-overs that a message names, by rank."""
    for rule in rules.rules:
        if rule.kind is Kind.NEEDS_CLINICIAN and fits(rule, context) and is_named(rule, text, _SPAN):
            yield rule


def told_together(text: str, context: str, rules: Rules) -> Iterator[Rule]:
    """Give the first hand-over that a message names, and those that are told behind any other."""
    for place, rule in enumerate(hand_overs(text, context, rules)):
        if rule.adds or not place:
            yield rule


def told_before(history: Sequence[str], rules: Rules) -> frozenset[str]:
    """Give the ids of the hand-overs that the earlier messages of a talk named, and that were told there."""
    context, known = "", set[str]()
    for turn in history:
        text = " ".join(prepare(turn, rules))
        context = f"{context} {text}"
        known.update(rule.id for rule in told_together(text, context, rules))
    return frozenset(known)
