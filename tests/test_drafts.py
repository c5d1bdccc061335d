"""Nothing that a model invented reaches a reader unflagged, and what is true is not lost."""

import random

import pytest

from evals.inventions import facts_of, invention, retelling
from rag.drafts.checking import (
    MORE_CAREFUL,
    MOST_SENTENCES,
    NAMED_NOWHERE,
    NOT_ALL_FOUND,
    DraftCheck,
    plain,
    says_nothing,
)
from rag.drafts.faithfulness import BACKED_COVERAGE
from rag.judging.stance import ComparedStance
from rag.kinds import Verdict
from rag.language.paraphrase import coverage
from rag.types import DraftSentence

SHOWN = ("kuka2020#4", "kuka2020#5", "olsen2002#2", "hausauer2018#4", "festa2011#3", "sodhi2025_semaglutide#4")


@pytest.fixture(scope="module")
def check(corpus, embedder):
    return DraftCheck(corpus=corpus, stance=ComparedStance(embedder=embedder, vocabulary=corpus.vocabulary))


def checked(check, text, *ids, shown=SHOWN):
    return check.check([DraftSentence(text=text, passage_ids=ids)], shown)


def test_a_retelling_is_kept_with_the_passage_that_backs_it(check):
    text = "After 48 weeks, men had gained 18.6 hairs per square centimetre with 5% minoxidil."
    kept = checked(check, text, "olsen2002#2").kept[0]
    assert kept.passage_ids == ("olsen2002#2",)
    assert kept.support is Verdict.SUPPORTED
    assert kept.judgement.evidence[0].passage_id == "olsen2002#2"


@pytest.mark.parametrize(
    ("text", "passage_id"),
    [
        ("After 48 weeks, men had gained 38.6 hairs per square centimetre with 5% minoxidil.", "olsen2002#2"),
        ("At 48 days, men had gained 18.6 hairs per square centimetre with 5% minoxidil.", "olsen2002#2"),
        ("Men gained 12.7 hairs per square centimetre with 5% minoxidil.", "olsen2002#2"),
        ("At 48 weeks, women had gained 18.6 hairs per square centimetre with 5% minoxidil.", "olsen2002#2"),
        ("In a PRP trial of 40 adults with alopecia areata, 82% were satisfied or very satisfied.", "hausauer2018#4"),
        ("In an exosome trial of 40 adults, 82% were satisfied or very satisfied.", "hausauer2018#4"),
        ("In the Stanford PRP trial of 40 adults, 82% were satisfied.", "hausauer2018#4"),
        ("Immature fat cells in people made a substance called PDGF.", "festa2011#3"),
        ("Gains after one session of fat with added cells are permanent.", "kuka2020#5"),
        ("Salt water beat fat with the lower cell dose at week 24 in stage 3 men.", "kuka2020#4"),
        ("PRP cures baldness.", "hausauer2018#4"),
        ("Studies found more.", "hausauer2018#4"),
        ("Most people were satisfied, and FolliGen works too.", "hausauer2018#4"),
        ("See https://example.org for the trial of 40 adults.", "hausauer2018#4"),
        ("A 2025 study of 3,274 people tested the cause.", "sodhi2025_semaglutide#4"),
        ("Pain goes away within years, one clinic that offers fat-derived cells says.", "fat_cell_hair_clinic_pages#3"),
    ],
)  # fmt: skip
def test_an_invention_is_taken_out(check, text, passage_id):
    result = checked(check, text, passage_id, shown=(*SHOWN, passage_id))
    assert (result.kept, result.taken_out) == ((), 1)


@pytest.mark.parametrize(
    ("told", "held"),
    [("It lasts for years.", "It lasts for weeks."), ("Wait with alcohol.", "Avoid alcohol."),
     ("Stop the tablets.", "Avoid the tablets.")],
)  # fmt: skip
def test_another_time_and_other_advice_are_no_other_words_for_the_same(told, held):
    assert coverage(told, held) < BACKED_COVERAGE


def test_two_sentences_in_one_place_are_judged_apart(check):
    told = "In a PRP trial of 40 adults with no placebo group, 82% were satisfied or very satisfied."
    text = f"{told} PRP is a proven cure."
    result = checked(check, text, "hausauer2018#4")
    assert [k.support for k in result.kept] == [Verdict.SUPPORTED] and result.taken_out == 1


