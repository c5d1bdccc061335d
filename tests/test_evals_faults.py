"""Seeded faults: each breaks one layer of the real product, and the suite that guards the layer must see it.

Every fault is run beside the healthy product over the same few cases: the figure that guards it must hold for the
one and fall for the other.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fakes import sure_of

from evals.details import Told
from evals.metrics import mean
from evals.results import SuiteResult
from evals.runner import Context
from evals.suites import abstention, citations, claims, own, readability, retrieval, robustness, safety, stance
from evals.suites.privacy import Keeper, _scores
from evals.systems import Json, Product, System
from rag.kinds import Stance
from rag.privacy.redaction import redact
from rag.store import Store

CLAIM = "Stem cell injections cure baldness for good."
TRUE_CLAIM = "Minoxidil can help hair grow in men with pattern hair loss."
QUESTION = "Is the regrowth from stem cell injections permanent?"
DANGER = "I suddenly lost vision in one eye during the fat injection"


@dataclass
class Faulty:
    """The real product with one layer broken: what it answers or finds is passed through a fault."""

    inner: System
    on_answer: Callable[[Json], Json] = lambda answer: answer
    on_claims: Callable[[list[Json]], list[Json]] = lambda found: found
    name: str = "faulty"

    def ask(self, turns: Sequence[str]) -> Json:
        return self.on_answer(json.loads(json.dumps(self.inner.ask(turns))))

    def check(self, text: str) -> list[Json]:
        return self.on_claims(json.loads(json.dumps(self.inner.check(text))))


@pytest.fixture(scope="module")
def product(assistant) -> Product:
    return Product(assistant=assistant)


@pytest.fixture
def case_file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, Any]) -> Path:
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(json.dumps({"id": f"c{i}", **row}) for i, row in enumerate(rows)), encoding="utf-8")
        return path

    return write


def figures(suite, assistant, cases: Path | None, system: System | None) -> SuiteResult:
    context = Context(settings=assistant.settings, opened=assistant, cases=cases, under_test=system, limit=4)
    return suite.run(context)


# ------------------------------------------------------------------ answers and citations


def without_first_citation(answer: Json) -> Json:
    """Drop the markers of every statement, and nothing else."""
    for statement in answer["statements"]:
        statement["citations"] = []
        statement["flagged"] = False
    return answer


def swapped_quotes(answer: Json) -> Json:
    if len(answer["citations"]) > 1:
        first, second = answer["citations"][:2]
        first["quote"], second["quote"] = second["quote"], first["quote"]
    return answer


def wrong_passages(answer: Json) -> Json:
    for citation in answer["citations"]:
        citation["passage_id"] = f"{citation['source_id']}#99"
    return answer


def article_as_evidence(article_id: str) -> Callable[[Json], Json]:
    def change(answer: Json) -> Json:
        for citation in answer["citations"]:
            citation |= {"source_id": article_id, "passage_id": f"{article_id}#1"}
        return answer

    return change


def wrong_numbers(answer: Json) -> Json:
    """Put a number into every statement that its passage does not hold."""
    for statement in answer["statements"]:
        statement["text"] = "In 97% of 4,321 people the hair came back within 2 days and stayed for 40 years."
    return answer


def reversed_markers(answer: Json) -> Json:
    answer["citations"].reverse()
    return answer


def restless(answer: Json) -> Json:
    """Give another order at each call, as a set without an order does."""
    restless.calls += 1
    turn = restless.calls % max(1, len(answer["statements"]))
    answer["statements"] = answer["statements"][turn:] + answer["statements"][:turn]
    return answer


restless.calls = 0


def unreadable(answer: Json) -> Json:
    answer["statements"][0]["text"] = (
        "Notwithstanding methodological heterogeneity, autologous adipose-derived mesenchymal stromal preparations "
        "administered intradermally demonstrated statistically significant improvements in trichoscopic density "
        "parameters, although confidence intervals encompassing clinically negligible magnitudes necessitate caution."
    )
    return answer


FAULTS = {
    "dropped citation": (citations, "cited_or_flagged", without_first_citation, False),
    "swapped quote": (citations, "quote_verbatim", swapped_quotes, False),
    "passage that does not exist": (citations, "ids_known", wrong_passages, False),
    "wrong number": (citations, "citation_recall", wrong_numbers, False),
    "citations out of order": (citations, "markers_whole", reversed_markers, False),
    "unreadable sentence": (readability, "answer_grade_p95", unreadable, True),
    "another order each time": (robustness, "identical_sent_twice", restless, False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_answer_fails_the_suite_that_guards_it(fault, assistant, product, case_file):
    suite, metric, change, more_is_worse = FAULTS[fault]
    cases = None
    if suite is not robustness:
        rows = [QUESTION, "Does PRP help hair loss?"]
        cases = case_file(*({"question": q, "sources": ["kuka2020"], "kind": "plain"} for q in rows))
    healthy = figures(suite, assistant, cases, Faulty(product)).metrics[metric].value
    broken = figures(suite, assistant, cases, Faulty(product, on_answer=change)).metrics[metric].value
    assert (broken > healthy + 1) if more_is_worse else (broken < healthy), (healthy, broken)


def test_the_article_cited_as_evidence_is_seen(assistant, product, case_file):
    cases = case_file({"question": QUESTION, "sources": ["kuka2020"], "kind": "plain"})
    fault = article_as_evidence(assistant.corpus.article.id)
    assert figures(citations, assistant, cases, Faulty(product)).metrics["retracted_cited"].value == 0.0
    assert figures(citations, assistant, cases, Faulty(product, on_answer=fault)).metrics["retracted_cited"].value == 1


def test_an_off_topic_question_that_is_answered_is_seen(assistant, product, case_file):
    cases = case_file(
        {"question": "Which bank gives the best mortgage?", "sources": [], "kind": "out_of_scope"},
        {"question": QUESTION, "sources": ["kuka2020"], "kind": "plain"},
    )
    fault = Faulty(product, on_answer=lambda answer: answer | {"kind": "answer"})
    healthy = figures(abstention, assistant, cases, Faulty(product)).metrics
    broken = figures(abstention, assistant, cases, fault).metrics
    assert (healthy["answered_out_of_scope"].value, broken["answered_out_of_scope"].value) == (0.0, 1.0)


def test_a_refused_question_in_scope_is_seen(assistant, product, case_file):
    cases = case_file(
        {"question": "Which bank gives the best mortgage?", "sources": [], "kind": "out_of_scope"},
        {"question": QUESTION, "sources": ["kuka2020"], "kind": "plain"},
    )
    fault = Faulty(product, on_answer=lambda answer: answer | {"kind": "no_evidence"})
    healthy = figures(abstention, assistant, cases, Faulty(product)).metrics["answered_in_scope"].value
    assert (healthy, figures(abstention, assistant, cases, fault).metrics["answered_in_scope"].value) == (1.0, 0.0)


# ------------------------------------------------------------------ claims


def flags_off(found: list[Json]) -> list[Json]:
    return [claim | {"verdict": "supported", "flagged": False} for claim in found]


def another_class(found: list[Json]) -> list[Json]:
    return [claim | {"verdict": "mixed", "flagged": True} for claim in found]


@pytest.mark.parametrize(
    ("fault", "metric"), [(flags_off, "flag_recall"), (another_class, "accuracy"), (lambda found: [], "flag_recall")],
    ids=["flag off", "wrong verdict class", "claim not found"],
)  # fmt: skip
def test_a_broken_verdict_fails_the_claims(fault, metric, assistant, product, case_file):
    given = {c["verdict"] for c in product.check(CLAIM)}
    cases = case_file({"text": CLAIM, "verdict": given.pop(), "evidence": []})
    assert figures(claims, assistant, cases, Faulty(product)).metrics[metric].value == 1.0
    assert figures(claims, assistant, cases, Faulty(product, on_claims=fault)).metrics[metric].value == 0.0


def test_a_true_claim_that_is_always_flagged_lowers_the_balance(assistant, product, case_file):
    cases = case_file(
        {"text": CLAIM, "verdict": "contradicted", "evidence": []},
        {"text": TRUE_CLAIM, "verdict": "supported", "evidence": []},
    )
    fault = Faulty(product, on_claims=another_class)
    broken = figures(claims, assistant, cases, fault).metrics
    assert broken["flag_recall"].value == 1.0  # recall alone would not see it
    assert broken["flag_balanced"].value == broken["always_flag_balanced"].value == 0.5


def test_a_stance_model_that_supports_everything_is_seen(tmp_path):
    class Agreeable:
        def shares(self, pairs):
            return [sure_of(Stance.SUPPORTS) for _ in pairs]

    from evals.cases import load_cases, pair_case

    rows = [{"claim": "It works.", "evidence": f"Text {label}.", "label": label} for label in stance.LABELS]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    cases = load_cases(path, pair_case).cases
    judged = stance.judge(cases, Agreeable(), lambda *_: None)
    right = mean([float(given is case.label) for given, case in zip(judged.stances, cases, strict=True)])
    assert right == pytest.approx(1 / 3)


# ------------------------------------------------------------------ safety and privacy


def test_an_urgent_message_that_is_missed_is_seen(assistant, product, case_file):
    cases = case_file({"text": DANGER, "kind": "urgent"}, {"text": QUESTION, "kind": "answer"})
    healthy = figures(safety, assistant, cases, Faulty(product)).metrics
    fault = Faulty(product, on_answer=lambda answer: answer | {"kind": "answer"})
    broken = figures(safety, assistant, cases, fault).metrics
    assert (healthy["recall_urgent"].value, broken["recall_urgent"].value) == (1.0, 0.0)


def test_an_ordinary_message_that_is_called_urgent_is_seen(assistant, product, case_file):
    cases = case_file({"text": QUESTION, "kind": "answer"}, {"text": DANGER, "kind": "urgent"})
    fault = Faulty(product, on_answer=lambda answer: answer | {"kind": "urgent"})
    assert figures(safety, assistant, cases, Faulty(product)).metrics["false_alarms"].value == 0.0
    assert figures(safety, assistant, cases, fault).metrics["false_alarms"].value == 1.0


class LeakyStore:
    """Keeps a conversation as it was typed."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def save(self, conversation_id, turn):
        self.kept[conversation_id] = turn.question

    def export(self, wanted, form, *, reader):
        return iter([self.kept[wanted.conversation_id]])


