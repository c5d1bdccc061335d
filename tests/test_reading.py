"""What a claim or question is about."""

import pytest
from fakes import passage

from rag.kinds import Direction
from rag.language.reading import affinity, asked_agent, people_in, read, treatment_fit


def test_claim_is_read_into_treatment_outcome_strength_and_time(vocabulary):
    reading = read("PRP cures baldness in 2 weeks", vocabulary)
    assert reading.treatments == ("prp",)
    assert reading.conditions == ("pattern",)
    assert {a.outcome: a.positive for a in reading.assertions} == {"works": True, "how_soon": True}
    assert reading.absolute
    assert [q.low for q in reading.quantities] == [14]


@pytest.mark.parametrize(("text", "positive"), [("Hair grows in 3 weeks.", True), ("Hair grows in 6 months.", False)])
def test_time_beside_an_effect_says_how_soon(vocabulary, text, positive):
    assertion = read(text, vocabulary).assertion("how_soon")
    assert assertion is not None
    assert assertion.positive is positive


def test_time_beside_lasting_says_nothing_of_how_soon(vocabulary):
    reading = read("The new hair growth is permanent after 2 weeks", vocabulary)
    assert reading.assertion("how_soon") is None


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("Is the regrowth from stem cell injections permanent?", ("lasts",)),
        ("Does it work?", ("works",)),
        ("How does PRP work?", ("mechanism",)),
        ("Studies show that hair growth is safe", ("safety",)),
    ],
)
def test_specific_outcome_is_the_focus_before_a_general_one(vocabulary, text, focus):
    assert read(text, vocabulary).focus == focus


def test_surroundings_name_the_treatment_where_the_text_names_none(vocabulary):
    assert read("It is permanent", vocabulary, ("exosomes",)).subjects == ("exosomes",)
    assert read("PRP is permanent", vocabulary, ("exosomes",)).subjects == ("prp",)


@pytest.mark.parametrize(
    ("tagged", "named", "fit"),
    [
        (("prp",), ("prp",), 1.0),
        (("exosomes",), ("stem_cells",), 0.75),
        (("stem_cells",), ("exosomes",), 0.6),
        (("prp",), ("exosomes",), 0.0),
        ((), ("prp",), 0.0),
        (("prp", "minoxidil"), ("minoxidil",), 1.0),
        (("prp",), ("unheard_of",), 0.0),
    ],
)
def test_treatment_fit_falls_from_same_to_narrower_to_broader_to_other(vocabulary, tagged, named, fit):
    assert treatment_fit(tagged, named, vocabulary) == fit


def test_affinity_falls_from_a_finding_to_a_description_to_another_outcome_to_another_treatment(vocabulary):
    reading = read("Is PRP permanent?", vocabulary)
    lasting = passage("a#1", bears={"lasts": Direction.AGAINST}, treatments=("prp",))
    plain = passage("a#2", bears={"lasts": Direction.NONE}, treatments=("prp",))
    other_outcome = passage("a#3", bears={"safety": Direction.FOR}, treatments=("prp",))
    other_treatment = passage("a#4", bears={"lasts": Direction.AGAINST}, treatments=("biotin",))
    fits = [affinity(p, reading, vocabulary) for p in (lasting, plain, other_outcome, other_treatment)]
    assert fits[0] == 1.0 > fits[1] > fits[2] >= fits[3] == 0.0


def test_affinity_without_an_outcome_rests_on_the_treatment_alone(vocabulary):
    reading = read("PRP", vocabulary)
    assert 0.0 < affinity(passage("a#1", treatments=("prp",)), reading, vocabulary) < 1.0
    assert affinity(passage("a#2", treatments=("biotin",)), reading, vocabulary) == 0.0


def test_kind_of_hair_loss_stands_in_for_a_treatment(vocabulary):
    reading = read("Does alopecia areata grow back by itself?", vocabulary)
    regrowth = passage("a#1", bears={"recovery": Direction.FOR}, conditions=("areata",))
    assert 0.9 < affinity(regrowth, reading, vocabulary) < 1.0
    elsewhere = passage("a#2", bears={"recovery": Direction.FOR}, conditions=("scarring",))
    assert affinity(elsewhere, reading, vocabulary) == 0.0


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("Is it better to get FUE now or wait a few years?", ("who_benefits",)),
        ("Am I too young for a transplant?", ("who_benefits",)),
        ("Is FUE better than FUT?", ("comparison",)),
    ],
)
def test_whether_to_wait_is_a_question_of_who_benefits_and_compares_nothing(vocabulary, text, outcomes):
    assert read(text, vocabulary).focus == outcomes


@pytest.mark.parametrize(
    ("question", "agent"),
    [
        ("do tight hats cause baldness", "tight hats"),
        ("Is ashwagandha good for hair?", "ashwagandha"),
        ("is sleeping late really bad for my hair", "sleeping late"),
        ("is it bad for my hair", None),
        ("is PRP good for thin hair", None),
        ("what causes it", None),
    ],
)
def test_a_thing_that_the_vocabulary_does_not_know_is_named_by_how_it_is_asked_about(vocabulary, question, agent):
    assert asked_agent(question, vocabulary) == agent


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("do i take time off after prp? im a nurse and on my feet all day", False),
        ("the nurse my clinic has gives the prp", False),
        ("can I use minoxidil while I nurse my son", True),
    ],
)
def test_who_works_as_a_nurse_feeds_no_baby(vocabulary, question, meant):
    assert ("pregnancy" in read(question, vocabulary).outcomes) is meant


@pytest.mark.parametrize("text", ["mtf, two years on oestrogen, temples still thin", "I'm trans (f), 27, on estradiol"])
def test_a_trans_woman_is_read_as_a_woman(text):
    assert people_in(text.lower()) == {"women"}


@pytest.mark.parametrize(
    ("text", "outcome", "positive"),
    [
        ("No exosome product has been approved by the FDA.", "approval", False),
        ("The FDA has yet to approve exosomes.", "approval", False),
        ("The FDA has approved no exosome product.", "approval", False),
        ("PRP lacks approval for hair loss.", "approval", False),
        ("No drug other than minoxidil and finasteride is approved for pattern hair loss.", "approval", True),
        ("Nobody has shown that exosomes are safe.", "safety", False),
        ("Stem cells are anything but safe.", "safety", False),
        ("PRP rarely causes side effects.", "safety", True),
        ("Side effects of PRP are very rare.", "safety", True),
        ("Side effects of PRP are common.", "safety", False),
        ("No surgery or any other operation is needed for thicker hair.", "works", True),
        ("It is far from proven.", "evidence", False),
        ("Minoxidil has to be used continuously; stopping it reverses the gains.", "lasts", False),
    ],
)
def test_a_denial_is_read_wherever_it_stands_in_the_sentence(vocabulary, text, outcome, positive):
    assertion = read(text, vocabulary).assertion(outcome)
    assert assertion is not None
    assert assertion.positive is positive


@pytest.mark.parametrize(
    ("text", "absolute"),
    [
        ("Insurance never covers PRP.", True),
        ("Insurance almost never covers PRP.", False),
        ("It works for everyone.", True),
        ("It works for almost everyone.", False),
    ],
)
def test_almost_always_is_not_always(vocabulary, text, absolute):
    assert read(text, vocabulary).absolute is absolute
