"""A claim of running text as it would stand alone: told with the treatment that the text is about.

"It also makes each hair thicker" says nothing by itself. Where the claim opens with a pronoun the treatment takes its
place, else it goes in front. What the text says besides is mixed into its vector alone (``rag.search.resolution``).
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rag.language.reading import names_another_agent, read
from rag.language.vocabulary import Vocabulary
from rag.text import normalise, sentence_texts
from rag.types import Around, Claim, Span

# "It" or "and they" before "grows hair"; not "it's", which takes the verb along.
_POINTS = re.compile(
    r"(?:(?:and|but|so|yet|while|because|though|although|as|that|which|where) )*"
    r"(?:it|this|they|these|(?:the|this|our) (?:treatment|procedure|method|therapy|technique))\b(?!')",
    re.IGNORECASE,
)
# What a treatment is named behind that a sentence is not about: "together with" before "PRP".
_BESIDE = re.compile(
    r"\b(?:with|than|unlike|like|versus|vs|over|beats?|outperforms?|instead of|plus|alongside)\W+(?:\w+\W+){0,2}$"
)
_LEAD_WORDS = 60  # up to the end of a claim, which tell what it is about
# What this is said of is a kind of hair loss, whatever treatment the text is about: "it is down to genes"; not "it
# causes hair loss".
_CAUSED = re.compile(
    r"\b(?:(?:is|are|was|were|be|being|been|comes?|came|it's|that's) (?:\w+ )?(?:due to|down to|caused by|brought on by"
    r"|triggered by|set off by|driven by|inherited|hereditary|the result of)|(?:runs|run) in (?:the )?famil)",
    re.IGNORECASE,
)


def around(text: str, spans: Sequence[Span], span: Span, end: int, before: str) -> Around | None:
    """Give what stands around a claim of the sentence at ``span`` that ends at ``end``; None where nothing does."""
    if len(spans) <= 1 and not before:
        return None
    place = next((n for n, own in enumerate(spans) if own[1] > span[0]), 0)
    first, last, tail = _ends(before)
    return Around(
        sentence=text[slice(*span)],
        previous=text[slice(*spans[place - 1])] if place else last,
        opening=first or text[slice(*spans[0])],
        lead=" ".join(f"{tail} {text[:end]}".split()[-_LEAD_WORDS:]),
    )


@lru_cache(maxsize=64)  # every claim of a paragraph asks for those of what stands ahead of it
def _ends(text: str) -> tuple[str, str, str]:
    """Give the first sentence of a text, the last one, and the last words; empty where there is none."""
    told = sentence_texts(text) or [""]
    return told[0], told[-1], " ".join(text.split()[-_LEAD_WORDS:])


def about(sentence: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the treatments that a sentence is about, without those that it only holds something against or adds.

    Example: "together with PRP, the cells make hair denser" -> (), so that the cells named before stay the subject
    """
    low = normalise(sentence).lower()
    named = vocabulary.treatments_in(low)
    return tuple(key for key in named if not _only_beside(low, vocabulary.treatments[key].pattern))


def _only_beside(low: str, pattern: re.Pattern[str]) -> bool:
    found = list(pattern.finditer(low))
    return bool(found) and all(_BESIDE.search(low[: match.start()]) for match in found)


def tells_of_causes(text: str) -> bool:
    """Tell whether a claim says what brings hair loss about."""
    return bool(_CAUSED.search(text))


def subject(claim: Claim, vocabulary: Vocabulary) -> str | None:
    """Name the treatment that a claim of running text is about and does not name; None where it needs none."""
    if claim.around is None or not claim.topic:
        return None
    reading = read(claim.text, vocabulary)
    known = reading.treatments or reading.kinds or tells_of_causes(claim.text)
    if known or names_another_agent(claim.text, vocabulary):
        return None
    return vocabulary.treatments[claim.topic[0]].name


def named(text: str, about: str | None) -> str:
    """Give a text with what it is about named.

    Example: "it grows hair", "PRP" -> "PRP grows hair"; "no downtime", "PRP" -> "PRP: no downtime"
    """
    if about is None:
        return text
    opening = _POINTS.match(text)
    return f"{about}{text[opening.end() :]}" if opening else f"{about}: {text}"


def parts(claim: Claim) -> Mapping[str, str]:
    """Give the texts that tell what a claim of running text says, by the names of ``resolution.CLAIM_PARTS``.

    Empty for one that stands alone.
    """
    around = claim.around
    if around is None:
        return {}
    texts = {
        "named": claim.text,
        "after": f"{around.previous} {claim.text}",
        "previous": around.previous,
        "opening": around.opening,
        "sentence": around.sentence,
        "lead": around.lead,
    }
    return {name: text.strip() for name, text in texts.items() if text.strip()}
