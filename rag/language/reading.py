"""Read a claim or question into what it is about: treatments, outcomes with the pole asserted, strength, figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rag.evidence import Passage
from rag.kinds import Direction
from rag.language.vocabulary import ANY, USUAL, Assertion, Vocabulary
from rag.quantities import Quantity, Unit, as_worded, quantities
from rag.text import normalise

SOON_DAYS = 45.0  # "how soon" turns at about six weeks: the earliest signal of any trial of fat-derived cells
_SAME_CONDITION = 0.95  # the same kind of hair loss, where no treatment is named
_SAME_TREATMENT_ONLY = 0.55  # the right treatment and another outcome: better than another treatment
_PEOPLE = {
    "women": re.compile(
        r"\b(?:wom[ae]n|female|ladies|lady|girls?|she|her|mother|wife|menopaus\w+|mtf|transfem\w*)\b|\(f\)"
    ),
    "men": re.compile(r"\b(?:men|man|male|guys?|he|him|husband|boys?)\b"),
    # "my 14 year old", "my wee boy"; not "a 34 year old"
    "children": re.compile(
        r"(?<!was a )(?<!as a )\b(?:child\w*|kids?|teen\w*|adolescents?|under 18|infants?|bab(?:y|ies)|toddlers?"
        r"|my (?:wee |little )?(?:boy|girl)|(?:wee|little) (?:man|lad|lass|one)"
        r"|(?:[1-9]|1[0-7])[ -]?(?:years?|yrs?|y)[ -]?(?:olds?|/?o))\b"
    ),
}
# Outcomes whose words ("growth", "injection", "studies") come along with every other outcome.
_GENERAL = frozenset({"works", "procedure", "mechanism", "evidence", "how_much"})
# "Safe in pregnancy" is about pregnancy; "may I give blood" about interactions.
_NARROW = frozenset({"pregnancy", "interactions"})
# Outcomes that say who asks, wherever in a story they stand.
OF_THE_PERSON = frozenset({"pregnancy", "children", "interactions"})
DEFAULT_TOPIC = ("stem_cells",)  # what a patient here means by "it" when nothing else was named


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text is about. ``topic`` holds the treatments of its surroundings when it names none itself."""

    treatments: tuple[str, ...]
    conditions: tuple[str, ...]
    assertions: tuple[Assertion, ...]
    quantities: tuple[Quantity, ...]
    absolute: bool
    hedged: bool
    people: frozenset[str] = frozenset()  # of "women", "men", "children": whom it speaks of, if it says so
    topic: tuple[str, ...] = ()

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Give the treatments named, or those of the surroundings."""
        return self.treatments or self.topic

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Give the kinds of hair loss named; "any" is none."""
        return frozenset(self.conditions) - {ANY}

    @cached_property
    def certain_kinds(self) -> frozenset[str]:
        """Give them without the usual one, whose names people use of any hair loss."""
        return self.kinds - {USUAL}

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Give the outcomes spoken of, in order of place."""
        return tuple(a.outcome for a in self.assertions)

    @cached_property
    def focus(self) -> tuple[str, ...]:
        """Give the outcomes that the text is really about: "regrowth ... permanent" is about lasting.

        General outcomes count only where no specific one is spoken of.
        """
        specific = tuple(o for o in self.outcomes if o not in _GENERAL)
        narrow = tuple(o for o in specific if o in _NARROW)
        return narrow or specific or self.outcomes

    @cached_property
    def sided(self) -> tuple[Assertion, ...]:
        """Give the assertions that take a side: "the FDA had reports" takes none on approval."""
        return tuple(a for a in self.assertions if a.positive is not None)

    def asking(self, own: "Reading") -> "Reading":
        """Give the reading of a whole message that asks what ``own``, of its asking sentences, asks.

        Who asks stays: a story's pregnancy, child or medicine counts wherever it stands.
        """
        if not own.assertions:
            return self
        kept = (a for a in self.assertions if a.outcome in OF_THE_PERSON and a.outcome not in own.outcomes)
        return replace(self, assertions=(*own.assertions, *kept), absolute=own.absolute)

    def assertion(self, outcome: str) -> Assertion | None:
        """Give the assertion on one outcome, or None."""
        return next((a for a in self.assertions if a.outcome == outcome), None)


@lru_cache(maxsize=8_192)  # the same clause is read by several steps of one answer
def read(text: str, vocabulary: Vocabulary, topic: tuple[str, ...] = ()) -> Reading:
    """Read a text with the field's vocabulary.

    Example: "PRP cures baldness in 2 weeks" -> treatments prp, outcomes works+ and how_soon+, absolute, 14 days.
    """
    figures = tuple(quantities(normalise(text)))
    assertions = _with_time(_without_how(vocabulary.assertions_in(text)), figures, normalise(text).lower())
    return Reading(
        treatments=vocabulary.treatments_in(text),
        conditions=vocabulary.conditions_in(text),
        assertions=assertions,
        quantities=tuple(as_worded(figure, normalise(text)) for figure in figures),
        absolute=vocabulary.is_absolute(text),
        hedged=vocabulary.is_hedged(text),
        people=people_in(text),
        topic=topic,
    )


def sided_on(text: str, vocabulary: Vocabulary) -> set[str]:
    """Give the outcomes on which a text takes a side."""
    return {a.outcome for a in read(text, vocabulary).sided}


@lru_cache(maxsize=8_192)  # the same lines are held against every question
def people_in(text: str) -> frozenset[str]:
    """Give whom a text speaks of: "women", "men", "children"; nothing where it speaks of people in general."""
    low = normalise(text).lower()
    return frozenset(name for name, pattern in _PEOPLE.items() if pattern.search(low))


def _without_how(assertions: Sequence[Assertion]) -> tuple[Assertion, ...]:
    """Leave out the effect where a text asks of the way: "how does it work" does not ask whether it does."""
    ways = [a.span for a in assertions if a.outcome == "mechanism"]
    return tuple(
        a
        for a in assertions
        if a.outcome != "works" or not any(start <= a.span[0] and a.span[1] <= end for start, end in ways)
    )


def _with_time(assertions: tuple[Assertion, ...], figures: tuple[Quantity, ...], low: str) -> tuple[Assertion, ...]:
    """Read a time span beside an effect as a statement on how soon, unless it is about lasting or stopping."""
    spans = [q for q in figures if q.unit is Unit.TIME]
    outcomes = {a.outcome for a in assertions}
    if not spans or not outcomes & {"works", "how_soon", "how_much"} or outcomes & {"lasts"} or "age" in low:
        return assertions
    soon = Assertion(outcome="how_soon", positive=spans[0].high <= SOON_DAYS, span=spans[0].span)
    return (*(a for a in assertions if a.outcome != "how_soon"), soon)


def kinship(passage: Passage, reading: Reading, vocabulary: Vocabulary) -> float:
    """Tell how well the treatments of a passage, or else its kinds of hair loss, fit a reading: 0 to 1."""
    fit = treatment_fit(passage.treatments, reading.subjects, vocabulary)
    return _SAME_CONDITION if fit == 0.0 and reading.kinds & set(passage.conditions) else fit


def affinity(passage: Passage, reading: Reading, vocabulary: Vocabulary) -> float:
    """Tell how well a passage's tags fit a reading: 0 (not at all) to 1 (same treatment and outcome)."""
    fit = kinship(passage, reading, vocabulary)
    met = [b for b in passage.bearings if b.outcome in reading.focus]
    if not met:
        return _SAME_TREATMENT_ONLY * fit
    return fit * (1.0 if any(b.direction is not Direction.NONE for b in met) else 0.8)


