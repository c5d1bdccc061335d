"""The order of an answer: what is wrong or missing first, then both parts, certainty in words, one next step."""

import re
from dataclasses import dataclass, field, replace

import pytest

from rag.answers.headline import SHORT_ANSWERS
from rag.answers.leads import Leads
from rag.answers.sureness import how_sure, reasons
from rag.ids import line_id, place_of_line
from rag.kinds import Kind, Part, Verdict
from rag.search.retrieval import lines_of
from rag.sentences.relevance import Relevant


@dataclass(frozen=True, kw_only=True)
class CountingLeads(Leads):
    """Leads that keep what they were asked."""

    heard: list[str] = field(default_factory=list)

    def asked(self, question, *args, **named):
        self.heard.append(question)
        return super().asked(question, *args, **named)


WASHING = (line_id("aad_washing#1", 2), line_id("aad_washing#1", 3))


def test_a_false_premise_is_corrected_before_anything_else(assistant):
    answer = assistant.ask("Since stem cell regrowth is permanent, do I only have to pay once?").answer
    first, second = answer.statements[:2]
    assert first.text.startswith("One thing first") and first.markers
    assert "faded" in second.text
    assert "price" in answer.text and "one session has not been shown to be enough" in answer.text


def test_a_question_on_two_things_gets_both(assistant):
    text = assistant.ask("How long does PRP last and how much does a session cost?").answer.text
    assert "last" in text and "$500" in text


def test_a_second_topic_that_is_surely_asked_of_is_told_right_after_the_first(assistant):
    told = assistant.ask("is nutrafol or viviscal any good and can i take them with warfarin").answer.statements
    words = ("warfarin", "Viviscal may")
    warfarin, viviscal = (next(n for n, s in enumerate(told) if word in s.text) for word in words)
    assert warfarin < viviscal <= warfarin + 3


@pytest.mark.parametrize(
    "question",
    [
        "my hairdresser says trimming makes it grow back thicker, true?",
        "is it ok to swim in the sea 3 weeks after my FUE",
    ],
)
def test_what_the_answer_itself_tells_of_is_not_said_to_be_lacking(assistant, question):
    assert not any("holds nothing" in said.text for said in assistant.ask(question).answer.statements)


def test_what_the_library_lacks_is_said_before_what_is_near(assistant):
    first = assistant.ask("Can I go horse riding two days after liposuction?").answer.statements[0]
    assert "holds nothing" in first.text and first.support is Verdict.NO_EVIDENCE


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("can i drink alcohol the night before my transplant?", "alcohol"),
        ("how come exosomes arent legal here in the uk but the clinic has them", "UK"),
        ("has anyone died from stem cell injections", "led to death"),
        ("I smoke about 20 a day, is that a problem for prp", "smoking"),
    ],
)
def test_what_answers_the_very_question_comes_first(assistant, question, words):
    first = [s.text for s in assistant.ask(question).answer.statements[:2]]
    assert any(words in text for text in first), first


def test_of_two_that_are_compared_no_third_opens_the_answer(assistant):
    first = assistant.ask("are red light caps like iRestore better than minoxidil foam").answer.statements[0]
    assert "laser" in first.text and "Redensyl" not in first.text


def test_whether_a_thing_ever_happened_is_not_met_with_what_studies_agree_on(assistant):
    first = assistant.ask("has anyone died from stem cell injections").answer.statements[0]
    assert first.text not in SHORT_ANSWERS


def test_the_price_of_another_treatment_is_no_stand_in(assistant):
    text = assistant.ask("What do micrografts cost?").answer.text
    assert "found no study of what micrografts" in text and "$" not in text


def test_another_figure_is_no_repetition_and_the_same_one_is(assistant):
    repetition = assistant.conversation.answerer.composition.findings.repetition
    said = ["A full NHS wig costs 310.55 pounds in England."]
    assert repetition.new("A stock modacrylic NHS wig costs 80.15 pounds in England.", said)
    assert repetition.of("In England a full NHS wig costs 310.55 pounds.", said)


