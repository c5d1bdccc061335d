"""The floors as tests, a pytest plugin: ``pytest --evals`` runs every floor and nothing else.

An evaluator gates a suite of their own with ``pytest -p evals.gate --evals --evals-floors my/floors.json``, where a
suite's entry names its ``"cases"`` (a file or folder beside that file).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evals.floors import Guarded
    from evals.results import Floor, SuiteResult
    from evals.runner import Context

_CONTEXT = pytest.StashKey["Context"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the gate."""
    group = parser.getgroup("evals", "the floors of the evaluation suites, as tests")
    group.addoption("--evals", action="store_true", help="Run the floors of the evaluation suites, and nothing else.")
    group.addoption("--evals-floors", type=Path, help="A file of floors; the project's own where none is named.")
    group.addoption("--evals-suites", default="", help="Only these suites, with commas between.")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the floors in the place of all other tests."""
    if not config.getoption("--evals"):
        return
    from evals.floors import FILE, read_floors

    wanted = {name for name in str(config.getoption("--evals-suites")).split(",") if name}
    guarded = read_floors(config.getoption("--evals-floors") or FILE).values()
    suites = [g for g in guarded if (g.suite in wanted if wanted else g.gate)]
    config.hook.pytest_deselected(items=list(items))
    items[:] = [item for g in suites for item in SuiteNode.from_parent(session, name=g.suite, guarded=g).collect()]


class SuiteNode(pytest.Collector):
    """A suite with its floors; it runs once, when the first of its floors is tested."""

    def __init__(self, *, guarded: "Guarded", **arguments: Any) -> None:
        super().__init__(**arguments)
        self._guarded = guarded
        self._result: SuiteResult | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Give one test for failed cases and one for each floor."""
        yield FloorTest.from_parent(self, name="no case failed", floor=None)
        for floor in self._guarded.floors:
            yield FloorTest.from_parent(self, name=floor.words, floor=floor)

    def result(self) -> "SuiteResult":
        """Run the suite, or give what it gave before."""
        if self._result is None:
            from evals.suites import OWN, SUITES

            own = self._guarded.path is not None
            self._result = SUITES[OWN if own else self._guarded.suite].run(self._context())
        return self._result

    def _context(self) -> "Context":
        from dataclasses import replace

        from evals.runner import Context
        from rag.settings import Settings

        stash = self.config.stash
        if _CONTEXT not in stash:  # the product is opened once for all suites
            stash[_CONTEXT] = Context(settings=Settings.load())
        g = self._guarded
        return replace(stash[_CONTEXT], parent=stash[_CONTEXT], split=g.split, limit=g.limit, cases=g.path)


class FloorTest(pytest.Item):
    """One floor of one suite; None stands for the floor that no case may fail."""

    def __init__(self, *, floor: "Floor | None", **arguments: Any) -> None:
        super().__init__(**arguments)
        self._floor = floor

    def runtest(self) -> None:
        """Fail with one sentence when the floor does not hold or its figure was not measured."""
        suite = self.parent
        assert isinstance(suite, SuiteNode)
        result = suite.result()
        if self._floor is None:
            if result.failed:
                first = result.failures[0]
                raise FloorMissed(f"{result.failed} of {result.n} cases failed, first {first.case_id}: {first.reason}")
            return
        figure = result.metrics.get(self._floor.metric)
        if figure is None or figure.value is None:
            raise FloorMissed(f"{self._floor.metric} was not measured; its cases are gone or the figure was renamed")
        if not self._floor.held(result.metrics):
            raise FloorMissed(f"{self._floor.metric} is {figure.value:.4f} (n {figure.n}); its floor is {self.name}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say a missed floor in one sentence; show anything else in full."""
        return str(excinfo.value) if isinstance(excinfo.value, FloorMissed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test as ``suite: floor``."""
        from evals.floors import FILE

        return self.config.getoption("--evals-floors") or FILE, None, f"{self.parent and self.parent.name}: {self.name}"


class FloorMissed(Exception):
    """A floor that does not hold."""
