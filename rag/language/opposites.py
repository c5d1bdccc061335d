"""English words that turn a statement around when one stands in place of the other."""

from collections.abc import Callable

# Each line holds two sides; any word of one side denies any word of the other. Matched by stem.
_LINES = """
increase raise rise gain improve enhance promote | decrease reduce lower fall lose loss worsen inhibit suppress
increase improve activate boost grow elevate promote | block decline drop shrink impair fade decrease reduce
more greater higher larger bigger most | less fewer lower smaller least
better superior | worse inferior
longer | shorter
faster sooner earlier quicker | slower later
thicker dense | thinner sparse
many most majority common usual often frequent | few rare seldom uncommon minority unusual
all every always everyone both | none never nobody neither some
same equal similar alike identical | different differ unlike unequal
safe harmless mild | dangerous harmful risky severe serious
approve authorise authorize license allow permit legal | ban forbid prohibit refuse reject illegal unapproved unlicensed
before prior | after following
start begin open | stop end quit finish close
first | last
early | late
permanent forever lasting irreversible | temporary reversible fade wear
help benefit effective succeed success | harm hurt fail failure ineffective useless
support confirm show prove | contradict refute disprove
cause trigger induce | prevent avoid cure
present contain include with | absent lack without exclude free
alone single one | combined together several many both
own autologous self | donor another allogeneic
alive live living | dead killed
inside | outside
oral mouth tablet pill swallow | topical scalp cream foam lotion
man men male father husband boy | woman women female mother wife girl
adult | child children infant baby teenager
human people person patient | mouse mice rat animal dish
known clear certain established | unknown unclear uncertain
tested studied measured compared | untested unstudied unmeasured
high | low
strong | weak
short | long
old older | young younger
old | new
easy simple | hard difficult complex
cheap free | expensive costly
public | private
required must need compulsory | optional needless unnecessary
inherited genetic | acquired
treated drug active | placebo sham dummy untreated
significant | insignificant
positive | negative
upregulate | downregulate
sensitive | resistant
"""


def opposites(stem: Callable[[str], str]) -> dict[str, frozenset[str]]:
    """Give, for each word's stem, the stems that turn it around; ``stem`` is a function on one word."""
    table: dict[str, set[str]] = {}
    for line in filter(None, _LINES.splitlines()):
        left, right = ({stem(word) for word in side.split()} for side in line.split("|"))
        for one, other in ((left, right), (right, left)):
            for word in one:
                table.setdefault(word, set()).update(other - one)
    return {word: frozenset(others) for word, others in table.items()}
