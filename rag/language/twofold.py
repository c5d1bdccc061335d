"""A question on two treatments: the same of both ("can I have PRP or micrografts"), or which of them. Pure."""

import re
from collections.abc import Iterator
from itertools import permutations, product

from rag.language.vocabulary import Vocabulary
from rag.text import normalise
from rag.types import Span

_OR = re.compile(r",? or (?P<article>an? |the |some )?")
_ARTICLE = re.compile(r"\b(?:an? |the |some )$")
# Which of the two is another question, and one answer serves it.
_CHOOSES = re.compile(
    r"\b(?:which|whether|versus|vs|better|best|worse|safer|cheaper|stronger|faster|difference|compar\w+|choose|choice"
    r"|prefer|rather|either|instead|should i|should we|go for|same|between|deciding|decide|torn|more|most|less"
    r"|higher|lower|against|head to head|only|one|together)\b"
)
_ASKS_WHICH = re.compile(
    r"\b(?:which|versus|vs|better|best|worse|stronger|compar\w+|choose|choice|prefer|rather|either|start with|go for)\b"
)
# "Laser cap or minoxidil", with no verb in it.
_BARE_OR = re.compile(
    r"^(?!(?:can|could|do|does|did|is|are|will|would|should|has|have|what|how|when|where|why)\b)"
    r"(?:[\w'-]+ ){1,4}or(?: [\w'-]+){1,6}\W*$"
)
_JOINS = re.compile(r"\b(?:together|combin\w*|plus|both|added|adding|on top of|as well as)\b")
_SETS_AGAINST = re.compile(
    r"\b(?:better|worse|more|less|fewer|than|compar\w*|against|beats?|versus|differ\w*|same|equal\w*|alike|ranked"
    r"|as (?:much|good|many))\b"
)
# "Stem cells or a transplant?" asks which; "can I have ..." asks of both.
_ASKS_OF = re.compile(r"\b(?:can|could|do|does|did|is|are|will|would|has|have|what|how|anybody|anyone)\b[^.!?]{0,60}$")


def of_each(question: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give a question once for each of two treatments that it asks the same of; nothing where it does not.

    Example: "Could a transplant or stem cells fix a scar?" -> ("could a transplant fix a scar?",
    "could stem cells fix a scar?")
    """
    low = normalise(question).lower()
    if _CHOOSES.search(low):
        return ()
    first, second = next(_joined(low, vocabulary), ((0, 0), (0, 0)))
    return (low[: first[1]] + low[second[1] :], low[: first[0]] + low[second[0] :]) if second[1] else ()


def asks_which(question: str) -> bool:
    """Tell whether a question asks which of two does better, and not what they do together."""
    low = normalise(question).lower()
    return bool(_ASKS_WHICH.search(low) or _BARE_OR.search(low)) and not _JOINS.search(low)


def sets_against(text: str) -> bool:
    """Tell whether a text says how one treatment does against another, and not what they do together."""
    low = normalise(text).lower()
    return bool(_SETS_AGAINST.search(low)) and not _JOINS.search(low)


def _joined(low: str, vocabulary: Vocabulary) -> Iterator[tuple[Span, Span]]:
    """Yield the places of two treatments that only "or" stands between, each with its article."""
    spans = {key: list(vocabulary.treatments[key].pattern.finditer(low)) for key in vocabulary.treatments_in(low)}
    for one, other in permutations(spans, 2):
        for before, after in product(spans[one], spans[other]):
            joined = _OR.fullmatch(low[before.end() : after.start()])
            if joined and _ASKS_OF.search(low[: before.start()]):
                article = _ARTICLE.search(low[: before.start()])
                start = article.start() if article else before.start()
                yield (start, before.end()), (after.start() - len(joined["article"] or ""), after.end())
