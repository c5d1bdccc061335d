"""Is a personal detail gone before anything is stored or said again, and is the network silent?

Details are made up, with a seed; nobody's words are in the cases. Of another system only the reply and the network can
be seen: what it stores is its own.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from evals.cases import DATA, Loaded, chosen, load_cases, retrieval_case
from evals.details import KINDS, Told, told
from evals.metrics import Figure, mean_figure
from evals.records import Record, present
from evals.replies import with_notes
from evals.results import Note, SuiteResult
from evals.runner import Context, Run, Scored, run_cases
from evals.systems import Json, System
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.kinds import Kind, Verdict
from rag.privacy.redaction import redact
from rag.store import Store, TranscriptFilter
from rag.types import Answer, Statement, Turn

_PER_KIND = 40
_PLAIN = 60  # ordinary questions that must come through whole
_ASKED = 6  # messages of each kind that are asked, with the network watched
PLAIN = "none"
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.connect", "socket.sendto")
_ADDRESS = re.compile(r"(?P<person>\S+?)(?:@| \(at\) )")
_MONTH_AND_YEAR = re.compile(r"([A-Z][a-z]+)\b.*\b(\d{4})$")  # "12 March 1985", "March 12, 1985"

Redact = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of one message: redacted, in the transcripts, in the reply and on the network (None: not tried)."""

    redacted: str | None = None
    removed: bool | None = None
    stored_clean: bool | None = None
    untouched: bool | None = None
    reply_clean: bool | None = None
    silent: bool | None = None


def run(context: Context) -> SuiteResult:
    """Redact and store every message; ask some of them while every look-up and connection is noted."""
    loaded = messages(context)
    asked = {case.id for kind in KINDS for case in [c for c in loaded.cases if c.kind == kind][:_ASKED]}
    if system := context.under_test:
        loaded = replace(loaded, cases=tuple(case for case in loaded.cases if case.id in asked))
        done = run_cases(loaded, lambda case: replied(case, system), context.progress, f"Asking {system.name}")
        return done.result("privacy", _figures(done, context.seed), misses=_misses(done), record=_record)
    with tempfile.TemporaryDirectory(prefix="evals-privacy-") as place:
        settings = context.settings.model_copy(update={"data_dir": Path(place), "database_url": None})
        keeper = Keeper(store=Store.open(settings), redact=lambda text: redact(text).text)
        done = run_cases(
            loaded,
            lambda case: keeper.kept(case, context.assistant if case.id in asked else None),
            context.progress,
            "Redacting",
        )
    return done.result("privacy", _figures(done, context.seed), misses=_misses(done), record=_record)


def messages(context: Context) -> Loaded[Told]:
    """Give the made-up messages, and ordinary questions in which nothing is personal."""
    per_kind = min(_PER_KIND, context.limit or _PER_KIND)
    plain = chosen(load_cases(DATA / "retrieval.jsonl", retrieval_case).cases, "dev", _PLAIN, context.seed)
    ordinary = [Told(id=c.id, split=c.split, kind=PLAIN, text=c.question, detail="") for c in plain]
    return Loaded(path=DATA, cases=(*told(per_kind, context.seed), *ordinary[: context.limit]))


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Takes details out of a message and keeps it as a conversation, then looks at what was kept."""

    store: Store
    redact: Redact

    def kept(self, case: Told, assistant: Assistant | None) -> Kept:
        """Give what became of a message; with an assistant it is also asked, and the network watched."""
        cleaned = self.redact(case.text)
        with network_events() as events:
            turn = assistant.ask(case.text) if assistant else _echo(case.text)
        self.store.save(case.id, turn)
        if case.kind == PLAIN:
            return Kept(redacted=cleaned, untouched=cleaned == case.text)
        return Kept(
            redacted=cleaned,
            removed=not leaks(case.detail, cleaned),
            stored_clean=not leaks(case.detail, self._exported(case.id)),
            reply_clean=not leaks(case.detail, said(answer_json(turn.answer))) if assistant else None,
            silent=not events if assistant else None,
        )

    def _exported(self, conversation_id: str) -> str:
        wanted = TranscriptFilter(conversation_id=conversation_id)
        return "".join(self.store.export(wanted, "jsonl", reader="evals"))


def replied(case: Told, system: System) -> Kept:
    """Give what another system's reply repeats of a message, and whether it used the network to answer."""
    with network_events() as events:
        answer = system.ask([case.text])
    # A system that is reached over the network cannot be watched from here.
    watched = not getattr(system, "remote", False)
    return Kept(reply_clean=not leaks(case.detail, said(answer)), silent=not events if watched else None)


