"""From which similarity on should a question be answered? Questions in and out of scope over thresholds."""

from collections.abc import Sequence

from evals.cases import DATA, RetrievalCase, retrieval_case
from evals.metrics import Figure, difference_figure, mean_figure, share
from evals.records import Record
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Scored, run_cases
from evals.suites.retrieval import search
from evals.systems import Product
from rag.kinds import Kind

_THRESHOLDS = tuple(round(0.20 + 0.025 * step, 3) for step in range(17))  # 0.20 to 0.60
LEAST_PASSED = 0.95  # refusing a patient who could be answered is worse than searching in vain
_ABSTAINED = (Kind.OUT_OF_SCOPE, Kind.NO_EVIDENCE)


def run(context: Context) -> SuiteResult:
    """Measure the nearest passage's similarity and whether the whole product answers or abstains."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    product = Product(assistant=context.assistant)

    def seen(case: RetrievalCase) -> tuple[float, bool]:
        answer = context.system.ask(case.turns)
        similarity = search(product, case).similarity
        assert similarity is not None  # None is for other systems, which tell no cosine
        return similarity, Kind(answer["kind"]) not in _ABSTAINED

    done = run_cases(loaded, seen, context.progress, "Asking")
    inside = [s for s in done.scored if s.case.in_scope]
    outside = [s for s in done.scored if not s.case.in_scope]
    near, far = [s.score[0] for s in inside], [s.score[0] for s in outside]
    at = context.settings.min_similarity
    best = best_threshold(near, far)
    metrics = {
        "answered_in_scope": mean_figure([float(s.score[1]) for s in inside], context.seed),
        "answered_out_of_scope": mean_figure([float(s.score[1]) for s in outside], context.seed),
        "passed_in_scope": mean_figure([float(x >= at) for x in near], context.seed),
        "passed_out_of_scope": mean_figure([float(x >= at) for x in far], context.seed),
        "similarity_auroc": difference_figure(near, far, context.seed),
        "best_threshold": Figure(value=best, n=len(near) + len(far)),
    }
    return done.result(
        "abstention",
        metrics,
        tables=[threshold_table(near, far, at)],
        misses=_misses(done.scored),
        record=abstention_record,
    )


def abstention_record(scored: Scored[RetrievalCase, tuple[float, bool]]) -> Record:
    """Tell whether a question was answered, and how near its nearest passage lies."""
    case, (similarity, answered) = scored.case, scored.score
    return Record(
        id=case.id,
        scores={
            "similarity": similarity,
            f"answered_{'in' if case.in_scope else 'out_of'}_scope": float(answered),
            "decided_rightly": float(answered is case.in_scope),
        },
        truth="answered" if case.in_scope else "not answered",
        given="answered" if answered else "not answered",
        groups={"kind": case.kind, "split": case.split},
        seen={"question": case.question, "turns": list(case.turns), "similarity": round(similarity, 3)},
    )


def best_threshold(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Give the threshold that stops most out of scope while nearly all in scope passes; the lowest of equals."""
    if not inside or not outside:
        return None
    usable = [t for t in _THRESHOLDS if sum(x >= t for x in inside) >= LEAST_PASSED * len(inside)]
    return max(usable or _THRESHOLDS[:1], key=lambda t: (_balanced(inside, outside, t), -t))


def threshold_table(inside: Sequence[float], outside: Sequence[float], current: float) -> Table:
    """Give the shares passed at each threshold, with the setting in use and the best one marked."""
    best = best_threshold(inside, outside)
    rows = []
    for threshold in sorted({*_THRESHOLDS, current}):
        marks = [word for word, value in (("in use", current), ("best", best)) if value == threshold]
        passed = share(sum(x >= threshold for x in inside), len(inside))
        leaked = share(sum(x >= threshold for x in outside), len(outside))
        balanced = _balanced(inside, outside, threshold) if inside and outside else None
        rows.append((f"{threshold:.3f}", passed, leaked, balanced, ", ".join(marks)))
    head = ("min_similarity", "in scope passed", "out of scope passed", "balanced", "")
    return Table(title="Similarity threshold", head=head, rows=tuple(rows))


def _balanced(inside: Sequence[float], outside: Sequence[float], threshold: float) -> float:
    passed = sum(x >= threshold for x in inside) / len(inside)
    stopped = sum(x < threshold for x in outside) / len(outside)
    return (passed + stopped) / 2


def _misses(scored: Sequence[Scored[RetrievalCase, tuple[float, bool]]]) -> list[Note]:
    return [
        Note(
            case_id=s.case.id,
            reason=f"{s.case.question!r}: {'not answered' if s.case.in_scope else 'answered'} ({s.score[0]:.2f})",
        )
        for s in scored
        if s.case.in_scope is not s.score[1]
    ]
