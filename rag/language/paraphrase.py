"""Which words say the same in a retelling, which must be repeated, and which say nothing of their own. Pure."""

import re
from functools import lru_cache

from rag.text import words

_SUFFIXES = ("ations", "ation", "ements", "ement", "ments", "ment", "ings", "ing", "edly", "ied", "ies", "ed", "es",
             "ly", "s", "e")  # fmt: skip
_IRREGULAR = {
    "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "went": "go", "got": "get", "gotten": "get",
    "gave": "give", "given": "give", "took": "take", "taken": "take", "grew": "grow", "grown": "grow",
    "found": "find", "saw": "see", "seen": "see", "said": "say", "kept": "keep", "lost": "lose", "began": "begin",
    "begun": "begin", "came": "come", "became": "become", "men": "man", "women": "woman", "mice": "mouse",
    "children": "child", "held": "hold", "led": "lead", "made": "make", "put": "put", "told": "tell", "paid": "pay",
    "better": "better", "species": "species", "wider": "wide", "thicker": "thick", "larger": "large",
    "higher": "high", "lower": "low", "older": "old", "younger": "young", "lowest": "low", "youngest": "young",
    "highest": "high", "longer": "long", "shorter": "short", "earlier": "early", "sooner": "soon",
}  # fmt: skip


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Give a word without its ending: "regrowing" and "regrows" -> "regrow"."""
    word = word.removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


@lru_cache(maxsize=8_192)  # one part of a passage is read for every sentence that cites it
def stems(text: str) -> frozenset[str]:
    """Give the stems of a text's words, hyphens opened."""
    return frozenset(stem(piece) for word in words(text) for piece in re.split("-", word) if piece)


def _stemmed(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


# Words that carry a sentence and state nothing of their own.
FRAME = _stemmed(
    "a an the this that these those it its they them their there he she his her we our you your i of in on at to for "
    "from by with without as and or but also than then so if when while which who whom whose what where how is are "
    "was were be been being has have had do does did can could will would may might must should not no nor never "
    "about around roughly nearly almost over under up down out into onto between among across after before during "
    "more less most least other another such very quite own same each both some any one two "
    "study studies trial trials research researcher researchers review paper report author authors team "
    "found find show shows showed shown report reports reported reportedly say says said see saw seen note noted "
    "describe described describes according result results finding findings people person group groups "
    "hair hairs scalp treatment treatments however still only just here get got give given use used using "
    "take taken had made make part kind type way case number"
)

# A retelling may use one for the other. Groups are narrow on purpose: "may", "shows" and "proves" are not the same.
_SAME = (
    "people patients participants adults volunteers subjects persons",
    "rise increase up gain grow higher high climb",
    "fall decrease drop decline lower low reduce",
    "dummy placebo sham",
    "salt saline water",
    "doctor physician clinician",
    "improve better gain",
    "side unwanted adverse harm problem effect",
    "begin start",
    "quit stop",
    "grow regrow return back come",
    "childbirth birth baby pregnancy",
    "pregnant conceive pregnancy",
    "oral mouth tablet pill swallow orally",
    "regulator fda authority agency",
    "mixed compounded pharmacy",
    "cost charge price pound pay cover",
    "wide thick thickness width",
    "satisfied pleased happy",
    "shed shedding loss lose fall",
    "hospital clinic",
    "advise tell ask suggest recommend",
    "avoid without",
    "heavy hard",
    "mice mouse",
    "scientist surgeon expert dermatologist doctor",
    "contain hold include",
    "clear clearly",
    "germ infection infect",
    "firm company seller maker",
    "lab laboratory",
    "produce make made",
    "link tie goes go connect",
    "early soon first",
    "young low age",
    "occur happen",
    "about near",
    "cause trigger",
    "reverse reversed",
    "examine test check look",
    "evidence proof",
    "rate score rating",
    "donate give",
    "bar stop forbid ban",
    "claim say",
    "remove take clear clean",
    "common often frequent",
    "last continue go keep persist",
    "sign signal symptom",
    "half fifty",
    "list name",
    "injection inject shot",
    "session round procedure",
)
_GROUPS: dict[str, frozenset[int]] = {}
for _number, _line in enumerate(_SAME):
    for _word in _line.split():
        _GROUPS[stem(_word)] = _GROUPS.get(stem(_word), frozenset()) | {_number}

# Words of strength, of number in words, of time, and of a study's rank: whoever uses one must have it from the passage.
STRONG = _stemmed(
    "cure cures cured curing permanent permanently forever always never every everyone everybody all guarantee "
    "guaranteed proven prove proves proved confirm confirmed confirms best safest safe safely painless breakthrough "
    "miracle instantly immediately overnight completely complete fully full entire entirely totally total perfect "
    "restore restores restored heal heals eliminate ended end most majority half third thirds quarter double doubled "
    "twice triple dozen dozens hundred hundreds thousand thousands million millions approve approved approves licence "
    "licensed recommend recommends recommended only unique leading largest biggest latest randomized randomised "
    "blind blinded controlled phase equally cheaper faster stronger superior nobody none "
    "effective ineffective reverses wake revive dead life future gold standard book buy sold mice mouse animal without "
    "definitely certainly undoubtedly harmless once agree agreed consensus "
    "minute minutes hour hours day days week weeks month months year years decade decades"
)

# Whoever uses a word of one side while the passage has only the other says the opposite.
OPPOSITES = tuple(
    (_stemmed(a), _stemmed(b))
    for one, other in (
        ("high higher rise rose increase increased up improve improved more thicker better",
         "low lower fall fell decrease decreased drop declined worse worsened fewer less thinner"),
        ("common often usually frequent", "rare rarely uncommon seldom"),
        ("strong good", "weak poor bad"),
        ("support supports", "contradict refute"),
        ("start started begin began", "stop stopped end ended"),
        ("early earlier before", "late later after"),
        ("return returned", "lost"),
    )
    for a, b in ((one, other), (other, one))
)  # fmt: skip


_FEWEST_TELLING = 2


def coverage(sentence: str, held: str) -> float:
    """Give the share of a sentence's telling words that a text holds, by stem or as a known synonym.

    A sentence with fewer than two telling words says nothing that a text could back, and gives 0.
    """
    told = stems(sentence) - FRAME
    own = stems(held)
    groups = frozenset(group for word in own for group in _GROUPS.get(word, ()))
    backed = [word for word in told if word in own or _GROUPS.get(word, frozenset()) & groups]
    return len(backed) / len(told) if len(told) >= _FEWEST_TELLING else 0.0