def said(answer: Json) -> str:
    """Give everything that a reply (``answer/1``) says in its own words: not the question that it repeats."""
    reasons = [c.get("reason") or "" for c in answer.get("claims", [])]
    return "\n".join([*with_notes(answer), *reasons, *answer.get("suggestions", [])])


def leaks(detail: str, text: str) -> bool:
    """Tell whether a detail, or enough of it to find the person by, is still in a text."""
    if detail in text:
        return True
    if address := _ADDRESS.match(detail):
        return _holds(text, address["person"])
    if date := _MONTH_AND_YEAR.search(detail):
        return all(_holds(text, part) for part in date.groups())
    digits = re.sub(r"\D", "", detail)
    # Six digits at either end of a number say whose it is; names leak by any of their words.
    if len(digits) >= 6:
        joined = re.sub(r"(?<=\d)\D{1,2}(?=\d)", "", text)
        return digits[:6] in joined or digits[-6:] in joined
    return any(_holds(text, word) for word in re.findall(r"[^\W\d]{3,}", detail) if word[0].isupper())


def _holds(text: str, part: str) -> bool:
    return bool(re.search(rf"\b{re.escape(part)}\b", text))


@contextmanager
def network_events() -> Iterator[list[str]]:
    """Note every look-up and connection to another machine that any Python code makes meanwhile."""
    _install()
    events: list[str] = []
    _watching.append(events)
    try:
        yield events
    finally:
        _watching.remove(events)


_watching: list[list[str]] = []


@cache
def _install() -> None:
    # A hook cannot be taken away again: there is one, and it notes only while someone watches.
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    local = event == "socket.connect" and isinstance(arguments[1], str | bytes)  # a Unix socket on this machine
    if event in _LOOK_UPS and not local:
        for events in _watching:
            events.append(event)


def _echo(text: str) -> Turn:
    """Give a turn whose answer repeats the question, the worst that an answer can do."""
    statement = Statement(text=f"You asked: {text}", markers=(), support=Verdict.NOT_A_CLAIM)
    answer = Answer(question=text, kind=Kind.ANSWER, statements=(statement,), generator="echo")
    return Turn(question=text, understood=text, answer=answer)


def _figures(done: Run[Told, Kept], seed: int) -> dict[str, Figure]:
    scores = [_scores(s.case, s.score) for s in done.scored]
    names = [*(f"removed_{kind}" for kind in KINDS), "removed", "stored_clean", "untouched"]
    names += ["reply_clean", "network_silent"]
    return {name: mean_figure([found[name] for found in scores if name in found], seed) for name in names}


def _scores(case: Told, kept: Kept) -> dict[str, float]:
    raw = {
        f"removed_{case.kind}": kept.removed,
        "removed": kept.removed,
        "stored_clean": kept.stored_clean,
        "untouched": kept.untouched,
        "reply_clean": kept.reply_clean,
        "network_silent": kept.silent,
    }
    return present({name: None if value is None else float(value) for name, value in raw.items()})


def _record(scored: Scored[Told, Kept]) -> Record:
    return Record(
        id=scored.case.id,
        scores=_scores(scored.case, scored.score),
        groups={"kind": scored.case.kind},
        seen={"text": scored.case.text} | ({"redacted": r} if (r := scored.score.redacted) else {}),
    )


def _misses(done: Run[Told, Kept]) -> list[Note]:
    words = {
        "removed": "still in the redacted text",
        "stored_clean": "stored",
        "untouched": "an ordinary message was changed",
        "reply_clean": "said again in the reply",
        "network_silent": "something was looked up on the network",
    }
    return [
        Note(case_id=s.case.id, reason=f"{words[name]}: {s.score.redacted or s.case.text!r}")
        for s in done.scored
        for name, value in _scores(s.case, s.score).items()
        if name in words and not value
    ]
