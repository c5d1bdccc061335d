"""What of a model's draft may reach a reader: each sentence held against the passages that it names.

A sentence is kept when a passage that it names says as much, marked when the passage is weak or more careful, flagged
when what it says stands only elsewhere or only in part, and taken out otherwise. Nothing is trusted for its source.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answers.citations import Sentence
from rag.drafts.faithfulness import BACKED_COVERAGE, Faithfulness, Reader
from rag.evidence import Passage
from rag.judging.stance import StanceModel, stance_of
from rag.judging.weighing import certainty_of
from rag.kinds import Origin, Stance, Verdict
from rag.language import grammar
from rag.language.paraphrase import coverage, stem, stems
from rag.library.corpus import Corpus
from rag.library.orders import is_order
from rag.sentences.quotes import best_support
from rag.text import normalise, sentence_texts
from rag.types import Claim, DraftSentence, Evidence, Judgement

DOUBTED_COVERAGE = 0.60  # below it a sentence is about something else, and is taken out
# One sentence that is backed makes an answer, because a reviewed sentence stands before it and one behind it.
FEWEST_BACKED = 1
MOST_SENTENCES = 40  # more is no answer to a patient
MOST_WORDS = 60

NOT_ALL_FOUND = "We could not find all of this in the source that it names."
NAMED_NOWHERE = "The draft did not name the source for this."
MORE_CAREFUL = "The source says this with more caution."


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept(Sentence):
    """A sentence of a draft that may be shown, and what was judged of it."""

    judgement: Judgement | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A draft after its check: what is kept, and how many sentences were taken out."""

    kept: tuple[Kept, ...]
    taken_out: int

    @property
    def enough(self) -> bool:
        """Tell whether what is left makes an answer."""
        return sum(bool(k.passage_ids) and k.support is not Verdict.NO_EVIDENCE for k in self.kept) >= FEWEST_BACKED


@dataclass(frozen=True, kw_only=True)
class DraftCheck:
    """Checks drafts against the corpus, with the guards of ``faithfulness`` and the judge of pairs."""

    corpus: Corpus
    stance: StanceModel

    def check(self, draft: Sequence[DraftSentence], shown_ids: Sequence[str]) -> Checked:
        """Check every sentence of a draft; ``shown_ids`` are the passages that the model was given."""
        shown = [p for id_ in shown_ids if (p := self.corpus.passages.get(id_)) and self.corpus.is_evidence(p)]
        known = {p.id for p in shown}
        kept: list[Kept] = []
        taken_out = 0
        for number, (text, ids) in enumerate(_single(draft)):
            named = [self.corpus.passages[id_] for id_ in ids if id_ in known]
            found = self._keep(text, named, shown) if number < MOST_SENTENCES else None
            if found is None:
                taken_out += 1
            elif found.text not in (k.text for k in kept):
                kept.append(found)
        return Checked(kept=tuple(kept), taken_out=taken_out)

    def _keep(self, text: str, named: Sequence[Passage], shown: Sequence[Passage]) -> Kept | None:
        """Give a sentence as it may be shown, or None when it must go."""
        if is_order(text) or len(text.split()) > MOST_WORDS:
            return None
        if says_nothing(text):
            return Kept(text=text, support=Verdict.NOT_A_CLAIM)
        if text.endswith("?"):  # what a question takes for granted cannot be held against a passage
            return None
        if grammar.INSTRUCTION.match(text):  # only staff decide what patients are told to do
            named = [p for p in named if self.corpus.may_decide(p)]
        held = [(p, self._against(text, p)) for p in named]
        backing = self._not_refuted(text, [(p, f) for p, f in held if f.backed])
        if backing:
            return self._backed(text, backing)
        if near := [p for p, f in held if not f.faults and f.coverage >= DOUBTED_COVERAGE]:
            return _flagged(text, near, NOT_ALL_FOUND)
        others = [p for p in shown if p not in named and coverage(text, p.text) >= BACKED_COVERAGE]
        if any(self._against(text, p).backed for p in others):
            return _flagged(text, (), NAMED_NOWHERE)
        return None

    def _against(self, text: str, passage: Passage) -> Faithfulness:
        return self._reader.compare(text, passage, self.corpus.sources[passage.source_id])

    def _not_refuted(
        self, text: str, backing: list[tuple[Passage, Faithfulness]]
    ) -> list[tuple[Passage, Faithfulness]]:
        shares = self.stance.shares([(text, held.part) for _, held in backing])
        return [pair for pair, share in zip(backing, shares, strict=True) if stance_of(share)[0] is not Stance.REFUTES]

    def _backed(self, text: str, backing: Sequence[tuple[Passage, Faithfulness]]) -> Kept:
        pairs = self.corpus.sourced(p for p, _ in backing)
        support, note = best_support(pairs)
        if support is Verdict.SUPPORTED and all(held.bolder for _, held in backing):
            support, note = Verdict.LIMITED, MORE_CAREFUL
        outcome = next((b.outcome for p, _ in pairs for b in p.bearings), "works")
        judgement = Judgement(
            claim=Claim(text=text, origin=Origin.ANSWER, span=None),
            verdict=support,
            certainty=certainty_of(outcome, pairs, agree=True)[0],
            reason=note or f"The source says: {backing[0][1].part}",
            evidence=tuple(
                Evidence(passage_id=p.id, stance=Stance.SUPPORTS, score=round(held.coverage, 3)) for p, held in backing
            ),
        )
        ids = tuple(p.id for p, _ in backing)
        return Kept(text=text, passage_ids=ids, support=support, note=note, judgement=judgement)

    @cached_property
    def _reader(self) -> Reader:
        """Give the reader with the stems of every lower-case word of passages and topics."""
        texts = [p.text for p in (*self.corpus.passages.values(), *self.corpus.sentences.values())]
        lexicon = frozenset(stem(word) for text in texts for word in re.findall(r"\b[a-z]+", text))
        return Reader(vocabulary=self.corpus.vocabulary, lexicon=lexicon)


