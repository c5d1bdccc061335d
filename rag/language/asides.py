"""What a question only tells and does not ask: the person's own times, a price that was named, idioms. Pure."""

import re

# The person's own times ("since 3 months", "54 year old") are not how soon a treatment acts.
_OWN_TIME = re.compile(
    r"\b\d+[ -]?(?:years?|yrs?|yo|y/o)[ -]?olds?\b|\b(?:\w+|\d+) (?:days?|weeks?|wks?|months?|years?|yrs?) ago\b"
    r"|(?P<kept>\b(?:been|for|since|on|took|used|using|taking)\b[^.?!]{0,24}?)"
    r"\b\d+ (?:days?|weeks?|wks?|months?|years?|yrs?)\b"
)
# What is told of money asks nothing of prices, and "to be safe" nothing of harm.
_IDIOMS = (
    (re.compile(r"\bwaste of (?:my |your |his |her )?money\b", re.IGNORECASE), "waste of time"),
    (re.compile(r"\bmakes? (?:me|us|him|her|you) (?:poorer|broke|skint)\b", re.IGNORECASE), "be a waste of time"),
    (re.compile(r"\b(?:to be|play it|stay) (?:on the )?safe(?: side)?\b(?! (?:for|in|to|with)\b)", re.IGNORECASE), " "),
)
# "£3,000", "6000 euros", "2 grand"; not "3 weeks".
_SUM = r"(?:[$£€] ?\d[\d,.]*k?\b|\b\d[\d,.]* ?(?:k|grand|quid|euros?|pounds|dollars|usd|gbp|eur)\b)"
_A_PRICE = re.compile(_SUM, re.IGNORECASE)
# "Cost me 6k, did nothing" tells of a price, "will it cost me 6k?" asks of one.
_PAID = re.compile(
    r"(?P<asked>\b(?:will|would|does|do|did|should|can|could|how|what)\b[^.?!,;]{0,24}?)?"
    r"\b(?:cost|charg(?:es?|ed|ing)|set)(?: (?:me|us|him|her|them|my \w+))?(?: back)?"
    rf"(?: (?:over|about|around|nearly|almost|like|another))* {_SUM}",
    re.IGNORECASE,
)
# "..., is that too much?" right behind a price asks of it; "..., my scalp itches, is that normal?" does not.
_JUDGED = re.compile(
    r"[^.?!,;]{0,40}?\W+(?:(?:so|and|but|is|isn'?t|was|does|sounds?|seems?|that|this|it|an?|all|bit|really|just) )*"
    r"(?:too (?:much|high|dear)|over ?priced|rip[- ]?off|fair|normal|reasonable|expensive|cheap|steep|going rate"
    r"|(?:good|bad|fair|normal) (?:deal|price))\b(?! (?:to|that|for|if|my|it|i)\b)",
    re.IGNORECASE,
)
# "Not worth the extra 900 euro they charge for it" asks what one gets, and of the price only beside it.
_WORTH_A_SUM = re.compile(
    rf"\bworth (?:(?:the|an?|all|that|extra|another|spending|paying) )*{_SUM}(?: (?:extra|more))?"
    r"(?: (?:that )?(?:they|he|she|the clinic) (?:charges?|wants?|asks?)(?: for (?:it|that|this))?)?",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"\b(?:offer(?:s|ed|ing)?|quot(?:es|ed|ing)) (?:me|us|him|her|them|my|our|his)\b", re.IGNORECASE)
_ASKS_A_PRICE = re.compile(
    r"\b(?:costs?|prices?|how much|fair|normal|too much|overpriced|rip|expensive|cheap\w*|afford|deal|quotes?d?|bill"
    r"|charge)\b",
    re.IGNORECASE,
)


# A friend's own luck promises nothing: "my friend gets them and says no side effects"; "is that true?" asks of it.
_LUCK = re.compile(
    r"(?P<who>\bmy (?:friend|mate|brother|sister|cousin|dad|mum|mom|uncle|aunt|colleague|husband|wife|partner)\b"
    r"[^.?!]{0,60}?\b(?:says?|said|swears?|had|has|got)) (?:\w+ ){0,2}?(?:no|zero) side effects?\b"
    r"(?![^.?!]*\?|[.!] (?:is|are|can) (?:that|it|this)\b)",
    re.IGNORECASE,
)
# Where somebody went asks nothing of that country.
_WENT = re.compile(
    r"\b(?:went|flew|been|gone|goes|travell?ed)(?: over| out| off)? to [a-z]+(?= (?:for|to have|to get)\b)",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(?:there|abroad|over here)\b", re.IGNORECASE)


def without_told(text: str) -> str:
    """Give a text without the person's own times, where somebody went, prices only told, and idioms put plainly.

    Example: "clinic wants 6000 euros for PRP, worth it?" -> "clinic wants  for PRP, worth it?"
    """
    text = _OWN_TIME.sub(r"\g<kept> ", text)
    text = text if _THERE.search(text) else _WENT.sub("went", text)
    for idiom, meant in _IDIOMS:
        text = idiom.sub(meant, text)
    text = _LUCK.sub(r"\g<who>", text)
    text = _WORTH_A_SUM.sub("worth it", text)
    text = _PAID.sub(lambda told: told.group() if told["asked"] or _JUDGED.match(text, told.end()) else " ", text)
    return text if _ASKS_A_PRICE.search(text) else _A_PRICE.sub(" ", text)


def names_a_price(text: str) -> bool:
    """Tell whether a text is about what somebody wants for it: "the clinic wants 6000 euros" is no claim to check."""
    return bool(_A_PRICE.search(text)) and not _ASKS_A_PRICE.search(text)


def is_an_offer(text: str) -> bool:
    """Tell what was offered to somebody, which says nothing of the thing: "a clinic offered my son fat stem cells"."""
    return bool(_OFFERED.search(text))
