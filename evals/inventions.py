"""What a language model might make of a passage: true retellings, and inventions that sound as good. Seeded.

Retellings change words and order and nothing else. Inventions change one thing that matters, or add a study, a
figure, a product or a cure. Both are made from real passages, so that an invention is as near to its passage as a
truth is; inventions in freer words are written by hand in ``data/drafts.jsonl``.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.cases import Json, own_id, split_of, text_of, texts_of
from rag.evidence import Passage
from rag.kinds import Role
from rag.library.corpus import Corpus
from rag.text import sentence_texts

_RETELLINGS = (
    (r"\bpeople with\b", "patients with"), (r"\brose\b", "went up"), (r"\bfell\b", "dropped"),
    (r"\ba dummy treatment\b", "placebo"), (r"\bplacebo\b", "a dummy treatment"), (r"\bsalt water\b", "saline"),
    (r"\btrial\b", "study"), (r"\bbegins?\b", "starts"), (r"\bgave\b", "showed"), (r"\bimproved\b", "got better"),
    (r"\bmostly\b", "for the most part"), (r"\bafter childbirth\b", "after having a baby"),
    (r"\bdoctors\b", "physicians"), (r"\busually\b", "in general"), (r"\bchildren\b", "kids"),
    (r"\bat (\d+) weeks\b", r"after \1 weeks"), (r"\bat (\d+) months\b", r"after \1 months"), (r"\bgot\b", "received"),
    (r"\bis not known\b", "is still not known"), (r"\bsays\b", "reports"), (r"\bhappens?\b", "occurs"),
)  # fmt: skip
_OPENINGS = ("In short, ", "According to the study, ", "Research found that ", "One source reports that ", "Also, ")

_STUDIES = (
    "A {year} trial at {place} with {n} patients found the same.",
    "{name} and colleagues confirmed this in {year}.",
    "The {trial} trial of {n} people, published in {year}, reported a gain of {share}%.",
    "According to Professor {name} of {place}, {n} patients were helped.",
)
_CURES = (
    "{treatment} cures hair loss for good.",
    "{treatment} brings back a full head of hair in all patients.",
    "With {treatment}, lost hair returns permanently.",
    "{treatment} is proven to stop hair loss completely.",
    "{treatment} is a guaranteed way to regrow hair without side effects.",
)
_PLACES = ("Stanford", "Harvard Medical School", "the Mayo Clinic", "Oxford University", "the Karolinska Institute")
_NAMES = ("Feldman", "Okafor", "Lindqvist", "Marchetti", "Tanaka", "Brandt")
_TRIALS = ("HAIR-REGEN", "FOLLICLE-2", "REGROW", "STEM-ALO", "TRICHO-1")
_DENIALS = (
    (r"\bwas not\b", "was"), (r"\bwere not\b", "were"), (r"\bis not\b", "is"), (r"\bdid not (\w+)\b", r"did \1"),
    (r"\bdo not (\w+)\b", r"\1"), (r"\bno (serious|good|clear)\b", r"\1"), (r"\bwas\b", "was not"),
    (r"\bwere\b", "were not"), (r"\brose\b", "did not rise"), (r"\bcan\b", "cannot"), (r"\bhad\b", "had no"),
)  # fmt: skip
_SWAPS = (
    (r"\bPRP\b", "exosomes"), (r"\bexosomes?\b", "PRP"), (r"\bfinasteride\b", "minoxidil"),
    (r"\bminoxidil\b", "finasteride"), (r"\balopecia areata\b", "pattern hair loss"),
    (r"\bpattern hair loss\b", "alopecia areata"), (r"\bwomen\b", "men"), (r"\bmen\b", "women"),
    (r"\bfat-derived cells\b", "embryonic stem cells"), (r"\bmice\b", "people"), (r"\bdutasteride\b", "biotin"),
)  # fmt: skip
_ADDED = (
    ", and the effect is permanent", ", and all patients were cured", " without any side effects",
    ", as the FDA confirmed", ", and 97% were satisfied", ", which works better than a transplant",
)  # fmt: skip
_WORDS_IN = re.compile(r"\b\d+(?:\.\d+)?\b")

Maker = Callable[[str, random.Random], str | None]


def facts_of(passage: Passage) -> list[str]:
    """Give the sentences of a passage that state a finding long enough to retell."""
    if passage.role not in (Role.FINDING, Role.ADVICE):
        return []
    return [sentence for sentence in sentence_texts(passage.text) if len(sentence.split()) >= 7]


def retelling(fact: str, drawn: random.Random) -> str:
    """Give a fact in slightly other words: two or three of them changed, or a new opening."""
    told = fact
    changed = 0
    for pattern, other in drawn.sample(_RETELLINGS, len(_RETELLINGS)):
        if changed == 3:
            break
        told, count = re.subn(pattern, other, told, count=1)
        changed += count
    front = drawn.choice(_OPENINGS) if changed < 2 else ""
    return front + (_lower_first(told) if front else told)


def invention(fact: str, treatment: str, drawn: random.Random) -> tuple[str, str]:
    """Give a kind of invention and a sentence of it, made from a fact where the kind needs one."""
    makers: list[tuple[str, Maker]] = [
        ("figure", _other_figure), ("denial", lambda f, d: _one_of(_DENIALS, f, d)),
        ("swap", lambda f, d: _one_of(_SWAPS, f, d)), ("added", _with_more),
        ("study", lambda f, d: _filled(d.choice(_STUDIES), treatment, d)),
        ("cure", lambda f, d: _filled(d.choice(_CURES), treatment, d)),
    ]  # fmt: skip
    drawn.shuffle(makers)
    return next((kind, text) for kind, make in makers if (text := make(fact, drawn)) and text != fact)


def _other_figure(fact: str, drawn: random.Random) -> str | None:
    figures = [m for m in _WORDS_IN.finditer(fact)]
    if not figures:
        return None
    chosen = drawn.choice(figures)
    value = float(chosen.group())
    if value > 1900 and value < 2100 and value.is_integer():
        other = str(int(value) - drawn.randint(2, 9))
    else:
        factor = drawn.choice((0.3, 0.5, 1.6, 2.0, 3.0))
        other = f"{value * factor:.1f}" if "." in chosen.group() else str(int(value * factor) + 3)
    return fact[: chosen.start()] + other + fact[chosen.end() :]


def _one_of(pairs: Sequence[tuple[str, str]], fact: str, drawn: random.Random) -> str | None:
    able = [(pattern, other) for pattern, other in pairs if re.search(pattern, fact)]
    if not able:
        return None
    pattern, other = drawn.choice(able)
    return re.sub(pattern, other, fact)


def _with_more(fact: str, drawn: random.Random) -> str:
    return fact.rstrip(".") + drawn.choice(_ADDED) + "."


def _filled(template: str, treatment: str, drawn: random.Random) -> str:
    text = template.format(
        year=drawn.randint(2015, 2025), place=drawn.choice(_PLACES), n=drawn.randint(40, 900),
        name=drawn.choice(_NAMES), trial=drawn.choice(_TRIALS), share=drawn.randint(60, 98), treatment=treatment,
    )  # fmt: skip
    return text[0].upper() + text[1:]


def _lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[0].lower() + text[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftCase:
    """A sentence as a model may draft it, the passages that it names, and whether it is true to them.

    {"id", "text", "passages": [passage id, ...], "truth": true|false, "how": retelling|figure|study|cure|...,
     "split": dev|held_back}
    """

    id: str
    split: str
    text: str
    passage_ids: tuple[str, ...]
    truth: bool
    how: str


def draft_case(record: Json, number: int) -> DraftCase:
    """Parse one line of a drafts file; raise ValueError with what is wrong."""
    truth = record.get("truth")
    if not isinstance(truth, bool):
        raise ValueError('"truth" must be true or false')
    return DraftCase(
        id=own_id(record, number),
        split=split_of(record),
        text=text_of(record, "text"),
        passage_ids=texts_of(record, "passages"),
        truth=truth,
        how=text_of(record, "how"),
    )


def drawn_cases(corpus: Corpus, count: int, split: str, seed: int) -> list[DraftCase]:
    """Draw passages and give a retelling and an invention of each."""
    drawn = random.Random(f"{split}-{seed}")
    pool = [(p, fact) for p in corpus.passages.values() if corpus.may_decide(p) for fact in facts_of(p)]
    cases = []
    for number, (passage, fact) in enumerate(drawn.sample(pool, min(count, len(pool))), 1):
        named = [corpus.vocabulary.treatments[key].name for key in passage.treatments] or ["PRP"]
        how, invented = invention(fact, named[0], drawn)
        for truth, kind, text in ((True, "drawn retelling", retelling(fact, drawn)), (False, f"drawn {how}", invented)):
            id_ = f"drawn-{'true' if truth else 'invented'}-{number:03d}"
            cases.append(DraftCase(id=id_, split=split, text=text, passage_ids=(passage.id,), truth=truth, how=kind))
    return cases
