"""What a question asks for: a yes or no, what something is, whatever helps. Pure."""

import re
from collections.abc import Sequence

from rag.text import normalise, sentence_texts

_ASKING = r"what|how|when|where|which|who|why"
_AUXILIARY = r"is|are|was|were|do|does|did|can|could|will|would|should|has|have|am|may|might"
_ASKS = re.compile(rf"^(?:(?:so|and|but|also|ok|hi)\s+)*(?:{_ASKING}|{_AUXILIARY})(?:'s|n't)?\b", re.IGNORECASE)
_WHAT_IS = re.compile(
    r"^(?:(?:so|and|but|also|ok|hi)\s+)*(?:what(?:'?s| is| are| exactly is| exactly are)(?: actually| exactly)?"
    r"(?: meant by)?|define|what (?:does|do)(?= [^?]*\b(?:mean|stand for)\b)|where (?:does|do)(?= [^?]*\bcome from\b)"
    r"|how (?:is|are)(?= [^?]*\bmade\b))"
    r"\s+(?:an? |the )?[\"'“‘]?(?P<thing>\w[\w -]*?)[\"'”’]?(?: actually| exactly)?"
    r"(?: mean| stand for| come from| made(?: of| from)?)?\s*[?.!]*$",
    re.IGNORECASE,
)
_THING_WORDS = 4  # "what is the difference between one and another" asks no definition
_FOR_HAIR = re.compile(r" (?:for|in|on) (?:the |my |your )?(?:hair|scalp|bald)\w*(?: \w+){0,2}$", re.IGNORECASE)
_NO_THING = re.compile(
    r"^(?:it|that|this|they|these|those|my|your|his|her|our|their|going|best|most|difference|chances?|cost|price|risks?"
    r"|side|success|right|wrong|next|point|causes?|treatments?|cures?|remed(?:y|ies)|medicines?|options?|signs?)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^(?:an? |the )?(?P<thing>\w[\w -]{1,40}?)(?: \((?P<other>[^)]{2,40})\))?,? (?:is|are|means?|stands for) "
    r"(?!(?:not|also|often|probably|likely|approved|used|known|thought|mostly|mainly|usually|seen|found|common|rare|more"
    r"|less|uncommon|two|three|linked|sold|safe)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:it|its|that|this|they|them|those|these)\b", re.IGNORECASE)
