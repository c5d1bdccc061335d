"""Text -> the checkable claims in it, with their exact place; questions give what they presuppose.

The same text always gives the same claims; the learned weights of ``rag.language.joints`` and ``rag.language.stating``
are read once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.kinds import Origin
from rag.language import grammar
from rag.language.answered import stated, with_answers
from rag.language.joints import PRONOUN, own_subject, parted, stated_apart
from rag.language.reading import Reading, asked_agent, read
from rag.language.standing import about, around
from rag.language.stating import states
from rag.language.vocabulary import Vocabulary
from rag.text import sentences, single_spaced
from rag.types import Claim, Span

Split = Callable[[str, Span, Vocabulary], list[Span]]
_MIN_WORDS = 2
_LONGEST_LABEL = 4  # words: "Minoxidil foam." heads what comes next
_LONGEST_HEADING = 7  # words; a longer line without a known verb is a sentence whose verb we do not know
_FEWEST_REPORTED = 4  # words; what somebody is said to have said is a statement, whatever its verb


def extract(
    text: str, vocabulary: Vocabulary, origin: Origin = Origin.TEXT, topic: tuple[str, ...] = (), before: str = ""
) -> list[Claim]:
    """Give the checkable claims of a text in order, each with its half-open span.

    ``topic`` names the treatments that the text is about where a claim names none; a treatment named earlier in
    the text takes its place. ``before`` is what the document says ahead of this text. Headings, greetings, opinions,
    instructions and open questions give nothing. Only a text given to be checked (``Origin.TEXT``) is read by more than
    the rules: messages and articles tell stories.
    """
    even, places = single_spaced(text)
    if even != text:
        return [_as_it_stands(claim, text, places) for claim in extract(even, vocabulary, origin, topic, before)]
    claims: list[Claim] = []
    subjects, headed = topic, False
    bare = [_without_pleasantries(text, span) for span in sentences(text)]
    telling = [span for span in bare if not _only_greets(text[slice(*span)])]
    alone = len(telling) <= 1 and not before
    split = stated_apart if alone else parted  # who gives one sentence asks about it as it stands
    for span in with_answers(text, bare):
        named = vocabulary.treatments_in(text[span[0] : span[1]])
        subjects = about(text[span[0] : span[1]], vocabulary) or subjects or named
        found = list(_claim_spans(text, span, vocabulary, headed, split))
        if not found and origin is Origin.TEXT:
            found = list(_passed_over(text, span, vocabulary))
        claims += [
            Claim(
                text=text[a:b],
                origin=origin,
                span=(a, b),
                topic=subjects,
                around=around(text, telling, span, b, before),
            )
            for a, b in found
        ]
        headed = bool(named) and not found and len(text[span[0] : span[1]].split()) <= _LONGEST_LABEL
    return claims


def extract_each(
    paragraphs: Sequence[str], vocabulary: Vocabulary, origin: Origin, topic: tuple[str, ...] = ()
) -> list[list[Claim]]:
    """Give the claims of each paragraph of one document; spans are within the paragraph."""
    ahead = (" ".join(paragraphs[:place]) for place in range(len(paragraphs)))
    return [
        extract(paragraph, vocabulary, origin, topic, before)
        for paragraph, before in zip(paragraphs, ahead, strict=True)
    ]


def _passed_over(text: str, span: Span, vocabulary: Vocabulary) -> Iterator[Span]:
    """Give a sentence in which the rules find nothing where it probably states something all the same."""
    sentence = text[slice(*span)]
    trimmed = _trim(text, (span[0] + _after_wrapper(sentence), span[1]))
    if "?" in sentence or grammar.LEAVES_I_OUT.match(sentence) or len(sentence.split()) <= _MIN_WORDS:
        return
    if trimmed and states(sentence, vocabulary):
        yield trimmed


def _as_it_stands(claim: Claim, text: str, places: Sequence[int]) -> Claim:
    """Give a claim of an evenly spaced text in the words and at the place in which the text as written has it."""
    if claim.span is None:
        return claim
    start, end = places[claim.span[0]], places[claim.span[1] - 1] + 1
    return replace(claim, text=text[start:end], span=(start, end))


def _without_pleasantries(text: str, span: Span) -> Span:
    """Give a sentence without a greeting before it, and thanks and faces after it: none of these is claimed."""
    sentence = text[slice(*span)]
    opening, closing = grammar.GREETING.match(sentence), grammar.THANKS.search(sentence)
    start = span[0] + (opening.end() if opening else 0)
    end = span[0] + (closing.start() if closing else len(sentence))
    return (start, end) if start < end else span


def _only_greets(sentence: str) -> bool:
    """Tell whether a sentence is a greeting or thanks and nothing else."""
    return bool(grammar.GREETING.fullmatch(sentence) or grammar.THANKS.fullmatch(sentence))


def unknown_agent(question: str, vocabulary: Vocabulary) -> str | None:
    """Name what a question asks about, or was told of, where the vocabulary knows no treatment in it.

    Example: "Does egg yolk grow hair?" and "my nan says egg yolk grows hair, is it true?" -> "egg yolk"
    """
    if vocabulary.treatments_in(question):
        return None
    told = (f"does {claim.text}" for claim in extract(question, vocabulary, Origin.QUESTION))
    return next(filter(None, (asked_agent(text, vocabulary) for text in (question, *told))), None)


def _claim_spans(text: str, span: Span, vocabulary: Vocabulary, headed: bool, split: Split) -> Iterator[Span]:
    sentence = text[span[0] : span[1]]
    if stated(sentence) != sentence:
        trimmed = _trim(text, span)
        if trimmed and _checkable(stated(sentence), vocabulary, reported=True):
            yield trimmed
        return
    for start, end, reported in _candidates(sentence, vocabulary):
        pieces = split(text, (span[0] + start, span[0] + end), vocabulary)
        named = headed or (split is parted and len(pieces) > 1)  # what is parted names its subject in another part
        for piece in _with_openings(text, pieces, vocabulary, reported, named):
            trimmed = _trim(text, piece)
            goes_on = piece[0] > pieces[0][0]
            if trimmed and _checkable(text[trimmed[0] : trimmed[1]], vocabulary, reported, named, goes_on=goes_on):
                yield trimmed
            elif rest := trimmed and (_after_story(text, trimmed) or _after_instruction(text, trimmed)):
                yield from (s for s in (rest,) if _checkable(text[s[0] : s[1]], vocabulary, reported=False))


def _candidates(sentence: str, vocabulary: Vocabulary) -> list[tuple[int, int, bool]]:
    """Give the parts of a sentence that may state something, and whether somebody is said to have said each."""
    tail = grammar.ASKED_TAIL.search(sentence)
    if tail and not _is_question(sentence[: tail.start()]):
        return [(_after_wrapper(sentence), tail.start(), True)]
    if _is_question(sentence):
        return [(a + _after_wrapper(sentence[a:b]), b, True) for a, b in _presuppositions(sentence)]
    if start := _after_wrapper(sentence):
        return [(start, len(sentence), True)]
    return _around_report(sentence, vocabulary)


def _with_openings(
    text: str, pieces: Sequence[Span], vocabulary: Vocabulary, reported: bool, headed: bool
) -> Iterator[Span]:
    """Give the pieces, joining one that says something of an outcome but cannot be judged alone to the one after it.

    "The first is that it is an outpatient treatment, and you only have to do it once" loses nothing.
    """
    opening: int | None = None
    for place, (start, end) in enumerate(pieces, 1):
        clause, goes_on = text[start:end].strip(), place > 1
        start = start if opening is None else opening
        told = bool(read(clause, vocabulary).assertions) and not grammar.STORY.search(clause)
        waits = place < len(pieces) and told
        if waits and not _checkable(clause, vocabulary, reported, headed, goes_on=goes_on):
            opening = start
            continue
        opening = None
        yield start, end


def _is_question(sentence: str) -> bool:
    """Tell a question, with or without its mark: "my hair falls out, will it come back"."""
    if grammar.SUBORDINATE.match(sentence) or grammar.TELLS.match(sentence):
        return False
    return bool(
        sentence.rstrip("\"') ").endswith("?")
        or grammar.QUESTION_START.match(sentence)
        or grammar.ASKS_WITHIN.search(sentence)
    )


def _presuppositions(question: str) -> Iterator[Span]:
    """Give what a question takes as given: after "since", "I heard that", "is it true that", or before ", right?"."""
    for match in grammar.PRESUPPOSED.finditer(question):
        name = next(n for n, value in match.groupdict().items() if value)
        yield match.span(name)


def _after_wrapper(sentence: str) -> int:
    match = grammar.WRAPPER.match(sentence)
    return match.end() if match and len(sentence) - match.end() > 8 else 0


def _around_report(sentence: str, vocabulary: Vocabulary) -> list[tuple[int, int, bool]]:
    """Give what somebody said in the midst of a sentence, and what stands before it where that names a treatment.

    "PRP cost me 900, and the nurse says it lasts for years" holds two statements, "my barber, who reads, says it
    lasts" one; without a report the sentence stays whole.
    """
    end = len(sentence)
    for match in grammar.REPORTS.finditer(sentence):
        told, before = sentence[match.end() :], grammar.JOINED_ON.sub("", sentence[: match.start()])
        if _checkable(told, vocabulary, reported=True) and not grammar.NO_STATEMENT.match(told):
            own = [(0, len(before), False)] if vocabulary.treatments_in(before) else []
            return [*own, (match.end(), end, True)]
    return [(0, end, bool(grammar.REPORTED_LAST.search(sentence)))]


def _after_story(text: str, span: Span) -> Span | None:
    """Give what follows a story told in the first person: "I started him on it; in trials it raised hair count".

    What has no subject of its own goes on with the story: "had it yesterday, a bit puffy but no pain".
    """
    clause = text[span[0] : span[1]]
    if not grammar.STORY.search(clause) or not (joint := grammar.STORY_ENDS.search(clause)):
        return None
    rest = _trim(text, (span[0] + joint.end(), span[1]))
    return rest if rest and own_subject(text[rest[0] : rest[1]]) else None


def _after_instruction(text: str, span: Span) -> Span | None:
    """Give the reason that follows what somebody is told to do: "don't share her brush, alopecia areata is catching".

    A reason that leans on it, "avoid tight braids, they pull the hair out", stays with it.
    """
    clause = text[span[0] : span[1]]
    if not grammar.INSTRUCTION.match(clause) or "," not in clause:
        return None
    rest = _trim(text, (span[0] + clause.index(",") + 1, span[1]))
    reason = text[rest[0] : rest[1]] if rest else ""
    return rest if own_subject(reason) and not PRONOUN.match(reason) else None


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and not (text[start].isalnum() or text[start] in "$£€\"'("):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,;:!?-–—"):
        end -= 1
    return (start, end) if end > start else None


def _checkable(
    clause: str, vocabulary: Vocabulary, reported: bool, headed: bool = False, *, goes_on: bool = False
) -> bool:
    """Tell whether a clause states something about hair loss or its treatment that evidence could answer.

    ``reported`` says that somebody was told it: then "I only need one session" is a claim and not a story.
    ``headed`` says that a product's name stands above it: then it need not name one. ``goes_on`` says that it goes on
    with a sentence: "the cells regrow hair, stop shedding and reverse greying" tells nobody to stop.
    """
    reading = read(clause, vocabulary)
    asserted = bool(reading.sided)
    about_field = bool(reading.treatments or reading.conditions) or _of_the_field(clause) or headed
    enough = len(clause.split()) >= _MIN_WORDS or (headed and asserted)  # "completely safe and effective"
    if not enough or not (about_field or asserted):
        return False
    told_to = grammar.INSTRUCTION.match(clause) and not (goes_on and asserted)
    if told_to and not reading.absolute and not grammar.NOUN_FIRST.match(clause):
        return False
    if grammar.OPINION.search(clause) and not asserted:
        return False
    if not reported and grammar.FIRST_PERSON.search(grammar.ASIDE.sub("", clause)) and not _general(clause, reading):
        return False
    told = reported and len(clause.split()) >= _FEWEST_REPORTED and not grammar.NO_STATEMENT.match(clause)
    return told or _states(clause, reading)


def _of_the_field(clause: str) -> bool:
    """Tell whether a clause holds two different words of the field."""
    return len({match.group().lower().rstrip("s") for match in grammar.FIELD.finditer(clause)}) > 1


def _states(clause: str, reading: Reading) -> bool:
    """Tell a statement from a heading: a verb, enough words, or a fragment that promises, compares or counts."""
    verb = grammar.VERB.search(clause)
    compared = bool(grammar.COMPARES.search(clause) or grammar.LABELLED.match(clause))
    strong = reading.absolute or compared
    if grammar.TITLE.match(clause) and not verb and not reading.absolute:
        return False
    if verb:
        return bool(reading.assertions or reading.quantities) or strong or len(clause.split()) >= 4
    asserted = {a.outcome for a in reading.sided}
    counted = bool(asserted and reading.quantities)
    return strong or counted or bool(asserted - {"works"}) or len(clause.split()) > _LONGEST_HEADING


def _general(clause: str, reading: Reading) -> bool:
    """Tell whether a first-person sentence still states something general ("our treatment is permanent")."""
    if grammar.STORY.search(clause):
        ruled = grammar.RULE.search(clause) and (reading.treatments or reading.conditions)
        return bool(ruled or (grammar.TELLING.search(clause) and reading.treatments))
    return bool(reading.assertions or reading.treatments or reading.absolute)
