"""The shapes of personal details: what an address, a telephone number or a record number looks like.

Rules look at shapes and the words around them. Study figures, ages, doses, years, DOIs and PMIDs match none.
A name that nothing introduces is not caught.
"""

from rag.privacy.rules.contacts import EMAIL_RULES, NETWORK_RULES, PHONE_RULES, PROFILE_RULES
from rag.privacy.rules.names import NAME_RULES
from rag.privacy.rules.numbers import DATE_RULES, RECORD_RULES
from rag.privacy.rules.places import ADDRESS_RULES
from rag.privacy.rules.shapes import LITERATURE, Personal, Rule

# Dates come before numbers: 12-03-1985 555 would otherwise read as one long number.
RULES = (
    *EMAIL_RULES,
    *PROFILE_RULES,
    *NETWORK_RULES,
    *DATE_RULES,
    *RECORD_RULES,
    *PHONE_RULES,
    *ADDRESS_RULES,
    *NAME_RULES,
)

__all__ = ["LITERATURE", "RULES", "Personal", "Rule"]