_INDIRECT = re.compile(
    r"\b(?:(?:like|want|love|need|keen|dying) to (?:know|understand|learn|hear)|(?:i am|i'm|just) (?:wondering|curious)"
    r"|i wonder|(?:please|can you|could you) (?:tell|explain)|tell me|my question)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(rf"\b(?:{_ASKING})(?:'s|'re)?\b", re.IGNORECASE)
# "Is it safe?", "my hair fell out, is it safe?"; not "it is safe".
_CLOSED = re.compile(
    rf"(?:^|[,;:.!?-]\s*|\b(?:and|but|so|or|well|ok|hi|hello)\s+)(?:{_AUXILIARY})(?:n't)?\b", re.IGNORECASE
)
# "PRP works, right?"; not "the right dose".
_TAG = re.compile(
    r"\b(?:right|correct|true|yes|no|or not|is it|isn't it|are they|aren't they)\s*\?*\s*$", re.IGNORECASE
)
# What ``carrying`` puts at the end: " (PRP (platelet-rich plasma))".
_CARRIED = re.compile(r" \((?P<names>[^()]*(?:\([^()]*\)[^()]*)*)\)$")
# "Are these scabs normal?", "am i allergic?"; not "what is a normal hair count?".
_OF_SELF = re.compile(
    r"\b(?:am i|have i(?: got)?|do i have|did i get)\b"
    r"|\b(?:is|are) (?:it|that|this|these|they|my \w+)(?: \w+){0,2}? (?:normal|usual|to be expected)\b"
    r"|(?:^|[.!?,;] *)(?:all |quite )?(?:normal|usual)\?"
    r"|\bmake (?:it|them|mine|my [a-z]+) (?:come back|return|worse)\b"
    r"|\bshould (?:i|we) (?:be )?(?:worr(?:y|ied)|panic\w*|concerned|scared|afraid)\b"
)
_BESIDES = 9  # words beside "who paid" that say which study is meant
# "Who sponsored the fat graft trial?", "was it industry funded", "any conflict of interest".
_WHO_PAID = re.compile(
    r"\b(?:who|wh(?:at|ich) (?:company|firm|drug ?maker)\w*)(?: \w+){0,3}? "
    r"(?:paid|fund\w*|sponsor\w*|financ\w+|bankroll\w*)\b"
    r"|\bwho (?:ran|(?:is|was|were) behind) (?:it|that|this|the \w+|those|these)\b"
    r"|\b(?:funded|sponsored|financed|bankrolled|paid for|paid) by\b|\bindustry[- ](?:funded|sponsored|paid)\b"
    r"|\b(?:(?:study|trial|research)\W?s? |the )?(?:funding|sponsors?)\b|\bconflicts? of interest\b",
    re.IGNORECASE,
)
# Who pays for a treatment is another matter.
_OWN_BILL = re.compile(r"\b(?:insur\w+|nhs|medicare|medicaid|my bill|for me)\b", re.IGNORECASE)
# "Is it a cure or will it fall out again?", "real or a scam"; not "PRP or minoxidil", nor "is it safe or not?".
_EITHER = re.compile(
    r"\bor (?:is|are|was|were|will|would|do|does|did|can|could|should|am|has|have|just|only|rather) ?(?!not\b)"
    r"|\bor (?:(?:a|an|all|total|complete|pure) )*"
    r"(?:scam|con|rip[- ]?off|hype|myth|waste|fake|placebo|snake oil|marketing|rubbish|nonsense|bs|gimmick|quackery)\b",
    re.IGNORECASE,
)
_SHORT = 8  # words of a question that can lean on the page that it is asked on: "does it last?"
_OF_SOME_TREATMENT = re.compile(
    r"\b(?:treat(?:ments?|ed)|therap\w+|procedures?|sessions?|inject\w*|jabs?|needles?|results?|clinics?|cells?|article"
    r"|page|operations?|cure\w*|regrow\w*|scien\w+|stud(?:y|ies)|trials?|donors?|fat|lipo\w*|photos?|pics?|pictures?"
    r"|before[- ]and|reviews?|testimonials?)\b",
    re.IGNORECASE,
)
# What stands in a sentence, and not among search terms.
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|be|been|am|do|does|did|has|have|had|can|could|will|would|may|might|must|should|not|the|an?"
    r"|my|your|his|her|our|their|it|they|i|you|we|he|she|this|that|these|those|there|who|which|what|how|why|when|heard"
    r"|says?|said|told|read)\b|\w'(?:s|re|ve|m|ll|d)\b|\wn't\b|[.!?]\s+\w",
    re.IGNORECASE,
)
_ASKS_IT = re.compile(
    r"\b(?:does|do|did|is|are|was|will|can|could|should) (?:it|they|this|that|these|i|you|he|she|we|there)\b",
    re.IGNORECASE,
)
_WHAT_HELPS = re.compile(
    r"\b(?:any|what|which|other|some) (?:\w+ )?"
    r"(?:medicines?|medications?|meds|treatments?|drugs?|remed(?:y|ies)|options?)\b"
    r"|\bwhat (?:else|(?:actually |really )?(?:helps|works)|(?:does|do|would|will) (?:actually |really )?(?:help|work)"
    r"|can (?:i|we|you|she|he|they) (?:do|use|take|try))\b",
    re.IGNORECASE,
)
_DANGER = re.compile(r"\b(?:dangerous|unsafe|risky|harmful|toxic|hazardous)\b", re.IGNORECASE)


def is_bare_search(question: str) -> bool:
    """Tell whether a question is search terms alone, which nobody states: "olumiant alopecia areata stop relapse"."""
    return not _SENTENCE.search(question)


def asks_itself(text: str) -> bool:
    """Tell whether a text asks rather than states: "scalp biopsy, does it hurt"."""
    return bool(_ASKS_IT.search(text))


def thing_asked_of(question: str) -> str | None:
    """Give the thing of which a question asks what it is; None where it asks anything else.

    Example: "What's a hair follicle?" -> "hair follicle"
    """
    bare = split_carried(question)[0].strip()
    match = _WHAT_IS.match(bare[: bare.find("?") + 1] or bare)
    thing = _FOR_HAIR.sub("", match["thing"].strip()) if match else ""
    return thing if thing and len(thing.split()) <= _THING_WORDS and not _NO_THING.match(thing) else None


def points_back(question: str) -> bool:
    """Tell whether a question leans on a thing named before it: "is that safe?"."""
    return bool(_POINTS.search(question))


def defines(text: str, thing: str) -> bool:
    """Tell whether a sentence says what a thing is: "A hair follicle is the tiny tube in the skin that ..."."""
    said = _DEFINES.match(text)
    return said is not None and _bare(thing) in {_bare(said["thing"]), _bare(said["other"] or "")}


def speaks_of(text: str, thing: str) -> bool:
    """Tell whether a text names a thing that was asked about, however many of it."""
    return _bare(thing) in text.lower().replace("-", " ")


