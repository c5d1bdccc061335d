"""What must never be stored: takes contact details, dates, numbers, addresses and names out of text; pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.privacy.rules import LITERATURE, RULES, Personal, Rule
from rag.types import Span

# Soft hyphens, zero-width spaces, marks of direction: a reader sees nothing of them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One personal detail, as it was written (or read, where invisible characters stood in it)."""

    kind: Personal
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Redaction:
    """A text without its personal details, and how many of each kind were taken out."""

    text: str
    counts: Mapping[Personal, int]
    details: tuple[Detail, ...] = ()

    @property
    def total(self) -> int:
        """Give how many details were taken out."""
        return sum(self.counts.values())


def redact(text: str) -> Redaction:
    """Replace every personal detail by a placeholder; redacting the result again changes nothing.

    Example: "Call me on 020 7946 0958" -> "Call me on [phone number removed]".
    """
    details: list[Detail] = []
    while True:
        # A placeholder can free a number that stood glued to what it replaced: pass until nothing changes.
        passed = _one_pass(text, details)
        if passed == text:
            break
        text = passed
    counts = Counter(detail.kind for detail in details)
    return Redaction(text=text, counts={k: counts[k] for k in Personal if k in counts}, details=tuple(details))


def scrub(text: str, details: tuple[Detail, ...]) -> str:
    """Replace the given details wherever a text repeats them word for word."""
    for detail in sorted(details, key=lambda d: -len(d.text)):
        # "Will" is a name, "will" a word.
        flags = 0 if detail.kind is Personal.NAME else re.IGNORECASE
        text = re.sub(rf"(?<!\w){re.escape(detail.text)}(?!\w)", detail.kind.placeholder, text, flags=flags)
    return text


def _one_pass(text: str, details: list[Detail]) -> str:
    for rule in RULES:
        text = _apply(rule, text, text, details)
    bare = _INVISIBLE.sub("", text)
    if bare == text:
        return text
    for rule in RULES:  # jo@gm<zero-width space>ail.com: read without what nobody sees
        text = _apply(rule, text, _INVISIBLE.sub("", text), details)
    return text


def _apply(rule: Rule, text: str, read: str, details: list[Detail]) -> str:
    """Replace what a rule finds in ``read``, which is ``text`` or ``text`` without invisible characters."""
    spans = tuple(_matches(rule, read))
    if not spans:
        return text
    details.extend(Detail(kind=rule.kind, text=read[start:end]) for start, end in spans)
    places = range(len(text)) if read == text else [i for i, c in enumerate(text) if not _INVISIBLE.match(c)]
    for start, end in reversed(spans):
        text = text[: places[start]] + rule.kind.placeholder + text[places[end - 1] + 1 :]
    return text


def _matches(rule: Rule, text: str) -> Iterator[Span]:
    kept = [found.span() for found in LITERATURE.finditer(text)] if rule.kind is not Personal.EMAIL else []
    pattern = rule.shape.pattern
    for found in pattern.finditer(text):
        start, end = found.span("x" if "x" in pattern.groupindex else 0)
        inside = any(low < end and start < high for low, high in kept)
        if not inside and rule.accept(text[start:end]) and not rule.spared(text, start, end):
            yield start, end
