"""The checkable claims in a text, with their exact place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.judging.claims import extract, unknown_agent
from rag.kinds import Origin
from rag.language.answered import stated

ONE_CLAIM = """
Stem cell treatment is completely safe.
PRP cures baldness permanently in two weeks.
Exosomes are FDA approved for hair loss.
Minoxidil must be used daily.
Finasteride causes depression.
You only have to do it once.
It is a 100% natural product.
The results are permanent.
Results last for life!
Rosemary oil works as well as minoxidil.
Hair transplants are painful.
Biotin does not regrow hair.
No side effects.
Painless and permanent!
100% natural
cures baldness permanently in two weeks
Stress causes hair loss.
Stem cells are harvested from your own fat.
Laser caps are useless.
Hair loss is inherited from your mother.
Clinically proven to regrow hair.
Onion juice regrew hair in 86.9% of people.
Stem cell therapy is safe and effective.
Microneedling plus minoxidil works better than minoxidil alone.
Hair cloning is available now.
One session is enough.
Stem cell injections do not hurt.
Finasteride must not be used in pregnancy.
Your own stem cells can't be rejected.
PRP may not be suitable for you if you have a platelet disorder, a blood cancer or take blood thinners.
Even if your crown has been bald for thirty years, our stem cells will fill it with a full head of hair.
Avoid tight braids, they can pull the hair out for good.
Wearing a hat makes you bald.
Dutasteride is stronger than finasteride.
Hair grows back after chemotherapy.
Nettle tea > minoxidil, trust me
Robot-made grafts: higher survival than any human hand.
When women take finasteride, the crown fills in.
Contact lens fluid regrows hair in half of all men.
I'm not supposed to take finasteride because I want children.
Creatine made my hair fall out, believe me
Tight braids cause hair loss, so loosen them early and it can be reversed
PRP for hair: off-label in America.
Can pattern hair loss begin before eighteen? Yes, typically in families where it is common.
Is finasteride safe in pregnancy? No.
How many women get pattern hair loss? One in two.
How long PRP keeps working is an open question.
Any doctor in California may inject fat cells into a scalp.
The batch of pills my aunt takes, minoxidil by mouth, is free in Wales, her pharmacist insists.
All 1,480 clinics that sold cells had FDA licences.
Fat grafts are a safe and promising cure for thinning, nine patients showed it.
Nine articles found nobody seriously hurt, so fat-derived cells carry no danger.
""".strip().splitlines()

NO_CLAIM = """
Hello!
Hi there, how are you?
Thank you so much.
Please book a consultation today.
Call us now!
Our team is friendly.
I love my new hair.
I recommend this clinic.
I feel sad about my hair.
I had PRP last year.
My hair is thinner than my brother's.
Minoxidil 5% scalp solution
Growth-factor serum from stem cells
About us
Stem cells and hair loss
Frequently asked questions
Treatment options
Results
Why choose us?
Ask your doctor before you take minoxidil.
Read more
Contact us to learn more about stem cell therapy.
The weather is nice today.
Paris is the capital of France.
Show me the studies.
Tell me about exosomes.
2024
...
What is PRP?
How much does a transplant cost?
Does minoxidil work?
Is it permanent?
Can stem cells cure baldness?
Should I take finasteride?
What are the side effects of finasteride?
what is the success rate
i read about those JAK pills
Minoxidil: what to expect
Is PRP safe? I have diabetes.
My hairline haunts me.
""".strip().splitlines()


def texts(text, vocabulary):
    return [claim.text for claim in extract(text, vocabulary)]


def test_a_patients_question_without_its_mark_claims_nothing(vocabulary):
    text = "my hair got thin after a crash diet, will taking protein bring it back"
    assert extract(text, vocabulary, Origin.QUESTION) == []


@pytest.mark.parametrize("text", ONE_CLAIM)
def test_text_that_is_one_claim_gives_exactly_that_claim(vocabulary, text):
    assert texts(text, vocabulary) == [text.rstrip(".!")]


@pytest.mark.parametrize(
    "text",
    [
        *NO_CLAIM,
        "whats safer long term minoxidil or laser",
        "hows PRP meant to work for women",
        "my dermatologist mentioned Litfulo for my 14 year old, what is it",
    ],
)
def test_greeting_instruction_opinion_heading_or_open_question_gives_nothing(vocabulary, text):
    assert texts(text, vocabulary) == []


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Since stem cells are permanent, do I need minoxidil?", "stem cells are permanent"),
        ("Given that stem cells are permanent, what does it cost?", "stem cells are permanent"),
        ("Because finasteride causes cancer, should I stop?", "finasteride causes cancer"),
        ("Is it true that exosomes are FDA approved?", "exosomes are FDA approved"),
        ("Isn't it true that minoxidil is forever?", "minoxidil is forever"),
        ("I heard that PRP works in two weeks, is that right?", "PRP works in two weeks"),
        ("Stem cells are completely safe, right?", "Stem cells are completely safe"),
        ("Exosomes are approved by the FDA, aren't they?", "Exosomes are approved by the FDA"),
        ("My clinic says PRP is permanent. Is that true?", "PRP is permanent"),
        ("my nan says egg yolk brings hair back, any truth in it?", "egg yolk brings hair back"),
        ("saw a tiktok that a sugar gel regrows hair, true?", "a sugar gel regrows hair"),
        ("I saw a tiktok that a sugar gel regrows hair, true?", "a sugar gel regrows hair"),
    ],
)
def test_question_gives_what_it_takes_as_given(vocabulary, question, claim):
    assert texts(question, vocabulary) == [claim]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("My doctor told me that PRP regrows hair in 2 weeks.", "PRP regrows hair in 2 weeks"),
        ("My neighbour is a nurse and says PRP is painless.", "PRP is painless"),
        ("I was warned that finasteride causes depression.", "finasteride causes depression"),
        ("The pharmacist at work told my wife minoxidil must be used daily.", "minoxidil must be used daily"),
        ("From what I've read, exosomes are safe.", "exosomes are safe"),
        ("I gave him finasteride; in trials it raised hair count.", "in trials it raised hair count"),
        ("My gym buddy says finasteride gives men breasts.", "finasteride gives men breasts"),
        ("The barber I go to reads a lot, and he says nobody was hurt by PRP.", "nobody was hurt by PRP"),
        ("My answer is that baldness does respond to fat cells.", "baldness does respond to fat cells"),
        ("They say exosomes grow a full head of hair.", "exosomes grow a full head of hair"),
        ("According to the clinic, results appear in 2-4 weeks.", "results appear in 2-4 weeks"),
        ("I've read that the FDA approved stem cells for baldness.", "the FDA approved stem cells for baldness"),
    ],
)  # fmt: skip
def test_claim_starts_after_who_said_it(vocabulary, text, claim):
    assert texts(text, vocabulary) == [claim]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Stem cells are safe. They are permanent.", ["Stem cells are safe", "They are permanent"]),
        ("PRP is painless and minoxidil must be used daily.", ["PRP is painless", "minoxidil must be used daily"]),
        ("Stem cells are permanent, but they are painful.", ["Stem cells are permanent", "they are painful"]),
        ("Hello! PRP is permanent. Call us now!", ["PRP is permanent"]),
        (
            "PRP is painless, and my nurse says it lasts for years.",
            ["PRP is painless", "it lasts for years"],
        ),
        ("Don't share her hairbrush, alopecia areata is catching.", ["alopecia areata is catching"]),
        (
            "Good news for you. Stem cells regrow hair, stop shedding and reverse greying.",
            ["Stem cells regrow hair", "stop shedding", "reverse greying"],
        ),
    ],
)  # fmt: skip
def test_text_of_several_statements_is_split_into_its_claims(vocabulary, text, claims):
    assert texts(text, vocabulary) == claims


def test_words_below_a_product_name_are_a_claim_about_it(vocabulary):
    (claim,) = extract("Minoxidil foam. Kinder to sensitive scalps than the liquid.", vocabulary)
    assert (claim.text, claim.topic) == ("Kinder to sensitive scalps than the liquid", ("minoxidil",))


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Is PRP safe? No.", "It is not true that PRP safe"),
        ("Does PRP help women? Yes, it does.", "PRP help women"),
        ("Can it begin early? Yes, in some families", "It begin early; in some families"),
        ("How long does it last? About a year", "How long does it last: About a year"),
        ("PRP is safe.", "PRP is safe."),
        ("Is PRP safe?", "Is PRP safe?"),
    ],
)
def test_question_with_its_answer_is_put_as_a_statement(text, statement):
    assert stated(text) == statement


@pytest.mark.parametrize(
    ("question", "agent"),
    [
        ("Does egg yolk grow hair?", "egg yolk"),
        ("my nan says rubbing egg yolk on your head brings hair back, is it true?", "egg yolk"),
        ("my aunt says hair gel is why I'm thinning, is she right?", "hair gel"),
        ("my barber reckons tight hats are to blame for baldness", "tight hats"),
        ("Does PRP grow hair?", None),
        ("Does the treatment work?", None),
        ("I heard it stops hair loss, is that true?", None),
    ],
)
def test_what_nobody_knows_is_named_whether_asked_about_or_told(vocabulary, question, agent):
    assert unknown_agent(question, vocabulary) == agent


def test_pronoun_carries_the_treatment_named_before(vocabulary):
    first, second = extract("Exosomes are safe. They are permanent.", vocabulary)
    assert second.topic == ("exosomes",)
    (alone,) = extract("It is permanent.", vocabulary, topic=("prp",))
    assert alone.topic == ("prp",)


@pytest.mark.parametrize(
    "text",
    ["My nan says PRP cures baldness.", "Thanks! Minoxidil is safe, and it works for ever. Is it?", "PRP lasts."],
)
def test_blanks_between_the_words_change_no_claim_and_its_place_stays_exact(vocabulary, text):
    spaced = text.replace(" ", "  \t")
    found = extract(spaced, vocabulary)
    assert [" ".join(c.text.split()) for c in found] == [c.text for c in extract(text, vocabulary)]
    assert all(c.text == spaced[slice(*c.span)] for c in found)


def test_origin_is_kept(vocabulary):
    (claim,) = extract("PRP is permanent.", vocabulary, Origin.QUESTION)
    assert claim.origin is Origin.QUESTION


def test_markup_stays_text(vocabulary):
    text = "<script>alert('PRP is permanent')</script> <b>Stem cells are completely safe.</b>"
    for claim in extract(text, vocabulary):
        assert text[slice(*claim.span)] == claim.text


JOINTS = ["I heard that", "Since", "is it true that", ", right?", "and", "but", "\n- ", "\n\n", "“", "?", ";", "\x00"]
PIECES = st.sampled_from([*ONE_CLAIM, *NO_CLAIM, *JOINTS, "which is"])


@given(text=st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map(" ".join)))
def test_spans_of_any_text_are_exact_ordered_and_apart(vocabulary, text):
    end = 0
    for claim in extract(text, vocabulary):
        start, stop = claim.span
        assert end <= start < stop <= len(text)
        assert text[start:stop] == claim.text == claim.text.strip()
        end = stop


def test_twenty_thousand_characters_are_read_within_seconds(vocabulary):
    claims = extract("Stem cells are permanent, and they are safe. " * 450, vocabulary)
    assert len(claims) == 900


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text", ["and " * 5000, "a" * 20000, "- " * 10000, "hi " * 6000, "i heard " * 2500, "(" * 20000]
)
def test_hostile_text_is_read_within_seconds(vocabulary, text):
    extract(text, vocabulary)


@pytest.mark.timeout(20)
def test_twenty_thousand_characters_without_a_full_stop_are_read_within_seconds(vocabulary):
    assert extract("stem cells are safe and PRP is permanent and " * 450, vocabulary)


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Good morning 🌞, my clinic says PRP is permanent 🙂", "PRP is permanent"),
        ("Hi! 👋 PRP regrows hair permanently 😊 thanks", "PRP regrows hair permanently"),
        ("thanks so much 🙏 minoxidil works for everyone ❤️", "minoxidil works for everyone"),
        ("All patients regrow hair. Thank you!", "All patients regrow hair"),
    ],
)
def test_a_greeting_thanks_and_faces_are_no_part_of_a_claim(vocabulary, message, claim):
    (found,) = extract(message, vocabulary)
    assert found.text == claim == message[slice(*found.span)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Had PRP yesterday, forehead is puffy but no pain.", []),
        ("Started minoxidil last month and shedding more since.", []),
        ("Had PRP last year, but PRP is permanent.", ["PRP is permanent"]),
        ("Took minoxidil last year and minoxidil works for everyone.", ["minoxidil works for everyone"]),
    ],
)
def test_a_story_that_leaves_the_i_out_is_no_claim_but_what_it_says_of_a_treatment_is(vocabulary, text, claims):
    assert [claim.text for claim in extract(text, vocabulary)] == claims


@pytest.mark.parametrize(
    "sentence",
    [
        "Exosomes are regulated in the United States as drugs and biologics that need approval before sale.",
        "Fat-derived stem cells treat hair loss on scalp and eyebrows, whatever its cause.",
        "In a trial of PRP, by six months density, thickness and growth rate had risen.",
        "Finasteride's sexual side effects are mostly mild, temporary, and vanish once the pills are stopped.",
        "Where the fat was taken by liposuction a scar stays behind.",
        "How a transplant turns out depends far more on the surgeon than on the tool.",
    ],
)
def test_a_sentence_that_makes_one_claim_is_kept_whole(vocabulary, sentence):
    assert [claim.text for claim in extract(sentence, vocabulary)] == [sentence.rstrip(".")]


def test_a_condition_behind_but_is_a_claim_of_its_own(vocabulary):
    text = "Drugs such as finasteride do restore hair, but you need to stay on them for the long haul."
    assert len(extract(text, vocabulary)) == 2
