"""Follow-ups stand alone: the other one, corrections, alternatives, comparisons, and topic changes."""

import pytest

from rag.kinds import Kind, Verdict
from rag.language.followups import keeps_topic, standalone
from rag.types import Answer, Statement, Turn


def turn(question: str, *told: str, kind: Kind = Kind.ANSWER) -> Turn:
    statements = tuple(Statement(text=text, markers=(), support=Verdict.SUPPORTED) for text in told)
    return Turn(
        question=question, understood=question, answer=Answer(question=question, kind=kind, statements=statements)
    )


@pytest.mark.parametrize(
    ("earlier", "question", "names"),
    [
        ("Is PRP permanent?", "no I meant minoxidil", "how long it lasts"),
        ("Does laser light work?", "is it better than minoxidil", "low-level laser"),
        ("Does PRP work?", "and on top of minoxidil?", "PRP"),
        ("Does PRP work or does minoxidil?", "what about PRP without minoxidil?", "whether it works"),
        ("Does minoxidil help women?", "is there anything else?", "women"),
        ("I have alopecia areata", "would stem cells help with that", "alopecia areata"),
        ("Does onion juice help alopecia areata?", "would the same thing help ordinary baldness?", "onion juice"),
        ("Does onion juice help patchy hair loss?", "so not for my dad's bald head then?", "onion juice"),
        ("Are minoxidil tablets safe?", "do I need a heart trace of any kind before starting?", "minoxidil tablets"),
        ("Does topical finasteride work?", "does it grow as much hair as dutasteride", "topical finasteride"),
        (
            "steroid injection for alopecia areata in my beard?",
            "what about my kids will they get it",
            "alopecia areata",
        ),
        ("CCCA burns, are exosomes any good for it?", "so what do they usually give", "whether it works"),
        ("I have pcos, does spironolactone help?", "and if that doesnt work?", "PCOS, whether it works"),
        ("Does Nutrafol work?", "I take warfarin, does that matter with it", "Nutrafol, harms"),
        ("Is a hair transplant worth it?", "and do i have to take finasteride after it", "hair transplant"),
        ("I wear tight braids, edges gone", "will castor oil bring it back", "traction hair loss"),
        ("I've been on finasteride", "if i do stop how long until im back to normal, with no sign", "finasteride"),
        ("if I do PRP I can come off finasteride. true?", "what happens if i stop", "(finasteride tablets)"),
        ("fat out of my belly into my head by lipo, is it safe?", "and does it work?", "SVF"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out(vocabulary, earlier, question, names):
    assert names in standalone(question, [turn(earlier)], vocabulary)


def test_the_kind_of_hair_loss_that_the_answer_told_of_goes_before_the_sign_of_another(vocabulary):
    history = [
        turn("My crown is thinning and the doctor said CCCA", "A scarring hair loss called CCCA can run in families.")
    ]
    assert standalone("so is it coming back", history, vocabulary).endswith("(scarring hair loss)")


def test_the_other_one_is_the_one_not_spoken_of_last(vocabulary):
    history = [turn("Is minoxidil or finasteride safer?"), turn("Does finasteride work?")]
    assert "scalp minoxidil" in standalone("and the other one?", history, vocabulary)


def test_the_other_one_may_have_been_named_in_an_answer(vocabulary):
    history = [turn("Does finasteride work?", "Dutasteride may raise hair count more than finasteride.")]
    assert "dutasteride" in standalone("what about the other one?", history, vocabulary)


def test_a_question_without_a_subject_leans_on_what_the_answer_put_first(vocabulary):
    history = [turn("What helps my thinning parting?", "Scalp minoxidil probably helps women.")]
    assert "scalp minoxidil" in standalone("how long until it works?", history, vocabulary)


@pytest.mark.parametrize(
    "question",
    [
        "saw a tiktok that a sugar gel regrows hair, true?",
        "does it hurt when they take the fat for the stem cell thing",
        "my dermatologist mentioned Litfulo for my 14 year old, what is it",
    ],
)
def test_a_new_subject_takes_no_trouble_along(vocabulary, question):
    assert (
        standalone(question, [turn("I'm having chemotherapy soon, is the cold cap worth it?")], vocabulary) == question
    )


@pytest.mark.parametrize(
    "question", ["does minoxidil help with it?", "and does minoxidil work?", "how soon does it grow?"]
)
def test_what_asks_on_takes_the_trouble_along(vocabulary, question):
    assert "chemotherapy" in standalone(question, [turn("I lost my hair to chemotherapy")], vocabulary)


def test_a_new_subject_takes_no_treatment_along(vocabulary):
    assert "PRP" not in standalone("and does rosemary oil work?", [turn("Is PRP permanent?")], vocabulary)


def test_who_asks_for_a_cure_means_none_of_the_treatments_spoken_of(vocabulary):
    assert "PRP" not in standalone("is there a cure for it then", [turn("Is PRP permanent?")], vocabulary)


def test_what_a_person_also_takes_is_asked_of_the_treatment_spoken_of(vocabulary):
    history = [turn("Who cannot have PRP?")]
    assert "PRP" in standalone("I take blood thinners", history, vocabulary)
    assert "PRP" not in standalone("I take finasteride, does it cause depression?", history, vocabulary)
    assert "PRP" not in standalone(
        "im on blood pressure tablets, my hair thins, is it the tablets", history, vocabulary
    )


@pytest.mark.parametrize(
    ("question", "kept"),
    [("how long before it works?", True), ("how much?", True), ("who won the football last night", False)],
)
def test_what_asks_on_is_told_from_another_matter(vocabulary, question, kept):
    assert keeps_topic(question, [turn("Does PRP work?")], vocabulary) is kept


def test_after_an_off_topic_reply_nothing_is_kept(vocabulary):
    history = [turn("Who won?", kind=Kind.OUT_OF_SCOPE)]
    assert not keeps_topic("how much does it cost?", history, vocabulary)


def test_they_are_what_treats_the_kind_of_hair_loss_spoken_of(vocabulary):
    history = [turn("I have alopecia areata, what helps?", "JAK inhibitors help some people.")]
    assert "JAK inhibitors" in standalone("are they dangerous?", history, vocabulary)


def test_what_asks_nothing_takes_no_treatment_from_an_answer(vocabulary):
    history = [turn("my hairline is going back, dad is bald", "Scalp minoxidil slows it.")]
    low = "I honestly don't leave the house any more, I've been really low about it"
    assert "minoxidil" not in standalone(low, history, vocabulary)


def test_they_are_what_the_question_itself_names(vocabulary):
    history = [turn("I wear tight braids, will my edges grow back?", "Minoxidil may help.")]
    assert "minoxidil" not in standalone("and relaxers? I heard they cause cancer", history, vocabulary)


def test_who_asks_for_something_else_means_none_of_what_was_spoken_of(vocabulary):
    talk = [turn("I have frontal fibrosing alopecia, can I have a transplant?")]
    for question in ("so will anything stop it going further back?", "and if it fails?", "and if that won't work?"):
        assert "transplant" not in standalone(question, talk, vocabulary)


def test_a_question_of_its_own_takes_no_outcome_along(vocabulary):
    talk = [turn("I'm on spironolactone, my boobs hurt, is that normal?")]
    assert standalone("and can i still eat bananas?", talk, vocabulary).endswith("(spironolactone)")


def test_only_a_treatment_hurts(vocabulary):
    history = [turn("I start chemo, can I keep my hair?", "Scalp cooling probably helps.")]
    assert "scalp cooling" in standalone("does it hurt", history, vocabulary)


def test_a_talk_about_causes_carries_no_treatment(vocabulary):
    history = [turn("Why am I going bald?", "Genes matter; minoxidil does not change them.")]
    assert "minoxidil" not in standalone("does wearing a cap cause it?", history, vocabulary)


def test_the_child_of_the_talk_stays_a_child(vocabulary):
    history = [turn("My son of 15 is losing hair, is anything approved?")]
    assert "children" in standalone("could he use minoxidil at least", history, vocabulary)


def test_what_one_asks_about_goes_before_what_one_tells(vocabulary):
    history = [turn("Finasteride stopped working for me. Is dutasteride stronger?")]
    understood = standalone("what does it cost?", history, vocabulary)
    assert "dutasteride" in understood


def test_what_is_offered_in_its_place_takes_no_treatment_along(vocabulary):
    asked = "they offered nanofat instead. has anyone shown it work in women"
    assert "transplant" not in standalone(asked, [turn("Can women get a hair transplant?")], vocabulary)


def test_a_kind_asked_about_by_its_signs_is_the_one_that_the_answer_named(vocabulary):
    earlier = turn("bald with a crust, is that normal in a girl", "Ringworm can do that.", "Tinea is treated by mouth.")
    assert vocabulary.conditions["infection"].name in standalone("will the hair come back", [earlier], vocabulary)


def test_hair_that_fell_for_a_reason_of_its_own_takes_no_treatment_along(vocabulary):
    earlier = turn("Does minoxidil work?", "Minoxidil helps.", "Minoxidil helps.")
    own = "i pulled a clump out today 6 weeks after covid, is it gone for good"
    assert "minoxidil" not in standalone(own, [earlier], vocabulary)
    assert "minoxidil" in standalone("my hair is falling out since it, does it grow back", [earlier], vocabulary)


def test_what_else_there_is_leans_on_the_talk_however_long_it_is_asked(vocabulary):
    history = [turn("I have lichen planopilaris"), turn("lichen planopilaris, do cells help?")]
    own = "pues the burning is killing me more than the hair. what else do people get when doxy isn't enough?"
    assert "scarring hair loss" in standalone(own, history, vocabulary)


def test_the_hair_loss_of_one_relative_is_not_that_of_another(vocabulary):
    history = [turn("my dad has alopecia areata, does PRP work for him?")]
    assert "areata" not in standalone("and minoxidil? could my mum use it", history, vocabulary)
    assert "areata" in standalone("and minoxidil?", history, vocabulary)


def test_thinning_is_no_kind_of_hair_loss_while_its_cause_is_asked(vocabulary):
    history = [turn("my hair's thinning so bad, am I going bald?")]
    assert "pattern" not in standalone("could it be from the dieting i did", history, vocabulary)


def test_hair_that_fell_after_a_death_comes_back_of_itself_and_not_the_product(vocabulary):
    history = [turn("My husband passed away and my hair began falling. Would a serum with apple stem cells help?")]
    understood = standalone("So does it come back by itself then?", history, vocabulary)
    assert "shedding" in understood and "stem" not in understood.removeprefix("So does it come back")


@pytest.mark.parametrize("asked", ["can prp help", "would minoxidil work?"])
def test_whether_a_treatment_helps_is_asked_for_the_hair_loss_told_of(vocabulary, asked):
    assert "scarring hair loss" in standalone(asked, [turn("I have frontal fibrosing alopecia")], vocabulary)
