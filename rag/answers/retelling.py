"""The last answer told in another way: more of it, simpler, its figures alone, why, how sure, or which studies."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answers.citations import Sentence
from rag.answers.closing import NEXT_STEP
from rag.answers.composition import Composition
from rag.answers.findings import Candidate, Findings
from rag.answers.headline import SHORT_ANSWERS
from rag.answers.sureness import WHY, reasons
from rag.evidence import Found, Passage, Source
from rag.kinds import Direction, Role, StudyDesign, Verdict, Wish
from rag.sentences.following import Earlier
from rag.sentences.inquiry import Asked
from rag.sentences.quotes import has_figure
from rag.types import Answer, Turn

_MORE, _FIGURES, _STUDIES, _REASONS = 5, 6, 4, 3
_REASON = re.compile(
    r"\b(?:because|since|so that|due to|reason|could (?:reach|harm|affect|reduce)|which means|in order to)\b"
)
_NOTHING_MORE = "That is all that our library holds on this question."
_NO_FIGURES = "Our library holds no figures on this question."
_NO_STUDIES = "No study stands behind the last answer."
_BREAK = re.compile(
    r"(?:, (?P<but>but|and)|;) (?=(?:the|a|no|we|they|some|many|most|those|these|other|trials?|studies|it)\b"
    r"|\w+ (?:is|are|was|were|may|can|do|does|has|have|need)\b)|, because "
)
_ASIDE = re.compile(r"\s*\((?!not )[^)]*\)")
# Each fits where what it replaces stood: a noun for a noun, one or many, with the one article that it needs.
_PLAIN_WORDS = (
    (re.compile(r"\bplacebo(?:-controlled\b|(?= trials?\b))", re.IGNORECASE), "dummy-controlled"),
    (re.compile(r"\bplacebo(?= (?:group|foam)\b)", re.IGNORECASE), "dummy"),
    (re.compile(r"\b(no|the) placebo\b", re.IGNORECASE), r"\1 dummy treatment"),
    (re.compile(r"\b(?:a )?placebo\b", re.IGNORECASE), "a dummy treatment"),
    (re.compile(r"(?<!-)\brandomi[sz]ed trial(s?)\b", re.IGNORECASE), r"fair test\1"),
    (re.compile(r"\bpooled trials\b", re.IGNORECASE), "combined trials"),
    (re.compile(r"\boff-label(?= uses?\b)"), "unapproved"),
    (re.compile(r"(?<!\")\boff-label\b"), "outside the approved use"),
    (re.compile(r"\bmesenchymal stem cells\b"), "stem cells"),
)
_DESIGNS = {
    StudyDesign.META_ANALYSIS: "a review that pooled trials",
    StudyDesign.SYSTEMATIC_REVIEW: "a review of studies",
    StudyDesign.RANDOMIZED: "a trial with groups drawn by chance",
    StudyDesign.CONTROLLED: "a trial with a comparison group",
    StudyDesign.COHORT: "a study that followed people",
    StudyDesign.CASE_SERIES: "a study without a comparison group",
    StudyDesign.CASE_REPORT: "a report of single cases",
    StudyDesign.SURVEY: "a survey",
    StudyDesign.GUIDELINE: "advice from experts",
    StudyDesign.REGULATOR: "a notice from an official body",
    StudyDesign.PATIENT_PAGE: "a page for patients",
    StudyDesign.NARRATIVE_REVIEW: "an overview by experts",
    StudyDesign.LABORATORY: "a lab study",
    StudyDesign.ANIMAL: "a study in animals",
}

Told = Iterator[Sentence]


@dataclass(frozen=True, kw_only=True, slots=True)
class Last:
    """The question that was last asked, the answers given to it, and every sentence said in the conversation."""

    asked: Asked
    answers: tuple[Answer, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Retelling:
    """Answers a wish about the last answer; what was said on the same question before is not said again."""

    composition: Composition
    handed_over: bool = False  # to a clinician: no bare yes or no then, in simple words neither

    def sentences(self, wish: Wish, question: str, found: Sequence[Found], history: Sequence[Turn]) -> Told:
        """Yield the sentences that a wish asks for; the question is that of the last turn."""
        earlier = _before(question, history)
        asked = self.composition.messages.led(self.composition.leads.asked(question, found, earlier=earlier))
        if asked.cell is None:  # "why?" after a question that named no outcome is about whether it works
            asked = replace(asked, cell=self.composition.leads.cell(asked.reading))
        same = [turn.answer for turn in history if turn.understood == question]
        last = Last(asked=asked, answers=tuple(same), said=_said([turn.answer for turn in history]))
        yield from self._ways[wish](last)

    @cached_property
    def _ways(self) -> Mapping[Wish, Callable[[Last], Told]]:
        return {
            Wish.MORE: self._more,
            Wish.SIMPLER: self._simpler,
            Wish.NUMBERS: self._numbers,
            Wish.WHY: self._why,
            Wish.SURE: self._sure,
            Wish.SOURCES: self._sources,
        }

    def _more(self, last: Last) -> Told:
        """Yield further findings on the same question, then what else is not known."""
        candidates = [*self._findings.ranked(last.asked), *self._beside(last)]
        told = list(self._fresh(candidates, last.said, _MORE))
        for candidate in told:
            yield self.composition.messages.quote(candidate)
        if not told:
            yield Sentence(text=_NOTHING_MORE, support=Verdict.NOT_A_CLAIM)
            yield Sentence(text=NEXT_STEP, support=Verdict.NOT_A_CLAIM)

    def _simpler(self, last: Last) -> Told:
        """Yield the short answer, the main message and the next step in short sentences without jargon."""
        opening = list(self.composition.opening.sentences(last.asked)) or _first_said(last)
        if self.handed_over:
            opening = [sentence for sentence in opening if sentence.text not in SHORT_ANSWERS]
        for sentence in [*opening, self.composition.closing.next_step(last.asked)]:
            for text in plainly(sentence.text):
                yield Sentence(
                    text=text, passage_ids=sentence.passage_ids, support=sentence.support, note=sentence.note
                )

    def _numbers(self, last: Last) -> Told:
        """Yield the sentences with figures from the passages cited so far, then from others on the question."""
        cited = [c.passage_id for answer in reversed(last.answers) for c in answer.citations]
        lines = [*self._findings.lines_of(cited, last.asked), *self._findings.ranked(last.asked)]
        told = list(self._fresh([c for c in lines if has_figure(c.text)], [], _FIGURES))
        for candidate in told:
            yield self.composition.messages.quote(candidate)
        if not told:
            yield Sentence(text=_NO_FIGURES, support=Verdict.NOT_A_CLAIM)

    def _why(self, last: Last) -> Told:
        """Yield what gives a reason: sentences beside those cited that say why, and why we are no surer."""
        lines = [*self._beside(last), *self._findings.ranked(last.asked)]
        told = list(self._fresh([c for c in lines if _REASON.search(c.text)], last.said, _REASONS))
        for candidate in told:
            yield self.composition.messages.quote(candidate)
        works = self.composition.leads.cell(replace(last.asked.reading, assertions=()))
        causes = [c for c in dict.fromkeys((works, last.asked.cell)) if c and c.passage_ids]
        new = [c for c in causes if reasons(c)[0].text not in last.said]
        mixed = [c for c in causes if c.direction is Direction.MIXED]  # why they disagree may be told again
        for cell in new[:1] if told else (mixed or new or causes)[:1]:
            yield from reasons(cell)
        if not told and not causes:
            yield from self._more(last)

    def _sure(self, last: Last) -> Told:
        """Yield how sure we are and why."""
        told = list(self.composition.closing.sureness(last.asked, []))
        yield from told
        cell = last.asked.cell
        why = reasons(cell) if cell and cell.passage_ids else []
        # A short reason was joined to how sure we are: "We are not sure of the main point: one small study."
        if why and not any(sentence.text.endswith(why[0].text.removeprefix(WHY)) for sentence in told):
            yield from why
        elif not told:
            yield from self._sources(last)

    def _sources(self, last: Last) -> Told:
        """Yield which studies the last answer stands on: what kind, how many people, when."""
        corpus = self.composition.corpus
        cited = [c for c in (last.answers[-1].citations if last.answers else ()) if c.source.id in corpus.sources]
        first = {c.source.id: c for c in reversed(cited)}
        for citation in sorted(first.values(), key=lambda c: c.marker)[:_STUDIES]:
            ids = (citation.passage_id,)
            yield Sentence(text=described(citation.source), passage_ids=ids, support=Verdict.SUPPORTED)
            for line in self._findings.lines_of([citation.passage_id], last.asked):
                yield self.composition.messages.quote(line)
                break
        if not first:
            yield Sentence(text=_NO_STUDIES, support=Verdict.NOT_A_CLAIM)

    # ------------------------------------------------------------- what to tell

    @property
    def _findings(self) -> Findings:
        return self.composition.findings

    def _beside(self, last: Last) -> Iterator[Candidate]:
        """Give the lines of the other passages of the sources that were cited."""
        sources = {c.source.id: c.source for answer in last.answers for c in answer.citations}
        passages = [p.id for s in sources.values() for p in s.passages if _tells(p)]
        return self._findings.lines_of(passages, last.asked)

    def _fresh(self, candidates: Sequence[Candidate], said: Sequence[str], count: int) -> Iterator[Candidate]:
        told = list(said)
        for candidate in candidates:
            if len(told) - len(said) == count:
                return
            if self._findings.repetition.new(candidate.text, told):
                told.append(candidate.text)
                yield candidate


def plainly(text: str) -> list[str]:
    """Give a sentence as shorter ones without asides and terms of art.

    Example: "PRP may help, but trials disagree." -> ["PRP may help.", "But trials disagree."]
    """
    bare = _ASIDE.sub("", text)
    for pattern, plain in _PLAIN_WORDS:
        bare = pattern.sub(plain, bare)
    pieces: list[str] = []
    start = 0
    for cut in _BREAK.finditer(bare):
        pieces.append(bare[start : cut.start()])
        start = cut.end() if cut["but"] != "but" else cut.start("but")
    pieces.append(bare[start:])
    return [f"{p[0].upper()}{p[1:].rstrip(' .,;')}." for p in pieces if p.strip(" .,;")]


def described(source: Source) -> str:
    """Say what kind of study a source is, of how many people and from when."""
    kind = _DESIGNS.get(source.study_design, "a source")
    people = f" of {source.n:,} people" if source.n and source.study_design in _OF_PEOPLE else ""
    year = f" from {source.year}" if source.year else ""
    return f"One source is {kind}{people}{year}."


_OF_PEOPLE = (
    StudyDesign.RANDOMIZED,
    StudyDesign.CONTROLLED,
    StudyDesign.COHORT,
    StudyDesign.CASE_SERIES,
    StudyDesign.SURVEY,
)


def _before(question: str, history: Sequence[Turn]) -> Earlier | None:
    """Give what a question, as it was understood, followed when it was asked."""
    asked = [turn.understood for turn in history]
    return Earlier.of(history[: asked.index(question)]) if question in asked else None


def _said(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(statement.text for answer in answers for statement in answer.statements)


def _first_said(last: Last) -> list[Sentence]:
    """Give the first thing that the last answer stated, for an answer that had neither topic nor cell."""
    if not last.answers or not last.answers[-1].statements:
        return []
    answer = last.answers[-1]
    stated = (s for s in answer.statements if s.support is not Verdict.NOT_A_CLAIM)
    first = next(stated, answer.statements[0])
    return [Sentence(text=first.text, passage_ids=answer.passage_ids(first), support=first.support, note=first.note)]


def _tells(passage: Passage) -> bool:
    return passage.role in (Role.FINDING, Role.ADVICE, Role.LIMITATION)
