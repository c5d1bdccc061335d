"""Tell whether a message is about hair loss, its treatment, or the article: by the words, and by a second opinion."""

import re
from collections.abc import Collection, Sequence

from rag.kinds import DANGERS, Kind
from rag.language.questions import thing_asked_of
from rag.safety.rules import Rules
from rag.safety.second_opinion import Opinion
from rag.safety.signs import is_named, told
from rag.safety.spelling import prepare
from rag.text import normalise

_FOLLOW_UP_WORDS = 14  # a follow-up that names no subject is short; a longer text stands alone
_OPENING = re.compile(r"^(?:thanks|thank you|ok|okay|great|cool|hi|hello|\W)+ ?")
# What the rules do not place and is out of scope with at most this is answered: of 30 such questions on hair loss (dev,
# and talks that nobody had looked at) 29, of 271 on something else none has less than 0.7, but for one that asks for
# help with a fraud.
_IN_SCOPE = 0.5
_OFF_TOPIC = 0.9  # what the rules place, yet is this surely out of scope; 0 of 184 questions in scope reached it


def in_scope(text: str, rules: Rules) -> bool:
    """Tell whether a text, on its own, is about hair loss, its treatment, or the article that the page shows."""
    low, edges = normalise(text).lower(), rules.edges
    if edges["clinical"].search(low) or edges["hair"].search(low):
        return not edges["animals"].search(low)
    if edges["elsewhere"].search(low):
        return False
    terms = _terms(low, rules)
    if terms - rules.weak:
        return True
    if edges["other_medicine"].search(low):
        return False
    if terms & rules.lone or edges["topic"].search(low) or _names_sign(low, rules, DANGERS):
        return True
    return len(low.split()) <= _FOLLOW_UP_WORDS and bool(edges["unclear"].search(low))


def off_scope(text: str, rules: Rules, history: Sequence[str], opinion: Opinion) -> bool:
    """Join both opinions on the scope: each may take a text in, and a very sure second opinion may leave it out."""
    if rules.edges["wrongdoing"].search(" ".join(prepare(text, rules))):
        return True
    if not _on_topic(text, rules, history):
        return opinion.get(Kind.OUT_OF_SCOPE, 1.0) > _IN_SCOPE
    if history or opinion.get(Kind.OUT_OF_SCOPE, 0.0) <= _OFF_TOPIC:
        return False
    low = normalise(text).lower()
    return not (rules.edges["clinical"].search(low) or (thing_asked_of(text) and _terms(low, rules)))  # "what is SVF?"


def _on_topic(text: str, rules: Rules, history: Sequence[str]) -> bool:
    mended = " ".join(prepare(text, rules))
    if in_scope(text, rules) or in_scope(mended, rules):
        return True
    if told([text]) and any(names_treatment(sentence, rules) for sentence in prepare(text, rules)):
        return True
    if not any(in_scope(turn, rules) for turn in history):
        return False
    return _follows(_OPENING.sub("", mended), rules)


def names_treatment(sentence: str, rules: Rules) -> bool:
    """Tell whether a sentence of a story is about a treatment of ours, wherever the story wanders."""
    if any(rules.edges[name].search(sentence) for name in ("animals", "other_medicine", "elsewhere")):
        return False
    return bool(_terms(sentence, rules) - (rules.weak - rules.lone))


def _follows(low: str, rules: Rules) -> bool:
    """Tell whether a text that stands alone off topic reads as a follow-up to a question on topic."""
    other, terms = rules.edges["other_medicine"].search(low), _terms(low, rules)
    if rules.edges["elsewhere"].search(low) or (other and terms):
        return False
    known = bool(terms) or bool(rules.vocabulary.assertions_in(low)) or _names_sign(low, rules)
    return (known or bool(rules.edges["follow_up"].search(low))) and len(low.split()) <= _FOLLOW_UP_WORDS


def _terms(low: str, rules: Rules) -> set[str]:
    return {*rules.vocabulary.treatments_in(low), *rules.vocabulary.conditions_in(low)}


def _names_sign(low: str, rules: Rules, kinds: Collection[Kind] = tuple(Kind)) -> bool:
    """Tell whether a sign of some kinds of rule is named at all, live or not."""
    named = (rule for rule in rules.rules if rule.kind in kinds and not rule.context)
    return any(is_named(rule, low, rules.span) for rule in named)
