"""An evaluator's own cases, judged by named scorers; an optional chat model judges beside them.

A chat model's judgement never replaces a scorer's: it is a figure of its own, with its agreement (Cohen's kappa) with
the scorers and with what staff said of the same cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evals.cases import Json, chosen
from evals.metrics import Figure, mean, mean_figure
from evals.model_judge import ModelJudge, agreement, open_judge, staff_reviews
from evals.own_cases import OwnCase, read_suite
from evals.records import Record, Unscored, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from evals.scores import Score, Scorer, scorers
from evals.systems import System, answer_of
from rag.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A reply with its scores by scorer, and what a chat model thought of it (None: none was asked)."""

    reply: Json
    scores: Mapping[str, Score]
    model: Score | None

    @property
    def right(self) -> bool:
        """Tell whether every scorer that could judge gave full marks."""
        return all(score.value in (None, 1.0) for score in self.scores.values())


def run(context: Context) -> SuiteResult:
    """Ask or check every case and judge each reply; raise UsageError when a case names no scorer that exists."""
    if context.cases is None:
        raise UsageError("own needs --cases PATH: a JSON-lines file, or a folder with suite.json and cases.jsonl.")
    suite = read_suite(context.cases)
    known = scorers(context.plugins)
    chosen_by = {case.id: _scorers_of(case, known) for case in suite.loaded.cases}
    cases = chosen(suite.loaded.cases, context.split, context.limit, context.seed)
    if not cases:
        raise UsageError(f"{suite.loaded.path} has no case with split {context.split}; give another --split.")
    loaded = replace(suite.loaded, cases=cases)
    judge = open_judge(context.judge) if context.judge else None
    system = context.system
    done = run_cases(
        loaded, lambda case: judged(case, system, chosen_by[case.id], judge), context.progress, f"Asking {system.name}"
    )
    figures, tables = _figures(done, context.seed), [_by_group(done)]
    if judge:
        figures |= agreement(_decisions(done), staff_reviews(context.reviews), context.seed)
    return done.result(suite.name, figures, tables=tables, misses=_misses(done), record=_record)


def judged(case: OwnCase, system: System, chosen_scorers: Mapping[str, Scorer], judge: ModelJudge | None) -> Judged:
    """Give a reply with its scores; raise Unscored where no scorer could judge it."""
    if case.text is not None:
        reply: Json = {"claims": system.check(case.text)}
    else:
        reply = answer_of(system.ask(case.turns), case.turns[-1])
    scores = {name: score(case, reply) for name, score in chosen_scorers.items()}
    if wrong := [name for name, score in scores.items() if not isinstance(score, Score)]:
        raise TypeError(f"the scorer {wrong[0]} gave no Score")
    if all(score.value is None for score in scores.values()):
        raise Unscored("; ".join(f"{name}: {score.reason}" for name, score in scores.items()))
    return Judged(reply=reply, scores=scores, model=judge.score(case, reply) if judge else None)


def _scorers_of(case: OwnCase, known: Mapping[str, Scorer]) -> dict[str, Scorer]:
    """Give the scorers that a case names, or else those of its expectations."""
    names = case.scorers or tuple(case.expect)
    if not names:
        raise UsageError(f'The case {case.id} has neither "expect" nor "scorers"; say what a good reply is.')
    if unknown := sorted({*names, *case.expect} - set(known)):
        raise UsageError(f"The case {case.id} names {unknown[0]!r}; the scorers are {', '.join(sorted(known))}.")
    return {name: known[name] for name in names}


def _figures(done: Run[OwnCase, Judged], seed: int) -> dict[str, Figure]:
    names = dict.fromkeys(name for s in done.scored for name in s.score.scores)
    figures = {"all_right": mean_figure([float(s.score.right) for s in done.scored], seed)}
    for name in names:
        given = [s.score.scores[name].value for s in done.scored if name in s.score.scores]
        figures[name] = mean_figure(given, seed)
    return figures


def _record(scored: Scored[OwnCase, Judged]) -> Record:
    case, given = scored.case, scored.score
    scores = {name: score.value for name, score in given.scores.items()}
    if given.model:
        scores["model_judge"] = given.model.value
    return Record(
        id=case.id,
        scores=present(scores | {"all_right": float(given.right)}),
        groups={**case.groups, "provenance": case.provenance, "split": case.split},
        seen={"asked": case.text or list(case.turns), "expect": dict(case.expect), "reply": _short(given.reply)},
    )


def _short(reply: Json) -> dict[str, Any]:
    """Give what a reader needs of a reply: its kind, its sentences with their citations, its claims."""
    return {
        "kind": reply.get("kind"),
        "statements": [{"text": s["text"], "citations": s["citations"]} for s in reply.get("statements", [])],
        "citations": [c["passage_id"] for c in reply.get("citations", [])],
        "claims": [{"text": c.get("text"), "verdict": c["verdict"]} for c in reply.get("claims", [])],
    }


def _by_group(done: Run[OwnCase, Judged]) -> Table:
    groups: dict[tuple[str, str], list[float]] = {}
    for s in done.scored:
        for name, value in s.case.groups.items():
            groups.setdefault((name, value), []).append(float(s.score.right))
    rows = tuple((f"{name} {value}", len(right), mean(right)) for (name, value), right in sorted(groups.items()))
    return Table(title="By group", head=("group", "n", "all right"), rows=rows)


def _decisions(done: Run[OwnCase, Judged]) -> dict[str, tuple[bool, bool]]:
    """Give, by case, what the scorers and the chat model decided; cases that the model could not judge are left out."""
    return {
        s.case.id: (s.score.right, s.score.model.value >= 0.5)
        for s in done.scored
        if s.score.model is not None and s.score.model.value is not None
    }


def _misses(done: Run[OwnCase, Judged]) -> list[Note]:
    return [
        Note(case_id=s.case.id, reason=f"{name}: {score.reason}")
        for s in done.scored
        for name, score in s.score.scores.items()
        if score.value is not None and score.value < 1
    ]
