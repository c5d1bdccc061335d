"""What must never be stored: takes contact details, dates, numbers, addresses and names out of text; pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.privacy_rules import LITERATURE, RULES, Personal, Rule
from rag.types import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One personal detail, as it was written."""

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
        spans = tuple(_matches(rule, text))
        details.extend(Detail(kind=rule.kind, text=text[start:end]) for start, end in spans)
        for start, end in reversed(spans):
            text = text[:start] + rule.kind.placeholder + text[end:]
    return text


def _matches(rule: Rule, text: str) -> Iterator[Span]:
    kept = [found.span() for found in LITERATURE.finditer(text)] if rule.kind is not Personal.EMAIL else []
    for found in rule.pattern.finditer(text):
        start, end = found.span("x" if "x" in rule.pattern.groupindex else 0)
        inside = any(low < end and start < high for low, high in kept)
        if not inside and rule.accept(text[start:end]):
            yield start, end
