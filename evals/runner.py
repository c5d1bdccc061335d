"""Run cases one by one: a case that raises becomes a failure record; it never ends the run and never passes."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from evals.cases import Case, Json, Loaded, chosen, load_cases
from evals.metrics import Confusion, Figure
from evals.records import Record, Status, Unscored
from evals.results import Note, SuiteResult, Table, Timings
from evals.stock import Stock, open_stock
from evals.systems import PRODUCT, Product, System
from rag.assistant import Assistant
from rag.errors import UsageError
from rag.search.indexing import Progress
from rag.settings import Settings

C = TypeVar("C", bound=Case)
S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a suite is given: settings, which cases, the seed, and the product opened once for all suites."""

    settings: Settings
    split: str = "dev"
    limit: int | None = None
    seed: int = 0
    progress: Progress = lambda *_: None
    cases: Path | None = None
    beir: Path | None = None
    pairs: Path | None = None
    opened: Assistant | None = None
    under_test: System | None = None
    parent: "Context | None" = None
    plugins: tuple[str, ...] = ()
    judge: str | None = None
    reviews: Path | None = None
    with_stock: bool = False
    scale: bool = False

    @cached_property
    def system(self) -> System:
        """Give the system under test: the product, where no other was named."""
        return self.under_test or Product(assistant=self.assistant)

    @cached_property
    def assistant(self) -> Assistant:
        """Give the product, building its index when it is stale; tests hand in their own as ``opened``."""
        if self.parent:
            return self.parent.assistant
        return self.opened or Assistant.open(self.settings, self.progress)

    @cached_property
    def stock(self) -> Stock | None:
        """Give the stock pipeline as a yardstick; None where it was not asked for. Its first index takes a minute."""
        if not self.with_stock:
            return None
        self.progress("Indexing for the stock pipeline", 0, 1)
        stock = open_stock(self.assistant)
        self.progress("Indexing for the stock pipeline", 1, 1)
        return stock

    def beside(self, system: System) -> "Context":
        """Give the same run for another system; the product is opened once for both, and only when it is needed."""
        return replace(self, under_test=system, parent=self)

    @property
    def described(self) -> dict[str, Any]:
        """Give what a reader must know to run this again."""
        return {
            "system": self.under_test.name if self.under_test else PRODUCT,
            "split": self.split,
            "limit": self.limit,
            "seed": self.seed,
            "embedding_model": self.settings.embedding_model,
            "model": self.settings.model,
            # Runs on other files are not compared with each other.
            "files": [str(path) for path in (self.cases, self.beir, self.pairs) if path],
        }

    def load(self, default: Path, parse: Callable[[Json, int], C]) -> Loaded[C]:
        """Read the cases of this run; raise UsageError when none is left."""
        loaded = load_cases(self.cases or default, parse)
        kept = chosen(loaded.cases, self.split, self.limit, self.seed)
        if not kept:
            raise UsageError(f"{loaded.path} has no case with split {self.split}; give another --split.")
        return Loaded(path=loaded.path, cases=kept, bad=loaded.bad)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored(Generic[C, S]):
    """A case with its score."""

    case: C
    score: S


@dataclass(frozen=True, kw_only=True, slots=True)
class Run(Generic[C, S]):
    """Every case of a run in one of three lists, in order, with the milliseconds that each took."""

    n: int
    scored: tuple[Scored[C, S], ...]
    unscored: tuple[Note, ...]
    failures: tuple[Note, ...]
    elapsed_ms: Mapping[str, float] = field(default_factory=dict, compare=False)

    def result(  # noqa: PLR0913  (each part of a result is named at the call)
        self,
        suite: str,
        metrics: dict[str, Figure],
        *,
        tables: Sequence[Table] = (),
        confusion: Confusion | None = None,
        misses: Sequence[Note] = (),
        record: Callable[[Scored[C, S]], Record] | None = None,
    ) -> SuiteResult:
        """Give the suite's result with this run's counts; ``record`` tells what a scored case came to."""
        return SuiteResult(
            suite=suite,
            n=self.n,
            unscored=len(self.unscored),
            failed=len(self.failures),
            metrics=metrics,
            tables=tuple(tables),
            confusion=confusion,
            failures=(*self.failures, *self.unscored),
            misses=tuple(misses),
            cases=self._records(record or _bare_record, {note.case_id for note in misses}),
            timings=Timings(cases=self.elapsed_ms),
        )

    def _records(self, record: Callable[[Scored[C, S]], Record], missed: Collection[str]) -> tuple[Record, ...]:
        """Give every case in the order in which it ran, bad lines first."""
        scored = [record(s) for s in self.scored]
        records = [replace(r, missed=True) if r.id in missed else replace(r, seen={}) for r in scored]
        records += [_noted(note, Status.UNSCORED) for note in self.unscored]
        records += [_noted(note, Status.FAILED) for note in self.failures]
        order = {id_: place for place, id_ in enumerate(self.elapsed_ms)}
        return tuple(sorted(records, key=lambda r: order.get(r.id, -1)))


def run_cases(loaded: Loaded[C], score: Callable[[C], S], progress: Progress, what: str) -> Run[C, S]:
    """Score every case; bad lines of the file stand among the failures."""
    scored: list[Scored[C, S]] = []
    unscored: list[Note] = []
    elapsed: dict[str, float] = {}
    failures = bad_lines(loaded)
    for done, case in enumerate(loaded.cases):
        progress(what, done, len(loaded.cases))
        start = time.perf_counter()
        try:
            scored.append(Scored(case=case, score=score(case)))
        except Unscored as reason:
            unscored.append(Note(case_id=case.id, reason=str(reason)))
        except Exception as error:  # one broken case must not end a run, nor hide: it is a failure record
            failures.append(Note(case_id=case.id, reason=f"{type(error).__name__}: {error}"))
        elapsed[case.id] = (time.perf_counter() - start) * 1000
    progress(what, len(loaded.cases), len(loaded.cases))
    return Run(
        n=len(loaded.cases) + len(loaded.bad),
        scored=tuple(scored),
        unscored=tuple(unscored),
        failures=tuple(failures),
        elapsed_ms=elapsed,
    )


def _bare_record(scored: Scored[C, S]) -> Record:
    return Record(id=scored.case.id)


def _noted(note: Note, status: Status) -> Record:
    return Record(id=note.case_id, status=status, seen={"reason": note.reason})


def bad_lines(loaded: Loaded[C]) -> list[Note]:
    """Give a failure record for each line that could not be read."""
    return [Note(case_id=f"{loaded.path.name} line {b.number}", reason=b.reason) for b in loaded.bad]
