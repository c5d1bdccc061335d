"""Do whole conversations get the facts they need, nothing false, in plain words? Two hundred turns, many voices."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evals.cases import DATA
from evals.metrics import Figure, mean_figure, quantile_figure, ratio_figure
from evals.readability import NAMES, Reading, reading
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, run_cases
from evals.talks import TalkCase, TalkTurn, Wish, talk_case
from rag.kinds import Kind, Verdict
from rag.text import normalise, sentences
from rag.types import Answer, Turn

MOST_WORDS = 160  # about one screen of a phone
_SIMPLE_WORDS = 75  # a main message and a next step


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What was counted in one turn; pairs are (good, all)."""

    question: str
    kind: str
    facts: tuple[int, int]
    forbidden: tuple[str, ...]
    kind_right: bool
    backed: tuple[int, int]
    repeated: tuple[int, int]
    words: int | None  # None where the reply is a fixed one, or more was asked for
    reads: Reading | None
    reads_without_names: Reading | None
    wish_met: bool | None
    faults: tuple[str, ...]


def run(context: Context) -> SuiteResult:
    """Hold every conversation and audit every turn."""
    loaded = context.load(DATA / "answers.jsonl", talk_case)
    assistant = context.assistant

    def held(case: TalkCase) -> tuple[Audit, ...]:
        history: list[Turn] = []
        audits = []
        for turn in case.turns:
            history.append(assistant.ask(turn.question, history))
            audits.append(audit(turn, history[-1].answer, [earlier.answer for earlier in history[:-1]]))
        return tuple(audits)

    done = run_cases(loaded, held, context.progress, "Talking")
    metrics = _figures([s.score for s in done.scored], context.seed)
    return done.result("answers", metrics, tables=[_by_kind(done)], misses=_misses(done))


def audit(turn: TalkTurn, answer: Answer, earlier: Sequence[Answer] = ()) -> Audit:
    """Hold one answer against what its turn expects."""
    text = normalise(" ".join(s.text for s in answer.statements)).lower()
    absent = [fact.words for fact in turn.facts if not fact.told_in(text)]
    forbidden = tuple(p.pattern for p in turn.never if p.search(text))
    stating = [s for s in answer.statements if s.support is not Verdict.NOT_A_CLAIM]
    backed = [s for s in stating if s.markers or s.flagged]
    repeated = _repeated(answer, earlier if turn.wants is Wish.MORE else ())
    said = [s.text for s in answer.statements] if answer.generator != "safety" else []
    written = [text[start:end] for text in said for start, end in sentences(text)]
    kind_right = answer.kind in turn.kinds
    wish_met = _wish_met(turn.wants, answer, earlier)
    return Audit(
        question=turn.question,
        kind=turn.kinds[0].value,
        facts=(len(turn.facts) - len(absent), len(turn.facts)),
        forbidden=forbidden,
        kind_right=kind_right,
        backed=(len(backed), len(stating)),
        repeated=(len(repeated), len(answer.statements)),
        words=len(" ".join(written).split()) if written and turn.wants is not Wish.MORE else None,
        reads=reading(written),
        reads_without_names=reading(written, NAMES),
        wish_met=wish_met,
        faults=(
            *(f"does not say: {words}" for words in absent),
            *(f"says what it must not: {pattern}" for pattern in forbidden),
            *(() if kind_right else (f"is {answer.kind}, not {' or '.join(turn.kinds)}",)),
            *(f"neither cited nor flagged: {s.text!r}" for s in stating if s not in backed),
            *(f"said before: {sentence!r}" for sentence in repeated),
            *((f"does not give what was asked for: {turn.wants}",) if wish_met is False else ()),
        ),
    )


def _repeated(answer: Answer, earlier: Sequence[Answer]) -> list[str]:
    """Give the factual sentences that stand twice in an answer, or in the answers before it."""
    said = {s.text for past in earlier for s in past.statements}
    again = []
    for statement in answer.statements:
        if statement.text in said and statement.support is not Verdict.NOT_A_CLAIM:
            again.append(statement.text)
        said.add(statement.text)
    return again


