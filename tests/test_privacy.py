import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.privacy.redaction import redact, scrub
from rag.privacy.rules import Personal

CORPUS = Path(__file__).parents[1] / "corpus"
DIGIT = st.integers(0, 9).map(str)
SEPARATOR = st.sampled_from([" ", "-", ".", "\u00a0", "\u2011", ") ", " - "])

PHONES = st.one_of(
    st.tuples(
        st.sampled_from(["", "1-", "+1 ", "001-", "(", "1 ("]),
        st.integers(200, 999),
        SEPARATOR,
        st.integers(100, 999),
        SEPARATOR.filter(lambda s: ")" not in s),
        st.integers(0, 9999),
    ).map(lambda p: f"{p[0]}{p[1]}{p[2]}{p[3]}{p[4]}{p[5]:04}"),
    st.integers(2_000_000_000, 9_999_999_999).map(str).filter(lambda n: not n.endswith("0000")),
    st.tuples(st.integers(20, 29), st.integers(1000, 9999), st.integers(1000, 9999)).map(
        lambda p: f"0{p[0]} {p[1]} {p[2]}"
    ),
    st.tuples(st.integers(7000, 7999), st.integers(0, 999_999)).map(lambda p: f"0{p[0]} {p[1]:06}"),
    st.integers(7_000_000_000, 7_999_999_999).map(lambda n: f"0{n}"),
    st.tuples(st.integers(10, 99), st.integers(10_000_000, 9_999_999_999)).map(lambda p: f"+{p[0]} {p[1]}"),
    st.lists(st.integers(10, 99), min_size=4, max_size=4).map(lambda p: "+33 6 " + " ".join(map(str, p))),
    st.lists(st.integers(10, 99), min_size=4, max_size=4).map(lambda p: "06 " + " ".join(map(str, p))),
)
AROUND = st.sampled_from([
    "My hair thins. {}", "Call me on {} please", "{} is my number", "Is PRP safe? ({})", "Tel: {}.", "{}",
    "reach me at {}, thanks",
])  # fmt: skip
FIGURES = st.sampled_from([
    "In 71 people, hair count rose by 16.56 at 24 weeks (95% CI 12.3 to 45.6; p = 0.0001).",
    "I am 35 years old and lost hair for 2-4 weeks since 2019.",
    "Take 5 mg a day, or 1 ml of 5% minoxidil twice; 0.02-0.025 mg.",
    "10.1093/asj/sjaa037 PMID: 31234567 NCT01234567 PMC7654321 ISRCTN12345678",
    "They inject 10,000,000 cells, or 5000000 cells, or 1 500 000.",
    "It costs $3,500-$15,000; 1500 to 2000 grafts; reach 1500-2000 grafts.",
    "Density went from 120.5 to 145.25 hairs/cm2 between 2010 and 2020.",
    "Born with thin hair in 1985, I want no surgery before 2030.",
    "The patient number was 120 in one trial; in this case 1200 hairs grew.",
    "CD34+ cells, IL6, KRT15, VEGF165 and TGF-b1 were measured at 6, 12, 24 and 52 weeks.",
    "This is minoxidil. This is Platelet Rich Plasma, they are called exosomes.",
    "My name is not important. I am called often by the clinic.",
])  # fmt: skip


@given(PHONES, AROUND)
def test_no_telephone_number_survives(phone: str, around: str) -> None:
    result = redact(around.format(phone))
    assert not re.search(r"\d{3}", result.text), result.text
    assert result.total >= 1


@given(st.emails(), AROUND)
def test_no_email_address_survives(email: str, around: str) -> None:
    result = redact(around.format(email))
    assert "@" not in result.text
    assert email not in result.text


