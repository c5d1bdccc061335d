"""The command line: JSON on standard output alone, everything else on standard error, one sentence per error."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import console, contract
from rag.assistant import Assistant, update_index
from rag.errors import RagError, UsageError
from rag.settings import Settings
from rag.types import Answer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Input = Annotated[Path | None, typer.Option("--input", help="A JSON-lines file to read.")]
Output = Annotated[Path | None, typer.Option("--output", help="The JSON-lines file to write.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
staff = typer.Typer(no_args_is_help=True, help="Staff accounts.")
transcripts = typer.Typer(no_args_is_help=True, help="Stored conversations, as staff see them.")
app.add_typer(staff, name="staff")
app.add_typer(transcripts, name="transcripts")


def opened() -> Assistant:
    """Give the assistant, showing progress while the index is built, which takes minutes: check all else before."""
    with console.progress_bar() as progress:
        return Assistant.open(Settings.load(), progress)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument()] = None,
    as_json: AsJson = False,
    references: Annotated[str | None, typer.Option(help="Print the references: bibtex, ris or csl-json.")] = None,
    source: Input = None,
    target: Output = None,
) -> None:
    """Answer a question, or a batch of questions."""
    if source or target:
        from rag.batch import ask_line

        _batch(source, target, ask_line, question or references)
        return
    given, form = _given(question, "question"), _known_form(references, as_json)
    answer = opened().ask(given).answer
    if form:
        _show(_references(answer, form))
        return
    _show(contract.answer_json(answer) if as_json else console.answer_text(answer))


@app.command()
def check(
    text: Annotated[str | None, typer.Argument()] = None,
    as_json: AsJson = False,
    source: Input = None,
    target: Output = None,
) -> None:
    """Judge every checkable claim in a text, or in a batch of texts."""
    if source or target:
        from rag.batch import check_line

        _batch(source, target, check_line, text)
        return
    given = _given(text, "text")
    assistant = opened()
    start = time.perf_counter()
    claims = assistant.check(given)
    elapsed = (time.perf_counter() - start) * 1000
    _show(contract.check_json(given, claims, elapsed) if as_json else console.check_text(claims))


@app.command()
def review(file: Annotated[Path | None, typer.Argument()] = None, as_json: AsJson = False) -> None:
    """Review a document claim by claim; without a file, the article in the corpus."""
    assistant = opened()
    result = assistant.review_file(file) if file else assistant.review()
    _show(contract.review_json(result) if as_json else console.review_text(result))


@app.command()
def search(
    query: str,
    count: Annotated[int, typer.Option("-k", help="How many passages.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show ranked passages."""
    assistant = opened()
    found = assistant.search(query, count)
    _show(contract.search_json(query, found, assistant.corpus.sources) if as_json else console.search_text(found))


@app.command()
def index(rebuild: Annotated[bool, typer.Option(help="Embed everything again.")] = False) -> None:
    """Build or update the index: only what changed."""
    with console.progress_bar() as progress:
        report = update_index(Settings.load(), rebuild, progress)
    if not report.built:
        _show(f"The index is up to date: {report.kept} entries, nothing to do.")
    else:
        _show(f"Indexed: {report.embedded} embedded, {report.kept} kept, {report.removed} removed.")


@app.command()
def add(given: Annotated[list[str], typer.Argument(metavar="PATH_OR_ID ...")], as_json: AsJson = False) -> None:
    """Bring files, PMIDs, PMCIDs or DOIs into the local corpus; they start as "not reviewed"."""
    from rag.ingest import add as add_documents

    added = add_documents(given, Settings.load())
    _show(added.json if as_json else "\n".join(added.sentences))


@app.command()
def approve(source_id: str) -> None:
    """Mark an added source as reviewed, so that it may carry a verdict."""
    from rag.ingest.approval import approve as approve_source

    _show(approve_source(source_id, Settings.load()))


@app.command()
def sources(
    as_json: AsJson = False,
    show_map: Annotated[bool, typer.Option("--map", help="Print the evidence map.")] = False,
    design: Annotated[str | None, typer.Option(help="Only this kind of study.")] = None,
    treatment: Annotated[str | None, typer.Option(help="Only sources on this treatment.")] = None,
) -> None:
    """List what the corpus holds, with the evidence level of each source."""
    from rag.library.corpus import open_corpus

    corpus = open_corpus(Settings.load())
    if show_map:
        _show(contract.map_json(corpus.cells) if as_json else console.map_text(corpus.cells))
        return
    held = corpus.select(design, treatment)
    _show(contract.sources_json(held) if as_json else console.sources_text(held))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 7860,
) -> None:
    """Serve the web pages."""
    from rag.web.serve import serve as serve_web

    serve_web(opened, host, port)


