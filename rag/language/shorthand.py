"""What people write short, as they do in forums: "TE", "FPHL", "NW5", "fin sides". Pure."""

import re

# The embedding model knows none of these: it put "what is AGA" nearest to shedding, "is TE permanent" to transplants.
_SHORT = {
    "aa": "alopecia areata",
    "aga": "pattern hair loss (androgenetic alopecia)",
    "cte": "chronic telogen effluvium",
    "derm": "dermatologist",
    "dut": "dutasteride",
    "eod": "every other day",
    "fin": "finasteride",
    "fphl": "female pattern hair loss",
    "ht": "hair transplant",
    "hts": "hair transplants",
    "ldom": "low-dose oral minoxidil",
    "lllt": "low-level laser therapy",
    "minox": "minoxidil",
    "mpb": "male pattern baldness",
    "mphl": "male pattern hair loss",
    "otc": "over the counter",
    "seb derm": "seborrhoeic dermatitis",
    "smp": "scalp micropigmentation",
    "spiro": "spironolactone",
    "te": "telogen effluvium",
}
# "AA batteries" and "an AA meeting" are none; nor is what its name stands beside: "telogen effluvium (TE)".
_WORD = re.compile(
    rf"(?<![\w&(.'-])(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})"
    r"(?![\w&)'-]|\.\w| (?:batter|meeting|sponsor|de\b|stamp|roller))",
    re.IGNORECASE,
)
# "Min" is a minute, a minimum or a drug; "sides" are those of the head unless somebody gets them or a drug has them.
_HAD = "any|no|zero|bad|sexual|mental|gets?|got|had|getting"
_DRUG = r"(?:fin\w*|dut\w*|min\w*|spiro\w*)"
_IN_PLACE = (
    (r"\b((?:oral|topical|on|off|using|started|stopped|quit|fin and|dut and) |(?:fin|dut)/)min\b", r"\1minoxidil"),
    (r"(?<![\d.] )(?<![\d.])\bmin(?= (?:foam|liquid|tablets?|shed\w*)\b|(?: and |/)(?:fin|dut)\b)", "minoxidil"),
    (rf"\b((?:{_HAD}|{_DRUG}) )sides\b(?! (?:shaved|cut|trimmed|faded|buzzed|done)\b)", r"\1side effects"),
    (rf"\bsides(?= (?:from|on|of) (?:\w+ )?{_DRUG}\b)", "side effects"),
    (r"\bnw ?-?(?=[1-7](?:[av]|\.5)?\b)", "Norwood "),
)
_MENDED = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _IN_PLACE)


def spelt_out(text: str) -> str:
    """Give a text with its shorthand spelt out.

    Example: "TE at NW3, any sides on fin?" -> "telogen effluvium at Norwood 3, any side effects on finasteride?"
    """
    for short, name in _MENDED:
        text = short.sub(name, text)
    return _WORD.sub(lambda found: _SHORT[found.group().lower()], text)
