"""Is a false or weak claim flagged and a true one not? Texts as people write them, and the article under review."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from evals.cases import DATA, ClaimCase, chosen, claim_case, load_cases
from evals.marked import covering, marked_text, verdicts_in
from evals.metrics import (
    Confusion,
    Figure,
    Matrix,
    accuracy,
    confusion_figure,
    f1,
    mean,
    mean_figure,
    precision,
    recall,
)
from evals.records import Record, present
from evals.results import Note, SuiteResult, Table
from evals.runner import Context, Run, Scored, run_cases
from evals.systems import Json, System
from rag.assistant import Assistant
from rag.errors import UsageError
from rag.judging.impression import CLASSES
from rag.kinds import Verdict, gravest
from rag.types import Review

LABELS = tuple(verdict.value for verdict in CLASSES)
_FLAG = ("flagged", "fine")


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleClaim:
    """A reviewed claim of the article: an exact part of a paragraph (counted from 1) with its verdict."""

    id: str
    paragraph: int
    text: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The verdict on a text, and whether a passage of its label was among the evidence (None: nothing to find)."""

    verdict: Verdict
    evidence_found: float | None
    claims: tuple[Json, ...] = ()


def run(context: Context) -> SuiteResult:
    """Check every text as a reader would, and the article's review against its reviewed claims."""
    loaded = context.load(DATA / "claims.jsonl", claim_case)
    system = context.system
    done = run_cases(loaded, lambda case: checked(system, case), context.progress, "Checking")
    pairs = [(s.case.verdict, s.score.verdict) for s in done.scored]
    classes = Confusion.of(LABELS, [(t.value, g.value) for t, g in pairs])
    metrics = flag_figures(pairs, context.seed) | _class_figures(classes, context.seed)
    metrics["evidence_found"] = mean_figure([s.score.evidence_found for s in done.scored], context.seed)
    metrics |= _yardsticks([truth for truth, _ in pairs], context.seed)
    tables = [_by_class(classes), _by_voice(done.scored)]
    if context.cases is None and context.under_test is None:
        article, table = _article(context.assistant, context)
        metrics |= article | _in_texts(context)
        tables.append(table)
    return done.result("claims", metrics, tables=tables, confusion=classes, misses=_misses(done), record=claim_record)


def checked(system: System, case: ClaimCase) -> Checked:
    """Check one text, and see whether the judgement rests on at least one passage that the label rests on."""
    claims = system.check(case.text)
    ids = {e["passage_id"] for claim in claims for e in claim.get("evidence", [])}
    met = float(bool(ids & set(case.evidence))) if claims and case.evidence else None
    verdict = gravest(Verdict(claim["verdict"]) for claim in claims)
    return Checked(verdict=verdict, evidence_found=met, claims=tuple(claims))


def claim_record(scored: Scored[ClaimCase, Checked]) -> Record:
    """Tell what a text came to: its verdict, its flag, and the claims that were judged in it."""
    case, given = scored.case, scored.score
    flags = {
        "flag_recall": float(given.verdict.flagged) if case.verdict.flagged else None,
        "flag_precision": float(case.verdict.flagged) if given.verdict.flagged else None,
        "flag_accuracy": float(_flag(case.verdict) == _flag(given.verdict)),
        "accuracy": float(given.verdict is case.verdict),
        "evidence_found": given.evidence_found,
    }
    return Record(
        id=case.id,
        scores=present(flags),
        truth=case.verdict.value,
        given=given.verdict.value,
        groups={"topic": case.topic.partition("/")[0], "voice": case.voice, "split": case.split},
        seen={"text": case.text, "wanted": list(case.evidence), "claims": list(given.claims)},
    )


def flag_figures(pairs: Sequence[tuple[Verdict, Verdict]], seed: int, prefix: str = "") -> dict[str, Figure]:
    """Give recall and precision of the flag, their F1, and the mean of recall and of what is rightly left alone."""
    flags = Confusion.of(_FLAG, [(_flag(truth), _flag(given)) for truth, given in pairs])
    # Each rests on its own cases: recall on those to be flagged, precision on those that were.
    return {
        f"{prefix}flag_recall": mean_figure([float(g.flagged) for t, g in pairs if t.flagged], seed),
        f"{prefix}flag_precision": mean_figure([float(t.flagged) for t, g in pairs if g.flagged], seed),
        f"{prefix}flag_f1": confusion_figure(flags, lambda m: f1(m, 0), seed),
        f"{prefix}flag_balanced": confusion_figure(flags, _balanced, seed),
    }


def _balanced(matrix: Matrix) -> float | None:
    both = recall(matrix, 0), recall(matrix, 1)
    return None if None in both else mean([value for value in both if value is not None])


def _yardsticks(truth: Sequence[Verdict], seed: int) -> dict[str, Figure]:
    """Measure warning always and warning never: either is easy, and neither tells a reader anything."""
    figures: dict[str, Figure] = {}
    for name, given in (("always_", Verdict.NO_EVIDENCE), ("never_", Verdict.SUPPORTED)):
        figures |= flag_figures([(verdict, given) for verdict in truth], seed, prefix=name)
    return figures


def _flag(verdict: Verdict) -> str:
    return _FLAG[0] if verdict.flagged else _FLAG[1]