def says_nothing(text: str) -> bool:
    """Tell a greeting, a question or plain advice from a statement: every word of it is one of a few harmless ones."""
    return bool(_OPENER.search(text)) and stems(text) <= _HARMLESS


def plain(text: str) -> str:
    """Give a sentence without list signs, emphasis and the citation marks that models put into the text."""
    text = _MARKS.sub(" ", normalise(text))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.replace("**", "").replace("__", "").split()))
    return text.strip("*_#>-• ")


def _single(draft: Sequence[DraftSentence]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each sentence alone: two in one place must not vouch for each other."""
    for proposed in draft:
        for text in sentence_texts(plain(proposed.text)):
            yield text, tuple(dict.fromkeys(proposed.passage_ids))


def _flagged(text: str, passages: Sequence[Passage], note: str) -> Kept:
    ids = tuple(p.id for p in passages)
    judgement = Judgement(
        claim=Claim(text=text, origin=Origin.ANSWER, span=None),
        verdict=Verdict.NO_EVIDENCE,
        certainty=None,
        reason=note,
        evidence=tuple(Evidence(passage_id=id_, stance=Stance.NEUTRAL, score=0.5) for id_ in ids),
    )
    return Kept(text=text, passage_ids=ids, support=Verdict.NO_EVIDENCE, note=note, judgement=judgement)


_MARKS = re.compile(r"\s*[\[(](?:[a-z0-9_-]+#\w+|\d{1,2})(?:\s*[,;]\s*(?:[a-z0-9_-]+#\w+|\d{1,2}))*[\])]")
_OPENER = re.compile(
    r"^(?:please |you (?:can|could|may) |do )*(?:ask|talk|speak|see|tell|discuss|share|let|thanks?|hello|hi|welcome|"
    r"sorry|i hope|i am sorry|i understand|would you|do you|is there|can i|what|which|how)\b",
    re.IGNORECASE,
)
_HARMLESS = frozenset(
    stem(word)
    for word in (
        "a an the and or if to you your yours we i it this that these here is are am could would please do does what "
        "which how who when of for with about on in from any hope helps help ask talk speak see tell discuss share let "
        "know doctor dermatologist specialist skin clinic nurse pharmacist clinician question questions answer next "
        "step thank thanks hello hi welcome glad sorry understand worry worrying feel before decide deciding choice "
        "choices option options means mean like want need other anything else there may can health care professional "
        "more"
    ).split()
)
