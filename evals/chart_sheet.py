"""The reporting sheet of a run, after CHART (Chatbot Assessment Reporting Tool, 2025; doi 10.1186/s12916-025-04274-w).

The item names and numbers are CHART's; the questions are ours, short. What a run knows is filled in. What only the
people who report a study can say stays None and is shown as theirs to write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.history import Result, Saved, scored
from evals.metrics import RESAMPLES
from evals.suites import SUITES
from evals.systems import PRODUCT

_NAMED = 6  # measures of a suite; the sections of the report name all


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that an item asks for, and the answer; None is left to the people who report."""

    asks: str
    answer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An item of the sheet: its number with subitems, its name and its entries."""

    number: str
    name: str
    entries: tuple[Entry, ...]


def chart_sheet(run: Saved) -> tuple[Item, ...]:
    """Fill in the sheet from a saved run."""
    abouts = [result["about"] for result in run.results]
    return (
        *_front(run, abouts),
        *_models(abouts),
        *_queries(run, abouts),
        *_evaluation(run),
        *_back(),
    )


def _front(run: Saved, abouts: Sequence[Mapping[str, Any]]) -> Iterable[Item]:
    suites = _listed(list(dict.fromkeys(r["suite"] for r in run.results)))
    product = _all(abouts, lambda a: _named_version(a["product"]))
    yield _item("1a-b", "Title and abstract", ("title", f"Evaluation of {product}: {suites}"), ("abstract", None))
    asks = " ".join(dict.fromkeys(SUITES[r["suite"]].asks for r in run.results if r["suite"] in SUITES))
    yield _item("2a-b", "Background", ("why the study was done", None), ("what it asks", asks or None))


def _models(abouts: Sequence[Mapping[str, Any]]) -> Iterable[Item]:
    generator = _all(abouts, lambda a: a["models"]["generator"])
    drafts = generator or "none: answers are put together from reviewed sentences, each cited or flagged"
    yield _item(
        "3a-b",
        "Model identifiers",
        ("program, version and commit", _all(abouts, lambda a: _named_version(a["product"]))),
        ("language model that drafts", drafts),
        ("embedding model and weights", _all(abouts, lambda a: a["models"]["embedding"])),
        ("open or closed", "program open (Apache 2.0), corpus open (CC BY 4.0)" + _open(generator)),
    )
    yield _item(
        "4a-c",
        "Model details",
        ("kind of system", "retrieval over a reviewed corpus, with a claim judge and a safety screen"),
        ("corpus", _all(abouts, lambda a: f"{a['corpus']['sources']} sources, SHA-256 {a['corpus']['sha256']}…")),
        ("index", _all(abouts, _index_words)),
        ("settings", _all(abouts, lambda a: ", ".join(f"{k} {v}" for k, v in a["settings"].items() if v is not None))),
    )
    prompt = "no prompt: no language model was asked" if generator is None else "the draft prompt of that commit"
    yield _item("5a-b", "Prompt engineering", ("prompts", prompt), ("who wrote them, patients among them", None))


def _queries(run: Saved, abouts: Sequence[Mapping[str, Any]]) -> Iterable[Item]:
    yield _item(
        "6a-d",
        "Query strategy",
        ("way of access", "inside the process, without a network; every case begins a new conversation"),
        ("command", _all(abouts, lambda a: a["command"])),
        ("machine", _all(abouts, _machine)),
        ("date (UTC)", _all(abouts, lambda a: a["date"])),
        ("case files", _all(abouts, lambda a: _listed([f"{k} {v}…" for k, v in a["cases"].items()]))),
        ("choice of cases", _per_suite(run, _choice)),
        ("answers given", "the outcome of every case stands in the saved run; the missed ones also in this report"),
    )


def _evaluation(run: Saved) -> Iterable[Item]:
    yield _item(
        "7a-b",
        "Performance evaluation",
        ("reference standard", "labels of the case files, set before the run"),
        ("measures", _per_suite(run, _measures)),
        ("who judged", "fixed rules and comparisons with the labels; no person and no language model judged answers"),
        ("floors", _per_suite(run, _floors)),
    )
    yield _item("8", "Sample size", ("cases", _per_suite(run, _sample)), ("why this many", None))
    yield _item(
        "9a",
        "Data analysis",
        ("intervals", f"95 % percentile bootstrap, {RESAMPLES:,} resamples, whole cases resampled; exact at 0 and 1"),
        ("shares of groups", "Wilson's 95 % interval"),
        ("seed", _per_suite(run, lambda r: str(r.get("settings", {}).get("seed", "not kept")))),
    )
    yield _item(
        "10a-c",
        "Results",
        ("figures", "every figure with its interval and n, in the sections above"),
        ("cases that failed or could not be scored", _per_suite(run, _unscored)),
        ("harmful or missed answers", _per_suite(run, lambda r: f"{len(r.get('misses', []))} missed")),
    )


def _back() -> Iterable[Item]:
    yield _item("11a-c", "Discussion", ("meaning, limits, use in care", None))
    yield _item(
        "12a-e",
        "Open science",
        ("disclosures, funding, ethics, protocol", None),
        ("data", "case files under evals/data of the program; public sets as named by their files"),
    )


# ------------------------------------------------------------------ words


def _item(number: str, name: str, *entries: tuple[str, str | None]) -> Item:
    return Item(number=number, name=name, entries=tuple(Entry(asks=asks, answer=answer) for asks, answer in entries))


def _all(abouts: Sequence[Mapping[str, Any]], words: Callable[[Mapping[str, Any]], str | None]) -> str | None:
    """Give what every part of the run shares, or each differing answer once; None where a part does not know."""
    try:
        found = dict.fromkeys(answer for about in abouts if (answer := words(about)))
    except (KeyError, TypeError):
        return None
    return "; ".join(found) or None


def _per_suite(run: Saved, words: Callable[[Result], str | None]) -> str | None:
    """Give one line for each answer with the suites that share it."""
    answers: dict[str, list[str]] = {}
    for result in run.results:
        if answer := words(result):
            answers.setdefault(answer, []).append(_named(result))
    return "\n".join(f"{_listed(suites)}: {answer}" for answer, suites in answers.items()) or None


def _named(result: Result) -> str:
    """Name the suite, and the system where it was not the product."""
    system = result.get("settings", {}).get("system", PRODUCT)
    return str(result["suite"]) + ("" if system == PRODUCT else f" ({system})")


def _named_version(product: Mapping[str, Any]) -> str:
    version = f" {product['version']}" if product["version"] else ""
    return f"{product['name']}{version}" + (f", commit {product['commit']}" if product["commit"] else "")


def _open(generator: str | None) -> str:
    return "" if generator is None else "; the language model as its maker says"


def _index_words(about: Mapping[str, Any]) -> str | None:
    index = about["index"]
    return index and f"{index['passages']} passages by {index['model']}, SHA-256 {index['sha256']}…"


def _machine(about: Mapping[str, Any]) -> str:
    machine = about["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items() if version)
    return f"{machine['system']}, {machine['processors']} processors, Python {machine['python']}; {libraries}"


def _choice(result: Result) -> str:
    settings = result.get("settings", {})
    limit = settings.get("limit")
    drawn = "all cases" if limit is None else f"at most {limit}, drawn by the seed"
    files = f", from {_listed(settings['files'])}" if settings.get("files") else ""
    return f"split {settings.get('split', 'not kept')}, {drawn}{files}"


def _measures(result: Result) -> str:
    names = [name.replace("_", " ") for name in result["metrics"]]
    return _listed(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _floors(result: Result) -> str | None:
    floors = result.get("floors", [])
    held = sum(floor["held"] is True for floor in floors)
    return f"{held} of {len(floors)} held" if floors else None


def _sample(result: Result) -> str:
    return f"{scored(result)} of {result['n']} scored"


def _unscored(result: Result) -> str:
    return f"{result['failed']} failed, {result['unscored']} unscored"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)