def test_a_line_that_leans_on_another_is_told_with_it(assistant):
    text = assistant.ask("can PCOS be cured?").answer.text
    assert "no cure" in text and "PCOS" in text.partition("no cure")[0]


@pytest.mark.parametrize("question", ["who sponsored the fat graft trial?", "is the uk exosome ban for real"])
def test_what_we_could_not_read_is_no_finding(assistant, question):
    answer = assistant.ask(question).answer
    assert answer.citations and not re.search("second-hand|What we read|We read only", answer.text)


def test_nobody_having_studied_a_kind_of_hair_loss_is_said_first(assistant):
    first = assistant.ask("Do stem cells work for traction hair loss?").answer.statements[0]
    assert "found no study" in first.text and first.flagged


@pytest.mark.parametrize(
    "question", ["Does PRP work?", "Is minoxidil safe?", "Are stem cells approved?", "what does a transplant cost"]
)
def test_an_answer_fits_a_phone_and_ends_with_one_step(assistant, question):
    statements = assistant.ask(question).answer.statements
    assert len(" ".join(s.text for s in statements).split()) <= 160
    assert statements[-1].support is Verdict.NOT_A_CLAIM


def test_why_we_are_no_surer_is_told_sentence_by_sentence(corpus):
    cell = corpus.cell_of["dutasteride", "safety"]
    told = reasons(cell)
    assert len(told) > 1 and all(sentence.passage_ids for sentence in told)


def test_a_follow_up_to_a_hand_over_stays_one(assistant):
    history = [assistant.ask("I am pregnant, can I use minoxidil?")]
    assert history[0].answer.kind is Kind.NEEDS_CLINICIAN
    assert assistant.ask("and can I touch it?", history).answer.kind is Kind.NEEDS_CLINICIAN


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("can I skydive after a transplant", "skydive"),
        ("Do stem cells work on wrinkles?", "wrinkles"),
        ("can minoxidil cause brain fog", "brain fog"),
        ("I use minoxidil. Can I scuba dive?", "scuba dive"),
        ("does shilajit make you go bald?", "shilajit"),
        ("Can finasteride make me taller?", "“taller”"),
    ],
)
def test_a_thing_that_no_text_of_ours_names_is_said_to_be_missing_first(assistant, question, thing):
    first = assistant.ask(question).answer.statements[0]
    assert "holds nothing" in first.text and thing in first.text and first.flagged


def test_what_other_texts_of_ours_know_is_said_to_be_missing_for_the_treatment_alone(assistant):
    known = assistant.ask("Does minoxidil work on knees?").answer.statements[0].text
    assert known == "Our library holds nothing on “knees” with scalp minoxidil, so we cannot say."
    unknown = assistant.ask("Does minoxidil work on warts?").answer.statements[0].text
    assert unknown == "Our library holds nothing on “warts”, so we cannot say."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("I take montelukast for asthma, does that matter with minoxidil?", "“montelukast” with scalp minoxidil"),
        (
            "on colchicine and also want finasteride, and tramadol. do they mix",
            "“colchicine or tramadol” with finasteride",
        ),
        ("Can I take nutrafol with digoxin", "“digoxin” with Nutrafol"),
    ],
)
def test_a_pair_of_medicines_that_no_text_names_is_said_to_be_missing_and_taken_to_a_pharmacist(
    assistant, question, missing
):
    said = next(s.text for s in assistant.ask(question).answer.statements if "holds nothing" in s.text)
    assert missing in said and "ask a pharmacist" in said


@pytest.mark.parametrize(
    "question",
    ["does finasteride mix with warfarin", "can i take ibuprofen after prp", "does sertraline make hair fall out"],
)
def test_a_pair_of_medicines_that_our_texts_name_is_not_said_to_be_missing(assistant, question):
    answer = assistant.ask(question).answer
    assert answer.citations and "holds nothing" not in answer.text