def _wish_met(wish: Wish | None, answer: Answer, earlier: Sequence[Answer]) -> bool | None:
    """Tell whether a follow-up on form was met; None where none was made."""
    if wish is None or not earlier:
        return None
    factual = [s for s in answer.statements if s.support is not Verdict.NOT_A_CLAIM]
    if wish is Wish.NUMBERS:
        return bool(factual) and all(any(c.isdigit() for c in s.text) and s.markers for s in factual)
    if wish is Wish.MORE:
        return bool(factual) and not _repeated(answer, earlier)
    return bool(factual) and len(answer.text.split()) <= _SIMPLE_WORDS


def _figures(talks: Sequence[tuple[Audit, ...]], seed: int) -> dict[str, Figure]:
    """Give the figures; intervals resample whole conversations wherever a figure is a share of turns."""
    turns = [audit for talk in talks for audit in talk]
    grades = [a.reads.grade for a in turns if a.reads]
    eases = [a.reads.ease for a in turns if a.reads]
    plain = [a.reads_without_names.grade for a in turns if a.reads_without_names]
    words = [float(a.words) for a in turns if a.words is not None]
    return {
        "facts_present": _share(talks, lambda a: a.facts, seed),
        "complete": _share(talks, lambda a: (int(a.facts[0] == a.facts[1]), 1), seed),
        "forbidden": _share(talks, lambda a: (int(bool(a.forbidden)), 1), seed),
        "kind_right": _share(talks, lambda a: (int(a.kind_right), 1), seed),
        "cited_or_flagged": _share(talks, lambda a: a.backed, seed),
        "repeated": _share(talks, lambda a: a.repeated, seed),
        "wishes_met": mean_figure([None if a.wish_met is None else float(a.wish_met) for a in turns], seed),
        "words_median": quantile_figure(words, 0.5, seed),
        "within_160_words": mean_figure([float(w <= MOST_WORDS) for w in words], seed),
        "grade_median": quantile_figure(grades, 0.5, seed),
        "grade_p95": quantile_figure(grades, 0.95, seed),
        "grade_median_without_names": quantile_figure(plain, 0.5, seed),
        "grade_p95_without_names": quantile_figure(plain, 0.95, seed),
        "ease_median": quantile_figure(eases, 0.5, seed),
    }


def _share(talks: Iterable[Sequence[Audit]], count: Callable[[Audit], tuple[int, int]], seed: int) -> Figure:
    pairs = [[count(audit) for audit in talk] for talk in talks]
    return ratio_figure([(float(sum(g for g, _ in p)), float(sum(n for _, n in p))) for p in pairs], seed)


def _by_kind(done: Run[TalkCase, tuple[Audit, ...]]) -> Table:
    turns = [audit for s in done.scored for audit in s.score]
    rows = []
    for kind in (k.value for k in Kind):
        own = [a for a in turns if a.kind == kind]
        if own:
            told, needed = (sum(a.facts[i] for a in own) for i in (0, 1))
            barred = sum(bool(a.forbidden) for a in own)
            rows.append((kind, len(own), sum(a.kind_right for a in own), told, needed, barred))
    head = ("expected kind", "turns", "kind right", "facts told", "facts needed", "with a forbidden statement")
    return Table(title="By expected kind", head=head, rows=tuple(rows))


def _misses(done: Run[TalkCase, tuple[Audit, ...]]) -> list[Note]:
    """List what went wrong in development conversations; those held back are counted, never shown."""
    return [
        Note(case_id=f"{s.case.id} turn {place}", reason=f"{audit.question!r} {fault}")
        for s in done.scored
        if s.case.split == "dev"
        for place, audit in enumerate(s.score, 1)
        for fault in audit.faults
    ]
