"""What an answer closes with: how sure we are, what is not known, and one next step."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.answers.citations import Sentence, of_topic
from rag.answers.findings import Findings
from rag.answers.home import NOWHERE, Home
from rag.answers.sureness import UNSURE, how_sure, reasons
from rag.evidence import Passage
from rag.kinds import Part, Verdict
from rag.language.reading import read
from rag.sentences.inquiry import Asked

_BEARS = 0.45  # cosine of a closing sentence and the question above which it is about the same
_BIRTH = re.compile(r"\b(?:birth|pregnan\w+|bab(?:y|ies)|breast ?fe\w+|post ?-?partum)\b", re.IGNORECASE)
NEXT_STEP = "A doctor or skin specialist can tell you what this means for you."


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Finds the last sentences of an answer."""

    findings: Findings

    def sureness(self, part: Asked, said: Sequence[str], lead: Sentence | None = None) -> Iterator[Sentence]:
        """Yield how sure we are and why: the topic's words where they are about this, else the cell's.

        The cell's only where the main message rests on a passage of it: how sure we are of a rule on giving blood says
        nothing on which medicines clash. Where the main message says itself that we are not sure, only why is said;
        what stands elsewhere may be of something else, and a bare "We are not sure." is left out of a hand-over.
        """
        told, cell = [*self._of_the_topic(Part.SURE, part, said)], part.cell
        if cell and lead and not set(cell.passage_ids) & set(lead.passage_ids):
            cell = None
        yield from told
        if not told and cell and cell.certainty and cell.passage_ids:
            known = lead and UNSURE.search(lead.text)
            yield from reasons(cell) if known else how_sure(cell, cell.certainty)

    def unknown(self, part: Asked, said: Sequence[str]) -> Iterator[Sentence]:
        """Yield the one thing that is not known which the topic names for this, unless it was said."""
        yield from self._of_the_topic(Part.UNKNOWN, part, said)

    def _of_the_topic(self, wanted: Part, part: Asked, said: Sequence[str]) -> Iterator[Sentence]:
        """Yield the first sentence of one part of the topic that bears on what is asked and repeats nothing said."""
        told = part.topic.telling(wanted) if part.topic else ()
        new = (s for s in told if self._bears(s, part) and self.findings.repetition.new(s.text, said))
        yield from map(of_topic, islice(new, 1))

    def next_step(self, part: Asked, said: Sequence[str] = (), home: Home = NOWHERE) -> Sentence:
        """Give one next step: the one that bears best on what is asked and was not said, else the general one.

        The topics of the main message count beside the one that was found for the question, and come first.
        """
        about = set(part.reading.treatments)
        # A sentence on finasteride among the warning signs of many treatments does not bring the step for another.
        own = [t for t in home.topics if not (about and t.treatments) or t.treatments[0] in about]
        topics = [*own, *((part.topic,) if part.topic else ())]
        vector = self.findings.retriever.embed(part.question)
        steps = {s.id: s for topic in topics for s in topic.telling(Part.NEXT)}
        fitting = [s for s in steps.values() if s.text not in said and self._same_subject(s.text, part)]
        fitting = [s for s in fitting if not said or not self._unheard_of(s, part, said)]
        if not fitting:
            return Sentence(text=NEXT_STEP, support=Verdict.NOT_A_CLAIM)
        best = max(fitting, key=lambda s: self.findings.retriever.similarity(s.id, vector) + 0.1 * (s is fitting[0]))
        return of_topic(best, advice=True)

    def _unheard_of(self, step: Passage, part: Asked, said: Sequence[str]) -> bool:
        """Tell whether a step names the treatment of its topic, which is not asked about and was not told of."""
        if part.reading.treatments or part.cell:
            return False
        corpus = self.findings.corpus
        in_text = corpus.vocabulary.treatments_in
        named = set(corpus.topic_of[step.source_id].treatments) & set(in_text(step.text))
        return bool(named) and not named & set(in_text(" ".join(said)))

    def _bears(self, sentence: Passage, part: Asked) -> bool:
        """Tell whether a closing sentence of a topic bears on what is asked."""
        vector = self.findings.retriever.embed(part.question)
        cosine = self.findings.retriever.similarity(sentence.id, vector)
        if not self._same_subject(sentence.text, part):
            return False
        if not sentence.cites:
            outcomes = set(read(sentence.text, self.findings.corpus.vocabulary).outcomes)
            return cosine >= _BEARS or bool(outcomes & set(part.reading.focus))
        passages = [self.findings.corpus.passages[id_] for id_ in sentence.cites]
        return self.findings.bearing.bears(sentence.text, passages, part, cosine)

    def _same_subject(self, text: str, part: Asked) -> bool:
        """Tell whether a sentence names no treatment, kind of hair loss, children or birth but those asked about."""
        bearing = self.findings.bearing
        if _BIRTH.search(text) and not (_BIRTH.search(part.told) or "pregnancy" in part.reading.outcomes):
            return False
        if any(of(text, part) for of in (bearing.of_others, bearing.of_another_kind, bearing.of_a_kind_unasked)):
            return False
        named, meant = self.findings.corpus.vocabulary.treatments_in(text), part.reading.treatments
        meant = meant or ((part.cell.treatment,) if part.cell else ())
        return not (meant and named) or self.findings.leads.fits(named, meant)
