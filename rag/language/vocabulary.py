"""The field's words: which treatments, outcomes and conditions a text names, and which pole it asserts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from rag.files import Fault, parse_mapping, read_text
from rag.language.slips import LONG_NAME, with_names_mended
from rag.text import normalise
from rag.types import Span

ANY, USUAL = "any", "pattern"  # hair loss of whatever kind, and the kind that most people have
# What denies the words right behind it: "it is not" before "safe", "free of" before "risk".
_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|no one|none|cannot|without|neither|nor|hardly|rarely|seldom|unlikely|false that"
    r"|myth that|(?:is|are|was|do|does|did|wo|ca|could|would|has|have|should|were)n'?t)\b[\w\s,'\"-]{0,24}$"
    r"|\bno (?:\w+ )?(?:evidence|proof|study|studies|trials?)\b[\w\s,'\"-]{0,60}$"
    r"|\b(?:nobody|no one|none)\b[\w\s,'-]{0,24}\b(?:shown|proven|proved|found|demonstrated)\b[\w\s,'\"-]{0,60}$"
    # "No exosome product has been approved", but not "no surgery is needed for thicker hair".
    r"|\b(?:no|none of|not a single|neither)\b(?![\w\s'-]{0,60}\b(?:other than|except|besides)\b)[\w\s'-]{1,60}"
    r"\b(?:has|have|had|is|are|was|were|can|could|will|would)(?: (?:ever|yet|been|be|so far|fully))* $"
    r"|\b(?:yet to|anything but|far from)(?: (?:be|being|been))? $"
    r"|\b(?:free (?:of|from)|devoid of|absence of|lack of|zero|0 ?%|0 percent)[\w\s,'\"-]{0,24}$"
)
_NEVER = re.compile(r"(?!)")
_DENIAL = re.compile(r"\b(?:not|no|never|nobody|none|cannot|without|neither|nor|hardly|unlikely|\w+n't|false|myth)\b")
# "not only safe", "no longer than a week", "no doubt" assert, and "yes or no?" asks; they do not deny.
_DENYING_NOTHING = (
    r"\b(?:not only|not just|not merely|no longer than|no doubt|without doubt|no wonder|yes ?(?:or|/) ?no)\b"
)
_NO_DENIAL = re.compile(_DENYING_NOTHING + r"|\bor (?:no|not)(?=\W*$)")  # "is it safe or not?"
_NOT_A_DENIAL = re.compile(_DENYING_NOTHING + r"[\w\s,'-]{0,24}$")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A treatment or condition: its key, the name shown, the words that mean it, its broader term, its form if any."""

    key: str
    name: str
    words: tuple[str, ...]
    broader: str | None = None
    form: str | None = None  # "tablet" where people may call it "the pill"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Give one expression over lower-case text that matches any of the words."""
        parts = sorted((re.escape(w.rstrip("*")) + (r"\w*" if w.endswith("*") else "") for w in self.words), key=len)
        return re.compile(r"(?<!\w)(?:" + "|".join(reversed(parts)) + r")(?![\w])")

    @cached_property
    def _stems(self) -> tuple[str, ...]:
        """Give the words without their endings, but those in which another of them stands."""
        stems = {w.rstrip("*") for w in self.words}
        return tuple(s for s in stems if not any(other in s for other in stems - {s}))

    def may_stand_in(self, low: str) -> bool:
        """Tell whether lower-case text holds a word's letters; asked first, since searching takes ten times as long."""
        return any(map(low.__contains__, self._stems))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A question about a treatment with two poles, and how people assert each."""

    key: str
    name: str
    for_pole: str | None
    positive: re.Pattern[str] | None = None
    negative: re.Pattern[str] | None = None
    about: re.Pattern[str] | None = None
    needs_about: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """One outcome that a text speaks of; ``positive`` is None where no pole is asserted."""

    outcome: str
    positive: bool | None
    span: Span


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """All terms and outcomes, in the order of the file; compared by identity, so that readings can be kept."""

    treatments: dict[str, Term] = field(default_factory=dict)
    conditions: dict[str, Term] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    absolute: re.Pattern[str] = _NEVER
    hedges: re.Pattern[str] = _NEVER
    synonyms: dict[str, str] = field(default_factory=dict)  # word or phrase -> the first of its group

    @cached_property
    def _synonym(self) -> re.Pattern[str]:
        return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(self.synonyms, key=len, reverse=True))) + r")\b")

    def plain(self, text: str) -> str:
        """Give the text in lower case with each treatment by its key and like words by one of them.

        Example: "Rogaine beat a sham" -> "minoxidil beat a placebo"
        """
        low = with_names_mended(normalise(text).lower(), self.treatment_names)
        for key, term in self.treatments.items():
            if term.may_stand_in(low):
                low = term.pattern.sub(key, low)
        return self._synonym.sub(lambda m: self.synonyms[m.group()], low) if self.synonyms else low

    @property
    def terms(self) -> tuple[Term, ...]:
        """Give the treatments and then the conditions."""
        return (*self.treatments.values(), *self.conditions.values())

    @cached_property
    def treatment_names(self) -> tuple[str, ...]:
        """Give the single long words that name a treatment."""
        return _names(self.treatments)

    @cached_property
    def condition_names(self) -> tuple[str, ...]:
        """Give the single long words that name a condition."""
        return _names(self.conditions)

    def treatments_in(self, text: str) -> tuple[str, ...]:
        """Give the treatments named in a text, in order; a broader term goes when a narrower one is there.

        Where one name stands inside another ("oral minoxidil"), only the longer one counts.
        """
        return _treatments(self, text)

    def conditions_in(self, text: str) -> tuple[str, ...]:
        """Give the kinds of hair loss named in a text; ``any`` only when nothing more exact is."""
        return _conditions(self, text)

    def kinds_in(self, text: str) -> frozenset[str]:
        """Give the kinds of hair loss named in a text; "any" is none."""
        return frozenset(self.conditions_in(text)) - {ANY}

    def assertions_in(self, text: str) -> tuple[Assertion, ...]:
        """Give the outcomes that a text speaks of with the pole asserted; a denial turns the pole around."""
        low = normalise(text).lower()
        found = [a for outcome in self.outcomes.values() if (a := _assertion(outcome, low))]
        return tuple(sorted(found, key=lambda a: a.span))

    def is_absolute(self, text: str) -> bool:
        """Tell whether a text promises without exception ("completely", "100 %", "cure")."""
        low = normalise(text).lower()
        return any(not is_denied(low, m.start()) for m in self.absolute.finditer(low))

    def is_hedged(self, text: str) -> bool:
        """Tell whether a text is careful ("may", "in one small study")."""
        low = normalise(text).lower()
        return bool(self.hedges.search(low))

    def related(self, treatment: str) -> set[str]:
        """Give a treatment with its broader and narrower terms."""
        term = self.treatments.get(treatment)
        narrower = {t.key for t in self.treatments.values() if t.broader == treatment}
        return {treatment, *narrower, *([term.broader] if term and term.broader else [])}


@lru_cache(maxsize=16_384)  # the same sentences are read for every question; the vocabulary does not change
def _treatments(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    hits = _longest(text, vocabulary.treatments, vocabulary.treatment_names)
    broader = {vocabulary.treatments[key].broader for key in hits}
    return tuple(key for key in hits if key not in broader)


@lru_cache(maxsize=16_384)
def _conditions(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    hits = _longest(text, vocabulary.conditions, vocabulary.condition_names)
    return tuple(key for key in hits if key != ANY) or tuple(hits)


def is_denied(low: str, position: int) -> bool:
    """Tell whether a negation in the same clause stands shortly before a place in lower-case text."""
    before = re.split(r"[.;:!?]|(?<!anything),? but |,? and ", low[:position])[-1]
    return bool(_NEGATION.search(before)) and not _NOT_A_DENIAL.search(before)


def denies(text: str) -> bool:
    """Tell whether a text denies something: "It does not work", but not "It is not only safe"."""
    return bool(_DENIAL.search(_NO_DENIAL.sub(" ", normalise(text).lower())))


def _names(terms: dict[str, Term]) -> tuple[str, ...]:
    """Give the single long words that name a term; only these are worth mending a slip for."""
    words = (word.rstrip("*") for term in terms.values() for word in term.words)
    return tuple(word for word in words if len(word) >= LONG_NAME and word.isalpha())


def _longest(text: str, terms: dict[str, Term], names: tuple[str, ...]) -> list[str]:
    """Give the keys of the terms met in a text, in order of place, dropping names inside longer names."""
    low = with_names_mended(normalise(text).lower(), names)
    near = {key: term.pattern for key, term in terms.items() if term.may_stand_in(low)}
    spans = [(m.start(), m.end(), key) for key, pattern in near.items() for m in pattern.finditer(low)]
    kept = [
        (start, end, key)
        for start, end, key in spans
        if not any(s <= start and end <= e and (e - s) > (end - start) and k != key for s, e, k in spans)
    ]
    return list(dict.fromkeys(key for _, _, key in sorted(kept)))


def _assertion(outcome: Outcome, low: str) -> Assertion | None:
    """Read one outcome: the opposite pole first, then the positive pole, each turned by a denial, then a mention."""
    mention = outcome.about.search(low) if outcome.about else None
    if outcome.needs_about and mention is None:
        return None
    for pattern, positive in ((outcome.negative, False), (outcome.positive, True)):
        if pattern and (match := pattern.search(low)):
            pole = positive != is_denied(low, match.start())
            return Assertion(outcome=outcome.key, positive=pole, span=match.span())
    return Assertion(outcome=outcome.key, positive=None, span=mention.span()) if mention else None


def _either(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """Give one expression that matches what any of several matches; one search is a tenth of many."""
    parts = [f"(?:{pattern})" for pattern in patterns]
    return re.compile("|".join(parts)) if parts else None


def load_vocabulary(path: Path, faults: list[str]) -> Vocabulary:
    """Read the vocabulary; add a fault and give an empty one when it cannot be used."""
    try:
        raw = parse_mapping(read_text(path))
        return Vocabulary(
            treatments={k: _term(k, v) for k, v in raw["treatments"].items()},
            conditions={k: _term(k, v) for k, v in raw["conditions"].items()},
            outcomes={k: _outcome(k, v) for k, v in raw["outcomes"].items()},
            absolute=_either(raw["absolute"]) or _NEVER,
            hedges=_either(raw["hedges"]) or _NEVER,
            synonyms={str(w): str(group[0]) for group in raw.get("synonyms") or () for w in group[1:]},
        )
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
    except (KeyError, TypeError, AttributeError, re.error) as error:
        faults.append(f"{path.name}: {error!r} makes it unreadable; compare it with the repository's copy.")
    return Vocabulary()


def _term(key: str, raw: Mapping[str, Any]) -> Term:
    return Term(key=key, name=raw["name"], words=_words(raw), broader=raw.get("broader"), form=raw.get("form"))


def _words(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Give how people say a term; its own name, as we show it, is one of the ways."""
    return (*map(str, raw["words"]), str(raw["name"]).lower())


def _outcome(key: str, raw: Mapping[str, Any]) -> Outcome:
    return Outcome(
        key=key,
        name=raw["name"],
        for_pole=raw.get("for_pole"),
        positive=_either(raw.get("for") or ()),
        negative=_either(raw.get("against") or ()),
        about=_either([*(raw.get("about") or ()), rf"\b{re.escape(str(raw['name']).lower())}\b"]),
        needs_about=bool(raw.get("needs_about")),
    )
