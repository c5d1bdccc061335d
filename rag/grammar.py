"""How people put claims in English: what comes before one, what joins two, what "
"only asks, orders or tells a story."""

import re


def _any(words: str) -> str:
    """Give one group that matches any of the words; ``_`` stands for a space inside a phrase."""
    return "(?:" + "|".join(word.replace("_", " ") for word in sorted(words.split(), key=len, reverse=True)) + ")"


def _compiled(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_ADVERB = r"(?: (?:just|also|recently|once|all|often|always|really|actually))?"
_HEARD = _any(
    "heard read saw seen was_told were_told been_told think believe thought know learned found_out understand assume"
)
_SAID = _any(
    "told_me tells_me tell_you say says said claim claims claimed promise promises promised swears states insists"
)
_TELLER = _any(
    "doctor friend barber hairdresser clinic surgeon dermatologist consultant article "
    "website brochure leaflet sister "
    "brother mum mom wife husband rep advert ad nurse guy lady"
)

# What people say before a claim; the claim starts after it.
WRAPPER = _compiled(
    r"^\s*(?:(?:hi|hello|hey|dear \w+|",
    _any("ok okay so well and but also plus basically apparently supposedly honestly look"),
    r")[,!.]?\s+)*",
    r"(?:(?:i|we)(?:'ve| have)?", _ADVERB, " ", _HEARD, r"(?: (?:somewhere|online|on \w+|in an? \w+|from \w+|that))*",
    r"|(?:my|a|the|our|this|some) (?:\w+ ){0,2}?", _TELLER, r"s?(?: (?:at|from|in|on) (?:\w+ ){1,3}?)? ", _SAID,
    r"|", _any("they people everyone some many experts clinics ads he she"), _ADVERB, " ", _SAID,
    r"|is it", _ADVERB, r" (?:true|correct|right|a fact|the case)|did you know",
    r"|it(?: i|')s (?:said|claimed|well known|known|a fact)|(?:the )?(?:fact|truth|thing) is",
    r"|(?:in my opinion|according to [\w ]{2,30}|for your information|",
    _any("fyi news breaking fact myth question claim"), r")\s*[:,-])",
    r"(?:\s*,)?(?:\s+that\b)?[\s:,]*",
)  # fmt: skip

# What a question takes as given; the named group is the claim.
PRESUPPOSED = _compiled(
    r"\b(?:since|because|given that|now that|seeing as|as)\s+(?P<claim>[^,?]{8,}?)(?:,|\?|$)",
    r"|\b(?:i|we)(?:'ve| have)? (?:heard|read|been told|was told|were told|saw)(?: somewhere| online)?(?: that)?\s+",
    r"(?P<heard>[^?]{8,}?)(?:[,.]\s*(?:is|are|does|do|can|will)\b[^?]*\?|\?|$)",
    r"|\b(?:is it|isn't it)", _ADVERB, r" (?:true|correct|right|a fact|the case) that\s+(?P<true>[^?]{6,})",
    r"|^(?P<tag>[^?]{10,}?),\s*(?:right|correct|true|yes|is that (?:true|right|so|correct)|is this true",
    r"|(?:is|are|does|do)n't (?:it|they))\s*\?",
)  # fmt: skip

# "..., is that true?" asks of what stands before it.
ASKED_TAIL = _compiled(
    r"[,.;:]?\s*(?:and |but )?(?:is|are|isn't|can) (?:that|this|it|they|these|he|she)(?: really| actually)? ",
    r"(?:true|right|correct|so|real|a lie|a scam|legit|possible)\s*\??\s*$",
)

QUESTION_START = _compiled(
    r"^\s*(?:so |and |but |well |ok(?:ay)? |hi |hello |please )*",
    _any(
        "what why how when where who which whose is are was were do does did can "
        "could will would should has have may am "
        r"any(?:one|body)?"
    ),
    r"\b",
)

# "..., will it come back": a question without its mark.
ASKS_WITHIN = _compiled(
    r"(?:^|[,;:.]\s*|\b(?:and|but|so)\s+)(?:what|how|when|will|can|does|do|is|should|would|could)\s+",
    _any("it i he she they this that we you my there the long much many soon safe"), r"\b",
)  # fmt: skip

INSTRUCTION = _compiled(
    r"^\s*(?:please\s+)?(?:do not|don't|never|always)?\s*",
    _any(
        "ask call book click contact visit see talk speak read tell give show explain "
        "send sign buy try order join follow "
        "subscribe share check remember consider get keep avoid stop start take use wash "
        "apply rinse let make find learn "
        "choose bring write ignore print note wait imagine compare list help summari[sz]e translate"
    ),
    r"\b(?! of\b)",
)

FIRST_PERSON = _compiled(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine|we|our|us)\b")
# "our treatment" may still state something general; "my scalp" tells a story.
STORY = _compiled(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine)\b")

OPINION = _compiled(
    r"\b(?:exciting|ethically|beautiful|wonderful experience|highly recommend|recommend (?:them|this|it)",
    r"|love (?:this|it|my)|amazing (?:team|staff|service)|friendly|thank|thanks|sounds like",
    r"|i (?:feel|hope|wish|want|would like|love|hate))\b",
)

VERB = _compiled(
    r"\b(?:",
    _any("is are was were be been being has have had can could will would may might must should shall do does did"),
    r"|cannot|(?:is|are|was|wo|ca|do|does|did)n'?t|it's|that's|you're|they're|there's|varies|vary|uses|results? in|",
    _any("went fell grew regrew lost gave took saw made got came"), "|",
    _any(
        "cure work grow regrow last stop help make give take need cost cause lead "
        "show prove get keep stay become mean "
        "require leave contain come go fade return prevent treat beat reverse "
        "restore increase reduce improve activate "
        "stimulate block fix raise lower run see pay cover sell offer turn "
        "switch find protect thicken lengthen revive "
        "unclog bring save halt slow boost happen occur remain depend carry hold "
        "heal damage kill hurt trigger outperform "
        "affect count belong appear regain sprout"
    ),
    r"(?:e?s)?|\w{3,}(?:ed|ises|izes))\b",
)  # fmt: skip

# "The benefits of PRP" names a subject; it states nothing.
TITLE = _compiled(
    r"^(?:the |our |some )?(?:\w+ )?",
    _any(
        "benefits? risks? causes? types? costs? side_effects history science truth facts? "
        "price role overview future guide "
        "introduction"
    ),
    r" (?:of|about|to|for)\b",
)

# Where one sentence may hold two statements; the group is what joins them.
JOINT = _compiled(
    r"(?P<joint>\s*;\s*|,?\s+(?:and|but|while|whereas|yet|plus)\s+(?:that\s+)?|,\s+(?:so\s+)?|\s+[-–—]\s+)",
    r"(?=(?:unlike [^,]+, )?(?:it's|there's|[a-z-]+)\b)",
)
RELATIVE = _compiled(
    r"(?P<joint>,?\s+(?:that|which)\s+)(?=",
    _any("has_been have_been is are was were then can will causes? results? makes? helps? lasts? means? never needs?"),
    r"\b)",
)