@lru_cache(maxsize=16_384)  # many passages bear the same tags
def treatment_fit(tagged: tuple[str, ...], named: tuple[str, ...], vocabulary: Vocabulary) -> float:
    """Give 1 for the same treatment, 0.75 for a narrower one, 0.6 for the broader one, 0 for another."""
    best = 0.0
    for name in named:
        term = vocabulary.treatments.get(name)
        for tag in tagged:
            if tag == name:
                return 1.0
            if vocabulary.treatments[tag].broader == name:
                best = max(best, 0.75)
            elif term and term.broader == tag:
                best = max(best, 0.6)
    return best


# Words that may stand before the verb of a claim without naming what acts.
_NO_AGENT = frozenset(
    " ".join(
        (
            "a an the this that these those it its it's they their",
            "them there you your we our us he she i my most many",
            "some all any no none nobody one two few several",
            "every each both other another only just even new own such",
            "more much less result results treatment treatments procedure procedures therapy therapies injection",
            "injections regrowth growth hair hairs effect effects benefit benefits session sessions patient patients",
            "people person men women man woman everyone",
            "anyone clinic clinics doctor doctors scientist scientists expert",
            "experts study studies research researchers trial trials side risk risks product products method methods",
            "technique techniques follicle follicles scalp baldness",
            "loss improvement density visible outpatient medical",
            "medicine drug drugs cell cells body skin pain recovery and or",
            "of for with from in on at by to as after before",
            "during within once if when because not never always also then than so but very really actually simply",
            "completely totally percent safe effective natural permanent",
            "first final full early recent clinically proven",
            "scientifically fda ema approved guaranteed what who which how adult adults user users",
        )
    ).split()
)
_PRONOUNS = frozenset("it it's you they this these we your one".split())
_AUXILIARIES = frozenset(
    " ".join(
        (
            "is are was were be been being has have had can",
            "could will would may might must should do does did get gets",
            "got see start show shows found find finds say says",
            "makes make keeps need needs lasts last hold holds use",
            "used using don't doesn't isn't aren't won't can't didn't",
            "wasn't dont doesnt isnt cant wont let lets give",
            "gives offer offers",
        )
    ).split()
)


