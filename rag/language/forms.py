"""What a person calls by its form alone, or by what came of it: "the pill", "had my little girl in May". Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.language.questions import carrying
from rag.language.shorthand import spelt_out
from rag.language.vocabulary import Vocabulary
from rag.types import Turn

_TABLET = "tablet"
# "Fills my pill box" and "the foam or the tablet" call no medicine by its form.
_THE_PILL = re.compile(
    r"\b(?<!foam or )(?<!liquid or )(?<!lotion or )(?P<on>(?:on|off) )?"
    r"(?:the|that|this|those|these|my|his|her|them)(?: \w+)? (?:pills?|tablets?|capsules?)\b"
    r"(?! (?:box|organi[sz]er|pot)\b)",
    re.IGNORECASE,
)
_OF_WOMEN = re.compile(
    r"\b(?:contracep\w*|birth control|periods?|pregnan\w*|coil|pcos|acne|menopaus\w*|wom[ae]n|she|wife|girl\w*)\b",
    re.IGNORECASE,
)
_OF_MEN = re.compile(
    r"\b(?:man|men|male|he|his|husband|boyfriend|guys?|erection\w*|in bed|beard|prostate|receding)\b", re.IGNORECASE
)
# "Came off the pill" means one thing where no tablet was spoken of.
_THE_ONE_PILL = re.compile(
    r"\b(?:on|off|stop(?:ped|ping)?|start(?:ed|ing)?|quit(?:ting)?|chang(?:ed|ing)|switch(?:ed|ing))"
    r" the (?:mini[- ]?)?pill\b",
    re.IGNORECASE,
)
_PILL, _OF_BIRTH_CONTROL = re.compile(r"\b(?:mini[- ]?)?pill\b", re.IGNORECASE), "birth control pill"
# Tablets for something else: "tablets for his blood", "her thyroid pills".
_FOR_ILLNESS = (
    r"blood(?: pressure| thinn\w+| sugar)?|heart|thyroid|iron|water|cholesterol|diabet\w+|epilep\w+|depress\w+|anxiety"
    r"|migraines?|pain|arthritis|asthma|acne|sleep(?:ing)?|stomach|infection|cancer"
    r"|strokes?|gout|fits|bipolar|mood|allerg\w+|hay ?fever|malaria|kidney|liver|reflux|lupus|psoriasis|crohn\w*"
)
_OTHER_TABLETS = re.compile(
    rf"\b(?:{_FOR_ILLNESS}) (?:tablets?|pills?|capsules?|meds?|medicines?|medication)\b"
    r"|\b(?:tablets?|pills?|capsules?|meds?|medicines?|medication|something) for (?:(?:my|his|her|the|high|low) ){0,2}"
    rf"(?:{_FOR_ILLNESS})\b"
    r"|\b(?:blood thinners?|warfarin|statins?|antidepressants?|antibiotics?|beta[- ]blockers?|steroids)\b",
    re.IGNORECASE,
)
# "Put me on the pill but I take something for blood pressure": the pill is another one.
_BESIDE_OTHERS = re.compile(
    r"\b(?:the|that|this) pill\b[^.?!]*\b(?:but|and|already) (?:i|he|she)\b|\balready (?:take|on)\b", re.IGNORECASE
)
# "Had my little girl four months ago" tells of a birth, and asks nothing of a child.
_A_BIRTH = re.compile(
    r"\bhad (?:my|our) (?:\w+ ){0,2}?(?:girl|boy|son|daughter|baby|twins?|child)"
    r"(?= (?:\w+ ){1,3}(?:weeks?|months?) ago\b)",
    re.IGNORECASE,
)
# "Baby is 4 months and my hair falls out" is on the mother's hair.
_A_BABYS_AGE = re.compile(
    r"\b(?:(?:my|our|the) )?(?:baby|newborn|little one)(?: is|'s|s)? (?:(?:only|just|now|about|nearly) )?"
    r"(?P<age>(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:weeks?|months?))(?: old)?"
    r"(?=(?: now)?[,.;]? (?:and|but|so)? ?(?:i(?:'m|'ve| am| have)? (?:\w+ )?(?:los\w+|shed\w*)|my hair)\b)",
    re.IGNORECASE,
)
# "My son wants to pay for PRP for my birthday" asks nothing of a child.
_A_CHILD_WHO_GIVES = re.compile(
    r"\bmy (?:\w+ )?(?:son|daughter|child|kid|teen\w*|grand(?:son|daughter|child)|nephew|niece)"
    r"(?= (?:(?:told|showed|sent|asked|gave|bought|lent) me|keeps? (?:asking|telling)"
    r"|(?:wants?|offer(?:s|ed)) to (?:pay|buy)|pays|paid|will pay|is paying|swears)\b)",
    re.IGNORECASE,
)
_DYEING = re.compile(
    r"\bdying(?= (?:(?:my|your|his|her|our|their|the) (?:own |grey |gray )?"
    r"(?:hair|roots?|gr[ea]ys?|beard|(?:eye)?brows)|it (?:blonde?|black|brown|red|dark))\b)",
    re.IGNORECASE,
)
# What "the pill" may be where nothing was named: that of women, that of men.
_FOR_WOMEN, _FOR_MEN = "hormones", "finasteride"


def with_meant_named(question: str) -> str:
    """Give a question with what is meant named: "had my girl four months ago" is a birth, "TE" telogen effluvium.

    A child who only tells, asks or pays is named as somebody.
    """
    named = spelt_out(question)
    return _DYEING.sub(
        "dyeing", _A_BIRTH.sub("gave birth", _A_BABYS_AGE.sub(_born, _A_CHILD_WHO_GIVES.sub("somebody", named)))
    )


def _born(baby: re.Match[str]) -> str:
    return f"I gave birth {baby['age']} ago"


def means_the_pill(question: str) -> bool:
    """Tell whether a question calls a medicine by its form."""
    return bool(_THE_PILL.search(question))


def with_pills_named(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """Give a question with the medicine that "the pill" stands for: one named beside it, or the last one spoken of.

    Where nothing was named, whom the question speaks of decides; where that is open too, both kinds are named.

    Example: after "Does finasteride work?", "is the pill safe" -> "is it safe (finasteride tablets)"
    """
    spoken = _tablets_spoken_of(history, vocabulary)
    of_another = _OTHER_TABLETS.search(question) and not (spoken and _BESIDE_OTHERS.search(question))
    if not means_the_pill(question) or of_another:
        return question
    bare = _THE_PILL.sub(lambda pill: (pill["on"] or "") + "it", question)
    if set(vocabulary.treatments_in(bare)) & tablets(vocabulary):
        return bare if _FOR_WOMEN in vocabulary.treatments_in(question) else question
    if set(vocabulary.treatments_in(question)) & tablets(vocabulary) - {_FOR_WOMEN}:
        return question  # "the hair loss pill" says which
    of_women = bool(_OF_WOMEN.search(question) or (_THE_ONE_PILL.search(question) and not _OF_MEN.search(question)))
    if of_women and not spoken and _THE_ONE_PILL.search(question):
        return _PILL.sub(_OF_BIRTH_CONTROL, question, count=1)
    keys = spoken or ([_FOR_WOMEN] if of_women else [_FOR_MEN])
    if not (spoken or of_women or _OF_MEN.search(question)):
        keys.append(_FOR_WOMEN)
    names = _names(keys, vocabulary)
    return carrying(bare, names) if names else question


def either_pill(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the names of the two medicines that "the pill" may be where nothing tells which."""
    return _names((_FOR_MEN, _FOR_WOMEN), vocabulary)


