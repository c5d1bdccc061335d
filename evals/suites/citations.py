"""Is every statement cited or flagged, every quote verbatim, every marker whole? Answers to the project's questions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.cases import DATA, Loaded, RetrievalCase, chosen, retrieval_case
from evals.metrics import Figure, mean_figure, ratio_figure
from evals.records import Record, shares
from evals.results import Note, SuiteResult
from evals.runner import Context, Run, Scored, run_cases
from rag.claims import extract
from rag.corpus import Corpus
from rag.stance import LexicalStance, StanceModel
from rag.types import Answer, Origin, Stance, Turn, Verdict

_QUESTIONS = 40
MEASURES = (
    "cited_or_flagged",
    "quote_verbatim",
    "markers_whole",
    "ids_known",
    "retracted_cited",
    "uncited_claims",
    "statement_supported",
    "citation_supports",
)
_MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What was counted in one answer: pairs are (good, all)."""

    cited_or_flagged: tuple[int, int]
    quote_verbatim: tuple[int, int]
    markers_whole: tuple[int, int]
    ids_known: tuple[int, int]
    retracted_cited: tuple[int, int]
    uncited_claims: tuple[int, int]
    statement_supported: tuple[int, int]  # statements that one of their citations supports
    citation_supports: tuple[int, int]  # citations that support their statement
    faults: tuple[str, ...]


def run(context: Context) -> SuiteResult:
    """Ask the questions and audit every statement and citation of the answers."""
    loaded = context.load(DATA / "retrieval.jsonl", retrieval_case)
    inside = [case for case in loaded.cases if case.in_scope]
    asked = Loaded(path=loaded.path, cases=chosen(inside, "all", _QUESTIONS, context.seed), bad=loaded.bad)
    assistant = context.assistant
    stance = LexicalStance(embedder=assistant.retriever.embedder)

    def audited(case: RetrievalCase) -> Audit:
        history: list[Turn] = []
        for question in case.turns:
            history.append(assistant.ask(question, history))
        return audit(history[-1].answer, assistant.corpus, stance)

    done = run_cases(asked, audited, context.progress, "Asking")
    return done.result("citations", _figures(done, context.seed), misses=_misses(done), record=citation_record)


def citation_record(scored: Scored[RetrievalCase, Audit]) -> Record:
    """Tell how an answer's statements and citations hold: the share of each measure, and the faults."""
    audit_ = scored.score
    scores, weights = shares({name: getattr(audit_, name) for name in MEASURES})
    return Record(
        id=scored.case.id,
        scores=scores,
        weights=weights,
        groups={"kind": scored.case.kind, "split": scored.case.split},
        seen={"question": scored.case.question, "faults": list(audit_.faults)},
    )


def audit(answer: Answer, corpus: Corpus, stance: StanceModel) -> Audit:
    """Count what an answer cites, and how well its markers, quotes and ids hold."""
    stating = [s for s in answer.statements if s.support is not Verdict.NOT_A_CLAIM]
    bare = [s for s in stating if not s.markers and not s.flagged]
    misquoted = [c for c in answer.citations if not _verbatim(c.quote, c.passage_id, corpus)]
    unknown = [c for c in answer.citations if c.passage_id not in corpus.passages]
    retracted = [c for c in answer.citations if c.source.retracted or not c.source.is_evidence]
    broken = marker_faults(answer)
    silent = [s for s in answer.statements if s.support is Verdict.NOT_A_CLAIM and not s.markers]
    claiming = [s for s in silent if extract(s.text, corpus.vocabulary, Origin.ANSWER)]
    supported, supporting = _support(answer, stance)
    faults = [
        *(f"neither cited nor flagged: {s.text!r}" for s in bare),
        *(f"called no claim, yet states something: {s.text!r}" for s in claiming),
        *(f"quote is not in {c.passage_id}: {c.quote[:60]!r}" for c in misquoted),
        *(f"cites the unknown passage {c.passage_id}" for c in unknown),
        *(f"cites {c.passage_id}, which is no evidence" for c in retracted),
        *broken,
    ]
    return Audit(
        cited_or_flagged=(len(stating) - len(bare), len(stating)),
        quote_verbatim=(len(answer.citations) - len(misquoted), len(answer.citations)),
        markers_whole=(int(not broken), 1),
        ids_known=(len(answer.citations) - len(unknown), len(answer.citations)),
        retracted_cited=(len(retracted), len(answer.citations)),
        uncited_claims=(len(claiming), len(silent)),
        statement_supported=supported,
        citation_supports=supporting,
        faults=tuple(faults),
    )


def marker_faults(answer: Answer) -> list[str]:
    """Give what is wrong with the markers: one without a citation, a citation never marked, numbers out of order."""
    numbers = [c.marker for c in answer.citations]
    used = list(dict.fromkeys(m for s in answer.statements for m in s.markers))
    faults = []
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"citations are numbered {numbers}")
    if missing := sorted(set(used) - set(numbers)):
        faults.append(f"markers {missing} have no citation")
    if idle := sorted(set(numbers) - set(used)):
        faults.append(f"citations {idle} are never marked")
    if used != sorted(used):
        faults.append(f"markers are first used in the order {used}")
    if {int(m) for s in answer.statements for m in _MARK.findall(s.text)}:
        faults.append("a statement's own words hold a marker")
    if any(not c.passage_id.startswith(f"{c.source.id}#") for c in answer.citations):
        faults.append("a passage id does not belong to its source")
    return faults


def _verbatim(quote: str, passage_id: str, corpus: Corpus) -> bool:
    passage = corpus.passages.get(passage_id)
    return passage is not None and bool(quote.strip()) and quote in passage.text


def _support(answer: Answer, stance: StanceModel) -> tuple[tuple[int, int], tuple[int, int]]:
    """Count statements that a citation supports, and citations that support, as the stance model sees them."""
    quotes = {c.marker: c.quote for c in answer.citations}
    cited = [s for s in answer.statements if s.markers]
    links = [(s, quotes[m]) for s in cited for m in s.markers if m in quotes]
    stances = stance.stances([(s.text, quote) for s, quote in links])
    holds = [given is Stance.SUPPORTS for given, _ in stances]
    backed = {id(s) for (s, _), good in zip(links, holds, strict=True) if good}
    return (len(backed), len(cited)), (sum(holds), len(links))


def _figures(done: Run[RetrievalCase, Audit], seed: int) -> dict[str, Figure]:
    audits = [s.score for s in done.scored]
    figures = {name: _ratio((getattr(a, name) for a in audits), seed) for name in MEASURES}
    return figures | {"citations_per_answer": mean_figure([float(a.ids_known[1]) for a in audits], seed)}


def _ratio(parts: Iterable[tuple[int, int]], seed: int) -> Figure:
    return ratio_figure([(float(good), float(whole)) for good, whole in parts], seed)


def _misses(done: Run[RetrievalCase, Audit]) -> Sequence[Note]:
    return [Note(case_id=s.case.id, reason=fault) for s in done.scored for fault in s.score.faults]