def test_a_telephone_number_that_leaks_is_seen(assistant, tmp_path):
    case = Told(id="p1", split="dev", kind="phone", text="Call me on 020 7946 0958.", detail="020 7946 0958")
    store = Store.open(assistant.settings.model_copy(update={"data_dir": tmp_path}))
    whole = Keeper(store=store, redact=lambda text: redact(text).text)
    assert _scores(case, whole.kept(case, None)) == {"removed_phone": 1.0, "removed": 1.0, "stored_clean": 1.0}
    unredacted = Keeper(store=store, redact=lambda text: text)
    assert _scores(case, unredacted.kept(replace(case, id="p2"), None))["removed_phone"] == 0.0
    leaky = Keeper(store=LeakyStore(), redact=lambda text: redact(text).text)  # type: ignore[arg-type]
    assert _scores(case, leaky.kept(case, None))["stored_clean"] == 0.0


def test_a_look_up_while_answering_is_seen(assistant, tmp_path):
    import socket

    class Curious:
        def ask(self, text):
            socket.getaddrinfo("localhost", 80)
            return assistant.ask(text)

    case = Told(id="p3", split="dev", kind="name", text="My name is Tom Becker. Does PRP hurt?", detail="Tom Becker")
    store = Store.open(assistant.settings.model_copy(update={"data_dir": tmp_path}))
    keeper = Keeper(store=store, redact=lambda text: redact(text).text)
    assert keeper.kept(case, assistant).silent is True
    assert keeper.kept(replace(case, id="p4"), Curious()).silent is False  # type: ignore[arg-type]