def names_another_agent(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a claim's subject is unknown to the vocabulary ("apple cider vinegar grows hair").

    Such a claim must not be judged as if it were about the treatment of its surroundings.
    """
    low = normalise(text).lower()
    spans = [a.span[0] for a in vocabulary.assertions_in(text) if a.positive is not None and a.span[0] > 0]
    head = re.split(r"[,;:]", low[: min(spans)] if spans else "")[-1]
    names = re.findall(r"[a-z][a-z'-]+", head)
    if _PRONOUNS & set(names):
        return False
    return any(name not in _NO_AGENT and not _is_verb_form(name) for name in names)


def unread_share(text: str, vocabulary: Vocabulary) -> float:
    """Give the share of a text's telling words that the vocabulary does not know: 0 means that all of it was read.

    Example: "PRP is permanent" -> 0.0, "PRP is permanent in Saturn's rings" -> 0.5
    """
    low = normalise(text).lower()
    left = low
    for pattern in (vocabulary.absolute, vocabulary.hedges):
        left = pattern.sub(" ", left)
    for term in vocabulary.terms:
        left = term.pattern.sub(" ", left) if term.may_stand_in(left) else left
    for assertion in vocabulary.assertions_in(text):  # whose words may be the beginnings of words: "approv-ed"
        left = re.sub(re.escape(low[slice(*assertion.span)]) + r"\w*", " ", left)
    whole, rest = _telling(low), _telling(left)
    return len(rest) / len(whole) if whole else 0.0


def _telling(low: str) -> list[str]:
    return [w for w in re.findall(r"[a-z0-9][a-z0-9'-]+", low) if w not in _NO_AGENT and w not in _AUXILIARIES]


def asked_agent(question: str, vocabulary: Vocabulary) -> str | None:
    """Name what a yes/no question asks about when it is unknown: "do hats cause baldness" -> "hats"."""
    low = normalise(question).lower()
    match = _ASKED_AGENT.match(low) or _JUDGED_AGENT.match(low)
    if not match or vocabulary.treatments_in(low) or vocabulary.kinds_in(low) - {USUAL}:
        return None
    words = match["agent"].removeprefix("hair ").split()  # "hair gel" is a thing, "hair" is none
    return None if any(w in _NO_AGENT or w in _PRONOUNS for w in words) else match["agent"]


# "ashwagandha" in "is ashwagandha good for hair".
_JUDGED_AGENT = re.compile(
    r"^(?:so |but |and |hi |hello )*(?:is|are) (?:(?:wearing|using|taking|eating|drinking) )?"
    r"(?P<agent>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2}?) (?:really |actually |any )?(?:good|bad|useful|harmful|helpful)"
    r" (?:for|to) (?:(?:my|your|the|his|her|thinning|thin) )*(?:hair|scalp|baldness|follicles)\b"
)
# "tight hat" in "does wearing a tight hat make you bald"; nothing in "what causes it".
_ASKED_AGENT = re.compile(
    r"^(?:so |but |and |hi |hello )*(?:do|does|can|could|will|would|is it true that)\s+"
    r"(?:(?:wearing|using|taking|eating|drinking|rubbing|putting|applying|massaging|washing with|sleeping with) )?"
    r"(?:(?:a|an|my|your) )?(?P<agent>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2}?)\s+"
    r"(?:(?:on|in|into|onto|over|with|to|at) (?:(?:your|my|the|his|her|a) )?[a-z]+ "
    r"|(?:your|my|his|her) (?:hair|head|scalp) )?"
    r"(?:(?:really|actually|every ?day|every night|daily|all day|regularly) )?"
    r"(?:(?:cause|make|help|stop|grow|regrow|cure|prevent|reverse|work|lead|slow|affect|thicken|bring|restore|save"
    r"|damage)s?"
    r"|(?:is|are|was|were) (?:why|behind|to blame|the (?:cause|reason)|making|causing|ruining|damaging|killing))\b"
)


def _is_verb_form(word: str) -> bool:
    return word.endswith(("ed", "ing", "ly")) or word in _AUXILIARIES
