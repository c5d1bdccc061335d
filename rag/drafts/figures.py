"""Whether each figure of a sentence stands in a text, with its unit, about the same thing. Pure."""

import re
from dataclasses import dataclass

from rag.language.paraphrase import FRAME, stem
from rag.language.reading import people_in
from rag.quantities import Quantity, Unit, quantities

_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NUMBER_WORDS = {
    word: float(value)
    for value, word in [
        *enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2),
        *zip(range(13, 20), "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), strict=True),
        *zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True),
    ]
}
_FIGURE = re.compile(rf"{_NUMBER.pattern}|\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_UNITS = (Unit.PERCENT, Unit.TIME, Unit.MONEY, Unit.MEASURE, Unit.SESSIONS)
_ROUNDED = 0.03  # share of a figure; its digits are held to more
_RATIO_ROOM = 0.6  # percentage points: "31 %" may be told as "31 of 100"
_CONTEXT = 4  # words on either side that say what a figure is about


def figures_stand(sentence: str, part: str, facts: str) -> bool:
    """Tell whether every number of a sentence stands in the text with its unit; 18.6 may be told as 19."""
    held_numbers = {value for value, _ in _numbers(f"{part} {facts}")}
    held = quantities(part)
    ratios = [q for q in quantities(sentence) if q.unit is Unit.PERCENT and any(_close(q, other) for other in held)]
    for value, place in _numbers(sentence):
        if any(q.span[0] <= place < q.span[1] for q in ratios):
            continue
        if not any(value in (number, round(number), round(number, 1)) for number in held_numbers):
            return False
    return all(q.met_by(held, _ROUNDED) for q in quantities(sentence) if q.unit in _UNITS)


def _close(figure: Quantity, other: Quantity) -> bool:
    middle = (figure.low + figure.high) / 2, (other.low + other.high) / 2
    return other.unit is Unit.PERCENT and abs(middle[0] - middle[1]) <= _RATIO_ROOM


def _numbers(text: str) -> list[tuple[float, int]]:
    """Give every number with its place; "one" is a word more often than a figure and is left out."""
    return [
        (_NUMBER_WORDS.get(m.group().lower()) or float(m.group().replace(",", "")), m.start())
        for m in _FIGURE.finditer(text)
    ]


def figures_attached(sentence: str, part: str) -> bool:
    """Tell whether each number is about what it is about in the text: "12.7 with 2 %" is not "12.7 with 5 %"."""
    own, held = _contexts(sentence), _contexts(part)
    for figure in own:
        same = [other for other in held if other.value == figure.value]
        mine = [len(figure.about & other.about) for other in same]
        rivals = [
            len(figure.about & other.about)
            for other in held
            if other.value != figure.value and other.unit == figure.unit
        ]
        if mine and rivals and max(rivals) > max(mine) + 1:
            return False
        if figure.whom and same and all(other.whom and other.whom != figure.whom for other in same):
            return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    """A number, the words around it, what it counts and whom, where that is said just behind it."""

    value: float
    about: frozenset[str]
    unit: str
    whom: frozenset[str]


def _contexts(text: str) -> list[_Context]:
    tokens = re.findall(r"\d[\d,]*(?:\.\d+)?|%|[a-z]+", text.lower())
    found = []
    for i, token in enumerate(tokens):
        if number := _numbers(token):
            before = [stem(t) for t in tokens[max(0, i - 2 * _CONTEXT) : i]]
            after = [stem(t) for t in tokens[i + 1 : i + 1 + 2 * _CONTEXT]]
            near = [t for t in before if t not in FRAME][-_CONTEXT:] + [t for t in after if t not in FRAME][:_CONTEXT]
            percent = tokens[i + 1 : i + 2] in (["%"], ["percent"])
            whom = people_in(" ".join(tokens[i + 1 : i + 2 + _CONTEXT]))
            found.append(_Context(value=number[0][0], about=frozenset(near), unit="%" if percent else "", whom=whom))
    return found
