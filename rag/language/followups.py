"""A follow-up made to stand alone: what it leans on is taken from the last turns and spelt out. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.kinds import Kind, Verdict
from rag.language.alternatives import asks_for_others
from rag.language.befallen import befallen
from rag.language.persons import for_somebody_else, whom
from rag.language.questions import asking, asks_itself, carrying, split_carried
from rag.language.reading import OF_THE_PERSON, Reading, names_another_agent, read
from rag.language.telling import joined, only_tells
from rag.language.troubles import asks_of_more, asks_of_return, means_the_loss
from rag.language.vocabulary import ANY, USUAL, Vocabulary
from rag.types import Turn

HISTORY_TURNS = 6  # how far back a follow-up may point
# "And is that permanent?", "any tests before starting?"; not "does PRP work".
_LEANS = re.compile(
    r"^\s*(?:and|but|so|what about|how about|ok|okay|then|also|or|no|instead|same)\b"
    r"|\b(?:it|its|that(?! (?:an?|the|my|your|our|some|all)\b)|this|they|them|those|these|the other|the same|one|ones"
    r"|theirs|mine)\b"
    r"|\b(?:before|after|when|while) (?:starting|stopping|using|taking|trying)\b(?=\s*(?:[?.,!]|$))",
    re.IGNORECASE,
)
_SHORT_WORDS = 9  # a question this short with nothing named leans on what came before
# Without a verb of its own it asks the last question again of something else: "and PRP?", "no I meant minoxidil".
_SAME_QUESTION = re.compile(
    r"^\s*(?:ok(?:ay)?[\s,]+)?(?:and\b|what about|how about|or\b|same for|no\b|sorry\b|i (?:meant|mean)|in\b|for\b|"
    r"with\b|vs\b|versus\b|compared|at\b|instead|so (?:not|only|just)\b)",
    re.IGNORECASE,
)
# "And how long for PRP?" asks something of its own.
_OWN_QUESTION = re.compile(
    r"\b(?:how (?:long|much|many|soon|often)|what (?:is|are|does|do|can|would)|why|when|where|who)\b"
)
# "No i mean is it common" asks the last question again.
_ASKS_AGAIN = re.compile(r"^\W*(?:no|sorry|i (?:meant|mean))\b", re.IGNORECASE)
_OTHER_ONE = re.compile(r"\b(?:the other(?: one)?|the second(?: one)?|the latter)\b", re.IGNORECASE)
# What a person names only to set it aside: "PRP, not a transplant", "without minoxidil".
_SET_ASIDE = re.compile(
    r"\b(?:without|instead of|rather than|other than|besides|apart from|not)\s+(?:a |an |the |my |any )?[\w-]+"
    r"(?: transplant)?",
    re.IGNORECASE,
)
# "And how long?", "since when": asks without saying of what.
_BARE_ASK = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|well)\s+)*(?:how (?:long|much|many|soon|often|come)|when|why)\b"
    r"|\b(?:how (?:long|much|many|soon|often)|when|where|which one)\s*\??$",
    re.IGNORECASE,
)
_FOLLOW_UP_WORDS = 12
# Outcomes of a kind of hair loss, not of a treatment: a talk about these has no treatment to carry.
OF_THE_LOSS = frozenset({"cause", "diagnosis", "recovery", "feelings"})
_MANY = re.compile(r"\b(?:they|them|those|these)\b", re.IGNORECASE)
# Only a treatment hurts or costs: of these outcomes "it" is never the kind of hair loss.
_OF_TREATMENTS = frozenset({"pain", "cost", "approval", "sessions", "procedure", "how_much", "safety", "mechanism"})
_IT = re.compile(r"\b(?:it|they|them|those|these|the same (?:thing|one|treatment|drug|stuff))\b", re.IGNORECASE)
# "Compared with minoxidil?" and "on top of minoxidil?" name one side; the other is what was spoken of.
_COMPARES = re.compile(
    r"\b(?:compared?|versus|vs|better|worse|safer|cheaper|stronger|quicker|most|best"
    r"|on top of|along(?:side| with)|(?:together|combined) with|added to"
    r"|(?:matters?|ok|okay|safe|alright|clash\w*|interact\w*|after|before) (?:with )?(?:it|that|this|them)"
    r"|as (?:well|good|strong|safe|fast|much|many)(?: \w+)? as)\b"
)
# "I take warfarin, does that matter with it": asks of harm from the two.
_MIXES = re.compile(
    r"\b(?:matters?|ok|okay|alright|clash\w*|interact\w*|mix\w*) with (?:it|that|this|them)\b", re.IGNORECASE
)
# What one says of oneself and asks nothing: "I take blood thinners", after who cannot have stem cells.
_ADDS = re.compile(
    r"^\W*(?:(?:and|but|so|what|if|also|well)\W+)*(?:i|im|i'm|i've|he|he's|she|she's)\b(?: \w+){0,2}? "
    r"(?:take|takes|taking|on|use|uses|using|had|got)\b[^?]*\??$",
    re.IGNORECASE,
)
# What a question that names a treatment of its own says of the trouble spoken of: "does finasteride help with it?". In
# "does it hurt when they take the fat" and "Litfulo, what is it" nothing is meant but the treatment.
_OF_THE_TROUBLE = re.compile(
    r"^\s*(?:and|but|so|what about|how about|ok|okay|then|also|or|no|instead|same)\b"
    r"|\b(?:with|for|against|helps?|treats?|stops?|cures?|fix(?:es)?|from|about|have|has|in|bring|gets?|grow)\s+"
    r"(?:it|this|that|these|those|mine|theirs)\b"
    r"|\b(?:this|that|these|those) (?:kind|sort|type|loss|hair|shedding|patch\w*|one|too)\b",
    re.IGNORECASE,
)
# "If I stop" leaves out what: of two treatments it is the one that was to be stopped, "PRP so I can come off the pill".
_STOPS = re.compile(r"\b(?:stop|stopping|quit|quitting|com(?:e|ing) off)\b")
_STOPS_BARE = re.compile(
    r"\bif (?:i|he|she|we) (?:do |ever |just )?(?:stop|quit)\b(?=\W*(?:$|(?:how|what|will|do|does|can)\b))",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"\b(?:stop\w*|quit\w*|(?:com(?:e|ing)|came|get|go) off|give up|replaces?|instead of)(?: \w+){1,2}"
)
# What is done on the way to a treatment; "does it work?" asks of the treatment.
_STEPS = frozenset({"liposuction", "local_anaesthetic"})
_OF_THE_WHOLE = frozenset({"works", "lasts", "how_much", "how_soon", "comparison", "evidence"})
_LEADING = 3  # the short answer, the correction and the main message come first


def standalone(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """Give the question with what it leaves to its history spelt out.

    Example: after "Does PRP work?", "and is that permanent?" -> "and is that permanent? (PRP (platelet-rich plasma))"
    """
    if not history:
        return question
    if told := joined(question, history, vocabulary):
        return told
    if not (leans(question) or _STOPS_BARE.search(question)):
        return question
    reading = read(set_aside(question), vocabulary)
    own = not (reading.treatments or _LEANS.search(question) or _BARE_ASK.search(question))
    if own and names_another_agent(question, vocabulary):
        return question  # short, and on something that nobody spoke of: "saw that a sugar gel regrows hair, true?"
    about = _on_what_befell(question, history[-1], vocabulary) or [
        *_subjects(question, reading, history, vocabulary),
        *_asked(question, reading, history, vocabulary),
    ]
    return carrying(question, [*about, *whom(question, reading, history, vocabulary)])


def _on_what_befell(question: str, turn: Turn, vocabulary: Vocabulary) -> list[str]:
    """Name the treatment and what befell the person on it, where that is asked on about; else nothing."""
    trouble = befallen(question, turn.understood, vocabulary)
    treatments = _cited_first(read(turn.understood, vocabulary), turn, vocabulary)[:1] if trouble else ()
    return [*(vocabulary.treatments[key].name for key in treatments), *([trouble] if trouble else [])]


def _asked(question: str, reading: Reading, history: Sequence[Turn], vocabulary: Vocabulary) -> Iterator[str]:
    """Name what a follow-up asks where it does not say so itself: what the last question asked, or told of."""
    if asks_for_others(question):
        yield vocabulary.outcomes["works"].name
    elif reading.outcomes:
        return
    elif _MIXES.search(question):
        yield vocabulary.outcomes["safety"].name
    elif _SAME_QUESTION.search(question) and not _asks_its_own(question):
        yield from _outcome(history, vocabulary, but=OF_THE_PERSON if for_somebody_else(question) else frozenset())


def _asks_its_own(question: str) -> bool:
    """Tell whether a follow-up asks something of its own: "and how long for PRP?", "and can I eat bananas"."""
    own = asks_itself(question) and not _ASKS_AGAIN.search(question)
    return own or bool(_OWN_QUESTION.search(question.lower()))


def set_aside(text: str) -> str:
    """Give a text without what it names only to set it aside: "PRP, not a transplant" -> "PRP,"."""
    return _SET_ASIDE.sub(" ", text)


def leans(question: str) -> bool:
    """Tell whether a question points at what came before: a pronoun, an opening "and", or too short to stand alone."""
    return bool(_LEANS.search(question)) or len(question.split()) <= _SHORT_WORDS


def keeps_topic(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> bool:
    """Tell whether a message that names nothing of the field still asks about the last answer.

    "how long before I'd notice anything?" does; "who won the football last night" speaks of no outcome and points
    at nothing.
    """
    if not history or history[-1].answer.kind is Kind.OUT_OF_SCOPE or len(question.split()) > _FOLLOW_UP_WORDS:
        return False
    reading = read(question, vocabulary)
    bare = len(question.split()) <= _SHORT_WORDS and bool(_BARE_ASK.search(question.strip()))
    asks_of_another = bool(reading.treatments and _SAME_QUESTION.search(question))  # "what about my aspirin?"
    return (
        bool(reading.outcomes)
        or asks_of_another
        or (bare and bool(_LEANS.search(question) or len(question.split()) <= 6))
    )


def _subjects(question: str, reading: Reading, history: Sequence[Turn], vocabulary: Vocabulary) -> Iterator[str]:
    """Name what a question is about where it does not say so itself: treatments, and the kind of hair loss."""
    named = set(reading.treatments)
    specific = reading.kinds if named or not asks_of_more(question) else frozenset()
    if _OTHER_ONE.search(question):
        other = _other(named, history, vocabulary)
        if not named and other:
            yield vocabulary.treatments[other].name
        return
    others = asks_for_others(question)
    for turn in reversed(history):
        treatments, conditions = _spoken_of(question, reading, turn, history, vocabulary)
        if others:
            treatments = []
        if not (treatments or conditions):
            continue
        adds = _ADDS.search(question) and not (asks_itself(question) or set(reading.focus) - OF_THE_PERSON)
        one_side = len(named) == 1 and bool(adds or _COMPARES.search(question.lower()))
        points = not specific or _SAME_QUESTION.search(question) or _IT.search(question)
        if one_side or (not named and points):
            meant = _meant(question, reading, treatments, conditions)
            yield from (vocabulary.treatments[key].name for key in meant[:2] if key not in named)
        mild = specific <= {USUAL} and bool(set(conditions) - {USUAL})  # "can it leave him bald"
        if (not specific or mild) and (not named or _OF_THE_TROUBLE.search(question)):
            yield from (vocabulary.conditions[key].name for key in conditions[:1])
        return


def _meant(question: str, reading: Reading, treatments: Sequence[str], conditions: Sequence[str]) -> list[str]:
    """Give the treatments that "it" may be: none where hair loss is what one gets, and no step where it is to work."""
    if means_the_loss(question, known=bool(conditions)):
        return []
    wholes = [t for t in treatments if t not in _STEPS] if set(reading.focus) & _OF_THE_WHOLE else []
    return wholes or list(treatments)


def _conditions(before: Reading, turn: Turn, vocabulary: Vocabulary) -> list[str]:
    """Give the kinds of hair loss of a turn, first those that its answer tells of.

    One that was asked about by its signs alone ("balding with a crust") is the one that the answer named; thinning
    may be a sign of the other kind.
    """
    asked = [c for c in before.conditions if c != ANY and (c != USUAL or not before.treatments)]
    told = Counter(c for s in turn.answer.statements for c in vocabulary.conditions_in(s.text))
    asked.sort(key=lambda c: (not told[c], c == USUAL, -told[c]))
    named = next((c for c, times in told.most_common() if c not in (ANY, USUAL) and times > 1), None)
    return [named, *asked] if named and asked == [USUAL] and told[named] > told[USUAL] else asked


def _spoken_of(
    question: str, reading: Reading, turn: Turn, history: Sequence[Turn], vocabulary: Vocabulary
) -> tuple[list[str], list[str]]:
    """Give the treatments and the kinds of hair loss of a turn that a follow-up may lean on."""
    aside = set(vocabulary.treatments_in(question)) - set(reading.treatments)
    before = read(turn.understood, vocabulary)
    treatments = [t for t in _stopped(question, turn, before, vocabulary) if t not in aside]
    conditions = _conditions(before, turn, vocabulary)
    if asks_of_more(question) or asks_of_return(question):
        conditions = conditions or _told_of(history, vocabulary)
        return treatments if not conditions or _both_named(turn, vocabulary) else [], conditions
    if not (treatments or only_tells(question)) and _leads_on(question, reading, before, conditions):
        treatments = [t for t in _led_with(turn, vocabulary) if t not in aside][:1]
    return treatments, conditions


def _told_of(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    """Give the kinds of hair loss that a person told of last, however many turns ago."""
    told = (_conditions(read(turn.understood, vocabulary), turn, vocabulary) for turn in reversed(history))
    return next(filter(None, told), [])


def _both_named(turn: Turn, vocabulary: Vocabulary) -> bool:
    """Tell whether a question names a treatment and the trouble that it is for: then the treatment is no aside."""
    own = read(split_carried(turn.understood)[0], vocabulary)
    return bool(own.treatments and own.kinds)


def _stopped(question: str, turn: Turn, before: Reading, vocabulary: Vocabulary) -> Sequence[str]:
    """Give the treatments of a turn; where a follow-up says "if I stop", those that the turn spoke of stopping."""
    named = _STOPPED.findall(turn.understood.lower()) if _STOPS.search(question.lower()) else ()
    stopped = {key for words in named for key in vocabulary.treatments_in(words)}
    return [key for key in before.treatments if key in stopped] or _cited_first(before, turn, vocabulary)


def _leads_on(question: str, reading: Reading, before: Reading, conditions: Sequence[str]) -> bool:
    """Tell whether a follow-up to a question that named no treatment is about the one that its answer put first."""
    if set(conditions) - {USUAL}:
        # "It" is the kind of hair loss, "they" are what treats it.
        return not reading.kinds and bool(_MANY.search(question) or set(reading.focus) & _OF_TREATMENTS)
    return not (set(reading.focus) or set(before.focus)) or not {*reading.focus, *before.focus} & OF_THE_LOSS


def _cited_first(reading: Reading, turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments of a turn: what it asks about first, and of these what its answer is about."""
    bare, carried = split_carried(turn.understood)
    asked = asking(bare)
    reading_asked = read(carrying(asked, [carried]), vocabulary) if asked else reading
    own = reading_asked.treatments if "comparison" not in reading_asked.outcomes else reading.treatments
    cited = {t for c in turn.answer.citations for p in c.source.passages if p.id == c.passage_id for t in p.treatments}
    named = own or reading.treatments
    return tuple(t for t in named if t in cited) or named


def _led_with(turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments that an answer put first, for a question that named none."""
    told = [s.text for s in turn.answer.statements if s.support is not Verdict.NOT_A_CLAIM]
    return vocabulary.treatments_in(" ".join(told[:_LEADING]))


def _other(named: set[str], history: Sequence[Turn], vocabulary: Vocabulary) -> str | None:
    """Give the treatment spoken of before the latest one, in questions first, then in answers."""
    latest = next((ts for t in reversed(history) if (ts := read(t.understood, vocabulary).treatments)), ())
    current = {latest[-1]} if latest else set()
    asked = [key for turn in reversed(history) for key in reversed(read(turn.understood, vocabulary).treatments)]
    told = [key for turn in reversed(history) for key in vocabulary.treatments_in(turn.answer.text)]
    return next((key for key in [*asked, *told] if key not in current | named), None)


def _outcome(history: Sequence[Turn], vocabulary: Vocabulary, but: frozenset[str]) -> list[str]:
    for turn in reversed(history):
        focus = [outcome for outcome in read(turn.understood, vocabulary).focus if outcome not in but]
        if focus:
            return [vocabulary.outcomes[focus[0]].name]
    return []
