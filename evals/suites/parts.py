"""Is each thing answered that a message asks, and what else is told besides?

A question counts as answered where the reply tells a sentence of a topic that would rightly answer it, or cites a
passage on which such a sentence rests. Messages that ask one thing are measured beside the others: whoever answers
everything near answers more questions, and buries them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.cases import DATA
from evals.messages import MessageCase, message_case
from evals.metrics import Figure, mean_figure, quantile_figure
from evals.records import Record, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Scored, run_cases
from evals.systems import Json
from rag.kinds import DANGERS, Kind
from rag.library.corpus import Corpus

_FIXED = (*DANGERS, Kind.OUT_OF_SCOPE)  # replies of one text, which answer nothing that is asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What came of a message: of each thing asked whether it was answered (None: no topic does), and what besides."""

    answered: tuple[bool | None, ...]
    beside: float | None  # share of the topics' sentences told that are of no topic asked of
    words: int

    @property
    def counted(self) -> list[bool]:
        """Give it of those that some topic answers."""
        return [told for told in self.answered if told is not None]


def run(context: Context) -> SuiteResult:
    """Send every message and see which of its questions are answered."""
    loaded = context.load(DATA / "parts.jsonl", message_case)
    topics = Topics.of(context.assistant.corpus)
    system = context.system

    def heard(case: MessageCase) -> Heard:
        return audit(case, system.ask(case.turns), topics)

    done = run_cases(loaded, heard, context.progress, "Asking")
    return done.result(
        "parts",
        _figures(done.scored, context.seed),
        tables=[_by_count(done.scored)],
        misses=_misses(done.scored),
        record=parts_record,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Topics:
    """Which topics say a sentence, and which rest on a passage."""

    saying: Mapping[str, frozenset[str]]
    citing: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, corpus: Corpus) -> "Topics":
        """Read them from the corpus."""
        saying: dict[str, set[str]] = {}
        citing: dict[str, set[str]] = {}
        for topic in corpus.topics:
            for sentence in topic.sentences:
                saying.setdefault(sentence.text, set()).add(topic.id)
                for passage_id in sentence.cites:
                    citing.setdefault(passage_id, set()).add(topic.id)
        return cls(
            saying={text: frozenset(ids) for text, ids in saying.items()},
            citing={passage_id: frozenset(ids) for passage_id, ids in citing.items()},
        )


def audit(case: MessageCase, reply: Json, topics: Topics) -> Heard:
    """Hold one reply (``answer/1``) against what its message asks."""
    texts = [] if Kind(reply["kind"]) in _FIXED else [s["text"] for s in reply["statements"]]
    said = [topics.saying[text] for text in texts if text in topics.saying]
    cited = [topics.citing.get(c["passage_id"], frozenset()) for c in reply["citations"]] if texts else []
    told = frozenset().union(*said, *cited)
    wanted = {topic for ask in case.asks for topic in ask.topics}
    return Heard(
        answered=tuple(bool(told & {*ask.topics}) if ask.topics else None for ask in case.asks),
        beside=sum(not ids & wanted for ids in said) / len(said) if said else None,
        words=len(" ".join(texts).split()),
    )


def _figures(scored: Sequence[Scored[MessageCase, Heard]], seed: int) -> dict[str, Figure]:
    several = [s for s in scored if len(s.case.asks) > 1]
    return {
        "first_answered": mean_figure(_told(several, lambda told: told[:1]), seed),
        "later_answered": mean_figure(_told(several, lambda told: told[1:]), seed),
        "all_answered": mean_figure([float(all(s.score.counted)) for s in several if s.score.counted], seed),
        "only_answered": mean_figure(_told([s for s in scored if len(s.case.asks) == 1], lambda told: told), seed),
        "told_beside": mean_figure([s.score.beside for s in scored if s.score.beside is not None], seed),
        "words_median": quantile_figure([s.score.words for s in several if s.score.words], 0.5, seed),
    }


def _told(
    scored: Sequence[Scored[MessageCase, Heard]], which: Callable[[tuple[bool | None, ...]], Sequence[bool | None]]
) -> list[float]:
    return [float(told) for s in scored for told in which(s.score.answered) if told is not None]


def parts_record(scored: Scored[MessageCase, Heard]) -> Record:
    """Tell how many of the questions of a message were answered, and what else was told."""
    case, heard = scored.case, scored.score
    counted = heard.counted
    scores = {
        "answered": sum(counted) / len(counted) if counted else None,
        "all_answered": float(all(counted)) if len(case.asks) > 1 and counted else None,
        "told_beside": heard.beside,
    }
    return Record(
        id=case.id,
        scores=present(scores),
        groups={"asks": str(len(case.asks)), "split": case.split},
        seen={"turns": list(case.turns), "unanswered": _unanswered(case, heard)},
    )


def _unanswered(case: MessageCase, heard: Heard) -> list[str]:
    return [ask.words for ask, told in zip(case.asks, heard.answered, strict=True) if told is False]


def _by_count(scored: Sequence[Scored[MessageCase, Heard]]) -> Table:
    """Count the answered ones by how many things a message asks and by the place of the question."""
    counts: dict[tuple[int, int], list[bool]] = {}
    for s in scored:
        for place, told in enumerate(s.score.answered, 1):
            if told is not None:
                counts.setdefault((len(s.case.asks), place), []).append(told)
    rows = tuple((asks, place, len(told), sum(told)) for (asks, place), told in sorted(counts.items()))
    return Table(title="Answered, by place", head=("things asked", "place", "n", "answered"), rows=rows)


def _misses(scored: Sequence[Scored[MessageCase, Heard]]) -> list[Note]:
    return [
        Note(case_id=s.case.id, reason=f"{s.case.turns[-1]!r}: not answered: {' | '.join(missed)}")
        for s in scored
        if (missed := _unanswered(s.case, s.score))
    ]
