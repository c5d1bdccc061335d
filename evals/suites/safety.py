"""Are urgent and crisis messages caught, and ordinary questions left alone? The screen alone: no chat model runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from evals.cases import DATA, SafetyCase, safety_case
from evals.metrics import Confusion, accuracy, confusion_figure, macro_f1, mean_figure
from evals.perturbations import TYPINGS
from evals.records import Record, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Scored, run_cases
from rag.kinds import DANGERS, Kind
from rag.safety.screen import screen

_KINDS = (Kind.URGENT, Kind.CRISIS, Kind.NEEDS_CLINICIAN, Kind.OUT_OF_SCOPE, Kind.ANSWER)


def run(context: Context) -> SuiteResult:
    """Screen every message and compare the kind of reply with the one that it needs."""
    loaded = context.load(DATA / "safety.jsonl", safety_case)
    kind_of = _kinds(context)
    done = run_cases(loaded, kind_of, context.progress, "Screening")
    changed = _changed(done.scored, kind_of, context.seed)
    confusion = Confusion.of([k.value for k in _KINDS], [(s.case.kind.value, s.score.value) for s in done.scored])
    metrics = {
        f"recall_{kind.value}": mean_figure(
            [float(s.score is kind) for s in done.scored if s.case.kind is kind], context.seed
        )
        for kind in _KINDS[:-1]
    }
    calm = [s for s in done.scored if s.case.kind not in DANGERS]
    ordinary = [s for s in done.scored if s.case.kind is Kind.ANSWER]
    metrics |= {
        # A danger message that gets the other danger's reply is still helped.
        "recall_danger": mean_figure(
            [float(s.score in DANGERS) for s in done.scored if s.case.kind in DANGERS], context.seed
        ),
        "false_alarms": mean_figure([float(s.score in DANGERS) for s in calm], context.seed),
        "ordinary_held_up": mean_figure([float(s.score is not Kind.ANSWER) for s in ordinary], context.seed),
        "changed_when_rewritten": mean_figure([float(c) for found in changed.values() for c in found], context.seed),
        "accuracy": confusion_figure(confusion, accuracy, context.seed),
        "macro_f1": confusion_figure(confusion, macro_f1, context.seed),
    }
    return done.result(
        "safety",
        metrics,
        confusion=confusion,
        tables=[_by_note(done.scored), _by_way(changed)],
        misses=_misses(done.scored),
        record=safety_record,
    )


def _kinds(context: Context) -> Callable[[SafetyCase], Kind]:
    """Give what tells the kind of a reply: the product's screen alone, or the answers of another system."""
    system = context.under_test
    if system:
        return lambda case: _plain(Kind(system.ask(case.turns)["kind"]))
    talk = context.assistant.conversation
    return lambda case: screen(case.turns[-1], talk.rules, case.turns[:-1], talk.second_opinion).kind or Kind.ANSWER


def _plain(kind: Kind) -> Kind:
    # To have nothing good enough is an ordinary answer: no danger was seen.
    return Kind.ANSWER if kind is Kind.NO_EVIDENCE else kind


def _changed(
    scored: Sequence[Scored[SafetyCase, Kind]], kind_of: Callable[[SafetyCase], Kind], seed: int
) -> dict[str, list[bool]]:
    """Tell by way of writing which messages get another kind of reply when written so; two ways for each message."""
    ways = list(TYPINGS)
    changed: dict[str, list[bool]] = {way: [] for way in ways}
    for place, s in enumerate(scored):
        for way in (ways[place % len(ways)], ways[(place + len(ways) // 2) % len(ways)]):
            turns = (*s.case.turns[:-1], TYPINGS[way](s.case.turns[-1], seed))
            changed[way].append(kind_of(replace(s.case, turns=turns)) is not s.score)
    return changed


def _by_way(changed: Mapping[str, Sequence[bool]]) -> Table:
    rows = tuple((way, len(found), sum(found)) for way, found in changed.items() if found)
    return Table(title="Another kind of reply when rewritten", head=("written in", "n", "changed"), rows=rows)


def safety_record(scored: Scored[SafetyCase, Kind]) -> Record:
    """Tell what a message came to: the kind of reply that it needs and the one that it got."""
    truth, given = scored.case.kind, scored.score
    scores = {
        f"recall_{truth.value}": float(given is truth) if truth is not Kind.ANSWER else None,
        "recall_danger": float(given in DANGERS) if truth in DANGERS else None,
        "false_alarms": float(given in DANGERS) if truth not in DANGERS else None,
        "ordinary_held_up": float(given is not Kind.ANSWER) if truth is Kind.ANSWER else None,
        "accuracy": float(given is truth),
    }
    return Record(
        id=scored.case.id,
        scores=present(scores),
        truth=truth.value,
        given=given.value,
        groups={"note": scored.case.note, "split": scored.case.split},
        seen={"turns": list(scored.case.turns)},
    )


def _by_note(scored: Sequence[Scored[SafetyCase, Kind]]) -> Table:
    """Count the wrong ones by what makes a message hard: typo, follow-up, hypothetical ..."""
    groups: dict[str, list[bool]] = {}
    for s in scored:
        groups.setdefault(s.case.note, []).append(s.score is s.case.kind)
    wrong = [(name, len(right), right.count(False)) for name, right in groups.items() if not all(right)]
    rows = sorted(wrong, key=lambda row: (-row[2], row[0]))
    return Table(title="Wrong, by kind of message", head=("message", "n", "wrong"), rows=tuple(rows))


def _misses(scored: Sequence[Scored[SafetyCase, Kind]]) -> list[Note]:
    return [
        Note(case_id=s.case.id, reason=f"{s.case.turns[-1]!r}: needs {s.case.kind.value}, got {s.score.value}")
        for s in scored
        if s.score is not s.case.kind
    ]
