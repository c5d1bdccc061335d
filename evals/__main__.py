"""The evaluation command line: JSON on standard output alone, progress on standard error, one sentence per error."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals import history
from evals import report as reports
from evals.cases import FORMATS
from evals.comparison import Comparison, by_group, compare, comparison_json
from evals.own_cases import OwnCase
from evals.provenance import command_line, provenance
from evals.runner import Context
from evals.runs import Finished, run_suites, usable
from evals.stock import missing_parts
from evals.suites import SUITES, Suite
from evals.systems import PRODUCT
from evals.talks import TalkCase
from rag import console
from rag.__main__ import run as run_command
from rag.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Evaluation suites: offline, the same figures twice. `list --formats` shows the case formats.",
)


@app.command("list")
def list_suites(
    formats: Annotated[bool, typer.Option("--formats", help="Print the case formats.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the suites: what each asks, its cases, and the floors of its figures."""
    if as_json:
        print(json.dumps({"suites": [_suite_json(suite) for suite in SUITES.values()]}, indent=1))
        return
    for suite in SUITES.values():
        print(f"{suite.name:<11} {suite.asks}\n{'':<11} cases: {suite.cases}")
        print(f"{'':<11} measures: {'the product, or any --system' if suite.any_system else 'the product'}")
        print(f"{'':<11} floors: {'; '.join(floor.words for floor in suite.floors) or 'none'}")
    if formats:
        for name, described in _formats().items():
            print(f"\n{name}: {(described.__doc__ or '').strip()}")


