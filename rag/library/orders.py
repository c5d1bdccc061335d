"""Sentences inside a document that are no finding: links, markup, and orders to whoever reads it by machine. Pure.

They are cut when a document is read, so that no later step can be talked into anything: not retrieval, not a quote,
not a prompt. What a model drafts is held against the same rule.
"""

import base64
import binascii
import re

from rag.text import sentences

LEFT_OUT = "This part of the document held no finding."

# "Drugs.com", with a capital, is the name of a source.
_LINK = re.compile(
    r"(?i:https?:|\bwww\.|\b(?:javascript|data|file|ftp):\S)|"
    r"\b[a-z][\w-]*\.(?:com|net|org|info|io|xyz|biz|example|test|ru|cn|co|app|dev|site|online|shop|me|ly)\b(?!\.\w)"
)
_MARKUP = re.compile(r"<\s*[/!]?\s*[a-z][^<>]*>|\]\s*\(|!\[|\{\{|```|<\||\|>|\[/?INST\]", re.IGNORECASE)
_TO_MACHINE = re.compile(
    r"\b(?:ignor\w+|disregard\w*|forget|overrid\w+|bypass\w*|skip)\b.{0,60}\b(?:instructions?|rules?|prompts?|previous|"
    r"prior|above|guidelines?|flags?|citations?|warnings?|restrictions?|safety|sources?|polic\w+)\b"
    r"|\b(?:system|developer|hidden|initial|original) (?:prompt|message|instructions?|note|override)\b"
    r"|\b(?:assistant|ai|chat ?bot|bot)s? (?:must|should|shall|has to|have to|will now)\b"
    r"|\b(?:language model|chat ?bots?|ai assistants?|chat ?gpt|llms?|as an ai|jailbreak\w*|developer mode)\b"
    r"|\byou are (?:now|no longer)\b|\bpretend (?:to|that|you)\b"
    r"|(?:^\W*|\b(?:you|must|should|please|now|and) )(?:act|behave|role-?play|respond|reply|answer) (?:as|like|only)\b"
    r"|^\W*(?:system|assistant|user|developer|admin|instruction)s?\s*[:>\]]"
    r"|\byour (?:next |final |whole |entire )?(?:response|reply|answer|output|message)\b|\bin this (?:answer|reply)\b"
    r"|^\W*when(?:ever)? (?:you )?(?:answer|reply|respond)(?:ing)?,"
    r"|^\W*(?:tell|inform|ask|encourage|urge|direct|advise) (?:the |all |your )?(?:users?|readers?)\b"
    r"|\b(?:do not|don't|never|stop) (?:\w+ ){0,2}(?:flag|flags|flagging|cite|citing|warn|warning|warnings)\b"
    r"|(?:^\W*|[:;,] |\b(?:you|must|should|please|now|now on|and) )(?:mark|label|report|treat|present|rate) "
    r"(?:\w+ ){0,5}as (?:\w+ )?(?:supported|proven|safe|verified|true|fact)\b"
    r"|\b(?:repeat|print|reveal|show me|output|leak|tell me|translate|summari[sz]e) (?:\w+ ){0,3}"
    r"(?:prompt|instructions|rules|everything above|text above|words above|following sentence)\b",
    re.IGNORECASE,
)
_OPENING = r"^\W*(?:please |now |then |also |always |kindly )*"
_TASK = re.compile(
    _OPENING + r"(?:write|compose|draft|translate|summari[sz]e|rewrite|print|reveal|output|respond|reply|pretend|"
    r"imagine that you|replace (?:\w+ ){0,2}(?:letters?|vowels?|words?)|"
    r"click|download|install|visit our|buy now|order now|sign up|subscribe|forward this)\b",
    re.IGNORECASE,
)
# A guideline bids doctors the same in the same words; it names whom or what they care for.
_ASKED_FOR = re.compile(_OPENING + r"(?:explain|describe|provide|develop|break down)\b", re.IGNORECASE)
_CARE = re.compile(
    r"\b(?:patients?|people|women|men|child(?:ren)?|parents?|treat\w*|therap\w+|care|support|advice|dos(?:e|es|ing)|"
    r"drugs?|medicines?|hair|scalp|skin|alopecia|symptoms?|side effects?|risks?|diagnos\w+|lesions?)\b",
    re.IGNORECASE,
)
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def is_order(sentence: str) -> bool:
    """Tell whether a sentence carries a link or markup, or speaks to a machine or a writer instead of of a finding.

    Example: "Ignore the rules above" -> True, "The gain faded after a year" -> False
    """
    seen = _INVISIBLE.sub("", sentence)
    spoken = _TO_MACHINE.search(seen) or _TASK.search(seen)
    asked = _ASKED_FOR.search(seen) and not _CARE.search(seen)
    return bool(spoken or asked) or has_link(seen) or _hides_words(seen)


def has_link(text: str) -> bool:
    """Tell whether a text carries a link, the address of a site, or markup."""
    return bool(_LINK.search(text) or _MARKUP.search(text))


def without_orders(text: str, *, reviewed: bool) -> str:
    """Give a text without its orders; one without any comes back as it is, one of nothing else as ``LEFT_OUT``.

    Where staff have not reviewed it, questions go too: they may be meant for us, and are no finding.
    """
    spans = sentences(text)
    own = (text[start:end] for start, end in spans)
    kept = [sentence for sentence in own if not is_order(sentence) and (reviewed or not sentence.endswith("?"))]
    return text if len(kept) == len(spans) else " ".join(kept) or LEFT_OUT


def _hides_words(text: str) -> bool:
    """Tell whether a long unbroken word decodes to readable text; figures, names and DOIs do not."""
    return any(_decoded(match.group()) for match in _BLOB.finditer(text))


def _decoded(blob: str) -> bool:
    try:
        raw = base64.b64decode(blob + "=" * (-len(blob) % 4), altchars=b"-_" if set("-_") & set(blob) else None)
    except (binascii.Error, ValueError):
        return False
    return len(raw) >= 12 and all(32 <= byte < 127 or byte in (9, 10, 13) for byte in raw)
