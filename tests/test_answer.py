"""An answer's promises: the honest short answer first, everything cited or flagged, nothing said twice."""

import pytest

from rag.answers.answerer import Posed
from rag.kinds import Certainty, Direction, Kind, Origin, Part, Role, Verdict
from rag.types import Statement

QUESTIONS = (
    "Is the regrowth from stem cell injections permanent?",
    "How soon will I see results from exosomes?",
    "Does minoxidil work?",
    "What does a hair transplant cost and is it painful?",
    "Can I use minoxidil while breastfeeding?",
    "my hair is falling out after having a baby, will it come back",
    "Is hair cloning available?",
    "What should I ask the clinic?",
    "Does rosemary oil grow hair?",
    "Are stem cells FDA approved for hair loss?",
)


@pytest.fixture(scope="module")
def answers(assistant):
    return {question: assistant.ask(question).answer for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_verbatim_in_the_passage_it_names(answers, assistant, question):
    for citation in answers[question].citations:
        assert citation.quote in assistant.corpus.passages[citation.passage_id].text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_marker_leads_to_a_citation_and_every_citation_is_used(answers, question):
    answer = answers[question]
    used = {marker for statement in answer.statements for marker in statement.markers}
    assert used == {citation.marker for citation in answer.citations} == set(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_states_something_is_cited_or_flagged(answers, question):
    for statement in answers[question].statements:
        assert statement.markers or statement.flagged or statement.support is Verdict.NOT_A_CLAIM


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_sentence_comes_twice(answers, question):
    texts = [statement.text for statement in answers[question].statements]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_article_and_retracted_sources_are_never_cited(answers, question):
    assert all(citation.source.is_evidence for citation in answers[question].citations)


def test_permanence_is_denied_with_studies_that_followed_people_and_the_article_is_flagged(answers):
    answer = answers["Is the regrowth from stem cell injections permanent?"]
    assert answer.statements[0].text == "No study shows that." and answer.statements[0].markers
    assert "not been shown to be permanent" in answer.statements[1].text
    followed = {c.source.id for c in answer.citations if c.source.follow_up or c.source.n}
    assert len(followed) >= 2
    article = [c for c in answer.claims if c.claim.origin is Origin.ARTICLE]
    assert any("permanent" in c.claim.text and c.flagged for c in article)


def test_the_same_question_gives_the_same_answer(assistant, answers):
    again = assistant.ask(QUESTIONS[0]).answer
    assert again.statements == answers[QUESTIONS[0]].statements
    assert again.claims == answers[QUESTIONS[0]].claims


def test_a_finding_from_a_weak_design_carries_a_flag_with_its_reason(assistant):
    from rag.sentences.quotes import quote_support

    corpus = assistant.corpus
    weak = next(
        p
        for p in corpus.passages.values()
        if p.role is Role.FINDING
        and p.direction("works") is Direction.FOR
        and corpus.sources[p.source_id].study_design == "case_series"
    )
    verdict, note = quote_support(weak, corpus.sources[weak.source_id])
    assert verdict is Verdict.LIMITED and note and "compared" in note


def test_a_question_the_library_cannot_answer_says_so_and_shows_the_nearest(assistant):
    composed = list(assistant.conversation.answerer.compose(Posed(question="zzzz qqqq", understood="zzzz qqqq")))
    answer = composed[-1]
    assert answer.kind is Kind.NO_EVIDENCE
    assert answer.nearest and "found no study" in answer.text


def test_a_claim_in_the_question_is_judged_where_it_stands(assistant):
    question = "My clinic says PRP is completely safe, is that true?"
    claims = [c for c in assistant.ask(question).answer.claims if c.claim.origin is Origin.QUESTION]
    assert [question[slice(*c.claim.span)] for c in claims] == ["PRP is completely safe"]
    assert claims[0].flagged


def test_the_nearest_other_topic_is_the_first_suggestion(assistant):
    answerer, corpus = assistant.conversation.answerer, assistant.corpus
    for topic in corpus.topics[:20]:
        nearest = [corpus.topic_by_id[id_] for id_, _ in assistant.retriever.topics(topic.question, 4)]
        others = [other.question for other in nearest if other is not topic]
        told = Statement(text=topic.parts[Part.MAIN][0].text, markers=(), support=Verdict.SUPPORTED)
        assert answerer.suggestions(topic.question, [told]) == tuple(others[:3])


def test_a_talk_begins_with_what_people_ask_most(assistant):
    assert assistant.conversation.answerer.starters() == (
        "Do stem cells work for hair loss?",
        "Is the regrowth from stem cells permanent?",
        "What should I ask a clinic before stem cells or other hair treatment?",
    )


def test_suggestions_are_other_questions(answers):
    for question, answer in answers.items():
        assert len(answer.suggestions) <= 3
        assert question not in answer.suggestions


def test_certainty_is_in_words_that_match(assistant):
    from rag.answers.sureness import _SURE_WORDS

    assert "not" not in _SURE_WORDS[Certainty.HIGH] and "not sure" in _SURE_WORDS[Certainty.VERY_LOW]


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("can i fly home two days after the fat removal", "finasteride"),
        ("my barber says onion juice fixed his bald patch, worth a go?", "jak inhibitor"),
        ("the clinic says Regenera is FDA approved. is that true", "laser"),
    ],
)
def test_nothing_is_said_of_a_treatment_that_was_not_asked_about(assistant, question, foreign):
    assert foreign not in assistant.ask(question).answer.text.lower()


@pytest.mark.parametrize(
    ("question", "thing"),
    [("does hard water cause hair loss", "hard water"), ("can creatine make my hair fall out", "creatine")],
)
def test_whoever_asks_whether_a_thing_does_something_hears_of_that_thing_first(assistant, question, thing):
    assert thing in assistant.ask(question).answer.statements[0].text.lower()


def test_a_dummy_gel_in_a_trial_on_hair_is_not_taken_for_hair_gel(assistant):
    assert "Hair gel" in assistant.ask("does hair gel make you lose hair").answer.statements[0].text


def test_a_next_step_on_a_treatment_that_nobody_spoke_of_is_not_given(assistant):
    answer = assistant.ask("I'm breastfeeding and losing hair in handfuls, is this normal?").answer
    assert not any("minoxidil" in statement.text.lower() for statement in answer.statements)


def test_a_cause_that_goes_with_one_kind_of_hair_loss_does_not_stand_for_the_kind_that_is_named(assistant):
    answer = assistant.ask("Is alopecia areata caused by stress?").answer
    assert "alopecia areata" in answer.statements[0].text and "mice" not in answer.statements[0].text


def test_whoever_asks_what_something_does_to_hair_hears_nothing_of_stem_cells(assistant):
    answer = assistant.ask("will shaving my head make my hair thicker").answer
    assert "Shaving" in answer.statements[0].text and not answer.claims
    assert not any("stem cell" in statement.text.lower() for statement in answer.statements)
