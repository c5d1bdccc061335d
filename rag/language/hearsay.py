"""What a message passes on that could be checked, told from stories, offers and questions. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.language.asides import is_an_offer, names_a_price
from rag.language.grammar import VERB, compiled
from rag.language.questions import asks_itself
from rag.language.reading import read
from rag.language.vocabulary import Vocabulary
from rag.types import Claim, Span

# "One clinic is advertising", "saw an ad on instagram for", "the clinic's page quotes a study showing".
_LEAD = compiled(
    r"^(?:[\w'’-]+ ){0,7}?(?:(?:is|are|was|were|keeps?) )?",
    r"(?:says?|said|saying|claims?|claimed|claiming|promis(?:es?|ed|ing)|advertis(?:es?|ed|ing)|swears?|reckons?",
    r"|insists?|guarantees?|quotes? (?:an? )?(?:study|trial|paper) (?:showing|that|saying))\b",
    r"(?: (?:to )?(?:me|us|him|her|them|people))?(?: that)?[\s:,]+",
    r"|^(?:i |we )?(?:just )?(?:saw|seen|read|found|heard|watched) (?:[\w'’-]+ ){1,6}?",
    r"(?:for|about|on|of|that) [^,:]{3,60}[,:]\s+",
)
# Somebody said it, or it is asked whether it is so.
_SAID_BEFORE = compiled(
    r"\b(?:says?|said|saying|claims?|claimed|claiming|told|tells|telling|reckons?|thinks|swears|insists?",
    r"|promis\w+|advertis\w+|warned|heard|read|ads?|adverts?|leaflet|brochure|website|article|video|tiktok|insta\w*",
    r"|facebook|youtube|forums?|reddit|since|because|given that|true|right in|wrong to|believe|myth",
    r"|according to|in (?:trials|studies))\b",
)
_ASKED_BEHIND = compiled(
    r"^\W*(?:(?:so|and|but|or|ok) )?(?:(?:is|are|isn'?t) (?:that|this|it|he|she|they) (?:really |actually )?",
    r"(?:so|right|wrong|true|correct|legit|real|for real|possible|normal to say|a myth|nonsense|rubbish|bs|lying)",
    r"|right|correct|true|really|legit|any truth|myth|fact or)\b[^.?!]{0,20}\?",
)
_LEAD_IN = compiled(r"^(?:i |we )?(?:just )?(?:saw|seen|read|found|heard|watched|sent)\b")
_SEEN = compiled(r"\b(?:sent me|told me about|talks? about|found a)\b")
_REACH = 150  # characters before a claim that may say who says it
_FEWEST_WORDS = 5  # of what is heard without a verb that we know: "clinics inject cells from babies", not "castor oil"
_SENTENCE_END = re.compile(r"[.!?]\s")
_QUOTES = re.compile(r"['\"‘“]")
_ASKS = compiled(
    r"^(?:(?:also|or|and|but|ok|so) )*(?:how|what|which|who|why|when|where|is|are|does|do|can|could|will|should)\b",
    r"|\b(?:which (?:is|one|are)|how (?:many|much|long|often)|does either|or what|does it)\b|^article\b",
)
# Whoever tells of somebody: "she cant help it", "my mum is 78", "theres a patch", "a place here does PRP".
_OF_ONE = compiled(
    r"^(?:(?:and|but|so|now|also|just|ok|bc|cos|because|then) )*(?:s?he|s?hes|s?he['’]s|i|im|ive|id|i['’]\w+"
    r"|we|weve|we['’]\w+"
    r"|(?:my|our|his|her|teenage) \w+|[a-z]+['’]s (?!not|a\b)\w+|there(?:['’]?s| is| are)|you can see"
    r"|(?:an?|the|one|this|some|other|another) (?:\w+ ){0,2}?(?:place|salon|clinic|spa|lady|shop|doctor|doc|guy|woman"
    r"|man|moms?|mums?|girl|derm|gp|friend|skin|hair|patch)(?: \w+)?\b)",
    r"|\b(?:i|im|ive|i['’](?:m|ve|d|ll)) (?!only\b|must\b|need\b|should\b|will\b|can\b|would\b)",
    r"|\b(?:my|her|his|our) (?:\w+ )?(?:hair|head|scalp|skin|hairline|edges|crown|temples|bloods|ferritin|shedding"
    r"|daughter|son|mum|mom|dad|sister|brother|wife|husband|friend|psychiatrist|derm|gp|doctor)\b",
)
# The same with nobody named: "had keratin in march", "54, periods stopped", "been on it since 2016".
_DID = compiled(
    r"^(?:(?:and|but|so|now|also|just|always|never|ok) )*(?:had|got|did|started|took|tried|used|using|been|having"
    r"|wants?|wanted|thinking|thought|stopped|switched|lost|saw|seen|found|bought|booked|quoted|went|gave)\b",
    r"|^(?:and |but |now )?there(?:['’]?s| is| are)\b",
    r"|\b(?:hers|mine|yesterday|this morning|tonight)\b|\bs?he(?:['’]?s)? (?!can\b|could\b|will\b|would\b)\w",
    r"|(?<!why )\bi['’]?(?:m|ve)\b|\bwe['’]?(?:re|ve)\b|\bi (?:have|had|got|was|am|dont|don['’]t|took|used|lost)\b",
    r"|\b(?:my (?:hair|skin|scalp)|ferritin|bloods?|periods?) (?:is|are|was|has|looks|came|feels|stopped)\b",
    r"|\blost (?:about |nearly |over )?(?:\d|half|most|all|a lot|my)",
)
_LEFT_OUT = compiled(
    r"^(?:(?:and|but|so|now|also|just|ok|bipolar|hair) )*(?:has|have|does|comes?|goes|cant|can['’]t|getting|burning)\b",
    r"|^\d+ ?(?:,|m\b|f\b|yo\b|y/?o\b|yrs?\b|years?\b|months?\b|mths?\b|weeks?\b|days?\b)",
    r"|\b(?:ago|since (?:(?:in|19|20)\d*|\w+ finished)|last (?:week|month|year|night)|been (?:on|using|taking)|by now"
    r"|for (?:over |about |nearly )?\d+ ?(?:yrs?|years?|months?|mths?|weeks?)|all the time|every day|day \d+"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|^(?:my |more )?hair (?:is )?(?:coming|falling|dropping) out"
    r"|getting (?:worse|better|thinner|wider)|(?:hair|edges|shedding|eyebrows|periods) (?:is|are|keeps?)"
    r"|(?:hair|edges|shedding|it|they|eyebrows|periods) (?:has|have|was|were|came|started|stopped|gone|fell))\b",
)
_OF_MONEY = compiled(r"[$£€] ?\d|\b\d[\d,.]* ?(?:dollars?|euros?|pesos|pounds|quid|grand|k)\b|\b(?:is|are) \d{2,5}$")
# "Girls aren't supposed to go bald" is said of many.
_OF_MANY = compiled(
    r"\b(?:people|ppl|women|men|girls|boys|everyone|everybody|nobody|no one|you|your|patients|hair loss|baldness)\b"
)
_VERB_TYPED = compiled(r"\b(?:its|thats|theyre|arent|isnt|dont|doesnt|cant|wont)\b")
_JOINT = re.compile(r",? (?:and )?", re.IGNORECASE)
_OF_IT = compiled(r"^(?:they|it|these|those|results)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bare:
    """A claim in its bare words; ``heard`` where somebody says it, or it is asked whether it is so."""

    claim: Claim
    span: Span
    heard: bool

    @property
    def text(self) -> str:
        """Give its words."""
        return self.claim.text

    @classmethod
    def of(cls, claim: Claim, message: str, span: Span, *, heard: bool) -> "Bare":
        """Give the claim that stands at a place of a message."""
        return cls(claim=replace(claim, text=message[slice(*span)], span=span), span=span, heard=heard)


def passed_on(claims: Sequence[Claim], message: str, vocabulary: Vocabulary) -> list[Claim]:
    """Give what a message passes on or takes for granted among the claims found in it, each in its bare words.

    Example: "saw an ad for cells, one injection and your own hair grows back. I'm 52, bald on top since 2010"
    -> "one injection and your own hair grows back"
    """
    bare = _joined([_bare(claim, message) for claim in claims], message)
    return [one.claim for one in bare if _is_claimed(one, vocabulary)]


def _joined(bare: Sequence[Bare], message: str) -> list[Bare]:
    """Give the claims with what has no verb joined to the next one: "one injection and your own hair grows back"."""
    whole: list[Bare] = []
    for one in bare:
        last = whole[-1] if whole else None
        if last and _JOINT.fullmatch(message[last.span[1] : one.span[0]]) and _leads_on(last.text):
            whole[-1] = Bare.of(last.claim, message, (last.span[0], one.span[1]), heard=last.heard or one.heard)
        else:
            whole.append(one)
    return whole


def _leads_on(text: str) -> bool:
    return not (_LEAD_IN.match(text) or _has_verb(text))


def _bare(claim: Claim, message: str) -> Bare:
    """Give a claim without who says it and where it was seen, and whether somebody says it or asks if it is so."""
    start, end = claim.span or (0, len(claim.text))
    before = _SENTENCE_END.split(message[:start][-_REACH:])[-1]
    quoted = _QUOTES.search(before[-1:] + claim.text[:1])
    lead = _LEAD.match(claim.text)
    heard = bool(lead or quoted or _SAID_BEFORE.search(before) or _ASKED_BEHIND.match(message[end:]))
    start += lead.end() if lead else 0
    opened = _QUOTES.match(message, start)  # a quotation that goes on behind the claim
    start += 1 if opened and message.count(opened.group(), start, end) == 1 else 0
    return Bare.of(claim, message, (start, end), heard=heard)


def _is_claimed(bare: Bare, vocabulary: Vocabulary) -> bool:
    """Tell a claim from a question, a story, a price and a bare name."""
    text, reading = bare.text, read(bare.text, vocabulary)
    if _ASKS.search(text) or asks_itself(text) or _DID.search(text) or _SEEN.search(text):
        return False
    if _OF_MONEY.search(text) and not reading.sided:
        return False
    if set(reading.focus) <= {"cost"} and (names_a_price(text) or is_an_offer(text)):
        return False  # no study can confirm what somebody was offered
    general = bool(reading.treatments or reading.kinds or _OF_MANY.search(text))
    if bare.heard:
        whole = _has_verb(text) or (general and len(text.split()) >= _FEWEST_WORDS)
        return bool(whole or reading.sided or reading.quantities or reading.absolute)
    of_it = bool(_OF_IT.match(text) and bare.claim.topic and reading.sided)
    own = any(pattern.search(text) for pattern in (_OF_ONE, _LEFT_OUT, _OF_MONEY))
    return (general or of_it) and _has_verb(text) and not own


def _has_verb(text: str) -> bool:
    return bool(VERB.search(text) or _VERB_TYPED.search(text))
