"""Does one text support or refute one claim? The product's stance model on labelled pairs, beside two baselines."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from evals.cases import DATA, PairCase, chosen, load_cases, pair_case
from evals.heard import heard_pairs
from evals.metrics import (
    NOTHING,
    Confusion,
    Figure,
    accuracy,
    confusion_figure,
    f1,
    macro_f1,
    ratio_figure,
    timings,
)
from evals.records import Record, Status
from evals.results import Note, SuiteResult
from evals.runner import Context, bad_lines
from rag.judging.stance import LABELS as STANCES
from rag.judging.stance import StanceModel, both_readers, stance_of
from rag.kinds import Stance
from rag.library.corpus import Corpus, load_corpus
from rag.models.embedders import open_embedder
from rag.search.indexing import Progress
from rag.types import Vectors

LABELS = tuple(stance.value for stance in STANCES)
_BATCH = 64
_FOLDS = 5
_LEAST_TO_LEARN = 20  # fewer pairs teach a claim-only baseline nothing
_RIDGE = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Each case's stance and how sure the model was (None where it raised), why, and each batch's (pairs, seconds)."""

    given: tuple[tuple[Stance, float] | None, ...]
    failures: tuple[Note, ...]
    timings: tuple[tuple[float, float], ...]

    @property
    def stances(self) -> tuple[Stance | None, ...]:
        """Give the stances without how sure the model was."""
        return tuple(pair and pair[0] for pair in self.given)


def run(context: Context) -> SuiteResult:
    """Judge every pair of the project's own or of a file; raise UsageError when it has no usable pair."""
    loaded = load_cases(context.pairs or DATA / "stance" / "dev.jsonl", pair_case)
    cases = chosen(loaded.cases, "all", context.limit, context.seed)
    embedder = open_embedder(context.settings.embedding_model, context.settings.data_dir)
    corpus = load_corpus(context.settings.corpus_dir)
    model = both_readers(embedder, corpus.vocabulary)
    judged = judge(cases, model, context.progress)
    met = {} if context.pairs else as_met(corpus, model, context)
    context.progress("Claim-only baseline", 0, 1)
    claims = embedder.embed([case.claim for case in cases])
    context.progress("Claim-only baseline", 1, 1)
    failures = (*bad_lines(loaded), *judged.failures)
    pairs = _pairs(cases, judged.stances)
    confusion = Confusion.of(LABELS, pairs)
    return SuiteResult(
        suite="stance",
        n=len(cases) + len(loaded.bad),
        unscored=0,
        failed=len(failures),
        metrics=_figures(confusion, judged, context.seed) | met | _baselines(cases, claims, context.seed),
        confusion=confusion,
        failures=failures,
        misses=_misses(cases, judged.stances),
        cases=tuple(_records(cases, judged)),
    )


def judge(cases: Sequence[PairCase], model: StanceModel, progress: Progress) -> Judged:
    """Give the model's stance on every pair, batch by batch; a batch that raises is tried pair by pair."""
    judged: list[tuple[Stance, float] | None] = []
    failures: list[Note] = []
    timings = []
    for start in range(0, len(cases), _BATCH):
        progress("Judging pairs", start, len(cases))
        batch = cases[start : start + _BATCH]
        began = time.perf_counter()
        try:
            judged += map(stance_of, model.shares([(case.claim, case.evidence) for case in batch]))
            timings.append((float(len(batch)), time.perf_counter() - began))
        except Exception:  # one broken pair must not take its batch along
            for case in batch:
                judged.append(_one(case, model, failures))
    progress("Judging pairs", len(cases), len(cases))
    return Judged(given=tuple(judged), failures=tuple(failures), timings=tuple(timings))


def _one(case: PairCase, model: StanceModel, failures: list[Note]) -> tuple[Stance, float] | None:
    try:
        return stance_of(model.shares([(case.claim, case.evidence)])[0])
    except Exception as error:  # a raising case is a failure record, never a pass
        failures.append(Note(case_id=case.id, reason=f"{type(error).__name__}: {error}"))
        return None


