"""Do whole conversations get the facts they need, nothing false, in plain words? Two hundred turns, many voices.

Beside the product stand two yardsticks that cite or find well and answer badly: copying the first passages found, and
the stock pipeline with a model that tells all of its context.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evals.cases import DATA
from evals.metrics import Figure, mean_figure, quantile_figure, ratio_figure
from evals.readability import NAMES, Reading, reading
from evals.records import Record, shares
from evals.replies import stating, unbacked
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from evals.systems import Json, System
from evals.talks import TalkCase, TalkTurn, talk_case
from evals.yardsticks import YARDSTICKS
from rag.kinds import Kind, Verdict, Wish
from rag.text import normalise, sentence_texts
from rag.types import FIXED

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


# What is counted of a turn as (good, all), by the name of its figure.
_COUNTS: dict[str, Callable[[Audit], tuple[int, int]]] = {
    "facts_present": lambda a: a.facts,
    "complete": lambda a: (int(a.facts[0] == a.facts[1]), 1),
    "forbidden": lambda a: (int(bool(a.forbidden)), 1),
    "kind_right": lambda a: (int(a.kind_right), 1),
    "cited_or_flagged": lambda a: a.backed,
    "repeated": lambda a: a.repeated,
}
_BESIDE = ("facts_present", "forbidden", "kind_right", "cited_or_flagged", "words_median", "grade_median")


def run(context: Context) -> SuiteResult:
    """Hold every conversation and audit every turn."""
    loaded = context.load(DATA / "answers.jsonl", talk_case)

    def talked(system: System) -> Run[TalkCase, tuple[Audit, ...]]:
        return run_cases(loaded, lambda case: held(case, system), context.progress, f"Talking to {system.name}")

    done = talked(context.system)
    metrics = _figures([s.score for s in done.scored], context.seed)
    for system in _yardsticks(context):
        figures = _figures([s.score for s in talked(system).scored], context.seed)
        metrics |= {f"{system.name.replace('-', '_')}_{name}": figures[name] for name in _BESIDE}
    return done.result("answers", metrics, tables=[_by_kind(done)], misses=_misses(done), record=talk_record)


def _yardsticks(context: Context) -> list[System]:
    if context.under_test:
        return []
    return [YARDSTICKS["top-passages"](context.assistant), *([context.stock] if context.stock else [])]


def held(case: TalkCase, system: System) -> tuple[Audit, ...]:
    """Hold a conversation with a system and audit each of its answers."""
    answers: list[Json] = []
    audits = []
    for place, turn in enumerate(case.turns, 1):
        answers.append(system.ask([earlier.question for earlier in case.turns[:place]]))
        audits.append(audit(turn, answers[-1], answers[:-1]))
    return tuple(audits)


def audit(turn: TalkTurn, answer: Json, earlier: Sequence[Json] = ()) -> Audit:
    """Hold one answer (``answer/1``) against what its turn expects."""
    statements = answer["statements"]
    text = normalise(" ".join(s["text"] for s in statements)).lower()
    absent = [fact.words for fact in turn.facts if not fact.told_in(text)]
    forbidden = tuple(p.pattern for p in turn.never if p.search(text))
    factual, bare = stating(answer), unbacked(answer)
    repeated = _repeated(answer, earlier if turn.wants is Wish.MORE else ())
    said = [s["text"] for s in statements] if answer.get("generator") != FIXED else []
    written = [sentence for text in said for sentence in sentence_texts(text)]
    kind_right = answer["kind"] in turn.kinds
    wish_met = _wish_met(turn.wants, answer, earlier)
    return Audit(
        question=turn.question,
        kind=turn.kinds[0].value,
        facts=(len(turn.facts) - len(absent), len(turn.facts)),
        forbidden=forbidden,
        kind_right=kind_right,
        backed=(len(factual) - len(bare), len(factual)),
        repeated=(len(repeated), len(statements)),
        words=len(" ".join(written).split()) if written and turn.wants is not Wish.MORE else None,
        reads=reading(written),
        reads_without_names=reading(written, NAMES),
        wish_met=wish_met,
        faults=(
            *(f"does not say: {words}" for words in absent),
            *(f"says what it must not: {pattern}" for pattern in forbidden),
            *(() if kind_right else (f"is {answer['kind']}, not {' or '.join(turn.kinds)}",)),
            *(f"neither cited nor flagged: {s['text']!r}" for s in bare),
            *(f"said before: {sentence!r}" for sentence in repeated),
            *((f"does not give what was asked for: {turn.wants}",) if wish_met is False else ()),
        ),
    )


def _repeated(answer: Json, earlier: Sequence[Json]) -> list[str]:
    """Give the factual sentences that stand twice in an answer, or in the answers before it."""
    said = {s["text"] for past in earlier for s in past["statements"]}
    again = []
    for statement in answer["statements"]:
        if statement["text"] in said and statement["support"] != Verdict.NOT_A_CLAIM:
            again.append(statement["text"])
        said.add(statement["text"])
    return again


def _wish_met(wish: Wish | None, answer: Json, earlier: Sequence[Json]) -> bool | None:
    """Tell whether a follow-up on form was met; None where none was made."""
    if wish is None or not earlier:
        return None
    factual = stating(answer)
    if wish is Wish.NUMBERS:
        return bool(factual) and all(any(c.isdigit() for c in s["text"]) and s["citations"] for s in factual)
    if wish is Wish.MORE:
        return bool(factual) and not _repeated(answer, earlier)
    return bool(factual) and sum(len(s["text"].split()) for s in answer["statements"]) <= _SIMPLE_WORDS


def _figures(talks: Sequence[tuple[Audit, ...]], seed: int) -> dict[str, Figure]:
    """Give the figures; intervals resample whole conversations wherever a figure is a share of turns."""
    turns = [audit for talk in talks for audit in talk]
    grades = [a.reads.grade for a in turns if a.reads]
    eases = [a.reads.ease for a in turns if a.reads]
    plain = [a.reads_without_names.grade for a in turns if a.reads_without_names]
    words = [float(a.words) for a in turns if a.words is not None]
    return {
        **{name: _share(talks, count, seed) for name, count in _COUNTS.items()},
        "wishes_met": mean_figure([None if a.wish_met is None else float(a.wish_met) for a in turns], seed),
        "words_median": quantile_figure(words, 0.5, seed),
        "within_160_words": mean_figure([float(w <= MOST_WORDS) for w in words], seed),
        "grade_median": quantile_figure(grades, 0.5, seed),
        "grade_p95": quantile_figure(grades, 0.95, seed),
        "grade_median_without_names": quantile_figure(plain, 0.5, seed),
        "grade_p95_without_names": quantile_figure(plain, 0.95, seed),
        "ease_median": quantile_figure(eases, 0.5, seed),
    }


def talk_record(scored: Scored[TalkCase, tuple[Audit, ...]]) -> Record:
    """Tell what a conversation came to: its share of each measure, and its faults where it is not held back."""
    case, audits = scored.case, scored.score
    counted = {
        name: (sum(count(a)[0] for a in audits), sum(count(a)[1] for a in audits)) for name, count in _COUNTS.items()
    }
    scores, weights = shares(counted)
    turns = [{"question": a.question, "faults": list(a.faults)} for a in audits if a.faults]
    return Record(
        id=case.id,
        scores=scores,
        weights=weights,
        groups={"voice": case.voice, "split": case.split},
        seen={"turns": turns} if case.split == "dev" else {"faults": sum(len(a.faults) for a in audits)},
    )


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
    """List what went wrong; the words of conversations that are held back are never shown."""
    return [
        Note(case_id=s.case.id, reason=f"turn {place}: {fault}")
        for s in done.scored
        for place, audit in enumerate(s.score, 1)
        for fault in ((f"{audit.question!r} {f}" for f in audit.faults) if s.case.split == "dev" else _hidden(audit))
    ]


def _hidden(audit: Audit) -> list[str]:
    return [f"{len(audit.faults)} faults (held back)"] if audit.faults else []
