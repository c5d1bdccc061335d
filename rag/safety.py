"""Decide before any model runs which questions need another reply: urgent, crisis, personal, off topic.

The words are in ``corpus/safety.yaml``; this is the small engine that reads them. A danger sign counts when it is
happening to someone now, not when it is denied, remembered, imagined, read about or asked about in general.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import product

from rag.safety_rules import Frame, Rule, Rules, SafetySentence, Sign, load_rules
from rag.text import normalise, sentences
from rag.types import Kind, Span

__all__ = ["Rules", "SafetySentence", "Screened", "in_scope", "load_rules", "prepare", "screen"]

_DANGERS = (Kind.CRISIS, Kind.URGENT)
_HAND_OVER_SPAN = 250  # "I take X and Y. Is it ok to add Z?" spreads over sentences
_MOST_PLACES = 6  # a part named more often than this adds nothing
_LISTED_WORDS = 10  # a bare list of signs is rarely longer
_LONG_WORD = 9  # from here on two slips still leave one reading
_FOLLOW_UP_WORDS = 14  # a follow-up that names no subject is short; a longer text stands alone
_OPENING = re.compile(r"^(?:thanks|thank you|ok|okay|great|cool|hi|hello|\W)+ ?")
_NEIGHBOUR = 25  # characters before a sign in which "my" makes it the person's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """What the screen decided; ``kind`` is None for an ordinary question, ``rule`` the id of what fitted."""

    kind: Kind | None
    rule: str | None = None
    sentences: tuple[SafetySentence, ...] = ()
    reason: str = ""


# ------------------------------------------------------------------ screening


def screen(question: str, rules: Rules, history: Sequence[str] = ()) -> Screened:
    """Decide what kind of reply a question needs; ``history`` holds the person's earlier questions, oldest first.

    Crisis comes before urgent, urgent before scope, scope before hand-overs. Pure: the same words give the same reply.
    """
    said = prepare(question, rules)
    context = " ".join([*(sentence for turn in history for sentence in prepare(turn, rules)), *said])
    found = _dangers(said, context, rules) or _carried(" ".join(said), rules, history)
    if found:
        return found
    asked = rules.edges["injection"].sub(" ", question)
    if not asked.strip(" .,:;!?") and question.strip():
        return _off_topic(rules, "injection", "The text only tries to change how this page works.")
    if rules.edges["greeting"].search(asked.strip().lower()) or rules.edges["about_us"].search(asked.lower()):
        return replace(_off_topic(rules, "greeting", "A greeting or thanks."), sentences=rules.welcome)
    if not _on_topic(asked, rules, history):
        return _off_topic(rules, "off_topic", "The question is not about hair loss or its treatment.")
    whole = " ".join(prepare(asked, rules))
    for rule in rules.rules:
        if rule.kind is Kind.NEEDS_CLINICIAN and any(_spans(whole, s, _HAND_OVER_SPAN) for s in rule.signs):
            return _screened(rule, context)
    return Screened(kind=None)


def in_scope(text: str, rules: Rules) -> bool:
    """Tell whether a text, on its own, is about hair loss, its treatment, or the article that the page shows."""
    low, edges = normalise(text).lower(), rules.edges
    if edges["hair"].search(low):
        return not edges["animals"].search(low)
    if edges["elsewhere"].search(low):
        return False
    terms = _terms(low, rules)
    if terms - rules.weak:
        return True
    if edges["other_medicine"].search(low):
        return False
    if terms & rules.lone or edges["topic"].search(low) or _names_sign(low, rules, _DANGERS):
        return True
    return len(low.split()) <= _FOLLOW_UP_WORDS and bool(edges["unclear"].search(low))


def _on_topic(text: str, rules: Rules, history: Sequence[str]) -> bool:
    mended = " ".join(prepare(text, rules))
    if in_scope(text, rules) or in_scope(mended, rules):
        return True
    if not any(in_scope(turn, rules) for turn in history):
        return False
    return _follows(_OPENING.sub("", mended), rules)


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
    return any(_spans(low, sign, rules.span) for rule in named for sign in rule.signs)


def _dangers(said: Sequence[str], context: str, rules: Rules) -> Screened | None:
    """Give the crisis or urgent reply for what is happening now; a crisis also carries the urgent first step."""
    live = [rule for rule in rules.rules if rule.kind in _DANGERS and _is_live(rule, said, context, rules)]
    if not live:
        return None
    first = _screened(live[0], context)
    if first.kind is Kind.CRISIS and len(live) > 1:
        return replace(first, sentences=first.sentences + live[1].sentences[:1])
    return first


def _carried(text: str, rules: Rules, history: Sequence[str]) -> Screened | None:
    """Keep an urgent or crisis reply when the last turn earned it and this one is still about it."""
    if not history or rules.carry["moved_on"].search(text):
        return None
    before = [prepare(turn, rules) for turn in history]
    context = " ".join(sentence for turn in before for sentence in turn)
    last = _dangers(before[-1], context, rules)
    if last and last.kind and rules.carry[last.kind.value].search(text) and not _names_topic(text, rules):
        return last
    return None


def _names_topic(text: str, rules: Rules) -> bool:
    return bool(rules.vocabulary.treatments_in(text)) and "?" in text


def _screened(rule: Rule, context: str) -> Screened:
    also = rule.also if rule.also_when and rule.also_when.search(context) else ()
    return Screened(kind=rule.kind, rule=rule.id, sentences=rule.sentences + also, reason=rule.reason)


def _off_topic(rules: Rules, rule: str, reason: str) -> Screened:
    return Screened(kind=Kind.OUT_OF_SCOPE, rule=rule, sentences=rules.off_topic, reason=reason)


# ----------------------------------------------------------- is a sign live?


def _is_live(rule: Rule, said: Sequence[str], context: str, rules: Rules) -> bool:
    if rule.context and not rule.context.search(context):
        return False
    for place, sentence in enumerate(said):
        sentence = _without_idioms(sentence, rules)
        for sign in rule.signs:
            if any(_happens_now(said, place, sentence, parts, rules) for parts in _spans(sentence, sign, rules.span)):
                return True
    return False


def _spans(text: str, sign: Sign, limit: int) -> list[tuple[Span, ...]]:
    """Give every way in which all parts of a sign stand within ``limit`` characters of each other."""
    matches = [[m.span() for m in part.finditer(text)][:_MOST_PLACES] for part in sign]
    return [parts for parts in product(*matches) if _together(parts, limit)]


def _together(parts: Sequence[Span], limit: int) -> bool:
    """Tell whether the parts stand close, and no word serves as two of them."""
    ordered = sorted(parts)
    apart = all(before[1] <= after[0] for before, after in zip(ordered, ordered[1:], strict=False))
    return apart and max(end for _, end in parts) - ordered[0][0] <= limit


def _happens_now(said: Sequence[str], place: int, sentence: str, parts: Sequence[Span], rules: Rules) -> bool:
    if any(_is_framed(sentence, part, parts, rules) for part in parts):
        return bool(rules.patterns["confession"].search(" ".join(said)))
    whole = (min(start for start, _ in parts), max(end for _, end in parts))
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


# ------------------------------------------------------------ preparing text


def prepare(text: str, rules: Rules) -> tuple[str, ...]:
    """Give a text's sentences in small letters, contractions opened and misspelt danger words mended."""
    return tuple(_mended(text[start:end], rules) for start, end in sentences(text))


def _mended(text: str, rules: Rules) -> str:
    low = re.sub(r"[^\w\s.,:;!?'\"()/%-]", " ", normalise(text).lower())
    low = " ".join(re.sub(r"([a-z])\1{2,}", r"\1\1", low).split())
    for pattern, new in rules.rewrite:
        low = pattern.sub(new, low)
    return re.sub(r"[a-z]{5,}", lambda m: _spelt(m.group(), rules), low)


def _spelt(word: str, rules: Rules) -> str:
    if word in rules.keep or word in rules.spelling:
        return word
    slips = 2 if len(word) >= _LONG_WORD else 1
    near = ((_slips(word, known, slips), known) for known in rules.spelling if known[0] == word[0])
    count, best = min(near, default=(slips + 1, word))
    return best if count <= slips else word


def _slips(a: str, b: str, limit: int) -> int:
    """Count letters added, dropped, changed or swapped with their neighbour; more than ``limit`` is not counted out."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def _without_idioms(sentence: str, rules: Rules) -> str:
    for idiom in rules.idioms:
        sentence = idiom.sub(lambda m: "_" * len(m.group()), sentence)
    return sentence
