"""Are the right sources found? The project's own questions, or a public set in BEIR's layout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
from evals.stock import Stock
from evals.systems import Product, System
from rag.search.retrieval import EVIDENCE

# The product's own search is "hybrid"; the others are the yardsticks beside it.
SPARSE, DENSE, STOCK, HYBRID = "sparse", "dense", "stock", "hybrid"
MEASURES = ("hit@5", "must_recall@5", "recall@5", "recall_cap@5", "recall@10", "mrr", "ndcg@10")
_DEPTH = 24
_RUN = "Searching"

Ranking = tuple[str, ...]  # source ids of the passages found, best first


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """What the system under test found, the product and its yardsticks by name, and the nearest evidence's cosine."""

    found: Ranking
    named: dict[str, Ranking] = field(default_factory=dict)
    similarity: float | None = None


def run(context: Context) -> SuiteResult:
    """Measure a search on questions with known sources, or the product's on a BEIR folder."""
    if context.beir:
        return beir.run(context, context.beir)
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    done = run_cases(loaded, _searcher(context), context.progress, _RUN)
    inside = [s for s in done.scored if s.case.in_scope]
    outside = [s for s in done.scored if not s.case.in_scope]
    metrics = _figures(inside, context.seed)
    metrics["out_of_scope_found"] = mean_figure([float(bool(s.score.found)) for s in outside], context.seed)
    tables = [_by_kind(inside)]
    return done.result("retrieval", metrics, tables=tables, misses=_misses(done), record=retrieval_record)


def _searcher(context: Context) -> Callable[[RetrievalCase], Searched]:
    """Give what searches for a case: another system as it comes, or the product beside its yardsticks."""
    system = context.under_test
    if system:
        return lambda case: Searched(found=_sources(system, case))
    product, stock = Product(assistant=context.assistant), context.stock
    return lambda case: search(product, case, stock)


def search(product: Product, case: RetrievalCase, stock: Stock | None = None) -> Searched:
    """Search for a case by words, by meaning and as the product does, a follow-up made to stand alone.

    The stock pipeline is given the last turn as it stands: it knows no turn before.
    """
    assistant = product.assistant
    retriever, passages = assistant.retriever, assistant.corpus.passages
    question = product.understood(case.turns)
    vector = retriever.embed(question)
    nearest = retriever.index.dense(vector, _DEPTH, (EVIDENCE,))
    ranked = {SPARSE: retriever.index.sparse(question, _DEPTH, (EVIDENCE,)), DENSE: nearest}
    named = {name: tuple(passages[id_].source_id for id_, _ in ids) for name, ids in ranked.items()}
    found = tuple(f.passage.source_id for f in assistant.conversation.answerer.find(question))
    return Searched(
        found=found,
        named=named | ({STOCK: _sources(stock, case)} if stock else {}) | {HYBRID: found},
        similarity=nearest[0][1] if nearest else -1.0,
    )


def _sources(system: System, case: RetrievalCase) -> Ranking:
    return tuple(passage["source_id"] for passage in system.search(case.turns, _DEPTH))


def retrieval_record(scored: Scored[RetrievalCase, Searched]) -> Record:
    """Tell what a question came to: every measure of every system, and the sources found."""
    case, searched = scored.case, scored.score
    scores: dict[str, float | None] = {"similarity": searched.similarity}
    if case.in_scope:
        scores |= measures(searched.found, case)
        for system, found in searched.named.items():
            scores |= {f"{system}_{name}": value for name, value in measures(found, case).items()}
    else:
        scores["out_of_scope_found"] = float(bool(searched.found))
    return Record(
        id=case.id,
        scores=present(scores),
        groups={"kind": case.kind, "split": case.split},
        seen={
            "question": case.question,
            "turns": list(case.turns),
            "wanted": list(case.sources),
            "found": list(searched.found[:10]),
            "beside": {name: list(found[:10]) for name, found in searched.named.items() if name != HYBRID},
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


def _rankings(scored: Sequence[Scored[RetrievalCase, Searched]]) -> dict[str, list[Ranking]]:
    """Give rankings by the prefix of their figures: the product's and its yardsticks', or another system's without."""
    names = list(scored[0].score.named) if scored else []
    named = {f"{name}_": [s.score.named[name] for s in scored] for name in names}
    return named or {"": [s.score.found for s in scored]}


def _figures(scored: Sequence[Scored[RetrievalCase, Searched]], seed: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for prefix, rankings in _rankings(scored).items():
        measured = [measures(ranking, s.case) for ranking, s in zip(rankings, scored, strict=True)]
        for measure in MEASURES:
            figures[f"{prefix}{measure}"] = mean_figure([values[measure] for values in measured], seed)
    return figures


def _by_kind(scored: Sequence[Scored[RetrievalCase, Searched]]) -> Table:
    *others, own = _rankings(scored)
    shown = [f"{own}hit@5", f"{own}mrr", f"{own}ndcg@10", *(f"{prefix}mrr" for prefix in others)]
    rows = []
    for kind in dict.fromkeys(s.case.kind for s in scored):
        group = [s for s in scored if s.case.kind == kind]
        figures = _figures(group, seed=0)
        rows.append((kind, len(group), *(figures[figure].value for figure in shown)))
    return Table(title="By kind of question", head=("kind", "n", *shown), rows=tuple(rows))


def _misses(done: Run[RetrievalCase, Searched]) -> list[Note]:
    notes = []
    for s in done.scored:
        top = s.score.found[:5]
        if s.case.in_scope and not set(top) & set(s.case.sources):
            reason = f"{s.case.question!r}: wanted {', '.join(s.case.sources)}; found {', '.join(top) or 'nothing'}"
            notes.append(Note(case_id=s.case.id, reason=reason))
        elif not s.case.in_scope and top:
            notes.append(Note(case_id=s.case.id, reason=f"{s.case.question!r}: out of scope; found {', '.join(top)}"))
    return notes
