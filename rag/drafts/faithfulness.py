"""Whether a sentence says no more than a passage does: its figures, names, subjects, poles and words of strength.

Pure, and stricter than a judge of meaning: a sentence may be near a passage in meaning and still carry one invented
figure. What is doubtful here is never called backed.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rag.drafts.figures import figures_attached, figures_stand
from rag.evidence import Passage, Source, is_preclinical
from rag.language.paraphrase import FRAME, OPPOSITES, STRONG, coverage, stem, stems
from rag.language.reading import people_in, read
from rag.language.vocabulary import ANY, Term, Vocabulary
from rag.text import normalise, sentence_texts, words

# Share of a sentence's telling words that its passage must hold. Of 43 retellings by hand and 720 drawn ones (dev),
# 1 fell below 0.80; of the inventions without another fault, 3 of 768 reached it.
BACKED_COVERAGE = 0.80
STRANGE_COVERAGE = 0.90  # where a word is new to the corpus: an invented product is one word in ten


class Fault(StrEnum):
    """What a sentence says that its passage does not."""

    FIGURE = "figure"
    NAME = "name"
    SUBJECT = "subject"
    PEOPLE = "people"
    STRENGTH = "strength"
    DENIAL = "denial"
    ORDER = "order"
    OUTCOME = "outcome"


@dataclass(frozen=True, kw_only=True, slots=True)
class Faithfulness:
    """How a sentence fares against one passage.

    ``coverage`` is the share of its words that the passage backs, ``part`` the sentence or two that it was held
    against, ``bolder`` says that a caution of the passage is gone, ``strange`` that a word is new to the corpus.
    """

    faults: tuple[Fault, ...]
    coverage: float
    part: str
    bolder: bool
    strange: bool

    @property
    def backed(self) -> bool:
        """Tell whether the passage says as much as the sentence does."""
        return not self.faults and self.coverage >= (STRANGE_COVERAGE if self.strange else BACKED_COVERAGE)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Holds sentences against passages with the words of the field and of the corpus.

    ``lexicon`` holds the stems of the lower-case words of the corpus: a capital letter on one makes no name.
    """

    vocabulary: Vocabulary
    lexicon: frozenset[str] = field(repr=False)

    def compare(self, sentence: str, passage: Passage, source: Source) -> Faithfulness:
        """Hold one sentence against the part of a passage that is most like it."""
        sentence, text, facts = normalise(sentence), normalise(passage.text), facts_of(source)
        parts = _parts(text, sentence)
        whole = {
            Fault.NAME: self._names_strangers(sentence, f"{text} {facts}", passage),
            Fault.SUBJECT: self._changes_subject(sentence, passage),
            Fault.PEOPLE: _other_kind(sentence, passage, source),
            Fault.ORDER: any(_turned_round(sentence, part) for part, _ in parts),
        }
        faults = [fault for fault, found in whole.items() if found]
        held = [
            replace(f, bolder=f.bolder or qualified)
            for part, qualified in parts
            if (f := self._against(sentence, part, source, passage))
        ]
        best = min(held, key=lambda f: (len(f.faults), not f.backed, f.bolder, -f.coverage))
        return replace(best, faults=(*faults, *best.faults))

    def _against(self, sentence: str, part: str, source: Source, passage: Passage) -> Faithfulness:
        facts, design = facts_of(source), source.study_design.replace("_", " ")
        checks = {
            Fault.FIGURE: not figures_stand(sentence, part, facts) or not figures_attached(sentence, part),
            Fault.SUBJECT: self._swaps_treatment(sentence, part) or self._says_twice(sentence, part),
            Fault.PEOPLE: _other_people(sentence, part, f"{passage.text} {facts}"),
            Fault.STRENGTH: bool((stems(sentence) & STRONG) - stems(f"{part} {design}")),
            Fault.DENIAL: _denies_otherwise(sentence, part),
            Fault.OUTCOME: self._turns_outcome(sentence, part, passage),
        }
        return Faithfulness(
            faults=tuple(fault for fault, found in checks.items() if found),
            coverage=coverage(sentence, f"{part} {facts}"),
            part=part,
            bolder=_is_bolder(sentence, part),
            strange=bool({stem(w) for w in _WORD.findall(sentence.lower())} - self.lexicon - stems(part)),
        )

    def _names_strangers(self, sentence: str, held: str, passage: Passage) -> bool:
        """Tell whether a name stands neither in the passage nor among the words for its treatments."""
        terms = {**self.vocabulary.conditions, **self.vocabulary.treatments}
        named = [terms[key] for key in (*passage.treatments, *passage.conditions) if key in terms]
        known = _tokens(" ".join([held, *(" ".join((*term.words, term.name)) for term in named)])) | _KNOWN_NAMES
        return any(
            not _known(name, known) and not (match.start() == 0 and self._opens(match.group()))
            for match in _NAME.finditer(sentence)
            for name in _tokens(match.group())
        )

    def _opens(self, word: str) -> bool:
        """Tell a word that has its capital letter from opening the sentence."""
        return (word[1:].islower() and stem(word.lower()) in self.lexicon) or len(word) == 1

    def _changes_subject(self, sentence: str, passage: Passage) -> bool:
        own, text = read(sentence, self.vocabulary), read(passage.text, self.vocabulary)
        held = {*text.treatments, *passage.treatments}
        held |= {broader for t in held if (broader := self.vocabulary.treatments[t].broader)}
        kinds = {ANY, *text.conditions, *passage.conditions}
        return bool(set(own.treatments) - held) or bool(set(own.conditions) - kinds)

    def _swaps_treatment(self, sentence: str, part: str) -> bool:
        """Tell whether a sentence names none of the treatments that its part of the passage names, but others."""
        own, held = read(sentence, self.vocabulary).treatments, read(part, self.vocabulary).treatments
        return bool(own and held) and not any(self.vocabulary.related(t) & set(held) for t in own)

    def _says_twice(self, sentence: str, part: str) -> bool:
        """Tell whether one treatment or kind of hair loss stands where the part of the passage names another.

        Example: "minoxidil fourth, then minoxidil 5%" of "finasteride fourth, then minoxidil 5%"
        """
        return any(
            set(held) - set(own) and any(own[key] > held[key] for key in own)
            for terms in (self.vocabulary.treatments, self.vocabulary.conditions)
            for own, held in [(_mentions(sentence, terms), _mentions(part, terms))]
        )

    def _turns_outcome(self, sentence: str, part: str, passage: Passage) -> bool:
        """Tell whether a sentence takes a side that the passage does not speak of, or takes the other side."""
        held = {a.outcome: a.positive for a in read(part, self.vocabulary).assertions}
        borne = {b.outcome for b in passage.bearings}
        return any(
            held.get(a.outcome) is (not a.positive)
            or (a.outcome in _TELLING and a.outcome not in held and a.outcome not in borne)
            for a in read(sentence, self.vocabulary).sided
        )


