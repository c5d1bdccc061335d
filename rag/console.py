"""Answers, judged claims and listings as plain text for a terminal; progress bars on standard error."""

import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rag.evidence import Cell, Found, Source
from rag.kinds import Kind, Origin
from rag.library.references import reference
from rag.render import OWN_WORDS, VERDICT_WORDS
from rag.types import Answer, Judgement, Review

WIDTH = 88
_SPEAKERS = {Origin.ARTICLE: "The article says: ", Origin.QUESTION: "You wrote: "}
_HEADS = {Kind.URGENT: "GET HELP NOW", Kind.CRISIS: "YOU ARE NOT ALONE"}


def answer_text(answer: Answer) -> str:
    """Give an answer with its flags, claims and numbered sources."""
    lines = [_HEADS[answer.kind], ""] if answer.kind in _HEADS else []
    for statement in answer.statements:
        marks = "".join(f" [{m}]" for m in statement.markers)
        lines += _wrap(statement.text + marks)
        if statement.flagged:
            lines += _wrap(f"! {VERDICT_WORDS[statement.support]}: {statement.note or 'no source backs this.'}", "    ")
    lines += _claims_met(answer)
    if answer.citations:
        lines += ["", "Sources:"]
        for citation in answer.citations:
            lines += _wrap(f"[{citation.marker}] {reference(citation.source)} ({citation.passage_id})", "", "    ")
    if answer.generator not in OWN_WORDS:
        words = f"Drafted by {answer.generator}, which your question was sent to. We checked each sentence."
        lines += ["", *_wrap(words)]
    if answer.suggestions:
        lines += ["", "You could also ask:", *(f"  - {s}" for s in answer.suggestions)]
    return "\n".join(lines)


def _claims_met(answer: Answer) -> list[str]:
    """Give the claims of the question and the article; what a draft says stands among the statements already."""
    met = [judgement for judgement in answer.claims if judgement.claim.origin is not Origin.ANSWER]
    return ["", "Claims checked:", *(line for j in met for line in claim_lines(j))] if met else []


def claim_lines(judgement: Judgement) -> list[str]:
    """Give one judged claim: what was said and where, the verdict in words, the reason, the passages."""
    flag = "!" if judgement.flagged else "+"
    who = _SPEAKERS.get(judgement.claim.origin, "")
    lines = _wrap(f"{flag} {who}“{judgement.claim.text}”", "", "  ")
    ids = ", ".join(e.passage_id for e in judgement.evidence[:4])
    lines += _wrap(f"{VERDICT_WORDS[judgement.verdict]}. {judgement.reason}" + (f" ({ids})" if ids else ""), "    ")
    return lines


def check_text(claims: Iterable[Judgement]) -> str:
    """Give the judged claims of a text."""
    lines = [line for judgement in claims for line in claim_lines(judgement)]
    return "\n".join(lines) if lines else "No checkable claim was found in this text."


def review_text(review: Review) -> str:
    """Give a reviewed document, paragraph by paragraph, and a count by verdict."""
    lines = [review.title, ""]
    for paragraph in review.paragraphs:
        if paragraph.claims:
            lines.append(f"Paragraph {paragraph.number}")
            lines += [line for judgement in paragraph.claims for line in claim_lines(judgement)]
            lines.append("")
    lines += [f"{VERDICT_WORDS[verdict]}: {count}" for verdict, count in review.summary.items()]
    return "\n".join(lines)


def search_text(found: Iterable[Found]) -> str:
    """Give ranked passages with their scores."""
    lines = []
    for item in found:
        lines += [f"{item.score:.4f}  {item.passage.id}", *_wrap(item.passage.text, "        ")]
    return "\n".join(lines) if lines else "No passage is near enough to this query."


def sources_text(sources: Iterable[Source]) -> str:
    """Give a table of sources by kind of study."""
    rows = sorted(sources, key=lambda s: (s.study_design.value, s.id))
    lines = [f"{'id':34} {'kind of study':28} {'year':>4} {'people':>7} {'passages':>8}  status"]
    for s in rows:
        status = "retracted" if s.retracted else "superseded" if s.superseded_by else s.status
        lines.append(
            f"{s.id:34} {s.study_design.value:28} {s.year or '-':>4} {s.n or '-':>7} {len(s.passages):>8}  {status}"
        )
    return "\n".join(lines)


def map_text(cells: Iterable[Cell]) -> str:
    """Give the evidence map, treatment by treatment."""
    lines: list[str] = []
    treatment = None
    for cell in cells:
        if cell.treatment != treatment:
            treatment = cell.treatment
            lines += ["", treatment]
        head = f"  {cell.outcome}: {cell.direction.value}, certainty {cell.certainty.value if cell.certainty else '-'}"
        lines += [head, *_wrap(cell.sentence, "      "), *_wrap(", ".join(cell.passage_ids), "      ")]
    return "\n".join(lines).lstrip()


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show what a long step does as a bar on standard error; silent where nothing is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bars = Progress(*columns, console=Console(file=sys.stderr))
    tasks: dict[str, TaskID] = {}

    def show(what: str, done: int, total: int) -> None:
        if not total:
            return
        bars.start()
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done)

    try:
        yield show
    finally:
        if tasks:
            bars.stop()


def _wrap(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging)