def test_a_medicine_is_not_missed_where_what_goes_with_an_illness_is_asked(assistant):
    question = "I'm on hydroxychloroquine. Is it the lupus or the pills? can I use a red light cap with lupus"
    assert "holds nothing on" not in assistant.ask(question).answer.text


def test_what_is_lacking_for_the_last_of_several_questions_is_said_after_what_answers_the_rest(assistant):
    question = "my hair is thinning on valproate, is that known? also can i use minoxidil with valproate and quetiapine"
    told = [said.text for said in assistant.ask(question).answer.statements]
    (lacking,) = (place for place, text in enumerate(told) if "holds nothing on" in text)
    valproate = next(place for place, text in enumerate(told) if text.startswith("Valproate"))
    assert valproate < lacking < len(told) - 1


@pytest.mark.parametrize(
    "question",
    [
        "do mesotherapy / dutasteride injections work, my friend gets them twice a year and says no side effects",
        "not the cap, the comb, is it the same (low-level laser)",
    ],
)
def test_what_is_told_beside_a_question_neither_denies_it_nor_makes_it_absolute(assistant, question):
    assert assistant.ask(question).answer.statements[0].text not in SHORT_ANSWERS


def test_what_is_joined_by_or_is_one_thing_asked_about(assistant):
    told = assistant.ask("When can I touch or pick the scabs after my transplant?").answer.statements
    assert not any("holds nothing" in statement.text for statement in told)


def test_an_answer_that_opens_with_its_own_yes_or_no_gets_no_second_one(assistant):
    first = assistant.ask("Is stem cell treatment legal in Mexico?").answer.statements[0].text
    assert first not in SHORT_ANSWERS


def test_behind_another_sentence_no_yes_or_no_is_told(assistant):
    question = "is onion juice as good as minoxidil, my aunt swears by it, she says all this stem cell stuff is a scam"
    told = [said.text for said in assistant.ask(question).answer.statements]
    assert any(text.startswith("Onion juice can irritate") for text in told)
    assert not any(text.startswith(("Yes", "No,")) for text in told[1:])


def test_what_is_so_in_one_country_is_no_yes_or_no_on_another(assistant):
    for question in ("Are exosomes allowed in Germany?", "is prp approved in the uk"):
        first = assistant.ask(question).answer.statements[0].text
        assert first not in SHORT_ANSWERS and "hour" not in first


def test_no_topic_on_another_country_than_the_one_named_is_told(assistant):
    text = "read that exosomes are approved in japan so they must work for bald men"
    assert not any("Mexico" in statement.text for statement in assistant.ask(text).answer.statements)


def test_where_nothing_is_asked_but_a_thing_not_held_nothing_else_is_said(assistant):
    turn = assistant.ask("does moon water bring on hair loss after two weeks of it?")
    facts = [s for s in turn.answer.statements if s.support is not Verdict.NOT_A_CLAIM]
    assert len(facts) <= 2 and facts[0].flagged


def test_what_was_heard_of_a_habit_that_nobody_studied_is_answered_with_nothing_else(assistant):
    answer = assistant.ask("my gran says sleeping on silk makes hair grow thicker").answer
    assert answer.statements[0].text == "We found no study that shows that." and not answer.statements[0].markers
    assert "biotin" not in answer.text.lower() and "stem cell" not in answer.text.lower()


def test_a_drug_known_only_by_an_unheard_code_is_named_as_missing(assistant):
    assert "holds nothing on “BX512”" in assistant.ask("BX512 when can i buy it for my hair").answer.text


@pytest.mark.parametrize(
    "text",
    [
        "Does finasteride cause permanent impotence?",
        "Can a trans man take finasteride without undoing his transition?",
        "Can Roaccutane cause hair loss?",
        "can weed cause hair loss",
        "Does bariatric surgery cause hair loss?",
        "derm says lichen planopilaris. Would PRP bring the hair back there or could it make it angrier?",
        "I have alopecia areata and use cannabis. Will it make the patches worse?",
    ],
)
def test_what_our_texts_say_in_other_words_is_not_called_missing(assistant, text):
    answer = assistant.ask(text).answer
    assert answer.citations and "holds nothing on" not in answer.text