def _pairs(cases: Sequence[PairCase], stances: Sequence[Stance | None]) -> list[tuple[str, str]]:
    return [(c.label.value, s.value) for c, s in zip(cases, stances, strict=True) if s is not None]


def _figures(confusion: Confusion, judged: Judged, seed: int) -> dict[str, Figure]:
    figures = {
        "macro_f1": confusion_figure(confusion, macro_f1, seed),
        "accuracy": confusion_figure(confusion, accuracy, seed),
    }
    for number, label in enumerate(LABELS):
        figures[f"f1_{label}"] = confusion_figure(confusion, partial(f1, label=number), seed)
    return figures | timings({"pairs_per_second": ratio_figure(judged.timings, seed)})


def as_met(corpus: Corpus, model: StanceModel, context: Context) -> dict[str, Figure]:
    """Measure the stances of passages as the judge hears them for claims, but those that can be argued either way."""
    clear = [pair for pair in heard_pairs(corpus, "dev") if not pair.leaning]
    cases = chosen([pair.case for pair in clear], "all", context.limit, context.seed)
    confusion = Confusion.of(LABELS, _pairs(cases, judge(cases, model, context.progress).stances))
    figures = {"heard_macro_f1": confusion_figure(confusion, macro_f1, context.seed)}
    for number, label in enumerate(LABELS):
        figures[f"heard_f1_{label}"] = confusion_figure(confusion, partial(f1, label=number), context.seed)
    return figures


# ------------------------------------------------------------------ baselines


def _baselines(cases: Sequence[PairCase], claims: Vectors, seed: int) -> dict[str, Figure]:
    """Measure what the claim alone gives away, and what always giving the commonest label scores."""
    truth = [case.label.value for case in cases]
    common = Counter(truth).most_common(1)[0][0]
    always = Confusion.of(LABELS, [(label, common) for label in truth])
    figures = {"always_commonest_macro_f1": confusion_figure(always, macro_f1, seed), "claim_only_macro_f1": NOTHING}
    if len(cases) >= _LEAST_TO_LEARN:
        guessed = claim_only(cases, claims)
        alone = Confusion.of(LABELS, zip(truth, guessed, strict=True))
        figures["claim_only_macro_f1"] = confusion_figure(alone, macro_f1, seed)
    return figures


def claim_only(cases: Sequence[PairCase], claims: Vectors) -> list[str]:
    """Guess each label from the claim's vector alone: ridge regression on the other folds, folds split by claim."""
    fold = np.array([hashlib.sha256(c.claim.encode()).digest()[0] % _FOLDS for c in cases])
    target = np.array([[float(c.label.value == label) for label in LABELS] for c in cases])
    features = np.hstack([np.asarray(claims, dtype=float), np.ones((len(cases), 1))])
    guessed = np.zeros(len(cases), dtype=int)
    for number in range(_FOLDS):
        train, test = features[fold != number], fold == number
        if not len(train) or not test.any():
            continue
        gram = train.T @ train + _RIDGE * np.eye(train.shape[1])
        weights = np.linalg.solve(gram, train.T @ target[fold != number])
        guessed[test] = (features[test] @ weights).argmax(axis=1)
    return [LABELS[i] for i in guessed]


def _records(cases: Sequence[PairCase], judged: Judged) -> Iterator[Record]:
    reasons = {note.case_id: note.reason for note in judged.failures}
    for case, pair in zip(cases, judged.given, strict=True):
        if pair is None:
            yield Record(id=case.id, status=Status.FAILED, seen={"reason": reasons.get(case.id, "")})
            continue
        given, sure = pair
        missed = given is not case.label
        yield Record(
            id=case.id,
            missed=missed,
            scores={"accuracy": float(not missed), "confidence": sure},
            truth=case.label.value,
            given=given.value,
            seen={"claim": case.claim, "evidence": case.evidence} if missed else {},
        )


def _misses(cases: Sequence[PairCase], stances: Sequence[Stance | None]) -> tuple[Note, ...]:
    return tuple(
        Note(case_id=c.id, reason=f"{c.claim!r}: is {c.label.value}, given {s.value}")
        for c, s in zip(cases, stances, strict=True)
        if s is not None and s is not c.label
    )
