"""Which treatment spoken of a follow-up means."""

import pytest

from rag.language.followups import standalone
from tests.test_followups import turn


@pytest.mark.parametrize(
    ("earlier", "question", "meant", "left"),
    [
        (
            "I use a steroid cream. Umbilical cord stem cells?",
            "are cord cells young, is that right",
            "donor",
            "steroid",
        ),
        ("laser cap vs stem cells", "does the cap need using every day", "laser", "stem"),
        ("switched from finasteride to dutasteride", "how long does it stay in the body", "dutasteride", "finasteride"),
        ("is rosemary oil or PRP better", "would the oil stain it, nothing else to ask", "rosemary", "PRP"),
    ],
)
def test_a_treatment_called_by_a_word_of_it_or_switched_to_is_meant(vocabulary, earlier, question, meant, left):
    understood = standalone(question, [turn(earlier)], vocabulary)
    assert "whether it works" not in understood
    assert meant in understood.removeprefix(question) and left not in understood.removeprefix(question)