def test_a_waiting_person_is_not_told_that_waiting_is_missing(assistant):
    text = assistant.ask("Will CRISPR cure baldness, should I wait?").answer.text
    assert "CRISPR" in text and "“wait" not in text


def test_stress_beside_a_kind_of_hair_loss_asks_about_that_kind(assistant):
    answer = assistant.ask("what causes alopecia areata, is it stress?").answer
    assert "alopecia areata" in answer.statements[0].text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("I'm 67 and past the menopause, would apixaban be a problem for the liposuction bit", "bleeding"),
        ("SVF for my thinning in perimenopause, is that even allowed in the US?", "FDA"),
    ],
)
def test_no_kind_of_hair_loss_is_unstudied_where_nothing_of_it_is_asked(assistant, question, told):
    text = assistant.ask(question).answer.text
    assert told in text and "menopause or PCOS." not in text


@pytest.mark.parametrize("question", ["does finasteride cause shedding", "does minoxidil work after menopause"])
def test_shedding_and_menopause_alone_are_no_kind_of_hair_loss_that_nobody_studied(assistant, question):
    assert "We found no study of" not in assistant.ask(question).answer.statements[0].text


def test_what_is_asked_in_short_is_answered_as_what_it_stands_for(assistant):
    answer = assistant.ask("is TE permanent").answer
    assert "Telogen effluvium" in answer.statements[0].text


def test_that_one_kind_was_not_studied_does_not_answer_for_what_was_named(assistant):
    answer = assistant.ask("stem cell therapy price hair").answer
    assert "embryonic" not in answer.statements[0].text


def test_that_a_harm_happens_is_no_yes_to_whether_it_stays(assistant):
    answer = assistant.ask("Is permanent sexual damage from finasteride real?").answer
    assert not answer.statements[0].text.startswith(("Yes", "Probably"))


def test_a_bare_yes_or_no_opens_no_answer_on_pain_or_on_a_comparison(assistant):
    for question in ("does PRP hurt?", "is finasteride spray better than the tablets?"):
        assert len(assistant.ask(question).answer.statements[0].text.split()) > 6


def test_one_word_is_no_answer_to_two_questions_for_a_yes_or_no(assistant):
    text = "I'm scared of post finasteride syndrome. Is it real? Does the sexual stuff go away after stopping?"
    assert not set(SHORT_ANSWERS) & {s.text for s in assistant.ask(text).answer.statements}


def test_where_nothing_is_held_no_other_treatment_is_offered_in_its_place(assistant):
    answer = assistant.ask("does rubbing quartz on the scalp help hair loss").answer
    assert answer.kind is Kind.NO_EVIDENCE and len(answer.statements) <= 3
    assert not assistant.corpus.vocabulary.treatments_in(answer.text)


def test_a_price_that_is_asked_for_in_key_words_is_no_claim_without_a_study(assistant):
    first = assistant.ask("hair transplant cost usa vs turkey").answer.statements[0]
    assert first.text not in SHORT_ANSWERS


def test_a_country_that_some_text_speaks_of_is_not_said_to_be_unheard_of(assistant):
    text = "has anyone been cured of alopecia areata with stem cells? there is a clinic in Mexico that takes my son"
    told = assistant.ask(text).answer.text
    assert "stem cell" in told and "holds nothing on this for Mexico" not in told


def test_how_sure_we_are_names_what_it_is_said_of(corpus):
    cell = next(c for c in corpus.cells if c.certainty and c.why and c.passage_ids)
    assert "main point" in next(how_sure(cell, cell.certainty)).text


def test_a_step_for_after_a_birth_is_no_step_for_others(assistant):
    last = assistant.ask("i take ozempic and my hair is falling out, will it stop").answer.statements[-1]
    assert "birth" not in last.text


