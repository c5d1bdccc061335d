"""The kinds of work that a person waits for, timed one by one beside one embedding of the same text.

    python -m evals.works TEXTS.jsonl N    the same on one core, after the first N texts: one JSON line

One core is timed alone since how many there are differs; how fast it is differs too, so a kind of work is held against
one embedding on the same core (``BASES``).
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.assistant import Assistant
from rag.judging.claims import extract
from rag.kinds import Origin
from rag.safety.screen import screen
from rag.settings import Settings

EMBED, EMBED_CLAIM = "embed", "embed_claim"
# Each kind of work with the embedding that it is a multiple of, in the order in which a person meets it.
BASES = {"ask": EMBED, "search": EMBED, "screen": EMBED_CLAIM, "read_claims": EMBED_CLAIM}
BASES |= {"eight_passages": EMBED_CLAIM, "check": EMBED_CLAIM}
# Asking comes first and the screen reads another text: what it heard once it keeps.
WORKS = ("ask", EMBED, "search", EMBED_CLAIM, "screen", "read_claims", "eight_passages", "check")
_EIGHT = 8

Times = dict[str, list[float]]  # milliseconds by kind of work


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """A question to ask and search, a claim to check, and another claim to hold against eight passages."""

    id: str
    split: str
    question: str
    claim: str
    other_claim: str


def timed(assistant: Assistant, texts: Texts) -> dict[str, float]:
    """Give the milliseconds of each kind of work; none finds the question's vectors and cosines of the one before.

    What is kept of our own texts stays, as it does where the product is served.
    """
    retriever, talk, model = assistant.retriever, assistant.conversation, assistant.judge.model
    eight = [(texts.other_claim, found.passage.text) for found in retriever.nearest(texts.other_claim, _EIGHT)]
    works: dict[str, Callable[[], object]] = {
        "ask": lambda: assistant.ask(texts.question),
        EMBED: lambda: retriever.embedder.embed([texts.question]),
        "search": lambda: assistant.search(texts.question, 10),
        EMBED_CLAIM: lambda: retriever.embedder.embed([texts.claim]),
        "screen": lambda: screen(texts.claim, talk.rules, (), talk.second_opinion),
        "read_claims": lambda: extract(texts.claim, assistant.corpus.vocabulary, Origin.TEXT),
        "eight_passages": lambda: model.shares(eight),
        "check": lambda: assistant.check(texts.claim),
    }
    milliseconds = {}
    for name, work in works.items():
        exemplars = talk.answerer.leads.relevance.exemplars
        for recent in (retriever._recent, retriever._topics, retriever.index._recent, exemplars._recent):
            recent.clear()  # otherwise asking after searching would not embed at all
        start = time.perf_counter()
        work()
        milliseconds[name] = (time.perf_counter() - start) * 1000
    return milliseconds


def write(texts: Sequence[Texts], path: Path) -> None:
    """Write texts for another process."""
    path.write_text("\n".join(json.dumps(asdict(text)) for text in texts), encoding="utf-8")


def one_core() -> bool:
    """Keep this process on one core; tell whether the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return True


def main(path: Path, warm_up: int) -> None:
    """Time the texts of a file on one core, after a few that warm up; print an empty object where that cannot be."""
    if not one_core():  # before any library starts its threads
        print(json.dumps({}))
        return
    texts = [Texts(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    assistant = Assistant.open(Settings.load())
    assistant.warm()  # as it is served
    times = [timed(assistant, text) for text in texts][warm_up:]
    print(json.dumps({name: [one[name] for one in times] for name in WORKS}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
