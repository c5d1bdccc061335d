"""The very thing that a question asks about: what somebody would do, what a treatment works on, causes or goes with."""

import re
from collections.abc import Callable, Sequence
from itertools import dropwhile, takewhile

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
# What stands between what is done and the thing: "boil the combs", "come off my pills".
_DETERMINERS = frozenset(
    "a an the my me your you u his her him their our us some any no few more less other little this these".split()
)
_PARTICLES = frozenset(
    "in on at to off up out down over from for with about around by into onto back away or and".split()
)
# "Stamp them in", "keep topping it up": what is meant was named before.
_NAMED_BEFORE = frozenset(
    "it em them something anything nothing everything myself yourself himself herself themselves ourselves".split()
)
# Where one more clause begins, or words on when and how: "pop the boil i got", "quit it now".
_GOES_ON = frozenset(
    "i we he she they that cos cuz coz til till until now as too not where than again yet soon today tomorrow tonight"
    " here there anyway please straight".split()
)
_HANDLED = frozenset("be drink eat".split())  # "drink kombucha" asks of kombucha
_LONG = 5  # letters of a word that may have an ending
_SHORT = 3  # letters up to which none is written twice before it
_OF_A_NAME = frozenset("hair scalp loss treatment treatments tabs riding".split())  # everyday, yet in "grey hair"
_COMMON_ACTS = frozenset(
    "use take get have do try start stop keep go make see be give trust join find tell know expect still with "
    "this that these those them they the a an my me to on in for and or of it him her his after before during "
    "while if when same treatment treatments hair loss scalp one more some any day days week weeks month "
    "months two three first cheap good best proper real help treat wear about from at now again yet ahead "
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
    "chemist chemists pharmacy shop shops counter online internet home abroad done move switch swap meds "
    "folk pics everyday daily nightly overnight constantly regularly".split()
)


def thing_in(match: re.Match[str]) -> str:
    """Give the noun that is asked about, without what is done to it and the circumstances; empty where there is none.

    Example: "go to the gym after fue" -> "gym", "skydive" -> "skydive", "stamp them in" -> ""
    """
    said, joined = match["thing"], _JOINED.match(match["thing"])
    start = joined.end() if joined else 0
    named = _before(_GOES_ON.__contains__, (said[:start] + _CIRCUMSTANCE.split(said[start:])[0]).split())
    if not _NAMED_BEFORE.isdisjoint(named):  # "mix it with retinol" asks of retinol
        named = " ".join(named).partition(" with ")[2].split()
    noun = list(dropwhile(_leads_in, named))
    acts = match.re is ACTIVITY and noun[1:] and (noun[1] in _DETERMINERS or (noun == named and noun[1] in _PARTICLES))
    words = _before(_ends_a_name, list(dropwhile(_leads_in, noun[1:])) if acts else noun)
    return " ".join(words).removesuffix(" of").removesuffix(" or").removesuffix(" and")


def _before(ends: Callable[[str], bool], named: Sequence[str]) -> list[str]:
    """Give the first word and those behind it up to one that ends them."""
    return [*named[:1], *takewhile(lambda word: not ends(word), named[1:])]


def _leads_in(word: str) -> bool:
    held = word in _HANDLED or word in _DETERMINERS or word in _PARTICLES
    return held or (is_everyday(word) and word not in _OF_A_NAME)


def _ends_a_name(word: str) -> bool:
    return _leads_in(word) and word not in ("or", "and", "of")


def is_everyday(word: str) -> bool:
    """Tell a word that stands in any question, in whichever form: "look", "looking", "waited"; not "seed" of "see"."""
    stem = next((word.removesuffix(end) for end in ("ing", "ed") if word.endswith(end) and len(word) >= _LONG), word)
    single = stem[:-1] if word != stem and len(stem) > _SHORT else stem  # "stopp-ed"; not "to" of "topp-ed"
    return not _COMMON_ACTS.isdisjoint({word, stem, f"{stem}e", single})  # "tak-ing"
