"""A question for other treatments of the same trouble: "is there anything else?". Pure."""

import re

_ALTERNATIVES = re.compile(
    r"\b(?:anything|something|what|nothing) (?:else|other)\b|\bother (?:options?|treatments?|things?|ways?)\b"
    r"|\bwhat (?:then |really |actually )?(?:does|do|would|could|can|should|will|might) (?:really |actually |then )?"
    r"(?:help|work|i do|we do|he do|she do|be done|i use|i try|i take)\b(?! (?:with|about) (?:it|that))"
    r"|\bthe (?:cheapest|best|safest|strongest|easiest|only) (?:thing|treatment|option|stuff)\b(?=.*\bworks?\b)"
    r"|\bwhat (?:really |actually )?(?:helps|works)\b|\bwhat can be done\b"
    r"|\b(?:is there|are there) (?:any|another|some) (?:other )?(?:treatments?|options?|ways?)\b"
    r"|\b(?:is|isn't) there (?:a|any|no) cure\b|\bwhat would you do\b"
    r"|\b(?:can|could|will|would|does) (?:anything|nothing) (?:\w+ )?(?:stop|help|slow|work|be done)\b"
    r"|^\W*(?:(?:and|but|so|what)\W+)*if (?:it|that|this|they|those) "
    r"(?:(?:does|do|did|will|wo)\W?n(?:'?|o)t work|fails?)\b(?: \w+){0,2}\W*$"
    r"|\binstead\?*$|\bwhat (?:then |really )?is there for (?:\w+ )?\w+"
    r"|\bwhat do (?:they|doctors|people|dermatologists) (?:usually|normally|mostly|often) "
    r"(?:give|use|do|try|prescribe)\b"
)


def asks_for_others(question: str) -> bool:
    """Tell whether a question wants other treatments than those spoken of: "and if that doesn't work?"."""
    return bool(_ALTERNATIVES.search(question.lower()))
