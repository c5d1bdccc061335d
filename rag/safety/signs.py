"""Tell whether a danger sign is happening to someone now: not denied, remembered, imagined, read or asked about."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from rag.safety.rules import Frame, Rule, Rules, Sign
from rag.types import Span

_STORY_WORDS = 25  # a longer message tells a story, and a story names much that is no danger
_MOST_PLACES = 6  # a part named more often than this adds nothing
_LISTED_WORDS = 10  # a bare list of signs is rarely longer
_NEIGHBOUR = 25  # characters before a sign in which "my" makes it the person's own


def is_live(rule: Rule, said: Sequence[str], context: str, rules: Rules) -> bool:
    """Tell whether a sign of a rule happens now in one of the prepared sentences of a message."""
    return any(True for _ in live_spans(rule, said, context, rules))


def is_named(rule: Rule, text: str, limit: int) -> bool:
    """Tell whether a sign of a rule stands in a prepared text, live or not, its parts within ``limit`` characters."""
    return bool(rule.opening.search(text)) and any(spans_of(text, sign, limit) for sign in rule.signs)


def live_spans(rule: Rule, said: Sequence[str], context: str, rules: Rules) -> Iterator[tuple[int, Span]]:
    """Give the sentence and the place in it of each sign of a rule that happens now."""
    if rule.context and not rule.context.search(context):
        return
    for place, sentence in enumerate(said):
        sentence = _without_idioms(sentence, rules.idioms)
        for sign in rule.signs if rule.opening.search(sentence) else ():
            for parts in spans_of(sentence, sign, rules.span):
                if _happens_now(said, place, sentence, parts, rules):
                    yield place, _around(parts)


def spans_of(text: str, sign: Sign, limit: int) -> list[tuple[Span, ...]]:
    """Give every way in which all parts of a sign stand within ``limit`` characters of each other."""
    matches: list[list[Span]] = []
    for part in sign:
        matches.append([m.span() for m in part.finditer(text)][:_MOST_PLACES])
        if not matches[-1]:
            return []
    return [parts for parts in product(*matches) if _together(parts, limit)]


def _together(parts: Sequence[Span], limit: int) -> bool:
    """Tell whether the parts stand close, and no word serves as two of them."""
    ordered = sorted(parts)
    apart = all(before[1] <= after[0] for before, after in zip(ordered, ordered[1:], strict=False))
    return apart and max(end for _, end in parts) - ordered[0][0] <= limit


def _around(parts: Sequence[Span]) -> Span:
    """Give the span from the first of a sign's parts to the last."""
    return min(start for start, _ in parts), max(end for _, end in parts)


def _happens_now(said: Sequence[str], place: int, sentence: str, parts: Sequence[Span], rules: Rules) -> bool:
    if any(_is_framed(sentence, part, parts, rules) for part in parts):
        return bool(rules.patterns["confession"].search(" ".join(said)))
    whole = _around(parts)
    if _is_memory(sentence, whole, rules) or _is_over(said, place, sentence, whole, rules):
        return False
    listed = len(sentence.split()) <= _LISTED_WORDS and not rules.patterns["personal"].search(sentence)
    return not (listed and place and rules.patterns["asks_for_signs"].search(said[place - 1]))


def _is_framed(sentence: str, span: Span, parts: Sequence[Span], rules: Rules) -> bool:
    now = bool(rules.patterns["onset"].search(sentence))
    mine = bool(re.search(r"\b(?:my|this|these)\b", sentence[max(0, span[0] - _NEIGHBOUR) : span[0]]))
    return any(
        _covers(frame, sentence, span, parts)
        for frame in rules.frames
        if not (frame.yields and now) and not (frame.owned and mine)
    )


def _covers(frame: Frame, sentence: str, span: Span, parts: Sequence[Span]) -> bool:
    start, end = span
    for opening in frame.before.finditer(sentence):
        if opening.start() >= start:
            break
        if any(s <= opening.start() < e for s, e in parts):
            continue  # the "not" of "can not lift" belongs to the sign
        between = sentence[opening.end() : start]
        if len(between) <= frame.reach and not frame.until.search(between):
            return True
    return bool(frame.after and frame.after.search(sentence[end:]))


def _is_memory(sentence: str, span: Span, rules: Rules) -> bool:
    """Tell whether the clause of a sign has a date in the past and no word of the present."""
    cuts = [0, *(m.start() for m in rules.patterns["clause"].finditer(sentence)), len(sentence)]
    start = max(cut for cut in cuts if cut <= span[0])
    end = min(cut for cut in cuts if cut >= span[1])
    clause = sentence[start:end]
    return bool(rules.patterns["dated"].search(clause)) and not rules.patterns["present"].search(clause)


def _is_over(said: Sequence[str], place: int, sentence: str, span: Span, rules: Rules) -> bool:
    """Tell whether the rest of the sentence, or the next one, says that the sign has gone."""
    rest = " ".join([sentence[span[0] :], *said[place + 1 : place + 2]])
    return bool(rules.patterns["resolved"].search(rest)) and not rules.patterns["unresolved"].search(
        " ".join([sentence, *said[place + 1 : place + 2]])
    )


@lru_cache(maxsize=256)  # every rule looks at the same sentences
def _without_idioms(sentence: str, idioms: tuple[re.Pattern[str], ...]) -> str:
    for idiom in idioms:
        sentence = idiom.sub(lambda m: "_" * len(m.group()), sentence)
    return sentence


def told(said: Sequence[str]) -> bool:
    """Tell whether a message is long enough to be a story."""
    return sum(len(sentence.split()) for sentence in said) > _STORY_WORDS
