"""A follow-up made to stand alone: what it leans on is taken from the last turns and spelt out. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.kinds import Kind
from rag.language.alternatives import asks_for_others
from rag.language.befallen import SHED, befallen, fell_after_a_blow
from rag.language.mentions import cited_first, led_with, named_in_part, stopped, the_other
from rag.language.oneself import asks_what_is_left, told_of_oneself
from rag.language.persons import for_somebody_else, whom
from rag.language.questions import asks_itself, carrying, split_carried
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
SHEDDING = "shedding"
# "Could it be from the dieting", "what's it called": thinning alone named no kind.
_ASKS_THE_CAUSE = re.compile(
    r"\b(?:could|can|might|may) (?:it|this|that) (?:\w+ )?be (?:from|because|due to|down to|caused by|linked to)\b"
    r"|\bwhat(?:'?s| is) (?:it|this|that) (?:even |actually )?called\b",
    re.IGNORECASE,
)
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
_OPENS_ON = re.compile(r"\s*(?:and|but|so|what about|how about|ok|okay|then|also|or|no|instead|same)\b", re.IGNORECASE)
_OF_THE_TROUBLE = re.compile(
    r"\b(?:with|for|against|helps?|treats?|stops?|cures?|fix(?:es)?|from|about|have|has|in|bring|gets?|grow)\s+"
    r"(?:it|this|that|these|those|mine|theirs)\b"
    r"|\b(?:this|that|these|those) (?:kind|sort|type|loss|hair|shedding|patch\w*|one|too)\b"
    # "Can PRP help", "would minoxidil work": for what was told of.
    r"|^\W*(?:can|could|does|do|will|would|might|is there any chance) (?:\w+ ){1,4}(?:help|work)\W*$",
    re.IGNORECASE,
)
# "If I stop" leaves out what.
_STOPS_BARE = re.compile(
    r"\bif (?:i|he|she|we) (?:do |ever |just )?(?:stop|quit)\b(?=\W*(?:$|(?:how|what|will|do|does|can)\b))",
    re.IGNORECASE,
)
# What is done on the way to a treatment; "does it work?" asks of the treatment.
_STEPS = frozenset({"liposuction", "local_anaesthetic"})
_OF_THE_WHOLE = frozenset({"works", "lasts", "how_much", "how_soon", "comparison", "evidence"})


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
    own = not (reading.treatments or _points_back(question) or _BARE_ASK.search(question))
    if own and names_another_agent(question, vocabulary):
        return question  # short, and on something that nobody spoke of: "saw that a sugar gel regrows hair, true?"
    about = _on_what_befell(question, history[-1], vocabulary) or [
        *_subjects(question, reading, history, vocabulary),
        *_asked(question, reading, history, vocabulary),
    ]
    oneself = told_of_oneself(question, history)
    return carrying(question, [*about, *whom(question, reading, history, vocabulary), *([oneself] if oneself else [])])


def _on_what_befell(question: str, turn: Turn, vocabulary: Vocabulary) -> list[str]:
    """Name the treatment and what befell the person on it, where that is asked on about; else nothing."""
    trouble = befallen(question, turn.understood, vocabulary)
    treatments = cited_first(read(turn.understood, vocabulary), turn, vocabulary)[:1] if trouble else ()
    return [*(vocabulary.treatments[key].name for key in treatments), *([trouble] if trouble else [])]


def _asked(question: str, reading: Reading, history: Sequence[Turn], vocabulary: Vocabulary) -> Iterator[str]:
    """Name what a follow-up asks where it does not say so itself: what the last question asked, or told of."""
    if asks_for_others(question) and not named_in_part(question, history[-1], vocabulary):
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
    return _points_back(question) or len(question.split()) <= _SHORT_WORDS


def _points_back(question: str) -> bool:
    """Tell whether a question says that it leans: "it", an opening "and", "what else do people get"."""
    return bool(_LEANS.search(question)) or asks_for_others(question)


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
        other = the_other(named, history, vocabulary)
        if not named and other:
            yield vocabulary.treatments[other].name
        return
    for turn in reversed(history):
        treatments, conditions = _spoken_of(question, reading, turn, history, vocabulary)
        if not (treatments or conditions):
            continue
        adds = _ADDS.search(question) and not (asks_itself(question) or set(reading.focus) - OF_THE_PERSON)
        one_side = len(named) == 1 and bool(adds or _COMPARES.search(question.lower()))
        points = not specific or _SAME_QUESTION.search(question) or _IT.search(question)
        if one_side or (not named and points):
            meant = _meant(question, reading, treatments, conditions)
            yield from (vocabulary.treatments[key].name for key in meant[:2] if key not in named)
        mild = specific <= {USUAL} and bool(set(conditions) - {USUAL})  # "can it leave him bald"
        if (not specific or mild) and (not named or _of_the_trouble(question)):
            yield from (vocabulary.conditions[key].name for key in conditions[:1])
        return


def _of_the_trouble(question: str) -> bool:
    """Tell whether a question that names a treatment of its own asks of it for the trouble spoken of.

    Not "and minoxidil? could my mum use it": the trouble was somebody else's.
    """
    opens_on = _OPENS_ON.match(question) and not for_somebody_else(question)
    return bool(opens_on or _OF_THE_TROUBLE.search(question))


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
    troubled = SHED in split_carried(turn.understood)[1]  # that is no kind of hair loss
    none = {ANY, *([SHEDDING] if troubled else []), *([USUAL] if before.treatments else [])}
    asked = [c for c in before.conditions if c not in none]
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
    called = [] if reading.treatments else named_in_part(question, turn, vocabulary)
    treatments = [t for t in called or stopped(question, turn, before, vocabulary) if t not in aside]
    conditions = [
        c for c in _conditions(before, turn, vocabulary) if c != USUAL or not _ASKS_THE_CAUSE.search(question)
    ]
    if asks_of_more(question) or asks_of_return(question):
        conditions = conditions or _told_of(history, vocabulary)
        treatments = treatments if not conditions or _both_named(turn, vocabulary) else []
    elif not (treatments or only_tells(question)) and _leads_on(question, reading, before, conditions):
        treatments = [t for t in led_with(turn, vocabulary) if t not in aside][:1]
    if asks_what_is_left(question):
        return [], conditions or [c for c in before.conditions if c == USUAL]
    return treatments if called or not asks_for_others(question) else [], conditions


def _told_of(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    """Give the kinds of hair loss that a person told of last, however many turns ago."""
    told = (_conditions(read(turn.understood, vocabulary), turn, vocabulary) for turn in reversed(history))
    fell = any(fell_after_a_blow(turn.question) for turn in history)
    return next(filter(None, told), [SHEDDING] if fell else [])


def _both_named(turn: Turn, vocabulary: Vocabulary) -> bool:
    """Tell whether a question names a treatment and the trouble that it is for: then the treatment is no aside."""
    own = read(split_carried(turn.understood)[0], vocabulary)
    return bool(own.treatments and own.kinds)


def _leads_on(question: str, reading: Reading, before: Reading, conditions: Sequence[str]) -> bool:
    """Tell whether a follow-up to a question that named no treatment is about the one that its answer put first."""
    if set(conditions) - {USUAL}:
        # "It" is the kind of hair loss, "they" are what treats it.
        return not reading.kinds and bool(_MANY.search(question) or set(reading.focus) & _OF_TREATMENTS)
    return not (set(reading.focus) or set(before.focus)) or not {*reading.focus, *before.focus} & OF_THE_LOSS


def _outcome(history: Sequence[Turn], vocabulary: Vocabulary, but: frozenset[str]) -> list[str]:
    for turn in reversed(history):
        focus = [outcome for outcome in read(turn.understood, vocabulary).focus if outcome not in but]
        if focus:
            return [vocabulary.outcomes[focus[0]].name]
    return []