_WORD = re.compile(r"[a-z]{5,}")
_NAME = re.compile(r"\b(?:[A-Z][A-Za-z0-9'&/-]*|[a-z]+[A-Z][A-Za-z0-9-]*|[A-Za-z]+-?\d[A-Za-z0-9-]*)\b")
_LONG_NAME = 5
_OWN_WORDS = 2
_JOINTS = FRAME - {"scalp", "hair", "treatm", "group"}  # the sides of a comparison may be just these
_KNOWN_NAMES = frozenset({"i", "us", "s"})
_CAUTION = re.compile(
    r"\b(?:may|might|could|possibl\w+|perhaps|seem\w*|appear\w*|suggest\w*|likely|promising|mainly)\b"
)
_CAREFUL = re.compile(rf"{_CAUTION.pattern}|\b(?:reported(?:ly)?|says?|said|can|idea|not)\b")
_COMPARES = re.compile(r"\b(?:than|beat|beats|over|outperform\w*|ahead of|against)\b")
_ANIMALS = re.compile(r"\b(?:mouse|mice|rats?|rabbits?|animals?|dogs?|lab\w*|dish|test tube|cells?)\b")
_HUMANS = re.compile(r"\b(?:people|patients?|humans?|men|women|adults|you|your|everyone)\b")
_UNSETTLED = re.compile(
    r"\b(?:not (?:yet )?(?:known|clear|shown|proven|certain|settled|tested?)|unknown|unclear|uncertain|"
    r"no (?:good )?evidence)\b"
)
_DENIAL = re.compile(r"\b(?:not|no|never|nobody|none|cannot|neither|nor|hardly|unlikely|false|myth|\w+n't)\b")
# That nobody was there to compare with denies nothing of what was found: who leaves it out is bolder, not wrong.
_OF_DESIGN = re.compile(
    r"\b(?:and |with |had |there was |but )*(?:no|nobody|without (?:a|any)) (?:\w+ ){0,2}"
    r"(?:comparison|placebo|dummy|untreated|control)(?: (?:group|treatment|injections?|liquid|side))?\b"
    r"|\b(?:which was |were |was )?not (?:compared with|set against|put beside) (?:a|any|the) (?:\w+ ){0,2}"
    r"(?:group|treatment|dummy|placebo)\b"
    r"|\b(?:which |but )?(?:do|does|did|can) ?not (?:prove|show) (?:a |that it is the )?cause\b"
    r"|\bnot (?:a )?(?:randomi[sz]ed|by lot)(?: trials?| stud(?:y|ies))?\b|\b(?:with )?nobody (?:for|to) compar\w+\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^)]*\)")
