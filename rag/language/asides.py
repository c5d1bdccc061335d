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
    (re.compile(r"\b(?:to be|play it|stay) (?:on the )?safe(?: side)?\b(?! (?:for|in|to|with)\b)", re.IGNORECASE), " "),
)
# "£3,000", "6000 euros", "2 grand"; not "3 weeks".
_A_PRICE = re.compile(
    r"[$£€] ?\d[\d,.]*k?\b|\b\d[\d,.]* ?(?:k|grand|quid|euros?|pounds|dollars|usd|gbp|eur)\b", re.IGNORECASE
)
_OFFERED = re.compile(r"\b(?:offer(?:s|ed|ing)?|quot(?:es|ed|ing)) (?:me|us|him|her|them|my|our|his)\b", re.IGNORECASE)
_ASKS_A_PRICE = re.compile(
    r"\b(?:costs?|prices?|how much|fair|normal|too much|overpriced|rip|expensive|cheap\w*|afford|deal|quotes?d?|bill"
    r"|charge)\b",
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
    return text if _ASKS_A_PRICE.search(text) else _A_PRICE.sub(" ", text)


def names_a_price(text: str) -> bool:
    """Tell whether a text is about what somebody wants for it: "the clinic wants 6000 euros" is no claim to check."""
    return bool(_A_PRICE.search(text)) and not _ASKS_A_PRICE.search(text)


def is_an_offer(text: str) -> bool:
    """Tell what was offered to somebody, which says nothing of the thing: "a clinic offered my son fat stem cells"."""
    return bool(_OFFERED.search(text))