def _names(keys: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the names of the medicines that a vocabulary knows: one of another field knows neither pill."""
    return tuple(vocabulary.treatments[key].name for key in keys if key in vocabulary.treatments)


def turn_meant(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> Turn:
    """Give the turn that a wish about the last answer means: "the figures on those pills" goes back to the pills."""
    if means_the_pill(question):
        for turn in reversed(history):
            if set(_spoken(turn, vocabulary)) & tablets(vocabulary):
                return turn
    return history[-1]


def tablets(vocabulary: Vocabulary) -> set[str]:
    """Give the treatments that are taken as tablets."""
    return {key for key, term in vocabulary.treatments.items() if term.form == _TABLET}


def _tablets_spoken_of(history: Sequence[Turn], vocabulary: Vocabulary) -> list[str]:
    """Give the tablets spoken of last, two where a question named two; those of a drug in another form too.

    What an answer only told in passing comes last.
    """
    asked = [_spoken(turn, vocabulary) for turn in reversed(history)]
    told = [(key,) for turn in reversed(history) for key in vocabulary.treatments_in(turn.answer.text)]
    found = (list(_as_tablets(keys, vocabulary)) for keys in (*asked, *told))
    return next(filter(None, found), [])[:2]


def _as_tablets(keys: Iterable[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Give the tablets among treatments, and those that hold the same drug as one of them."""
    for key in keys:
        yield from sorted(t for t in tablets(vocabulary) if t == key or set(t.split("_")) & set(key.split("_")))


def _spoken(turn: Turn, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments of a question, or else those that its answer put first."""
    told = " ".join(statement.text for statement in turn.answer.statements[:3])
    return vocabulary.treatments_in(turn.understood) or vocabulary.treatments_in(told)