def _bare(thing: str) -> str:
    return thing.lower().replace("-", " ").removesuffix("s").strip()


def split_carried(question: str) -> tuple[str, str]:
    """Give a question as it was asked, and the names that were carried over to it from earlier turns.

    Example: "is that permanent? (PRP (platelet-rich plasma))" -> ("is that permanent?", "PRP (platelet-rich plasma)")
    """
    match = _CARRIED.search(question)
    return (question[: match.start()], match["names"]) if match else (question, "")


def carrying(question: str, names: Sequence[str]) -> str:
    """Give a question with further names carried over to it; as it is where there are none."""
    bare, carried = split_carried(question)
    joined = ", ".join(dict.fromkeys(filter(None, (carried, *names))))
    return f"{bare.strip()} ({joined})" if joined else question


def asks_something(sentence: str) -> bool:
    """Tell whether a sentence asks: by its mark, by its first word, or by saying so ("I'd like to know ...")."""
    return sentence.rstrip("\"') ").endswith("?") or bool(_ASKS.match(sentence)) or asks_indirectly(sentence)


def asks_indirectly(sentence: str) -> bool:
    """Tell whether a sentence says that it asks: "I'd like to know ..."."""
    return bool(_INDIRECT.search(sentence))


def asking(question: str) -> str | None:
    """Give the sentences that ask where others tell around them; None where all of them ask, or none does.

    Example: "I paid 3,000 for PRP and nothing happened. Is it a scam?" -> "Is it a scam?"
    """
    told = sentence_texts(question)
    asks = [piece for piece in told if asks_something(piece)]
    return " ".join(asks) if asks and len(asks) < len(told) else None


def asks_of_self(question: str) -> bool:
    """Tell a question on what the person has or is ("am I allergic?", "is that normal?"), which no study can say."""
    return bool(_OF_SELF.search(normalise(question).lower()))


def asks_what_helps(question: str) -> bool:
    """Tell a question for whatever treatment there is ("any medicine she can have?"), which means no certain one."""
    return bool(_WHAT_HELPS.search(normalise(question)))


def of_some_treatment(question: str) -> bool:
    """Tell a question that may mean a treatment which it does not name: one that speaks of any, or a very short one."""
    return len(question.split()) <= _SHORT or bool(_OF_SOME_TREATMENT.search(normalise(question)))


def asks_yes_no_twice(question: str) -> bool:
    """Tell a message with two yes/no questions, which one word would seem to answer both: "Is it real? Does it go?"."""
    return sum(map(asks_yes_no, sentence_texts(question))) > 1


def asks_either(question: str) -> bool:
    """Tell a question between two things, which yes or no leaves open: "is it a cure or will it fall out again?"."""
    return bool(_EITHER.search(normalise(question)))


def asks_who_paid(question: str) -> bool:
    """Tell a question that asks who paid for a study, or whether its authors had an interest in it."""
    bare = normalise(split_carried(question)[0])
    return bool(_WHO_PAID.search(bare)) and not _OWN_BILL.search(bare)


def asks_only_who_paid(question: str) -> bool:
    """Tell a question that asks nothing besides."""
    beside = _WHO_PAID.sub(" ", normalise(split_carried(question)[0]))
    return asks_who_paid(question) and len(beside.split()) <= _BESIDES


def asks_of_danger(question: str) -> bool:
    """Tell a question that wants a thing judged dangerous or not ("is it risky?"), not whether it has side effects."""
    return bool(_DANGER.search(normalise(question)))


def asks_openly(question: str) -> bool:
    """Tell a question that asks what, which, how, when, where, who or why."""
    return bool(_OPEN.search(normalise(question)))


def asks_yes_no(question: str) -> bool:
    """Tell a question that yes or no would answer: "is it safe", "PRP works, right?", "permanent?"."""
    last = _last(question)
    closed = _CLOSED.search(last)
    asks_open = _OPEN.search(last)
    if closed and not (asks_open and asks_open.start() <= closed.start()):
        return True
    return asks_open is None and (last.endswith("?") or bool(_TAG.search(last)))


def closed_part(question: str) -> str:
    """Give what yes or no would answer, in small letters: "I lost my libido, does it come back?" -> "does it ...".

    Where nothing is told in front of it, it is the whole last sentence.
    """
    last = _last(question)
    closed = _CLOSED.search(last)
    return last[closed.start() :].lstrip(" ,;:.!?-") if closed else last


def _last(question: str) -> str:
    low = normalise(question).lower().strip()
    return (sentence_texts(low) or [low])[-1]
