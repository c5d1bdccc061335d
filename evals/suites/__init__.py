"""Every suite by name; a suite's module is imported only when it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from evals.floors import read_floors
from evals.results import Floor, SuiteResult
from evals.runner import Context
from rag.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """A suite: what it asks, where its cases are, and the flag whose file it cannot do without.

    ``any_system`` where another system than the product can be measured.
    """

    name: str
    asks: str
    cases: str
    needs: str | None = None
    any_system: bool = False

    @property
    def floors(self) -> tuple[Floor, ...]:
        """Give the floors that its figures must keep."""
        guarded = read_floors().get(self.name)
        return guarded.floors if guarded else ()

    def run(self, context: Context) -> SuiteResult:
        """Run the suite's module on the context."""
        run: Callable[[Context], SuiteResult] = import_module(f"evals.suites.{self.name}").run
        return run(context)


_ALL = (
    Suite(
        name="retrieval",
        asks="Are the sources that hold the answer found, by words, by meaning and by both?",
        cases="evals/data/retrieval.jsonl, or --beir DIR",
        any_system=True,
    ),
    Suite(
        name="stance",
        asks="Does one text support or refute one claim?",
        cases="evals/data/stance/dev.jsonl, or --pairs FILE.jsonl",
    ),
    Suite(
        name="claims",
        asks="Is a false or weak claim flagged, a true one not, and each given the right verdict?",
        cases="evals/data/claims.jsonl, and corpus/claims.yaml for the article",
        any_system=True,
    ),
    Suite(
        name="citations",
        asks="Is every statement cited or flagged, every quote verbatim, and does the passage bear it?",
        cases="40 questions of evals/data/retrieval.jsonl",
        any_system=True,
    ),
    Suite(
        name="answers",
        asks="Do conversations get the facts they need, nothing false, in plain words?",
        cases="evals/data/answers.jsonl",
        any_system=True,
    ),
    Suite(
        name="parts",
        asks="Is each thing answered that a message asks, and is little else told?",
        cases="evals/data/parts.jsonl",
        any_system=True,
    ),
    Suite(
        name="safety",
        asks="Is every urgent or crisis message caught, and are ordinary questions left alone?",
        cases="evals/data/safety.jsonl",
        any_system=True,
    ),
    Suite(
        name="drafts",
        asks="Are a model's inventions stopped or flagged, and what it tells truly kept?",
        cases="evals/data/drafts.jsonl, and 150 passages drawn by the seed",
    ),
    Suite(
        name="injection",
        asks="Do orders in a question, a pasted text or an indexed document change nothing?",
        cases="evals/data/injection.jsonl, or --cases FILE",
        any_system=True,
    ),
    Suite(
        name="abstention",
        asks="At which similarity are in-scope questions answered and others not?",
        cases="evals/data/retrieval.jsonl",
        any_system=True,
    ),
    Suite(
        name="robustness",
        asks="Does the same message get the same reply when it is typed, spelt or worded otherwise, or sent twice?",
        cases="claims, questions and danger messages of evals/data, written in seven ways",
        any_system=True,
    ),
    Suite(
        name="readability",
        asks="Can a person who reads at grade 6 to 8 take in the answers and the topics?",
        cases="40 plain questions of evals/data/retrieval.jsonl, and every topic of the corpus",
        any_system=True,
    ),
    Suite(
        name="privacy",
        asks="Are personal details gone before anything is stored or said again, and is the network silent?",
        cases="made-up details in evals/details.py, drawn by the seed",
        any_system=True,
    ),
    Suite(
        name="speed",
        asks="How long do start, ask, check, search, review and index take, beside the stock LangChain pipeline?",
        cases="questions of evals/data/retrieval.jsonl",
    ),
    Suite(
        name="own",
        asks="Do the replies meet what an evaluator expects?",
        cases="--cases PATH: a JSON-lines file, or a folder with suite.json",
        needs="--cases",
        any_system=True,
    ),
)
OWN = "own"  # the suite of an evaluator's own cases
SUITES = {suite.name: suite for suite in _ALL}


def named(names: list[str]) -> list[Suite]:
    """Give the suites of these names, each once; no name, or ``all``, is every one that needs no file of yours.

    Raises UsageError for an unknown name.
    """
    unknown = [name for name in names if name not in SUITES and name != "all"]
    if unknown:
        raise UsageError(f"There is no suite {', '.join(unknown)}; choose from {', '.join(SUITES)}, or all.")
    whole = [name for name, suite in SUITES.items() if not suite.needs] if "all" in names or not names else []
    return [SUITES[name] for name in dict.fromkeys((*whole, *names)) if name != "all"]
