"""An answer whose middle a chat model drafted: reviewed main message, checked sentences, reviewed next step.

The model is asked only when passages were found and the safety screen let the question through. Whatever it does, the
patient gets an answer: where no draft can be used, the extractive answer, which says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from rag.answers.answerer import Answerer, Posed
from rag.answers.citations import Footnotes
from rag.drafts.checking import Checked, DraftCheck
from rag.errors import ModelUnavailable
from rag.kinds import Origin, Verdict
from rag.library.orders import LEFT_OUT
from rag.privacy.redaction import redact
from rag.sentences.following import Earlier
from rag.types import Answer, Generator, Statement

NOT_USED = "The language model's draft could not be used, so this answer is made of our own reviewed sentences."
TAKEN_OUT = "We took {count} of the language model's draft out, because our sources do not back {them}."


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Composes answers around a checked draft, in the shape of an ``Answerer``."""

    answerer: Answerer
    generator: Generator
    check: DraftCheck

    def compose(self, posed: Posed) -> Iterator[Statement | Answer]:
        """Yield the statements of an answer in order, each after its check, then the whole answer."""
        own = _whole(self.answerer.compose(posed))
        if not own.citations or not posed.found:
            yield from own.statements
            yield own
            return
        # The reviewed opening is shown while the model still writes.
        opening = self._opening(posed, own)
        yield from own.statements[:opening]
        checked = self._checked(posed)
        if checked is None or not checked.enough:
            rest = [*own.statements[opening:], _plain(NOT_USED)]
            yield from rest
            yield replace(own, statements=(*own.statements[:opening], *rest))
            return
        answer = self._around(own, opening, checked)
        yield from answer.statements[opening:]
        yield answer

    def _opening(self, posed: Posed, own: Answer) -> int:
        """Count the statements up to the last main message: each thing asked has one, and a correction stands before.

        What comes behind them, findings and how sure they are, the draft may replace.
        """
        composition = self.answerer.composition
        premises = [judged for judged in own.claims if judged.claim.origin is Origin.QUESTION]
        wrong = composition.premises.wrong(posed.understood, premises)
        rest = composition.premises.rest(posed.understood, wrong)
        parts = composition.parting.parts(rest, () if wrong else posed.found, Earlier.of(posed.history))
        opening = {sentence.text for part in parts for sentence in composition.opening.sentences(part)}
        places = (place for place, said in enumerate(own.statements, 1) if said.text in opening)
        return max([len(posed.before) + 1, *places])

    def _checked(self, posed: Posed) -> Checked | None:
        """Give the checked draft, or None when there is none."""
        corpus = self.answerer.corpus
        pairs = corpus.sourced(f.passage for f in posed.found if f.passage.text != LEFT_OUT)
        try:
            # What could identify the person stays here; the passages are literature.
            draft = self.generator.draft(redact(posed.understood).text, pairs)
        except ModelUnavailable:
            return None
        return self.check.check(draft.sentences, draft.shown_ids)

    def _around(self, own: Answer, opening: int, checked: Checked) -> Answer:
        """Put the kept sentences between the reviewed opening and the reviewed next step."""
        notes = self.answerer.footnotes()

        def again(statement: Statement) -> Statement:
            return notes.statement(statement.text, own.passage_ids(statement), statement.support, statement.note)

        first = [again(s) for s in own.statements[:opening]]
        said = {s.text for s in first}
        drafted = _statements(checked, notes, said)
        last = [again(s) for s in own.statements[opening:][-1:] if s.support is Verdict.NOT_A_CLAIM]
        told = [_plain(_taken_out(checked.taken_out))] if checked.taken_out else []
        return replace(
            own,
            statements=tuple(chain(first, drafted, last, told)),
            citations=notes.citations(),
            claims=(*own.claims, *(k.judgement for k in checked.kept if k.judgement)),
            generator=self.generator.name,
        )


def _statements(checked: Checked, notes: Footnotes, said: set[str]) -> list[Statement]:
    return [notes.say(kept) for kept in checked.kept if kept.text not in said]


def _whole(parts: Iterator[Statement | Answer]) -> Answer:
    return next(part for part in parts if isinstance(part, Answer))


def _taken_out(count: int) -> str:
    words = "1 sentence" if count == 1 else f"{count} sentences"
    return TAKEN_OUT.format(count=words, them="it" if count == 1 else "them")


def _plain(text: str) -> Statement:
    return Statement(text=text, markers=(), support=Verdict.NOT_A_CLAIM)