@staff.command("add")
def staff_add(name: str) -> None:
    """Make a staff account; the password is asked for, or read from a pipe."""
    from rag.store import Store
    from rag.store.commands import add_staff

    account = add_staff(Store.open(Settings.load()), name)
    _show(f"Staff account {account.name} was made; sign in at /login.")


@staff.command("password")
def staff_password(name: str) -> None:
    """Change the password of a staff account; the new one is asked for, or read from a pipe."""
    from rag.store import Store
    from rag.store.commands import change_password

    change_password(Store.open(Settings.load()), name)
    _show(f"The password of {name} was changed; its sessions have ended.")


@staff.command("remove")
def staff_remove(name: str) -> None:
    """Remove a staff account; what it wrote stays."""
    from rag.store import Store

    Store.open(Settings.load()).remove_account(name)
    _show(f"Staff account {name} was removed; its sessions have ended.")


@transcripts.command("list")
def transcripts_list(as_json: AsJson = False) -> None:
    """List conversations, newest first."""
    from rag.store import Store, TranscriptFilter
    from rag.store.commands import list_lines

    for line in list_lines(Store.open(Settings.load()), TranscriptFilter(), as_json=as_json):
        _show(line)


@transcripts.command("show")
def transcripts_show(conversation: str, as_json: AsJson = False) -> None:
    """Show one conversation."""
    from rag.store import Store
    from rag.store.commands import show_lines

    for line in show_lines(Store.open(Settings.load()), conversation, as_json=as_json):
        _show(line)


@transcripts.command("export")
def transcripts_export(form: Annotated[str, typer.Option("--format", help="jsonl or csv")] = "jsonl") -> None:
    """Export all conversations."""
    from rag.store import Store, TranscriptFilter
    from rag.store.commands import export_text

    if form not in ("jsonl", "csv"):
        raise UsageError(f"--format is {form!r}; give jsonl or csv.")
    for piece in export_text(Store.open(Settings.load()), TranscriptFilter(), form):
        sys.stdout.write(piece)


def _known_form(form: str | None, as_json: bool) -> str | None:
    from rag.library.references import FORMS

    if form and form not in FORMS:
        raise UsageError(f"--references is {form!r}; give one of {', '.join(FORMS)}.")
    if form and as_json:
        raise UsageError("--references and --json are two forms of one answer; give one of them.")
    return form


def _references(answer: Answer, form: str) -> str:
    from rag.library.references import exported

    return exported(list({c.source.id: c.source for c in answer.citations}.values()), form)


def _batch(source: Path | None, target: Path | None, work: Callable[..., Any], beside: str | None) -> None:
    from rag.batch import run_batch

    if source is None or target is None:
        raise UsageError("A batch needs both --input and --output; give the two files.")
    if beside:
        raise UsageError(f"A batch is what --input holds and nothing else; leave out {beside!r}.")
    failed = run_batch(opened, source, target, work)
    if failed:
        print(f"{failed} of the lines could not be used; their errors stand in {target}.", file=sys.stderr)
        raise typer.Exit(1)


def _given(text: str | None, what: str) -> str:
    if text is None:
        raise UsageError(f"Give a {what} in quotes, or a batch with --input and --output.")
    return text


def _show(result: dict[str, Any] | str) -> None:
    print(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=1))


def run(commands: typer.Typer, name: str, arguments: list[str] | None) -> int:
    """Run one command of a command line and give its exit code: 0 done, 1 some work failed, 2 used wrongly.

    Every expected failure is one sentence on standard error.
    """
    try:
        result = commands(arguments, standalone_mode=False, prog_name=name)
        return result if isinstance(result, int) else 0
    except typer.Exit as stop:
        return stop.exit_code
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except RagError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        # typer's own usage errors come from the click that it carries; nothing else is swallowed
        if not hasattr(error, "format_message"):
            raise
        print(f"{error.format_message().rstrip('.')}. Run `{name} --help` to see how.", file=sys.stderr)
        return 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command of the product."""
    return run(app, "python -m rag", arguments)


if __name__ == "__main__":
    sys.exit(main())
