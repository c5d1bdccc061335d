"""Rendering never loses a flag, nobody's words become markup, and every number leads to its passage."""

import re
from dataclasses import replace

import pytest
from fakes_web import (
    ANSWERS,
    ATTACK,
    HOSTILE,
    KUKA,
    LASTING,
    RETRACTED,
    SmallCorpus,
    cite,
    judge,
)

from rag import render
from rag.kinds import Kind, Origin, Population, Stance, StudyDesign, Verdict
from rag.types import Claim, Evidence, Judgement, Statement
from rag.web.markup import claims_html, text_html

CORPUS = SmallCorpus()
EVERY_ANSWER = [LASTING, *ANSWERS.values()]
FLAGS = [verdict for verdict in Verdict if verdict.flagged]


def judged(text: str, *spans: tuple[int, int] | None, verdict: Verdict = Verdict.LIMITED) -> list[Judgement]:
    return [
        Judgement(
            claim=Claim(text=text[slice(*span)] if span else text, origin=Origin.TEXT, span=span),
            verdict=verdict,
            certainty=None,
            reason="Because.",
        )
        for span in spans
    ]


def words_of(html: str) -> str:
    """The text of marked-up text without the numbered chips."""
    return re.sub(r"<[^>]+>", "", re.sub(r"<sup.*?</sup>", "", html))


@pytest.mark.parametrize("verdict", FLAGS)
def test_a_flagged_statement_shows_shape_words_and_reason(verdict):
    html = render.statement_html(Statement(text="It works.", markers=(), support=verdict, note="Why so."), {})
    assert render.VERDICT_SHAPES[verdict] in html
    assert f"{render.VERDICT_WORDS[verdict]}</span>: Why so." in html


@pytest.mark.parametrize("verdict", FLAGS)
def test_a_flag_without_a_note_still_has_a_reason(verdict):
    html = render.statement_html(Statement(text="It works.", markers=(), support=verdict), {})
    assert render.VERDICT_MEANINGS[verdict] in html


def test_the_reason_of_a_flag_is_not_said_again_by_a_sentence_that_is_its_reason():
    told = Statement(text="We found no study that tested this.", markers=(), support=Verdict.NO_EVIDENCE, note="Why.")
    assert render.VERDICT_WORDS[Verdict.NO_EVIDENCE] in render.statement_html(told, {})
    assert "Why." not in render.statement_html(told, {})
    assert "Why." in render.statement_html(replace(told, text="It works."), {})
    assert "Why." in render.statement_html(replace(told, support=Verdict.UNJUDGED), {})


def test_what_settles_nothing_is_no_evidence_where_other_passages_are_and_reviewed_studies_come_first():
    def shown(*found: tuple[str, Stance]) -> list[str]:
        evidence = [Evidence(passage_id=passage_id, stance=stance, score=0.9) for passage_id, stance in found]
        return re.findall(r'href="/sources/([^"]+)"', render.evidence_html(evidence, CORPUS))

    neutral = ("mouse2019#1", Stance.NEUTRAL)
    notice, study = ("fda2020#2", Stance.REFUTES), ("kuka2020#3", Stance.REFUTES)
    assert shown(neutral, notice, study) == ["kuka2020#p3", "fda2020#p2"]
    assert shown(neutral) == ["mouse2019#p1"]


@pytest.mark.parametrize("markers", [(), (9,)])
def test_a_supported_statement_without_a_source_is_flagged(markers):
    html = render.statement_html(Statement(text="It works.", markers=markers, support=Verdict.SUPPORTED), {})
    assert render.VERDICT_WORDS[Verdict.UNJUDGED] in html
    assert render.UNCITED in html


@pytest.mark.parametrize("answer", EVERY_ANSWER)
def test_rendering_never_loses_a_flag(answer):
    html = render.answer_html(answer, CORPUS)
    flags = [s.support for s in answer.statements if s.flagged] + [c.verdict for c in answer.claims if c.flagged]
    for verdict in set(flags):
        words = render.VERDICT_WORDS[verdict]
        assert html.count(words) >= flags.count(verdict)


@pytest.mark.parametrize("answer", EVERY_ANSWER)
def test_every_number_links_to_an_existing_passage(answer):
    html = render.answer_html(answer, CORPUS)
    links = re.findall(r'href="/sources/([^"#]+)#p(\d+)"', html)
    assert links
    assert all(f"{source_id}#{number}" in CORPUS.passages for source_id, number in links)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_nobodys_words_become_markup(verdict):
    answer = replace(
        LASTING,
        statements=(Statement(text=ATTACK, markers=(1,), support=verdict, note=ATTACK),),
        citations=(cite(1, HOSTILE.passages[0], HOSTILE),),
        claims=tuple(replace(j, reason=ATTACK) for j in judged(ATTACK, (0, 5), verdict=verdict)),
        generator=ATTACK,
    )
    html = render.answer_html(answer, CORPUS)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ANSWER])
