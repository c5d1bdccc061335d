"""Plain-language items that a program can check, each named after where it comes from; pure.

CDC: Clear Communication Index (Baur and Prue 2014). PEMAT: Patient Education Materials Assessment Tool for printed
materials (Shoemaker 2014). SMOG: McLaughlin 1969. Items that need a person's judgement (purpose, tone, pictures,
whether a number means something to this reader) are left out, and no sum of these items is either tool's score.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.readability import NAMES, syllables
from rag.text import words

LONG_SENTENCE = 25  # words; above it most readers lose the thread (CDC's guide advises 10 to 15 on average)
_POLYSYLLABLE = 3
_TERMS_ALLOWED = 1  # per sentence, terms that are explained in place
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?"
    r"(?:\w{3,}ed|given|taken|seen|known|found|shown|made|done|held|drawn|grown|put|told|written|chosen)\b(?!\s+(?:that|out))",
    re.IGNORECASE,
)
_JARGON = re.compile(
    r"\b(?:efficacy|adverse|intradermal(?:ly)?|subcutaneous(?:ly)?|autologous|allogeneic|etiology|aetiology|cohort|"
    r"heterogeneity|statistically|significan(?:t|ce)|confidence interval|placebo|randomi[sz]ed|contraindicat\w+|"
    r"mesenchymal|stromal|paracrine|proliferat\w+|vasculari[sz]ation|follicular|androgenetic|telogen|anagen|"
    r"pharmacolog\w+|therapeutic|administered|prophyla\w+|comorbid\w+)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent)", re.IGNORECASE)
_DECIMAL = re.compile(r"\b\d+\.\d+\b(?!\s*(?:mg|ml|mm|million))", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yours|we|us|our)\b", re.IGNORECASE)
_ACTION = re.compile(
    r"(?:^|[,;:]\s*)(?:please |always |never |do not |don't )?"
    r"(?:ask|tell|see|show|call|talk|speak|go|get|take|keep|bring|check|look|stop|use|wait|write|compare|read|think|agree|have|find|choose|avoid|plan|start|try|give|make|say)\b"
    r"|\byou (?:can|could|should|may) (?:ask|tell|see|show|call|talk|look|try|get|find|check)\b",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:we (?:are|do|found|have|could)|not (?:very )?sure|unsure|nobody knows|not known|unknown|"
    r"no (?:study|trial|good)|may|might|probably|few studies|small stud|one (?:small )?(?:study|trial)|has not been)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence as a reader meets it; ``advice`` where it tells what to do or ask and cites nothing."""

    text: str
    advice: bool = False


Text = Sequence[Sentence]


def smog(texts: Sequence[str]) -> float | None:
    """Give the SMOG grade; defined for 30 sentences, fewer are scaled as McLaughlin allows; None over nothing."""
    counted = [[w for w in re.findall(r"[A-Za-z']+", NAMES.sub(" ", text))] for text in texts]
    counted = [found for found in counted if found]
    if not counted:
        return None
    hard = sum(syllables(word) >= _POLYSYLLABLE for found in counted for word in found)
    return 1.0430 * math.sqrt(hard * 30 / len(counted)) + 3.1291


def long_sentences(text: Text) -> list[str]:
    """Give the sentences that are too long."""
    return [s.text for s in text if len(words(s.text)) > LONG_SENTENCE]


def _main_message_first(text: Text) -> bool:
    return bool(text) and len(words(text[0].text)) <= LONG_SENTENCE


def _active(text: Text) -> bool:
    """Tell whether most sentences are in the active voice."""
    return sum(bool(_PASSIVE.search(s.text)) for s in text) * 2 <= len(text)


def _main_active(text: Text) -> bool:
    return bool(text) and not _PASSIVE.search(text[0].text)


def _common_words(text: Text) -> bool:
    return all(len(_JARGON.findall(s.text)) <= _TERMS_ALLOWED for s in text)


def _no_jargon_in_main(text: Text) -> bool:
    return bool(text) and not _JARGON.search(text[0].text)


def _plain_numbers(text: Text) -> bool:
    return not any(_PERCENT.search(s.text) or _DECIMAL.search(s.text) for s in text)


def _says_an_action(text: Text) -> bool:
    return any(_ACTION.search(s.text) for s in text)


def _addresses_reader(text: Text) -> bool:
    return any(_YOU.search(s.text) for s in text)


def _known_and_unknown(text: Text) -> bool:
    return any(_KNOWN.search(s.text) for s in text)


def _short_sentences(text: Text) -> bool:
    return not long_sentences(text)


# What each asks of a whole answer, by the tool's own numbering.
ITEMS: dict[str, Callable[[Text], bool]] = {
    "cdc_2_main_message_first": _main_message_first,
    "cdc_6_active_main_message": _main_active,
    "cdc_7_words_of_the_audience": _no_jargon_in_main,
    "cdc_5_call_to_action": _says_an_action,
    "cdc_11_known_and_unknown": _known_and_unknown,
    "cdc_17_numbers_people_use": _plain_numbers,
    "pemat_3_common_language": _common_words,
    "pemat_5_active_voice": _active,
    "pemat_8_short_pieces": _short_sentences,
    "pemat_20_says_an_action": _says_an_action,
    "pemat_21_speaks_to_the_reader": _addresses_reader,
}