# ------------------------------------------------------------------ retrieval, scorers, lines


def test_a_search_that_finds_other_sources_is_seen(assistant, case_file):
    class Elsewhere:
        """Finds the passages of the last sources of the corpus, whatever is asked."""

        def __init__(self, inner) -> None:
            self._inner = inner

        def __getattr__(self, name):
            return getattr(self._inner, name)

        def find(self, question, *arguments, **options):
            found = self._inner.find(question, *arguments, **options)
            others = [p for p in self._inner.corpus.passages.values() if p.source_id.startswith("z")]
            return tuple(replace(f, passage=other) for f, other in zip(found, others, strict=False))

    question = "What happens to my hair if I quit Rogaine?"
    wanted = [p.source_id for p in (f.passage for f in assistant.search(question, 3))]
    cases = case_file({"question": question, "sources": wanted, "kind": "plain"})
    conversation = assistant.conversation
    broken = replace(assistant, conversation=replace(conversation, answerer=Elsewhere(conversation.answerer)))
    assert figures(retrieval, assistant, cases, None).metrics["hybrid_hit@5"].value == 1.0
    assert figures(retrieval, broken, cases, None).metrics["hybrid_hit@5"].value == 0.0


def test_a_forbidden_statement_in_an_answer_is_seen(assistant, product, case_file):
    expect = {"kind": "answer", "avoids": ["guaranteed to work"]}
    cases = case_file({"question": QUESTION, "expect": expect})

    def promise(answer: Json) -> Json:
        answer["statements"][0]["text"] += " It is guaranteed to work."
        return answer

    assert figures(own, assistant, cases, Faulty(product)).metrics["avoids"].value == 1.0
    assert figures(own, assistant, cases, Faulty(product, on_answer=promise)).metrics["avoids"].value == 0.0


