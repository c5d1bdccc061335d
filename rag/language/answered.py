"""A question with its answer right behind it: "Is it safe? No." Only both together state something."""

import re
from collections.abc import Iterator, Sequence

from rag.language import grammar
from rag.language.grammar import any_of, compiled
from rag.types import Span

# What answers a question just asked: "Can it begin before eighteen? Yes, typically in families where it is common."
_ANSWER = compiled(
    r"^\s*(?:(?:yes|yep|yeah|no|nope|possibly|probably|perhaps|maybe|mostly|chiefly|mainly|only|about|around|roughly|nearly|",
    r"almost|over|under|up to|from|for|somewhere|between|after|within|half|that is|that's|nobody (?:has|knows)|",
    r"one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b|(?:nothing|nobody|none|neither|never)\s*(?:[.,!]|$)|[\d$£€])",
)
# "How long ...? They last": after what asks for more than yes or no.
_ANSWER_TO_OPEN = compiled(r"^\s*(?:their|its|it|they|these|those)\b")
_ASKS_OPENLY = compiled(r"^\s*(?:whats?|hows?|why|whos?|whens?|wheres?|which|from what|at what)\b")
# "Is it safe? No." in two parts, and what opens either, which ``stated`` takes out.
_ANSWERED = re.compile(r"^(?P<question>[^?]{6,300})\?\s+(?P<answer>[^?]{2,300})$", re.DOTALL)
_INVERTED = compiled(
    r"^\s*(?:so |and |but |well )?",
    any_of("is are was were do does did can could will would has have should may might must"),
    r"\s+",
)
_YES = compiled(
    r"^\s*(?:yes|yep|yeah)\b[\s,;:.!-]*",
    r"(?:it (?:is|does|can|will|has)|they (?:are|do|can|will)|you can)?\b[\s,]*",
)
_NO = compiled(
    r"^\s*(?:no|nope)\b[\s,;:.!-]*",
    r"(?:(?:it|they|you)(?:'s| is| does| do| are| can)? ?(?:not|n't)|it isn't)?\b[\s,]*",
)


def with_answers(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Give the sentences, a question together with the short answer after it: only both state something."""
    asked: Span | None = None
    for start, end in spans:
        if asked and _answers(text[asked[0] : asked[1]], text[start:end]):
            yield asked[0], end
            asked = None
            continue
        if asked:
            yield asked
        asked = (start, end) if text[start:end].rstrip().endswith("?") else None
        if not asked:
            yield start, end
    if asked:
        yield asked


def _answers(question: str, sentence: str) -> bool:
    """Tell whether a sentence only makes sense as the answer to the question before it."""
    if sentence.rstrip().endswith("?") or grammar.FIRST_PERSON.search(sentence):
        return False
    opening = _ASKS_OPENLY.match(question) and _ANSWER_TO_OPEN.match(sentence)
    return bool(opening or _ANSWER.match(sentence))


def stated(text: str) -> str:
    """Put a question with its answer as a statement: "Is it safe? No." -> "It is not true that it safe".

    The grammar is rough; what is asked and denied is what the judge reads. Any other text is given back as it is.
    """
    match = _ANSWERED.match(text.strip())
    if not match:
        return text
    question, answer = match["question"].strip(), match["answer"].strip()
    asked = _INVERTED.sub("", question)
    if _NO.match(answer):
        return _closed(f"It is not true that {asked}", _NO.sub("", answer))
    if _YES.match(answer):
        return _closed(asked[:1].upper() + asked[1:], _YES.sub("", answer))
    return f"{question}: {answer}"


def _closed(statement: str, rest: str) -> str:
    return f"{statement}; {rest}" if rest.strip(" .!,") else statement
