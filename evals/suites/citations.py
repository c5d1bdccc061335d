"""Is every statement cited or flagged, every quote verbatim, every marker whole, and does the passage bear it?

Citation scores never stand alone: copying the first passages found cites everything and answers badly. That yardstick
is measured beside the product, with how hard its text is to read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.cases import DATA, Loaded, RetrievalCase, chosen, retrieval_case
from evals.markers import marker_faults
from evals.metrics import Figure, mean_figure, ratio_figure
from evals.readability import grade
from evals.records import Record, shares
from evals.replies import sentences_said, stating, unbacked
from evals.results import Note, SuiteResult
from evals.runner import Context, Run, Scored, run_cases
from evals.support import Cited, measure
from evals.systems import Json, System
from evals.yardsticks import YARDSTICKS
from rag.judging.claims import extract
from rag.judging.stance import StanceModel
from rag.kinds import Origin, Verdict
from rag.library.corpus import Corpus

MEASURES = (
    "cited_or_flagged",
    "quote_verbatim",
    "markers_whole",
    "ids_known",
    "retracted_cited",
    "uncited_claims",
    "citation_recall",
    "citation_precision",
)
_QUESTIONS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What was counted in one answer: (good, all) by measure, how hard it is to read, and what is wrong with it."""

    counts: Mapping[str, tuple[int, int]]
    citations: int
    grade: float | None
    faults: tuple[str, ...]
    unsupported: tuple[str, ...]


def run(context: Context) -> SuiteResult:
    """Ask the questions and audit every statement and citation of the answers."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    inside = [case for case in loaded.cases if case.in_scope]
    asked = Loaded(path=loaded.path, cases=chosen(inside, "all", _QUESTIONS, context.seed), bad=loaded.bad)
    assistant = context.assistant
    model = assistant.judge.model

    def audited(system: System) -> Run[RetrievalCase, Audit]:
        def score(case: RetrievalCase) -> Audit:
            return audit(system.ask(case.turns), assistant.corpus, model)

        return run_cases(asked, score, context.progress, f"Auditing {system.name}")

    done = audited(context.system)
    figures = _figures(done, context.seed)
    figures["reading_grade"] = mean_figure([s.score.grade for s in done.scored], context.seed)
    if context.under_test is None:
        copied = audited(YARDSTICKS["top-passages"](assistant))
        for name in ("citation_recall", "citation_precision"):
            figures[f"copying_{name}"] = _ratio((s.score.counts[name] for s in copied.scored), context.seed)
        figures["copying_reading_grade"] = mean_figure([s.score.grade for s in copied.scored], context.seed)
    return done.result("citations", figures, misses=_misses(done), record=citation_record)


def citation_record(scored: Scored[RetrievalCase, Audit]) -> Record:
    """Tell how an answer's statements and citations hold: the share of each measure, and the faults."""
    scores, weights = shares(scored.score.counts)
    return Record(
        id=scored.case.id,
        scores=scores,
        weights=weights,
        groups={"kind": scored.case.kind, "split": scored.case.split},
        seen={
            "question": scored.case.question,
            "faults": list(scored.score.faults),
            "unsupported": list(scored.score.unsupported),
        },
    )


def audit(answer: Json, corpus: Corpus, model: StanceModel) -> Audit:
    """Count what an answer (``answer/1``) cites, and how well its markers, quotes and ids hold."""
    statements, citations = answer["statements"], answer["citations"]
    factual, bare = stating(answer), unbacked(answer)
    misquoted = [c for c in citations if not _verbatim(c, corpus)]
    unknown = [c for c in citations if c["passage_id"] not in corpus.passages]
    barred = [c for c in citations if not _is_evidence(c, corpus)]
    broken = marker_faults(answer)
    silent = [s for s in statements if s["support"] == Verdict.NOT_A_CLAIM and not s["citations"]]
    claiming = [s for s in silent if extract(s["text"], corpus.vocabulary, Origin.ANSWER)]
    support = measure([_cited(s, citations, corpus) for s in factual if s["citations"] or not s["flagged"]], model)
    faults = [
        *(f"neither cited nor flagged: {s['text']!r}" for s in bare),
        *(f"called no claim, yet states something: {s['text']!r}" for s in claiming),
        *(f"quote is not in {c['passage_id']}: {c['quote'][:60]!r}" for c in misquoted),
        *(f"cites the unknown passage {c['passage_id']}" for c in unknown),
        *(f"cites {c['passage_id']}, which is no evidence" for c in barred),
        *broken,
    ]
    counts = {
        "cited_or_flagged": (len(factual) - len(bare), len(factual)),
        "quote_verbatim": (len(citations) - len(misquoted), len(citations)),
        "markers_whole": (int(not broken), 1),
        "ids_known": (len(citations) - len(unknown), len(citations)),
        "retracted_cited": (len(barred), len(citations)),
        "uncited_claims": (len(claiming), len(silent)),
        "citation_recall": support.recall,
        "citation_precision": support.precision,
    }
    return Audit(
        counts=counts,
        citations=len(citations),
        grade=grade(sentences_said(answer)),
        faults=tuple(faults),
        unsupported=support.unsupported,
    )


def _verbatim(citation: Json, corpus: Corpus) -> bool:
    passage = corpus.passages.get(citation["passage_id"])
    return passage is not None and bool(citation["quote"].strip()) and citation["quote"] in passage.text


def _is_evidence(citation: Json, corpus: Corpus) -> bool:
    """Tell whether the cited source may carry evidence; one that the corpus does not hold is counted as unknown."""
    source = corpus.sources.get(citation["source_id"])
    return source is None or source.is_evidence


def _cited(statement: Json, citations: Sequence[Json], corpus: Corpus) -> Cited:
    """Give a statement with the whole passages that it cites; the quote, where the corpus does not hold the passage."""
    texts = {}
    for citation in citations:
        passage = corpus.passages.get(citation["passage_id"])
        texts[citation["marker"]] = passage.text if passage else citation["quote"]
    return statement["text"], tuple(texts[m] for m in statement["citations"] if m in texts)


def _figures(done: Run[RetrievalCase, Audit], seed: int) -> dict[str, Figure]:
    audits = [s.score for s in done.scored]
    figures = {name: _ratio((a.counts[name] for a in audits), seed) for name in MEASURES}
    return figures | {"citations_per_answer": mean_figure([float(a.citations) for a in audits], seed)}


def _ratio(parts: Iterable[tuple[int, int]], seed: int) -> Figure:
    return ratio_figure([(float(good), float(whole)) for good, whole in parts], seed)


def _misses(done: Run[RetrievalCase, Audit]) -> list[Note]:
    return [Note(case_id=s.case.id, reason=fault) for s in done.scored for fault in s.score.faults]
