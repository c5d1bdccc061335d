"""What people write short is spelt out where it can mean one thing only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.shorthand import spelt_out


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("is TE permanent", "is telogen effluvium permanent"),
        ("does fphl get worse?", "does female pattern hair loss get worse?"),
        ("im a nw3 at 22", "im a Norwood 3 at 22"),
        ("NW 5a, how many grafts", "Norwood 5a, how many grafts"),
        ("fin sides", "finasteride side effects"),
        ("no sides from oral min", "no side effects from oral minoxidil"),
        ("fin/min", "finasteride/minoxidil"),
        ("is minox otc", "is minoxidil over the counter"),
        ("does seb derm thin hair", "does seborrhoeic dermatitis thin hair"),
    ],
)
def test_shorthand_of_the_field_is_spelt_out(written, meant):
    assert spelt_out(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "telogen effluvium (TE)",
        "wait 10 min before the foam",
        "after 5 min foam",
        "thin on both sides of the head",
        "I got sides shaved",
        "AA batteries in the laser cap",
        "at an AA meeting",
        "derm stamp at home",
        "la fin de semana",
        "Te-Anau",
        "e.g. te.com",
    ],
)
def test_what_may_mean_something_else_stays(written):
    assert spelt_out(written) == written


@given(st.text(max_size=80))
def test_what_is_spelt_out_stays_as_it_is(text):
    once = spelt_out(text)
    assert spelt_out(once) == once
