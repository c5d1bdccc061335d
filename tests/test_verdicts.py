"""The verdict on a claim, the article's or a reader's, and what may never be evidence."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import sure_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import source_file

from rag.errors import ModelUnavailable
from rag.judging.claims import extract
from rag.judging.impression import Impressions
from rag.judging.verdicts import EvidenceJudge
from rag.kinds import Origin, Stance, Verdict
from rag.library.corpus import load_corpus
from rag.search.index import Index
from rag.search.indexing import build_index
from rag.search.retrieval import Retriever, corpus_entries
from rag.settings import Settings
from rag.types import Claim


def claim(text: str, topic: tuple[str, ...] = ("stem_cells",)) -> Claim:
    return Claim(text=text, origin=Origin.TEXT, span=(0, len(text)), topic=topic)


@pytest.fixture(scope="module")
def reviewed(corpus, judge):
    """The article's claims with their verdicts, in order."""
    claims = [
        found
        for passage in corpus.article.passages
        for found in extract(passage.text, corpus.vocabulary, Origin.ARTICLE, passage.treatments)
    ]
    return [judge.judge(found) for found in claims]


def judgement_on(reviewed, words):
    return next(j for j in reviewed if words in j.claim.text)


@pytest.mark.parametrize(
    "text",
    ["PRP injections cure baldness for good.", "Minoxidil must be used daily.", "Finasteride is safe in pregnancy."],
)
def test_how_a_claim_is_typed_changes_no_verdict(judge, text):
    as_is = judge.judge(claim(text, ()))
    slips = text.replace("injections", "injectoins").replace("Minoxidil", "Minoxidl").replace("pregnancy", "pregancy")
    for typed in (text.upper(), text.lower(), text.replace(" ", "   "), text.rstrip("."), slips):
        assert judge.judge(claim(typed, ())).verdict is as_is.verdict


@pytest.mark.parametrize(
    "text",
    [
        "Untreated fungal scalp infection can scar and leave permanent hair loss.",
        "Frontal fibrosing alopecia chiefly affects women after the menopause and leaves permanent scarring along the "
        "front hairline.",
        "No exosome product has been approved by the FDA for hair loss.",
    ],
)
def test_lasting_harm_and_what_nobody_approved_are_no_promises(judge, text):
    assert judge.judge(claim(text, ())).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "words", ["completely safe", "100% natural", "permanent", "only have to do it once", "2-4 weeks"]
)
def test_promise_of_the_article_is_flagged_as_found_otherwise(reviewed, words):
    judgement = judgement_on(reviewed, words)
    assert judgement.flagged
    assert judgement.verdict is Verdict.CONTRADICTED
    assert Stance.REFUTES in {e.stance for e in judgement.evidence}


def test_daily_use_of_topical_treatments_is_not_flagged(reviewed):
    judgement = judgement_on(reviewed, "need to be used daily")
    assert judgement.verdict is Verdict.SUPPORTED
    assert not judgement.flagged


@pytest.mark.parametrize("words", ["stem cells in our hair's follicle", "genetic factors", "Results do vary"])
def test_sound_statement_of_the_article_is_at_least_read(reviewed, words):
    judgement = judgement_on(reviewed, words)
    assert judgement.evidence and judgement.verdict is not Verdict.UNJUDGED


def test_every_judgement_gives_a_reason_and_evidence_in_range(reviewed, corpus):
    assert len(reviewed) >= 18
    for judgement in reviewed:
        assert judgement.reason.endswith((".", "!", "?")), judgement
        assert judgement.flagged is (judgement.verdict not in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM))
        for evidence in judgement.evidence:
            assert 0.0 <= evidence.score <= 1.0
            assert corpus.is_evidence(corpus.passages[evidence.passage_id])
        if judgement.verdict is Verdict.SUPPORTED:
            assert judgement.evidence, judgement.claim.text


def test_article_is_never_evidence_for_its_own_words(judge, corpus):
    for passage in corpus.article.passages:
        judgement = judge.judge(claim(passage.text[:300]))
        assert not any(e.passage_id.startswith(f"{corpus.article.id}#") for e in judgement.evidence)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("PRP cures baldness permanently in two weeks", Verdict.CONTRADICTED),
        ("Stem cells are completely safe", Verdict.CONTRADICTED),
        ("Stem cell regrowth lasts forever", Verdict.CONTRADICTED),
        ("Exosomes are FDA approved for hair loss", Verdict.CONTRADICTED),
        ("Exosomes are not FDA approved", Verdict.SUPPORTED),
        ("Exosomes need no FDA approval", Verdict.CONTRADICTED),
        ("No approval is needed for stem cells because they are your own", Verdict.CONTRADICTED),
        ("Stem cells need FDA approval", Verdict.SUPPORTED),
        ("Minoxidil can help hair to regrow in pattern hair loss", Verdict.SUPPORTED),
        ("Minoxidil must be used daily", Verdict.SUPPORTED),
        ("Finasteride can cause sexual side effects", Verdict.SUPPORTED),
        ("Scalp minoxidil cures baldness permanently", Verdict.CONTRADICTED),
        ("The moon makes hair grow", Verdict.NO_EVIDENCE),
    ],
)
def test_claim_gets_this_verdict(judge, vocabulary, text, verdict):
    (found,) = extract(text, vocabulary) or [claim(text, ())]
    assert judge.judge(found).verdict is verdict


@pytest.mark.parametrize(
    "text", ["Stem cells work", "PRP is safe", "Hair transplants are painful", "Biotin regrows hair"]
)
def test_same_claim_twice_gives_the_same_judgement(judge, retriever, corpus, data_dir, text):
    fresh = Retriever(corpus=corpus, index=retriever.index, embedder=retriever.embedder, settings=retriever.settings)
    again = EvidenceJudge(corpus=corpus, retriever=fresh, impressions=Impressions.open(data_dir))
    assert judge.judge(claim(text)) == judge.judge(claim(text)) == again.judge(claim(text))


