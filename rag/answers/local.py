"""What may be said of the country that a question on rules, prices or care names."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from rag.answers.findings import QUOTED_ROLES, Candidate, Findings
from rag.evidence import Topic
from rag.kinds import Part
from rag.language.demands import OF_A_PLACE, asks_of_a_place, shares_a_place
from rag.language.reading import sided_on
from rag.sentences.inquiry import Asked
from rag.sentences.sayable import Sayables

_OF_CARE = frozenset({"access", "children", "cost"})  # who asks of these may be about to go there


@dataclass(frozen=True, kw_only=True)
class Local:
    """Finds what is told of a country among the findings."""

    findings: Findings

    def sentence(self, asked: Asked) -> Candidate | None:
        """Give the sentence on the country that a question on rules, prices or care names.

        None where no sentence speaks of it, or the question names none or asks of what is alike everywhere.
        """
        if not self.is_asked_of(asked) or (asked.opens and asked.topic and _speaks_of_it(asked.topic, asked)):
            return None
        vocabulary, focus = self.findings.corpus.vocabulary, set(asked.reading.focus)
        here = [c for c in self.findings.ranked(asked) if not c.beside and shares_a_place(c.text, asked.question)]
        sided = [c for c in here if focus & sided_on(c.text, vocabulary)]
        here = [c for c in here if focus & self._borne_on(c)]  # that a clinic there takes an hour is no rule
        return next(chain(sided, here, self._of_the_topic(asked), self._found(asked)), None)

    def is_asked_of(self, asked: Asked) -> bool:
        """Tell whether a country is asked about: not where the topic is on what is alike everywhere.

        "A graft came out, my surgeon is in Turkey and does not answer" asks nothing of Turkey.
        """
        alike = asked.opens and asked.topic and not OF_A_PLACE & {*asked.topic.outcomes}
        return not alike and asks_of_a_place(asked.question, asked.reading.focus)

    def _borne_on(self, candidate: Candidate) -> set[str]:
        passages = (self.findings.corpus.passages[id_] for id_ in candidate.passage_ids)
        return {bearing.outcome for passage in passages for bearing in passage.bearings}

    def is_heard_of(self, asked: Asked) -> bool:
        """Tell whether any sentence that we may say tells of the country what is asked, or warns of care there."""
        focus, subjects = set(asked.reading.focus), asked.reading.subjects
        meant = focus | ({"safety"} if focus & _OF_CARE else set())
        here = (said for said in self._sayables.all if meant & said.tagged)
        return any(
            shares_a_place(said.text, asked.question) and self.findings.leads.fits(said.treatments, subjects)
            for said in here
        )

    @property
    def _sayables(self) -> Sayables:
        return self.findings.leads.relevance.sayables

    def _of_the_topic(self, asked: Asked) -> Iterator[Candidate]:
        """Give what the topic says of the country, whatever its passages are tagged with."""
        for sentence in asked.topic.sentences if asked.topic else ():
            if sentence.cites and shares_a_place(sentence.text, asked.question):
                yield Candidate(
                    id=sentence.id, text=sentence.text, passage_ids=sentence.cites, relevance=0.0, reviewed=True
                )

    def _found(self, asked: Asked) -> Iterator[Candidate]:
        """Give the lines found on the country, however they are put: "what should I check first" is near to nothing."""
        about = (f.passage for f in asked.found if self.findings.bearing.about(f, asked))
        lines = self.findings.lines_of([p.id for p in about if p.role in QUOTED_ROLES], asked)
        yield from (line for line in lines if shares_a_place(line.text, asked.question))


def _speaks_of_it(topic: Topic, asked: Asked) -> bool:
    """Tell whether the main message of a topic speaks of the country itself."""
    return shares_a_place(topic.parts[Part.MAIN][0].text, asked.question)
