"""The very thing that a question asks about: what somebody would do, what a treatment works on, causes or goes with."""

import re

# "Can I fly two days after ...": the words after the modal are the very thing asked.
ACTIVITY = re.compile(
    r"\b(?:(?:can|could|may|should) (?:i|we|he|she|my \w+)|am i allowed to|do i (?:have|need) to"
    r"|(?:is it|it's) (?:ok|okay|fine|alright|safe) to)\s+(?:still |just |also |safely )?(?P<thing>[a-z' -]{3,60})"
)
# "Make it angrier", "make the patches worse" ask of what was told of; "make me taller" asks of something new.
_MORE_OF_THE_SAME = (
    r" (?:(?:it|em|them|things)\b|(?!(?:me|you|him|her|us|people|men|women)\b)(?:[a-z']+ ){1,3}"
    r"(?:worse|better|\w{3,}er)(?=\W*$|[.,?!]| (?:and|or|n|in|by|than)\b))"
)
_EFFECT = re.compile(
    rf"\b(?:do|does|did|can|could|will|would) [a-z -]{{2,40}}?"
    rf"(?:cause|causes|make(?!{_MORE_OF_THE_SAME})|affect|change|damage|ruin) (?P<thing>[a-z' -]{{3,40}})"
)
_BESIDE = re.compile(r"\b(?:ok|okay|fine|safe|alright|allowed|mix(?:ed|es)?|interacts?) with (?P<thing>[a-z' -]{3,40})")
# "Does it work on grey hair", "does it cause wrinkles": so are the words after these.
WORKS_ON = re.compile(
    r"\b(?:work|works|help|helps|useful|effective|good|do anything) (?:on|for|against|with) (?P<thing>[a-z' -]{3,40})"
)
THINGS = (ACTIVITY, WORKS_ON, _EFFECT, _BESIDE)
# What ends the thing that is asked about.
_CIRCUMSTANCE = re.compile(
    r"\b(?:after|before|during|while|when|if|since|because|using|without|and|or|but|so|what|which|who|how|why|will|would|does|do"
    r"|is|are)\b|\b\w+ (?:hours?|days?|weeks?|months?)\b"
)
_JOINED = re.compile(r"\w+ (?:or|and) ")  # "touch or pick the scabs" asks of the scabs
_LIGHT = re.compile(r"^(?:go|have|get|use|do|take|see|be|try|drink|eat) (?:to |some |any )?")  # "go gym": "gym"
_WHOSE = re.compile(r"^(?:my|me|your|you|his|her|him|their|them|our|us|the) ")  # "make me taller" asks about "taller"
_THING_WORDS = 7
_OPEN_END = re.compile(r"(?: (?:an?|the|my|your|at|in|on|of|to|for|with|from|by))+$")  # where a long name is cut short
_COMMON_ACTS = frozenset(
    "use take get have do try start stop keep go make see be give trust join find tell know expect still with "
    "this that these those them they the a an my me to on in for and or of it him her his after before during "
    "while if when same treatment treatments hair loss scalp one more some any day days week weeks month "
    "months two three first cheap good best proper real help treat wear about from at now again yet "
    "soon ever least already later today tomorrow worried concerned careful scared nervous afraid sure happy "
    "sorry anything something nothing else anyone someone somebody everyone people person men man women woman "
    "guys girls boys ladies wife husband partner boyfriend girlfriend son daughter mum mom dad mother father "
    "brother brothers sister sisters friend friends cousin nan gran like too also even just only really "
    "actually well long much many lot bit kind sort thing things stuff way time times year years old young age "
    "work works bother believe reckon think guess wonder hope want need feel look catch come bring put rely "
    "quit avoid reverse fix cure rid honestly normally usually never always both together instead without "
    "between everything anyway properly sooner quickly slowly whole full big small huge bad worse better "
    "nephew niece uncle aunt kid kids child teenager happier difference possible allowed normal sense ready "
    "wait hold delay speed suddenly abruptly "
    "enough odds cut effects effect quick faster fast slow slower loads tons ages out "
    "watch pay buy purchase order pick ask place sit chair book visit "
    "panic worry tonite tonight monday tuesday wednesday thursday friday saturday sunday "
    "weekend let lets then he she us who whom there here lol haha btw pls tho meanwhile bin chuck ditch nick neat "
    "bloke lad mate dads mums tabs check carry doesnt isnt dont cant right straight directly immediately "
    "history ill sick unwell consultation appointment "
    "chemist chemists pharmacy shop shops counter online internet home abroad done move switch swap".split()
)


def thing_in(match: re.Match[str]) -> str:
    """Give the words for the thing itself, without the circumstances behind it."""
    said, joined = match["thing"], _JOINED.match(match["thing"])
    start = joined.end() if joined else 0
    named = (said[:start] + _CIRCUMSTANCE.split(said[start:])[0]).split()
    return " ".join(named) if len(named) <= _THING_WORDS else _OPEN_END.sub("", " ".join(named[:_THING_WORDS]))


def is_everyday(word: str) -> bool:
    """Tell a word that stands in any question, in whichever form: "look", "looking"."""
    stem = word.removesuffix("ing")
    return not _COMMON_ACTS.isdisjoint({word, stem, f"{stem}e", stem[:-1]})  # "tak-ing", "stopp-ing"


def bare_name(thing: str) -> str:
    """Give the thing itself: "my gym" -> "gym"."""
    return _WHOSE.sub("", _LIGHT.sub("", thing))
