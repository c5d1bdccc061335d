"""What befell a person on a treatment, kept by name while a follow-up asks on about it: "is that permanent?". Pure."""

import re

from rag.language.questions import asking, split_carried
from rag.language.reading import read
from rag.language.vocabulary import Vocabulary

SHED = "the shed"

# "More hair in the shower", "falling out worse"; the early shed has a name of its own.
_MORE_HAIR_FALLS = (
    r"more hairs?(?: \w+){0,2} (?:in the (?:shower|brush|sink|drain)|on (?:the|my) (?:pillow|brush)"
    r"|(?:falling|coming|falls|comes) out)|(?:losing|lost) (?:even |way )?more hair|hair (?:is )?(?:falling|coming) out"
    r" (?:even |way )?(?:more|worse)|shed\w*|hair in handfuls|handfuls"
)
# Each by the name that it is carried under, which holds one of its own words.
_TROUBLES = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        SHED: _MORE_HAIR_FALLS,
        "sexual problems": r"libido|sex (?:drive|life)|sexual\w*|erect\w*|impoten\w*|morning wood|in bed",
        "breast changes": r"man boobs|moobs|boobs?|nipples?|gyno|gyna?ecomastia|breast (?:changes|lumps?|growth)",
        "sperm and fertility": r"sperm\w*|semen|(?:in)?fertil\w*|trying for a baby(?=[^.?!]*\b(?:no luck|nothing))",
        "low mood": r"depress\w*|low mood|mood (?:drops?|swings?|changes?)|feel(?:s|ing)? (?:so )?(?:flat|down|low)",
        "extra hair on the face or body": r"fac(?:e|ial) hair|hair on (?:my|the|her) (?:face|cheeks|arms|chin)",
        "swelling": r"swell\w*|swollen|puff(?:y|ed|iness)",
        "dizziness": r"dizz\w*|light[- ]?headed\w*",
    }.items()
}
_IT = r"(?<!use )(?<!take )(?<!stop )(?<!using )(?<!taking )(?:it|that|this|they|these|those|things|everything)"
# "Does that go away", "is it permanent"; not "does it last" of what a treatment gained, nor "does it work".
_ASKS_ON = re.compile(
    rf"\b{_IT}(?: (?:\w+ ){{0,3}}?)(?:permanent|reversible|normal again|back to normal|for (?:good|ever|life)"
    r"|go(?:es|ing)? (?:away|down|on)|settles?|clears?|pass(?:es)?|wears? off|stops?|ends?|eases?|improves?"
    r"|lasts?|c[ao]mes? back|gets? (?:better|worse)|heals?|happens?)\b"
    rf"|\b(?:fix|cure|treat|ease|reverse|help with|sort) {_IT}\b"
    rf"|\b(?:treatments?|tests?|cure|help|anything) for {_IT}\b"
    rf"|\bhow (?:common|rare|likely|usual) (?:is|are|was) {_IT}\b|\bhow many (?:\w+ )?(?:get|got|have|had) {_IT}\b"
    r"|\bbefore i (?:should )?(?:worry|panic)|\bwhen (?:do|should) i (?:worry|panic)\b",
    re.IGNORECASE,
)
# Hair that falls some months after a death or a parting is shed, and mostly grows back by itself.
_A_BLOW = re.compile(
    r"\b(?:grief|griev\w+|bereave\w*|funeral|widow\w*|passed away|died(?! bald)|death of|divorce\w*|break[- ]?up)\b",
    re.IGNORECASE,
)
_HAIR_FELL = re.compile(
    r"\bhair\b[^.?!]{0,40}\b(?:f[ae]ll\w*|shed\w*|com(?:e|es|ing) out|came out)\b|\bshedding\b", re.IGNORECASE
)
_OF_MINE = re.compile(r"\b(?:i|my|i'?m|i'?ve|been on|started)\b", re.IGNORECASE)

# "How many weeks?", "how long does that go on for": asks how long a trouble lasts; not "how long until it works".
_HOW_LONG = re.compile(
    r"^(?!.*\b(?:work|works|see|notice|show|shows|results?|grow|grows|effect|use|take|keep)\b)"
    r".*\b(?:how (?:long|many (?:days?|weeks?|months?))"
    r"|when (?:does|will) (?:it|that|this) (?:\w+ )?(?:stop|end|pass))\b"
)
_SHEDS = re.compile(
    r"\b(?:shed\w*|losing|falling out|coming out|comes out)\b[^.?!]*\b(?:more|worse|handfuls?|a lot|loads)\b"
    r"|\b(?:more|worse|extra)\b(?: \w+){0,2} (?:shedding|hair (?:loss|fall|coming out|falling out))\b"
)
_STOPS = re.compile(r"\b(?:stop\w*|quit\w*|com(?:e|ing) off|came off)\b")
_MORE_SHEDDING = "losing more hair in the first weeks"
_LASTING, _AFTER_STOPPING = "how long side effects last", "side effects going away after stopping"


def befallen(question: str, earlier: str, vocabulary: Vocabulary) -> str | None:
    """Name the trouble on a treatment that a follow-up asks on about; None where it asks of anything else.

    Example: after "does finasteride lower your sex drive?", "and is that permanent?" -> "sexual problems"
    """
    own = _asked_on(question, earlier, vocabulary)
    return own if own not in (None, SHED) else _how_long(question, earlier, vocabulary) or own


def fell_after_a_blow(told: str) -> bool:
    """Tell whether a person told of hair that fell after a loss in life."""
    return bool(_A_BLOW.search(told) and _HAIR_FELL.search(told))


def _asked_on(question: str, earlier: str, vocabulary: Vocabulary) -> str | None:
    treatments = read(earlier, vocabulary).treatments
    if not (treatments and _ASKS_ON.search(question)) or read(question, vocabulary).treatments or _named(question):
        return None
    told, carried = split_carried(earlier)
    asked = asking(told) or told
    of_the_one = len(treatments) == 1 or not read(asked, vocabulary).treatments
    mine = bool(_OF_MINE.search(told))
    name = _named(carried) or (_named(asked) if of_the_one or not mine else None)
    name = name or (_named(told) if of_the_one and mine else None)
    return None if name == SHED and _falls_for_a_reason(told, vocabulary) else name


def _how_long(question: str, earlier: str, vocabulary: Vocabulary) -> str | None:
    """Name the trouble on a treatment that a question of how long is about; None where the one before told of none.

    Example: after "I take finasteride, problem in bed. I stop, problem go away?", "how many week" -> "side effects
    going away after stopping"
    """
    if not _HOW_LONG.search(question.lower()) or read(question, vocabulary).treatments:
        return None
    told = split_carried(earlier)[0].lower()
    reading = read(told, vocabulary)
    if not reading.treatments or not _OF_MINE.search(told):
        return None
    if _SHEDS.search(told):
        return _MORE_SHEDDING
    if "safety" not in reading.outcomes:
        return None
    return _AFTER_STOPPING if _STOPS.search(f"{told} {question.lower()}") else _LASTING


def _falls_for_a_reason(told: str, vocabulary: Vocabulary) -> bool:
    """Tell whether hair that falls has a cause of its own beside the treatment: a birth, chemotherapy, an illness."""
    return bool(read(_TROUBLES[SHED].sub(" ", told), vocabulary).certain_kinds)


def _named(text: str) -> str | None:
    return next((name for name, words in _TROUBLES.items() if words.search(text)), None)