@given(st.dates(), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%d %b %Y"]))
def test_no_date_of_birth_survives(day, form: str) -> None:
    if not 1900 <= day.year < 2100:
        return
    result = redact(f"I was born on {day.strftime(form)} and my hair thins.")
    assert result.counts == {Personal.BIRTH_DATE: 1}
    assert result.text == "I was born on [date of birth removed] and my hair thins."
    assert redact(f"On {day.strftime(form)} it began.").counts == {Personal.DATE: 1}


FIRST_NAMES = st.sampled_from(
    ["James", "Anna", "María", "Jürgen", "Chidi", "Aiko", "Siobhán", "Mary-Jane", "Will", "Łukasz", "Noor"]
)
LAST_NAMES = st.sampled_from(
    ["Novak", "O'Neill", "van Dijk", "de la Cruz", "Şahin", "Okonkwo", "García", "Smith-Jones", "Nguyễn"]
)
SELF_INTRODUCTIONS = st.sampled_from([
    "This is {first} {last}, a patient.", "it's {first} {last} again", "I am {first} {last} and I lose hair.",
    "I'm {first}, a patient of yours.", "this is {first}, one of your patients.", "My name's {first} {last}.",
    "They call me {first}.", "I go by {first} {last}.", "I, {first} {last}, want my hair back.",
    "{first} {last}, a patient.", "{first} {last} (45, male) asks.", "{first} {last} writing again.",
    "My daughter's name is {first}.", "my wife {first} had PRP", "Patient {first} {last} asks about PRP.",
    "Is it safe? Best wishes, {first} {last}", "Is it safe?\n- {first} {last}", "Greetings from {first} {last}.",
    "Me llamo {first}.", "Ich heiße {first} {last}.", "je suis {first} {last}",
])  # fmt: skip
BEFORE = st.sampled_from(
    ["", "Good day. ", "My scalp itches. ", "Hello doctor,\n", "Thanks! ", "2400 grafts in 2019.\n"]
)


@given(FIRST_NAMES, LAST_NAMES, SELF_INTRODUCTIONS, BEFORE)
def test_no_name_survives_however_people_introduce_themselves(first: str, last: str, said: str, before: str) -> None:
    result = redact(before + said.format(first=first, last=last))
    assert Personal.NAME in result.counts, result.text
    assert first not in result.text, result.text
    assert "{last}" not in said or last.split()[-1] not in result.text, result.text
    assert result.text.startswith(before)


@given(st.lists(FIGURES, min_size=1, max_size=4))
def test_text_without_personal_details_is_unchanged(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert redact(text).text == text
    assert redact(text).counts == {}


@given(st.text(max_size=200) | st.lists(PHONES | FIGURES | st.emails() | st.text(max_size=9)).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    again = redact(once.text)
    assert again.text == once.text
    assert again.counts == {}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("MRN 1234567 hurts", "MRN [record number removed] hurts"),
        ("MRN: AB-12345", "MRN: [record number removed]"),
        ("NHS number is 943 476 5919", "NHS number is [record number removed]"),
        ("patient ID: 99812", "patient ID: [record number removed]"),
        ("insurance number is XYZ 1234 5678", "insurance number is [record number removed]"),
        ("my SSN is 123-45-6789", "my SSN is [record number removed]"),
        ("card 4111 1111 1111 1111", "card [card number removed]"),
        ("born 12/03/85", "born [date of birth removed]"),
        ("DOB: 12 March 1985", "DOB: [date of birth removed]"),
        ("my birthday is 3rd of June", "my birthday is [date of birth removed]"),
        ("10 Downing Street, London SW1A 2AA", "[address removed], London [address removed]"),
        ("I live at 12 high street", "I live at [address removed]"),
        ("Boston, MA 02115", "Boston, [address removed]"),
        ("my name is john smith and i shed", "my name is [name removed] and i shed"),
        ("Hi, I'm Anna Kowalski. Help", "Hi, I'm [name removed]. Help"),
        ("This is Jane Doe, asking", "This is [name removed], asking"),
        ("I am called Aoife O'Brien.", "I am called [name removed]."),
        ("john (at) mail (dot) com", "[e-mail address removed]"),
        ("john at gmail dot com", "[e-mail address removed]"),
        ("text me: 1234567", "text me: [phone number removed]"),
        ("I'm Tom Becker, 34", "I'm [name removed], 34"),
        ("I am John Smith from Leeds", "I am [name removed] from Leeds"),
        ("I Am John Smith From Leeds With Hair Loss", "I Am [name removed] From Leeds With Hair Loss"),
        ("I'm Tom, 34", "I'm [name removed], 34"),
        ("name: John Smith", "name: [name removed]"),
        ("Patient: Jane Roe", "Patient: [name removed]"),
        ("Anna Müller here, is PRP safe?", "[name removed] here, is PRP safe?"),
        ("Dr. Patricia Nolan told me", "Dr. [name removed] told me"),
        ("I saw Dr Lee in Leeds", "I saw Dr [name removed] in Leeds"),
        ("my medical record is 77120934", "my medical record is [record number removed]"),
        ("insurance policy AB-99-8812-X", "insurance policy [record number removed]"),
        ("medicare 1EG4-TE5-MK73", "medicare [record number removed]"),
        ("mine is 1EG4-TE5-MK73", "mine is [record number removed]"),
        ("12 elm st leeds", "[address removed] leeds"),
        ("I am at 221 baker street", "I am at [address removed]"),
        ("Hauptstraße 12, 80331 München", "[address removed]"),
        ("follow @baldguy_92", "follow [online profile removed]"),
        ("see facebook.com/john.doe.77.", "see [online profile removed]."),
        ("https://www.linkedin.com/in/john-doe", "[online profile removed]"),
        ("from 192.168.10.77 today", "from [IP address removed] today"),
        ("at 2001:db8:85a3::8a2e:370:7334", "at [IP address removed]"),
        ("jo.smith%40gmail.com", "[e-mail address removed]"),
        ("jo.smith&#64;gmail.com", "[e-mail address removed]"),
        ("jo.smi\u200bth@gm\u200bail.com", "[e-mail address removed]"),
        ("jo.smith\u200b@\ufeffgmail.com", "[e-mail address removed]"),
        ("ring 0\ufeff7700 900\u206012\ufeff3", "ring [phone number removed]"),
        ("my email is jo smith at gmail dot com", "my email is [e-mail address removed]"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [bank account removed] please"),
        ("GB29NWBK60161331926819", "[bank account removed]"),
        ("my number plate is AB12 CDE", "my number plate is [record number removed]"),
        ("my FDA trial file, my visit was 12 March 2021", "my FDA trial file, my visit was [date removed]"),
    ],
)
def test_each_kind_of_detail_is_named_in_its_place(text: str, kept: str) -> None:
    assert redact(text).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "1 000 000 000 cells per ml",
        "1234567890 cells",
        "300 400 5000 hairs",
        "looked at 100 200 3000 grafts",
        "120-240-3600 follicular units",
        "FDA warning of 12 March 2021",
        "The EMA approved it on 2021-03-12. The law of March 12, 2021 helps.",
        "I'm called bald at work. They call me Monday with results, or call me crazy.",
        "It is called Follicular Unit Excision by surgeons. The drug is called Loniten.",
        "My Wife Needs Help With Hair. My dad Always had hair. This is Bad News, a patient said.",
        "This is Alopecia Areata, a disease. Hair Loss, a man said. Soy Isoflavones help?",
        "works at home dot matrix",
        "3 Hair Transplant Way",
        "I am Losing Hair",
        "I Am Taking Minoxidil And Finasteride Daily",
        "I AM SO TIRED OF LOSING HAIR",
        "I'm African American, 34, and I'm British, 40",
        "Should I Ask My Dr About PRP In New York?",
        "my dr says no, the Dr. Squatch shampoo is fine",
        "Is Hair Loss here to stay? Stem Cells here, PRP there.",
        "brand name: Rogaine; name: minoxidil",
        "Patient: Is PRP Safe?",
        "Are Istanbul clinics good? I read facebook.com/groups/hairloss and reddit.com/r/tressless.",
        "use it @night, 2 years down the road, 1 way street, 5 people on the street",
        "my insurance policy covers 2024 and medicare paid 12000 dollars",
        "My Doctor Gave Me Minoxidil And 12 More Hairs Per Square Centimetre",
        "IL17 2019 2020 2021 2022",
        "Could नमस्\u200dते stay?",
    ],
)
def test_what_is_nobodys_detail_stays(text: str) -> None:
    assert redact(text).text == text