def test_a_finding_told_without_saying_that_nobody_was_compared_is_marked_and_not_lost(check):
    text = "In a PRP trial of 40 adults with pattern hair loss, 82% were satisfied or very satisfied."
    assert [k.support.flagged for k in checked(check, text, "hausauer2018#4").kept] == [True]


def test_an_id_that_was_never_shown_is_dropped(check):
    result = checked(check, "In a PRP trial of 40 adults, 82% were satisfied or very satisfied.", "lee2099#1")
    assert [(k.support, k.passage_ids, k.note) for k in result.kept] == [(Verdict.NO_EVIDENCE, (), NAMED_NOWHERE)]
    assert not result.enough


def test_a_true_sentence_under_another_passage_is_flagged(check):
    result = checked(check, "In a PRP trial of 40 adults, 82% were satisfied or very satisfied.", "olsen2002#2")
    assert [k.support for k in result.kept] == [Verdict.NO_EVIDENCE]


def test_what_a_passage_holds_only_in_part_is_flagged(check):
    text = "In a PRP trial of 40 adults with pattern hair loss, 82% were satisfied or very satisfied and slept better."
    kept = checked(check, text, "hausauer2018#4").kept
    assert [(k.support, k.note) for k in kept] == [(Verdict.NO_EVIDENCE, NOT_ALL_FOUND)]


def test_a_caution_that_was_left_out_is_marked(check):
    text = "Immature fat cells in mice made a substance called PDGF, which acts as a signal to the hair follicle."
    kept = checked(check, text, "festa2011#3").kept[0]
    assert (kept.support, kept.note) == (Verdict.LIMITED, MORE_CAREFUL)


def test_the_article_under_review_backs_nothing(check, corpus):
    passage = corpus.article.passages[0]
    assert checked(check, passage.text, passage.id, shown=(passage.id,)).kept == ()


def test_every_kept_sentence_is_cited_flagged_or_states_nothing(check, corpus):
    drawn = random.Random(7)
    passages = drawn.sample([p for p in corpus.passages.values() if facts_of(p)], 12)
    draft = [DraftSentence(text=retelling(facts_of(p)[0], drawn), passage_ids=(p.id,)) for p in passages]
    draft += [DraftSentence(text="Ask your doctor about your options.", passage_ids=())]
    for kept in check.check(draft, [p.id for p in passages]).kept:
        assert kept.passage_ids or kept.support.flagged or kept.support is Verdict.NOT_A_CLAIM


@pytest.mark.parametrize(
    "text",
    ["Ask your doctor about your options.", "I hope this helps.", "Would you like to know more about your options?"],
)
def test_plain_advice_and_greetings_state_nothing(text):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ask your doctor for FolliCure.", "Ask your doctor to stop your tablets.",
        "Do you know that PRP cures baldness?",
        "Talk to a clinic that offers a full head of hair.", "Studies say this is sure to help.",
        "See your dermatologist within 24 hours.", "Stop taking it.",
    ],
)  # fmt: skip
def test_advice_that_states_a_fact_or_a_treatment_is_no_mere_advice(text):
    assert not says_nothing(text)


def test_marks_of_citation_and_emphasis_are_no_part_of_the_text():
    assert plain("- **Hair** grew [kuka2020#3; olsen2002#2] [1].") == "Hair grew."


def test_an_endless_draft_is_cut(check):
    draft = [DraftSentence(text=f"Fact {n} of many is told here at length.", passage_ids=()) for n in range(500)]
    result = check.check(draft, SHOWN)
    assert len(result.kept) <= MOST_SENTENCES and result.taken_out >= 500 - MOST_SENTENCES


def test_drawn_retellings_are_kept_and_drawn_inventions_are_not(check, corpus):
    drawn = random.Random(2026)
    pool = [(p, fact) for p in corpus.passages.values() if corpus.is_evidence(p) for fact in facts_of(p)]
    lost, passed = [], []
    for passage, fact in drawn.sample(pool, 120):
        told = retelling(fact, drawn)
        if not checked(check, told, passage.id, shown=(passage.id,)).kept:
            lost.append(told)
        name = corpus.vocabulary.treatments[passage.treatments[0]].name if passage.treatments else "PRP"
        _, invented = invention(fact, name, drawn)
        kept = checked(check, invented, passage.id, shown=(passage.id,)).kept
        passed += [invented for k in kept if not k.support.flagged]
    assert len(lost) <= 0.05 * 120, lost
    assert len(passed) <= 0.02 * 120, passed
