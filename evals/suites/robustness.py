"""Does the same message get the same reply when it is typed badly, shouted, spelt or worded otherwise, or sent twice?

Claims keep their flag and verdict, questions their kind and sources, danger messages their kind. The corpus in
another order must change nothing at all.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import DATA, Loaded, chosen, claim_case, load_cases, retrieval_case, safety_case
from evals.metrics import Figure, mean_figure, ratio_figure
from evals.perturbations import PERTURBATIONS, spelling
from evals.records import Record
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from evals.systems import Json, Product, System
from rag.assistant import Assistant
from rag.kinds import DANGERS, Kind, Verdict, gravest

_PROBES = 24  # of each area; seven ways of writing make 168 replies
_AGAIN, _ORDER = "sent_twice", "corpus_order"
# Where the messages of an area are, which of them can stand alone, and what is sent.
_AREAS: dict[str, tuple[Path, Callable[..., Any], Callable[[Any], bool], Callable[[Any], str]]] = {
    "claims": (DATA / "claims.jsonl", claim_case, lambda c: True, lambda c: c.text),
    "answers": (DATA / "retrieval.jsonl", retrieval_case, lambda c: len(c.turns) == 1, lambda c: c.question),
    "safety": (
        DATA / "safety.jsonl",
        safety_case,
        lambda c: len(c.turns) == 1 and c.kind in DANGERS,
        lambda c: c.turns[0],
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A message, and what it is sent to: the claim check, or a conversation."""

    id: str
    split: str
    area: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What must not change: the label, whether a reader is warned, the sources; ``whole`` is every letter."""

    label: str
    warned: bool
    sources: frozenset[str]
    whole: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One way of writing and the reply before and after."""

    way: str
    text: str
    before: Reply
    after: Reply


def run(context: Context) -> SuiteResult:
    """Send every message as it stands, in every other way, twice, and to the product over a reordered corpus."""
    loaded = probes(context)
    system = context.system
    with reordered(context) as turned:
        done = run_cases(
            loaded, lambda probe: changes(probe, system, context.seed, turned), context.progress, "Probing"
        )
    return done.result(
        "robustness", _figures(done, context.seed), tables=[_by_way(done)], misses=_misses(done), record=_record
    )