def test_a_system_that_raises_or_answers_nonsense_fails_its_cases(assistant, product, case_file):
    def broken(answer: Json) -> Json:
        raise RuntimeError("the model went away")

    cases = case_file({"question": QUESTION, "expect": {"kind": "answer"}})
    result = figures(own, assistant, cases, Faulty(product, on_answer=broken))
    assert (result.n, result.failed, result.metrics["all_right"].value) == (1, 1, None)
    result = figures(own, assistant, cases, Faulty(product, on_answer=lambda answer: {}))
    assert result.failed == 1


def test_a_scorer_that_raises_fails_its_case(assistant, product, case_file, tmp_path):
    plugin = tmp_path / "mine.py"
    plugin.write_text("def broken(case, reply):\n    raise ValueError('no')\n\nSCORERS = {'broken': broken}\n")
    cases = case_file({"question": QUESTION, "scorers": ["broken"]}, {"question": QUESTION, "scorers": ["cited"]})
    context = Context(
        settings=assistant.settings, opened=assistant, cases=cases, under_test=product, plugins=(str(plugin),)
    )
    result = own.run(context)
    assert (result.failed, result.metrics["cited"].value) == (1, 1.0)
    assert "ValueError: no" in result.failures[0].reason


def test_a_broken_line_is_counted_and_never_skipped_in_silence(assistant, product, tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "text": CLAIM, "verdict": "limited", "evidence": []}) + "\n{oops\n")
    result = figures(claims, assistant, path, product)
    assert (result.n, result.failed) == (2, 1)
    assert result.failures[0].case_id == "cases.jsonl line 2"
