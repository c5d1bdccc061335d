"""Which treatments, conditions and outcomes a text names, and which pole it asserts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.vocabulary import is_denied, load_vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does PRP work?", ["prp"]),
        ("oral minoxidil", ["oral_minoxidil"]),
        ("Minoxidil or oral minoxidil?", ["minoxidil", "oral_minoxidil"]),
        ("stem cells from my own fat", ["fat_cells_cultured"]),
        ("exosomes beat other stem cell treatments", ["exosomes"]),
        ("finastride and rogaine", ["finasteride", "minoxidil"]),
        ("Is MINOXIDIL\u00a0safe?", ["minoxidil"]),
        ("Is PFS real?", ["finasteride"]),
        ("On fin or min?", ["finasteride", "minoxidil"]),
        ("My mate is on gear", ["hormones"]),
        ("Do roids make you bald?", ["hormones"]),
        ("Do I need a blood test?", []),
        ("steroid cream", ["steroids"]),
        ("Can I laser it off?", ["hair_removal"]),
        ("my hair fell out after a liver transplant", ["organ_transplant"]),
        ("a laser cap", ["laser"]),
        ("pluggy hairline", ["transplant"]),
        ("the weather", []),
    ],
)
def test_treatments_are_named_most_specific_first(vocabulary, text, expected):
    assert list(vocabulary.treatments_in(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hair loss from alopecia areata", {"areata"}),
        ("hair loss", {"any"}),
        ("shedding after chemo", {"shedding", "chemotherapy"}),
        ("tea", set()),
    ],
)
def test_general_hair_loss_counts_only_where_nothing_more_exact_is_named(vocabulary, text, expected):
    assert set(vocabulary.conditions_in(text)) == expected


@pytest.mark.parametrize(
    ("text", "outcome", "positive"),
    [
        ("It works.", "works", True),
        ("It does not work.", "works", False),
        ("It doesn’t work.", "works", False),
        ("No study shows that it regrows hair.", "works", False),
        ("It is not only safe but cheap.", "safety", True),
        ("It is safe, no doubt.", "safety", True),
        ("It is dangerous.", "safety", False),
        ("It is not dangerous.", "safety", True),
        ("It has no side effects.", "safety", True),
        ("The results are permanent.", "lasts", True),
        ("The gain fades.", "lasts", False),
        ("How long does it last?", "lasts", None),
        ("I have no morning wood", "safety", None),
        ("Does it give you man boobs?", "safety", None),
        ("My balls ache", "safety", None),
        ("Is it the weaning?", "pregnancy", None),
        ("It is painless.", "pain", True),
        ("It is FDA approved.", "approval", True),
        ("It is not FDA approved.", "approval", False),
        ("How much does it cost?", "cost", None),
        ("You only have to do it once.", "sessions", True),
        ("It takes three sessions.", "sessions", False),
        ("It is 100% natural.", "natural", True),
    ],
)
def test_outcome_is_read_with_the_pole_asserted(vocabulary, text, outcome, positive):
    asserted = {a.outcome: a.positive for a in vocabulary.assertions_in(text)}
    assert asserted[outcome] is positive


@pytest.mark.parametrize("text", ["completely safe", "100 % natural", "It cures baldness.", "guaranteed"])
def test_promise_without_exception_is_absolute(vocabulary, text):
    assert vocabulary.is_absolute(text)


@pytest.mark.parametrize("text", ["It is not permanent.", "It does not cure baldness.", "It may help some people."])
def test_denied_or_careful_words_are_not_absolute(vocabulary, text):
    assert not vocabulary.is_absolute(text)


def test_careful_words_are_hedges(vocabulary):
    assert vocabulary.is_hedged("It may help.")
    assert not vocabulary.is_hedged("It helps.")


def test_denial_reaches_over_its_own_clause_only():
    assert is_denied("it is not safe", 10)
    assert not is_denied("it is not cheap, but safe", 21)
    assert not is_denied("it does not hurt. it works", 21)


def test_related_treatments_are_the_broader_and_the_narrower(vocabulary):
    assert {"stem_cells", "exosomes", "fat_mixture"} <= vocabulary.related("stem_cells")
    assert vocabulary.related("exosomes") == {"exosomes", "stem_cells"}
    assert vocabulary.related("unheard_of") == {"unheard_of"}


def test_every_treatment_is_found_by_its_own_name(vocabulary):
    for key, term in vocabulary.treatments.items():
        hits = vocabulary.treatments_in(term.name)
        assert set(hits) & vocabulary.related(key), f"{key}: {term.name!r} is not read as itself: {hits}"


def test_every_broader_term_exists(vocabulary):
    assert {t.broader for t in vocabulary.treatments.values() if t.broader} <= set(vocabulary.treatments)


@given(text=st.text(max_size=200))
def test_any_text_can_be_read(vocabulary, text):
    for assertion in vocabulary.assertions_in(text):
        assert 0 <= assertion.span[0] < assertion.span[1]
    vocabulary.treatments_in(text)
    vocabulary.conditions_in(text)


@pytest.mark.parametrize(
    "content",
    ["[]", "treatments: {a: {name: a}}", "treatments: {}\nconditions: {}\noutcomes: {}\nabsolute: ['(']\nhedges: []"],
)
def test_broken_vocabulary_is_a_fault_that_names_the_file(tmp_path, content):
    faults: list[str] = []
    (tmp_path / "vocabulary.yaml").write_text(content, encoding="utf-8")
    assert load_vocabulary(tmp_path / "vocabulary.yaml", faults).treatments == {}
    assert len(faults) == 1
    assert faults[0].startswith("vocabulary.yaml: ")


def test_the_words_of_a_term_are_plain_text(vocabulary):
    terms = [*vocabulary.treatments.values(), *vocabulary.conditions.values()]
    assert [word for term in terms for word in term.words if set(word.rstrip("*")) & set("[]|?\\")] == []


@given(data=st.data())
def test_a_term_that_stands_in_a_text_is_never_ruled_out_before_the_search(vocabulary, data):
    term = data.draw(st.sampled_from(vocabulary.terms))
    word = data.draw(st.sampled_from(term.words)).rstrip("*")
    text = data.draw(st.text(max_size=20)).lower() + " " + word + data.draw(st.sampled_from(["", "s", " x", "."]))
    if term.pattern.search(text):
        assert term.may_stand_in(text)