def probes(context: Context) -> Loaded[Probe]:
    """Draw the messages of each area from the project's own cases."""
    found: list[Probe] = []
    count = min(_PROBES, context.limit or _PROBES)
    for area, (path, parse, usable, text_of) in _AREAS.items():
        cases = [case for case in load_cases(path, parse).cases if usable(case)]
        # Few messages hold a word that is spelt in two ways, so some of those are drawn as well.
        spelt = [case for case in cases if spelling(text_of(case), context.seed) != text_of(case)]
        drawn = chosen(cases, context.split, count, context.seed)
        drawn += chosen([c for c in spelt if c not in drawn], context.split, count // 3, context.seed)
        found += [Probe(id=f"{area}-{c.id}", split=c.split, area=area, text=text_of(c)) for c in drawn]
    return Loaded(path=DATA, cases=tuple(found))


def changes(probe: Probe, system: System, seed: int, turned: System | None = None) -> tuple[Change, ...]:
    """Give the reply before and after each way of writing that changes the text, and after sending it again."""
    before = reply(probe, probe.text, system)
    given = []
    for way, perturb in PERTURBATIONS.items():
        text = perturb(probe.text, seed)
        if text != probe.text:
            given.append(Change(way=way, text=text, before=before, after=reply(probe, text, system)))
    again = reply(probe, probe.text, _fresh(system))
    given.append(Change(way=_AGAIN, text=probe.text, before=before, after=again))
    if turned:
        given.append(Change(way=_ORDER, text=probe.text, before=before, after=reply(probe, probe.text, turned)))
    return tuple(given)


def reply(probe: Probe, text: str, system: System) -> Reply:
    """Send a text to the claim check or to a conversation."""
    if probe.area == "claims":
        claims = system.check(text)
        worst = gravest(Verdict(claim["verdict"]) for claim in claims)
        flagged = any(claim["flagged"] for claim in claims)
        sources = frozenset(e["passage_id"] for claim in claims for e in claim.get("evidence", []))
        return Reply(label=worst, warned=flagged, sources=sources, whole=repr(claims))
    answer = system.ask([text])
    danger = Kind(answer["kind"]) in DANGERS
    sources = frozenset(citation["source_id"] for citation in answer["citations"])
    return Reply(label=answer["kind"], warned=danger, sources=sources, whole=_timeless(answer))


@contextmanager
def reordered(context: Context) -> Iterator[System | None]:
    """Open the product over the same sources in another order; nothing where another system is under test."""
    if context.under_test:
        yield None
        return
    settings = context.assistant.settings
    with tempfile.TemporaryDirectory(prefix="evals-order-") as place:
        corpus, data = Path(place) / "corpus", Path(place) / "data"
        shutil.copytree(settings.corpus_dir, corpus)
        (data / "corpus").mkdir(parents=True)
        for name in ("index", "models"):
            (data / name).symlink_to((settings.data_dir / name).resolve(), target_is_directory=True)
        # Sources of the data directory are read after all others: every second one moves there.
        for path in sorted((corpus / "sources").glob("*.md"))[::2]:
            path.rename(data / "corpus" / path.name)
        moved = settings.model_copy(update={"corpus_dir": corpus, "data_dir": data})
        yield Product(assistant=Assistant.open(moved))


def _fresh(system: System) -> System:
    # The product keeps the talks it held; another one over the same assistant has to answer again.
    return Product(assistant=system.assistant) if isinstance(system, Product) else system


def _timeless(answer: Json) -> str:
    return repr({name: value for name, value in answer.items() if name != "elapsed_ms"})


def _scores(probe: Probe, given: Sequence[Change]) -> Iterator[tuple[str, float]]:
    for change in given:
        if change.way in (_AGAIN, _ORDER):
            yield f"identical_{change.way}", float(change.before.whole == change.after.whole)
            continue
        yield f"{probe.area}_kept_{change.way}", float(change.before.label == change.after.label)
        if probe.area != "answers":
            yield f"{probe.area}_warning_kept_{change.way}", float(change.before.warned == change.after.warned)


def _figures(done: Run[Probe, tuple[Change, ...]], seed: int) -> dict[str, Figure]:
    """Give the share that changed by area, clustered by message, and what each way of writing keeps."""
    figures = {}
    for area, what in (("claims", "verdicts"), ("answers", "kinds"), ("safety", "safety_kinds")):
        own = [_written(s.score) for s in done.scored if s.case.area == area]
        figures[f"{what}_changed"] = _share([[c.before.label != c.after.label for c in cs] for cs in own], seed)
        if area != "answers":
            name = "flags_changed" if area == "claims" else "danger_changed"
            figures[name] = _share([[c.before.warned != c.after.warned for c in cs] for cs in own], seed)
    answers = [s.score for s in done.scored if s.case.area == "answers"]
    figures["sources_kept"] = mean_figure([v for cs in answers for c in _written(cs) for v in [_overlap(c)]], seed)
    scored = [dict(_scores(s.case, s.score)) for s in done.scored]
    for name in sorted({name for scores in scored for name in scores}):
        figures[name] = mean_figure([scores[name] for scores in scored if name in scores], seed)
    return figures


def _written(given: Sequence[Change]) -> list[Change]:
    return [change for change in given if change.way in PERTURBATIONS]


def _overlap(change: Change) -> float | None:
    """Give the share of the sources in either answer that stand in both (Jaccard)."""
    either = change.before.sources | change.after.sources
    return len(change.before.sources & change.after.sources) / len(either) if either else None


def _share(groups: Sequence[Sequence[bool]], seed: int) -> Figure:
    return ratio_figure([(float(sum(group)), float(len(group))) for group in groups if group], seed)


def _record(scored: Scored[Probe, tuple[Change, ...]]) -> Record:
    return Record(
        id=scored.case.id,
        scores=dict(_scores(scored.case, scored.score)),
        groups={"area": scored.case.area, "split": scored.case.split},
        seen={
            "text": scored.case.text,
            "changed": [
                {"way": c.way, "text": c.text, "before": c.before.label, "after": c.after.label}
                for c in scored.score
                if c.before.label != c.after.label
            ],
        },
    )


def _by_way(done: Run[Probe, tuple[Change, ...]]) -> Table:
    rows = []
    for way in PERTURBATIONS:
        row: list[str | int | float | None] = [way]
        for area in _AREAS:
            own = [c for s in done.scored if s.case.area == area for c in s.score if c.way == way]
            row += [len(own), sum(c.before.label == c.after.label for c in own) / len(own) if own else None]
        rows.append(tuple(row))
    head = ("written in", "n", "verdict kept", "n", "kind kept", "n", "safety kind kept")
    return Table(title="By way of writing", head=head, rows=tuple(rows))


def _misses(done: Run[Probe, tuple[Change, ...]]) -> list[Note]:
    return [
        Note(case_id=s.case.id, reason=f"{c.way}: {c.before.label} became {c.after.label}: {c.text!r}")
        for s in done.scored
        for c in s.score
        if c.before.label != c.after.label or (c.way in (_AGAIN, _ORDER) and c.before.whole != c.after.whole)
    ]
