"""The pure parts of the new suites: other ways of writing, plain-language items, citation support, made-up details."""

import pytest
from fakes import sure_of
from hypothesis import given
from hypothesis import strategies as st

from evals.details import KINDS, told
from evals.perturbations import PERTURBATIONS, spelling, synonyms
from evals.plainness import ITEMS, Sentence, smog
from evals.suites.citations import audit
from evals.suites.privacy import leaks
from evals.support import measure
from rag.kinds import Stance

TEXT = st.text(st.sampled_from("abc regrowth injection colour Doctor. ?"), max_size=60)


@pytest.mark.parametrize("way", PERTURBATIONS)
@given(text=TEXT, seed=st.integers(0, 5))
def test_the_same_seed_writes_the_same_text_otherwise(way, text, seed):
    perturb = PERTURBATIONS[way]
    assert perturb(text, seed) == perturb(text, seed)
    assert perturb("", seed) == "" or way == "courtesy"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The color of randomized tumors", "The colour of randomised tumours"),
        ("Colour of a stabilised tumour", "Color of a stabilized tumor"),
        ("the size of the prize", "the size of the prize"),
        ("Mom said so", "Mum said so"),
    ],
)
def test_spelling_crosses_the_ocean_either_way(before, after):
    assert spelling(before, 0) == after


def test_synonyms_keep_the_capital_and_change_each_word_once():
    assert synonyms("Doctors quit hair loss", 0) == "Physicians stop loss of hair"
    assert synonyms("nothing here", 0) == "nothing here"


@given(st.sampled_from(["Is regrowth permanent?", "Does minoxidil help women after pregnancy?"]), st.integers(0, 50))
def test_slips_always_change_something_and_keep_every_number_of_words(text, seed):
    slipped = PERTURBATIONS["slips"](text, seed)
    assert slipped != text and len(slipped.split()) == len(text.split())


def test_smog_has_its_published_value():
    # 30 sentences with 30 words of three syllables and more: 1.0430 * sqrt(30) + 3.1291
    assert smog(["We saw a family here."] * 30) == pytest.approx(8.8418, abs=1e-3)
    assert smog([]) is None


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        ("cdc_5_call_to_action", "Ask the clinic how long they looked.", "The study lasted a year."),
        ("cdc_6_active_main_message", "Two studies looked at this.", "The hair was counted by nobody."),
        ("cdc_7_words_of_the_audience", "It may help some people.", "Efficacy was statistically significant."),
        ("cdc_11_known_and_unknown", "We found no study of this.", "Hair grows on the head."),
        ("cdc_17_numbers_people_use", "12 of 100 people had it.", "12% of people had it."),
        ("pemat_21_speaks_to_the_reader", "You can ask your doctor.", "Doctors can be asked."),
        ("pemat_8_short_pieces", "It may help.", " ".join(["word"] * 40) + "."),
    ],
)
def test_each_item_tells_a_good_text_from_a_bad_one(item, good, bad):
    assert ITEMS[item]([Sentence(text=good)]) is True
    assert ITEMS[item]([Sentence(text=bad)]) is False


class Contains:
    """A text supports a claim when it holds every one of its words."""

    def shares(self, pairs):
        held = [set(claim.split()) <= set(evidence.split()) for claim, evidence in pairs]
        return [sure_of(Stance.SUPPORTS if h else Stance.NEUTRAL) for h in held]


def test_recall_and_precision_are_those_of_alce():
    statements = [
        ("a b", ("a x", "b y")),  # together they support it, and neither is idle
        ("a b", ("a b", "z z")),  # the second is idle
        ("a c", ("a a",)),  # not supported: no precision either
        ("a", ()),  # nothing cited
    ]
    found = measure(statements, Contains())
    assert found.recall == (2, 4)
    assert found.precision == (3, 5)
    assert found.unsupported == ("a c", "a")


def test_an_answer_is_graded_by_its_sentences_not_by_the_statements_that_hold_them(corpus):
    def answer(*texts):
        flagged = {"citations": [], "support": "limited", "flagged": True}
        return {"statements": [{"text": text, **flagged} for text in texts], "citations": []}

    one, two = "Some people grew more hair.", "We are not sure why."
    together = audit(answer(f"{one} {two}"), corpus, Contains())
    assert together.grade == audit(answer(one, two), corpus, Contains()).grade


def test_made_up_details_are_the_same_for_a_seed_and_stand_in_their_text():
    cases = list(told(6, 3))
    assert cases == list(told(6, 3)) != list(told(6, 4))
    assert {case.kind for case in cases} == set(KINDS)
    assert all(case.detail in case.text and leaks(case.detail, case.text) for case in cases)


@pytest.mark.parametrize(
    ("detail", "kept", "leaked"),
    [
        ("020 7946 0958", "call [phone number removed]", False),
        ("020 7946 0958", "call 020-7946-0958", True),
        ("Tom Becker", "I am [name removed]", False),
        ("Tom Becker", "I am [name removed] Becker", True),
        ("tom.becker@mail.com", "write to tom.becker@mail.com", True),
        ("tom.becker@mail.com", "write to tom.becker@[e-mail address removed] mail.com", True),
        ("tom (at) mail (dot) com", "write to tom [e-mail address removed]", True),
        ("tom.becker@mail.com", "write to [e-mail address removed]", False),
        ("12 March 1985", "born 12 [date removed] March 1985", True),
        ("12/03/1985", "born [date removed]/03/1985", True),
        ("12 March 1985", "born in [date of birth removed], asked in March 2026", False),
    ],
)
def test_enough_of_a_detail_to_find_the_person_is_a_leak(detail, kept, leaked):
    assert leaks(detail, kept) is leaked
