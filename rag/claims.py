"""Text -> the checkable claims in it, with their exact place; questions give what they presuppose. Pure."""

import re
from collections.abc import Iterator

from rag.reading import Reading, read
from rag.text import sentences
from rag.types import Claim, Origin, Span
from rag.vocabulary import Vocabulary

# What people say before a claim; the claim starts after it.
_WRAPPER = re.compile(
    r"^\s*(?:(?:hi|hello|hey|dear \w+|ok|okay|so|well|and|but|also|plus|basically|apparently|supposedly|honestly|look)[,!.]?\s+)*"
    r"(?:(?:i|we)(?:'ve| have)?(?: just| also| recently| once)? (?:heard|read|saw|seen|was told|were told|been told|think|believe|thought|know|learned|found out|understand|assume)"
    r"(?: (?:somewhere|online|on \w+|in an? \w+|from \w+|that))*"
    r"|(?:my|a|the|our|this|some) (?:\w+ ){0,2}?(?:doctor|friend|barber|hairdresser|clinic|surgeon|dermatologist|consultant|article|website|brochure|leaflet|sister|brother|mum|mom|wife|husband|rep|advert|ad|nurse|guy|lady)s?(?: (?:at|from|in|on) (?:\w+ ){1,3}?)? (?:told me|tells me|said|says|claims|claimed|promises|promised|swears|states|insists)"
    r"|(?:they|people|everyone|some|many|experts|clinics|ads|he|she)(?: all| also| often| always)? (?:say|said|says|claim|claims|claimed|told me|tell you|promise|promised)"
    r"|is it (?:really |actually )?(?:true|correct|right|a fact|the case)|did you know|it is (?:said|claimed|well known|known)|it's (?:said|well known|known|a fact)|(?:the )?(?:fact|truth|thing) is"
    r"|(?:in my opinion|according to [\w ]{2,30}|for your information|fyi|news|breaking|fact|myth|question|claim)\s*[:,-])"
    r"(?:\s*,)?(?:\s+that\b)?[\s:,]*",
    re.IGNORECASE,
)
_PRESUPPOSED = re.compile(
    r"\b(?:since|because|given that|now that|seeing as|as)\s+(?P<claim>[^,?]{8,}?)(?:,|\?|$)"
    r"|\b(?:i|we)(?:'ve| have)? (?:heard|read|been told|was told|were told|saw)(?: somewhere| online)?(?: that)?\s+(?P<heard>[^?]{8,}?)(?:[,.]\s*(?:is|are|does|do|can|will)\b[^?]*\?|\?|$)"
    r"|\b(?:is it|isn't it) (?:really |actually )?(?:true|correct|right|a fact|the case) that\s+(?P<true>[^?]{6,})"
    r"|^(?P<tag>[^?]{10,}?),\s*(?:right|correct|true|is that (?:true|right|so|correct)|isn't it|aren't they|doesn't it|don't they|is this true|yes)\s*\?",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"^\s*(?:so |and |but |well |ok(?:ay)? |hi |hello |please )*(?:what|why|how|when|where|who|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|has|have|may|am|any(?:one|body)?\b)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"^\s*(?:please\s+)?(?:do not|don't|never|always)?\s*(?:ask|call|book|click|contact|visit|see|talk|speak|read|tell|give|show|explain|send|sign|buy|try|order|join|follow|subscribe|share|check|remember|consider|get|keep|avoid|stop|start|take|use|wash|apply|rinse|let|make|find|learn|choose|bring|write|ignore|print|note|wait|imagine|compare|list|help|summari[sz]e|translate)\b(?! of\b)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine|we|our|us)\b", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:exciting|ethically|beautiful|wonderful experience|highly recommend|recommend (?:them|this|it)|love (?:this|it|my)|amazing (?:team|staff|service)|friendly|thank|thanks|sounds like|i (?:feel|hope|wish|want|would like|love|hate))\b",
    re.IGNORECASE,
)
_VERBS = ["cure", "work", "grow", "regrow", "last", "stop", "help", "make", "give", "take", "need", "cost", "cause", "lead", "show", "prove", "get", "keep", "stay", "become", "mean", "require", "leave", "contain", "come", "go", "fade", "return", "prevent", "treat", "beat", "reverse", "restore", "increase", "reduce", "improve", "activate", "stimulate", "block", "fix", "raise", "lower", "run", "see", "pay", "cover", "sell", "offer", "turn", "switch", "find", "protect", "thicken", "lengthen", "revive", "unclog", "bring", "save", "halt", "slow", "boost", "happen", "occur", "remain", "depend", "carry", "hold", "heal", "damage", "kill", "hurt", "trigger", "outperform", "affect", "count", "belong"]
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|can|could|will|would|may|might|must|should|shall|do|does|did|cannot"
    r"|(?:is|are|was|wo|ca|do|does|did)n'?t|it's|that's|you're|they're|there's|varies|vary|went|fell|grew|lost|gave|took|saw"
    r"|(?:" + "|".join(_VERBS) + r")(?:e?s)?|uses|results? in|\w{3,}(?:ed|ises|izes))\b",
    re.IGNORECASE,
)
# "The benefits of PRP" names a subject; it states nothing.
_TITLE = re.compile(
    r"^(?:the |our |some )?(?:\w+ )?(?:benefits?|risks?|causes?|types?|costs?|side effects|history|science|truth|facts?|price|role|"
    r"overview|future|guide|introduction) (?:of|about|to|for)\b",
    re.IGNORECASE,
)
_ASKS_WITHIN = re.compile(
    r"(?:^|[,;:.]\s*|\b(?:and|but|so)\s+)(?:what|how|when|will|can|does|do|is|should|would|could)\s+"
    r"(?:it|i|he|she|they|this|that|we|you|my|there|the|long|much|many|soon|safe)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"(?P<joint>\s*;\s*|,?\s+(?:and|but|while|whereas|yet|plus)\s+(?:that\s+)?|,\s+(?:so\s+)?|\s+[-–—]\s+)(?=(?:unlike [^,]+, )?"
    r"(?:it|it's|they|you|this|these|there|there's|we|she|he|the|your|their|its|no one|most|some|many|all|results?|patients?|people|hair|topical|clinical|stem|side|one|[a-z-]+s?)\b)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?P<joint>,?\s+(?:that|which)\s+)(?=(?:has been|have been|is|are|was|were|then|can|will|causes?|results?|makes?|helps?|lasts?|means?|never|needs?)\b)",
    re.IGNORECASE,
)
_MIN_WORDS = 2


def extract(
    text: str, vocabulary: Vocabulary, origin: Origin = Origin.TEXT, topic: tuple[str, ...] = ()
) -> list[Claim]:
    """Give the checkable claims of a text in order, each with its half-open span.

    ``topic`` names the treatments that the text is about where a claim names none; a treatment named earlier in
    the text takes its place. Headings, greetings, opinions, instructions and open questions give nothing.
    """
    claims: list[Claim] = []
    subjects = topic
    for span in sentences(text):
        named = vocabulary.treatments_in(text[span[0] : span[1]])
        subjects = named or subjects
        for start, end in _claim_spans(text, span, vocabulary):
            claims.append(Claim(text=text[start:end], origin=origin, span=(start, end), topic=subjects))
    return claims


def _claim_spans(text: str, span: Span, vocabulary: Vocabulary) -> Iterator[Span]:
    sentence = text[span[0] : span[1]]
    if _is_question(sentence):
        candidates = list(_presuppositions(sentence))
    else:
        candidates = [(_after_wrapper(sentence), len(sentence))]
    for start, end in candidates:
        whole = (span[0] + start, span[0] + end)
        for piece in _split(text, whole, vocabulary):
            trimmed = _trim(text, piece)
            if trimmed and _checkable(text[trimmed[0] : trimmed[1]], vocabulary):
                yield trimmed


def _is_question(sentence: str) -> bool:
    """Tell a question, with or without its mark: "my hair falls out, will it come back"."""
    return bool(
        sentence.rstrip("\"') ").endswith("?")
        or _QUESTION_START.match(sentence)
        or _ASKS_WITHIN.search(sentence)
    )


def _presuppositions(question: str) -> Iterator[Span]:
    """Give what a question takes as given: after "since", "I heard that", "is it true that", or before ", right?"."""
    for match in _PRESUPPOSED.finditer(question):
        name = next(n for n, value in match.groupdict().items() if value)
        yield match.span(name)


def _after_wrapper(sentence: str) -> int:
    match = _WRAPPER.match(sentence)
    return match.end() if match and len(sentence) - match.end() > 8 else 0


def _split(text: str, span: Span, vocabulary: Vocabulary) -> list[Span]:
    """Split where both sides are statements of their own on different outcomes; otherwise keep the whole."""
    start, end = span
    piece = text[start:end]
    for joint in (*_RELATIVE.finditer(piece), *_JOINT.finditer(piece)):
        left, right = piece[: joint.start("joint")], piece[joint.end("joint") :]
        relative = joint.re is _RELATIVE
        if (
            _stands_alone(left, vocabulary)
            and _stands_alone(right, vocabulary)
            and (relative or _own_subject(right))
        ) and _distinct(left, right, vocabulary):
            middle = start + joint.end("joint")
            return [
                *_split(text, (start, start + joint.start("joint")), vocabulary),
                *_split(text, (middle, end), vocabulary),
            ]
    return [span]


def _own_subject(clause: str) -> bool:
    """Tell whether a clause opens with a subject of its own: a few words and then a verb."""
    head = re.sub(r"^unlike [^,]+, ", "", clause, flags=re.IGNORECASE)
    verb = _VERB.search(head)
    before = head[: verb.start()].split() if verb else []
    contracted = re.match(r"(?:it's|that's|you're|they're|there's)\b", head, re.IGNORECASE)
    return bool(contracted) or 1 <= len(before) <= 6


def _stands_alone(clause: str, vocabulary: Vocabulary) -> bool:
    return bool(_VERB.search(clause)) and bool(read(clause, vocabulary).assertions)


def _distinct(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Tell whether two clauses speak of different things: other outcomes, or other treatments."""
    a, b = read(left, vocabulary), read(right, vocabulary)
    if set(b.outcomes) <= {"evidence"} or set(a.outcomes) <= {"evidence"}:
        return False  # "..., research shows" adds no statement of its own
    return not set(b.focus) <= set(a.focus) or bool(b.treatments and set(b.treatments) != set(a.treatments))


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and not (text[start].isalnum() or text[start] in "$£€\"'("):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,;:!?-–—"):
        end -= 1
    return (start, end) if end > start else None


def _checkable(clause: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a clause states something about hair loss or its treatment that evidence could answer."""
    reading = read(clause, vocabulary)
    asserted = [a for a in reading.assertions if a.positive is not None]
    about_field = bool(reading.treatments or reading.conditions)
    if len(clause.split()) < _MIN_WORDS or not (about_field or asserted):
        return False
    if _INSTRUCTION.match(clause) and not reading.absolute:
        return False
    if _OPINION.search(clause) and not asserted:
        return False
    if _FIRST_PERSON.search(clause) and not _general(clause, reading):
        return False
    return _states(clause, reading)


def _states(clause: str, reading: Reading) -> bool:
    """Tell a statement from a heading: a verb, or a fragment that promises or gives a figure."""
    asserted = any(a.positive is not None for a in reading.assertions)
    if _TITLE.match(clause) and not reading.absolute:
        return False
    if _VERB.search(clause):
        return bool(reading.assertions) or bool(reading.quantities) or len(clause.split()) >= 4
    return asserted and (reading.absolute or bool(reading.quantities) or len(clause.split()) >= 2)


def _general(clause: str, reading: Reading) -> bool:
    """Tell whether a first-person sentence still states something general ("our treatment is permanent")."""
    story = re.search(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine)\b", clause, re.IGNORECASE)
    return bool(reading.assertions) and not story