COUNTS = st.one_of(
    st.integers(1, 10**12).map(str),
    st.integers(1, 10**12).map(lambda n: f"{n:,}"),
    st.integers(1, 10**12).map(lambda n: f"{n:,}".replace(",", " ")),
    st.integers(1, 10**12).map(lambda n: f"{n:,}".replace(",", "\u202f")),
    st.tuples(st.integers(100, 999), st.integers(100, 999), st.integers(1000, 9999)).map(
        lambda n: f"{n[0]} {n[1]} {n[2]}"
    ),
)
COUNTED = st.sampled_from(["cells", "hairs", "grafts", "units", "people", "patients", "participants", "ml", "mg"])


@given(COUNTS, COUNTED, st.sampled_from(["{}", "They used {}.", "We saw {} per person", "Is {} safe?"]))
def test_a_figure_with_what_it_counts_never_changes(count: str, noun: str, frame: str) -> None:
    text = frame.format(f"{count} {noun}")
    assert redact(text).text == text


def test_four_years_in_a_row_are_no_card_number() -> None:
    assert redact("2016 2017 2018 2019 2020 2021").counts == {}


def test_the_library_loses_nothing_but_dates_and_an_office_address() -> None:
    for path in sorted((CORPUS / "sources").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("---", 2)[-1]
        found = {detail.kind for detail in redact(body).details}
        assert found <= {Personal.DATE, Personal.EMAIL}, (path.name, redact(body).details)


def test_a_repeated_detail_is_taken_out_of_the_answer_but_a_word_like_it_is_not() -> None:
    details = redact("My name is Will. Mail will@x.org").details
    assert scrub("Will, we will write to WILL@X.ORG.", details) == (
        "[name removed], we will write to [e-mail address removed]."
    )


HOSTILE = (
    *("1", "a", "1 ", "A ", "1-", "call ", "born 1 ", "@", "a.a@", "12 Main ", "patient id 1", "I am A ", "Dr. A. "),
    *("1 elm ", "name:", "a at b dot ", "a dot ", "study ", "Ab ", "a:", "AB12", "A1 ", "x.com/", "1 000 ", "1\u200b"),
)


@pytest.mark.timeout(10)  # seconds; a rule that backtracks without end would never return
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_no_long_time(piece: str) -> None:
    redact(piece * (4000 // len(piece)))
