"""Can a person who reads at grade 6 to 8 take it in? The answers to plain questions, and every topic as it is written.

Grades, and the items of the CDC index and of PEMAT that a program can check; a person's judgement is not replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.cases import DATA, Loaded, RetrievalCase, chosen, retrieval_case
from evals.metrics import Figure, mean_figure, quantile_figure, ratio_figure
from evals.plainness import ITEMS, Sentence, long_sentences, smog
from evals.readability import NAMES, Reading, reading
from evals.records import Record, Unscored, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from rag.kinds import Verdict
from rag.text import sentence_texts

_QUESTIONS = 40
_HARD_GRADE = 10.0  # an answer above it is listed
ANSWER, TOPIC = "answer", "topic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What is read: the answer to a question, or a topic whose sentences are given."""

    id: str
    split: str
    kind: str
    question: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """How one text reads."""

    reading: Reading
    without_names: Reading | None
    smog: float | None
    items: dict[str, bool]
    sentences: int
    long: tuple[str, ...]


def run(context: Context) -> SuiteResult:
    """Ask the plain questions, take the topics as they stand, and measure both."""
    loaded = texts(context)
    system = context.system

    def measured(text: Text) -> Read:
        if text.kind == TOPIC:
            return read(text.sentences)
        answer = system.ask([text.question])
        return read(
            [Sentence(text=s["text"], advice=s["support"] == Verdict.NOT_A_CLAIM) for s in answer["statements"]]
        )

    done = run_cases(loaded, measured, context.progress, "Reading")
    tables = [_items(done)]
    return done.result("readability", _figures(done, context.seed), tables=tables, misses=_misses(done), record=_record)


def texts(context: Context) -> Loaded[Text]:
    """Give plain questions of the project's cases, and the topics where the product itself is under test."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    plain = [case for case in loaded.cases if case.in_scope and len(case.turns) == 1]
    asked = chosen(plain, "all", min(_QUESTIONS, context.limit or _QUESTIONS), context.seed)
    found = [_question(case) for case in asked]
    if context.under_test is None:
        topics = context.assistant.corpus.topics[: context.limit]
        found += [
            Text(
                id=topic.source_id,
                split="dev",
                kind=TOPIC,
                question=topic.question,
                sentences=tuple(Sentence(text=p.text, advice=not p.cites) for p in topic.sentences),
            )
            for topic in topics
        ]
    return Loaded(path=loaded.path, cases=tuple(found), bad=loaded.bad)


def read(statements: Sequence[Sentence]) -> Read:
    """Measure one text, sentence by sentence; raise Unscored when it has no word."""
    sentences = [replace(s, text=text) for s in statements for text in sentence_texts(s.text)]
    whole = [s.text for s in sentences]
    measured = reading(whole)
    if measured is None:
        raise Unscored("the answer has no words to read")
    return Read(
        reading=measured,
        without_names=reading(whole, NAMES),
        smog=smog(whole),
        items={name: holds(sentences) for name, holds in ITEMS.items()},
        sentences=len(whole),
        long=tuple(long_sentences(sentences)),
    )


def _question(case: RetrievalCase) -> Text:
    return Text(id=case.id, split=case.split, kind=ANSWER, question=case.question)


def _figures(done: Run[Text, Read], seed: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for kind in (ANSWER, TOPIC):
        own = [s.score for s in done.scored if s.case.kind == kind]
        grades = [r.reading.grade for r in own]
        figures |= {
            f"{kind}_grade_median": quantile_figure(grades, 0.5, seed),
            f"{kind}_grade_p95": quantile_figure(grades, 0.95, seed),
            f"{kind}_grade_without_names": mean_figure([r.without_names.grade for r in own if r.without_names], seed),
            f"{kind}_ease_median": quantile_figure([r.reading.ease for r in own], 0.5, seed),
            f"{kind}_smog_median": quantile_figure([r.smog for r in own if r.smog is not None], 0.5, seed),
            f"{kind}_long_sentences": ratio_figure([(float(len(r.long)), float(r.sentences)) for r in own], seed),
        }
    answers = [s.score for s in done.scored if s.case.kind == ANSWER]
    for name in ITEMS:
        figures[name] = mean_figure([float(r.items[name]) for r in answers], seed)
    return figures


def _record(scored: Scored[Text, Read]) -> Record:
    kind, r = scored.case.kind, scored.score
    scores = {
        "grade": r.reading.grade,
        f"{kind}_grade_without_names": r.without_names.grade if r.without_names else None,
        "ease": r.reading.ease,
        "smog": r.smog,
        f"{kind}_long_sentences": len(r.long) / r.sentences,
    }
    if kind == ANSWER:
        scores |= {name: float(holds) for name, holds in r.items.items()}
    return Record(
        id=scored.case.id,
        scores=present(scores),
        weights={f"{kind}_long_sentences": r.sentences},
        groups={"text": kind, "split": scored.case.split},
        seen={"question": scored.case.question, "long": list(r.long), "grade": round(r.reading.grade, 1)},
    )


def _items(done: Run[Text, Read]) -> Table:
    rows = []
    for name in ITEMS:
        row: list[str | int | float | None] = [name]
        for kind in (ANSWER, TOPIC):
            own = [s.score.items[name] for s in done.scored if s.case.kind == kind]
            row += [len(own), sum(own) / len(own) if own else None]
        rows.append(tuple(row))
    return Table(title="Items that a program can check", head=("item", "n", "answers", "n", "topics"), rows=tuple(rows))


def _misses(done: Run[Text, Read]) -> list[Note]:
    notes = []
    for s in done.scored:
        if s.score.reading.grade > _HARD_GRADE:
            reason = f"{s.case.question!r}: grade {s.score.reading.grade:.1f}"
            notes.append(Note(case_id=s.case.id, reason=reason))
        notes += [Note(case_id=s.case.id, reason=f"long sentence: {text!r}") for text in s.score.long]
    return notes