def test_a_hand_over_holds_no_bare_yes_or_no(assistant):
    question = "I had breast cancer and take tamoxifen, is it safe to have stem cells put in my scalp?"
    answer = assistant.ask(question).answer
    assert answer.kind is Kind.NEEDS_CLINICIAN
    assert not {s.text for s in answer.statements} & set(SHORT_ANSWERS)


def test_where_the_counts_come_from_is_no_reason(corpus):
    told = [sentence.text for cell in corpus.cells if cell.why for sentence in reasons(cell)]
    assert told and not [text for text in told if text.startswith("The counts are those of")]


def test_a_reason_that_is_no_whole_sentence_is_led_in(corpus):
    short = next(c for c in corpus.cells if c.certainty and c.passage_ids and len(c.why.split()) > 3)
    assert reasons(short)[0].text.startswith("Why: ")


def test_a_remedy_heard_of_that_nobody_studied_is_answered_with_no_other_treatment(assistant):
    answer = assistant.ask("my nan says rubbing beetroot juice on your head brings hair back, any truth in it?").answer
    assert "holds nothing on “beetroot juice”" in answer.statements[0].text
    assert not assistant.corpus.vocabulary.treatments_in(answer.text)
    told = [c.verdict for c in answer.claims if c.claim.text.startswith("rubbing beetroot juice")]
    assert told == [Verdict.NO_EVIDENCE]


def test_a_question_on_women_is_not_answered_with_men(assistant):
    first = assistant.ask("can women use dutasteride").answer.statements[0]
    assert "women" in first.text


@pytest.mark.parametrize(
    "question",
    [
        "Should I be worried about liposuction?",
        "can I get that now",
        "Can my brother use minoxidil at least?",
        "Will biotin make my hair thicker?",
        "does PRP do anything apart from make me poorer",
        "does minoxidil do anything apart from make you giggle",
        "I bought an exosome serum and a derma stamp, is it safe to stamp them in?",
        "how many PRP sessions, and do I need to keep topping it up for the rest of my life?",
    ],
)
def test_everyday_words_are_nothing_that_could_be_missing(assistant, question):
    assert "holds nothing" not in assistant.ask(question).answer.text


def test_approval_is_answered_before_what_grew(assistant):
    statements = assistant.ask("Is there any exosome product that the FDA approved?").answer.statements
    lead = next(s.text for s in statements if len(s.text.split()) > 3)  # not a bare "No."
    assert "approved" in lead or "allowed" in lead


def test_the_rules_of_the_country_asked_about_come_first(assistant):
    statements = assistant.ask("Are stem cells for hair allowed in Europe?").answer.statements
    assert any("EU" in s.text or "European" in s.text for s in statements[:2])


def test_a_country_that_we_hold_nothing_on_is_named(assistant):
    first = assistant.ask("Is SVF approved in Brazil?").answer.statements[0]
    assert "Brazil" in first.text and first.flagged


def test_what_a_person_has_is_answered_by_no_study(assistant):
    first = assistant.ask("My scalp itches with minoxidil, am I allergic?").answer.statements[0]
    assert not first.text.startswith(("Yes", "No", "Probably", "Perhaps"))


def test_what_somebody_saw_of_their_own_is_no_premise_to_correct(assistant):
    answer = assistant.ask("Baby is 4 months and has lost all the hair at the back of her head. Is that normal?").answer
    assert "not what studies show" not in answer.text


def test_a_wrong_premise_is_corrected_and_the_rest_keeps_its_subject(assistant):
    answer = assistant.ask("Flyer says one visit of stem cells and hair for life. Is it really once and done?").answer
    assert "stem cell" in answer.text and "scarring" not in answer.text


