"""What the safety screen knows: rules, the ways of speaking in which they do not count, and what is said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rag.kinds import Kind
from rag.language.vocabulary import Vocabulary

NOTHING = re.compile(r"(?!)")  # fits no text


@dataclass(frozen=True, slots=True)
class SafetySentence:
    """A sentence of a fixed reply with the passages that back it; none for plain first-aid direction."""

    text: str
    passage_ids: tuple[str, ...] = ()


Sign = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing to look for and what to say; a sign needs all its parts near each other.

    A rule without signs is what is said when only the second opinion sees its kind; one that is certain holds whatever
    the second opinion makes of it. A hand-over that is lasting is for who asks, so that it holds for a whole talk; that
    a choice, a dose or a diagnosis was asked for does not. One that calms names what would be worse and is none of
    it: the second opinion alone makes no alarm of that kind of the rest, which is in scope wherever it stands. One that
    adds is told behind whichever comes first: who has had cancer hears of it, and of being pregnant too.
    """

    id: str
    kind: Kind
    reason: str
    signs: tuple[Sign, ...]
    sentences: tuple[SafetySentence, ...]
    context: re.Pattern[str] | None = None
    also_when: re.Pattern[str] | None = None
    also: tuple[SafetySentence, ...] = ()
    of_another_when: re.Pattern[str] | None = None
    of_another: tuple[SafetySentence, ...] = ()  # in place of as many sentences, where somebody else is in danger
    answered: tuple[SafetySentence, ...] = ()  # in place of the last sentence, before an answer to what was asked
    certain: bool = False
    lasting: bool = False
    calms: Kind | None = None
    adds: bool = False

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """Give one expression for the first part of any sign: hundreds are looked for in every message."""
        return re.compile("|".join(f"(?:{sign[0].pattern})" for sign in self.signs) or NOTHING.pattern)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A way of speaking in which a sign is not happening now, and how far it reaches."""

    before: re.Pattern[str]
    until: re.Pattern[str]
    reach: int
    after: re.Pattern[str] | None = None
    yields: bool = False
    owned: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Rules:
    """Everything the screen knows, in rank order; compared by identity, so that what was read with them can be kept."""

    rules: tuple[Rule, ...]
    about_us: tuple[Rule, ...]  # questions on this page itself
    hints: tuple[Rule, ...]  # what may be said of a danger and of much else; one for each kind of danger
    frames: tuple[Frame, ...]
    patterns: Mapping[str, re.Pattern[str]]
    carry: Mapping[str, re.Pattern[str]]
    edges: Mapping[str, re.Pattern[str]]
    idioms: tuple[re.Pattern[str], ...]
    rewrite: tuple[tuple[re.Pattern[str], str], ...]
    spelling: tuple[str, ...]
    keep: frozenset[str]
    weak: frozenset[str]
    lone: frozenset[str]
    care: tuple[SafetySentence, ...]
    in_case: tuple[SafetySentence, ...]  # before the answer to what may be despair, too faint for the crisis reply
    off_topic: tuple[SafetySentence, ...]
    welcome: tuple[SafetySentence, ...]
    span: int
    vocabulary: Vocabulary

    def named(self, rule_id: str | None) -> Rule | None:
        """Give the rule of an id; None where there is none."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def hand_over(self, rule_id: str | None) -> Rule | None:
        """Give the hand-over of an id; None for any other rule and for none."""
        rule = self.named(rule_id)
        return rule if rule and rule.kind is Kind.NEEDS_CLINICIAN else None