def test_each_kind_of_reply_says_what_it_is(kind):
    html = render.answer_html(replace(LASTING, kind=kind), CORPUS)
    assert render.KIND_HEADINGS[kind] in html
    assert f'class="reply {kind.value}"' in html


def test_the_parts_of_an_answer_are_told_apart_in_words():
    html = render.answer_html(LASTING, CORPUS)
    found, step = html.index("What we found"), html.index("A next step")
    assert html.index("No study shows") < found < html.index("In one trial") < step < html.index("Ask the clinic")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in render.OUTLINED])
def test_a_reply_that_is_no_answer_is_not_taken_apart(kind):
    assert 'class="section-' not in render.answer_html(replace(LASTING, kind=kind), CORPUS)


def test_every_word_list_is_complete():
    assert set(render.VERDICT_WORDS) == set(render.VERDICT_SHAPES) == set(render.VERDICT_MEANINGS) == set(Verdict)
    assert set(render.DESIGN_WORDS) == set(StudyDesign)
    assert set(render.KIND_HEADINGS) == set(Kind)


def test_people_studied_are_never_guessed():
    assert render.studied(KUKA) == "71 people"
    assert render.studied(replace(KUKA, n=None)) == "people, number not stated"
    assert render.studied(replace(KUKA, population=None)) == "people studied: not stated"
    assert "not people" in render.studied(replace(KUKA, population=Population.ANIMAL))


def test_a_retracted_source_says_so_beside_its_quote():
    html = render.sources_html([cite(1, RETRACTED.passages[0], RETRACTED)])
    assert "This study was retracted." in html


SPANS = [
    ((0, 5),),
    ((0, 10), (5, 15)),
    ((0, 20), (5, 10), (5, 10)),
    ((-5, 3), (18, 99)),
    ((7, 7), (9, 2), None),
]


@pytest.mark.parametrize("spans", SPANS)
def test_marking_a_text_changes_none_of_its_words(spans):
    text = "abcdefghij klmnopqrst"
    assert words_of(text_html(text, judged(text, *spans))) == text


@pytest.mark.parametrize("spans", SPANS)
def test_every_claim_has_a_panel_and_every_mark_leads_to_one(spans):
    text = "abcdefghij klmnopqrst"
    claims = judged(text, *spans)
    marks = set(re.findall(r'href="#(c\d+)"', text_html(text, claims)))
    panels = set(re.findall(r'id="(c\d+)"', claims_html(claims, CORPUS)))
    assert panels == {f"c{number}" for number in range(1, len(claims) + 1)}
    assert marks <= panels
    inside = [s for s in spans if s and max(0, s[0]) < min(len(text), s[1])]
    assert len(marks) == len(inside)


def test_a_panel_repeats_the_start_of_a_marked_claim_and_leads_back_to_its_mark():
    text = "One two three four five six seven eight nine ten."
    marked, unmarked = judged(text, (0, len(text)), None)
    panels = claims_html([marked, unmarked], CORPUS, 5)
    assert "“One two three four five six seven eight\u00a0…”" in panels
    assert f"“{text}”" in panels  # a claim that is not marked stands nowhere else
    assert re.findall(r'href="#(m\d+)"', panels) == ["m5"]
    assert 'id="m5"' in text_html(text, [marked], 5)


def test_flagged_panels_may_stand_open_and_closed_ones_say_why_in_a_sentence():
    text = "It works."
    flagged, backed = judged(text, (0, 9)), judged(text, (0, 9), verdict=Verdict.SUPPORTED)
    backed = [replace(backed[0], reason="Two trials found it. They were large.")]
    html = claims_html([*flagged, *backed], CORPUS, open_flags=True)
    assert '<details class="claim-card limited" open>' in html
    assert '<details class="claim-card supported">' in html
    assert '<span class="gist">Two trials found it.</span></summary>' in html
    assert " open>" not in claims_html(flagged, CORPUS)


def test_a_mark_says_its_verdict_in_words():
    text = "This is completely safe."
    html = text_html(text, judge(text, Origin.TEXT))
    assert "(Studies found otherwise)" in html
    assert 'class="claim contradicted"' in html


def test_a_marked_text_is_escaped():
    html = text_html(ATTACK, judged(ATTACK, (0, 8)))
    assert "<script" not in html