def _class_figures(classes: Confusion, seed: int) -> dict[str, Figure]:
    figures = {
        "macro_f1": confusion_figure(classes, _five_class_f1, seed),
        "accuracy": confusion_figure(classes, accuracy, seed),
    }
    for number, label in enumerate(LABELS):
        figures[f"f1_{label}"] = confusion_figure(classes, partial(f1, label=number), seed)
    return figures


def _five_class_f1(matrix: Matrix) -> float | None:
    """Give macro-F1 over the five verdicts; a text without a claim that was judged still costs precision."""
    return mean([v for i in range(len(LABELS)) if (v := f1(matrix, i)) is not None])


# ------------------------------------------------------------------ running text


def _in_texts(context: Context) -> dict[str, Figure]:
    """Measure on articles in which people marked every claim: found at all, flagged, and the verdict."""
    loaded = load_cases(DATA / "articles.jsonl", marked_text)
    texts = chosen(loaded.cases, context.split, context.limit, context.seed)
    if not texts:
        return {}
    pairs = [
        (claim.verdict, given)
        for text in texts
        for claim, given in zip(text.claims, verdicts_in(text, context.assistant.check(text.text)), strict=True)
    ]
    classes = Confusion.of(LABELS, [(t.value, g.value) for t, g in pairs])
    figures = flag_figures(pairs, context.seed, prefix="text_")
    figures["text_found"] = mean_figure([float(g is not Verdict.NOT_A_CLAIM) for _, g in pairs], context.seed)
    figures["text_accuracy"] = confusion_figure(classes, accuracy, context.seed)
    return figures


# ------------------------------------------------------------------ the article


def article_claims(path: Path) -> tuple[ArticleClaim, ...]:
    """Read the reviewed claims of the article; raise UsageError when the file cannot be used."""
    try:
        records = yaml.safe_load(path.read_text(encoding="utf-8"))
        return tuple(
            ArticleClaim(id=r["id"], paragraph=r["paragraph"], text=r["text"], verdict=Verdict(r["verdict"]))
            for r in records
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} cannot be used ({error}); restore it from the repository.") from error


def _article(assistant: Assistant, context: Context) -> tuple[dict[str, Figure], Table]:
    """Compare the review with the reviewed claims: found at all, flag, verdict; and what was flagged beside them."""
    reviewed = article_claims(context.settings.corpus_dir / "claims.yaml")
    review = assistant.review()
    given = [verdict_at(review, claim) for claim in reviewed]
    pairs = list(zip((claim.verdict for claim in reviewed), (g or Verdict.NOT_A_CLAIM for g in given), strict=True))
    classes = Confusion.of(LABELS, [(t.value, g.value) for t, g in pairs])
    figures = flag_figures(pairs, context.seed, prefix="article_")
    figures["article_found"] = mean_figure([float(g is not None) for g in given], context.seed)
    figures["article_accuracy"] = confusion_figure(classes, accuracy, context.seed)
    rows = tuple(
        (claim.id, claim.verdict.value, verdict.value if verdict else "not found")
        for claim, verdict in zip(reviewed, given, strict=True)
        if verdict is not claim.verdict
    )
    return figures, Table(title="Article: other verdict than reviewed", head=("claim", "reviewed", "given"), rows=rows)


def verdict_at(review: Review, claim: ArticleClaim) -> Verdict | None:
    """Give the verdict of the judged claim that covers most of a reviewed claim's words; None when none touches it."""
    paragraph = next((p for p in review.paragraphs if p.number == claim.paragraph), None)
    start = paragraph.text.find(claim.text) if paragraph else -1
    if paragraph is None or start < 0:
        raise UsageError(f"corpus/claims.yaml: {claim.id} is not in paragraph {claim.paragraph}; correct its text.")
    place = covering((start, start + len(claim.text)), [judged.claim.span for judged in paragraph.claims])
    return None if place is None else paragraph.claims[place].verdict


# ------------------------------------------------------------------ breakdowns


def _by_class(classes: Confusion) -> Table:
    matrix = classes.matrix
    rows = tuple(
        (label, int(matrix[i].sum()), precision(matrix, i), recall(matrix, i), f1(matrix, i))
        for i, label in enumerate(classes.labels)
    )
    return Table(title="By verdict", head=("verdict", "n", "precision", "recall", "F1"), rows=rows)


def _by_voice(scored: Sequence[Scored[ClaimCase, Checked]]) -> Table:
    rows = []
    for voice in sorted({s.case.voice for s in scored}):
        group = [(s.case.verdict, s.score.verdict) for s in scored if s.case.voice == voice]
        right = [float(_flag(t) == _flag(g)) for t, g in group]
        exact = [float(t is g) for t, g in group]
        rows.append((voice, len(group), sum(right) / len(right), sum(exact) / len(exact)))
    return Table(title="By voice", head=("voice", "n", "flag right", "verdict right"), rows=tuple(rows))


def _misses(done: Run[ClaimCase, Checked]) -> list[Note]:
    wrong = [s for s in done.scored if s.score.verdict is not s.case.verdict]
    wrong.sort(key=lambda s: _flag(s.score.verdict) == _flag(s.case.verdict))  # wrong flags first
    return [
        Note(
            case_id=s.case.id,
            reason=("FLAG " if _flag(s.score.verdict) != _flag(s.case.verdict) else "")
            + f"{s.case.text!r}: is {s.case.verdict.value}, given {s.score.verdict.value}",
        )
        for s in wrong
    ]