@pytest.mark.parametrize(
    ("plain", "denied"),
    [
        ("Stem cell results are permanent", "Stem cell results are not permanent"),
        ("Stem cells are safe", "Stem cells are not safe"),
        ("Exosomes are FDA approved", "Exosomes are not FDA approved"),
        ("Biotin works for hair loss", "Biotin does not work for hair loss"),
    ],
)
def test_claim_and_its_denial_are_never_both_supported(judge, plain, denied):
    verdicts = {judge.judge(claim(plain)).verdict, judge.judge(claim(denied)).verdict}
    assert verdicts != {Verdict.SUPPORTED}


def test_stronger_wording_never_turns_a_flag_off(judge):
    for weak, strong in [
        ("PRP may help hair to grow", "PRP always helps hair to grow"),
        ("Stem cells can be safe", "Stem cells are 100% safe"),
        ("Minoxidil helps", "Minoxidil is a guaranteed cure"),
    ]:
        assert judge.judge(claim(strong)).flagged or not judge.judge(claim(weak)).flagged


def test_made_up_figure_takes_the_support_away(judge):
    assert judge.judge(claim("Minoxidil must be used daily", ())).verdict is Verdict.SUPPORTED
    invented = judge.judge(claim("Minoxidil must be used daily for 61 weeks", ()))
    assert invented.verdict is not Verdict.SUPPORTED


@given(text=st.text(max_size=120))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_the_judge_fail(judge, text):
    assert judge.judge(claim(text)).verdict is not Verdict.UNJUDGED  # which is what it makes of an error


# ------------------------------------------------------------------ a small corpus, to change one thing


def small_judge(directory, tmp_path, embedder, name="index") -> EvidenceJudge:
    corpus = load_corpus(directory)
    build_index(tmp_path / name, corpus_entries(corpus), embedder)
    index = Index.open(tmp_path / name)
    retriever = Retriever(
        corpus=corpus, index=index, embedder=embedder, settings=Settings(data_dir=tmp_path, min_similarity=0.0)
    )
    return EvidenceJudge(corpus=corpus, retriever=retriever)


@pytest.mark.parametrize("state", ["retracted: true", "superseded_by: foam2018"])
def test_retracted_or_superseded_source_decides_nothing(tiny_corpus, tmp_path, embedder, state):
    kept = source_file("new2021", "exosomes")
    gone = kept.replace(f"{state.partition(':')[0]}: {'false' if 'retracted' in state else 'null'}", state)
    text = claim("Exosomes helped more hair to grow than a dummy treatment in a trial of 71 people", ())
    with_it = small_judge(tiny_corpus({"sources/new2021.md": kept}), tmp_path, embedder, "kept").judge(text)
    without = small_judge(tiny_corpus({"sources/new2021.md": gone}), tmp_path, embedder, "gone").judge(text)
    assert "new2021" in {e.passage_id.partition("#")[0] for e in with_it.evidence}
    elsewhere = small_judge(tiny_corpus(), tmp_path, embedder, "gone").judge(replace(text, topic=("exosomes",)))
    for judgement in (without, elsewhere):
        assert judgement.verdict is not Verdict.UNJUDGED and judgement.flagged
        assert not {"new2021", "gone2015"} & {e.passage_id.partition("#")[0] for e in judgement.evidence}


def test_the_judge_cannot_read_the_reviewed_answers():
    modules = (Path(__file__).parents[1] / "rag").rglob("*.py")
    assert not [path.name for path in modules if "claims.yaml" in path.read_text(encoding="utf-8")]


class Broken:
    """A stance model whose network is gone."""

    def shares(self, pairs):
        raise ModelUnavailable("The weights are missing; restore them.")


class Certain:
    """A stance model that is sure of one stance, whatever it is shown."""

    def __init__(self, stance):
        self.stance = stance

    def shares(self, pairs):
        return [sure_of(self.stance, 0.99) for _ in pairs]


def test_failing_model_gives_unjudged_with_the_reason_and_never_a_verdict(retriever, corpus):
    judge = EvidenceJudge(corpus=corpus, retriever=retriever, stance=Broken())
    judgement = judge.judge(claim("PRP is permanent", ()))
    assert judgement.verdict is Verdict.UNJUDGED
    assert judgement.flagged
    assert "weights are missing" in judgement.reason
    assert judgement.evidence == ()


def test_stance_model_is_taken_by_argument_and_heard(retriever, corpus):
    def support(stance):
        judge = EvidenceJudge(corpus=corpus, retriever=retriever, stance=Certain(stance))
        return judge.decider.shares(judge.grounds(claim("Finasteride slows hair loss in men", ())))[Verdict.SUPPORTED]

    assert support(Stance.SUPPORTS) > support(Stance.REFUTES)


def test_a_claim_of_the_article_is_judged_once_and_again_only_where_the_check_failed(corpus, retriever):
    broken = EvidenceJudge(corpus=corpus, retriever=retriever, stance=Broken())
    promise = replace(claim("Stem cells cure baldness."), origin=Origin.ARTICLE)
    assert broken.judge(promise).verdict is Verdict.UNJUDGED
    working = EvidenceJudge(corpus=corpus, retriever=retriever)
    judged = working.judge(promise)
    assert judged.verdict is not Verdict.UNJUDGED and working.judge(promise) is judged
    assert broken.judge(promise) is not broken.judge(promise)  # nothing that failed is kept