@app.command()
def run(  # noqa: PLR0913  (each is a documented flag)
    suites: Annotated[list[str] | None, typer.Argument(help="Names from `list`; none is all without files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object, or a list for several.")] = False,
    limit: Annotated[int | None, typer.Option(help="At most this many cases, drawn by the seed.", min=1)] = None,
    split: Annotated[str, typer.Option(help="dev, held_back, held_back_2, held_back_3 or all.")] = "dev",
    seed: Annotated[int, typer.Option(help="Seed of intervals and draws.", min=0)] = 0,
    beir: Annotated[Path | None, typer.Option(help="A BEIR folder, for retrieval.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="A JSON-lines file of pairs, for stance.")] = None,
    cases: Annotated[Path | None, typer.Option(help="Your own cases: a file or a folder.")] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(help="product, a yardstick, an http address or module:object; repeat to compare."),
    ] = None,
    plugin: Annotated[list[str] | None, typer.Option(help="A module or file with SCORERS, for your cases.")] = None,
    judge: Annotated[str | None, typer.Option(help="A chat model, provider:model, that judges your cases too.")] = None,
    reviews: Annotated[Path | None, typer.Option(help="What staff said of your cases, for --judge.")] = None,
    scale: Annotated[bool, typer.Option("--scale", help="With speed: growth to 100,000 passages.")] = False,
    save: Annotated[str | None, typer.Option(help="Keep the run under a name, or a path ending in .json.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 when a floor is missed.")] = False,
) -> None:
    """Run suites and save the results; figures have 95 % bootstrap intervals."""
    settings = Settings.load()
    directory = history.runs_directory(settings.data_dir)
    place = history.place_of(directory, save) if save else None
    systems = system or [PRODUCT]
    with console.progress_bar() as progress:
        context = Context(
            settings=settings,
            split=split,
            limit=limit,
            seed=seed,
            progress=progress,
            beir=beir,
            pairs=pairs,
            cases=cases,
            plugins=tuple(plugin or ()),
            judge=judge,
            reviews=reviews,
            with_stock=not missing_parts(),
            scale=scale,
        )
        done = run_suites(usable(suites or [], systems, context), systems, context)
    about = provenance(settings, command_line())
    history.keep_last(directory, done.first, about)
    if save and place:
        history.save(place, place.stem, done.records, about)
        print(f"The run is kept in {place}; see it with `python -m evals report {save}`.", file=sys.stderr)
    _show(done, directory, as_json)
    if any(r.failed for r in done.results) or (gate and any(r.floors_missed for r in done.results)):
        raise typer.Exit(1)


@app.command("report")
def show_report(
    run_name: Annotated[str, typer.Argument(metavar="[RUN]", help="A saved run; else the last of each suite.")] = (
        history.LAST
    ),
    baseline: Annotated[
        list[str] | None, typer.Option(help="A saved run to compare with; repeat it for a history, oldest first.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that opens offline.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Show a run with the change since a baseline: as a table, as JSON or as a page."""
    directory = history.runs_directory(Settings.load().data_dir)
    run_ = history.load(directory, run_name)
    # Without being told otherwise the last runs are compared with the ones before them.
    names = baseline or ([history.PREVIOUS] if run_name == history.LAST else [])
    baselines = [saved for name in names if (saved := history.load(directory, name)).results]
    if html:
        from evals import page  # matplotlib takes a second to import

        history.write(html, page.html(run_, baselines))
        print(f"The report is in {html}.", file=sys.stderr)
    before = baselines[-1] if baselines else None
    if as_json:
        print(json.dumps(history.with_changes(run_, before), ensure_ascii=False, indent=1))
    elif not html:
        print("\n\n".join(reports.text(r, before.of(r["suite"]) if before else None) for r in run_.results))


@app.command("compare")
def show_comparison(
    first: Annotated[Path, typer.Argument(help="What `run SUITE --json` printed.")],
    second: Annotated[Path, typer.Argument(help="The same suite over the same cases, run otherwise.")],
    by: Annotated[str | None, typer.Option(help="Break down by topic, voice, kind, truth ...")] = None,
    seed: Annotated[int, typer.Option(help="Seed of intervals and swaps.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Compare two runs case by case: McNemar for decisions, approximate randomisation for means."""
    parts = [part for one, two in reports.paired_runs(first, second) for part in _compared(one, two, by, seed)]
    if as_json:
        print(json.dumps([comparison_json(part) for part in parts], ensure_ascii=False, indent=1))
        return
    print("\n\n".join(reports.comparison_text(comparison_json(part)) for part in parts))


def _compared(first: dict[str, Any], second: dict[str, Any], by: str | None, seed: int) -> list[Comparison]:
    whole = compare(first, second, seed)
    return [whole, *(by_group(first, second, by, seed) if by else [])]


def _show(done: Finished, directory: Path, as_json: bool) -> None:
    for result in done.results:
        for note in result.failures:
            print(f"{result.suite}: {note.case_id}: {note.reason}", file=sys.stderr)
    records = done.records
    if as_json:
        print(json.dumps(records[0] if len(records) == 1 else records, ensure_ascii=False, indent=1))
        return
    before = history.load(directory, history.PREVIOUS)
    for record in records:
        against = None if record.get("compared") else before.of(record["suite"])
        print(reports.text(record, against), end="\n\n")
    for part in reports.compared_text(records):
        print(part, end="\n\n")


def _formats() -> dict[str, object]:
    """Give what documents each format of cases, by the suite (and flag) that reads it."""
    from evals import beir
    from evals.attacks import InjectionCase
    from evals.inventions import DraftCase
    from evals.messages import MessageCase

    more = {"answers": TalkCase, "parts": MessageCase, "drafts": DraftCase, "injection": InjectionCase, "own": OwnCase}
    return {**FORMATS, **more, "retrieval --beir": beir}


def _suite_json(suite: Suite) -> dict[str, object]:
    return {
        "name": suite.name,
        "asks": suite.asks,
        "cases": suite.cases,
        "any_system": suite.any_system,
        "floors": [floor.words for floor in suite.floors],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 some work failed, 2 used wrongly."""
    return run_command(app, "python -m evals", arguments)


if __name__ == "__main__":
    sys.exit(main())
