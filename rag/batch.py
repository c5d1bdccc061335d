"""Batches as JSON lines: one line out for every line in, in order; a bad line becomes an error and the rest go on."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.assistant import Assistant
from rag.contract import Json, answer_json, check_json
from rag.errors import RagError, UsageError
from rag.types import Turn

Worker = Callable[[Assistant, Json], Json]


def run_batch(open_assistant: Callable[[], Assistant], source: Path, target: Path, work: Worker) -> int:
    """Read a JSON-lines file, write one line per line, and give how many failed; both files are tried first.

    Raises UsageError when a file cannot be read or written.
    """
    failed = 0
    if source.resolve() == target.resolve():
        raise UsageError(f"--input and --output are both {source}; give another output, or the input would be lost.")
    try:
        lines = source.read_bytes().splitlines()
        target.touch()
        assistant = open_assistant()
        with target.open("w", encoding="utf-8", errors="backslashreplace") as out:  # "\ud800" stays JSON
            for result in _results(assistant, lines, work):
                failed += "error" in result
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be used ({error.strerror}); check the path.") from error
    return failed


def ask_line(assistant: Assistant, record: Json) -> Json:
    """Answer the last turn of one record, after the turns before it."""
    turns = record.get("turns") or [record.get("question")]
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise UsageError('The line needs "question" (text) or "turns" (a list of texts).')
    history: list[Turn] = []
    for question in turns:
        history.append(assistant.ask(question, history))
    return answer_json(history[-1].answer)


def check_line(assistant: Assistant, record: Json) -> Json:
    """Judge the claims in one record's text."""
    text = record.get("text")
    if not isinstance(text, str):
        raise UsageError('The line needs "text".')
    start = time.perf_counter()
    claims = assistant.check(text)
    return check_json(text, claims, (time.perf_counter() - start) * 1000)


def _results(assistant: Assistant, lines: list[bytes], work: Worker) -> Iterator[Json]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        record: Json = {}
        try:
            record = _record(line)
            yield {"id": record.get("id")} | work(assistant, record)
        except RagError as error:
            yield {"id": record.get("id"), "error": f"Line {number}: {error}"}


def _record(line: bytes) -> Json:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError("This is not valid JSON in UTF-8; correct it.") from error
    if not isinstance(record, dict):
        raise UsageError("The line is not a JSON object.")
    return record
