"""What a question asks beside its subject: a country, a fair test, a count of people, if it is true. Pure."""

import re
from collections.abc import Collection

from rag.kinds import StudyDesign
from rag.language.places import places_in
from rag.language.questions import asking, split_carried
from rag.quantities import Unit, quantities
from rag.text import normalise

# Set by hand on the development half of evals/data/answers.jsonl; what other values give is not recorded. Each lifts a
# sentence over one a little nearer.
_PLACE_BONUS, _ELSEWHERE_LOSS = 0.3, 0.15  # rules and prices of the country asked about go before those of others
_DESIGN_BONUS = 0.3
_PEOPLE_BONUS = 0.3
# Outcomes on which countries differ; the last two also say who asks.
_RULES_AND_PRICES, _OF_THE_PERSON = frozenset({"approval", "access", "cost"}), frozenset({"interactions", "children"})
OF_A_PLACE = _RULES_AND_PRICES | _OF_THE_PERSON
_FAIR = {StudyDesign.RANDOMIZED, StudyDesign.META_ANALYSIS}
_FAIR_TESTS = re.compile(
    r"\b(?:rcts?|randomi[sz]ed|controlled (?:trials?|study|studies)|placebo[- ]controlled|fair tests?"
    r"|(?:best|good|high|highest|better)[- ](?:quality )?(?:evidence|studies|trials?|proof))\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow many (?:people|patients|men|women|participants)\b|\b(?:biggest|largest) (?:study|trial)\b", re.IGNORECASE
)
# "Is that for real?", "true or just hype?", "too good to be true?": asks of all that stands before it.
_IF_TRUE = re.compile(
    r"(?:\b(?:is|are|was|can|could) (?:any of |all )?(?:that|this|it|these|those|they|he|she)"
    r"(?: (?:all|really|actually|even|just))* (?:for real|real|true|legit\w*|right|correct|possible|a (?:scam|con|lie)"
    r"|hype|marketing|bull\w*|lying|(?:talking )?(?:rubbish|nonsense|crap))"
    r"|\b(?:true|fact)\b or \w+(?: \w+){0,2}|[.!?,] (?:real|legit) or \w+|[.!?,] true|\btoo good to be true)"
    r"(?: or \w+(?: \w+){0,4})?\W*$",
    re.IGNORECASE,
)


def asks_of_a_place(question: str, focus: Collection[str]) -> bool:
    """Tell whether a question asks for the rules, the prices or the care of a country that it names.

    That a child's mother tells of a clinic in Panama asks nothing of Panama.
    """
    of_the_person = set(focus) & _OF_THE_PERSON and places_in(asking(question) or question)
    return bool(of_the_person or (set(focus) & _RULES_AND_PRICES and places_in(question)))


def shares_a_place(text: str, question: str) -> bool:
    """Tell whether a text speaks of a country that a question names."""
    return bool(places_in(text) & places_in(question))


def gain(text: str, designs: Collection[StudyDesign], question: str, focus: Collection[str]) -> float:
    """Give what a sentence gains in relevance for meeting such a demand; below 0 where it is about another country."""
    total = 0.0
    if asks_of_a_place(question, focus) and places_in(text):
        total += _PLACE_BONUS if shares_a_place(text, question) else -_ELSEWHERE_LOSS
    if _FAIR_TESTS.search(question) and _FAIR & set(designs):
        total += _DESIGN_BONUS
    if _HOW_MANY.search(question) and any(q.unit is Unit.PEOPLE for q in quantities(normalise(text))):
        total += _PEOPLE_BONUS
    return total


def asks_if_true(question: str) -> bool:
    """Tell whether a message ends by asking if what it tells is so: "is that for real?", "true or rubbish?"."""
    return bool(_IF_TRUE.search(split_carried(question)[0]))