def test_a_question_that_asks_nothing_by_itself_is_answered_by_what_was_told(assistant):
    told = "My boyfriend sends me 40 before and after pictures from a clinic and says they are all in the same light. "
    answer = assistant.ask(told + "I say that pictures prove nothing. Who wins this argument and why? be fair").answer
    assert "photo" in answer.statements[0].text


def test_who_asks_what_works_at_all_is_told_what_has_good_evidence(assistant):
    answer = assistant.ask("is there any treatment that really works").answer
    assert "minoxidil" in answer.statements[0].text and "finasteride" in answer.statements[0].text


def test_where_the_thing_asked_is_not_held_nothing_is_said_of_how_sure_we_are(assistant):
    answer = assistant.ask("shilajit makes you go bald, true or false?").answer
    assert "shilajit" in answer.statements[0].text and "sure" not in answer.text


def test_each_part_of_a_question_goes_on_with_what_was_named_before_it_only(assistant):
    parting = assistant.conversation.answerer.composition.parting
    first, second = parting.parts("will my hair grow back after chemo and do cold caps work", ())
    assert "scalp_cooling" not in first.reading.treatments and "chemotherapy" in first.reading.conditions
    assert second.reading.treatments == ("scalp_cooling",)
    _, second = parting.parts("what is a hair follicle and does it die when you go bald", ())
    assert "hair follicle" in second.question


@pytest.mark.parametrize(
    ("message", "topics"),
    [
        ("does creatine make you bald and can i swim after a hair transplant",
         ("creatine-and-gym", "swimming-after-transplant")),
        ("does prp hurt, how much is it and do i have to stop my aspirin",
         ("does-prp-hurt", "prp-price", "prp-blood-thinners-and-low-platelets")),
    ],
)  # fmt: skip
def test_each_question_of_a_message_gets_its_topic_and_is_told_in_order(assistant, message, topics):
    parting, corpus = assistant.conversation.answerer.composition.parting, assistant.corpus
    assert tuple(part.topic.id for part in parting.parts(message, ())) == topics
    text = assistant.ask(message).answer.text
    places = [text.find(corpus.topic_by_id[topic].parts[Part.MAIN][0].text) for topic in topics]
    assert -1 not in places and places == sorted(places)


def test_of_a_flood_of_questions_only_a_few_are_read(assistant):
    parting = assistant.conversation.answerer.composition.parting
    leads = CountingLeads(corpus=parting.corpus, retriever=parting.leads.retriever)
    replace(parting, leads=leads).parts("does it hurt? is it safe? " * 100, ())
    assert len(leads.heard) <= 1 + 6  # the whole message, and six pieces of it


def test_the_same_question_put_twice_gets_one_answer(assistant):
    parting = assistant.conversation.answerer.composition.parting
    (asked,) = parting.parts("does saw palmetto work? I mean does it grow any hair?", ())
    assert asked.alone


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("whats a hair follicle", "A hair follicle is"),
        ("what is telogen effluvium", "Telogen effluvium is"),
        ("what is stromal vascular fraction?", "Stromal vascular fraction (SVF) is"),
    ],
)
def test_what_a_thing_is_leads_where_it_is_asked(assistant, question, opening):
    assert assistant.ask(question).answer.statements[0].text.startswith(opening)


def test_a_question_on_no_treatment_gets_no_yes_or_no_and_no_sureness_of_stem_cells(assistant):
    for question in ("Is it possible to prevent hair loss?", "how long does hair grow per month"):
        answer = assistant.ask(question).answer
        assert answer.statements[0].text not in SHORT_ANSWERS
        assert not [s.text for s in answer.statements if s.text.startswith(("Why:", "We are not")) and "stem" in s.text]


def test_that_nobody_tried_a_treatment_is_told_only_where_it_was_asked(assistant):
    text = assistant.ask("how does a hair follicle work").answer.text
    assert "follicle" in text and "finasteride" not in text


def test_who_asks_what_a_thing_is_hears_of_no_other_thing(assistant):
    text = assistant.ask("what is mesotherapy?").answer.text
    assert text.startswith("Mesotherapy means") and "A graft is" not in text and "cold caps" not in text


