"""Are the right sources found? The project's own questions, or a public set in BEIR's layout."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals import beir
from evals.cases import DATA, RetrievalCase, retrieval_case
from evals.metrics import (
    Figure,
    capped_recall_at,
    hit_at,
    mean_figure,
    ndcg_at,
    recall_at,
    reciprocal_rank,
)
from evals.records import Record, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from rag.assistant import Assistant
from rag.conversation import standalone
from rag.kinds import Kind
from rag.retrieval import EVIDENCE
from rag.types import Answer, Turn

SYSTEMS = ("sparse", "dense", "hybrid")
MEASURES = ("hit@5", "must_recall@5", "recall@5", "recall_cap@5", "recall@10", "mrr", "ndcg@10")
_DEPTH = 24
_RUN = "Searching"

Ranked = dict[str, tuple[str, ...]]  # system -> source ids of the passages found, best first


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """What each system found, and the cosine of the nearest evidence."""

    ranked: Ranked
    similarity: float


def run(context: Context) -> SuiteResult:
    """Measure the product's retriever on questions with known sources, or on a BEIR folder."""
    if context.beir:
        return beir.run(context, context.beir)
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    assistant = context.assistant
    done = run_cases(loaded, lambda case: search(assistant, case), context.progress, _RUN)
    inside = [s for s in done.scored if s.case.in_scope]
    outside = [s for s in done.scored if not s.case.in_scope]
    metrics = _figures(inside, context.seed)
    metrics["out_of_scope_found"] = mean_figure([float(bool(s.score.ranked["hybrid"])) for s in outside], context.seed)
    return done.result("retrieval", metrics, tables=[_by_kind(inside)], misses=_misses(done), record=retrieval_record)


def search(assistant: Assistant, case: RetrievalCase) -> Searched:
    """Search for a case with each system, a follow-up made to stand alone as the product does."""
    retriever = assistant.retriever
    question = understood(assistant, case.turns)
    vector = retriever.embed(question)
    nearest = retriever.index.dense(vector, _DEPTH, (EVIDENCE,))
    found = assistant.conversation.answerer.find(question)
    words = retriever.index.sparse(question, _DEPTH, (EVIDENCE,))
    passages = assistant.corpus.passages
    return Searched(
        ranked={
            "sparse": tuple(passages[id_].source_id for id_, _ in words),
            "dense": tuple(passages[id_].source_id for id_, _ in nearest),
            "hybrid": tuple(f.passage.source_id for f in found),
        },
        similarity=nearest[0][1] if nearest else -1.0,
    )


def understood(assistant: Assistant, turns: Sequence[str]) -> str:
    """Give the last turn as the product understands it after the turns before it."""
    vocabulary = assistant.corpus.vocabulary
    history: list[Turn] = []
    for question in turns:
        alone = standalone(question, history, vocabulary)
        blank = Answer(question=question, kind=Kind.ANSWER, statements=())
        history.append(Turn(question=question, understood=alone, answer=blank))
    return history[-1].understood


def retrieval_record(scored: Scored[RetrievalCase, Searched]) -> Record:
    """Tell what a question came to: every measure of every system, and the sources found."""
    case, ranked = scored.case, scored.score.ranked
    scores: dict[str, float | None] = {"similarity": scored.score.similarity}
    if case.in_scope:
        for system, found in ranked.items():
            scores |= {f"{system}_{name}": value for name, value in measures(found, case).items()}
    else:
        scores["out_of_scope_found"] = float(bool(ranked["hybrid"]))
    return Record(
        id=case.id,
        scores=present(scores),
        groups={"kind": case.kind, "split": case.split},
        seen={
            "question": case.question,
            "turns": list(case.turns),
            "wanted": list(case.sources),
            "found": {system: list(found[:10]) for system, found in ranked.items()},
        },
    )


def measures(found: Sequence[str], case: RetrievalCase) -> dict[str, float | None]:
    """Give each measure of one ranking; the recall of the deciding sources is None where a case names none."""
    wanted = case.sources
    return {
        "hit@5": hit_at(found, wanted, 5),
        "must_recall@5": recall_at(found, case.must, 5),
        "recall@5": recall_at(found, wanted, 5),
        "recall_cap@5": capped_recall_at(found, wanted, 5),
        "recall@10": recall_at(found, wanted, 10),
        "mrr": reciprocal_rank(found, wanted),
        "ndcg@10": ndcg_at(found, dict.fromkeys(wanted, 1.0), 10),
    }


def _figures(scored: Sequence[Scored[RetrievalCase, Searched]], seed: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for system in SYSTEMS:
        measured = [measures(s.score.ranked[system], s.case) for s in scored]
        for name in MEASURES:
            figures[f"{system}_{name}"] = mean_figure([values[name] for values in measured], seed)
    return figures


def _by_kind(scored: Sequence[Scored[RetrievalCase, Searched]]) -> Table:
    rows = []
    for kind in dict.fromkeys(s.case.kind for s in scored):
        group = [s for s in scored if s.case.kind == kind]
        figures = _figures(group, seed=0)
        names = ("hybrid_hit@5", "hybrid_mrr", "hybrid_ndcg@10", "dense_mrr", "sparse_mrr")
        rows.append((kind, len(group), *(figures[name].value for name in names)))
    head = ("kind", "n", "hybrid hit@5", "hybrid MRR", "hybrid nDCG@10", "dense MRR", "sparse MRR")
    return Table(title="By kind of question", head=head, rows=tuple(rows))


def _misses(done: Run[RetrievalCase, Searched]) -> list[Note]:
    notes = []
    for s in done.scored:
        top = s.score.ranked["hybrid"][:5]
        if s.case.in_scope and not set(top) & set(s.case.sources):
            reason = f"{s.case.question!r}: wanted {', '.join(s.case.sources)}; found {', '.join(top) or 'nothing'}"
            notes.append(Note(case_id=s.case.id, reason=reason))
        elif not s.case.in_scope and top:
            notes.append(Note(case_id=s.case.id, reason=f"{s.case.question!r}: out of scope; found {', '.join(top)}"))
    return notes
