"""Are a model's inventions stopped or flagged, and what it tells truly kept? The check alone: no server runs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.cases import DATA
from evals.inventions import DraftCase, draft_case, drawn_cases
from evals.metrics import mean_figure
from evals.records import Record
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Scored, run_cases
from rag.drafts.checking import DraftCheck, Kept
from rag.kinds import Verdict
from rag.types import DraftSentence

_DRAWN = 150  # passages, each with a retelling and an invention
_OTHERS = 8  # passages that the model was shown beside the one that it names


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a drafted sentence."""

    kept: tuple[Kept, ...]

    @property
    def shown(self) -> bool:
        """Tell whether a reader sees the sentence."""
        return bool(self.kept)

    @property
    def unflagged(self) -> bool:
        """Tell whether a reader sees it without a warning."""
        return any(not k.support.flagged for k in self.kept)

    @property
    def doubted(self) -> bool:
        """Tell whether it is shown as not found, rather than as weak evidence."""
        return any(k.support is Verdict.NO_EVIDENCE for k in self.kept)

    @property
    def whole(self) -> bool:
        """Tell whether everything shown is cited, flagged, or states nothing."""
        return all(k.passage_ids or k.support.flagged or k.support is Verdict.NOT_A_CLAIM for k in self.kept)


def run(context: Context) -> SuiteResult:
    """Check every sentence alone against what it names, among other passages that were shown."""
    loaded = context.load(DATA / "drafts.jsonl", draft_case)
    corpus = context.assistant.corpus
    drawn = () if context.cases else drawn_cases(corpus, context.limit or _DRAWN, context.split, context.seed)
    loaded = replace(loaded, cases=(*loaded.cases, *drawn))
    check = DraftCheck(corpus=corpus, stance=context.assistant.judge.model)
    ids = sorted(p.id for p in corpus.passages.values() if corpus.may_decide(p))

    def outcome(case: DraftCase) -> Outcome:
        others = random.Random(case.id).sample(ids, _OTHERS)
        draft = [DraftSentence(text=case.text, passage_ids=case.passage_ids)]
        return Outcome(kept=check.check(draft, [*case.passage_ids, *others]).kept)

    done = run_cases(loaded, outcome, context.progress, "Checking drafts")
    true = [s.score for s in done.scored if s.case.truth]
    invented = [s.score for s in done.scored if not s.case.truth]
    metrics = {
        "invented_unflagged": mean_figure([float(o.unflagged) for o in invented], context.seed),
        "invented_flagged": mean_figure([float(o.shown and not o.unflagged) for o in invented], context.seed),
        "true_lost": mean_figure([float(not o.shown) for o in true], context.seed),
        "true_doubted": mean_figure([float(o.doubted) for o in true], context.seed),
        "cited_or_flagged": mean_figure([float(s.score.whole) for s in done.scored], context.seed),
    }
    return done.result("drafts", metrics, tables=[_by_how(done.scored)], misses=_misses(done.scored), record=_record)


def _missed(scored: Scored[DraftCase, Outcome]) -> bool:
    return not scored.score.shown if scored.case.truth else scored.score.unflagged


def _by_how(scored: Sequence[Scored[DraftCase, Outcome]]) -> Table:
    missed = ((s.case.how, _missed(s)) for s in scored)
    return Table.counting("Lost truths and unflagged inventions", ("how", "n", "missed"), missed)


def _misses(scored: Sequence[Scored[DraftCase, Outcome]]) -> list[Note]:
    return [
        Note(case_id=s.case.id, reason=f"{'lost' if s.case.truth else 'unflagged'} ({s.case.how}): {s.case.text!r}")
        for s in scored
        if _missed(s)
    ]


def _record(scored: Scored[DraftCase, Outcome]) -> Record:
    case, outcome = scored.case, scored.score
    scores = {"true_lost": float(not outcome.shown)} if case.truth else {"invented_unflagged": float(outcome.unflagged)}
    support = outcome.kept[0].support.value if outcome.kept else "taken out"
    return Record(id=case.id, scores=scores, groups={"how": case.how}, seen={"text": case.text, "support": support})