def test_shedding_after_a_baby_is_read_as_such_in_everyday_words(assistant):
    text = assistant.ask("after my second baby my hair is half what it was, when does it stop").answer.text
    assert "childbirth" in text or "birth" in text


def test_what_is_told_before_a_question_gives_it_no_yes_or_no(assistant):
    said = assistant.ask("finasteride made me lose my libido, does it go back to normal").answer.statements
    assert said[0].text not in SHORT_ANSWERS


def test_natural_looks_are_no_question_on_what_is_natural(assistant):
    assert "germs" not in assistant.ask("are the results natural looking").answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("does keto cause hair loss", "low-carb"),
        ("does vaping cause hair loss", "no study of vaping"),
        ("can a vegan diet make you lose hair", "vegan diets"),
    ],
)
def test_what_a_topic_names_is_not_said_to_be_missing(assistant, question, told):
    answer = assistant.ask(question).answer
    assert "holds nothing" not in answer.text and told in answer.statements[0].text


def test_a_line_that_the_next_one_turns_is_told_with_it(assistant):
    answering = assistant.conversation.answerer.composition.findings.answering
    turns = {line.id: line.text for line in lines_of(assistant.corpus) if re.match(r"(?:But|However|Yet)\b", line.text)}
    told, sayables = 0, assistant.conversation.answerer.leads.relevance.sayables
    for said in (one for one in sayables.all if one.form.of_a_line):
        following = turns.get(line_id(said.passages[0].id, place_of_line(said.entry_id) + 1))
        if following and (whole := answering.with_what_it_leans_on(said)):
            assert whole.text.endswith(following) and said.text in whole.text
            told += 1
    assert told


def test_of_two_lines_that_lean_on_the_same_one_both_are_told(assistant):
    composition = assistant.conversation.answerer.composition
    (asked,) = composition.parting.parts("how often should I wash my hair", ())
    second, third = (one for one in composition.findings.repetition.sayables.all if one.entry_id in WASHING)
    for first, last in ((second, third), (third, second)):
        relevant = (Relevant(said=first, share=0.4), Relevant(said=last, share=0.3))
        (whole,) = composition.findings.answering.of(replace(asked, relevant=relevant))
        assert whole.said.text.startswith("How often") and second.text in whole.said.text
        assert third.text in whole.said.text


def test_of_two_things_asked_the_second_does_not_begin_with_what_the_first_told(assistant):
    question = (
        "are those red light caps off amazon for 80 quid the same as the 1000 dollar ones? do any of them do anything"
    )
    told = [s.text for s in assistant.ask(question).answer.statements]
    assert sum(text.startswith("Home laser") and "probably raise hair density" in text for text in told) == 1


def test_how_sure_we_are_is_told_only_of_what_the_main_message_rests_on(assistant):
    text = assistant.ask("on sertraline and also want finasteride, and sometimes viagra. do they mix").answer.text
    assert "sertraline" in text and "giving blood" not in text


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        (
            "tiktok girl says salmon sperm injections in the scalp doubled her hair in 2 months lol. is this a real"
            " thing",
            "follicle cells",
        ),
        ("i have 2 cats who sleep on my pillow. my doctor says rogaine foam. is that dangerous for them", "tolerated"),
    ],
)
def test_what_hardly_answers_is_told_only_from_where_the_main_message_is_at_home(assistant, question, foreign):
    assert foreign not in assistant.ask(question).answer.text


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        (
            "she cries about going to school, kids said things about her bald patches. what do I tell her",
            "eats the hair",
        ),
        (
            "my 17 yr old son started using his dads propecia because his hairline is moving back. i found the tablets"
            " in his room. is it bad for a teenager",
            "old age",
        ),
    ],
)
def test_the_next_step_is_that_of_the_main_message(assistant, question, foreign):
    assert foreign not in assistant.ask(question).answer.statements[-1].text


