"""Whether "it" is the hair that is lost, and no treatment spoken of. Pure."""

import re

# "Will my kids get it?", "is it in the family": the kind of hair loss, whatever treatment was spoken of.
_GETS_IT = re.compile(
    r"\b(?:get|gets|getting|catch|catches|inherit\w*|develop\w*|pass(?:es)?(?: on)?) (?:it|this|that)\b"
    r"(?! (?:early|done|in|for|from (?:a|the) (?:clinic|doctor|pharmacy)|on the|at|cheaper|abroad|again|free))"
    r"|\b(?:in|runs? in) (?:the|my|our) family\b|\b(?:hereditary|genetic|contagious|catching)\b"
)
# "Is it the tablets?", "could it be from stress": what is looked for is a cause of the loss, and no treatment is meant.
_BLAMES = re.compile(
    r"\b(?:is|was|could|can|might|may) (?:it|this|that) (?:be )?(?:from|due to|because of|down to|caused by|the|my) "
    r"(?:\w+ ){0,3}?(?:tablets?|pills?|meds?|medicines?|medication|stress|thyroid|hormones?|diet|genes?|iron)\b"
    r"|\b(?:is|was|could|can) it (?:be )?(?:the|my) \w+ (?:making|causing)\b"
)
# "A clump came out after covid, is it gone for good?": what fell is meant, unless it fell after what was spoken of.
_OF_WHAT_FELL = re.compile(
    r"^(?!.*\b(?:since|after|from|on) (?:it|that|this|them|using|starting|stopping)\b).*"
    r"\b(?:clumps?|handfuls?|shed\w*|(?:fall(?:s|ing)?|fell|c[ao]m(?:e|es|ing)) out)\b.*"
    r"\b(?:is|are|will|does|do|can) (?:it|they|that|this) (?:all |ever |really )?(?:gone|grow|come|permanent|be gone)\b"
)
# "So it will come back?", "it never came back for her": the hair, unless it is hair that goes with a treatment.
_RETURNS = re.compile(
    r"^(?!.*\b(?:on|off|since|after|with|from|using|taking|stop\w*|quit\w*|start\w*) (?:it|that|this|using|taking)\b)"
    r"(?!.*\b(?:i|he|she) (?:stop|quit)).*\b(?:c[oa]mes?|coming|gr[eo]ws?|growing) back\b"
)
# "Will my eyebrows go too?"; not "is it safe for women too?".
_ALSO = re.compile(
    r"\b(?:eye ?(?:brows?|lashes)|lashes|brows?|beard|body hair|legs?|arms?|pubic hair|hair|go|goes|falls?|lose|thin)\b"
    r"[^.?!]*\b(?:too|as well)\W*$"
)


def means_the_loss(question: str, *, known: bool) -> bool:
    """Tell whether "it" is the hair lost and no treatment; ``known`` where a kind of hair loss was spoken of."""
    low = question.lower()
    return bool(_BLAMES.search(low) or _OF_WHAT_FELL.search(low) or (known and _GETS_IT.search(low)))


def asks_of_return(question: str) -> bool:
    """Tell whether a question asks of hair that comes back, not of what a treatment gained."""
    return bool(_RETURNS.search(question.lower()))


def asks_of_more(question: str) -> bool:
    """Tell whether a question asks the same of another place: "will my eyebrows go too"."""
    return bool(_ALSO.search(question.lower()))
