"""An answer falls into its parts, and keeps them while it grows."""

from rag.kinds import Verdict
from rag.outline import Section, outline
from rag.types import Statement

SURE = "We are not very sure of the main point: one small trial."


def said(text: str, *markers: int, support: Verdict = Verdict.SUPPORTED) -> Statement:
    return Statement(text=text, markers=markers, support=support)


def advice(text: str = "Ask the clinic.") -> Statement:
    return said(text, support=Verdict.NOT_A_CLAIM)


def parts(*statements: Statement) -> list[tuple[Section, int]]:
    return [(part, len(of_it)) for part, of_it in outline(statements)]


WHOLE = (said("It fades.", 1), said("One trial.", 2), said(SURE, 2), said("Nobody knows more.", 3), advice())


def test_an_answer_has_a_main_message_findings_certainty_and_a_next_step():
    assert parts(*WHOLE) == [(Section.MAIN, 1), (Section.FOUND, 1), (Section.SURE, 2), (Section.NEXT, 1)]


def test_what_was_said_keeps_its_part_while_the_answer_grows():
    whole = [part for part, count in parts(*WHOLE) for _ in range(count)]
    for length in range(1, len(WHOLE)):
        assert [part for part, count in parts(*WHOLE[:length]) for _ in range(count)] == whole[:length]


def test_a_short_answer_and_the_sentence_it_stands_on_are_one_message():
    assert parts(said("Probably not.", 1, 2), said("It fades.", 1, 2), said("One trial.", 1)) == [
        (Section.MAIN, 2),
        (Section.FOUND, 1),
    ]


def test_advice_in_front_leads_to_the_main_message():
    assert parts(advice(), advice(), said("It fades.", 1), advice()) == [(Section.MAIN, 3), (Section.NEXT, 1)]


def test_doubt_far_from_the_end_is_a_finding():
    findings = [said(f"Trial {number}.", number) for number in range(2, 6)]
    assert parts(said("It fades.", 1), said(SURE, 9), *findings) == [(Section.MAIN, 1), (Section.FOUND, 5)]


def test_where_no_fact_is_told_nothing_is_told_apart():
    assert parts(advice("That is all."), advice()) == [(Section.MAIN, 2)]
