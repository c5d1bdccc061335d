"""What a short message asks of the last answer: more, simpler words, the numbers, the sources. Pure."""

import re

from rag.kinds import Wish
from rag.language.vocabulary import Vocabulary
from rag.text import normalise

_WISH_WORDS = 11  # a wish about form is short; what is longer asks something
# "ok, can you please give me" before "the numbers".
_POLITE = re.compile(
    r"^(?:(?:ok(?:ay)?|please|pls|thanks|thank you|cheers|fine|right|hm+|sorry|well|and|but|so|now|hi|"
    r"(?:can|could|would|will) you(?: please)?|give me|show me|i (?:want|need|would like)|i'd like|just|only|"
    r"what are|let me have|put (?:it|that))\b[\s,.!]*)+"
)
_WISHES = {
    Wish.MORE: r"(?:tell (?:me|us) |say |explain |know |a (?:bit|little) |some |any |hear )*"
    r"(?:more|details?|go on|continue|keep going|elaborate|expand|what else(?: do you know| is known| did they find)?"
    r"|anything else)\b(?: details?| information| info| about (?:that|this|it)| on (?:that|this|it))*",
    Wish.SIMPLER: r"(?:(?:say|explain|tell me|make|put|write)(?: (?:that|this|it|me))*(?: (?:a bit|more|again|in))* )?"
    r"(?:"
    r"(?:much )?(?:simpler|simply|simple|easier|plainer|shorter|short)(?: (?:words?|english|terms|version|language))?"
    r"|in (?:a )?(?:simple|simpler|plain|plainer|easy|easier|other|normal|short|few|fewer)"
    r"(?: (?:words?|english|terms|language))?"
    r"|like i'?m (?:five|5|ten|10|a child)|eli5|tl;?dr|dumb (?:it|that) down|sum (?:it |that )?up"
    r"|i (?:don't|do not|dont|didn't|did not|didnt) (?:understand|get|follow)(?: (?:it|that|this|a word))?"
    r"|(?:that'?s|that is|it'?s|this is) too (?:long|hard|complicated|much)|too (?:long|hard|complicated)"
    r"|what does (?:that|this|it) (?:all )?mean)",
    Wish.NUMBERS: r"(?:(?:the|some|your|me|with|in|just|only|actual|exact|main|hard|key|raw) )*"
    r"(?:numbers?|figures?|stats|statistics|percentages?|data)\b(?: only| alone)?(?: (?:on|for|of|about) .{1,30})?",
    Wish.SURE: r"(?:are you (?:really |quite |very |so |absolutely )?(?:sure|certain|confident|positive)"
    r"|how (?:sure|certain|confident|reliable) (?:are you|is (?:that|this|it)|are they)"
    r"|is (?:that|this|it) (?:certain|for sure|settled|reliable)|really|you sure)(?: (?:of|about) (?:that|this|it))?",
    Wish.SOURCES: r"(?:(?:which|what) (?:study|studies|trials?|research|papers?|sources?)(?: .{1,30})?"
    r"|(?:your |the |any )?(?:sources?|references?|citations?)|says who|who says(?: (?:so|that))?"
    r"|how do you know(?: (?:that|this))?|based on what|where (?:does|did|do) (?:that|this|it|you) (?:come|get) .{0,12}"
    r"|what(?:'s| is) (?:your|the) (?:source|evidence|proof)(?: for (?:that|this|it))?"
    r"|the (?:study|studies|research|trials?|papers?))",
    Wish.WHY: r"(?:(?:but )?why(?! not\b)(?: (?:is|are|does|do|would|so|then|though|exactly))*"
    r"(?: (?:that|this|it|they|so))?"
    r"(?: (?:disagree|differ|though|then|the case))?"
    r"|how come(?: (?:that|this|it|they))?(?: (?:is|disagree|differ))?"
    r"|(?:what's |what is )?the reason(?: for (?:that|this|it))?|what makes you say (?:that|so))",
}  # fmt: skip
_ADDED = r"(?:,.*)?"  # "simpler please, my English is poor"; but "why, what has blood to do with it" asks of the matter
_WISH = {
    wish: re.compile(rf"{pattern}\W*{'' if wish is Wish.WHY else _ADDED}", re.IGNORECASE)
    for wish, pattern in _WISHES.items()
}
# "please" behind "simpler", or ", my english is poor".
_TRAILING = re.compile(
    r"[\s,]+(?:please|pls|plz|thanks|thank you|then|now|for me|again|though|my \w+ (?:is|are) \w+)\W*$"
)


def wish_of(question: str, vocabulary: Vocabulary) -> Wish | None:
    """Give what a short message asks of the last answer, or None where it asks something of its own.

    Example: "ok, simpler please" -> SIMPLER, "only the numbers" -> NUMBERS, "which study?" -> SOURCES
    """
    low = normalise(question).lower().rstrip(" ?!.")
    if len(low.split()) > _WISH_WORDS or vocabulary.treatments_in(low):
        return None
    bare = low
    while (shorter := _TRAILING.sub("", bare).rstrip(" ?!.")) != bare:
        bare = shorter
    for text in (bare, _POLITE.sub("", bare).strip()):
        for wish, pattern in _WISH.items():
            if text and pattern.fullmatch(text):
                return wish
    return None