@pytest.mark.parametrize(
    ("question", "misread"),
    [
        ("no sex after a transplant someone said 10 days", False),
        ("would halving it to every other day fix it", True),
        ("does PRP work", False),
        ("my mate at the gym runs deca, is his hair going to be ok", False),
        ("What are the risks of baricitinib for my patches, and what happens when I stop it?", False),
    ],
)
def test_what_nothing_surely_answers_is_said_to_be_perhaps_misread_and_gets_no_bare_yes(assistant, question, misread):
    told = [s.text for s in assistant.ask(question).answer.statements]
    assert told[0].startswith("I may not have understood") is misread
    assert not (misread and set(told) & set(SHORT_ANSWERS))


def test_a_topic_that_only_the_whole_message_asks_of_is_not_lost_in_its_parts(assistant):
    told = assistant.ask(
        "Nutrafol or viviscal, which one works, and would either be a problem with my warfarin?"
    ).answer
    assert "Do not start Nutrafol before you ask" in told.text


@pytest.mark.parametrize(
    "question",
    [
        "my baby is 5 months with a bald strip, nan says to shave her head so it grows thicker. does that do anything?",
        "my 8 month old baby still has no hair at all. what can I do to make it grow",
    ],
)
def test_no_drug_of_grown_people_stands_in_an_answer_on_a_baby(assistant, question):
    told = assistant.ask(question).answer.text
    assert "first six months" in told or "bald strip" in told
    assert not {"minoxidil", "finasteride", "laser", "PRP"} & set(told.replace(",", " ").split())


def test_a_man_who_hopes_for_a_baby_hears_nothing_that_pregnant_women_must_do(assistant):
    told = assistant.ask(
        "Me and my wife are trying for a baby. I use finasteride 1 mg and minoxidil. Does any of that have to stop?"
    ).answer.text
    assert "sperm" in told and "fertility" in told
    assert "Women who are or may be pregnant" not in told and "if you could be pregnant" not in told


@pytest.mark.parametrize(
    ("earlier", "of_a_child"),
    [
        ("I am on apixaban, 70 yrs old, and my son wants to pay for PRP for me. Do I stop it?", False),
        ("I'm 41 years old and my son is 9 with a bald patch. Is PRP for him?", True),
    ],
)
def test_a_child_who_only_pays_is_no_patient_of_a_follow_up(assistant, earlier, of_a_child):
    history = [assistant.ask(earlier)]
    understood = assistant.conversation.understood("What about the laser cap then, he saw one", history)
    assert ("children" in understood) is of_a_child


def test_a_trans_woman_hears_nothing_that_trans_men_saw(assistant):
    question = "I'm trans (f), 27, on estradiol for a year. Can I add finasteride on top or is that silly?"
    assert "trans men" not in assistant.ask(question).answer.text
    assert "trans men" in assistant.ask("Does finasteride work for trans men?").answer.text


def test_the_lowest_age_in_pattern_loss_is_not_told_of_a_scar_nor_to_who_is_past_it(assistant):
    for question in (
        "My son is 9 and has a burn scar with no hair. We've been told of a transplant into the scar. Is 9 too young?",
        "Type 2 diabetic, HbA1c 9.1, age 57. Want a hair transplant before a wedding. Will they operate on me?",
    ):
        told = assistant.ask(question).answer.text
        assert "transplant" in told and "25" not in told


def test_which_of_two_is_better_opens_with_what_sets_one_against_the_other(assistant):
    first = assistant.ask("is prp better than minoxidil").answer.statements[0].text
    assert "PRP" in first and "minoxidil" in first and "better" in first


def test_that_nobody_compared_two_is_said_before_what_is_known_of_each(assistant):
    first, *rest = assistant.ask("saw palmetto vs pumpkin seed oil").answer.statements
    assert first.text == "We found no study that compared saw palmetto with pumpkin seed oil." and first.flagged
    assert any("aw palmetto" in statement.text for statement in rest)