_QUALIFIER = re.compile(r"(?:,|;)\s+(?=(?:but|though|although|while|yet|however)\b)")
# Outcomes on which a side is a claim of its own; the words of the others come along with any finding.
_TELLING = frozenset(
    "works lasts safety approval natural pain how_soon who_benefits cost pregnancy children interactions "
    "comparison".split()
)


def _mentions(text: str, terms: Mapping[str, Term]) -> Counter[str]:
    """Count how often each term is named."""
    low = text.lower()
    found = {key: len(term.pattern.findall(low)) for key, term in terms.items() if key != ANY}
    return Counter({key: count for key, count in found.items() if count})


def _other_people(sentence: str, part: str, around: str) -> bool:
    """Tell whether a sentence names women, men or children where its passage names others or, near it, none."""
    return bool(people_in(sentence) - (people_in(part) or people_in(around)))


def _other_kind(sentence: str, passage: Passage, source: Source) -> bool:
    """Tell whether what was seen in animals or in a dish is told as if it were of people, or of nobody."""
    if not is_preclinical(passage, source):
        return False
    low, held = sentence.lower(), passage.text.lower()
    if _HUMANS.search(low) and not _HUMANS.search(held):
        return True
    return bool(_ANIMALS.search(held)) and not (_ANIMALS.search(low) or _HUMANS.search(low))


def _is_bolder(sentence: str, part: str) -> bool:
    """Tell whether a caution of the passage is gone: a careful word, or that nobody was there to compare with."""
    if _OF_DESIGN.search(part) and not _OF_DESIGN.search(sentence):
        return True
    return bool(_CAUTION.search(part.lower()) and not _CAREFUL.search(sentence.lower()))


def _denies_otherwise(sentence: str, part: str) -> bool:
    """Tell whether one of two texts denies or leaves open what the other one states."""
    if _UNSETTLED.search(part.lower()) and not _UNSETTLED.search(sentence.lower()):
        return True
    if any(stems(sentence) & a and stems(part) & b and not stems(part) & a for a, b in OPPOSITES):
        return True
    own = _denials(sentence)
    readings = (part, _ASIDE.sub("", part), _OF_DESIGN.sub("", part))
    return all(bool(own) != bool(held) or own > held for held in map(_denials, readings))


def _denials(text: str) -> int:
    """Count what denies; "without" names people as often as it denies and is checked as a word of strength."""
    return len(_DENIAL.findall(text.lower()))


def _turned_round(sentence: str, part: str) -> bool:
    """Tell whether the two sides of a comparison changed places."""
    own, held = _sides(sentence), _sides(part)
    if not own or not held:
        return False
    return bool(own[0] & (held[1] - held[0])) and bool(own[1] & (held[0] - held[1]))


def _sides(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    match = _COMPARES.search(text.lower())
    return (stems(text[: match.start()]) - _JOINTS, stems(text[match.end() :]) - _JOINTS) if match else None


def _known(name: str, known: set[str]) -> bool:
    """Tell whether a name is known as it stands or with another ending: "America", "American"."""
    long = len(name) >= _LONG_NAME
    return name in known or (
        long and any(w.startswith(name) or name.startswith(w) for w in known if len(w) >= _LONG_NAME)
    )


def _tokens(text: str) -> set[str]:
    return {piece for word in words(text) for piece in (word, *re.split(r"['-]", word)) if piece}


def _parts(text: str, sentence: str) -> list[tuple[str, bool]]:
    """Give what a sentence may retell: a sentence of the passage, two of which it uses both, or a clause.

    A clause that lost its "but ..." is marked True.
    """
    own = sentence_texts(text)
    told = stems(sentence) - FRAME
    pairs = [f"{a} {b}" for a, b in zip(own, own[1:], strict=False) if _uses_both(told, stems(a), stems(b))]
    clauses = [clause for whole in own if len(split := _QUALIFIER.split(whole)) > 1 for clause in split]
    return [*((part, False) for part in [*own, *pairs]), *((clause, True) for clause in clauses)]


def _uses_both(told: frozenset[str], first: frozenset[str], second: frozenset[str]) -> bool:
    """Tell whether words of each come from it alone; else one sentence could lend another its figure or its "not"."""
    return len(told & first - second) >= _OWN_WORDS <= len(told & second - first)


def facts_of(source: Source) -> str:
    """Give what the record of a source says, which a sentence may say too."""
    names = " ".join(author.name for author in source.authors)
    values = (source.title, source.container, source.year, source.n, source.participants, source.study_design.value)
    return " ".join(str(v) for v in (*values, names) if v is not None).replace("_", " ")
